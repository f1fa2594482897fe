//! A directory as a store: time-stamped files, the newest one behind a symlink. A host's own backup directory is one.

use std::ops::Range;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pgferry_core::backup::{Database, FileName, SetFile, Version, format_stamp};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::{Download, Promise, StoreError, Stored, Upload};
use crate::error::{OnPath, PathError};

/// Stamped files in one directory.
#[derive(Debug)]
pub struct DirectoryStore {
    path: PathBuf,
}

impl DirectoryStore {
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn databases(&self) -> Result<Vec<Database>, StoreError> {
        let mut databases: Vec<Database> = self
            .files()?
            .into_iter()
            .filter(|(name, _)| name.taken_at.is_some())
            .map(|(name, _)| name.database)
            .collect();
        databases.sort();
        databases.dedup();
        Ok(databases)
    }

    pub(super) fn versions(
        &self,
        database: &Database,
        file: SetFile,
    ) -> Result<Vec<Version>, StoreError> {
        let mut versions = Vec::new();
        for (name, path) in self.files()? {
            let Some(taken_at) = name
                .taken_at
                .filter(|_| name.database == *database && name.file == file)
            else {
                continue;
            };
            // A link is never followed: what stands behind it may change, or be a stranger's.
            let metadata = path.symlink_metadata().on_path("read", &path)?;
            if metadata.is_file() {
                versions.push(Version {
                    id: format_stamp(taken_at),
                    taken_at,
                    size: metadata.len(),
                    is_delete_marker: false,
                    etag: None,
                });
            }
        }
        versions.sort_by_key(|version| std::cmp::Reverse(version.taken_at));
        Ok(versions)
    }

    pub(super) async fn read(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Download, StoreError> {
        let (content, size) = self.open(database, file, version).await?;
        Ok(Download {
            content: Box::new(content),
            size,
            is_checksummed: false,
        })
    }

    /// What the manifest beside the file says of it.
    pub(super) fn promise(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Promise, StoreError> {
        let path = self
            .path
            .join(file.stamped_name(database, version.taken_at));
        let size = match path.metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Gone {
                    what: path.display().to_string(),
                });
            }
            metadata => metadata.on_path("read", &path)?.len(),
        };
        if size != version.size {
            let what = path.display().to_string();
            let reason = format!("it has {size} bytes, {} were listed", version.size);
            return Err(StoreError::Mismatch { what, reason });
        }
        let manifest = self
            .path
            .join(SetFile::Manifest.stamped_name(database, version.taken_at));
        let manifest = std::fs::read(manifest).ok();
        Ok(Promise::of_set(size, manifest.as_deref(), file))
    }

    pub(super) async fn read_range(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
        range: &Range<u64>,
    ) -> Result<Download, StoreError> {
        let (mut content, _) = self.open(database, file, version).await?;
        let start = std::io::SeekFrom::Start(range.start);
        let sought = content.seek(start).await;
        sought.on_path("read", &self.path)?;
        let size = range.end - range.start;
        Ok(Download {
            content: Box::new(content.take(size)),
            size,
            is_checksummed: false,
        })
    }

    /// The version's file, and its size.
    async fn open(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<(tokio::fs::File, u64), StoreError> {
        let path = self
            .path
            .join(file.stamped_name(database, version.taken_at));
        let opened = match tokio::fs::File::open(&path).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Gone {
                    what: path.display().to_string(),
                });
            }
            opened => opened.on_path("read", &path)?,
        };
        let size = opened.metadata().await.on_path("read", &path)?.len();
        Ok((opened, size))
    }

    pub(super) async fn put(&self, upload: &Upload<'_>) -> Result<Stored, StoreError> {
        let Upload {
            database,
            file,
            taken_at,
            ..
        } = *upload;
        let stamped = self.path.join(file.stamped_name(database, taken_at));
        let current = self.path.join(file.current_name(database));
        // Not made here: a store that is missing may be a disk that is not mounted.
        if !self.path.is_dir() {
            return Err(StoreError::NoDirectory {
                path: self.path.display().to_string(),
            });
        }
        let (source, directory) = (upload.path.to_owned(), self.path.clone());
        let stored = Stored {
            location: self.location(database, file, taken_at),
            version_id: format_stamp(taken_at),
        };
        let put =
            tokio::task::spawn_blocking(move || put_file(&source, &directory, &stamped, &current));
        put.await.map_err(|source| StoreError::Failed {
            action: "writing",
            what: stored.location.clone(),
            source: source.into(),
        })??;
        (upload.sent)(upload.content.size);
        Ok(stored)
    }

    pub(super) fn location(
        &self,
        database: &Database,
        file: SetFile,
        taken_at: Timestamp,
    ) -> String {
        let stamped = self.path.join(file.stamped_name(database, taken_at));
        format!("file://{}", stamped.display())
    }

    pub(super) fn address(&self, database: &Database, file: SetFile) -> String {
        format!(
            "file://{}",
            self.path.join(file.current_name(database)).display()
        )
    }

    /// The directory's files that belong to a set.
    fn files(&self) -> Result<Vec<(FileName, PathBuf)>, StoreError> {
        let entries = match std::fs::read_dir(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::NoDirectory {
                    path: self.path.display().to_string(),
                });
            }
            entries => entries.on_path("read", &self.path)?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.on_path("read", &self.path)?;
            if let Some(name) = entry.file_name().to_str().and_then(FileName::parse) {
                files.push((name, entry.path()));
            }
        }
        Ok(files)
    }
}

/// Copies beside the final name, makes it durable, then gives it its name and moves the symlink.
fn put_file(
    source: &Path,
    directory: &Path,
    stamped: &Path,
    current: &Path,
) -> Result<(), PathError> {
    // The backup directory itself may be the store: then the file is there already.
    let same = |a: &Path, b: &Path| matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if !same(source, stamped) {
        let mut copy = tempfile::Builder::new()
            .prefix(".pgferry-")
            .tempfile_in(directory)
            .on_path("write to", directory)?;
        let mut original = std::fs::File::open(source).on_path("read", source)?;
        std::io::copy(&mut original, copy.as_file_mut()).on_path("write", stamped)?;
        copy.as_file().sync_all().on_path("write", stamped)?;
        copy.persist(stamped)
            .map_err(|error| error.error)
            .on_path("write", stamped)?;
        sync_directory(directory)?;
    }
    replace_symlink(stamped, current)?;
    sync_directory(directory)
}

/// Makes a directory, and those above it, that only this user may enter.
pub(crate) fn create_private_directory(directory: &Path) -> Result<(), PathError> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .on_path("create the directory", directory)
}

/// Makes renames in `directory` durable.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), PathError> {
    std::fs::File::open(directory)
        .and_then(|opened| opened.sync_all())
        .on_path("sync", directory)
}

/// Points `link` at `file`, a name in the same directory, in one step. A file that stands in the way is left alone.
pub(crate) fn replace_symlink(file: &Path, link: &Path) -> Result<(), PathError> {
    if link
        .symlink_metadata()
        .is_ok_and(|metadata| !metadata.is_symlink())
    {
        return Err(std::io::Error::new(
            std::io::ErrorKind::AlreadyExists,
            "something that is no symlink has this name",
        ))
        .on_path("replace", link);
    }
    let name = file.file_name().unwrap_or(file.as_os_str());
    let mut temporary = link.as_os_str().to_owned();
    temporary.push(format!(".{}.new", std::process::id()));
    let temporary = PathBuf::from(temporary);
    symlink(name, &temporary).on_path("create", &temporary)?;
    std::fs::rename(&temporary, link).on_path("replace", link)
}
