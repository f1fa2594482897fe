//! A custom archive whose rows are read from their blocks: any of them, by itself, from any thread.
//!
//! ```text
//! archive ─┬─ all but rows ─► pg_restore -f - ─► SQL
//!          └─ the block of a table ─► its rows, whenever somebody asks
//! ```

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use pgferry_core::dump::archive::{
    ArchiveReader, Block, BlockRows, DataError, Header, StandIn, Toc, WriteError,
};
use pgferry_core::dump::{RowRun, RowRuns};

use super::SourceError;
use super::archive_contents::{CHUNK, Contents, chunk};
use super::dump_file::{PLAIN_FLAGS, PgRestore, SqlReader};
use crate::error::OnPath;
use crate::process::Invocation;
use crate::ui::Progress;

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
        let Some(Contents {
            header,
            toc,
            blocks,
        }) = Contents::of(&file, size, name)?
        else {
            return Ok(None);
        };
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

fn pass_on(out: &mut Vec<u8>, to: &mut File) -> Result<(), End> {
    to.write_all(out).map_err(|_closed| End::Enough)?;
    out.clear();
    Ok(())
}
