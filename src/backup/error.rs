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
    #[error("the backup directory {path} is no directory")]
    NoDirectory { path: String },
    #[error("others can write to the backup directory {path}")]
    OpenDirectory { path: String },
    #[error("the backup directory {path} belongs to {owner}")]
    OtherOwner { path: String, owner: String },
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
            Self::Locked { .. }
            | Self::Planted { .. }
            | Self::OpenDirectory { .. }
            | Self::OtherOwner { .. } => Class::Refused,
            Self::NoDirectory { .. } => Class::Usage,
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
            Self::NoDirectory { .. } => {
                "BACKUP_DIR, or `backup.directory`, names the directory that sets are kept in: name another".to_owned()
            }
            Self::OpenDirectory { path } => format!("`chmod 700 {path}` closes it"),
            Self::OtherOwner { owner, .. } => format!(
                "run it as that user (`sudo -u {owner} pgferry backup`), or name a directory of yours with BACKUP_DIR"
            ),
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
            Self::Target(error) => return hint_of_source(error),
            Self::Process(error) => return error.hint(),
            Self::Path(error) => return error.hint(),
        })
    }
}

/// What to do about a server that the backup is taken of; by itself the error speaks of one that is restored into.
fn hint_of_source(error: &TargetError) -> Option<String> {
    Some(match error {
        TargetError::NoDatabase { .. } => {
            "PGDATABASE, `backup.databases` and --database name what is backed up; `psql -l` lists what there is"
                .to_owned()
        }
        TargetError::Unreachable { .. } => {
            "is it running? check PGHOST and PGPORT, then run the same command again".to_owned()
        }
        TargetError::Privilege { .. } => {
            "use a role that may read all of the database: set PGUSER, or let a superuser `GRANT pg_read_all_data TO` it"
                .to_owned()
        }
        TargetError::Statement { said } if said.contains("row-level security") => {
            "use a role that sees every row: set PGUSER, or let a superuser `ALTER ROLE … BYPASSRLS`".to_owned()
        }
        TargetError::Statement { .. } => {
            "look at what the server says of it, then run the same command again".to_owned()
        }
        other => return other.hint(),
    })
}
