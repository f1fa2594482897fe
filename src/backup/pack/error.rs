use pgferry_core::anonymize::AnonymizeError;
use pgferry_core::dump::archive::{ArchiveError, WriteError};
use pgferry_core::gzip;

use crate::anonymize::AnonymizeFailure;
use crate::error::{Class, Classified, PathError};

/// Why the artefacts could not be made of what pg_dump prints.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Another thread has failed, and says why.
    #[error("the others have ended")]
    Gone,
    #[error("what pg_dump prints is no archive that can be read")]
    Archive(#[from] ArchiveError),
    #[error("can't read what `{program}` prints")]
    Read {
        program: &'static str,
        source: std::io::Error,
    },
    #[error("the data of {table} do not end as pg_dump ends them")]
    End { table: String },
    #[error("what pg_restore prints is not what it was given: {reason}")]
    Script { reason: String },
    #[error("the archive can't be written")]
    Dump(#[from] WriteError),
    #[error("the gzip can't be written")]
    Gzip(#[from] gzip::WriteError),
    #[error("a compressor has failed")]
    Compressor,
    #[error(transparent)]
    Anonymize(#[from] AnonymizeFailure),
    #[error(transparent)]
    Path(#[from] PathError),
}

impl PackError {
    /// Whether another one says more.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self, Self::Gone)
    }

    /// Whether this is how a failure of another thread, or of a child process, shows up here.
    pub(super) fn is_consequence(&self) -> bool {
        match self {
            Self::Gone | Self::Archive(_) | Self::Read { .. } | Self::Script { .. } => true,
            Self::End { .. }
            | Self::Dump(_)
            | Self::Gzip(_)
            | Self::Compressor
            | Self::Anonymize(_)
            | Self::Path(_) => false,
        }
    }
}

impl From<AnonymizeError> for PackError {
    fn from(source: AnonymizeError) -> Self {
        Self::Anonymize(AnonymizeFailure::Dump { source })
    }
}

impl Classified for PackError {
    fn class(&self) -> Class {
        match self {
            Self::Archive(_) | Self::End { .. } | Self::Script { .. } => Class::Corrupt,
            Self::Gone | Self::Read { .. } | Self::Dump(_) | Self::Gzip(_) | Self::Compressor => {
                Class::Unexpected
            }
            Self::Anonymize(error) => error.class(),
            Self::Path(error) => error.class(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Anonymize(error) => error.detail(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Archive(_) | Self::End { .. } | Self::Script { .. } => {
                Some("nothing was published; run the same command again".to_owned())
            }
            Self::Anonymize(error) => error.hint(),
            Self::Path(error) => error.hint(),
            Self::Gone | Self::Read { .. } | Self::Dump(_) | Self::Gzip(_) | Self::Compressor => {
                None
            }
        }
    }
}
