//! Downloading: into a partial file beside the final name, checked, made durable, renamed.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use pgferry_core::backup::Kind;
use pgferry_core::gzip;

use super::cache::{Cache, Used};
use super::entries::Limits;
use super::journal::Subject;
use super::parallel::{self, Manner};
use super::partial::{Names, Partial};
use super::ranges::{Arrived, joined};
use super::source::Remote;
use super::stream::stream;
use super::sums::Follower;
use super::waiting::{self, Place};
use super::{Chosen, FetchError};
use crate::error::OnPath;
use crate::lock::Lock;
use crate::store::{Location, Store};
use crate::ui::{Progress, Terminal, format};

const CHUNK: usize = 256 * 1024;

/// How a version is fetched.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// As many connections and no other number.
    pub connections: Option<NonZeroUsize>,
    /// Even if it is in the cache.
    pub force: bool,
    /// Of the cache, after it was fetched into it.
    pub limits: Limits,
}

/// The version in the cache, downloaded if it isn't there. It stays as long as the value lives.
///
/// # Errors
/// [`FetchError`]; the cache never holds what was not checked.
pub async fn into_cache(
    store: &Store,
    location: &Location,
    chosen: &Chosen,
    cache: &Cache,
    options: Options,
    terminal: &Terminal,
) -> Result<Used, FetchError> {
    let in_cache = |used: Used| {
        terminal.say(&format!("{} is in the cache", chosen.title()));
        Ok(used)
    };
    if let Some(used) = cache.find(location, chosen).filter(|_| !options.force) {
        return in_cache(used);
    }
    let path = cache.path(location, chosen);
    let names = Names::of(&path);
    let title = chosen.title();
    let size = chosen.version.size;
    let (lock, waited) = waiting::lock(&names, size, &title, Place::Cache, terminal).await?;
    // Whoever was waited for has just fetched it.
    let is_wanted = !options.force || waited;
    if let Some(used) = cache.find(location, chosen).filter(|_| is_wanted) {
        return in_cache(used);
    }
    let partial = fetch(store, chosen, names, lock, options, terminal).await?;
    let used = cache.find(location, chosen);
    // Only now may others remove it.
    drop(partial);
    let root = cache.directory().to_owned();
    match blocking("prune the cache", move || {
        Cache::prune(&root, &options.limits)
    })
    .await?
    {
        Ok(gone) => {
            for entry in gone {
                let size = format::size(entry.size);
                let (database, version) = (entry.database, entry.version);
                terminal.say(&format!(
                    "removed version {version} of {database} from the cache ({size}): it was used longest ago"
                ));
            }
        }
        // What was fetched is there all the same.
        Err(error) => terminal.warn(&format!("the cache can't be pruned: {error}")),
    }
    used.ok_or(FetchError::NotCached { what: title })
}

/// Whether a file of that name can be made, before any network use.
///
/// # Errors
/// What can't be written to.
pub fn check_writable(path: &Path) -> Result<(), FetchError> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Ok(());
    }
    let directory = Names::of(path).directory;
    // A probe, since mode bits don't bind root and say nothing of a read-only file system.
    tempfile::tempfile_in(&directory).on_path("write to", &directory)?;
    Ok(())
}

/// The version as a file of that name, which appears when it is whole.
///
/// # Errors
/// [`FetchError`]; what had that name before is then still there.
pub async fn to_file(
    store: &Store,
    chosen: &Chosen,
    path: &Path,
    options: Options,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return to_device(store, chosen, path, terminal).await;
    }
    let names = Names::of(path);
    let title = chosen.title();
    let size = chosen.version.size;
    let (lock, _) = waiting::lock(&names, size, &title, Place::Elsewhere, terminal).await?;
    fetch(store, chosen, names, lock, options, terminal).await?;
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
    let remote = Remote::of(store, chosen).await?;
    let progress = terminal.progress("fetch", Some(chosen.version.size));
    let patience = Manner::default().patience;
    stream(&remote, patience, std::io::stdout(), &progress).await
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
    let remote = Remote::of(store, chosen).await?;
    let progress = terminal.progress("fetch", Some(chosen.version.size));
    stream(&remote, Manner::default().patience, device, &progress).await
}

/// Fetches into the names that the lock is for. Returns what still holds the lock.
async fn fetch(
    store: &Store,
    chosen: &Chosen,
    names: Names,
    lock: Lock,
    options: Options,
    terminal: &Terminal,
) -> Result<Arc<Partial>, FetchError> {
    let started = Instant::now();
    let remote = match Remote::of(store, chosen).await {
        Err(error) if error.is_final() => {
            names.remove_unfinished()?;
            return Err(error);
        }
        remote => remote?,
    };
    let size = chosen.version.size;
    let progress = terminal.progress("fetch", Some(size));
    progress.message(&chosen.title());
    let subject = Subject {
        address: remote.address(),
        version: remote.version().id.clone(),
        etag: remote.version().etag.clone(),
        size,
    };
    let (partial, before) = {
        let progress = progress.clone();
        blocking("open the download", move || {
            Partial::open(names, lock, subject, &progress)
        })
        .await??
    };
    let partial = Arc::new(partial);
    let arrived_before: u64 = before.iter().map(|range| range.length).sum();
    if arrived_before > 0 {
        terminal.say(&format!(
            "going on with {} of {} that had arrived before",
            format::size(arrived_before),
            format::size(size)
        ));
    }
    let manner = Manner {
        connections: options.connections,
        ..Manner::default()
    };
    let fetched = checked(
        &remote,
        &partial,
        before,
        manner,
        chosen.kind,
        &progress,
        terminal,
    );
    if let Err(error) = fetched.await {
        if error.is_final() {
            partial.remove()?;
        }
        return Err(error);
    }
    let taken_at = chosen.version.taken_at;
    let finished = Arc::clone(&partial);
    blocking("name the file", move || finished.finish(taken_at)).await??;
    progress.finish();
    let (size, took) = (format::size(size), format::took(started.elapsed()));
    terminal.say(&format!(
        "fetched {} ({}, {size}) in {took}",
        chosen.title(),
        chosen.kind
    ));
    Ok(partial)
}

/// Fetches what is missing and checks the whole; when that is wrong, all of it once more.
async fn checked(
    remote: &Remote<'_>,
    partial: &Arc<Partial>,
    before: Vec<Arrived>,
    manner: Manner,
    kind: Kind,
    progress: &Progress,
    terminal: &Terminal,
) -> Result<(), FetchError> {
    let first = once(remote, partial, before, manner, kind, progress, terminal).await?;
    let Err(reason) = first else { return Ok(()) };
    terminal.warn(&format!(
        "{} arrived corrupt: {reason}; fetching all of it again",
        remote.what()
    ));
    partial.forget()?;
    let again = terminal.progress("fetch", Some(partial.size()));
    let second = once(remote, partial, Vec::new(), manner, kind, &again, terminal).await?;
    second.map_err(|reason| FetchError::Corrupt {
        what: remote.what(),
        reason,
    })
}

/// The inner error says what is wrong with the content.
async fn once(
    remote: &Remote<'_>,
    partial: &Arc<Partial>,
    before: Vec<Arrived>,
    manner: Manner,
    kind: Kind,
    progress: &Progress,
    terminal: &Terminal,
) -> Result<Result<(), String>, FetchError> {
    let follower = Follower::of(partial, &remote.promise);
    let arrived =
        parallel::fetch(remote, partial, before, follower.as_ref(), manner, progress).await?;
    progress.finish();
    let sums = match follower {
        Some(follower) => follower.finish().await.on_path("read", partial.path())?,
        None => None,
    };
    let Some(crc64) = joined(arrived, partial.size()) else {
        return Ok(Err("not all of it arrived".to_owned()));
    };
    if let Err(reason) = remote.promise.check(crc64, sums.as_ref()) {
        return Ok(Err(reason));
    }
    if remote.promise.is_checksummed() {
        return Ok(Ok(()));
    }
    check_content(partial.path(), kind, terminal).await
}

async fn blocking<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, FetchError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|source| FetchError::Thread { action, source })
}

/// Checks a file that came without a checksum by the checksums inside it.
async fn check_content(
    path: &Path,
    kind: Kind,
    terminal: &Terminal,
) -> Result<Result<(), String>, FetchError> {
    if kind == Kind::Dump {
        // An archive has none; `restore` reads it to its end before it changes anything.
        return Ok(Ok(()));
    }
    let file = std::fs::File::open(path).on_path("read", path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let progress = terminal.progress("check", Some(size));
    let checked = blocking("check the file", move || check_gzip(file, &progress)).await?;
    Ok(checked.map_err(|error| error.to_string()))
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
