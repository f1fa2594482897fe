//! The index of a seekable file: which members hold which table.
//!
//! docs/format.md, "Index" and "Footer". The index stands behind the contents, in empty members that every gzip reader
//! passes over; the file's last [`FOOTER_SIZE`] bytes say where it starts.
//!
//! Invariants:
//! - The members of an index lie end to end from byte 0 to the index itself, and so do their contents, so no byte of a
//!   file is outside what the index vouches for.
//! - Memory is bounded by [`MAX_BYTES`], whatever the numbers in the file say.
//! - Sizes and checksums of the parts add up to those in the footer, or there is an error.

mod encode;
mod error;
mod footer;
mod model;
mod parse;

pub use error::Error;
pub use footer::{FOOTER_SIZE, Footer};
pub use model::{Columns, Index, Kind, Member, Section, Table};

pub(super) use encode::{IndexBuilder, MemberEntry};

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u8 = 1;

/// Bytes that an index may take. Enough for about 600 GB of SQL in blocks of the usual size; above it a file is written
/// without an index.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Sections that an index may name: two a table.
pub const MAX_SECTIONS: u64 = 1 << 20;

/// Bytes of index in each carrying member, the last one apart. RFC 1952 would allow eight times as many, but busybox
/// holds the whole extra field in a buffer.
const PART_SIZE: u16 = 8 * 1024;

/// Bytes around each part.
const PART_OVERHEAD: usize = super::member::CARRIER_HEAD_SIZE + super::member::TAIL_SIZE;
