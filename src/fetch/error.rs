//! Why a version did not arrive.

use crate::error::{Class, Classified, PathError};
use crate::lock::LockError;
use crate::store::StoreError;
use crate::ui::format;

/// Why a version did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the cache can't be used")]
    Cache { source: PathError },
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("the download can't be locked")]
    Lock {
        #[from]
        source: LockError,
    },
    #[error("the download of {what} broke off after {} of {}", format::size(*done), format::size(*size))]
    Broken {
        what: String,
        done: u64,
        size: u64,
        source: std::io::Error,
    },
    #[error("the download of {what} failed after {} of {}", format::size(*done), format::size(*size))]
    Failed {
        what: String,
        done: u64,
        size: u64,
        source: StoreError,
    },
    #[error("{what} is corrupt: {reason}")]
    Corrupt { what: String, reason: String },
    #[error("{needed} are needed in {path}, {free} are free")]
    NoSpace {
        path: String,
        needed: String,
        free: String,
    },
    #[error("{what} is no longer in the cache")]
    NotCached { what: String },
    #[error("can't write the output")]
    Output { source: std::io::Error },
    #[error("can't {action}")]
    Thread {
        action: &'static str,
        source: tokio::task::JoinError,
    },
}

impl FetchError {
    /// Whether what has arrived so far is of no use to another try.
    pub(super) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Corrupt { .. }
                | Self::Store(StoreError::Gone { .. })
                | Self::Failed {
                    source: StoreError::Gone { .. },
                    ..
                }
        )
    }
}

impl Classified for FetchError {
    fn class(&self) -> Class {
        match self {
            Self::Store(error) | Self::Failed { source: error, .. } => error.class(),
            Self::Corrupt { .. } => Class::Corrupt,
            Self::NotCached { .. } => Class::NothingMatched,
            Self::Cache { .. }
            | Self::Path(_)
            | Self::Lock { .. }
            | Self::Broken { .. }
            | Self::NoSpace { .. }
            | Self::Output { .. }
            | Self::Thread { .. } => Class::Unexpected,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Failed { source, .. } => match source {
                StoreError::Mismatch { .. } => Some(
                    "it does not serve parts as it should: `--output -` takes the whole in one stream".to_owned(),
                ),
                StoreError::Unreachable { .. } | StoreError::Unwell { .. } => Some(GO_ON.to_owned()),
                error => error.hint(),
            },
            Self::Cache { .. } => Some("set another directory with PGFERRY_CACHE_DIR".to_owned()),
            Self::Path(error)
            | Self::Lock {
                source: LockError::Path(error),
            } => error.hint(),
            Self::Lock { .. } => Some("remove what has that name, if it is nobody's".to_owned()),
            Self::Broken { .. } => Some(GO_ON.to_owned()),
            Self::Corrupt { .. } => {
                Some("run the same command again; if it happens again, take an older version: `pgferry versions`".to_owned())
            }
            Self::NoSpace { .. } => {
                Some("free some space there (`pgferry cache prune`), or set another directory with PGFERRY_CACHE_DIR".to_owned())
            }
            Self::NotCached { .. } => Some("run the same command without `--offline`".to_owned()),
            Self::Output { source } => source.hint(),
            Self::Thread { .. } => None,
        }
    }
}

const GO_ON: &str = "run the same command again: it goes on from what has arrived";
