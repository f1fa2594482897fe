//! Holding a file to the checksums that the store has of it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crc_fast::{CrcAlgorithm, Digest};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::partial::Partial;
use super::ranges::Arrived;
use crate::store::Promise;

const CHUNK: usize = 256 * 1024;

/// Checksums that ranges can't be joined to, or that are not worth it.
#[derive(Debug)]
pub(super) struct Sums {
    /// Lower-case hex.
    sha256: String,
    crc32: u32,
    crc32c: u32,
}

impl Sums {
    /// The CRCs as the crate gives them, in the low half.
    pub fn new(sha256: &[u8], crc32: u64, crc32c: u64) -> Self {
        let low_half = |crc| u32::try_from(crc & u64::from(u32::MAX)).unwrap_or_default();
        Self {
            sha256: base16ct::lower::encode_string(sha256),
            crc32: low_half(crc32),
            crc32c: low_half(crc32c),
        }
    }
}

/// Reads the file front to back behind the ranges that arrive, while they are still in memory.
#[derive(Debug)]
pub(super) struct Follower {
    arrived: UnboundedSender<Arrived>,
    reading: JoinHandle<io::Result<Option<Sums>>>,
}

impl Follower {
    /// `None` where the promise needs no such reading.
    pub fn of(partial: &Arc<Partial>, promise: &Promise) -> Option<Self> {
        let by_crc32 =
            promise.crc64nvme.is_none() && (promise.crc32.is_some() || promise.crc32c.is_some());
        if promise.sha256.is_empty() && !by_crc32 {
            return None;
        }
        let partial = Arc::clone(partial);
        let (arrived, mut ranges) = unbounded_channel::<Arrived>();
        let reading = tokio::task::spawn_blocking(move || {
            let mut sha256 = Sha256::new();
            let mut crc32 = Digest::new(CrcAlgorithm::Crc32IsoHdlc);
            let mut crc32c = Digest::new(CrcAlgorithm::Crc32Iscsi);
            let mut waiting = BTreeMap::new();
            let mut end = 0;
            let mut buffer = vec![0; CHUNK];
            while let Some(range) = ranges.blocking_recv() {
                waiting.insert(range.offset, range.length);
                while let Some(mut length) = waiting.remove(&end) {
                    while length > 0 {
                        let now = usize::try_from(length).map_or(CHUNK, |length| length.min(CHUNK));
                        let Some(chunk) = buffer.get_mut(..now) else {
                            break;
                        };
                        partial.read_exact(chunk, end)?;
                        sha256.update(&*chunk);
                        if by_crc32 {
                            crc32.update(chunk);
                            crc32c.update(chunk);
                        }
                        end += now as u64;
                        length -= now as u64;
                    }
                }
            }
            let is_whole = end == partial.size();
            Ok(
                is_whole
                    .then(|| Sums::new(&sha256.finalize(), crc32.finalize(), crc32c.finalize())),
            )
        });
        Some(Self { arrived, reading })
    }

    pub fn arrived(&self, range: Arrived) {
        // One that has failed says so in the end.
        self.arrived.send(range).unwrap_or(());
    }

    /// `None` when not all has arrived.
    pub async fn finish(self) -> io::Result<Option<Sums>> {
        drop(self.arrived);
        self.reading.await.map_err(io::Error::other)?
    }
}

impl Promise {
    /// Says what is wrong with what arrived.
    pub(super) fn check(&self, crc64nvme: u64, sums: Option<&Sums>) -> Result<(), String> {
        let differs = |name: &str| format!("its {name} is not the one that the store has");
        if self.crc64nvme.is_some_and(|stored| stored != crc64nvme) {
            return Err(differs("CRC64NVME"));
        }
        let Some(sums) = sums else { return Ok(()) };
        if self.sha256.iter().any(|sha256| *sha256 != sums.sha256) {
            return Err(differs("SHA-256"));
        }
        let has_crc64 = self.crc64nvme.is_some();
        if !has_crc64 && self.crc32.is_some_and(|stored| stored != sums.crc32) {
            return Err(differs("CRC32"));
        }
        if !has_crc64 && self.crc32c.is_some_and(|stored| stored != sums.crc32c) {
            return Err(differs("CRC32C"));
        }
        Ok(())
    }
}
