//! Gzip: reading any gzip file from front to back, and the seekable gzip files that pgferry writes.
//!
//! Purpose: read what `gzip -dc` reads, as fast as the codec allows, and refuse everything that `gzip -t` refuses.
//! Write files that every gzip reader reads, and of which this one can find and decompress any table by itself.
//!
//! Invariants:
//! - All members of a file are read, not only the first. Zero bytes after the last member are padding; anything else
//!   there is an error, and so is a file that ends inside a member.
//! - CRC-32 and length of every member are compared before the file counts as read.
//! - No input makes this code panic or allocate by a number that stands in the file without a bound.
//! - A seekable file depends on its contents, level and block boundaries only: no time, no host, no thread count.
//!
//! Formats: RFC 1952 (gzip) over RFC 1951 (deflate); docs/format.md for the seekable file.

pub mod block;
mod checksum;
mod decoder;
mod error;
mod header;
pub mod index;
mod inflate;
mod limits;
pub mod member;
mod reader;
mod writer;
mod zlib;

pub use checksum::Checksums;
pub use decoder::{Decoder, Position, Step};
pub use error::{Error, HeaderFault};
pub use limits::Limits;
pub use reader::{READ_SIZE, Reader};
pub use writer::{Ending, Rows, SeekableWriter, WriteError};
pub use zlib::ZlibStream;

/// Slices are never longer than this.
fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// For counts that are at most the length of a slice, or that are then compared with one.
fn as_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
