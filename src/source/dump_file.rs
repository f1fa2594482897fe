//! Plain SQL, gzip or a custom archive, whichever the first bytes say it is.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use pgferry_core::anonymize::repair::{Plan, Repaired};
use pgferry_core::dump::{self, Format};
use pgferry_core::gzip;
use tempfile::NamedTempFile;
use tokio::task::JoinHandle;

use super::repaired::Repairs;
use super::{ArchiveFile, Seekable, SourceError};
use crate::error::OnPath;
use crate::process::{Invocation, Running};
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;
/// Enough for every magic, and for a plain dump's header.
const HEAD: u64 = 4096;

/// The flags under which an archive becomes SQL: those of the plain kinds.
pub(crate) const PLAIN_FLAGS: [&str; 4] =
    ["--clean", "--if-exists", "--no-owner", "--no-privileges"];

/// SQL compresses 4 to 20 times, a table of one value a few hundred times.
pub(super) const MAX_RATIO: u64 = 900;
/// Limits against gzip bombs.
const LIMITS: gzip::Limits = gzip::Limits {
    max_raw_bytes: None,
    max_ratio: Some(MAX_RATIO),
    ratio_from: 256 << 20,
};

/// A dump in a file.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    /// What the user called it.
    name: String,
    is_compressed: bool,
    is_archive: bool,
    server_major: Option<u32>,
    size: u64,
    /// What is numbered in its SQL before anybody sees that.
    repairs: Option<Repairs>,
    /// Removed with the source, if standard input had to be kept in one.
    _spool: Option<NamedTempFile>,
}

impl Source {
    /// Recognises the file's format.
    ///
    /// # Errors
    /// [`SourceError::Format`] when it is none that holds a dump.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        Self::recognise(path, path.display().to_string(), None)
    }

    /// Keeps standard input in a file, since a dump is read twice: once to its end, before anything is changed.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub async fn spool_stdin(directory: &Path) -> Result<Self, SourceError> {
        // Owned here, so that it goes when this is interrupted; the thread may wait for input for ever.
        let spool = tempfile::Builder::new()
            .prefix(".pgferry-")
            .tempfile_in(directory)
            .on_path("write to", directory)?;
        let mut file = spool.reopen().on_path("write to", directory)?;
        let spooled =
            tokio::task::spawn_blocking(move || io::copy(&mut io::stdin().lock(), &mut file));
        spooled
            .await
            .map_err(|source| SourceError::Thread { source })?
            .on_path("write to", directory)?;
        let path = spool.path().to_owned();
        Self::recognise(&path, "standard input".to_owned(), Some(spool))
    }

    fn recognise(
        path: &Path,
        name: String,
        spool: Option<NamedTempFile>,
    ) -> Result<Self, SourceError> {
        let mut file = File::open(path).on_path("read", path)?;
        let metadata = file.metadata().on_path("read", path)?;
        if metadata.is_dir() {
            return Err(SourceError::Directory { name });
        }
        let mut start = head(&file).on_path("read", path)?;
        let outer = dump::sniff(&start);
        let is_compressed = outer == Format::Gzip;
        let inner = if is_compressed {
            file.seek(SeekFrom::Start(0)).on_path("read", path)?;
            start = head(gzip::Reader::with_limits(&file, LIMITS))
                .map_err(|source| SourceError::read(&name, source))?;
            dump::sniff(&start)
        } else {
            outer
        };
        let is_archive = match inner {
            Format::Plain => false,
            Format::CustomArchive => true,
            format => return Err(SourceError::Format { name, format }),
        };
        Ok(Self {
            path: path.to_owned(),
            name,
            is_compressed,
            is_archive,
            server_major: dump::server_major(&start),
            size: metadata.len(),
            repairs: None,
            _spool: spool,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The major version of the server that the dump was made of, if its first lines say so.
    pub fn server_major(&self) -> Option<u32> {
        self.server_major
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn is_archive(&self) -> bool {
        self.is_archive
    }

    /// From now on, its SQL is read with these repairs.
    pub(crate) fn repair(&mut self, plan: Plan) {
        self.repairs = Some(Repairs::new(plan));
    }

    /// What was repaired when it was read last.
    pub(crate) fn repaired(&self) -> Vec<Repaired> {
        self.repairs.as_ref().map(Repairs::done).unwrap_or_default()
    }

    /// Runs `work` over all of the SQL on a thread, and makes sure that an archive was read whole.
    ///
    /// # Errors
    /// When the file can't be read; what `work` returns is then of no use.
    pub async fn with_sql<T: Send + 'static>(
        &self,
        progress: &Progress,
        work: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
    ) -> Result<T, SourceError> {
        let SqlReader {
            mut sql,
            pg_restore,
        } = self.read(progress)?;
        let worked = tokio::task::spawn_blocking(move || work(&mut sql)).await;
        if let Some(archive) = pg_restore {
            archive.finish(&self.name).await?;
        }
        worked.map_err(|source| SourceError::Thread { source })
    }

    /// Runs `work` over as much of the SQL as it likes, on a thread; it says whether it came to the end.
    ///
    /// # Errors
    /// When the file can't be read; of an archive, also when its end came too early.
    pub async fn with_beginning<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Read) -> (T, bool) + Send + 'static,
    ) -> Result<T, SourceError> {
        let SqlReader {
            mut sql,
            pg_restore,
        } = self.read(&Progress::none())?;
        let worked = tokio::task::spawn_blocking(move || work(&mut sql)).await;
        let (worked, is_at_end) = worked.map_err(|source| SourceError::Thread { source })?;
        // One that is not read to its end is ended.
        if let Some(archive) = pg_restore
            && is_at_end
        {
            archive.finish(&self.name).await?;
        }
        Ok(worked)
    }

    /// Bytes of SQL in it, where that is known before it is read.
    pub fn sql_size(&self) -> Option<u64> {
        if self.is_archive {
            return None;
        }
        if !self.is_compressed {
            return Some(self.size());
        }
        let seekable = self.seekable(&Progress::none()).ok().flatten()?;
        Some(seekable.index().raw_bytes())
    }

    /// The file's index, if it has one: only pgferry writes it. One that is damaged is none, for the contents can be read
    /// front to back all the same.
    pub(crate) fn seekable(&self, progress: &Progress) -> Result<Option<Seekable>, SourceError> {
        if !self.is_compressed || self.is_archive || self.repairs.is_some() {
            return Ok(None);
        }
        Seekable::open(&self.path, &self.name, progress)
            .map_err(|source| SourceError::read(&self.name, source))
    }

    /// The file as an archive whose rows can be read by themselves, if it is one.
    pub(crate) fn archive(&self, progress: &Progress) -> Result<Option<ArchiveFile>, SourceError> {
        if self.is_compressed || !self.is_archive || self.repairs.is_some() {
            return Ok(None);
        }
        ArchiveFile::open(&self.path, &self.name, progress)
    }

    /// Starts reading from the beginning; `progress` advances by the file's bytes.
    pub(crate) fn read(&self, progress: &Progress) -> Result<SqlReader, SourceError> {
        let mut reader = self.read_as_it_is(progress)?;
        if let Some(repairs) = &self.repairs {
            reader.sql = repairs.reader(reader.sql);
        }
        Ok(reader)
    }

    fn read_as_it_is(&self, progress: &Progress) -> Result<SqlReader, SourceError> {
        let file = File::open(&self.path).on_path("read", &self.path)?;
        let counted = Counted {
            file,
            progress: progress.clone(),
        };
        let raw: Box<dyn Read + Send> = if self.is_compressed {
            Box::new(gzip::Reader::with_limits(counted, LIMITS))
        } else {
            Box::new(counted)
        };
        if !self.is_archive {
            return Ok(SqlReader {
                sql: raw,
                pg_restore: None,
            });
        }
        let mut child = Invocation::new("pg_restore")?
            .args(["--file=-"])
            .args(PLAIN_FLAGS)
            .spawn(Stdio::piped(), Stdio::piped())?;
        let (stdin, stdout) = (child.stdin()?, child.stdout()?);
        let name = self.name.clone();
        let pump = tokio::task::spawn_blocking(move || {
            pump(raw, stdin).map_err(|source| SourceError::read(&name, source))
        });
        Ok(SqlReader {
            sql: Box::new(stdout),
            pg_restore: Some(PgRestore { child, pump }),
        })
    }
}

/// A source's SQL on its way.
pub(crate) struct SqlReader {
    pub sql: Box<dyn Read + Send>,
    pub pg_restore: Option<PgRestore>,
}

/// The pg_restore that turns an archive into SQL, and the thread that feeds it.
pub(crate) struct PgRestore {
    pub(super) child: Running,
    pub(super) pump: JoinHandle<Result<(), SourceError>>,
}

impl PgRestore {
    /// Makes sure that all of the archive was read and understood.
    pub async fn finish(self, name: &str) -> Result<(), SourceError> {
        let fed = self
            .pump
            .await
            .map_err(|source| SourceError::Thread { source })?;
        // It can't read what was not given to it.
        fed?;
        self.child
            .wait()
            .await
            .map_err(|source| SourceError::Archive {
                name: name.to_owned(),
                source,
            })
    }
}

/// Feeds a child. One that closes its input early says why by its exit status.
fn pump(mut from: impl Read, mut to: File) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if to
            .write_all(buffer.get(..read).unwrap_or_default())
            .is_err()
        {
            return Ok(());
        }
    }
}

fn head(from: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    from.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

struct Counted {
    file: File,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
