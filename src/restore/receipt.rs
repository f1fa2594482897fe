//! What a restore did.

use std::time::Duration;

use pgferry_core::dump::{ScriptReport, TableLoad};
use serde::Serialize;

use crate::ui::format;

/// What a restore did, for the reader and for `--json`.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// What was restored: `infinite-prod of 2026-11-21 04:00`, or a file's name.
    pub source: String,
    /// The database that holds it now.
    pub database: String,
    pub tables: Vec<TableRows>,
    /// Rows of the dump that were not wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<TableRows>,
    /// `INSERT` statements of dumps made with --inserts, whose rows are not counted by table.
    pub inserts: u64,
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub took: Duration,
    /// What was left out or changed on the way.
    pub notes: Vec<String>,
}

/// Rows that the server took.
#[derive(Debug, Clone, Serialize)]
pub struct TableRows {
    pub table: String,
    pub rows: u64,
}

fn seconds<S: serde::Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(took.as_secs_f64())
}

impl Receipt {
    pub(super) fn new(
        source: String,
        database: String,
        report: &ScriptReport,
        took: Duration,
    ) -> Self {
        let counted = |tables: &[TableLoad]| -> Vec<TableRows> {
            let rows = tables.iter().map(|table| TableRows {
                table: table.table.to_string(),
                rows: table.rows,
            });
            rows.collect()
        };
        let left_out = counted(&report.left_out);
        let mut notes: Vec<String> = report.notes.iter().map(ToString::to_string).collect();
        if !left_out.is_empty() {
            let rows = left_out.iter().map(|table| table.rows).sum();
            notes.push(format!(
                "left out {} of {}",
                format::counted(rows, "row", "rows"),
                format::counted(left_out.len() as u64, "other table", "other tables"),
            ));
        }
        Self {
            inserts: report.inserts,
            source,
            database,
            tables: counted(&report.tables),
            left_out,
            took,
            notes,
        }
    }

    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// `restored infinite-prod of 2026-11-21 04:00 (12 tables, 440,512 rows) into infinite-api in 4.1 s`.
    pub fn line(&self) -> String {
        let inserts = match self.inserts {
            0 => String::new(),
            inserts => format!(", {}", format::counted(inserts, "INSERT", "INSERTs")),
        };
        format!(
            "restored {} ({}, {}{inserts}) into {} in {}",
            self.source,
            format::counted(self.tables.len() as u64, "table", "tables"),
            format::counted(self.rows(), "row", "rows"),
            self.database,
            format::took(self.took)
        )
    }
}
