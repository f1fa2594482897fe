//! A file on its way: `.pgferry-NAME.partial` beside the final name, with its full size from the start, and a journal of the
//! ranges that have arrived.
//!
//! A range is in the journal only when its bytes are durable; one of an earlier run counts only when the journal is of the
//! same version and the bytes still have the checksum that it says.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crc_fast::{CrcAlgorithm, Digest};
use jiff::Timestamp;
use nix::fcntl::OFlag;

use super::FetchError;
use super::journal::{self, Subject};
use super::ranges::{Arrived, disjoint};
use crate::error::{OnPath, PathError};
use crate::lock::Lock;
use crate::store::sync_directory;
use crate::ui::{Progress, format};

const CHUNK: usize = 256 * 1024;
/// `st_blocks` counts these.
const BLOCK: u64 = 512;

/// The names beside a final one.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub whole: PathBuf,
    pub directory: PathBuf,
    pub partial: PathBuf,
    pub journal: PathBuf,
    pub lock: PathBuf,
}

impl Names {
    pub fn of(whole: &Path) -> Self {
        let directory = match whole.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let beside = |suffix: &str| {
            let mut name = std::ffi::OsString::from(".pgferry-");
            name.push(whole.file_name().unwrap_or_default());
            name.push(suffix);
            directory.join(name)
        };
        Self {
            whole: whole.to_owned(),
            directory: directory.to_owned(),
            partial: beside(".partial"),
            journal: beside(".journal"),
            lock: beside(".lock"),
        }
    }

    /// How much of it has arrived, as far as its journal says.
    pub fn arrived(&self) -> u64 {
        let read = File::open(&self.journal).and_then(|mut file| journal::read(&mut file));
        let contents = read.ok().flatten();
        contents.map_or(0, |contents| {
            let ranges = disjoint(contents.arrived, contents.subject.size);
            ranges.iter().map(|range| range.length).sum()
        })
    }

    /// Removes what is unfinished. The lock must be held.
    pub fn remove_unfinished(&self) -> Result<(), PathError> {
        remove(&self.partial)?;
        remove(&self.journal)
    }
}

fn remove(path: &Path) -> Result<(), PathError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).on_path("remove", path),
        _ => Ok(()),
    }
}

/// The file and its journal, open, and the right to write them.
#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    journal: Mutex<File>,
    names: Names,
    subject: Subject,
    /// Held until the last one who writes has ended.
    _lock: Lock,
}

impl Partial {
    /// Opens what an earlier run left, or begins anew. Returns the ranges that are there, in their order.
    pub fn open(
        names: Names,
        lock: Lock,
        subject: Subject,
        progress: &Progress,
    ) -> Result<(Self, Vec<Arrived>), FetchError> {
        let mut journal = open(&names.journal)?;
        let file = open(&names.partial)?;
        let on_journal = |done: io::Result<()>| done.on_path("write", &names.journal);
        let contents = journal::read(&mut journal).on_path("read", &names.journal)?;
        let mut good = Vec::new();
        if let Some(contents) = contents.filter(|contents| contents.subject == subject) {
            for range in disjoint(contents.arrived.clone(), subject.size) {
                if is_intact(&file, range).on_path("read", &names.partial)? {
                    progress.advance(range.length);
                    good.push(range);
                }
            }
            if good.len() == contents.arrived.len() {
                on_journal(journal::go_on(&mut journal, &contents))?;
            } else {
                tracing::info!("some of what had arrived is damaged: fetching that again");
                on_journal(journal::begin(&mut journal, &subject))?;
                on_journal(journal::append(&mut journal, &good))?;
            }
        } else {
            // Room that another version took.
            file.set_len(0).on_path("write", &names.partial)?;
            on_journal(journal::begin(&mut journal, &subject))?;
        }
        let allocated = allocate(&file, &names, subject.size);
        if allocated.is_err() && good.is_empty() {
            // Nothing is lost with it.
            names.remove_unfinished()?;
        }
        allocated?;
        let partial = Self {
            file,
            journal: Mutex::new(journal),
            names,
            subject,
            _lock: lock,
        };
        Ok((partial, good))
    }

    /// Writes at that place.
    pub fn write(&self, bytes: &[u8], offset: u64) -> Result<(), PathError> {
        let written = self.file.write_all_at(bytes, offset);
        written.on_path("write", &self.names.partial)
    }

    pub fn read_exact(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }

    pub fn size(&self) -> u64 {
        self.subject.size
    }

    pub fn path(&self) -> &Path {
        &self.names.partial
    }

    /// Makes the bytes of these ranges durable, then says so in the journal.
    pub fn commit(&self, arrived: &[Arrived]) -> Result<(), PathError> {
        self.file
            .sync_data()
            .on_path("write", &self.names.partial)?;
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal::append(&mut journal, arrived).on_path("write", &self.names.journal)
    }

    /// Nothing of it counts any more.
    pub fn forget(&self) -> Result<(), PathError> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal::begin(&mut journal, &self.subject).on_path("write", &self.names.journal)
    }

    pub fn remove(&self) -> Result<(), PathError> {
        self.names.remove_unfinished()
    }

    /// Gives the checked file its final name, and the time of the version, so that `ls -l` tells its age.
    pub fn finish(&self, taken_at: Timestamp) -> Result<(), PathError> {
        // A file system that can't is no reason to fail.
        drop(self.file.set_modified(taken_at.into()));
        self.file.sync_all().on_path("write", &self.names.partial)?;
        std::fs::rename(&self.names.partial, &self.names.whole)
            .on_path("write", &self.names.whole)?;
        sync_directory(&self.names.directory)?;
        remove(&self.names.journal)
    }
}

/// Opens a file of this user's own, whatever others put there.
fn open(path: &Path) -> Result<File, PathError> {
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path)
        .on_path("write to", path)?;
    let metadata = opened.metadata().on_path("read", path)?;
    let is_ours = metadata.is_file()
        && metadata.nlink() == 1
        && metadata.uid() == nix::unistd::geteuid().as_raw();
    if !is_ours {
        let planted = io::Error::new(ErrorKind::AlreadyExists, "it is no file of pgferry's");
        return Err(planted).on_path("write to", path);
    }
    Ok(opened)
}

/// Whether the bytes of a range are those that arrived.
fn is_intact(file: &File, range: Arrived) -> io::Result<bool> {
    let mut digest = Digest::new(CrcAlgorithm::Crc64Nvme);
    let mut buffer = vec![0; CHUNK];
    let mut offset = range.offset;
    while offset < range.end() {
        let length = usize::try_from(range.end() - offset).map_or(CHUNK, |left| left.min(CHUNK));
        let Some(chunk) = buffer.get_mut(..length) else {
            break;
        };
        match file.read_exact_at(chunk, offset) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
            read => read?,
        }
        digest.update(chunk);
        offset += length as u64;
    }
    Ok(digest.finalize() == range.crc64nvme)
}

/// Takes the room of the whole, so that the disk is not full halfway.
fn allocate(file: &File, names: &Names, size: u64) -> Result<(), FetchError> {
    let metadata = file.metadata().on_path("read", &names.partial)?;
    check_space(
        &names.directory,
        size.saturating_sub(metadata.blocks().saturating_mul(BLOCK)),
    )?;
    reserve(file, size).on_path("write", &names.partial)?;
    Ok(file.set_len(size).on_path("write", &names.partial)?)
}

#[cfg(target_os = "linux")]
fn reserve(file: &File, size: u64) -> io::Result<()> {
    use nix::errno::Errno;
    use nix::fcntl::{FallocateFlags, fallocate};
    let Some(length) = i64::try_from(size).ok().filter(|&length| length > 0) else {
        return Ok(());
    };
    match fallocate(file, FallocateFlags::empty(), 0, length) {
        // Not every file system can; then writing will tell.
        Err(Errno::EOPNOTSUPP | Errno::ENOSYS) | Ok(()) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
fn reserve(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}

fn check_space(directory: &Path, needed: u64) -> Result<(), FetchError> {
    // A file system that doesn't say is asked by writing to it.
    let Ok(status) = nix::sys::statvfs::statvfs(directory) else {
        return Ok(());
    };
    #[expect(
        clippy::useless_conversion,
        reason = "the types differ between systems"
    )]
    let free =
        u64::from(status.blocks_available()).saturating_mul(u64::from(status.fragment_size()));
    if free >= needed {
        return Ok(());
    }
    Err(FetchError::NoSpace {
        path: directory.display().to_string(),
        needed: format::size(needed),
        free: format::size(free),
    })
}

#[cfg(test)]
mod tests {
    use crc_fast::checksum;

    use super::*;
    use crate::lock;

    fn subject(version: &str) -> Subject {
        Subject {
            address: "s3://b/app.gz".to_owned(),
            version: version.to_owned(),
            etag: None,
            size: 3000,
        }
    }

    fn opened(names: &Names, version: &str) -> (Partial, Vec<Arrived>) {
        let lock = lock::take(&names.lock, Timestamp::UNIX_EPOCH).unwrap();
        Partial::open(names.clone(), lock, subject(version), &Progress::none()).unwrap()
    }

    fn arrived(offset: u64, bytes: &[u8]) -> Arrived {
        Arrived {
            offset,
            length: bytes.len() as u64,
            crc64nvme: checksum(CrcAlgorithm::Crc64Nvme, bytes),
        }
    }

    #[test]
    fn only_what_is_of_this_version_and_intact_counts() {
        let directory = tempfile::tempdir().unwrap();
        let names = Names::of(&directory.path().join("app.gz"));
        let (first, second) = ([1; 1000], [2; 1000]);
        let ranges = [arrived(0, &first), arrived(2000, &second)];
        let (partial, found) = opened(&names, "v");
        assert_eq!(found, []);
        partial.write(&first, 0).unwrap();
        partial.write(&second, 2000).unwrap();
        partial.commit(&ranges).unwrap();
        drop(partial);
        assert_eq!(names.arrived(), 2000);
        assert_eq!(names.partial.metadata().unwrap().len(), 3000);

        let (partial, found) = opened(&names, "v");
        assert_eq!(found, ranges);
        // A byte goes bad on the disk.
        partial.write(&[9], 2500).unwrap();
        drop(partial);
        let (partial, found) = opened(&names, "v");
        assert_eq!(found, ranges[..1]);
        drop(partial);
        assert_eq!(names.arrived(), 1000);

        let (partial, found) = opened(&names, "w");
        assert_eq!(found, [], "it is of another version");
        partial.finish(Timestamp::UNIX_EPOCH).unwrap();
        drop(partial);
        assert!(names.whole.exists() && !names.partial.exists() && !names.journal.exists());
    }

    #[test]
    fn nothing_is_written_through_links() {
        let directory = tempfile::tempdir().unwrap();
        let victim = directory.path().join("victim");
        std::fs::write(&victim, "precious").unwrap();
        for link in [
            |from: &Path, to: &Path| std::os::unix::fs::symlink(from, to),
            |from: &Path, to: &Path| std::fs::hard_link(from, to),
        ] {
            let names = Names::of(&directory.path().join("app.gz"));
            link(&victim, &names.partial).unwrap();
            let lock = lock::take(&names.lock, Timestamp::UNIX_EPOCH).unwrap();
            Partial::open(names.clone(), lock, subject("v"), &Progress::none()).unwrap_err();
            assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
            std::fs::remove_file(&names.partial).unwrap();
        }
    }
}
