//! What the cache holds, and what goes from it: what was used longest ago first, and never what is in use.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use nix::fcntl::{Flock, FlockArg};
use pgferry_core::backup::{Database, FileName, Kind, SetFile, Version};
use serde::Serialize;

use super::cache::{Cache, unescape};
use super::partial::Names;
use crate::error::{OnPath, PathError};
use crate::lock::{LockError, take};

/// `st_blocks` counts these.
const BLOCK: u64 = 512;

/// What the cache may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Versions of one database in one store.
    pub keep: usize,
    /// Bytes of all.
    pub size: u64,
}

/// A version in the cache, whole or on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub store: String,
    pub database: Database,
    pub kind: Kind,
    /// The store's id of the version.
    pub version: String,
    /// Unknown as long as it is on its way.
    pub taken_at: Option<Timestamp>,
    pub used_at: Timestamp,
    /// Bytes that it takes.
    pub size: u64,
    /// Bytes that have arrived, as long as it is on its way.
    pub arrived: Option<u64>,
    /// Where it is, or will be.
    pub path: PathBuf,
    #[serde(skip)]
    etag: Option<String>,
}

impl Entry {
    /// As the store listed it; `None` as long as it is on its way.
    pub fn as_version(&self) -> Option<Version> {
        Some(Version {
            id: self.version.clone(),
            taken_at: self.taken_at.filter(|_| self.arrived.is_none())?,
            size: self.size,
            is_delete_marker: false,
            etag: self.etag.clone(),
        })
    }
}

impl Cache {
    /// All that is there, by store and database, what was used last first.
    ///
    /// # Errors
    /// What can't be read.
    pub fn entries(root: &Path) -> Result<Vec<Entry>, PathError> {
        let mut entries = Vec::new();
        for store in children(&root.join("versions"))? {
            for version in children(&store)? {
                // A name that is no entry's is none of ours.
                entries.extend(entry(&store, &version)?);
            }
        }
        entries.sort_by(|a, b| {
            let place = |entry: &Entry| (entry.store.clone(), entry.database.clone());
            (place(a), b.used_at).cmp(&(place(b), a.used_at))
        });
        Ok(entries)
    }

    /// Removes what the limits leave no room for, and returns it.
    ///
    /// # Errors
    /// What can't be read or removed.
    pub fn prune(root: &Path, limits: &Limits) -> Result<Vec<Entry>, PathError> {
        give_way(Self::entries(root)?, limits, Self::remove)
    }

    /// Removes an entry; false when it is in use.
    ///
    /// # Errors
    /// What can't be removed.
    pub fn remove(entry: &Entry) -> Result<bool, PathError> {
        let names = Names::of(&entry.path);
        let lock = match take(&names.lock, Timestamp::now()) {
            Ok(lock) => lock.with_its_file(),
            Err(LockError::Held { .. }) => return Ok(false),
            Err(LockError::Path(error)) if error.source.kind() == ErrorKind::NotFound => {
                return Ok(true);
            }
            Err(LockError::Path(error)) => return Err(error),
            Err(error @ LockError::Planted { .. }) => {
                return Err(io::Error::other(error)).on_path("remove", &entry.path);
            }
        };
        match File::open(&entry.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            opened => {
                let file = opened.on_path("remove", &entry.path)?;
                let Ok(_mark) = Flock::lock(file, FlockArg::LockExclusiveNonblock) else {
                    return Ok(false);
                };
                fs::remove_file(&entry.path).on_path("remove", &entry.path)?;
            }
        }
        names.remove_unfinished()?;
        drop(lock);
        // They stay while there is something else in them.
        if fs::remove_dir(&names.directory).is_ok()
            && let Some(store) = names.directory.parent()
        {
            fs::remove_dir(store).unwrap_or(());
        }
        Ok(true)
    }
}

/// Lets those go, the ones that were used longest ago first, that the limits leave no room for.
fn give_way<E>(
    mut entries: Vec<Entry>,
    limits: &Limits,
    mut remove: impl FnMut(&Entry) -> Result<bool, E>,
) -> Result<Vec<Entry>, E> {
    entries.sort_by_key(|entry| entry.used_at);
    let mut total: u64 = entries.iter().map(|entry| entry.size).sum();
    let mut gone: Vec<Entry> = Vec::new();
    for entry in &entries {
        let is_beside =
            |other: &&Entry| (&other.store, &other.database) == (&entry.store, &entry.database);
        let left = entries.iter().filter(is_beside).count() - gone.iter().filter(is_beside).count();
        if (left > limits.keep || total > limits.size) && remove(entry)? {
            total -= entry.size;
            gone.push(entry.clone());
        }
    }
    Ok(gone)
}

fn children(directory: &Path) -> Result<Vec<PathBuf>, PathError> {
    let read = match fs::read_dir(directory) {
        // None yet, or no longer.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        read => read.on_path("read", directory)?,
    };
    let mut children = Vec::new();
    for entry in read {
        children.push(entry.on_path("read", directory)?.path());
    }
    Ok(children)
}

fn entry(store: &Path, version: &Path) -> Result<Option<Entry>, PathError> {
    let name = |path: &Path| unescape(path.file_name()?.to_str()?);
    let (Some(store), Some(identity)) = (name(store), name(version)) else {
        return Ok(None);
    };
    for path in children(version)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let unfinished = name
            .strip_prefix(".pgferry-")
            .and_then(|name| name.strip_suffix(".partial"));
        let Some(FileName {
            database,
            file: SetFile::Artefact(kind),
            taken_at: None,
        }) = FileName::parse(unfinished.unwrap_or(name))
        else {
            continue;
        };
        let whole = version.join(unfinished.unwrap_or(name));
        let Ok(metadata) = path.symlink_metadata() else {
            continue;
        };
        // One that is fetched again counts as what it was.
        if !metadata.is_file() || (unfinished.is_some() && whole.exists()) {
            continue;
        }
        let time = |time: io::Result<SystemTime>| {
            let time = time.ok().and_then(|time| Timestamp::try_from(time).ok());
            time.unwrap_or(Timestamp::UNIX_EPOCH)
        };
        let modified = time(metadata.modified());
        let (version, etag) = match identity.strip_prefix("null-") {
            Some(etag) => ("null".to_owned(), Some(etag.to_owned())),
            None => (identity, None),
        };
        return Ok(Some(Entry {
            store,
            database,
            kind,
            version,
            etag,
            taken_at: unfinished.is_none().then_some(modified),
            used_at: match unfinished {
                Some(_) => modified,
                None => time(metadata.accessed()),
            },
            size: match unfinished {
                Some(_) => metadata.blocks().saturating_mul(BLOCK),
                None => metadata.len(),
            },
            arrived: unfinished.map(|_| Names::of(&whole).arrived()),
            path: whole,
        }));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn entry(database: &str, used: i64, size: u64) -> Entry {
        Entry {
            store: "s3://b".to_owned(),
            database: Database::new(database).unwrap(),
            kind: Kind::Anon,
            version: used.to_string(),
            taken_at: None,
            used_at: Timestamp::from_second(used).unwrap(),
            size,
            arrived: None,
            path: PathBuf::new(),
            etag: None,
        }
    }

    #[test]
    fn the_ones_used_longest_ago_go_but_for_those_in_use() {
        let entries = || {
            vec![
                entry("a", 4, 10),
                entry("a", 1, 10),
                entry("b", 2, 30),
                entry("a", 3, 10),
            ]
        };
        for (keep, size, in_use, expected) in [
            (3, 60, "", &[][..]),
            (2, 60, "", &["1"]),
            (1, 60, "", &["1", "3"]),
            (3, 59, "", &["1"]),
            (3, 20, "", &["1", "2"]),
            (3, 20, "1", &["2", "3"]),
            (2, 60, "1", &["3"]),
            (0, 60, "4", &["1", "2", "3"]),
            (9, 0, "2", &["1", "3", "4"]),
        ] {
            let limits = Limits { keep, size };
            let remove = |entry: &Entry| Ok::<_, Infallible>(entry.version != in_use);
            let gone = give_way(entries(), &limits, remove).unwrap();
            let gone: Vec<&str> = gone.iter().map(|entry| &*entry.version).collect();
            assert_eq!(gone, expected, "{keep}, {size}, {in_use}");
        }
    }
}
