//! One process at a time. The lock is the kernel's, so it dies with its holder.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use jiff::Timestamp;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};

use crate::error::{OnPath, PathError};

/// The file says who holds it: for the reader, not for the lock.
const LONGEST_NOTE: u64 = 200;

/// An exclusive right. Given back when dropped.
#[derive(Debug)]
pub struct Lock {
    _file: Flock<File>,
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
            Ok(Lock { _file: file })
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
