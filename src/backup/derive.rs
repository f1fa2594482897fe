//! From the archive to the plain kinds: `pg_restore -f -` prints just what `pg_dump -Fp` would have, of the same
//! snapshot, and two threads compress it, one as it is and one anonymised.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use flate2::Compression;
use flate2::write::GzEncoder;
use pgferry_core::anonymize::{AnonymizeReport, Anonymizer, Options};
use pgferry_core::dump::{Census, CensusReport};

use super::BackupError;
use super::measured::{Measure, Measured};
use crate::anonymize::AnonymizeFailure;
use crate::error::OnPath;
use crate::process::Invocation;
use crate::source::PLAIN_FLAGS;
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;
/// Chunks that may wait for a compressor.
const WAITING: usize = 8;

type Chunk = Arc<Vec<u8>>;

/// What the plain kinds turned out to be.
pub(super) struct Derived {
    pub full: Measure,
    pub full_raw: u64,
    pub anon: Measure,
    pub anon_raw: u64,
    pub census: CensusReport,
    pub anonymized: AnonymizeReport,
}

/// Writes the plain kinds of the archive at `dump` into `full` and `anon`.
pub(super) async fn plain_kinds(
    dump: &Path,
    full: File,
    anon: File,
    options: Options,
    progress: &Progress,
) -> Result<Derived, BackupError> {
    let mut child = Invocation::new("pg_restore")?
        .arg("--file=-")
        .args(PLAIN_FLAGS)
        .arg(dump)
        .spawn(Stdio::null(), Stdio::piped())?;
    let sql = child.stdout()?;
    let (to_full, for_full) = sync_channel(WAITING);
    let (to_anon, for_anon) = sync_channel(WAITING);
    let progress = progress.clone();
    let read = tokio::task::spawn_blocking(move || {
        // Dropped here, which ends the writers' input.
        let writers = [to_full, to_anon];
        distribute(sql, &writers, &progress)
    });
    let full = tokio::task::spawn_blocking(move || write_full(for_full, full));
    let anon = tokio::task::spawn_blocking(move || write_anonymised(for_anon, anon, options));
    let (read, full, anon) = tokio::join!(read, full, anon);
    let thread = |source| BackupError::Thread { source };
    // pg_restore first: when it fails, the others have seen a cut-off dump.
    child.wait().await?;
    let (full, full_raw) = full.map_err(thread)?.on_path("write", dump)?;
    let (anon, anon_raw, anonymized) = anon.map_err(thread)??;
    let census = read.map_err(thread)?.on_path("read", dump)?;
    let census = census
        .finish()
        .map_err(|source| BackupError::Script { source })?;
    Ok(Derived {
        full,
        full_raw,
        anon,
        anon_raw,
        census,
        anonymized,
    })
}

/// Reads all of `sql`, counts what is in it, and hands every chunk to each of `writers`.
fn distribute(
    mut sql: impl Read,
    writers: &[SyncSender<Chunk>; 2],
    progress: &Progress,
) -> io::Result<Census> {
    let mut census = Census::new();
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        if (&mut sql).take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            return Ok(census);
        }
        census.feed(&chunk);
        if let Some(table) = census.current_table() {
            progress.message(&table.to_string());
        }
        progress.advance(chunk.len() as u64);
        let chunk = Arc::new(chunk);
        for writer in writers {
            // One that has gone has failed, and says so itself.
            drop(writer.send(Arc::clone(&chunk)));
        }
    }
}

fn compressor(file: File) -> GzEncoder<Measured<File>> {
    GzEncoder::new(Measured::new(file), Compression::default())
}

fn finish(compressor: GzEncoder<Measured<File>>) -> io::Result<Measure> {
    let (file, measure) = compressor.finish()?.finish();
    file.sync_all()?;
    Ok(measure)
}

fn write_full(chunks: Receiver<Chunk>, file: File) -> io::Result<(Measure, u64)> {
    let mut compressor = compressor(file);
    let mut raw = 0;
    for chunk in chunks {
        compressor.write_all(&chunk)?;
        raw += chunk.len() as u64;
    }
    Ok((finish(compressor)?, raw))
}

fn write_anonymised(
    chunks: Receiver<Chunk>,
    file: File,
    options: Options,
) -> Result<(Measure, u64, AnonymizeReport), BackupError> {
    let failed = |source| BackupError::from(AnonymizeFailure::Dump { source });
    let written =
        |result: io::Result<()>| result.on_path("write", Path::new("the anonymised artefact"));
    let mut compressor = compressor(file);
    let mut anonymizer = Anonymizer::new(options);
    let mut output = Vec::with_capacity(CHUNK + CHUNK / 8);
    let mut raw = 0;
    for chunk in chunks {
        output.clear();
        anonymizer.feed(&chunk, &mut output).map_err(failed)?;
        written(compressor.write_all(&output))?;
        raw += output.len() as u64;
    }
    output.clear();
    let report = anonymizer.finish(&mut output).map_err(failed)?;
    written(compressor.write_all(&output))?;
    raw += output.len() as u64;
    let measure = finish(compressor).on_path("write", Path::new("the anonymised artefact"))?;
    Ok((measure, raw, report))
}
