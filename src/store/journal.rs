//! The uploads that this host began and has not ended: a file beside the sets, so that the next run can abort them.
//! Nothing else is ever aborted, since another host may be uploading to the same key.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{OnPath, PathError};

/// A file that lists unfinished uploads, and is there only while there are some. One process at a time may use it: the
/// holder of the backup's lock.
#[derive(Debug, Clone)]
pub struct UploadJournal {
    path: PathBuf,
}

/// A multipart upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unfinished {
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    pub upload_id: String,
}

impl UploadJournal {
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// What was noted and not forgotten. A journal that can't be understood lists nothing: the bucket's lifecycle rule
    /// is there for what is lost so.
    pub(super) fn read(&self) -> Result<Vec<Unfinished>, PathError> {
        let is_file = self
            .path
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_file());
        if !is_file {
            return Ok(Vec::new());
        }
        let json = fs::read(&self.path).on_path("read", &self.path)?;
        Ok(serde_json::from_slice(&json).unwrap_or_default())
    }

    pub(super) fn note(&self, unfinished: &Unfinished) -> Result<(), PathError> {
        let mut all = self.read()?;
        all.push(unfinished.clone());
        self.write(&all)
    }

    pub(super) fn forget(&self, unfinished: &Unfinished) -> Result<(), PathError> {
        let mut all = self.read()?;
        all.retain(|other| other != unfinished);
        self.write(&all)
    }

    fn write(&self, all: &[Unfinished]) -> Result<(), PathError> {
        if all.is_empty() {
            return remove(&self.path).on_path("remove", &self.path);
        }
        let json = serde_json::to_vec_pretty(all).unwrap_or_default();
        let mut new = self.path.clone().into_os_string();
        new.push(".new");
        let new = Path::new(&new);
        // What a killed run left of it, or somebody put there.
        remove(new).on_path("remove", new)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(new)
            .and_then(|mut file| {
                file.write_all(&json)?;
                file.sync_all()
            })
            .on_path("write", new)?;
        fs::rename(new, &self.path).on_path("write", &self.path)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_there_until_it_is_forgotten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("uploads.json");
        let journal = UploadJournal::at(path.clone());
        let unfinished = |upload_id: &str| Unfinished {
            endpoint: "http://localhost".to_owned(),
            bucket: "b".to_owned(),
            key: "db/app.gz".to_owned(),
            upload_id: upload_id.to_owned(),
        };
        assert_eq!(journal.read().unwrap(), []);
        journal.note(&unfinished("1")).unwrap();
        journal.note(&unfinished("2")).unwrap();
        assert_eq!(journal.read().unwrap(), [unfinished("1"), unfinished("2")]);
        journal.forget(&unfinished("1")).unwrap();
        assert_eq!(journal.read().unwrap(), [unfinished("2")]);
        journal.forget(&unfinished("2")).unwrap();
        journal.forget(&unfinished("2")).unwrap();
        assert!(directory.path().read_dir().unwrap().next().is_none());
    }

    #[test]
    fn a_link_is_no_journal_and_is_never_written_through() {
        let directory = tempfile::tempdir().unwrap();
        let (path, victim) = (
            directory.path().join("uploads.json"),
            directory.path().join("victim"),
        );
        fs::write(&victim, "[]").unwrap();
        for name in ["uploads.json", "uploads.json.new"] {
            std::os::unix::fs::symlink(&victim, directory.path().join(name)).unwrap();
        }
        let journal = UploadJournal::at(path);
        assert_eq!(journal.read().unwrap(), []);
        let unfinished = Unfinished {
            endpoint: String::new(),
            bucket: String::new(),
            key: String::new(),
            upload_id: String::new(),
        };
        journal.note(&unfinished).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "[]");
        assert_eq!(journal.read().unwrap(), [unfinished]);
    }
}
