//! Snapshots of versions: taken instead of loading, and kept after it.

use std::time::Instant;

use jiff::Timestamp;

use super::Meant;
use crate::cli;
use crate::fetch::Chosen;
use crate::restore::{
    Beside, Found, Limits, Loaded, Provenance, Receipt, Snapshot, Snapshots, VersionKey, giving_way,
};
use crate::settings::Settings;
use crate::target::{Access, TargetError};
use crate::ui::format;

/// A version, which is the same whenever it is restored.
pub struct Version {
    store: String,
    chosen: Chosen,
    is_trusted: bool,
    /// Whether a snapshot will do.
    may_be_taken: bool,
    limits: Limits,
}

/// What else decides what a restore makes.
pub struct Surroundings {
    pub snapshots: Snapshots,
    pub major: u32,
    /// The role that loads.
    pub role: String,
    /// How the database is made.
    pub options: String,
    /// What it is called in the end.
    pub database: String,
}

/// A copy of the version's snapshot, beside the database that it is to replace on a throwaway target; `None` when there is
/// no such snapshot.
pub async fn copied(
    version: &Version,
    surroundings: &Surroundings,
    admin: Access,
    options: &str,
) -> Result<Option<(Beside, Receipt, Provenance)>, TargetError> {
    let Some(found) = version.snapshot(surroundings).await else {
        return Ok(None);
    };
    let started = Instant::now();
    let Surroundings {
        major, database, ..
    } = surroundings;
    let beside = match Beside::copy(admin, *major, database, &found.database, options).await {
        Ok(beside) => beside,
        Err(error) => {
            tracing::info!(%error, "the snapshot can't be copied: loading");
            return Ok(None);
        }
    };
    surroundings.snapshots.used(&found).await;
    let receipt = found.receipt(started.elapsed());
    Ok(receipt.map(|(receipt, provenance)| (beside, receipt, provenance)))
}

impl Version {
    /// `None` for files, and where no snapshots are wished.
    pub fn of(meant: &Meant, args: &cli::Restore, settings: &Settings) -> Option<Self> {
        let Meant::Stored(stored) = meant else {
            return None;
        };
        let chosen = &stored.chosen;
        let is_changed = args.repair_duplicates
            || args.no_repair_duplicates
            || args.parts != cli::Parts::default();
        if args.no_snapshot || args.in_place || is_changed {
            tracing::debug!("neither takes nor keeps a snapshot: the command line says so");
            return None;
        }
        if chosen.version.id == "null" && chosen.version.etag.is_none() {
            tracing::debug!("neither takes nor keeps a snapshot: nothing tells the version apart");
            return None;
        }
        Some(Self {
            store: stored.location.to_string(),
            chosen: chosen.clone(),
            is_trusted: args.trust,
            may_be_taken: !stored.options.force,
            limits: Limits {
                keep: settings.snapshot_keep.value,
                size: settings.snapshot_size.value.0,
            },
        })
    }

    fn key(&self, surroundings: &Surroundings) -> VersionKey {
        VersionKey {
            store: self.store.clone(),
            database: self.chosen.database.clone(),
            kind: self.chosen.kind,
            version: self.chosen.identity(),
            trusted: self.is_trusted,
            role: surroundings.role.clone(),
            options: surroundings.options.clone(),
        }
    }

    /// The snapshot that saves loading it.
    pub async fn snapshot(&self, surroundings: &Surroundings) -> Option<Found> {
        if !self.may_be_taken {
            return None;
        }
        let key = self.key(surroundings);
        let found = surroundings.snapshots.of_version(&key).await;
        found.unwrap_or_else(|error| {
            tracing::info!(%error, "can't look for a snapshot");
            None
        })
    }

    /// Keeps a snapshot of the database `fresh`, into which it was just loaded. One that can't be kept is a note.
    pub async fn keep(
        &self,
        fresh: &str,
        surroundings: &Surroundings,
        receipt: &mut Receipt,
        provenance: &mut Provenance,
    ) {
        if self.limits.keep == 0 {
            return;
        }
        let started = Instant::now();
        let loaded = Loaded::new(self.key(surroundings), receipt);
        let of = &surroundings.database;
        let snapshot = Snapshot::automatic(of, loaded, provenance.clone(), Timestamp::now());
        let (name, database) = (snapshot.name.clone(), snapshot.database());
        match self.make(fresh, snapshot, &surroundings.snapshots).await {
            Ok(None) => {
                tracing::info!(
                    snapshot = name,
                    "kept in {}",
                    format::took(started.elapsed())
                );
                provenance.snapshot = Some(database);
            }
            Ok(Some(reason)) => receipt
                .notes
                .push(format!("no snapshot was kept: {reason}")),
            // Somebody else restores the same.
            Err(error) if error.is_about_a_name_taken() => provenance.snapshot = Some(database),
            Err(error) => {
                tracing::info!(?error, "no snapshot");
                receipt.notes.push(format!("no snapshot was kept: {error}"));
            }
        }
    }

    /// Makes room, and the snapshot; or says why not.
    async fn make(
        &self,
        fresh: &str,
        snapshot: Snapshot,
        snapshots: &Snapshots,
    ) -> Result<Option<String>, TargetError> {
        let size = snapshots.size_of(fresh).await?;
        let mut all = snapshots.all().await?;
        let database = snapshot.database();
        if let Some(old) = all.iter().position(|found| found.database == database) {
            if self.may_be_taken {
                // Somebody else was faster.
                return Ok(None);
            }
            snapshots.remove(&all.swap_remove(old)).await?;
        }
        let Some(going) = giving_way(&all, &snapshot.of, size, &self.limits) else {
            return Ok(Some(format!(
                "the database has {}, and `snapshot.max_size` is {}",
                format::size(size),
                format::size(self.limits.size)
            )));
        };
        for found in going {
            tracing::info!(snapshot = found.snapshot.name, "gives way");
            snapshots.remove(found).await?;
        }
        snapshots.make(fresh, snapshot, false).await?;
        Ok(None)
    }
}
