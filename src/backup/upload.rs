//! From the host into the store. What waits goes up in the order of time, since that is the order in which the store
//! counts versions: the newest version has to be the newest set.

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use pgferry_core::backup::{
    ArtefactRecord, Database, Kind, Manifest, SetFile, UploadRecord, UploadState,
};

use super::directory::UPLOAD_ORDER;
use super::measured::{Measure, measure};
use super::set::write_manifest;
use super::{BackupDirectory, BackupError};
use crate::error::OnPath;
use crate::lock;
use crate::store::{Content, Store, StoreError, Upload, UploadJournal};
use crate::ui::{Terminal, format};

/// What became of the sets that waited.
#[derive(Debug, Default)]
pub struct Uploaded {
    /// The manifests of those that are in the store now, oldest first.
    pub sets: Vec<Manifest>,
    /// Why others were left out.
    pub skipped: Vec<BackupError>,
}

/// Uploads what earlier runs could not.
///
/// # Errors
/// [`BackupError::Upload`] when the store fails; what was not uploaded still waits.
pub async fn upload_pending(
    store: &Store,
    directory: &BackupDirectory,
    database: &Database,
    terminal: &Terminal,
) -> Result<Uploaded, BackupError> {
    let _lock = lock::take(&directory.lock(database), Timestamp::now())
        .map_err(|error| BackupError::lock(database, error))?;
    directory.remove_leftovers(database)?;
    upload(store, directory, database, None, terminal).await
}

/// Uploads what waits, at last the set of `fresh`, which was just made and verified. The caller holds the lock.
pub(super) async fn upload(
    store: &Store,
    directory: &BackupDirectory,
    database: &Database,
    fresh: Option<Timestamp>,
    terminal: &Terminal,
) -> Result<Uploaded, BackupError> {
    let mut waiting = waiting(directory, database, fresh)?;
    let journal = directory.upload_journal(database);
    let mut uploaded = Uploaded::default();
    let run = Run {
        store,
        directory,
        journal: &journal,
        terminal,
    };
    run.abort_unfinished().await;
    while !waiting.is_empty() {
        let manifest = waiting.remove(0);
        let is_fresh = fresh == Some(manifest.taken_at);
        match run.upload_set(manifest, is_fresh, waiting.len()).await {
            Ok(manifest) => uploaded.sets.push(manifest),
            // It is this set's own fault, so the others need not wait for it.
            Err(error) if !is_fresh && error.is_of_the_set() => uploaded.skipped.push(error),
            // Were a newer set uploaded now, this one could never be: it would become the newest version.
            Err(error) => return Err(error),
        }
    }
    Ok(uploaded)
}

/// The manifests of the sets that wait, oldest first, the fresh one last whatever the clock says.
fn waiting(
    directory: &BackupDirectory,
    database: &Database,
    fresh: Option<Timestamp>,
) -> Result<Vec<Manifest>, BackupError> {
    let now = Timestamp::now();
    let manifests: Vec<Manifest> = directory
        .sets(database)?
        .into_values()
        .filter_map(|set| set.manifest)
        .collect();
    // A set of the future is of a clock that was wrong: it must not keep the others waiting for ever.
    let newest_uploaded = manifests
        .iter()
        .filter(|manifest| manifest.is_uploaded() && manifest.taken_at <= now)
        .map(|manifest| manifest.taken_at)
        .max();
    let mut waiting: Vec<Manifest> = manifests
        .into_iter()
        .filter(|manifest| manifest.upload == UploadState::Pending)
        .filter(|manifest| {
            Some(manifest.taken_at) > newest_uploaded || Some(manifest.taken_at) == fresh
        })
        .collect();
    waiting.sort_by_key(|manifest| (Some(manifest.taken_at) == fresh, manifest.taken_at));
    Ok(waiting)
}

struct Run<'a> {
    store: &'a Store,
    directory: &'a BackupDirectory,
    journal: &'a UploadJournal,
    terminal: &'a Terminal,
}

impl Run<'_> {
    /// Clears away what an earlier run left in the store. That it can't be done, perhaps for want of a permission, keeps
    /// nothing from being uploaded.
    async fn abort_unfinished(&self) {
        match self.store.abort_unfinished(self.journal).await {
            Ok(0) => {}
            Ok(aborted) => self.terminal.say(&format!(
                "aborted {} of an earlier run",
                format::counted(aborted as u64, "unfinished upload", "unfinished uploads")
            )),
            Err(error) => self.terminal.warn(&format!(
                "what an earlier run began to upload could not be aborted: {error}"
            )),
        }
    }

    /// Uploads what the store does not have yet of a set, and the manifest last.
    async fn upload_set(
        &self,
        mut manifest: Manifest,
        is_fresh: bool,
        newer: usize,
    ) -> Result<Manifest, BackupError> {
        let (database, taken_at) = (manifest.database.clone(), manifest.taken_at);
        let mut contents = Vec::new();
        for (kind, record) in self.missing(&manifest) {
            let path = self.directory.stamped(&database, kind, taken_at);
            let content = content(&path, &record, is_fresh, taken_at).await?;
            contents.push((kind, path, content));
        }
        for (kind, path, content) in contents {
            let progress = self.terminal.progress("upload", Some(content.size));
            progress.message(kind.as_str());
            let sent = |bytes| progress.advance(bytes);
            let stored = self
                .put(&manifest, kind.into(), &path, &content, &sent)
                .await
                .map_err(|source| failed(taken_at, newer, source))?;
            progress.finish();
            self.terminal.say(&format!(
                "uploaded {} (version {})",
                stored.location, stored.version_id
            ));
            manifest.uploads.insert(kind, stored);
            // After each, so that a run that breaks off knows what is there.
            write_manifest(self.directory, &database, &manifest)?;
        }
        manifest.upload = UploadState::Done;
        self.put_manifest(&manifest, newer).await?;
        write_manifest(self.directory, &database, &manifest)?;
        Ok(manifest)
    }

    /// The artefacts of which this store has not confirmed that it has them.
    fn missing(&self, manifest: &Manifest) -> Vec<(Kind, ArtefactRecord)> {
        let is_there = |kind: Kind| {
            let location = self
                .store
                .location(&manifest.database, kind.into(), manifest.taken_at);
            let confirmed = manifest.uploads.get(&kind);
            confirmed.is_some_and(|confirmed| confirmed.location == location)
        };
        UPLOAD_ORDER
            .into_iter()
            .filter(|&kind| !is_there(kind))
            .filter_map(|kind| Some((kind, manifest.artefacts.get(&kind)?.clone())))
            .collect()
    }

    /// What goes up says that all of it is there, which is true once it is.
    async fn put_manifest(&self, manifest: &Manifest, newer: usize) -> Result<(), BackupError> {
        let json = manifest.to_json();
        let mut file = self
            .directory
            .temporary(&manifest.database, SetFile::Manifest)?;
        file.write_all(&json).on_path("write", file.path())?;
        let content = measure(json.as_slice())
            .on_path("read", file.path())?
            .into();
        self.put(manifest, SetFile::Manifest, file.path(), &content, &|_| {})
            .await
            .map_err(|source| failed(manifest.taken_at, newer, source))?;
        Ok(())
    }

    async fn put(
        &self,
        manifest: &Manifest,
        file: SetFile,
        path: &Path,
        content: &Content,
        sent: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<UploadRecord, StoreError> {
        let upload = Upload {
            database: &manifest.database,
            file,
            taken_at: manifest.taken_at,
            path,
            content,
            journal: self.journal,
            sent,
        };
        let stored = self.store.put(&upload).await?;
        Ok(UploadRecord {
            location: stored.location,
            version_id: stored.version_id,
        })
    }
}

fn failed(taken_at: Timestamp, newer: usize, source: StoreError) -> BackupError {
    BackupError::Upload {
        taken_at,
        newer,
        source,
    }
}

/// What the artefact holds. One that has lain here is read first: what has rotted must not become the newest version.
async fn content(
    path: &Path,
    record: &ArtefactRecord,
    is_fresh: bool,
    taken_at: Timestamp,
) -> Result<Content, BackupError> {
    if is_fresh && let Some(crc64nvme) = &record.crc64nvme {
        return Ok(Content {
            size: record.size,
            sha256: record.sha256.clone(),
            crc64nvme: crc64nvme.clone(),
        });
    }
    let opened = path.to_owned();
    let measured = tokio::task::spawn_blocking(move || measure(std::fs::File::open(opened)?))
        .await
        .map_err(|source| BackupError::Thread { source })?;
    let reason = match measured {
        Ok(found) if (found.size, &found.sha256) == (record.size, &record.sha256) => {
            return Ok(found.into());
        }
        Ok(found) => format!(
            "it holds {} bytes with SHA-256 {}, and the manifest says {} with {}",
            found.size, found.sha256, record.size, record.sha256
        ),
        Err(error) => error.to_string(),
    };
    Err(BackupError::Spoiled {
        taken_at,
        path: path.display().to_string(),
        reason,
    })
}

impl From<Measure> for Content {
    fn from(measure: Measure) -> Self {
        let Measure {
            size,
            sha256,
            crc64nvme,
        } = measure;
        Self {
            size,
            sha256,
            crc64nvme,
        }
    }
}
