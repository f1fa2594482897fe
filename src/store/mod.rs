//! Stores: where versions live. A small closed set of adapters behind one set of words.
//!
//! Invariants: versions come newest first; what is read is the version that was asked for, never what has meanwhile
//! taken its place; what is put is complete under its name or not there.

mod directory;
mod error;
mod journal;
mod location;
mod promise;
mod s3;
mod ssh;

use std::ops::Range;
use std::path::Path;

use jiff::Timestamp;
use pgferry_core::backup::{Database, SetFile, Version};
use tokio::io::AsyncRead;

pub use directory::DirectoryStore;
pub(crate) use directory::{create_private_directory, replace_symlink, sync_directory};
pub use error::{Retry, StoreError};
pub use journal::UploadJournal;
pub use location::Location;
pub use promise::Promise;
pub use s3::{Checksums, S3Settings, S3Store};
pub use ssh::{SshError, SshStore};

/// A store that is open.
#[derive(Debug)]
pub enum Store {
    S3(S3Store),
    Directory(DirectoryStore),
    Ssh(SshStore),
}

/// The content of one version on its way.
pub struct Download {
    pub content: Box<dyn AsyncRead + Send + Unpin>,
    /// Bytes to come.
    pub size: u64,
    /// Whether the store's own checksum over the whole content is checked while it is read.
    pub is_checksummed: bool,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// A file that is to become the newest version.
pub struct Upload<'a> {
    pub database: &'a Database,
    pub file: SetFile,
    pub taken_at: Timestamp,
    pub path: &'a Path,
    pub content: &'a Content,
    /// Where it is noted what was begun and not ended.
    pub journal: &'a UploadJournal,
    /// Told of bytes that have arrived.
    pub sent: &'a (dyn Fn(u64) + Send + Sync),
}

impl std::fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("path", &self.path)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// As S3 spells it: big-endian, base64.
    pub crc64nvme: String,
}

/// What the store confirmed of a file that was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The full address of the file.
    pub location: String,
    pub version_id: String,
}

impl Store {
    /// Opens the store; nothing is read yet.
    pub async fn open(location: &Location, s3: S3Settings) -> Self {
        match location {
            Location::S3 { bucket, prefix } => Self::S3(S3Store::open(bucket, prefix, s3).await),
            Location::Directory(path) => Self::Directory(DirectoryStore::new(path)),
            Location::Ssh {
                destination,
                directory,
            } => Self::Ssh(SshStore::new(destination, directory)),
        }
    }

    /// The databases of which there is any artefact, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn databases(&self) -> Result<Vec<Database>, StoreError> {
        match self {
            Self::S3(store) => store.databases().await,
            Self::Directory(store) => store.databases(),
            Self::Ssh(store) => store.databases().await,
        }
    }

    /// Every version, newest first, delete markers included. Empty when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn versions(
        &self,
        database: &Database,
        file: SetFile,
    ) -> Result<Vec<Version>, StoreError> {
        match self {
            Self::S3(store) => store.versions(database, file).await,
            Self::Directory(store) => store.versions(database, file),
            Self::Ssh(store) => store.versions(database, file).await,
        }
    }

    /// Starts reading exactly `version`.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when it was deleted or replaced since it was listed.
    pub async fn read(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Download, StoreError> {
        match self {
            Self::S3(store) => store.read(database, file, version).await,
            Self::Directory(store) => store.read(database, file, version).await,
            Self::Ssh(store) => store.read(database, file, version).await,
        }
    }

    /// Whether it takes uploads; asked before anything is made that would be put there.
    ///
    /// # Errors
    /// The reason why it does not.
    pub fn takes_uploads(&self) -> Result<(), StoreError> {
        match self {
            Self::S3(_) | Self::Directory(_) => Ok(()),
            Self::Ssh(store) => Err(store.read_only()),
        }
    }

    /// What the store knows of the content of exactly `version`.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn promise(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Promise, StoreError> {
        match self {
            Self::S3(store) => store.promise(database, file, version).await,
            Self::Directory(store) => store.promise(database, file, version),
            Self::Ssh(store) => store.promise(database, file, version).await,
        }
    }

    /// Starts reading these bytes of exactly `version`, which must not be none. One try: [`StoreError::retry`] says what
    /// is worth another.
    ///
    /// # Errors
    /// As [`Store::read`]; [`StoreError::Mismatch`] when something else came.
    pub async fn read_range(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
        range: &Range<u64>,
    ) -> Result<Download, StoreError> {
        match self {
            Self::S3(store) => store.read_range(database, file, version, range).await,
            Self::Directory(store) => store.read_range(database, file, version, range).await,
            Self::Ssh(store) => store.read_range(database, file, version, range).await,
        }
    }

    /// Whether several connections bring more than one.
    pub fn gains_by_connections(&self) -> bool {
        match self {
            Self::S3(_) => true,
            // Requests of a session are on their way together.
            Self::Directory(_) | Self::Ssh(_) => false,
        }
    }

    /// Stores the file as the newest version and makes sure that it arrived.
    ///
    /// # Errors
    /// [`StoreError`]. What a failure leaves unfinished is in the journal.
    pub async fn put(&self, upload: &Upload<'_>) -> Result<Stored, StoreError> {
        match self {
            Self::S3(store) => store.put(upload).await,
            Self::Directory(store) => store.put(upload).await,
            Self::Ssh(store) => Err(store.read_only()),
        }
    }

    /// Aborts what is in the journal, and says how much that was. Nothing else is touched.
    ///
    /// # Errors
    /// [`StoreError`]; the journal then still has it.
    pub async fn abort_unfinished(&self, journal: &UploadJournal) -> Result<usize, StoreError> {
        match self {
            Self::S3(store) => store.abort_unfinished(journal).await,
            // A copy that was not ended is a temporary file.
            Self::Directory(_) | Self::Ssh(_) => Ok(0),
        }
    }

    /// The location that [`Stored`] has for a file of the set of that time.
    pub fn location(&self, database: &Database, file: SetFile, taken_at: Timestamp) -> String {
        match self {
            Self::S3(store) => store.address(database, file),
            Self::Directory(store) => store.location(database, file, taken_at),
            Self::Ssh(store) => store.location(database, file, taken_at),
        }
    }

    /// The address of a file, for people.
    pub fn address(&self, database: &Database, file: SetFile) -> String {
        match self {
            Self::S3(store) => store.address(database, file),
            Self::Directory(store) => store.address(database, file),
            Self::Ssh(store) => store.address(database, file),
        }
    }
}
