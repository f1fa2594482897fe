//! Fetching what is missing of a file through several connections, each range into its own place.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crc_fast::{CrcAlgorithm, Digest};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{interval, sleep};

use super::FetchError;
use super::pace::Pace;
use super::partial::Partial;
use super::ranges::{Arrived, Missing};
use super::retry::{Failure, Patience};
use super::source::{Remote, fill};
use super::sums::Follower;
use crate::error::PathError;
use crate::store::Retry;
use crate::ui::Progress;

/// What is written at a time.
const CHUNK: usize = 512 * 1024;
/// What is noted in the journal at a time, at least.
const PIECE: u64 = 2 << 20;
const TICK: Duration = Duration::from_millis(100);

/// How a file is fetched.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Manner {
    /// The user's word on the number of connections.
    pub connections: Option<NonZeroUsize>,
    pub patience: Patience,
}

/// A range to ask for, after a pause.
#[derive(Debug)]
struct Work {
    range: Range<u64>,
    /// How often it brought nothing.
    tries: u32,
    pause: Duration,
}

/// What is left of a range after one request, and what went wrong.
struct Attempt {
    work: Work,
    failure: Option<Failure>,
}

/// Takes what has arrived, in pieces of each request: so that little is lost with a run that is killed.
struct Landing<'a> {
    arrived: Mutex<Vec<Arrived>>,
    committer: &'a Committer,
    follower: Option<&'a Follower>,
}

impl Landing<'_> {
    fn land(&self, range: Arrived) {
        self.arrived().push(range);
        self.follower.inspect(|follower| follower.arrived(range));
        self.committer.note(range);
    }

    fn arrived(&self) -> MutexGuard<'_, Vec<Arrived>> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fetches what is missing between `arrived`; returns all ranges. What has arrived before a failure is in the journal.
pub(super) async fn fetch(
    remote: &Remote<'_>,
    partial: &Arc<Partial>,
    arrived: Vec<Arrived>,
    follower: Option<&Follower>,
    manner: Manner,
    progress: &Progress,
) -> Result<Vec<Arrived>, FetchError> {
    let size = partial.size();
    let mut missing = Missing::between(&arrived, size);
    let came = AtomicU64::new(0);
    let now = Instant::now();
    let mut pace = Pace::new(manner.connections, remote.store.gains_by_connections(), now);
    let committer = Committer::start(partial);
    for range in &arrived {
        follower.inspect(|follower| follower.arrived(*range));
    }
    let landing = Landing {
        arrived: Mutex::new(arrived),
        committer: &committer,
        follower,
    };
    let mut again: Vec<Work> = Vec::new();
    let mut running = FuturesUnordered::new();
    let mut ticks = interval(TICK);
    let mut failed = None;
    while failed.is_none() {
        while running.len() < pace.limit() {
            let fresh = || {
                let range = missing.take(pace.part(missing.left(), size))?;
                let (tries, pause) = (0, Duration::ZERO);
                Some(Work {
                    range,
                    tries,
                    pause,
                })
            };
            let Some(work) = again.pop().or_else(fresh) else {
                break;
            };
            running.push(attempt(
                remote,
                partial,
                work,
                &landing,
                manner.patience,
                &came,
                progress,
            ));
        }
        let ended = tokio::select! {
            ended = running.next() => ended,
            _ = ticks.tick() => {
                pace.measure(came.load(Ordering::Relaxed), Instant::now());
                continue;
            }
        };
        let Some(Attempt { mut work, failure }) = ended else {
            break;
        };
        if !committer.works() {
            break;
        }
        let Some(failure) = failure else { continue };
        tracing::debug!(?failure, range = ?work.range, "a range did not arrive");
        if failure.retry() == Retry::LaterAndLess {
            pace.slow_down(Instant::now());
        }
        work.tries += 1;
        match manner.patience.pause(&failure, work.tries) {
            Some(pause) => again.push(Work { pause, ..work }),
            None => failed = Some(failure),
        }
    }
    drop(running);
    let arrived = std::mem::take(&mut *landing.arrived());
    committer.finish().await?;
    match failed {
        None => Ok(arrived),
        Some(failure) => {
            let done = arrived.iter().map(|range| range.length).sum();
            Err(remote.failed(failure, done))
        }
    }
}

async fn attempt(
    remote: &Remote<'_>,
    partial: &Arc<Partial>,
    mut work: Work,
    landing: &Landing<'_>,
    patience: Patience,
    came: &AtomicU64,
    progress: &Progress,
) -> Attempt {
    sleep(work.pause).await;
    let mut digest = Digest::new(CrcAlgorithm::Crc64Nvme);
    let mut offset = work.range.start;
    let mut landed = offset;
    let outcome = async {
        let mut content = remote.open(&work.range, patience.stall).await?;
        let mut chunk = Vec::new();
        while offset < work.range.end {
            let left = work.range.end - offset;
            let room = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            let filled = fill(&mut content, &mut chunk, room, patience.stall, |read| {
                came.fetch_add(read, Ordering::Relaxed);
                progress.advance(read);
            })
            .await;
            // What came before it broke is good.
            if !chunk.is_empty() {
                let length = chunk.len() as u64;
                let partial = Arc::clone(partial);
                let bytes = std::mem::take(&mut chunk);
                let mut so_far = digest;
                let written = tokio::task::spawn_blocking(move || {
                    partial.write(&bytes, offset)?;
                    so_far.update(&bytes);
                    Ok::<_, PathError>((so_far, bytes))
                });
                let written = written
                    .await
                    .map_err(|error| Failure::Body(std::io::Error::other(error)))?;
                let (so_far, mut bytes) = written.map_err(Failure::Path)?;
                digest = so_far;
                offset += length;
                if offset - landed >= PIECE {
                    landing.land(arrived(landed..offset, &digest));
                    (landed, digest) = (offset, Digest::new(CrcAlgorithm::Crc64Nvme));
                }
                bytes.clear();
                chunk = bytes;
            }
            filled?;
        }
        Ok(())
    };
    let failure = outcome.await.err();
    if offset > landed {
        landing.land(arrived(landed..offset, &digest));
    }
    if offset > work.range.start {
        (work.range.start, work.tries) = (offset, 0);
    }
    Attempt { work, failure }
}

fn arrived(range: Range<u64>, digest: &Digest) -> Arrived {
    Arrived {
        offset: range.start,
        length: range.end - range.start,
        crc64nvme: digest.finalize(),
    }
}

/// Writes the journal, behind the downloads: one sync for whatever has arrived since the last one.
struct Committer {
    arrived: UnboundedSender<Arrived>,
    writing: JoinHandle<Result<(), PathError>>,
}

impl Committer {
    fn start(partial: &Arc<Partial>) -> Self {
        let partial = Arc::clone(partial);
        let (arrived, mut ranges) = unbounded_channel();
        let writing = tokio::task::spawn_blocking(move || {
            let mut batch = Vec::new();
            while ranges.blocking_recv_many(&mut batch, usize::MAX) > 0 {
                partial.commit(&batch)?;
                batch.clear();
            }
            Ok(())
        });
        Self { arrived, writing }
    }

    fn note(&self, range: Arrived) {
        // One that has failed says so in the end.
        self.arrived.send(range).unwrap_or(());
    }

    /// False when the journal can't be written any more.
    fn works(&self) -> bool {
        !self.arrived.is_closed()
    }

    async fn finish(self) -> Result<(), FetchError> {
        drop(self.arrived);
        let written = self.writing.await.map_err(|source| FetchError::Thread {
            action: "write the journal",
            source,
        })?;
        Ok(written?)
    }
}
