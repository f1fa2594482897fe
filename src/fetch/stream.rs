//! A version as one stream, for standard output and devices: in order, over one connection at a time.

use std::io::Write;
use std::time::Duration;

use crc_fast::{CrcAlgorithm, Digest};
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

use super::FetchError;
use super::retry::{Failure, Patience};
use super::source::{Remote, fill};
use super::sums::Sums;
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;

/// Writes the whole version. When the connection breaks, another one goes on from there. What was wrong with the content
/// is known only when all of it has been written.
pub(super) async fn stream(
    remote: &Remote<'_>,
    patience: Patience,
    mut output: impl Write,
    progress: &Progress,
) -> Result<(), FetchError> {
    let size = remote.version().size;
    let mut crc64 = Digest::new(CrcAlgorithm::Crc64Nvme);
    let mut crc32 = Digest::new(CrcAlgorithm::Crc32IsoHdlc);
    let mut crc32c = Digest::new(CrcAlgorithm::Crc32Iscsi);
    let mut sha256 = Sha256::new();
    let (mut done, mut tries) = (0, 0);
    let mut content = None;
    let mut chunk = Vec::with_capacity(CHUNK);
    while done < size {
        let open = match content.take() {
            Some(open) => Ok(open),
            None => remote.open_from(done, patience.stall).await,
        };
        let room = usize::try_from(size - done).map_or(CHUNK, |left| left.min(CHUNK));
        chunk.clear();
        let failure = match open {
            Err(failure) => Some(failure),
            Ok(mut open) => {
                let came = |read| progress.advance(read);
                match fill(&mut open, &mut chunk, room, patience.stall, came).await {
                    Ok(()) => {
                        content = Some(open);
                        None
                    }
                    Err(failure) => Some(failure),
                }
            }
        };
        if !chunk.is_empty() {
            output
                .write_all(&chunk)
                .map_err(|source| FetchError::Output { source })?;
            crc64.update(&chunk);
            crc32.update(&chunk);
            crc32c.update(&chunk);
            sha256.update(&chunk);
            done += chunk.len() as u64;
            tries = 0;
        }
        if let Some(failure) = failure {
            tries += u32::from(chunk.is_empty());
            pause(remote, patience, failure, tries, done).await?;
        }
    }
    output
        .flush()
        .map_err(|source| FetchError::Output { source })?;
    let sums = Sums::new(&sha256.finalize(), crc32.finalize(), crc32c.finalize());
    remote
        .promise
        .check(crc64.finalize(), Some(&sums))
        .map_err(|reason| FetchError::Corrupt {
            what: remote.what(),
            reason,
        })
}

async fn pause(
    remote: &Remote<'_>,
    patience: Patience,
    failure: Failure,
    tries: u32,
    done: u64,
) -> Result<(), FetchError> {
    tracing::debug!(?failure, done, "the stream broke");
    let pause: Option<Duration> = patience.pause(&failure, tries);
    match pause {
        Some(pause) => {
            sleep(pause).await;
            Ok(())
        }
        None => Err(remote.failed(failure, done)),
    }
}
