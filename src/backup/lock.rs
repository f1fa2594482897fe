//! One backup of a database at a time. The lock is the kernel's, so it dies with its holder.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use jiff::Timestamp;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use pgferry_core::backup::Database;

use super::BackupError;
use crate::error::OnPath;

/// The file says who holds it: for the reader, not for the lock.
const LONGEST_NOTE: u64 = 200;

/// The right to make a backup. Given back when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Flock<File>,
}

/// Takes the lock of `database` in `directory`.
pub(super) fn take(
    directory: &Path,
    database: &Database,
    now: Timestamp,
) -> Result<Lock, BackupError> {
    let path = directory.join(format!(".pgferry-{database}.lock"));
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .mode(0o600)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(&path);
    let file = match file {
        Err(error) if error.raw_os_error() == Some(Errno::ELOOP as i32) => {
            return Err(BackupError::Planted {
                path: path.display().to_string(),
            });
        }
        file => file.on_path("open the lock", &path)?,
    };
    // A second name of the file would let us write into somebody's.
    if file.metadata().on_path("read", &path)?.nlink() > 1 {
        return Err(BackupError::Planted {
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
                .on_path("write", &path)?;
            Ok(Lock { _file: file })
        }
        Err((file, Errno::EWOULDBLOCK)) => {
            let mut holder = String::new();
            let read = file.take(LONGEST_NOTE).read_to_string(&mut holder);
            let holder = read
                .ok()
                .map(|_| holder.trim().to_owned())
                .filter(|holder| !holder.is_empty());
            Err(BackupError::Locked {
                database: database.to_string(),
                holder,
            })
        }
        Err((_, errno)) => Err(std::io::Error::from(errno))
            .on_path("lock", &path)
            .map_err(BackupError::from),
    }
}
