//! What can be wrong with a gzip file.

use std::io;

/// A gzip file that cannot be read. Offsets count bytes of the compressed file from 0, members count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first two bytes are not the magic number of gzip.
    #[error("not a gzip file: it does not start with the bytes 1f 8b")]
    NotGzip,

    /// The file ends before its last member does; also an empty file.
    #[error("cut off: gzip member {member} is not complete at byte {offset}, where the file ends")]
    Truncated { member: u64, offset: u64 },

    /// `offset` is where the member starts.
    #[error("the header of gzip member {member} at byte {offset} {fault}")]
    Header {
        member: u64,
        offset: u64,
        fault: HeaderFault,
    },

    /// `offset` is how far the decoder had read when it noticed, so the fault lies there or shortly before.
    #[error("corrupt compressed data in gzip member {member}, near byte {offset}")]
    Corrupt { member: u64, offset: u64 },

    /// The contents were decoded, but are not what was compressed. `offset` is where the member's trailer starts.
    #[error(
        "checksum mismatch in gzip member {member}: the trailer at byte {offset} says {stored:08x}, the contents have {computed:08x}"
    )]
    Checksum {
        member: u64,
        offset: u64,
        stored: u32,
        computed: u32,
    },

    /// As [`Error::Checksum`], for the length of the contents modulo 2^32.
    #[error(
        "length mismatch in gzip member {member}: the trailer at byte {offset} says {stored} bytes, the contents have {computed} (modulo 2^32)"
    )]
    Length {
        member: u64,
        offset: u64,
        stored: u32,
        computed: u32,
    },

    /// Bytes after the last member that are neither a member nor zero padding.
    #[error("trailing garbage after gzip member {member}, at byte {offset}")]
    TrailingGarbage { member: u64, offset: u64 },

    /// A single member, read with the index, is not the one that the index describes.
    #[error(
        "gzip member {member} at byte {offset} is not what the file's index says of it: {what}"
    )]
    IndexMismatch {
        member: u64,
        offset: u64,
        what: &'static str,
    },

    /// [`super::Limits::max_raw_bytes`] was passed.
    #[error(
        "more than {limit} bytes come out of this gzip file (in member {member}, at byte {offset}): refused as a possible gzip bomb"
    )]
    TooLarge {
        member: u64,
        offset: u64,
        limit: u64,
    },

    /// [`super::Limits::max_ratio`] was passed.
    #[error(
        "this gzip file grows more than {limit} fold when decompressed (in member {member}, at byte {offset}): refused as a possible gzip bomb"
    )]
    RatioTooHigh {
        member: u64,
        offset: u64,
        limit: u64,
    },
}

/// What is wrong with a member's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// Only method 8, deflate, exists.
    #[error("names compression method {0}, which does not exist")]
    Method(u8),
    /// RFC 1952 reserves the three upper flags and demands that a reader refuse them.
    #[error("has flags that are not known ({0:#04x})")]
    Flags(u8),
    /// The header's own optional checksum (FHCRC).
    #[error("has a checksum of its own, {stored:04x}, that does not match {computed:04x}")]
    Checksum { stored: u16, computed: u16 },
}

impl Error {
    /// The gzip error inside an I/O error of [`super::Reader`], `None` when the source itself failed.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Truncated { .. } => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}
