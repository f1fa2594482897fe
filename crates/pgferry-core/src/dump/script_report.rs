//! What was seen of a plain dump while it was loaded.

use std::fmt;

use super::scan::ObjectName;

/// What [`LoadFilter::finish`](super::LoadFilter::finish) tells of a complete dump.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptReport {
    /// From `-- Dumped from database version`, as it stands: `15.8 (Debian 15.8-1.pgdg120+1)`.
    pub server_version: Option<String>,
    /// From `-- Dumped by pg_dump version`.
    pub dump_version: Option<String>,
    /// From `SET client_encoding`.
    pub encoding: Option<String>,
    /// Tables loaded with `COPY`, in order.
    pub tables: Vec<TableLoad>,
    /// Tables whose rows were left out.
    pub left_out: Vec<TableLoad>,
    /// Extensions that it creates, in order.
    pub extensions: Vec<String>,
    /// Statements in the dump, those left out among them.
    pub statements: u64,
    /// `INSERT` statements among them.
    pub inserts: u64,
    /// Bytes of the dump.
    pub bytes: u64,
    pub notes: Vec<Note>,
    /// Whether the trailer ended the dump. An incomplete dump is an error, so a report that was returned has true here.
    pub complete: bool,
}

/// The rows of one `COPY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLoad {
    pub table: ObjectName<'static>,
    pub rows: u64,
    /// Of COPY text, without the terminator.
    pub bytes: u64,
}

/// What was changed for the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// `SET name` was left out: servers know it from this major version on.
    SettingDropped { line: u64, name: String, since: u32 },
    /// `BEGIN` or `COMMIT` of the dump's own was left out, this often.
    TransactionDropped { line: u64 },
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SettingDropped { line, name, since } => {
                write!(
                    formatter,
                    "line {line}: left out SET {name}, which servers know from version {since} on"
                )
            }
            Self::TransactionDropped { line } => {
                write!(
                    formatter,
                    "line {line}: left out the dump's own BEGIN and COMMIT: one transaction holds it all"
                )
            }
        }
    }
}
