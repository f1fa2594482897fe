//! Dumps of PostgreSQL as bytes: what `pg_dump` and `pg_restore -f -` write, read without guessing.
//!
//! - [`Scanner`] cuts a plain SQL dump into events, exactly where psql would, in constant memory.
//! - [`LoadFilter`] turns an untrusted plain dump into SQL that psql may be given inside a transaction.
//! - [`StepReader`] turns it into statements and rows for a client that speaks to the server itself, and [`Scope`] says which
//!   of them may run at the same time.
//! - [`archive`] reads and writes the custom archive.
//! - [`schema`] knows columns, their types and keys from the definitions of a dump.
//! - [`parts`] selects what is restored of a dump: tables by name, definitions, rows.
//! - [`copy_text`] splits, decodes and encodes the rows of `COPY … FROM stdin`.
//! - [`copy_binary`] makes rows of the binary format of them.
//! - [`compatibility`] knows which settings of a dump an older server does not have.
//! - [`sniff`] names the format of a file from its first bytes.
//!
//! Invariants: input is bytes in any ASCII-safe encoding, never assumed to be UTF-8; the pieces in which it arrives change
//! nothing; memory does not grow with the input; no input panics.

pub mod archive;
mod census;
pub mod compatibility;
mod concurrency;
pub mod copy_binary;
pub mod copy_text;
mod format;
mod made_by;
pub mod parts;
mod row_runs;
mod scan;
pub mod schema;
mod script;
mod script_error;
mod script_judge;
mod script_pins;
mod script_report;
mod script_statement;
mod steps;

pub use census::{Census, CensusReport};
pub use concurrency::{Build, BuildKind, Scope};
pub use format::{Format, SNIFF_LENGTH, sniff};
pub use made_by::server_major;
pub use row_runs::{RowRun, RowRuns};
pub use scan::{
    Copy, CopyEndpoint, CopyFormat, CopyTarget, Ending, Event, Fact, Hazard, MetaCommand, Object,
    ObjectName, ObjectType, Position, Scanner, Setting, Statement, StatementKind,
    TransactionControl,
};
pub use script::{LoadFilter, LoadOptions};
pub use script_error::LoadError;
pub use script_report::{Note, ScriptReport, TableLoad};
pub use steps::{Sql, Step, StepReader};
