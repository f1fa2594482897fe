use super::entry::{Entry, Position};
use super::error::{ArchiveError, Place, Problem};
use super::field::FieldReader;
use super::header::Header;
use super::header_reader::HeaderReader;
use super::toc::Toc;
use super::toc_reader::TocReader;

/// The size that header and table of contents may have together, in bytes: that of some millions of objects.
pub const DEFAULT_TOC_LIMIT: u64 = 1 << 30;

/// `BLK_DATA` and `BLK_BLOBS` of `pg_backup_archiver.h`.
pub(super) const BLOCK_TABLE: u8 = 1;
pub(super) const BLOCK_LARGE_OBJECTS: u8 = 3;

/// What an archive is made of, in the order in which it comes.
///
/// ```text
/// Header Toc (BlockStart Data* BlockEnd | BlockStart (LargeObjectStart Data* LargeObjectEnd)* BlockEnd)*
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// [`ArchiveReader::header`] is there.
    Header,
    /// [`ArchiveReader::toc`] is there.
    Toc,
    /// The data of an entry begin; `entry` is its index in [`Toc::entries`].
    BlockStart {
        entry: usize,
    },
    LargeObjectStart {
        oid: u32,
    },
    /// The next bytes of the table or large object, as they are stored: see [`super::Decoder`].
    Data(Piece<'a>),
    LargeObjectEnd,
    /// The data of the entry are complete.
    BlockEnd {
        entry: usize,
    },
}

/// Consecutive bytes of one chunk. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    pub bytes: &'a [u8],
    /// The number of bytes of the whole chunk, 1 to 2^31 - 1.
    pub chunk_length: u32,
    /// The number of bytes of the chunk that came before these. Where it is 0, a chunk begins.
    pub chunk_offset: u32,
}

/// Reads an archive from input that comes in any pieces, front to back and once: a pipe will do.
///
/// ```
/// # use pgferry_core::dump::archive::{ArchiveError, ArchiveReader, Event};
/// # fn rows(blocks: &[&[u8]]) -> Result<u64, ArchiveError> {
/// let mut reader = ArchiveReader::new();
/// let mut bytes = 0;
/// for block in blocks {
///     let mut input = *block;
///     while let Some(event) = reader.next(&mut input)? {
///         if let Event::Data(piece) = event {
///             bytes += piece.bytes.len() as u64;
///         }
///     }
/// }
/// reader.finish()?;
/// # Ok(bytes)
/// # }
/// # assert!(rows(&[b"PG", b"DMQ"]).is_err());
/// ```
///
/// Memory is that of the table of contents; data are handed out from the input.
#[derive(Debug)]
pub struct ArchiveReader {
    fields: FieldReader,
    state: State,
    header: Option<Header>,
    toc: Option<Toc>,
    /// The index of the entry whose block comes next: blocks stand in the order of the entries.
    awaited: Option<usize>,
    failure: Option<ArchiveError>,
}

#[derive(Debug)]
enum State {
    Header(HeaderReader),
    Toc(TocReader),
    /// Where a block begins, or the archive ends.
    BlockType,
    BlockId {
        kind: u8,
        offset: u64,
    },
    /// In a block: where a large object begins, or the block ends.
    LargeObject {
        entry: usize,
    },
    /// Where a chunk begins, or the stream ends.
    Chunk {
        entry: usize,
        large_object: Option<u32>,
    },
    InChunk {
        entry: usize,
        large_object: Option<u32>,
        length: u32,
        offset: u32,
    },
}

impl Default for ArchiveReader {
    fn default() -> Self {
        Self::new()
    }
}

impl ArchiveReader {
    pub fn new() -> Self {
        Self::with_toc_limit(DEFAULT_TOC_LIMIT)
    }

    /// Reads one block of an archive whose table of contents was read before, from the block's first byte on, which is at
    /// `offset` of the archive. The reader's table of contents has that one entry, and [`Self::finish`] says whether the
    /// block was whole and nothing came after it.
    ///
    /// # Errors
    /// Where the entry has no block.
    pub fn of_block(header: Header, entry: Entry, offset: u64) -> Result<Self, Problem> {
        let toc = Toc::new(vec![entry])?;
        let mut fields = FieldReader::new(DEFAULT_TOC_LIMIT);
        fields.begin_at(offset);
        Ok(Self {
            fields,
            state: State::BlockType,
            header: Some(header),
            awaited: Some(toc.next_with_data(0).ok_or(Problem::PositionMismatch)?),
            toc: Some(toc),
            failure: None,
        })
    }

    /// Refuses an archive whose header and table of contents are together larger than `limit` bytes.
    pub fn with_toc_limit(limit: u64) -> Self {
        Self {
            fields: FieldReader::new(limit),
            state: State::Header(HeaderReader::new()),
            header: None,
            toc: None,
            awaited: None,
            failure: None,
        }
    }

    /// There after [`Event::Header`].
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// There after [`Event::Toc`].
    pub fn toc(&self) -> Option<&Toc> {
        self.toc.as_ref()
    }

    /// The number of bytes that were taken from the input so far.
    pub fn offset(&self) -> u64 {
        self.fields.offset()
    }

    /// Takes bytes from the front of `input` and gives the next event; None where all of `input` was taken and more
    /// is needed, or the archive has ended.
    ///
    /// # Errors
    /// Where the archive is not what `pg_dump` writes. The same error is given from then on.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, ArchiveError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.step(input).map_err(|problem| {
            let failure = ArchiveError {
                problem,
                place: self.place(),
                offset: self.fields.start(),
            };
            self.failure.insert(failure).clone()
        })
    }

    /// Says that the input has ended.
    ///
    /// # Errors
    /// Where the archive has not: it is cut off.
    pub fn finish(&self) -> Result<(), ArchiveError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let problem = match (
            &self.state,
            self.awaited.and_then(|index| self.entries().get(index..)),
        ) {
            _ if self.fields.is_midway() => Problem::Truncated,
            (State::BlockType, None) => return Ok(()),
            (State::BlockType, Some(entries)) => Problem::MissingBlocks {
                missing: entries.iter().filter(|entry| entry.has_data).count(),
                first: entries.first().map(Entry::to_string).unwrap_or_default(),
            },
            _ => Problem::Truncated,
        };
        Err(ArchiveError {
            problem,
            place: self.place(),
            offset: self.fields.offset(),
        })
    }

    fn entries(&self) -> &[Entry] {
        self.toc.as_ref().map_or(&[], Toc::entries)
    }

    fn step<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, Problem> {
        match &mut self.state {
            State::Header(reader) => {
                let Some(header) = reader.read(&mut self.fields, input)? else {
                    return Ok(None);
                };
                self.state = State::Toc(TocReader::new(header.version));
                self.header = Some(header);
                Ok(Some(Event::Header))
            }
            State::Toc(reader) => {
                let Some(toc) = reader.read(&mut self.fields, input)? else {
                    return Ok(None);
                };
                self.awaited = toc.next_with_data(0);
                self.toc = Some(toc);
                self.state = State::BlockType;
                Ok(Some(Event::Toc))
            }
            _ => self.next_of_blocks(input),
        }
    }

    fn next_of_blocks<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, Problem> {
        loop {
            match &mut self.state {
                State::Header(_) | State::Toc(_) => return Ok(None),
                State::BlockType => {
                    let Some(kind) = self.fields.byte(input) else {
                        return Ok(None);
                    };
                    if self.awaited.is_none() {
                        return Err(Problem::TrailingBytes);
                    }
                    if !matches!(kind, BLOCK_TABLE | BLOCK_LARGE_OBJECTS) {
                        return Err(Problem::BlockType(kind));
                    }
                    self.state = State::BlockId {
                        kind,
                        offset: self.fields.start(),
                    };
                }
                &mut State::BlockId { kind, offset } => {
                    let Some(dump_id) = self.fields.int(input)? else {
                        return Ok(None);
                    };
                    let entry = self.begin_block(kind, offset, dump_id)?;
                    self.state = match kind {
                        BLOCK_LARGE_OBJECTS => State::LargeObject { entry },
                        _ => State::Chunk {
                            entry,
                            large_object: None,
                        },
                    };
                    return Ok(Some(Event::BlockStart { entry }));
                }
                &mut State::LargeObject { entry } => {
                    let Some(oid) = self.fields.int(input)? else {
                        return Ok(None);
                    };
                    if oid == 0 {
                        self.state = State::BlockType;
                        return Ok(Some(Event::BlockEnd { entry }));
                    }
                    let oid = oid.cast_unsigned();
                    self.state = State::Chunk {
                        entry,
                        large_object: Some(oid),
                    };
                    return Ok(Some(Event::LargeObjectStart { oid }));
                }
                &mut State::Chunk {
                    entry,
                    large_object,
                } => {
                    let Some(value) = self.fields.int(input)? else {
                        return Ok(None);
                    };
                    let length =
                        u32::try_from(value).map_err(|_negative| Problem::ChunkLength(value))?;
                    if length == 0 {
                        if large_object.is_some() {
                            self.state = State::LargeObject { entry };
                            return Ok(Some(Event::LargeObjectEnd));
                        }
                        self.state = State::BlockType;
                        return Ok(Some(Event::BlockEnd { entry }));
                    }
                    self.state = State::InChunk {
                        entry,
                        large_object,
                        length,
                        offset: 0,
                    };
                }
                State::InChunk {
                    entry,
                    large_object,
                    length,
                    offset,
                } => {
                    let left = length.saturating_sub(*offset);
                    let bytes = self
                        .fields
                        .raw(input, usize::try_from(left).unwrap_or(usize::MAX));
                    if bytes.is_empty() {
                        return Ok(None);
                    }
                    let piece = Piece {
                        bytes,
                        chunk_length: *length,
                        chunk_offset: *offset,
                    };
                    // What was taken is at most `left`, and so fits.
                    *offset = offset.saturating_add(u32::try_from(bytes.len()).unwrap_or(left));
                    if offset == length {
                        self.state = State::Chunk {
                            entry: *entry,
                            large_object: *large_object,
                        };
                    }
                    return Ok(Some(Event::Data(piece)));
                }
            }
        }
    }

    /// The index of the entry whose block begins, after it was checked that this is its block.
    fn begin_block(&mut self, kind: u8, offset: u64, dump_id: i32) -> Result<usize, Problem> {
        let (Some(toc), Some(awaited)) = (&self.toc, self.awaited) else {
            return Err(Problem::UnknownBlock(dump_id));
        };
        let found = toc.entry(dump_id).ok_or(Problem::UnknownBlock(dump_id))?;
        let entry = toc
            .entries()
            .get(awaited)
            .ok_or(Problem::UnknownBlock(dump_id))?;
        if found.dump_id != entry.dump_id {
            return Err(Problem::BlockOrder {
                found: found.to_string(),
                awaited: entry.to_string(),
            });
        }
        if entry.holds_large_objects() != (kind == BLOCK_LARGE_OBJECTS) {
            return Err(Problem::BlockTypeMismatch(entry.to_string()));
        }
        if let Position::Known(recorded) = entry.position
            && recorded != offset
        {
            return Err(Problem::BlockPosition {
                entry: entry.to_string(),
                found: offset,
                recorded,
            });
        }
        self.awaited = toc.next_with_data(awaited.saturating_add(1));
        Ok(awaited)
    }

    fn place(&self) -> Place {
        let name = |entry: usize| {
            self.entries()
                .get(entry)
                .map(Entry::to_string)
                .unwrap_or_default()
        };
        match &self.state {
            State::Header(_) => Place::Header,
            State::Toc(reader) => reader.place(),
            State::BlockType | State::BlockId { .. } => Place::BetweenBlocks,
            State::LargeObject { entry } => Place::Block {
                entry: name(*entry),
                large_object: None,
            },
            State::Chunk {
                entry,
                large_object,
            }
            | State::InChunk {
                entry,
                large_object,
                ..
            } => Place::Block {
                entry: name(*entry),
                large_object: *large_object,
            },
        }
    }
}
