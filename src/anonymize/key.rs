//! The key that pseudonyms depend on. It stays on the host: no artefact holds it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::fcntl::OFlag;
use pgferry_core::anonymize::Key;
use rand::distr::{Alphanumeric, SampleString};

use crate::error::{Class, Classified, OnPath, PathError};

/// The file's name in the backup directory, one for all databases.
pub const KEY_FILE: &str = ".pgferry-anon.key";
/// Letters and digits of a new key: more than 256 bits.
const LENGTH: usize = 48;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("others can read the anonymiser's key, {path}")]
    Open { path: String },
    #[error("{path} is no key that pgferry made")]
    Planted { path: String },
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Classified for KeyError {
    fn class(&self) -> Class {
        match self {
            Self::Open { .. } | Self::Planted { .. } => Class::Refused,
            Self::Path(error) => error.class(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Open { path } => Some(format!(
                "`chmod 600 {path}` closes it; it has to stay secret"
            )),
            Self::Planted { path } => Some(format!("look at it, then remove it: `ls -l {path}`")),
            Self::Path(error) => error.hint(),
        }
    }
}

/// What `PGFERRY_ANON_KEY` says, else what the file at `path` holds, which is made on first use: the same person then has
/// the same pseudonym in each night's backup.
///
/// # Errors
/// [`KeyError`]; a key that others may have read is of no use.
pub fn load(from_environment: Option<&str>, path: &Path) -> Result<Key, KeyError> {
    if let Some(secret) = from_environment {
        return Ok(Key::new(secret.as_bytes()));
    }
    let planted = || KeyError::Planted {
        path: path.display().to_string(),
    };
    match open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path),
        Err(error) if error.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32) => {
            Err(planted())
        }
        opened => {
            let mut file = opened.on_path("read the key", path)?;
            let metadata = file.metadata().on_path("read the key", path)?;
            if metadata.mode() & 0o077 != 0 || metadata.nlink() > 1 {
                return Err(KeyError::Open {
                    path: path.display().to_string(),
                });
            }
            let mut secret = String::new();
            file.read_to_string(&mut secret)
                .on_path("read the key", path)?;
            if secret.trim().is_empty() {
                return Err(planted());
            }
            Ok(Key::new(secret.trim().as_bytes()))
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .read(true)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path)
}

fn make(path: &Path) -> Result<Key, KeyError> {
    let secret = Alphanumeric.sample_string(&mut rand::rng(), LENGTH);
    let directory = path.parent().unwrap_or(Path::new("."));
    // Mode 0600 from the start, and under its name only when it is whole.
    let mut file = tempfile::NamedTempFile::new_in(directory).on_path("write to", directory)?;
    writeln!(file, "{secret}").on_path("write the key", path)?;
    file.as_file().sync_all().on_path("write the key", path)?;
    match file.persist_noclobber(path) {
        // Another run, of another database, was faster: that one's key counts.
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => load(None, path),
        persisted => {
            persisted
                .map_err(|error| error.error)
                .on_path("write the key", path)?;
            Ok(Key::new(secret.as_bytes()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_is_made_once_and_only_for_this_user() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        load(None, &path).unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        assert_eq!(first.trim().len(), LENGTH);
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        load(None, &path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_a_link_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        std::fs::write(&path, "secret\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(load(None, &path), Err(KeyError::Open { .. })));
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(load(None, &link), Err(KeyError::Planted { .. })));
    }

    #[test]
    fn the_environment_comes_first() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        load(Some("secret"), &path).unwrap();
        assert!(!path.exists());
    }
}
