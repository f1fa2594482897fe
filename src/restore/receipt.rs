//! What a restore did.

use std::time::Duration;

use pgferry_core::dump::{ScriptReport, TableLoad};
use serde::Serialize;

use super::{Loaded, Provenance, repair};
use crate::source::Source;
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
    /// The snapshot that was taken instead of loading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
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
            snapshot: None,
        }
    }

    /// What a restore did that took the snapshot of one that had loaded the same.
    pub fn of_snapshot(
        name: &str,
        loaded: &Loaded,
        provenance: &Provenance,
        took: Duration,
    ) -> Self {
        let tables = loaded.tables.iter().map(|(table, rows)| TableRows {
            table: table.clone(),
            rows: *rows,
        });
        Self {
            source: provenance.source.clone(),
            database: String::new(),
            tables: tables.collect(),
            left_out: Vec::new(),
            inserts: loaded.inserts,
            took,
            notes: loaded.notes.clone(),
            snapshot: Some(name.to_owned()),
        }
    }

    /// Says what was repaired in the dump on the way.
    pub(super) fn with_repairs(mut self, source: &Source) -> Self {
        self.notes.extend(repair::notes(source));
        self
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
        let snapshot = match &self.snapshot {
            Some(name) => format!(" from the snapshot {name}"),
            None => String::new(),
        };
        format!(
            "restored {} ({}, {}{inserts}) into {}{snapshot} in {}",
            self.source,
            format::counted(self.tables.len() as u64, "table", "tables"),
            format::counted(self.rows(), "row", "rows"),
            self.database,
            format::took(self.took)
        )
    }
}
