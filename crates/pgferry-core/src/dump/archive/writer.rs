use super::encode;
use super::entry::Position;
use super::header::{Compression, Header, Version};
use super::reader::{BLOCK_LARGE_OBJECTS, BLOCK_TABLE, Event};
use super::toc::Toc;

/// The largest chunk that [`ArchiveWriter::data`] makes, in bytes. `pg_restore` holds a chunk in memory.
pub const CHUNK_LIMIT: usize = 1 << 20;

/// Writes an archive: the header and table of contents of one that was read, and data block by block.
///
/// What is written is appended to the `Vec` that each method takes; take it from there as often as you like. The
/// archive is good as it is, as one that `pg_dump` wrote to a pipe. Where the place it was written to can be written
/// over, put [`TocRewrite::bytes`] at [`TocRewrite::offset`] in the end: then `pg_restore` knows where each table's
/// data are, as it must for `--jobs`, and as it does with an archive that `pg_dump` wrote to a file.
///
/// The data are bytes as they are stored, compressed as the header says: [`super::Encoder`] makes them, or
/// [`crate::gzip::ZlibStream`] out of blocks that were compressed elsewhere.
///
/// ```text
/// start (begin_block data* end_block | begin_block (begin_large_object data* end_large_object)* end_block)* finish
/// ```
#[derive(Debug)]
pub struct ArchiveWriter {
    header: Header,
    toc: Toc,
    state: State,
    /// The index of the entry whose block comes next.
    awaited: Option<usize>,
    /// The number of bytes that the chunk that was begun still lacks.
    chunk_left: u32,
    /// The number of bytes written.
    offset: u64,
    toc_offset: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    NotStarted,
    BetweenBlocks,
    Table,
    /// In a block of large objects, between two of them.
    LargeObjects,
    LargeObject,
}

/// Why nothing can be written. What was appended before is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error("archive format {0} cannot be written")]
    Version(Version),
    #[error(
        "archive format {version} has no way to say {algorithm} at level {level}",
        algorithm = compression.algorithm, level = compression.level
    )]
    Compression {
        compression: Compression,
        version: Version,
    },
    #[error("a string or list of more than 2^31 - 1 bytes or entries")]
    TooLong,
    #[error("a string holds a NUL byte")]
    Nul,
    #[error("large object 0 does not exist")]
    LargeObjectZero,
    #[error("data are written for entry {found}, where those for {awaited} must come")]
    Order { found: usize, awaited: String },
    #[error("data for {0} are missing")]
    Missing(String),
    #[error("{0} of an archive out of turn")]
    OutOfTurn(&'static str),
}

/// The table of contents with the position of each block, as long as the one that was written first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TocRewrite {
    /// From the start of the archive, in bytes.
    pub offset: u64,
    pub bytes: Vec<u8>,
    /// The length of the whole archive, in bytes.
    pub archive_length: u64,
}

impl ArchiveWriter {
    /// The positions in `toc` are not looked at. `header` says how the data will be compressed.
    pub fn new(header: Header, mut toc: Toc) -> Self {
        for index in 0..toc.entries().len() {
            toc.set_position(index, Position::NoData);
        }
        let awaited = toc.next_with_data(0);
        let mut next = awaited;
        while let Some(index) = next {
            toc.set_position(index, Position::Unknown);
            next = toc.next_with_data(index.saturating_add(1));
        }
        Self {
            header,
            toc,
            state: State::NotStarted,
            awaited,
            chunk_left: 0,
            offset: 0,
            toc_offset: 0,
        }
    }

    /// The number of bytes written so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Writes the header and the table of contents, without positions.
    ///
    /// # Errors
    /// Where the format cannot express them.
    pub fn start(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.state != State::NotStarted {
            return Err(WriteError::OutOfTurn("start"));
        }
        let before = out.len();
        encode::header(&self.header, out)?;
        self.toc_offset = added(before, out);
        encode::toc(self.header.version, &self.toc, out)?;
        self.offset = added(before, out);
        self.state = State::BetweenBlocks;
        Ok(())
    }

    /// Begins the data of the entry with this index in [`Toc::entries`].
    ///
    /// # Errors
    /// Where another entry's data must come first: `pg_restore` reads a pipe in the order of the entries.
    pub fn begin_block(&mut self, entry: usize, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.state != State::BetweenBlocks {
            return Err(WriteError::OutOfTurn("start of a block"));
        }
        let awaited = self
            .awaited
            .and_then(|index| Some((index, self.toc.entries().get(index)?)));
        let (kind, dump_id) = match awaited {
            Some((index, awaited)) if index == entry => {
                let kind = if awaited.holds_large_objects() {
                    BLOCK_LARGE_OBJECTS
                } else {
                    BLOCK_TABLE
                };
                (kind, awaited.dump_id)
            }
            Some((_, awaited)) => {
                return Err(WriteError::Order {
                    found: entry,
                    awaited: awaited.to_string(),
                });
            }
            None => return Err(WriteError::OutOfTurn("start of a block after the last")),
        };
        self.toc.set_position(entry, Position::Known(self.offset));
        self.awaited = self.toc.next_with_data(entry.saturating_add(1));
        self.append(out, |out| {
            out.push(kind);
            encode::int(dump_id, out);
        });
        self.state = if kind == BLOCK_TABLE {
            State::Table
        } else {
            State::LargeObjects
        };
        Ok(())
    }

    /// # Errors
    /// Out of turn, or where the oid is 0.
    pub fn begin_large_object(&mut self, oid: u32, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.state != State::LargeObjects {
            return Err(WriteError::OutOfTurn("start of a large object"));
        }
        if oid == 0 {
            return Err(WriteError::LargeObjectZero);
        }
        self.append(out, |out| encode::int(oid.cast_signed(), out));
        self.state = State::LargeObject;
        Ok(())
    }

    /// Writes the next bytes of the table or large object, as chunks of at most [`CHUNK_LIMIT`]. Each call makes
    /// chunks of its own, of five bytes more: don't call it for every row.
    ///
    /// # Errors
    /// Out of turn.
    pub fn data(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.in_stream("data")?;
        for chunk in bytes.chunks(CHUNK_LIMIT) {
            self.begin_chunk(u32::try_from(chunk.len()).unwrap_or(u32::MAX), out)?;
            self.chunk_bytes(chunk, out)?;
        }
        Ok(())
    }

    /// # Errors
    /// Out of turn.
    pub fn end_large_object(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.in_stream("end of a large object")?;
        if self.state != State::LargeObject {
            return Err(WriteError::OutOfTurn("end of a large object"));
        }
        self.append(out, |out| encode::int(0, out));
        self.state = State::LargeObjects;
        Ok(())
    }

    /// Ends the data of the entry.
    ///
    /// # Errors
    /// Out of turn.
    pub fn end_block(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        match self.state {
            State::Table | State::LargeObjects if self.chunk_left == 0 => {}
            _ => return Err(WriteError::OutOfTurn("end of a block")),
        }
        // It ends the chunks of a table, and the large objects alike.
        self.append(out, |out| encode::int(0, out));
        self.state = State::BetweenBlocks;
        Ok(())
    }

    /// Writes what a reader gave: [`Event::Toc`] begins the archive, data keep the chunks that they had. An archive
    /// whose every event is written so, and whose positions were known, is the same again.
    ///
    /// # Errors
    /// Out of turn, or where the format cannot express what [`Self::new`] was given.
    pub fn copy(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> Result<(), WriteError> {
        match *event {
            Event::Header => Ok(()),
            Event::Toc => self.start(out),
            Event::BlockStart { entry } => self.begin_block(entry, out),
            Event::LargeObjectStart { oid } => self.begin_large_object(oid, out),
            Event::Data(piece) => {
                if piece.chunk_offset == 0 {
                    self.in_stream("data")?;
                    self.begin_chunk(piece.chunk_length, out)?;
                }
                self.chunk_bytes(piece.bytes, out)
            }
            Event::LargeObjectEnd => self.end_large_object(out),
            Event::BlockEnd { .. } => self.end_block(out),
        }
    }

    /// Gives the table of contents as it should be, now that the place of every block is known.
    ///
    /// # Errors
    /// Where data are missing.
    pub fn finish(self) -> Result<TocRewrite, WriteError> {
        let missing = self.awaited.and_then(|index| self.toc.entries().get(index));
        match (self.state, missing) {
            (State::BetweenBlocks, None) => {}
            (State::BetweenBlocks, Some(entry)) => {
                return Err(WriteError::Missing(entry.to_string()));
            }
            _ => return Err(WriteError::OutOfTurn("end")),
        }
        let mut bytes = Vec::new();
        encode::toc(self.header.version, &self.toc, &mut bytes)?;
        Ok(TocRewrite {
            offset: self.toc_offset,
            bytes,
            archive_length: self.offset,
        })
    }

    /// Whether bytes of a stream may come, and no chunk is begun.
    fn in_stream(&self, what: &'static str) -> Result<(), WriteError> {
        match self.state {
            State::Table | State::LargeObject if self.chunk_left == 0 => Ok(()),
            _ => Err(WriteError::OutOfTurn(what)),
        }
    }

    fn begin_chunk(&mut self, length: u32, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let value = i32::try_from(length).map_err(|_too_long| WriteError::TooLong)?;
        self.append(out, |out| encode::int(value, out));
        self.chunk_left = length;
        Ok(())
    }

    fn chunk_bytes(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        let left = u32::try_from(bytes.len())
            .ok()
            .and_then(|length| self.chunk_left.checked_sub(length));
        self.chunk_left = left.ok_or(WriteError::OutOfTurn("data"))?;
        self.append(out, |out| out.extend_from_slice(bytes));
        Ok(())
    }

    fn append(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let before = out.len();
        write(out);
        self.offset = self.offset.saturating_add(added(before, out));
    }
}

fn added(before: usize, out: &[u8]) -> u64 {
    out.len().saturating_sub(before) as u64
}
