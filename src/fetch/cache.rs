//! Fetched versions on this machine: `CACHE/versions/STORE/VERSION/ARTEFACT`, readable by this user only.
//!
//! A file stands there under its name only when it is whole and was checked.

use std::fs::{File, FileTimes, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nix::fcntl::{Flock, FlockArg, OFlag};

use super::{Chosen, FetchError};
use crate::error::OnPath;
use crate::lock::is_at;
use crate::store::{Location, create_private_directory};

/// The cache directory.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Makes the directory and tries to write in it, so that a fault shows before any network use.
    ///
    /// # Errors
    /// [`FetchError::Cache`] names the directory.
    pub fn open(root: &Path) -> Result<Self, FetchError> {
        create_private_directory(root).map_err(|source| FetchError::Cache { source })?;
        // A probe, since mode bits don't bind root and say nothing of a read-only file system.
        let probe = tempfile::tempfile_in(root).on_path("write to", root);
        probe.map_err(|source| FetchError::Cache { source })?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Where temporary files of any command may stand.
    pub fn directory(&self) -> &Path {
        &self.root
    }

    /// Where the version stands, or will stand.
    pub fn path(&self, location: &Location, chosen: &Chosen) -> PathBuf {
        self.root
            .join("versions")
            .join(escape(&location.to_string()))
            .join(escape(&chosen.identity()))
            .join(chosen.file().current_name(&chosen.database))
    }

    /// The version if it is there, with the size that it should have.
    pub fn find(&self, location: &Location, chosen: &Chosen) -> Option<Used> {
        Used::open(&self.path(location, chosen), chosen.version.size)
    }
}

/// A version in the cache that is in use: nobody removes it as long as the value lives. The kernel keeps the mark, so it
/// ends with the process.
#[derive(Debug)]
pub struct Used {
    path: PathBuf,
    _mark: Flock<File>,
}

impl Used {
    fn open(path: &Path, size: u64) -> Option<Self> {
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(path)
            .ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() != size {
            return None;
        }
        // Taken by whoever removes it, and by nobody else.
        let mark = Flock::lock(file, FlockArg::LockSharedNonblock).ok()?;
        // When it was used last, as file systems that don't note it themselves don't say. One that can't is no reason to fail.
        drop(mark.set_times(FileTimes::new().set_accessed(SystemTime::now())));
        is_at(&mark, path).then(|| Self {
            path: path.to_owned(),
            _mark: mark,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Chosen {
    /// What tells the version from all others of its key. `null` is the id of whatever an unversioned bucket holds.
    pub fn identity(&self) -> String {
        match &self.version.etag {
            Some(etag) if self.version.id == "null" => format!("null-{etag}"),
            _ => self.version.id.clone(),
        }
    }
}

/// One path component that no other text leads to: everything but letters, digits, `-`, `_` and inner dots becomes
/// `%xx`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric()
            || byte == b'-'
            || byte == b'_'
            || (byte == b'.' && index > 0)
        {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.extend(
                [byte >> 4, byte & 15]
                    .into_iter()
                    .filter_map(|digit| char::from_digit(u32::from(digit), 16)),
            );
        }
    }
    escaped
}

/// What was escaped. `None` for what no escaping makes.
pub(super) fn unescape(name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_names_are_one_component_and_never_alike() {
        let names = [
            "..",
            ".",
            "a/b",
            "a%2Fb",
            "a_b",
            "s3://b/db",
            "s3://b/d b",
            "null-0123",
            "Grüße\n",
        ];
        for name in names {
            assert_eq!(unescape(&escape(name)).as_deref(), Some(name));
        }
        let names = names.map(escape);
        for name in &names {
            assert_eq!(Path::new(name).components().count(), 1, "{name}");
            assert!(name != ".." && name != ".", "{name}");
        }
        let mut unique = names.to_vec();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
    }
}
