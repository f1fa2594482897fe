//! Dumps in files: recognised by their first bytes, read as a stream of plain SQL.

mod archive_contents;
mod archive_file;
mod definitions;
mod dump_file;
mod error;
mod repaired;
mod seekable;

pub(crate) use archive_file::{ArchiveFile, ArchivedTable};
pub(crate) use dump_file::PLAIN_FLAGS;
pub use dump_file::Source;
pub(crate) use error::DAMAGED;
pub use error::SourceError;
pub(crate) use seekable::Seekable;
