use memchr::memmem::Finder;

use super::codec::{CodecError, Decoder};
use super::entry::Entry;
use super::error::{ArchiveError, Place, Problem};
use super::header::Header;
use super::reader::{ArchiveReader, Event};

/// How `pg_dump` ends a table's data, in the archive as in a script: the end of `dumpTableData_copy` in `pg_dump.c`.
pub const END_OF_ROWS: &[u8] = b"\\.\n\n\n";

/// Bytes of rows that are looked at together.
const PIECE: usize = 64 * 1024;

/// Why the data of an entry can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{entry}: {source}")]
    Codec { entry: String, source: CodecError },
    #[error("{entry}: its rows do not end as pg_dump ends them")]
    End { entry: String },
    #[error("{entry}: a line that ends rows stands among them")]
    EndInside { entry: String },
}

impl From<CodecError> for DataError {
    fn from(source: CodecError) -> Self {
        Self::Codec {
            entry: String::new(),
            source,
        }
    }
}

impl DataError {
    /// Names the entry in an error of a codec, which knows none.
    pub(super) fn of(self, entry: &str) -> Self {
        match self {
            Self::Codec { source, .. } => Self::Codec {
                entry: entry.to_owned(),
                source,
            },
            other => other,
        }
    }

    pub fn no_block(entry: &Entry, offset: u64, problem: Problem) -> Self {
        Self::Archive(ArchiveError {
            problem,
            place: Place::Block {
                entry: entry.to_string(),
                large_object: None,
            },
            offset,
        })
    }
}

/// The rows of one table, from the bytes of its block, in any pieces.
///
/// What was given away is whole rows only once [`BlockRows::finish`] has gone well: the checksum of compressed data stands
/// at their end, as the end of the block does.
#[derive(Debug)]
pub struct BlockRows {
    reader: ArchiveReader,
    decoder: Decoder,
    cutter: EndCutter,
    /// What is not compressed stands in a chunk for each row.
    decoded: Vec<u8>,
}

impl BlockRows {
    /// Of the block of `entry` that begins at `offset` of the archive.
    ///
    /// # Errors
    /// Where the entry has no block, or is compressed in a way that is not known here.
    pub fn new(header: &Header, entry: &Entry, offset: u64) -> Result<Self, DataError> {
        let name = entry.to_string();
        let decoder = Decoder::new(header.compression.algorithm)
            .map_err(|error| DataError::from(error).of(&name))?;
        let reader = ArchiveReader::of_block(header.clone(), entry.clone(), offset)
            .map_err(|problem| DataError::no_block(entry, offset, problem))?;
        Ok(Self {
            reader,
            decoder,
            cutter: EndCutter::new(name),
            decoded: Vec::new(),
        })
    }

    /// Takes the next bytes of the block, and gives the rows in them to `sink`, in pieces that start and end anywhere.
    ///
    /// # Errors
    /// Where the block is not what `pg_dump` writes, or the sink's.
    pub fn feed<E: From<DataError>>(
        &mut self,
        mut input: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self {
            reader,
            decoder,
            cutter,
            decoded,
        } = self;
        while let Some(event) = reader.next(&mut input).map_err(DataError::from)? {
            if let Event::Data(piece) = event {
                decoder
                    .decode::<DataError>(piece.bytes, |bytes| {
                        decoded.extend_from_slice(bytes);
                        Ok(())
                    })
                    .map_err(|error| error.of(&cutter.entry))?;
                if decoded.len() >= PIECE {
                    cutter.feed(decoded, sink)?;
                    decoded.clear();
                }
            }
        }
        cutter.feed(decoded, sink)?;
        decoded.clear();
        Ok(())
    }

    /// Says that the block has ended.
    ///
    /// # Errors
    /// Where it has not, or something is missing in it.
    pub fn finish(self) -> Result<(), DataError> {
        self.reader.finish()?;
        self.decoder
            .finish()
            .map_err(|error| DataError::from(error).of(&self.cutter.entry))?;
        self.cutter.finish()
    }
}

/// Keeps back what can be the end of the rows.
#[derive(Debug)]
struct EndCutter {
    entry: String,
    /// The last bytes, as many as the end has.
    held: Vec<u8>,
    /// The last bytes that were given away, in which a line that ends rows may have begun.
    before: Vec<u8>,
    finder: Finder<'static>,
}

/// A line by which psql, and the server before version 18, take rows to have ended.
const END_LINE: &[u8] = b"\n\\.";

impl EndCutter {
    fn new(entry: String) -> Self {
        Self {
            entry,
            held: Vec::new(),
            // The first row begins a line.
            before: b"\n".to_vec(),
            finder: Finder::new(END_LINE),
        }
    }

    fn feed<E: From<DataError>>(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let excess = (self.held.len() + bytes.len()).saturating_sub(END_OF_ROWS.len());
        let from_held = excess.min(self.held.len());
        let rows: Vec<u8> = self.held.drain(..from_held).collect();
        self.give(&rows, sink)?;
        let (given, kept) = bytes.split_at(bytes.len().min(excess - from_held));
        self.give(given, sink)?;
        self.held.extend_from_slice(kept);
        Ok(())
    }

    fn give<E: From<DataError>>(
        &mut self,
        rows: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if rows.is_empty() {
            return Ok(());
        }
        // A line end after the two bytes is needed, and the longest way to write it has two more.
        let reach = END_LINE.len() + 2;
        let mut seam = std::mem::take(&mut self.before);
        seam.extend(rows.iter().take(reach));
        if self.has_end(&seam) || self.has_end(rows) {
            let entry = self.entry.clone();
            return Err(E::from(DataError::EndInside { entry }));
        }
        let tail = rows.len().saturating_sub(reach);
        match rows.get(tail..) {
            Some(tail) if rows.len() >= reach => self.before = tail.to_vec(),
            _ => {
                let start = seam.len().saturating_sub(reach);
                self.before = seam.split_off(start);
            }
        }
        sink(rows)
    }

    fn has_end(&self, text: &[u8]) -> bool {
        self.finder.find_iter(text).any(|index| {
            let rest = text.get(index + END_LINE.len()..).unwrap_or_default();
            rest.starts_with(b"\n") || rest.starts_with(b"\r\n")
        })
    }

    fn finish(mut self) -> Result<(), DataError> {
        if self.held != END_OF_ROWS || !self.before.ends_with(b"\n") {
            let entry = std::mem::take(&mut self.entry);
            return Err(DataError::End { entry });
        }
        Ok(())
    }
}
