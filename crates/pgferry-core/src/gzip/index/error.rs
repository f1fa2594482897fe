//! What can be wrong with an index.

/// An index that cannot be used. The file's contents may still be right: read front to back they have checksums of
/// their own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the footer of the index does not match its own checksum")]
    FooterChecksum,

    /// Written by a newer pgferry, whose files this one can only read front to back.
    #[error("the index has version {0}, of which this pgferry knows nothing")]
    Version(u8),

    #[error("an index of {bytes} bytes is more than the {limit} that are read")]
    TooLarge { bytes: u64, limit: u64 },

    /// The place and size in the footer do not fit the file.
    #[error(
        "the footer says that {bytes} bytes of index start at byte {offset}, which does not fit a file of {file} bytes"
    )]
    Place { offset: u64, bytes: u64, file: u64 },

    /// `offset` counts in the file.
    #[error("no part of the index at byte {offset}, where one must be")]
    Part { offset: u64 },

    #[error("the index does not match the checksum in its footer")]
    Checksum,

    /// `offset` counts in the index, its parts put together.
    #[error("malformed index: {what} at byte {offset} of it")]
    Malformed { offset: u64, what: &'static str },

    #[error("the index contradicts the file: {what} add up to {sum}, not to {expected}")]
    Sum {
        what: &'static str,
        sum: u64,
        expected: u64,
    },
}
