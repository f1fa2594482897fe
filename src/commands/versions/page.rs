//! What a page tells of the history of a database's backups.

use jiff::{SignedDuration, Timestamp};
use pgferry_core::backup::{Database, Kind, Manifest, TestOutcome, Version};

use super::gaps::{Gap, gaps};
use crate::fetch::Manifests;
use crate::store::{Location, Store, StoreError};

/// All of it.
#[derive(Debug)]
pub(super) struct Page {
    pub database: Database,
    pub store: String,
    pub made_at: Timestamp,
    pub histories: Vec<History>,
    /// Rows of each table in the newest sets, oldest first.
    pub sets: Vec<Manifest>,
}

/// One kind's versions.
#[derive(Debug)]
pub(super) struct History {
    pub kind: Kind,
    /// Newest first, without delete markers.
    pub entries: Vec<Entry>,
    pub gaps: Vec<Gap>,
}

/// A version, and what its manifest says.
#[derive(Debug)]
pub(super) struct Entry {
    pub version: Version,
    pub manifest: Option<Manifest>,
}

/// Sets whose rows are shown by table.
const SETS: usize = 8;

impl Page {
    pub async fn read(
        store: &Store,
        location: &Location,
        database: &Database,
        listings: &[(Kind, Vec<Version>)],
        limit: usize,
    ) -> Result<Self, StoreError> {
        let manifests = Manifests::newest(store, database, limit).await?;
        let now = Timestamp::now();
        let histories: Vec<History> = listings
            .iter()
            .map(|(kind, versions)| {
                let stored: Vec<&Version> = versions
                    .iter()
                    .filter(|version| !version.is_delete_marker)
                    .take(limit)
                    .collect();
                History {
                    kind: *kind,
                    gaps: gaps(&stored, now),
                    entries: stored
                        .into_iter()
                        .map(|version| Entry {
                            manifest: manifests.of(*kind, version).cloned(),
                            version: version.clone(),
                        })
                        .collect(),
                }
            })
            .collect();
        let mut sets: Vec<Manifest> = Vec::new();
        for entry in histories.iter().flat_map(|history| &history.entries) {
            let Some(manifest) = &entry.manifest else {
                continue;
            };
            if !sets.iter().any(|set| set.taken_at == manifest.taken_at) {
                sets.push(manifest.clone());
            }
        }
        sets.sort_by_key(|set| std::cmp::Reverse(set.taken_at));
        sets.truncate(SETS);
        sets.reverse();
        Ok(Self {
            database: database.clone(),
            store: location.to_string(),
            made_at: now,
            histories,
            sets,
        })
    }
}

impl Entry {
    /// From the snapshot to the end of the read-back.
    pub fn duration(&self) -> Option<SignedDuration> {
        let manifest = self.manifest.as_ref()?;
        let begun = manifest.snapshot_at.unwrap_or(manifest.taken_at);
        let took = manifest
            .verification
            .as_ref()?
            .ended_at
            .duration_since(begun);
        (!took.is_negative()).then_some(took)
    }

    /// What was made sure of.
    pub fn verification(&self) -> String {
        let Some(manifest) = &self.manifest else {
            return "no manifest".to_owned();
        };
        let read_back = match &manifest.verification {
            Some(_) => "read back",
            None => "not read back",
        };
        let restored = manifest
            .test_restore
            .as_ref()
            .map(|test| match test.outcome {
                TestOutcome::Passed => ", test restore passed",
                TestOutcome::Failed => ", test restore FAILED",
                _ => ", test restore not run",
            });
        format!("{read_back}{}", restored.unwrap_or_default())
    }
}
