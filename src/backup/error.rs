use jiff::Timestamp;
use pgferry_core::backup::Database;

use super::PackError;
use crate::anonymize::AnonymizeFailure;
use crate::error::{Class, Classified, PathError};
use crate::lock::LockError;
use crate::process::ProcessError;
use crate::store::StoreError;
use crate::target::TargetError;

/// Why a backup was not made, or not finished.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("another backup of `{database}` is running{}", .holder.as_ref().map(|holder| format!(": {holder}")).unwrap_or_default())]
    Locked {
        database: String,
        holder: Option<String>,
    },
    #[error("pg_dump {pg_dump} is older than the server, {server}")]
    OldProgram { pg_dump: String, server: String },
    #[error("the database `{database}` has no tables")]
    NoTables { database: String },
    #[error("{path} did not stand the check: {reason}")]
    Verify { path: String, reason: String },
    #[error("something of the name {path} is no file of pgferry's")]
    Planted { path: String },
    #[error(
        "the set of {} is kept on this host, but was not uploaded{}",
        taken_at.strftime("%Y-%m-%d %H:%M:%S"),
        match newer { 0 => String::new(), 1 => ", nor was a newer one".to_owned(), _ => format!(", nor were {newer} newer ones") }
    )]
    Upload {
        taken_at: Timestamp,
        /// Sets that wait for this one.
        newer: usize,
        source: StoreError,
    },
    #[error("the set of {} was not uploaded: {path} is not what it was: {reason}", taken_at.strftime("%Y-%m-%d %H:%M:%S"))]
    Spoiled {
        taken_at: Timestamp,
        path: String,
        reason: String,
    },
    #[error("a thread failed")]
    Thread { source: tokio::task::JoinError },
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Anonymize(#[from] AnonymizeFailure),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Path(#[from] PathError),
}

impl BackupError {
    pub(super) fn lock(database: &Database, error: LockError) -> Self {
        match error {
            LockError::Held { holder } => Self::Locked {
                database: database.to_string(),
                holder,
            },
            LockError::Planted { path } => Self::Planted { path },
            LockError::Path(error) => Self::Path(error),
        }
    }
}

impl BackupError {
    /// Whether the same would not happen to another set.
    pub(super) fn is_of_the_set(&self) -> bool {
        matches!(
            self,
            Self::Spoiled { .. }
                | Self::Upload {
                    source: StoreError::TooLarge { .. },
                    ..
                }
        )
    }
}

impl Classified for BackupError {
    fn class(&self) -> Class {
        match self {
            Self::Locked { .. } | Self::Planted { .. } => Class::Refused,
            Self::Verify { .. } | Self::Spoiled { .. } => Class::Corrupt,
            Self::NoTables { .. } => Class::NothingMatched,
            Self::Upload { source, .. } => source.class(),
            Self::OldProgram { .. } | Self::Thread { .. } => Class::Unexpected,
            Self::Pack(error) => error.class(),
            Self::Anonymize(error) => error.class(),
            Self::Target(error) => error.class(),
            Self::Process(error) => error.class(),
            Self::Path(error) => error.class(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Pack(error) => error.detail(),
            Self::Anonymize(error) => error.detail(),
            Self::Target(error) => error.detail(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Locked { .. } => {
                "wait for it to end; a run that was killed leaves no lock".to_owned()
            }
            Self::OldProgram { server, .. } => {
                let major = server.split(['.', ' ']).next().unwrap_or_default();
                format!(
                    "install the client of the server's major: `sudo apt-get install postgresql-client-{major}`"
                )
            }
            Self::NoTables { .. } => {
                "nothing was published; PGDATABASE and --database name the database".to_owned()
            }
            Self::Verify { .. } => "nothing was published; run the same command again".to_owned(),
            Self::Planted { path } => format!("look at it, then remove it: `ls -l {path}`"),
            Self::Upload { source, .. } => {
                let again = "`pgferry backup --upload-pending` uploads it; so does the next backup";
                return Some(match source.hint() {
                    Some(hint) => format!("{hint}; then {again}"),
                    None => again.to_owned(),
                });
            }
            Self::Spoiled { path, .. } => {
                format!("`pgferry verify {path}` says more; a newer backup takes this one's place")
            }
            Self::Thread { .. } => return None,
            Self::Pack(error) => return error.hint(),
            Self::Anonymize(error) => return error.hint(),
            Self::Target(error) => return error.hint(),
            Self::Process(error) => return error.hint(),
            Self::Path(error) => return error.hint(),
        })
    }
}
