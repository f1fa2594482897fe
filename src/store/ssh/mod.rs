//! A directory on another host as a store, by SFTP over the user's own ssh: a host's backup directory, to read from.
//!
//! Names travel as strings of the protocol: no shell sees them.

mod content;
mod error;
mod session;

use std::ops::Range;
use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use pgferry_core::backup::{Database, FileName, SetFile, Version, format_stamp};
use tokio::io::AsyncReadExt as _;

use self::content::Content;
pub use self::error::SshError;
use self::session::{Connection, Session};
use super::{Download, Location, Promise, StoreError};
use crate::ssh::Destination;

/// Bytes that a manifest may have.
const MANIFEST: u64 = 16 << 20;

/// Stamped files in one directory of a host.
#[derive(Debug)]
pub struct SshStore {
    connection: Connection,
    /// Absolute, or below the home directory there.
    directory: PathBuf,
    /// The store's URL.
    url: String,
}

impl SshStore {
    pub fn new(destination: &Destination, directory: &str) -> Self {
        let url = Location::Ssh {
            destination: destination.clone(),
            directory: directory.to_owned(),
        };
        let directory = match directory.strip_prefix("/~") {
            Some("" | "/") => Path::new("."),
            Some(below) => Path::new(below.trim_start_matches('/')),
            None => Path::new(directory),
        };
        Self {
            connection: Connection::new(destination.clone()),
            directory: directory.to_owned(),
            url: url.to_string(),
        }
    }

    pub(super) async fn databases(&self) -> Result<Vec<Database>, StoreError> {
        let files = self.files().await?;
        let mut databases: Vec<Database> =
            files.into_iter().map(|(name, _)| name.database).collect();
        databases.sort();
        databases.dedup();
        Ok(databases)
    }

    pub(super) async fn versions(
        &self,
        database: &Database,
        file: SetFile,
    ) -> Result<Vec<Version>, StoreError> {
        let files = self.files().await?.into_iter();
        let mut versions: Vec<Version> = files
            .filter(|(name, _)| name.database == *database && name.file == file)
            .filter_map(|(name, size)| {
                let taken_at = name.taken_at?;
                Some(Version {
                    id: format_stamp(taken_at),
                    taken_at,
                    size,
                    is_delete_marker: false,
                    etag: None,
                })
            })
            .collect();
        versions.sort_by_key(|version| std::cmp::Reverse(version.taken_at));
        Ok(versions)
    }

    pub(super) async fn read(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Download, StoreError> {
        let content = self.open(database, file, version).await?;
        Ok(Download {
            size: content.size(),
            content: content.into_reader(),
            is_checksummed: false,
        })
    }

    pub(super) async fn promise(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Promise, StoreError> {
        let size = self.open(database, file, version).await?.size();
        if size != version.size {
            let what = format!(
                "{}/{}",
                self.url,
                file.stamped_name(database, version.taken_at)
            );
            let reason = format!("it has {size} bytes, {} were listed", version.size);
            return Err(StoreError::Mismatch { what, reason });
        }
        let mut manifest = Vec::new();
        if let Ok(content) = self.open(database, SetFile::Manifest, version).await {
            let mut content = content.into_reader().take(MANIFEST);
            if let Err(error) = content.read_to_end(&mut manifest).await {
                tracing::info!(%error, "the manifest is left out");
            }
        }
        Ok(Promise::of_set(size, Some(&manifest), file))
    }

    pub(super) async fn read_range(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
        range: &Range<u64>,
    ) -> Result<Download, StoreError> {
        let content = self.open(database, file, version).await?;
        Ok(Download {
            size: range.end - range.start,
            content: content.limited_to(range).into_reader(),
            is_checksummed: false,
        })
    }

    async fn open(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Content, StoreError> {
        let name = file.stamped_name(database, version.taken_at);
        let what = format!("{}/{name}", self.url);
        let path = self.directory.join(name);
        Content::open(self.connection.clone(), path, what).await
    }

    pub(super) fn read_only(&self) -> StoreError {
        SshError::ReadOnly {
            url: self.url.clone(),
        }
        .into()
    }

    pub(super) fn location(
        &self,
        database: &Database,
        file: SetFile,
        taken_at: Timestamp,
    ) -> String {
        format!("{}/{}", self.url, file.stamped_name(database, taken_at))
    }

    pub(super) fn address(&self, database: &Database, file: SetFile) -> String {
        format!("{}/{}", self.url, file.current_name(database))
    }

    /// The directory's stamped files, and how large they are.
    async fn files(&self) -> Result<Vec<(FileName, u64)>, StoreError> {
        let session = self.connection.session().await?;
        match self.list(&session).await {
            Ok(files) => Ok(files),
            Err(error) => Err(self
                .connection
                .explain(&session, error, &self.url, true)
                .await),
        }
    }

    async fn list(
        &self,
        session: &Session,
    ) -> Result<Vec<(FileName, u64)>, openssh_sftp_client::Error> {
        let listing = async {
            let mut entries = std::pin::pin!(session.list(&self.directory).await?);
            let mut files = Vec::new();
            while let Some(entry) = entries.next().await {
                let entry = entry?;
                let name = entry.filename().to_str().and_then(FileName::parse);
                // The server doesn't follow links here, and a link is no version: what stands behind it may change, or be
                // a stranger's.
                let size = entry.metadata().len();
                let (Some(name), Some(size)) = (name, size) else {
                    continue;
                };
                if name.taken_at.is_some() && entry.file_type().is_some_and(|kind| kind.is_file()) {
                    files.push((name, size));
                }
            }
            Ok(files)
        };
        session::in_time(listing).await
    }
}
