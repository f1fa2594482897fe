use std::io;

use pgferry_core::anonymize::repair::PLACEHOLDER;
use pgferry_core::dump::LoadError;

use crate::error::{Class, Classified};
use crate::process::ProcessError;
use crate::source::{DAMAGED, SourceError};
use crate::target::TargetError;

/// Why a restore did not happen. The database is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{name} can't be restored")]
    Script { name: String, source: LoadError },
    #[error("psql ended before the dump did")]
    Psql { source: io::Error },
    #[error("the server did not commit: it answered `{last}`")]
    NotCommitted { last: String },
    #[error("{sent} rows were sent, but the server took {taken}")]
    Rows { sent: u64, taken: u64 },
    #[error("{sent} rows were sent for {table}, but the server took {taken}")]
    RowsOf {
        table: String,
        sent: u64,
        taken: u64,
    },
    #[error("{name} can't be restored: line {line} is not in UTF-8, although the dump says so")]
    Text { name: String, line: u64 },
    #[error("{name} can't be restored: its index is not that of its contents")]
    Index { name: String },
    #[error("a thread failed")]
    Thread { source: tokio::task::JoinError },
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Process(#[from] ProcessError),
}

impl Classified for RestoreError {
    fn class(&self) -> Class {
        match self {
            Self::Script { source, .. } if is_refusal(source) => Class::Refused,
            Self::Script { .. } | Self::Text { .. } | Self::Index { .. } => Class::Corrupt,
            Self::Psql { .. }
            | Self::NotCommitted { .. }
            | Self::Rows { .. }
            | Self::RowsOf { .. } => Class::TargetFailed,
            Self::Thread { .. } => Class::Unexpected,
            Self::Source(error) => error.class(),
            Self::Target(error) => error.class(),
            Self::Process(error) => error.class(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Target(error) => error.detail(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Script { source: LoadError::MetaCommand { command, .. }, .. }
                if command == "\\connect" || command == "\\encoding" =>
            {
                "nothing was changed; it was made with `pg_dump --create`: make one without".to_owned()
            }
            Self::Script { source: LoadError::Statement { .. } | LoadError::CodeBlock { .. }, .. } => {
                "nothing was changed; if you trust whoever made it, `--trust` lets it do that".to_owned()
            }
            Self::Script { source, .. } if is_refusal(source) => {
                "nothing was changed; pg_dump does not write that, so find out where the file comes from".to_owned()
            }
            Self::Script { source: LoadError::NotADump { .. }, .. } => {
                "pgferry restores what pg_dump wrote; psql runs other scripts".to_owned()
            }
            Self::Script { .. } | Self::Text { .. } | Self::Index { .. } => DAMAGED.to_owned(),
            Self::Source(error) => return error.hint(),
            Self::Target(error) if error.detail().is_some_and(|said| is_repeated_address(&said)) => {
                "an old anonymised dump repeats one address: `--repair-duplicates` numbers it where it has to be unique"
                    .to_owned()
            }
            Self::Target(error) => return error.hint(),
            Self::Process(error) => return error.hint(),
            Self::Psql { .. }
            | Self::NotCommitted { .. }
            | Self::Rows { .. }
            | Self::RowsOf { .. }
            | Self::Thread { .. } => return None,
        })
    }
}

/// Whether the server says so of a key that is to be built.
fn is_repeated_address(said: &str) -> bool {
    let address = String::from_utf8_lossy(PLACEHOLDER);
    said.contains(&*address) && said.contains("could not create unique index")
}

/// Whether the dump is whole but does what a dump does not.
fn is_refusal(error: &LoadError) -> bool {
    match error {
        LoadError::MetaCommand { .. }
        | LoadError::TransactionControl { .. }
        | LoadError::CopyProgram { .. }
        | LoadError::CopyFile { .. }
        | LoadError::CopyTo { .. }
        | LoadError::CopyBinary { .. }
        | LoadError::CopyUnreadable { .. }
        | LoadError::CodeBlock { .. }
        | LoadError::NoKeyword { .. }
        | LoadError::Statement { .. }
        | LoadError::Ambiguous { .. }
        | LoadError::Encoding { .. } => true,
        LoadError::Empty
        | LoadError::NotADump { .. }
        | LoadError::TruncatedInCopy { .. }
        | LoadError::TruncatedInStatement { .. }
        | LoadError::MissingTrailer { .. }
        | LoadError::ZeroByte { .. } => false,
    }
}
