//! The directory that a host keeps its sets in.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use nix::unistd::{AccessFlags, access};
use pgferry_core::backup::{Database, FileName, Kind, Manifest, SetFacts, SetFile};
use tempfile::NamedTempFile;

use super::BackupError;
use crate::anonymize::KEY_FILE;
use crate::error::OnPath;
use crate::store::{UploadJournal, create_private_directory};

/// `BACKUP_DIR`.
#[derive(Debug, Clone)]
pub struct BackupDirectory {
    path: PathBuf,
}

/// The files of one run that stand in the directory.
#[derive(Debug, Clone, Default)]
pub(super) struct StoredSet {
    pub files: Vec<(SetFile, PathBuf)>,
    pub manifest: Option<Manifest>,
    /// A current name leads to one of the files.
    pub current: bool,
}

impl StoredSet {
    pub fn path(&self, file: SetFile) -> Option<&Path> {
        self.files
            .iter()
            .find(|(of, _)| *of == file)
            .map(|(_, path)| path.as_path())
    }

    pub fn bytes(&self) -> u64 {
        let sizes = self
            .files
            .iter()
            .filter_map(|(_, path)| path.symlink_metadata().ok());
        sizes.map(|metadata| metadata.len()).sum()
    }

    pub fn facts(&self, taken_at: Timestamp) -> SetFacts {
        // Manifests are written only over verified files; here they must still be there, with the sizes it names.
        let is_whole = |manifest: &Manifest| {
            manifest.artefacts.iter().all(|(kind, record)| {
                let path = self.path(SetFile::Artefact(*kind));
                path.and_then(|path| path.symlink_metadata().ok())
                    .is_some_and(|metadata| metadata.len() == record.size)
            })
        };
        let verified = self.manifest.as_ref().is_some_and(is_whole);
        let uploaded = self.manifest.as_ref().is_some_and(Manifest::is_uploaded);
        SetFacts {
            taken_at,
            verified,
            uploaded,
            current: self.current,
        }
    }
}

impl BackupDirectory {
    /// Makes the directory if it is missing, for this user only. One that is there stays as it is.
    ///
    /// # Errors
    /// When it can't be made, is another user's, or others may write to it, which is theirs to plant files in.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let name = || path.display().to_string();
        if path.metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(BackupError::NoDirectory { path: name() });
        }
        create_private_directory(path)?;
        let metadata = path.metadata().on_path("read", path)?;
        let me = nix::unistd::Uid::effective().as_raw();
        if metadata.uid() != me && me != 0 {
            let owner = nix::unistd::User::from_uid(metadata.uid().into());
            return Err(BackupError::OtherOwner {
                path: name(),
                owner: owner
                    .ok()
                    .flatten()
                    .map_or_else(|| metadata.uid().to_string(), |owner| owner.name),
            });
        }
        if metadata.mode() & 0o022 != 0 {
            return Err(BackupError::OpenDirectory { path: name() });
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// The same, to be written to.
    ///
    /// # Errors
    /// As [`BackupDirectory::open`], and when nothing can be written there.
    pub fn open_to_write(path: &Path) -> Result<Self, BackupError> {
        let directory = Self::open(path)?;
        access(path, AccessFlags::W_OK | AccessFlags::X_OK)
            .map_err(std::io::Error::from)
            .on_path("write to", path)?;
        Ok(directory)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn temporary_prefix(database: &Database) -> String {
        format!(".pgferry-{database}-")
    }

    /// A file of mode 0600 and of a name that is nobody else's, removed when dropped.
    pub(super) fn temporary(
        &self,
        database: &Database,
        file: SetFile,
    ) -> Result<NamedTempFile, BackupError> {
        Ok(tempfile::Builder::new()
            .prefix(&Self::temporary_prefix(database))
            .suffix(&format!(".{}", file.current_name(database)))
            .tempfile_in(&self.path)
            .on_path("write to", &self.path)?)
    }

    /// Removes what a run of this database left that was killed. The caller holds the lock.
    pub(super) fn remove_leftovers(&self, database: &Database) -> Result<(), BackupError> {
        let prefix = Self::temporary_prefix(database);
        for entry in std::fs::read_dir(&self.path).on_path("read", &self.path)? {
            let entry = entry.on_path("read", &self.path)?;
            // `app` must not remove what `app-staging` is just writing.
            let name = entry.file_name();
            let rest = name
                .to_str()
                .and_then(|name| name.strip_prefix(&prefix))
                .and_then(|rest| rest.split_once('.'));
            let ours = rest.is_some_and(|(random, file)| {
                !random.contains('-')
                    && FileName::parse(file).is_some_and(|file| file.database == *database)
            });
            if ours {
                std::fs::remove_file(entry.path()).on_path("remove", &entry.path())?;
            }
        }
        Ok(())
    }

    /// The first second from `now` on at which no file of a set stands.
    pub(super) fn free_stamp(&self, database: &Database, now: Timestamp) -> Timestamp {
        let mut taken_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let is_taken = |taken_at| {
            SetFile::ALL.iter().any(|file| {
                self.path
                    .join(file.stamped_name(database, taken_at))
                    .symlink_metadata()
                    .is_ok()
            })
        };
        while is_taken(taken_at) {
            taken_at += SignedDuration::from_secs(1);
        }
        taken_at
    }

    /// The sets of `database`, oldest first.
    pub(super) fn sets(
        &self,
        database: &Database,
    ) -> Result<BTreeMap<Timestamp, StoredSet>, BackupError> {
        let mut sets: BTreeMap<Timestamp, StoredSet> = BTreeMap::new();
        let mut current = Vec::new();
        for entry in std::fs::read_dir(&self.path).on_path("read", &self.path)? {
            let path = entry.on_path("read", &self.path)?.path();
            let Some(name) = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(FileName::parse)
            else {
                continue;
            };
            if name.database != *database {
                continue;
            }
            let Some(taken_at) = name.taken_at else {
                current.extend(linked_stamp(&path));
                continue;
            };
            if !path.symlink_metadata().on_path("read", &path)?.is_file() {
                continue;
            }
            let set = sets.entry(taken_at).or_default();
            if name.file == SetFile::Manifest {
                // One that can't be read makes the set an unverified one, which retention takes into account.
                let json = std::fs::read(&path).ok();
                set.manifest = json.and_then(|json| Manifest::from_json(&json).ok());
            }
            set.files.push((name.file, path));
        }
        for taken_at in current {
            if let Some(set) = sets.get_mut(&taken_at) {
                set.current = true;
            }
        }
        Ok(sets)
    }

    /// Where a file of a set stands.
    pub(super) fn stamped(
        &self,
        database: &Database,
        file: impl Into<SetFile>,
        taken_at: Timestamp,
    ) -> PathBuf {
        self.path.join(file.into().stamped_name(database, taken_at))
    }

    /// The lock of a run.
    pub(super) fn lock(&self, database: &Database) -> PathBuf {
        self.path.join(format!(".pgferry-{database}.lock"))
    }

    /// What runs of this database began to upload and did not end.
    pub(super) fn upload_journal(&self, database: &Database) -> UploadJournal {
        UploadJournal::at(self.path.join(format!(".pgferry-{database}.uploads.json")))
    }

    /// The anonymiser's key, one for all databases.
    pub(super) fn key(&self) -> PathBuf {
        self.path.join(KEY_FILE)
    }

    /// The symlink to the newest file of that kind.
    pub(super) fn current(&self, database: &Database, file: impl Into<SetFile>) -> PathBuf {
        self.path.join(file.into().current_name(database))
    }
}

/// The stamp in the name that a link leads to.
fn linked_stamp(link: &Path) -> Option<Timestamp> {
    let end = std::fs::read_link(link).ok()?;
    FileName::parse(end.file_name()?.to_str()?)?.taken_at
}

/// The kinds, in the order in which they are uploaded: the one that developers wait for first.
pub(super) const UPLOAD_ORDER: [Kind; 3] = [Kind::Anon, Kind::Full, Kind::Dump];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_free_whatever_the_clock_says() {
        let place = tempfile::tempdir().unwrap();
        let directory = BackupDirectory::open(place.path()).unwrap();
        let database = Database::new("d").unwrap();
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for name in [
            "d.2026-11-21T04:00:00.gz",
            "d.dump.2026-11-21T04:00:01",
            "d.2026-11-21T04:00:02.json",
            "d.anon.2027-11-21T04:00:00.gz",
        ] {
            std::fs::write(place.path().join(name), "").unwrap();
        }
        // What stands there is of another database, or stands there no more.
        std::fs::write(place.path().join("e.2026-11-21T04:00:03.gz"), "").unwrap();
        for (now, free) in [
            ("2026-11-21T04:00:00.5Z", "2026-11-21T04:00:03Z"),
            ("2027-11-21T04:00:00Z", "2027-11-21T04:00:01Z"),
            ("2025-11-21T04:00:00Z", "2025-11-21T04:00:00Z"),
        ] {
            assert_eq!(directory.free_stamp(&database, at(now)), at(free), "{now}");
        }
    }

    #[test]
    fn the_set_that_the_links_lead_to_is_the_current_one() {
        let place = tempfile::tempdir().unwrap();
        let directory = BackupDirectory::open(place.path()).unwrap();
        let database = Database::new("d").unwrap();
        for name in ["d.2026-11-21T04:00:00.gz", "d.2025-11-21T04:00:00.gz"] {
            std::fs::write(place.path().join(name), "").unwrap();
        }
        std::os::unix::fs::symlink("d.2025-11-21T04:00:00.gz", place.path().join("d.gz")).unwrap();
        std::os::unix::fs::symlink("d.dump.2024-11-21T04:00:00", place.path().join("d.dump"))
            .unwrap();
        let sets = directory.sets(&database).unwrap();
        let current: Vec<bool> = sets.values().map(|set| set.current).collect();
        assert_eq!(current, [true, false]);
    }
}
