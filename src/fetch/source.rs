//! The version that is fetched, as it is read from its store.

use std::ops::Range;
use std::time::Duration;

use pgferry_core::backup::{Database, SetFile, Version};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use super::retry::Failure;
use super::{Chosen, FetchError};
use crate::store::{Download, Promise, Store};

pub(super) type Content = Box<dyn AsyncRead + Send + Unpin>;

/// A version, pinned.
#[derive(Debug)]
pub(super) struct Remote<'a> {
    pub store: &'a Store,
    database: &'a Database,
    file: SetFile,
    version: Version,
    pub promise: Promise,
}

impl<'a> Remote<'a> {
    /// Asks the store what the version's content will be.
    pub async fn of(store: &'a Store, chosen: &'a Chosen) -> Result<Self, FetchError> {
        let (database, file) = (&chosen.database, chosen.file());
        let promise = store.promise(database, file, &chosen.version).await?;
        let version = Version {
            etag: promise.etag.clone(),
            ..chosen.version.clone()
        };
        Ok(Self {
            store,
            database,
            file,
            version,
            promise,
        })
    }

    pub fn address(&self) -> String {
        self.store.address(self.database, self.file)
    }

    /// What it is called in errors.
    pub fn what(&self) -> String {
        format!("{} (version {})", self.address(), self.version.id)
    }

    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Starts reading that range; not longer than `stall` until the answer begins.
    pub async fn open(&self, range: &Range<u64>, stall: Duration) -> Result<Content, Failure> {
        let read = self
            .store
            .read_range(self.database, self.file, &self.version, range);
        let opened = timeout(stall, read).await;
        let opened = opened.map_err(|_elapsed| Failure::stalled(stall))?;
        Ok(opened.map_err(Failure::Store)?.content)
    }

    /// Starts reading from there to the end; all of it without asking for a range, which not every store can give.
    pub async fn open_from(&self, start: u64, stall: Duration) -> Result<Content, Failure> {
        if start > 0 {
            return self.open(&(start..self.version.size), stall).await;
        }
        let read = self.store.read(self.database, self.file, &self.version);
        let opened = timeout(stall, read).await;
        let opened = opened.map_err(|_elapsed| Failure::stalled(stall))?;
        let Download { content, .. } = opened.map_err(Failure::Store)?;
        Ok(content)
    }

    /// What is said of the failure that ends it, after `done` bytes.
    pub fn failed(&self, failure: Failure, done: u64) -> FetchError {
        let (what, size) = (self.what(), self.version.size);
        match failure {
            Failure::Store(source) => FetchError::Failed {
                what,
                done,
                size,
                source,
            },
            Failure::Body(source) => FetchError::Broken {
                what,
                done,
                size,
                source,
            },
            Failure::Path(error) => error.into(),
        }
    }
}

/// Reads until `chunk` holds `room` bytes, and never more. On a failure it holds what came before.
pub(super) async fn fill(
    content: &mut Content,
    chunk: &mut Vec<u8>,
    room: usize,
    stall: Duration,
    mut came: impl FnMut(u64),
) -> Result<(), Failure> {
    chunk.clear();
    chunk.reserve_exact(room);
    while chunk.len() < room {
        let left = (room - chunk.len()) as u64;
        let mut rest = (&mut *content).take(left);
        let read = timeout(stall, rest.read_buf(chunk)).await;
        let read = read.map_err(|_elapsed| Failure::stalled(stall))?;
        match read.map_err(Failure::Body)? {
            0 => {
                let text = "it ended before all had come";
                let short = std::io::Error::new(std::io::ErrorKind::UnexpectedEof, text);
                return Err(Failure::Body(short));
            }
            read => came(read as u64),
        }
    }
    Ok(())
}
