//! Why a plain dump is not loaded.

use super::scan::Hazard;

/// Why [`LoadFilter`](super::LoadFilter) refuses a dump. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    #[error("the dump is empty")]
    Empty,
    #[error(
        "line {line}: not a plain dump: no \"-- PostgreSQL database dump\" before the first statement"
    )]
    NotADump { line: u64 },
    #[error("the dump is cut off inside the rows of {table}, at line {line}, byte {offset}")]
    TruncatedInCopy {
        table: String,
        line: u64,
        offset: u64,
    },
    #[error("the dump is cut off inside the statement that begins at line {line}")]
    TruncatedInStatement { line: u64 },
    #[error(
        "the dump is cut off: no \"-- PostgreSQL database dump complete\" at its end, byte {offset}"
    )]
    MissingTrailer { offset: u64 },
    #[error("line {line}: the psql command {command} is not run from a dump")]
    MetaCommand { line: u64, command: String },
    #[error(
        "line {line}: the dump must not end or divide the transaction it is loaded in: {statement}"
    )]
    TransactionControl { line: u64, statement: String },
    #[error("line {line}: COPY {table} FROM PROGRAM would run a command on the server")]
    CopyProgram { line: u64, table: String },
    #[error("line {line}: COPY {table} FROM a file would read files of the server")]
    CopyFile { line: u64, table: String },
    #[error("line {line}: COPY … TO writes instead of loading")]
    CopyTo { line: u64 },
    #[error("line {line}: COPY in binary format cannot be loaded from a script")]
    CopyBinary { line: u64 },
    #[error("line {line}: a COPY that cannot be read")]
    CopyUnreadable { line: u64 },
    #[error("line {line}: pg_dump writes no statement like this: {statement}")]
    Statement { line: u64, statement: String },
    #[error("line {line}: a statement that does not begin with a word")]
    NoKeyword { line: u64 },
    #[error(
        "line {line}: DO and CALL run code, which no dump of pg_dump's does while it is loaded"
    )]
    CodeBlock { line: u64 },
    #[error("line {line}: {hazard}, which psql and the server may read differently")]
    Ambiguous { line: u64, hazard: Hazard },
    #[error(
        "line {line}: text in {encoding} cannot be told from commands byte by byte; dump with another --encoding"
    )]
    Encoding { line: u64, encoding: String },
    #[error("line {line}, byte {offset}: a zero byte, which no dump holds")]
    ZeroByte { line: u64, offset: u64 },
}
