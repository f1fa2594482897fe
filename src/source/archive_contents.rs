//! What an archive holds, and where.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use pgferry_core::dump::archive::{
    ArchiveError, ArchiveReader, Block, DataError, Event, Header, Problem, StandIn, Toc,
    recorded_blocks,
};

use super::SourceError;

/// Bytes of the file that are read at a time.
pub(super) const CHUNK: usize = 256 * 1024;
/// Bytes of a block's type and dump id, after which its start is told.
const BLOCK_START: u64 = 6;

/// An archive but for its data.
pub(super) struct Contents {
    pub header: Header,
    pub toc: Toc,
    pub blocks: Vec<Block>,
}

impl Contents {
    /// `None` when only `pg_restore` can read it.
    pub fn of(file: &File, size: u64, name: &str) -> Result<Option<Self>, SourceError> {
        let mut archive = Input {
            reader: ArchiveReader::new(),
            file,
            name,
            range: 0..size,
            toc: 0..0,
        };
        let mut blocks = Vec::new();
        match archive.until_toc() {
            Ok(()) => {}
            Err(SourceError::Data {
                source: DataError::Archive(error),
                ..
            }) if error.problem != Problem::Truncated => {
                tracing::debug!(%error, "leaving the archive to pg_restore");
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        let (Some(header), Some(toc)) = (archive.reader.header(), archive.reader.toc()) else {
            return Ok(None);
        };
        let (header, toc) = (header.clone(), toc.clone());
        let mut with_data = toc.entries().iter().filter(|entry| entry.has_data);
        if !StandIn::reads(header.compression.algorithm)
            || !with_data.all(|entry| entry.holds_rows() || entry.holds_large_objects())
            || toc.tables().any(|table| table.copy_target().is_err())
        {
            return Ok(None);
        }
        match recorded_blocks(&toc, archive.reader.offset(), size) {
            Some(recorded) => blocks = recorded,
            None => archive.find(&mut blocks)?,
        }
        Ok(Some(Self {
            header,
            toc,
            blocks,
        }))
    }
}

/// An archive that is read from its start.
struct Input<'a> {
    reader: ArchiveReader,
    file: &'a File,
    name: &'a str,
    /// What was not read.
    range: Range<u64>,
    /// Where the table of contents lies.
    toc: Range<u64>,
}

impl Input<'_> {
    fn until_toc(&mut self) -> Result<(), SourceError> {
        while self.reader.toc().is_none() {
            let before = self.range.start;
            let mut buffer = vec![0; CHUNK];
            let Some(mut input) = chunk(self.file, &mut self.range, &mut buffer)
                .map_err(|source| SourceError::read(self.name, source))?
            else {
                return self.reader.finish().map_err(|error| self.corrupt(error));
            };
            let length = input.len();
            while self.reader.toc().is_none() {
                let next = self.reader.next(&mut input);
                match next.map_err(|error| self.corrupt(error))? {
                    None => break,
                    Some(Event::Header) => self.toc.start = self.reader.offset(),
                    Some(_) => self.toc.end = self.reader.offset(),
                }
            }
            // What comes behind it is read again.
            self.range.start = before + (length - input.len()) as u64;
        }
        Ok(())
    }

    /// Goes through all blocks, whose places the table of contents does not have.
    fn find(&mut self, blocks: &mut Vec<Block>) -> Result<(), SourceError> {
        let mut buffer = vec![0; CHUNK];
        while let Some(mut input) = chunk(self.file, &mut self.range, &mut buffer)
            .map_err(|source| SourceError::read(self.name, source))?
        {
            loop {
                let event = match self.reader.next(&mut input) {
                    Ok(Some(event)) => event,
                    Ok(None) => break,
                    Err(error) if self.is_second_toc(&error) => return Ok(()),
                    Err(error) => return Err(self.corrupt(error)),
                };
                let offset = self.reader.offset();
                match event {
                    Event::BlockStart { entry } => blocks.push(Block {
                        entry,
                        range: offset.saturating_sub(BLOCK_START)..offset,
                    }),
                    Event::BlockEnd { .. } => {
                        if let Some(block) = blocks.last_mut() {
                            block.range.end = offset;
                        }
                    }
                    _ => {}
                }
            }
        }
        self.reader.finish().map_err(|error| self.corrupt(error))
    }

    /// `pg_dump` 17 opens a file that is its standard output for appending, and so writes the table of contents, which has the
    /// places at last, behind the blocks instead of over the first one.
    fn is_second_toc(&self, error: &ArchiveError) -> bool {
        let size = self.range.end;
        error.problem == Problem::TrailingBytes
            && size.checked_sub(error.offset) == Some(self.toc.end - self.toc.start)
    }

    fn corrupt(&self, error: ArchiveError) -> SourceError {
        SourceError::Data {
            name: self.name.to_owned(),
            source: error.into(),
        }
    }
}

/// The next bytes of a range, in `buffer`; `None` at its end.
pub(super) fn chunk<'b>(
    file: &File,
    range: &mut Range<u64>,
    buffer: &'b mut [u8],
) -> io::Result<Option<&'b [u8]>> {
    let left = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    let length = left.min(buffer.len());
    let Some(chunk) = buffer.get_mut(..length).filter(|chunk| !chunk.is_empty()) else {
        return Ok(None);
    };
    file.read_exact_at(chunk, range.start)?;
    range.start += length as u64;
    Ok(Some(chunk))
}
