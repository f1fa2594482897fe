//! One run, from the connection to retention.

use std::collections::BTreeSet;

use jiff::Timestamp;
use pgferry_core::anonymize::{Rules, Unmatched};
use pgferry_core::backup::{
    Database, Kind, Manifest, Policy, TestOutcome, TestRestoreRecord, UploadState,
};
use pgferry_core::gzip::block::Level;

use super::make::make;
use super::prune::PrunePlan;
use super::set::{publish, write_manifest};
use super::upload::{Uploaded, upload};
use super::{BackupDirectory, BackupError, Event, Events, Phase, TestTarget, alarm, test_restore};
use crate::anonymize::{self, AnonymizeFailure};
use crate::lock;
use crate::process::Invocation;
use crate::store::Store;
use crate::target::{Connection, ServerFacts};
use crate::ui::{Terminal, format};

/// What a run is to do.
#[derive(Debug)]
pub struct Plan {
    pub connection: Connection,
    pub database: Database,
    pub directory: BackupDirectory,
    /// `None`: no store is set, or the set stays on this host.
    pub store: Option<Store>,
    /// The set stays on this host for good; otherwise, it waits until there is a store.
    pub stays: bool,
    pub policy: Policy,
    pub level: Level,
    /// Where the anonymised artefact is restored to see whether it can be.
    pub test_restore: Option<TestTarget>,
    /// What the anonymiser does besides replacing addresses.
    pub rules: Rules,
    /// The anonymiser's key, where it isn't in the file that the directory keeps.
    pub anonymizer_key: Option<String>,
}

/// A set that was made, and what should not stay as it is.
#[derive(Debug)]
pub struct Outcome {
    pub manifest: Manifest,
    pub warnings: Vec<String>,
    /// Rules that nothing in the database answers to: whoever knows the other databases can tell what that means.
    pub unmatched: Vec<Unmatched>,
}

/// Makes a set and brings it where it has to go. What somebody has to look at, but does not stop the run, is an alarm of
/// `events`.
///
/// # Errors
/// [`BackupError`]. Unless it is [`BackupError::Upload`], nothing was published.
pub async fn run(
    plan: &Plan,
    events: &Events,
    terminal: &Terminal,
) -> Result<Outcome, BackupError> {
    let Plan {
        connection,
        database,
        directory,
        store,
        stays,
        policy,
        test_restore,
        anonymizer_key,
        ..
    } = plan;
    let _lock = lock::take(&directory.lock(database), Timestamp::now())
        .map_err(|error| BackupError::lock(database, error))?;
    directory.remove_leftovers(database)?;
    events.phase(Phase::Connect);
    let server = connection.facts().await?;
    let pg_dump_version = program_version("pg_dump").await?;
    check_server(&server, &pg_dump_version, database)?;
    let taken_at = directory.free_stamp(database, Timestamp::now());

    let key = anonymize::load_key(anonymizer_key.as_deref(), &directory.key())
        .map_err(AnonymizeFailure::from)?;
    let made = make(plan, key, events, terminal).await?;
    let truncated: BTreeSet<String> = made.truncated().cloned().collect();
    let doubt = made.doubt();
    let unmatched = made.unmatched().to_vec();
    let mut manifest = made.manifest(database, taken_at, &server, pg_dump_version);
    if !stays {
        manifest.upload = UploadState::Pending;
    }
    let temporaries = made.into_files();
    events.phase(Phase::Publish);
    let shrinkage = alarm::shrinkage(directory, database, &manifest)?;
    publish(directory, temporaries, &manifest)?;
    terminal.say(&published_line(&manifest));
    events.published(&manifest);
    if let Some(alarm) = shrinkage {
        events.alarm(alarm);
    }
    if let Some(target) = test_restore {
        try_restore(
            target,
            directory,
            &mut manifest,
            &truncated,
            events,
            terminal,
        )
        .await?;
    }
    let is_known = |record: &TestRestoreRecord| record.outcome == TestOutcome::Passed;
    if let Some(doubt) = doubt
        && !manifest.test_restore.as_ref().is_some_and(is_known)
    {
        events.alarm(doubt);
    }

    let uploaded = match store {
        Some(store) => {
            events.phase(Phase::Upload);
            upload(store, directory, database, Some(taken_at), terminal).await
        }
        None => Ok(Uploaded::default()),
    };
    // The fresh set goes last.
    if let Some(fresh) = uploaded
        .as_ref()
        .ok()
        .and_then(|uploaded| uploaded.sets.last())
    {
        manifest = fresh.clone();
    }
    events.uploaded(&manifest);
    // Also when the upload failed: a store that is down for a month must not fill the host's disk.
    events.phase(Phase::Prune);
    let removed = remove_old(directory, database, *policy, taken_at, events, terminal).await;
    let Uploaded { skipped, .. } = uploaded?;
    removed?;
    let mut warnings: Vec<String> = skipped.iter().map(ToString::to_string).collect();
    warnings.extend(unversioned(&manifest));
    Ok(Outcome {
        manifest,
        warnings,
        unmatched,
    })
}

/// The warning that is due where the store kept no version of its own of what was put.
fn unversioned(manifest: &Manifest) -> Option<String> {
    let mut uploads = manifest.uploads.values();
    uploads.any(|upload| upload.version_id == "null").then(|| {
        "the bucket keeps no versions, so each backup replaces the one before: turn on versioning"
            .to_owned()
    })
}

/// Restores the anonymised artefact into a throwaway target, and notes in the manifest what came of it.
async fn try_restore(
    target: &TestTarget,
    directory: &BackupDirectory,
    manifest: &mut Manifest,
    truncated: &BTreeSet<String>,
    events: &Events,
    terminal: &Terminal,
) -> Result<(), BackupError> {
    events.phase(Phase::TestRestore);
    let database = manifest.database.clone();
    let anon = directory.stamped(&database, Kind::Anon, manifest.taken_at);
    let (record, alarm) = test_restore::run(target, &anon, manifest, truncated, terminal).await;
    events.emit(&Event::TestRestored { record: &record });
    match alarm {
        Some(alarm) => events.alarm(alarm),
        None => terminal.say(&format!(
            "restored it for a test ({}, {})",
            format::counted(record.tables, "table", "tables"),
            format::counted(record.rows, "row", "rows")
        )),
    }
    manifest.test_restore = Some(record);
    write_manifest(directory, &database, manifest)
}

/// Removes the sets that need not be kept beside the one that was just made.
async fn remove_old(
    directory: &BackupDirectory,
    database: &Database,
    policy: Policy,
    made: Timestamp,
    events: &Events,
    terminal: &Terminal,
) -> Result<(), BackupError> {
    let now = Timestamp::now();
    let plan = PrunePlan::make(directory, database, policy, now, Some(made)).await?;
    plan.execute()?;
    for set in plan.verdicts().iter().filter(|set| set.removed) {
        terminal.say(&format!(
            "removed the set of {} ({})",
            format::minute(set.taken_at),
            format::size(set.size)
        ));
        events.emit(&Event::Pruned {
            taken_at: set.taken_at,
            size: set.size,
        });
    }
    Ok(())
}

fn check_server(
    server: &ServerFacts,
    pg_dump_version: &str,
    database: &Database,
) -> Result<(), BackupError> {
    let major = |version: &str| {
        version
            .split(['.', ' ', 'b', 'd', 'r'])
            .next()
            .and_then(|major| major.parse::<u32>().ok())
    };
    // pg_dump itself refuses to dump a newer server; this says what to install.
    if major(pg_dump_version).is_some_and(|major| major < server.major()) {
        return Err(BackupError::OldProgram {
            pg_dump: pg_dump_version.to_owned(),
            server: server.version.clone(),
        });
    }
    if server.tables == 0 {
        return Err(BackupError::NoTables {
            database: database.to_string(),
        });
    }
    Ok(())
}

/// `15.18 (Debian 15.18-0+deb12u1)` of `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
async fn program_version(program: &str) -> Result<String, BackupError> {
    let output = Invocation::new(program)?
        .arg("--version")
        .output(b"")
        .await?;
    let text = String::from_utf8_lossy(&output);
    let version = text
        .trim()
        .split_once(") ")
        .map_or(text.trim(), |(_, version)| version);
    Ok(version.to_owned())
}

fn published_line(manifest: &Manifest) -> String {
    let sizes = manifest
        .artefacts
        .iter()
        .map(|(kind, record)| format!("{kind} {}", format::size(record.size)));
    format!(
        "backed up {} of {} ({}, {}; {}; {} replaced)",
        manifest.database,
        format::minute(manifest.taken_at),
        format::counted(manifest.tables.len() as u64, "table", "tables"),
        format::counted(manifest.rows(), "row", "rows"),
        sizes.collect::<Vec<_>>().join(", "),
        format::counted(manifest.addresses_replaced, "address", "addresses"),
    )
}
