//! The assembler of a seekable file: blocks in, the bytes around them out.

use super::index::{IndexBuilder, Kind, MemberEntry};
use super::member::{Frame, HEAD_SIZE, MAX_RAW_SIZE, TAIL_SIZE};
use super::{Checksums, as_u64};

/// Puts a seekable gzip file together out of compressed blocks, in order: [`Self::begin`] for each section,
/// [`Self::block`] for each of its blocks, [`Self::finish`].
///
/// It holds no contents, so blocks may be compressed anywhere and used in several files. What it gives back must be
/// written in the order of the calls. The same calls give the same bytes.
#[derive(Debug, Default)]
pub struct SeekableWriter {
    index: IndexBuilder,
    open: Option<Kind>,
    started: bool,
    position: u64,
    contents: Checksums,
}

/// What is written behind the last block, and what the file then is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Index and footer; an empty member when the index would be larger than [`super::index::MAX_BYTES`].
    pub bytes: Vec<u8>,
    /// Bytes of the whole file.
    pub file_bytes: u64,
    /// All that comes out of it.
    pub contents: Checksums,
    /// Whether there is an index.
    pub has_index: bool,
}

/// A call that the format has no room for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error("a block before the first section")]
    NoSection,
    #[error("a preamble that is not the first section, or a section after the post-data")]
    SectionOrder,
    #[error(
        "a block of {raw} bytes, compressed {compressed}: a member holds at most {MAX_RAW_SIZE}"
    )]
    BlockTooLarge { raw: u64, compressed: usize },
    #[error("{rows} rows in a block of {raw} bytes, or rows outside a table")]
    Rows { rows: u32, raw: u64 },
}

/// The rows in a block of a table's data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows that end in the block. The `\.` line is none.
    pub ending: u32,
    /// The block starts in the middle of a row.
    pub starts_in_row: bool,
}

impl Rows {
    /// Of a block that is not part of a table's data.
    pub const NONE: Self = Self {
        ending: 0,
        starts_in_row: false,
    };
}

impl SeekableWriter {
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the section before, if any, and starts the next.
    ///
    /// # Errors
    /// [`WriteError::SectionOrder`].
    pub fn begin(&mut self, kind: Kind) -> Result<(), WriteError> {
        let ended = matches!(self.open, Some(Kind::PostData));
        if ended || (self.started && matches!(kind, Kind::Preamble)) {
            return Err(WriteError::SectionOrder);
        }
        self.close();
        self.started = true;
        self.open = Some(kind);
        Ok(())
    }

    /// Takes the next block of the section into account. The member is `frame.head`, the compressed block,
    /// `frame.tail`.
    ///
    /// # Errors
    /// Nothing is taken into account then.
    pub fn block(
        &mut self,
        compressed: &[u8],
        contents: Checksums,
        rows: Rows,
    ) -> Result<Frame, WriteError> {
        let Some(kind) = &self.open else {
            return Err(WriteError::NoSection);
        };
        let outside = !matches!(kind, Kind::Table(_)) && rows != Rows::NONE;
        if outside || u64::from(rows.ending) > contents.bytes {
            return Err(WriteError::Rows {
                rows: rows.ending,
                raw: contents.bytes,
            });
        }
        let too_large = WriteError::BlockTooLarge {
            raw: contents.bytes,
            compressed: compressed.len(),
        };
        let size = compressed.len().saturating_add(HEAD_SIZE + TAIL_SIZE);
        let (Some(frame), Ok(size), Ok(raw_size)) = (
            Frame::new(compressed.len(), contents),
            u32::try_from(size),
            u32::try_from(contents.bytes),
        ) else {
            return Err(too_large);
        };
        self.index.member(MemberEntry {
            size,
            raw_size,
            crc32: contents.crc32,
            rows: rows.ending,
            starts_in_row: rows.starts_in_row,
        });
        self.position += u64::from(size);
        self.contents = self.contents.followed_by(contents);
        Ok(frame)
    }

    /// Bytes of the file so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Ends the last section and the file.
    pub fn finish(mut self) -> Ending {
        self.close();
        let index = self.index.finish(self.position, self.contents);
        let has_index = index.is_some();
        let bytes = index.unwrap_or_else(empty_member);
        Ending {
            file_bytes: self.position + as_u64(bytes.len()),
            bytes,
            contents: self.contents,
            has_index,
        }
    }

    fn close(&mut self) {
        if let Some(kind) = self.open.take() {
            self.index.section(&kind);
        }
    }
}

/// Makes a gzip file even of nothing.
fn empty_member() -> Vec<u8> {
    Frame::new(0, Checksums::EMPTY)
        .map(|frame| [&frame.head[..], &frame.tail].concat())
        .unwrap_or_default()
}
