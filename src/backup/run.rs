//! One run, from the connection to the check-in.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use jiff::Timestamp;
use pgferry_core::anonymize::oracle::OracleOptions;
use pgferry_core::anonymize::{Columns, Options, Rules};
use pgferry_core::backup::{
    ArtefactRecord, Database, Kind, MANIFEST_VERSION, Manifest, Policy, SetFile, TableRecord,
    ToolRecord, UploadRecord,
};
use pgferry_core::dump::schema::Schema;
use tempfile::NamedTempFile;

use super::derive::{self, Derived};
use super::directory::UPLOAD_ORDER;
use super::measured::{Measure, measure};
use super::set::{publish, verify_bytes, verify_plain, write_manifest};
use super::{BackupDirectory, BackupError, check_in};
use crate::anonymize::{self, AnonymizeFailure};
use crate::error::OnPath;
use crate::lock;
use crate::process::Invocation;
use crate::store::Store;
use crate::target::{Connection, ServerFacts, diagnose};
use crate::ui::{Terminal, format};

/// What a run is to do.
#[derive(Debug)]
pub struct Plan {
    pub connection: Connection,
    pub database: Database,
    pub directory: BackupDirectory,
    /// `None`: the set stays on this host.
    pub store: Option<Store>,
    pub policy: Policy,
    pub checkin_url: Option<String>,
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
}

/// Makes a set and brings it where it has to go.
///
/// # Errors
/// [`BackupError`]. Unless it is [`BackupError::Upload`], nothing was published.
pub async fn run(plan: &Plan, terminal: &Terminal) -> Result<Outcome, BackupError> {
    let Plan {
        connection,
        database,
        directory,
        store,
        policy,
        checkin_url,
        anonymizer_key,
        rules,
    } = plan;
    let _lock = lock::take(&directory.lock(database), Timestamp::now())
        .map_err(|error| BackupError::lock(database, error))?;
    directory.remove_leftovers(database)?;
    let server = connection.facts().await?;
    let pg_dump_version = program_version("pg_dump").await?;
    check_server(&server, &pg_dump_version, database)?;
    let taken_at = directory.free_stamp(database, Timestamp::now());

    let key = anonymize::load_key(anonymizer_key.as_deref(), &directory.key())
        .map_err(AnonymizeFailure::from)?;
    let dump = dump(connection, directory, database, terminal).await?;
    let schema = definitions(dump.path(), terminal)?;
    let columns = Columns::from(&schema);
    let errors = rules.check(&columns);
    if !errors.is_empty() {
        return Err(AnonymizeFailure::Rules { errors }.into());
    }
    let looking = anonymize::oracle::options(rules, &schema);
    let options = Options {
        key: Some(key),
        columns,
        rules: rules.clone(),
    };
    let full = directory.temporary(database, Kind::Full.into())?;
    let anon = directory.temporary(database, Kind::Anon.into())?;
    let progress = terminal.progress("anonymise and compress", None);
    let files = (
        full.reopen().on_path("write", full.path())?,
        anon.reopen().on_path("write", anon.path())?,
    );
    let derived = derive::plain_kinds(dump.path(), files.0, files.1, options, &progress).await?;
    progress.finish();
    let dump_measure = verify(&dump, &full, &anon, &derived, looking, terminal).await?;

    let mut manifest = manifest(
        database,
        taken_at,
        &server,
        pg_dump_version,
        dump_measure,
        derived,
    );
    let temporaries = vec![
        (Kind::Dump.into(), dump),
        (Kind::Full.into(), full),
        (Kind::Anon.into(), anon),
    ];
    publish(directory, temporaries, &manifest)?;
    terminal.say(&published_line(&manifest));

    let mut warnings = Vec::new();
    let uploaded = match store {
        Some(store) => upload(store, directory, &mut manifest, terminal).await,
        None => Ok(()),
    };
    // Also when the upload failed: a store that is down for a month must not fill the host's disk.
    for (removed, bytes) in directory.prune(database, *policy, Timestamp::now())? {
        terminal.say(&format!(
            "removed the set of {} ({})",
            format::minute(removed),
            format::size(bytes)
        ));
    }
    uploaded?;
    if manifest
        .uploads
        .values()
        .any(|upload| upload.version_id == "null")
    {
        warnings.push("the bucket keeps no versions, so each backup replaces the one before: turn on versioning".to_owned());
    }
    if let Some(url) = checkin_url
        && let Err(reason) = check_in::ping(url.clone()).await
    {
        terminal.warn(&format!(
            "the backup is done, but the check-in at CHECKIN_URL failed: {reason}"
        ));
    }
    Ok(Outcome { manifest, warnings })
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

async fn dump(
    connection: &Connection,
    directory: &BackupDirectory,
    database: &Database,
    terminal: &Terminal,
) -> Result<NamedTempFile, BackupError> {
    let file = directory.temporary(database, Kind::Dump.into())?;
    let progress = terminal.progress("dump", None);
    progress.message(database.as_str());
    let child = connection
        .invoke("pg_dump")?
        .arg("--format=custom")
        // By name: only then does pg_dump note where each table's data stand, which `pg_restore -j` needs.
        .arg("--file")
        .arg(file.path())
        .spawn(Stdio::null(), Stdio::null())?;
    let mut ended = std::pin::pin!(child.wait());
    let mut seen = 0;
    loop {
        tokio::select! {
            outcome = &mut ended => {
                outcome.map_err(diagnose)?;
                break;
            }
            () = tokio::time::sleep(std::time::Duration::from_millis(200)) => {
                let size = file.as_file().metadata().map_or(seen, |metadata| metadata.len());
                progress.advance(size.saturating_sub(seen));
                seen = size;
            }
        }
    }
    file.as_file().sync_all().on_path("write", file.path())?;
    Ok(file)
}

/// What the anonymiser has to know of the columns.
fn definitions(dump: &Path, terminal: &Terminal) -> Result<Schema, BackupError> {
    let schema = anonymize::of_archive(dump)?;
    // No address escapes for that; but pseudonyms in a key that nobody knows of may collide.
    for unreadable in schema.unreadable() {
        terminal.warn(&format!(
            "a definition was not understood, so keys in it are unknown: {}",
            unreadable.text
        ));
    }
    Ok(schema)
}

/// Reads everything back. Returns the archive's measure; that it is whole was seen when the plain kinds were made.
async fn verify(
    dump: &NamedTempFile,
    full: &NamedTempFile,
    anon: &NamedTempFile,
    derived: &Derived,
    looking: OracleOptions,
    terminal: &Terminal,
) -> Result<Measure, BackupError> {
    let progress = terminal.progress("verify", Some(derived.full_raw + derived.anon_raw));
    let plain = |file: &NamedTempFile,
                 measure: &Measure,
                 raw: u64,
                 oracle: Option<OracleOptions>| {
        let (path, measure, progress) = (file.path().to_owned(), measure.clone(), progress.clone());
        tokio::task::spawn_blocking(move || verify_plain(&path, &measure, raw, oracle, &progress))
    };
    let path = dump.path().to_owned();
    let dump = tokio::task::spawn_blocking(move || {
        let written =
            measure(std::fs::File::open(&path).on_path("read", &path)?).on_path("read", &path)?;
        verify_bytes(&path, &written).map(|()| written)
    });
    let (full, anon, dump) = tokio::join!(
        plain(full, &derived.full, derived.full_raw, None),
        plain(anon, &derived.anon, derived.anon_raw, Some(looking)),
        dump
    );
    let thread = |source| BackupError::Thread { source };
    full.map_err(thread)??;
    anon.map_err(thread)??;
    dump.map_err(thread)?
}

fn manifest(
    database: &Database,
    taken_at: Timestamp,
    server: &ServerFacts,
    pg_dump_version: String,
    dump: Measure,
    derived: Derived,
) -> Manifest {
    let record = |kind: Kind, measure: Measure, raw_size: Option<u64>| {
        let file = SetFile::Artefact(kind).stamped_name(database, taken_at);
        (
            kind,
            ArtefactRecord {
                file,
                size: measure.size,
                sha256: measure.sha256,
                raw_size,
            },
        )
    };
    let tables = derived.census.tables.iter().map(|table| TableRecord {
        name: table.table.to_string(),
        rows: table.rows,
        bytes: table.bytes,
    });
    Manifest {
        manifest_version: MANIFEST_VERSION,
        database: database.clone(),
        taken_at,
        tool: ToolRecord {
            name: "pgferry".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        server_version: server.version.clone(),
        pg_dump_version,
        artefacts: BTreeMap::from([
            record(Kind::Dump, dump, None),
            record(Kind::Full, derived.full, Some(derived.full_raw)),
            record(Kind::Anon, derived.anon, Some(derived.anon_raw)),
        ]),
        tables: tables.collect(),
        addresses_replaced: derived.anonymized.replaced,
        uploads: BTreeMap::new(),
    }
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

/// Uploads the artefacts, notes what the store confirmed, and uploads the manifest last.
async fn upload(
    store: &Store,
    directory: &BackupDirectory,
    manifest: &mut Manifest,
    terminal: &Terminal,
) -> Result<(), BackupError> {
    let (database, taken_at) = (manifest.database.clone(), manifest.taken_at);
    let failed = |source| BackupError::Upload { taken_at, source };
    for kind in UPLOAD_ORDER {
        let path = directory.stamped(&database, kind, taken_at);
        let stored = store
            .put(&database, kind.into(), taken_at, &path)
            .await
            .map_err(failed)?;
        terminal.say(&format!(
            "uploaded {} (version {})",
            stored.location, stored.version_id
        ));
        let record = UploadRecord {
            location: stored.location,
            version_id: stored.version_id,
        };
        manifest.uploads.insert(kind, record);
        // After each, so that a run that breaks off knows what is there.
        write_manifest(directory, &database, manifest)?;
    }
    let path = directory.stamped(&database, SetFile::Manifest, taken_at);
    store
        .put(&database, SetFile::Manifest, taken_at, &path)
        .await
        .map_err(failed)?;
    Ok(())
}
