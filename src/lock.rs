//! One process at a time. The lock is the kernel's, so it dies with its holder.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};

use crate::error::{OnPath, PathError};

/// The file says who holds it: for the reader, not for the lock.
const LONGEST_NOTE: u64 = 200;

/// An exclusive right. Given back when dropped.
#[derive(Debug)]
pub struct Lock {
    file: Flock<File>,
    path: PathBuf,
    /// The file is removed first.
    takes_its_file: bool,
}

impl Lock {
    /// Its file goes with it. Whoever has opened it by then finds that it is no longer the one at the path.
    #[must_use]
    pub fn with_its_file(mut self) -> Self {
        self.takes_its_file = true;
        self
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.takes_its_file && is_at(&self.file, &self.path) {
            // One that stays is as good as none.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Whether the open file is the one of that path.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let same =
        |here: &Metadata, there: &Metadata| (here.dev(), here.ino()) == (there.dev(), there.ino());
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(here), Ok(there)) => same(&here, &there),
        _ => false,
    }
}

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("it is held{}", .holder.as_ref().map(|holder| format!(" by {holder}")).unwrap_or_default())]
    Held { holder: Option<String> },
    #[error("something of the name {path} is no file of pgferry's")]
    Planted { path: String },
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Takes the lock whose file is at `path`, if nobody holds it.
///
/// # Errors
/// [`LockError`].
pub fn take(path: &Path, now: Timestamp) -> Result<Lock, LockError> {
    loop {
        let lock = try_take(path, now)?;
        // A holder may have removed the file between opening and locking: then another process may hold the next one.
        if is_at(&lock.file, path) {
            return Ok(lock);
        }
    }
}

fn try_take(path: &Path, now: Timestamp) -> Result<Lock, LockError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .mode(0o600)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path);
    let file = match file {
        Err(error) if error.raw_os_error() == Some(Errno::ELOOP as i32) => {
            return Err(LockError::Planted {
                path: path.display().to_string(),
            });
        }
        file => file.on_path("open the lock", path)?,
    };
    // A second name of the file would let us write into somebody's.
    if file.metadata().on_path("read", path)?.nlink() > 1 {
        return Err(LockError::Planted {
            path: path.display().to_string(),
        });
    }
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(mut file) => {
            let note = format!(
                "process {}, since {}\n",
                std::process::id(),
                now.strftime("%Y-%m-%d %H:%M:%S UTC")
            );
            file.set_len(0)
                .and_then(|()| file.write_all(note.as_bytes()))
                .on_path("write", path)?;
            Ok(Lock {
                file,
                path: path.to_owned(),
                takes_its_file: false,
            })
        }
        Err((file, Errno::EWOULDBLOCK)) => {
            let mut holder = String::new();
            let read = file.take(LONGEST_NOTE).read_to_string(&mut holder);
            let holder = read
                .ok()
                .map(|_| holder.trim().to_owned())
                .filter(|holder| !holder.is_empty());
            Err(LockError::Held { holder })
        }
        Err((_, errno)) => Err(std::io::Error::from(errno))
            .on_path("lock", path)
            .map_err(LockError::from),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_file_stays_or_goes_with_its_lock() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let lock = take(&path, Timestamp::UNIX_EPOCH).unwrap();
        assert!(matches!(
            take(&path, Timestamp::UNIX_EPOCH),
            Err(LockError::Held { holder: Some(_) })
        ));
        drop(lock);
        assert!(path.exists());
        let lock = take(&path, Timestamp::UNIX_EPOCH).unwrap().with_its_file();
        drop(lock);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_of_another_lock_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let removed = take(&path, Timestamp::UNIX_EPOCH).unwrap().with_its_file();
        fs::remove_file(&path).unwrap();
        let _other = take(&path, Timestamp::UNIX_EPOCH).unwrap();
        drop(removed);
        assert!(path.exists());
    }

    /// However often the file goes, no two have the lock.
    #[test]
    fn one_at_a_time_whether_the_file_goes_or_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let inside = AtomicUsize::new(0);
        let taken = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while taken.load(Ordering::SeqCst) < 2000 {
                        if let Ok(lock) = take(&path, Timestamp::UNIX_EPOCH) {
                            let lock = lock.with_its_file();
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            taken.fetch_add(1, Ordering::SeqCst);
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
    }
}
