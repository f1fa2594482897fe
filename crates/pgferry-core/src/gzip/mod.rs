//! Gzip: reading any gzip file from front to back.
//!
//! Purpose: read what `gzip -dc` reads, as fast as the codec allows, and refuse everything that `gzip -t` refuses.
//!
//! Invariants:
//! - All members of a file are read, not only the first. Zero bytes after the last member are padding; anything else
//!   there is an error, and so is a file that ends inside a member.
//! - CRC-32 and length of every member are compared before the file counts as read.
//! - No input makes this code panic or allocate by a number that stands in the file.
//!
//! Format: RFC 1952 (gzip) over RFC 1951 (deflate).

mod decoder;
mod error;
mod header;
mod limits;
mod reader;

pub use decoder::{Decoder, Position, Step};
pub use error::{Error, HeaderFault};
pub use limits::Limits;
pub use reader::{READ_SIZE, Reader};
