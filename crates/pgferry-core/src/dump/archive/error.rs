use std::fmt;

use super::header::Version;
use super::text::Text;

/// Why a file is no archive that can be read, and where that was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} ({place}, byte {offset} of the archive)")]
pub struct ArchiveError {
    #[source]
    pub problem: Problem,
    pub place: Place,
    /// The offset of the first byte of the value that is wrong, or of the end where bytes are missing.
    pub offset: u64,
}

/// The part of the archive that was being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Header,
    /// Before the first entry: the number of entries.
    TocStart,
    /// `index` counts from 0. `name` is what is known of the entry so far.
    Entry {
        index: usize,
        count: usize,
        name: Option<Text>,
    },
    /// Where the next block begins, or the end of the archive is.
    BetweenBlocks,
    /// In the data of this entry; `large_object` is the oid within a block of large objects.
    Block {
        entry: String,
        large_object: Option<u32>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => write!(formatter, "in the header"),
            Self::TocStart => write!(formatter, "at the start of the table of contents"),
            Self::Entry { index, count, name } => {
                let number = index.saturating_add(1);
                write!(
                    formatter,
                    "in entry {number} of {count} of the table of contents"
                )?;
                name.as_ref()
                    .map_or(Ok(()), |name| write!(formatter, ", {name}"))
            }
            Self::BetweenBlocks => write!(formatter, "between blocks of data"),
            Self::Block {
                entry,
                large_object: None,
            } => write!(formatter, "in {entry}"),
            Self::Block {
                entry,
                large_object: Some(oid),
            } => write!(formatter, "in large object {oid} of {entry}"),
        }
    }
}

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("not a custom archive of pg_dump: it does not begin with PGDMP")]
    Magic,
    #[error(
        "archive format {0} is not supported: {oldest} to {newest} are, as pg_dump 12 to 18 write them",
        oldest = "1.12",
        newest = "1.16"
    )]
    Version(Version),
    #[error(
        "archive with integers of {0} bytes: only 4 are supported, as pg_dump writes them everywhere"
    )]
    IntegerSize(u8),
    #[error(
        "archive with file offsets of {0} bytes: only 8 are supported, as pg_dump writes them everywhere"
    )]
    OffsetSize(u8),
    #[error("archive is of format {0}, not 1, the custom format")]
    Format(u8),
    #[error("unknown compression algorithm {0}")]
    Algorithm(u8),
    #[error("compression level {0} is not between -1 and 9")]
    Level(i32),
    #[error("not an integer: its sign is wrong or its value does not fit into 32 bits")]
    Integer,
    #[error("{0} is no length of a string")]
    TextLength(i32),
    #[error("a string holds a NUL byte")]
    Nul,
    #[error("table of contents is larger than {limit} bytes")]
    TocTooLarge { limit: u64 },
    #[error("{0} is no number of entries")]
    EntryCount(i32),
    #[error("{0} is no dump id")]
    DumpId(i32),
    #[error("dump id {0} is used twice")]
    RepeatedDumpId(i32),
    #[error("{0} does not say whether there are data")]
    HasData(i32),
    #[error("{} is no oid", .0.as_ref().map_or("null".to_owned(), ToString::to_string))]
    Oid(Option<Text>),
    #[error("{0} is no dependency")]
    Dependency(Text),
    #[error("{0} is no section")]
    Section(i32),
    #[error("{} does not say whether a table has oids", .0.as_ref().map_or("null".to_owned(), ToString::to_string))]
    WithOids(Option<Text>),
    #[error("not a data offset: its state is {0}, and without one it must be 0")]
    Position(u8),
    #[error("the entry says both that it has data and that it has none")]
    PositionMismatch,
    #[error("{0} is no type of a block of data")]
    BlockType(u8),
    #[error("block of data for dump id {0}, which no entry has")]
    UnknownBlock(i32),
    #[error("block of data for {found}, where that for {awaited} must come")]
    BlockOrder { found: String, awaited: String },
    #[error("block of the wrong type for {0}")]
    BlockTypeMismatch(String),
    #[error("block of data for {entry} is at byte {found}, not at {recorded} as its entry says")]
    BlockPosition {
        entry: String,
        found: u64,
        recorded: u64,
    },
    #[error("{0} is no length of a chunk of data")]
    ChunkLength(i32),
    #[error("archive is cut off")]
    Truncated,
    #[error("archive is cut off: {missing} entries have no data, the first is {first}")]
    MissingBlocks { missing: usize, first: String },
    #[error("bytes follow the last block of data")]
    TrailingBytes,
}
