//! Downloading: into a temporary file beside the final name, checked, made durable, renamed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use pgferry_core::backup::Kind;
use pgferry_core::gzip;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::cache::set_time;
use super::{Cache, Chosen, Manifests};
use crate::error::{Class, Classified, Error, OnPath, PathError};
use crate::store::{Location, Store, StoreError, create_private_directory, sync_directory};
use crate::ui::{Progress, Terminal, format};

const CHUNK: usize = 256 * 1024;

/// Why a version did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the cache can't be used")]
    Cache { source: PathError },
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("the download of {what} broke off after {} of {}", format::size(*done), format::size(*size))]
    Broken {
        what: String,
        done: u64,
        size: u64,
        source: std::io::Error,
    },
    #[error("{what} is corrupt: {reason}")]
    Corrupt { what: String, reason: String },
    #[error("{needed} are needed in {path}, {free} are free")]
    NoSpace {
        path: String,
        needed: String,
        free: String,
    },
    #[error("can't write the output")]
    Output { source: std::io::Error },
}

impl Classified for FetchError {
    fn class(&self) -> Class {
        match self {
            Self::Store(error) => error.class(),
            Self::Corrupt { .. } => Class::Corrupt,
            Self::Cache { .. }
            | Self::Path(_)
            | Self::Broken { .. }
            | Self::NoSpace { .. }
            | Self::Output { .. } => Class::Unexpected,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Cache { .. } => Some("set another directory with PGFERRY_CACHE_DIR".to_owned()),
            Self::Path(error) => error.hint(),
            Self::Broken { .. } => Some("run the same command again".to_owned()),
            Self::Corrupt { .. } => {
                Some("run the same command again; if it happens again, take an older version: `pgferry versions`".to_owned())
            }
            Self::NoSpace { .. } => {
                Some("free some space there, or set another directory with PGFERRY_CACHE_DIR".to_owned())
            }
            Self::Output { source } => source.hint(),
        }
    }
}

/// The version in the cache, downloaded if it isn't there.
///
/// # Errors
/// [`FetchError`]; the cache never holds what was not checked.
pub async fn into_cache(
    store: &Store,
    location: &Location,
    chosen: &Chosen,
    cache: &Cache,
    force: bool,
    terminal: &Terminal,
) -> Result<PathBuf, FetchError> {
    let path = cache.path(location, chosen);
    if !force && cache.find(location, chosen).is_some() {
        terminal.say(&format!("{} is in the cache", chosen.title()));
        return Ok(path);
    }
    let directory = path.parent().unwrap_or(cache.directory());
    create_private_directory(directory)?;
    to_file(store, chosen, &path, terminal).await?;
    Ok(path)
}

/// The version as a file of that name, which appears when it is whole.
///
/// # Errors
/// [`FetchError`]; what had that name before is then still there.
pub async fn to_file(
    store: &Store,
    chosen: &Chosen,
    path: &Path,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return to_device(store, chosen, path, terminal).await;
    }
    let started = Instant::now();
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    check_space(directory, chosen.version.size)?;
    // Mode 0600 and a name of its own, removed when dropped.
    let partial = tempfile::Builder::new()
        .prefix(".pgferry-")
        .suffix(".partial")
        .tempfile_in(directory)
        .on_path("write to", directory)?;
    let what = what(store, chosen);
    let mut download = store
        .read(&chosen.database, chosen.file(), &chosen.version)
        .await?;
    let progress = terminal.progress("fetch", Some(download.size));
    progress.message(&chosen.title());
    let mut writer = tokio::fs::File::from_std(partial.reopen().on_path("write to", directory)?);
    let mut done = 0;
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = download
            .content
            .read(&mut buffer)
            .await
            .map_err(|source| broken(&what, done, download.size, source))?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        writer.write_all(chunk).await.on_path("write", path)?;
        done += chunk.len() as u64;
        progress.advance(chunk.len() as u64);
    }
    writer.flush().await.on_path("write", path)?;
    writer.sync_all().await.on_path("write", path)?;
    drop(writer);
    check_size(&what, done, download.size)?;
    progress.finish();
    if !download.is_checksummed {
        check_record(store, chosen, partial.path(), &what, terminal).await?;
        check_content(partial.path(), chosen.kind, &what, terminal).await?;
    }
    set_time(partial.as_file(), chosen.version.taken_at);
    partial
        .persist(path)
        .map_err(|error| error.error)
        .on_path("write", path)?;
    sync_directory(directory)?;
    let (size, took) = (format::size(done), format::took(started.elapsed()));
    terminal.say(&format!(
        "fetched {} ({}, {size}) in {took}",
        chosen.title(),
        chosen.kind
    ));
    Ok(())
}

/// The version on standard output. What was wrong with it is known only when it has been written.
///
/// # Errors
/// [`FetchError`].
pub async fn to_stdout(
    store: &Store,
    chosen: &Chosen,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    stream(store, chosen, terminal, std::io::stdout()).await
}

/// The version written into something that is no regular file: a pipe, a device. Such a thing is never replaced.
async fn to_device(
    store: &Store,
    chosen: &Chosen,
    path: &Path,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    let device = std::fs::OpenOptions::new()
        .write(true)
        .open(path)
        .on_path("write to", path)?;
    stream(store, chosen, terminal, device).await
}

async fn stream(
    store: &Store,
    chosen: &Chosen,
    terminal: &Terminal,
    mut output: impl Write,
) -> Result<(), FetchError> {
    let what = what(store, chosen);
    let mut download = store
        .read(&chosen.database, chosen.file(), &chosen.version)
        .await?;
    let progress = terminal.progress("fetch", Some(download.size));
    let mut done = 0;
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = download.content.read(&mut buffer).await;
        let read = read.map_err(|source| broken(&what, done, download.size, source))?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        output
            .write_all(chunk)
            .map_err(|source| FetchError::Output { source })?;
        done += chunk.len() as u64;
        progress.advance(chunk.len() as u64);
    }
    output
        .flush()
        .map_err(|source| FetchError::Output { source })?;
    check_size(&what, done, download.size)
}

fn what(store: &Store, chosen: &Chosen) -> String {
    format!(
        "{} (version {})",
        store.address(&chosen.database, chosen.file()),
        chosen.version.id
    )
}

fn check_size(what: &str, done: u64, size: u64) -> Result<(), FetchError> {
    if done == size {
        return Ok(());
    }
    let reason = format!("{done} bytes arrived, {size} were expected");
    Err(FetchError::Corrupt {
        what: what.to_owned(),
        reason,
    })
}

/// An error of the body: a checksum that the SDK found wrong, or a connection that broke.
fn broken(what: &str, done: u64, size: u64, source: std::io::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&source);
    while let Some(error) = cause {
        if error
            .to_string()
            .to_ascii_lowercase()
            .contains("checksum mismatch")
        {
            return FetchError::Corrupt {
                what: what.to_owned(),
                reason: "its checksum is not the one that the store has".to_owned(),
            };
        }
        cause = error.source();
    }
    FetchError::Broken {
        what: what.to_owned(),
        done,
        size,
        source,
    }
}

fn check_space(directory: &Path, needed: u64) -> Result<(), FetchError> {
    // A file system that doesn't say is asked by writing to it.
    let Ok(status) = nix::sys::statvfs::statvfs(directory) else {
        return Ok(());
    };
    #[expect(
        clippy::useless_conversion,
        reason = "the types differ between systems"
    )]
    let free =
        u64::from(status.blocks_available()).saturating_mul(u64::from(status.fragment_size()));
    if free >= needed {
        return Ok(());
    }
    let (path, needed, free) = (
        directory.display().to_string(),
        format::size(needed),
        format::size(free),
    );
    Err(FetchError::NoSpace { path, needed, free })
}

/// Checks a file that came without a checksum by what the manifest of its set says of it, where there is one.
async fn check_record(
    store: &Store,
    chosen: &Chosen,
    path: &Path,
    what: &str,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    let manifest = match Manifests::one(store, chosen).await {
        Ok(manifest) => manifest,
        Err(error) => {
            let error = Error::from(error).summary();
            terminal.warn(&format!(
                "the manifest of {} can't be read, so nothing says what the file should be: {error}",
                chosen.title()
            ));
            None
        }
    };
    let Some(record) = manifest.and_then(|mut manifest| manifest.artefacts.remove(&chosen.kind))
    else {
        return Ok(());
    };
    let file = path.to_owned();
    let sum = tokio::task::spawn_blocking(move || sha256(&file)).await;
    let sum = sum
        .unwrap_or_else(|error| Err(std::io::Error::other(error)))
        .on_path("read", path)?;
    if sum == record.sha256 {
        return Ok(());
    }
    Err(FetchError::Corrupt {
        what: what.to_owned(),
        reason: "it is not what the manifest of its set says".to_owned(),
    })
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    while let Some(chunk) = std::io::Read::read(&mut file, &mut buffer)
        .map(|read| buffer.get(..read).filter(|chunk| !chunk.is_empty()))?
    {
        sum.update(chunk);
    }
    Ok(base16ct::lower::encode_string(&sum.finalize()))
}

/// Checks a file that came without a checksum by the checksums inside it.
async fn check_content(
    path: &Path,
    kind: Kind,
    what: &str,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    if kind == Kind::Dump {
        // An archive has none; `restore` reads it to its end before it changes anything.
        return Ok(());
    }
    let file = std::fs::File::open(path).on_path("read", path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let progress = terminal.progress("check", Some(size));
    let checked = tokio::task::spawn_blocking(move || check_gzip(file, &progress)).await;
    let corrupt = |reason: String| FetchError::Corrupt {
        what: what.to_owned(),
        reason,
    };
    checked
        .map_err(|error| corrupt(error.to_string()))?
        .map_err(|error| corrupt(error.to_string()))
}

fn check_gzip(file: std::fs::File, progress: &Progress) -> Result<(), std::io::Error> {
    let mut reader = gzip::Reader::new(file);
    let mut buffer = vec![0; CHUNK];
    let mut seen = 0;
    while std::io::Read::read(&mut reader, &mut buffer)? > 0 {
        let consumed = reader.position().compressed;
        progress.advance(consumed - seen);
        seen = consumed;
    }
    Ok(())
}
