use std::io;

use pgferry_core::dump::Format;
use pgferry_core::dump::archive::{DataError, WriteError};
use pgferry_core::gzip;

use crate::error::{Class, Classified, PathError};
use crate::process::ProcessError;

/// The hint for a file that was whole once. What was fetched has a better one.
pub(crate) const DAMAGED: &str =
    "nothing was changed; the file is cut off or damaged: get it again from where it came from";

/// Why a file can't be read as a dump.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{name} is {}, no dump that pgferry can read", described(*format))]
    Format { name: String, format: Format },
    #[error("{name} is a directory")]
    Directory { name: String },
    #[error("{name} is corrupt")]
    Gzip { name: String, source: gzip::Error },
    #[error("can't read {name}")]
    Read { name: String, source: io::Error },
    #[error("{name} is corrupt")]
    Data { name: String, source: DataError },
    #[error("the archive without its rows can't be written")]
    StandIn { source: WriteError },
    #[error("the archive {name} can't be read")]
    Archive { name: String, source: ProcessError },
    #[error("a thread failed")]
    Thread { source: tokio::task::JoinError },
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Path(#[from] PathError),
}

impl SourceError {
    /// Tells a corrupt gzip from a file that can't be read.
    pub(crate) fn read(name: &str, source: io::Error) -> Self {
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

impl Classified for SourceError {
    fn class(&self) -> Class {
        match self {
            Self::Directory { .. } => Class::Usage,
            Self::Format { .. } | Self::Gzip { .. } | Self::Data { .. } | Self::Archive { .. } => {
                Class::Corrupt
            }
            Self::StandIn { .. } | Self::Read { .. } | Self::Thread { .. } => Class::Unexpected,
            Self::Process(error) => error.class(),
            Self::Path(error) => error.class(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Format { format, .. } => format_hint(*format),
            Self::Directory { .. } => {
                "name a file in it; `--store file:///DIRECTORY` makes a directory the store"
                    .to_owned()
            }
            Self::Archive { source, .. } if source.stderr().contains("unsupported version") => {
                "the archive was made by a newer pg_dump: install a postgresql-client of that major"
                    .to_owned()
            }
            Self::Gzip { .. } | Self::Data { .. } | Self::Archive { .. } => DAMAGED.to_owned(),
            Self::Process(error) => return error.hint(),
            Self::Path(error) => return error.hint(),
            Self::StandIn { .. } | Self::Read { .. } | Self::Thread { .. } => return None,
        })
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
        _ => "pgferry reads plain SQL, gzip and custom archives (`pg_dump -Fc`)".to_owned(),
    }
}
