//! A custom archive whose rows are read from their blocks: any of them, by itself, from any thread.
//!
//! ```text
//! archive ─┬─ all but rows ─► pg_restore -f - ─► SQL
//!          └─ the block of a table ─► its rows, whenever somebody asks
//! ```

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use pgferry_core::dump::archive::{
    ArchiveError, ArchiveReader, Block, BlockRows, DataError, Event, Header, Problem, StandIn, Toc,
    WriteError, recorded_blocks,
};
use pgferry_core::dump::{RowRun, RowRuns};

use super::SourceError;
use super::dump_file::{PLAIN_FLAGS, PgRestore, SqlReader};
use crate::error::OnPath;
use crate::process::Invocation;
use crate::ui::Progress;

/// Bytes of the file that are read at a time.
const CHUNK: usize = 256 * 1024;
/// Bytes of a block's type and dump id, after which its start is told.
const BLOCK_START: u64 = 6;

/// An archive and where its blocks are. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct ArchiveFile {
    name: Arc<str>,
    file: Arc<File>,
    header: Arc<Header>,
    toc: Arc<Toc>,
    blocks: Arc<[Block]>,
    progress: Progress,
}

impl ArchiveFile {
    /// `None` when only `pg_restore` can read it: it holds rows as `INSERT` statements, or is of a version or compression
    /// that is not known here.
    pub(super) fn open(
        path: &Path,
        name: &str,
        progress: &Progress,
    ) -> Result<Option<Self>, SourceError> {
        let file = File::open(path).on_path("read", path)?;
        let size = file.metadata().on_path("read", path)?.len();
        let mut archive = Input {
            reader: ArchiveReader::new(),
            file: &file,
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
            name: name.into(),
            file: Arc::new(file),
            header: Arc::new(header),
            toc: Arc::new(toc),
            blocks: blocks.into(),
            progress: progress.clone(),
        }))
    }

    /// The tables whose rows it holds, in order.
    pub fn tables(&self) -> impl Iterator<Item = ArchivedTable> {
        let blocks = self.blocks.iter().enumerate();
        blocks.filter_map(|(block, found)| {
            let entry = self.toc.entries().get(found.entry)?;
            let copy = entry
                .copy_statement
                .as_ref()
                .filter(|_| entry.holds_rows())?;
            Some(ArchivedTable {
                copy: copy.trim_ascii_end().to_vec(),
                block,
                bytes: found.range.end - found.range.start,
            })
        })
    }

    /// Starts what gives all of the SQL but rows: each COPY is without.
    pub fn script(&self) -> Result<SqlReader, SourceError> {
        let mut child = Invocation::new("pg_restore")?
            .args(["--file=-"])
            .args(PLAIN_FLAGS)
            .spawn(Stdio::piped(), Stdio::piped())?;
        let (stdin, stdout) = (child.stdin()?, child.stdout()?);
        let archive = self.clone();
        let pump = tokio::task::spawn_blocking(move || archive.write_without_rows(stdin));
        Ok(SqlReader {
            sql: Box::new(stdout),
            pg_restore: Some(PgRestore { child, pump }),
        })
    }

    /// Reads the rows of a table, in runs of about `size` bytes, until `take` returns false.
    pub fn rows(
        &self,
        block: usize,
        size: usize,
        mut take: impl FnMut(RowRun) -> bool,
    ) -> Result<(), SourceError> {
        let Some(block) = self.blocks.get(block) else {
            return Ok(());
        };
        let Some(entry) = self.toc.entries().get(block.entry) else {
            return Ok(());
        };
        let corrupt = |source| self.corrupt(source);
        let mut rows = BlockRows::new(&self.header, entry, block.range.start).map_err(corrupt)?;
        let mut runs = RowRuns::new(size);
        let mut give = |run| if take(run) { Ok(()) } else { Err(End::Enough) };
        let read = self.each_chunk(block, |chunk| {
            rows.feed(chunk, &mut |piece| runs.feed(piece, &mut give))
        });
        match read {
            Ok(()) => {}
            Err(End::Enough) => return Ok(()),
            Err(End::Failed(error)) => return Err(error),
            Err(End::Data(error)) => return Err(corrupt(error)),
        }
        // Before the last run, so that rows which were damaged are not taken for whole.
        rows.finish().map_err(corrupt)?;
        match runs.finish(&mut give) {
            Ok(()) | Err(End::Enough) => Ok(()),
            Err(End::Failed(error)) => Err(error),
            Err(End::Data(error)) => Err(corrupt(error)),
        }
    }

    /// Feeds `pg_restore`. One that closes its input early says why by its exit status.
    fn write_without_rows(&self, mut to: File) -> Result<(), SourceError> {
        let mut stand_in =
            StandIn::new(&self.header, &self.toc).map_err(|error| self.corrupt(error))?;
        let mut out = Vec::new();
        let written = (|| {
            stand_in.start(&mut out)?;
            for block in &*self.blocks {
                let Some(entry) = self.toc.entries().get(block.entry) else {
                    continue;
                };
                if entry.holds_rows() {
                    stand_in.without_rows(block.entry, &mut out)?;
                    pass_on(&mut out, &mut to)?;
                    continue;
                }
                let header = Header::clone(&self.header);
                let offset = block.range.start;
                let mut reader = ArchiveReader::of_block(header, entry.clone(), offset)
                    .map_err(|problem| DataError::no_block(entry, offset, problem))?;
                self.each_chunk(block, |mut chunk| {
                    while let Some(event) = reader.next(&mut chunk).map_err(DataError::from)? {
                        stand_in.copy::<End>(block.entry, &event, &mut out)?;
                    }
                    pass_on(&mut out, &mut to)
                })?;
                reader.finish().map_err(DataError::from)?;
            }
            pass_on(&mut out, &mut to)
        })();
        match written {
            Ok(()) | Err(End::Enough) => Ok(()),
            Err(End::Failed(error)) => Err(error),
            Err(End::Data(error)) => Err(self.corrupt(error)),
        }
    }

    fn each_chunk(
        &self,
        block: &Block,
        mut sink: impl FnMut(&[u8]) -> Result<(), End>,
    ) -> Result<(), End> {
        let mut buffer = vec![0; CHUNK];
        let mut range = block.range.clone();
        while let Some(chunk) = chunk(&self.file, &mut range, &mut buffer)
            .map_err(|source| SourceError::read(&self.name, source))?
        {
            self.progress.advance(chunk.len() as u64);
            sink(chunk)?;
        }
        Ok(())
    }

    fn corrupt(&self, source: DataError) -> SourceError {
        SourceError::Data {
            name: self.name.to_string(),
            source,
        }
    }
}

/// A table whose rows an archive holds.
#[derive(Debug)]
pub(crate) struct ArchivedTable {
    /// The COPY that takes them, as the script has it.
    pub copy: Vec<u8>,
    /// For [`ArchiveFile::rows`].
    pub block: usize,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Why something was not done to its end.
enum End {
    /// Nobody takes more.
    Enough,
    Data(DataError),
    Failed(SourceError),
}

impl From<DataError> for End {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

impl From<SourceError> for End {
    fn from(error: SourceError) -> Self {
        Self::Failed(error)
    }
}

impl From<WriteError> for End {
    fn from(source: WriteError) -> Self {
        Self::Failed(SourceError::StandIn { source })
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
fn chunk<'b>(
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

fn pass_on(out: &mut Vec<u8>, to: &mut File) -> Result<(), End> {
    to.write_all(out).map_err(|_closed| End::Enough)?;
    out.clear();
    Ok(())
}
