//! Removing old sets: a plan that can be shown, and its execution.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pgferry_core::backup::{Database, Decision, Policy, Reason, SetFacts, SetFile, anchors};
use serde::{Serialize, Serializer};

use super::directory::StoredSet;
use super::measured::measure;
use super::{BackupDirectory, BackupError};
use crate::error::OnPath;
use crate::lock;
use crate::store::sync_directory;

/// What retention does to one set, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    pub database: Database,
    #[serde(rename = "set")]
    pub taken_at: Timestamp,
    /// Negative for a set that is dated in the future.
    pub age_seconds: i64,
    /// Bytes of all its files.
    pub size: u64,
    pub verified: bool,
    pub uploaded: bool,
    pub removed: bool,
    #[serde(serialize_with = "in_words")]
    pub why: (Policy, Reason),
}

fn in_words<S: Serializer>(why: &(Policy, Reason), serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&why.0.explain(why.1))
}

/// Which sets go and which stay.
#[derive(Debug)]
pub struct PrunePlan {
    directory: BackupDirectory,
    sets: BTreeMap<Timestamp, StoredSet>,
    verdicts: Vec<Verdict>,
}

impl PrunePlan {
    /// Looks at the sets, and reads the good ones that others are removed for, unless they are `known_good`: one that has
    /// rotted on the disk is no reason to remove another.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub async fn make(
        directory: &BackupDirectory,
        database: &Database,
        policy: Policy,
        now: Timestamp,
        known_good: Option<Timestamp>,
    ) -> Result<Self, BackupError> {
        let (directory, database) = (directory.clone(), database.clone());
        let planned = tokio::task::spawn_blocking(move || {
            Self::look(directory, &database, policy, now, known_good)
        });
        planned
            .await
            .map_err(|source| BackupError::Thread { source })?
    }

    fn look(
        directory: BackupDirectory,
        database: &Database,
        policy: Policy,
        now: Timestamp,
        known_good: Option<Timestamp>,
    ) -> Result<Self, BackupError> {
        let sets = directory.sets(database)?;
        let mut facts: Vec<SetFacts> = sets
            .iter()
            .map(|(taken_at, set)| set.facts(*taken_at))
            .collect();
        let mut read: Vec<Timestamp> = known_good.into_iter().collect();
        let decisions = loop {
            let decisions = policy.apply(&facts, now);
            if !decisions.iter().any(Decision::removes) {
                break decisions;
            }
            let relied_on = anchors(&facts, now);
            let unread = [relied_on.verified, relied_on.uploaded]
                .into_iter()
                .flatten()
                .find(|taken_at| !read.contains(taken_at));
            let Some(taken_at) = unread else {
                break decisions;
            };
            read.push(taken_at);
            let is_good = sets.get(&taken_at).is_some_and(is_as_written);
            for set in facts.iter_mut().filter(|set| set.taken_at == taken_at) {
                set.verified = is_good;
            }
        };
        let verdicts = facts.iter().zip(decisions).map(|(set, decision)| Verdict {
            database: database.clone(),
            taken_at: set.taken_at,
            age_seconds: now.duration_since(set.taken_at).as_secs(),
            size: sets.get(&set.taken_at).map_or(0, StoredSet::bytes),
            verified: set.verified,
            uploaded: set.uploaded,
            removed: decision.removes(),
            why: (policy, decision.reason),
        });
        let mut verdicts: Vec<Verdict> = verdicts.collect();
        verdicts.reverse();
        Ok(Self {
            directory,
            sets,
            verdicts,
        })
    }

    /// Every set, newest first.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Removes what is to go. The caller holds the lock.
    ///
    /// # Errors
    /// When a file can't be removed.
    pub fn execute(&self) -> Result<(), BackupError> {
        let mut is_changed = false;
        for verdict in self.verdicts.iter().filter(|verdict| verdict.removed) {
            let Some(set) = self.sets.get(&verdict.taken_at) else {
                continue;
            };
            // The manifest first: a set without one never looks complete.
            let mut files = set.files.clone();
            files.sort_by_key(|(file, _)| *file != SetFile::Manifest);
            for (_, path) in files {
                std::fs::remove_file(&path).on_path("remove", &path)?;
            }
            is_changed = true;
        }
        if is_changed {
            sync_directory(self.directory.path())?;
        }
        Ok(())
    }
}

/// Whether every artefact has the bytes that its manifest names.
fn is_as_written(set: &StoredSet) -> bool {
    let Some(manifest) = &set.manifest else {
        return false;
    };
    manifest.artefacts.iter().all(|(kind, record)| {
        let path = set.path(SetFile::Artefact(*kind));
        let measured = path
            .and_then(|path| std::fs::File::open(path).ok())
            .and_then(|file| measure(file).ok());
        measured.is_some_and(|found| found.size == record.size && found.sha256 == record.sha256)
    })
}

/// Plans, and removes what is to go, under the lock of the database's runs.
///
/// # Errors
/// When a run has the lock, or something can't be read or removed.
pub async fn prune(
    directory: &BackupDirectory,
    database: &Database,
    policy: Policy,
) -> Result<PrunePlan, BackupError> {
    let _lock = lock::take(&directory.lock(database), Timestamp::now())
        .map_err(|error| BackupError::lock(database, error))?;
    let plan = PrunePlan::make(directory, database, policy, Timestamp::now(), None).await?;
    plan.execute()?;
    Ok(plan)
}
