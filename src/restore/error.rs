use std::io;

use pgferry_core::dump::{Format, LoadError};
use pgferry_core::gzip;

use crate::error::{Class, Classified, PathError};
use crate::process::ProcessError;
use crate::target::TargetError;

/// Why a restore did not happen. The database is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{name} is {}, no dump that pgferry can restore", described(*format))]
    Format { name: String, format: Format },
    #[error("{name} is a directory")]
    Directory { name: String },
    #[error("{name} is corrupt")]
    Gzip { name: String, source: gzip::Error },
    #[error("can't read {name}")]
    Read { name: String, source: io::Error },
    #[error("{name} can't be restored")]
    Script { name: String, source: LoadError },
    #[error("the archive {name} can't be read")]
    Archive { name: String, source: ProcessError },
    #[error("psql ended before the dump did")]
    Psql { source: io::Error },
    #[error("the server did not commit: it answered `{last}`")]
    NotCommitted { last: String },
    #[error("{sent} rows were sent, but the server took {taken}")]
    Rows { sent: u64, taken: u64 },
    #[error("a thread failed")]
    Thread { source: tokio::task::JoinError },
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Path(#[from] PathError),
}

impl RestoreError {
    /// Tells a corrupt gzip from a file that can't be read.
    pub(super) fn read(name: &str, source: io::Error) -> Self {
        match gzip::Error::of(&source) {
            Some(error) => Self::Gzip {
                name: name.to_owned(),
                source: error.clone(),
            },
            None => Self::Read {
                name: name.to_owned(),
                source,
            },
        }
    }
}

impl Classified for RestoreError {
    fn class(&self) -> Class {
        match self {
            Self::Directory { .. } => Class::Usage,
            Self::Script { source, .. } if is_refusal(source) => Class::Refused,
            Self::Format { .. }
            | Self::Gzip { .. }
            | Self::Script { .. }
            | Self::Archive { .. } => Class::Corrupt,
            Self::Psql { .. } | Self::NotCommitted { .. } | Self::Rows { .. } => {
                Class::TargetFailed
            }
            Self::Read { .. } | Self::Thread { .. } => Class::Unexpected,
            Self::Target(error) => error.class(),
            Self::Process(error) => error.class(),
            Self::Path(error) => error.class(),
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
            Self::Format { format, .. } => format_hint(*format),
            Self::Directory { .. } => "name a file in it; `--store file:///DIRECTORY` makes a directory the store".to_owned(),
            Self::Gzip { .. } => "nothing was changed; fetch it again: `pgferry fetch --force`".to_owned(),
            Self::Script { source, .. } if is_refusal(source) => {
                "nothing was changed; pg_dump does not write that, so find out where the file comes from".to_owned()
            }
            Self::Script { source: LoadError::NotADump { .. }, .. } => {
                "pgferry restores what pg_dump wrote; psql runs other scripts".to_owned()
            }
            Self::Archive { source, .. } if source.stderr().contains("unsupported version") => {
                "the archive was made by a newer pg_dump: install a postgresql-client of that major".to_owned()
            }
            Self::Script { .. } | Self::Archive { .. } => "nothing was changed; fetch it again, or take an older version: `pgferry versions`".to_owned(),
            Self::Target(error) => return error.hint(),
            Self::Process(error) => return error.hint(),
            Self::Path(error) => return error.hint(),
            _ => return None,
        })
    }
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

fn described(format: Format) -> String {
    match format {
        Format::Empty => "empty".to_owned(),
        Format::Plain => "plain SQL".to_owned(),
        Format::Gzip => "gzip inside gzip".to_owned(),
        Format::CustomArchive => "a custom archive".to_owned(),
        Format::TarArchive => "a tar archive".to_owned(),
        Format::Compressed(with) => format!("compressed with {with}"),
        Format::Unknown => "neither text nor of a known format".to_owned(),
    }
}

fn format_hint(format: Format) -> String {
    match format {
        Format::Compressed(tool @ ("zstd" | "xz" | "lz4" | "lzip")) => {
            format!("decompress it on the way: `{tool} -dc FILE | pgferry restore -`")
        }
        Format::Compressed("bzip2") => {
            "decompress it on the way: `bzip2 -dc FILE | pgferry restore -`".to_owned()
        }
        _ => "pgferry restores plain SQL, gzip and custom archives (`pg_dump -Fc`)".to_owned(),
    }
}
