use crate::error::{Class, Classified, PathError};
use crate::process::ProcessError;
use crate::target::TargetError;

/// Why a throwaway cluster could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error("there is no local cluster `{name}`")]
    Unknown { name: String, others: Vec<String> },
    #[error("the local cluster `{name}` is busy: {reason}")]
    Busy { name: String, reason: String },
    #[error("PostgreSQL does not run as root, and there is no user `postgres` to run it as")]
    NoUser,
    #[error("the record of the cluster, {path}, can't be read")]
    Record {
        path: String,
        source: serde_json::Error,
    },
    #[error("the local cluster `{name}` did not start")]
    Start {
        name: String,
        log: String,
        source: ProcessError,
    },
    #[error("can't make the local cluster `{name}`")]
    Make { name: String, source: ProcessError },
    #[error(transparent)]
    Path(#[from] PathError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Target(#[from] TargetError),
}

impl Classified for ClusterError {
    fn class(&self) -> Class {
        match self {
            Self::Unknown { .. } => Class::NothingMatched,
            Self::Busy { .. } => Class::Refused,
            Self::Path(error) => error.class(),
            Self::Process(error) => error.class(),
            Self::Target(error) => error.class(),
            _ => Class::TargetFailed,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Start { log, .. } => Some(log.clone()).filter(|log| !log.is_empty()),
            Self::Target(error) => error.detail(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { others, .. } if others.is_empty() => {
                "`pgferry restore --into local` makes one".to_owned()
            }
            Self::Unknown { others, .. } => format!("there are {}", others.join(", ")),
            Self::Busy { .. } => {
                "wait for it to end, or take another cluster with --name".to_owned()
            }
            Self::NoUser => {
                "run pgferry as an ordinary user, or install Debian's `postgresql` package"
                    .to_owned()
            }
            Self::Record { .. } => "`pgferry local rm NAME` removes the cluster".to_owned(),
            Self::Start { name, .. } => {
                format!("`pgferry local rm {name}` removes it; the next restore makes a new one")
            }
            Self::Make { source, .. } => {
                return source.hint().or_else(|| {
                    source.stderr().contains("ermission denied").then(|| {
                        "the server's user can't reach that directory: set PGFERRY_DATA_DIR to one that it can".to_owned()
                    })
                });
            }
            Self::Path(error) => return error.hint(),
            Self::Process(error) => return error.hint(),
            Self::Target(error) => return error.hint(),
        })
    }
}
