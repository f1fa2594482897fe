//! Fetched versions on this machine: `CACHE/versions/STORE/VERSION/ARTEFACT`, readable by this user only.
//!
//! A file stands there under its name only when it is whole and was checked.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Chosen, FetchError};
use crate::error::OnPath;
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

    /// The version's path if it is there, with the size that it should have.
    pub fn find(&self, location: &Location, chosen: &Chosen) -> Option<PathBuf> {
        let path = self.path(location, chosen);
        let metadata = path.symlink_metadata().ok()?;
        (metadata.is_file() && metadata.len() == chosen.version.size).then_some(path)
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

/// Gives a fetched file the time of the version, so that `ls -l` tells its age.
pub(super) fn set_time(file: &std::fs::File, taken_at: Timestamp) {
    // A file system that can't is no reason to fail.
    drop(file.set_modified(taken_at.into()));
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
            "x".repeat(40).as_str(),
        ]
        .map(escape);
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
