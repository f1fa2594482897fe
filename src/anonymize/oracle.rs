//! The leak oracle: what it may see, and what its verdict means.

use pgferry_core::anonymize::oracle::{KeptColumn, OracleOptions, OracleReport};
use pgferry_core::anonymize::{Action, Rules};
use pgferry_core::dump::schema::Schema;

use super::AnonymizeFailure;

/// Findings that an error shows.
const SHOWN: usize = 10;

/// Columns that a rule keeps as they are may hold addresses; all others may not.
pub(crate) fn options(rules: &Rules, schema: &Schema) -> OracleOptions {
    let mut kept_columns = Vec::new();
    for table in schema.tables() {
        let named = rules
            .columns
            .iter()
            .filter(|(name, _)| name.means(&table.name));
        let kept = named
            .flat_map(|(_, columns)| columns)
            .filter(|(_, action)| **action == Action::Keep);
        kept_columns.extend(kept.map(|(column, _)| KeptColumn {
            table: table.name.to_string(),
            column: column.clone(),
        }));
    }
    OracleOptions {
        kept_columns,
        ..OracleOptions::default()
    }
}

/// Fails if the oracle found anything.
pub(crate) fn judge(report: &OracleReport) -> Result<(), AnonymizeFailure> {
    if report.is_clean() {
        return Ok(());
    }
    let mut findings: Vec<String> = report
        .findings
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect();
    if report.total > findings.len() as u64 {
        findings.push("…".to_owned());
    }
    Err(AnonymizeFailure::Leak {
        total: report.total,
        findings,
    })
}
