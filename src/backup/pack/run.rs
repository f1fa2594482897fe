//! The threads, the child processes, and whose failure counts.

use std::process::Stdio;
use std::sync::mpsc::sync_channel;

use pgferry_core::anonymize::{AnonymizeReport, Options};
use pgferry_core::dump::TableLoad;
use pgferry_core::dump::archive::Toc;
use pgferry_core::gzip::block::Level;
use tokio::task::spawn_blocking;

use super::PackError;
use super::archive::{Destinations, Incoming, distribute};
use super::block::Compressors;
use super::masked::mask;
use super::output::{
    Output, PackedDump, PackedScript, compressed_header, write_dump, write_script,
};
use super::script::weave;
use crate::backup::BackupError;
use crate::process::{Invocation, Running};
use crate::source::PLAIN_FLAGS;
use crate::target::{Connection, diagnose};
use crate::ui::Progress;

/// Blocks that may wait for whoever comes next.
const WAITING: usize = 8;

/// `pg_dump`, running, and what its archive has told before the first data.
#[derive(Debug)]
pub(in crate::backup) struct Dump {
    pg_dump: Running,
    incoming: Incoming,
}

/// Where the artefacts are written to.
#[derive(Debug)]
pub(in crate::backup) struct Files {
    pub dump: Output,
    pub full: Output,
    pub anon: Output,
}

/// The artefacts as they were written.
#[derive(Debug)]
pub(in crate::backup) struct Packed {
    pub dump: PackedDump,
    pub full: PackedScript,
    pub anon: PackedScript,
    /// As the archive has them, in order.
    pub tables: Vec<TableLoad>,
    pub anonymized: AnonymizeReport,
}

impl Dump {
    /// Starts `pg_dump` and reads what comes before the data.
    pub async fn start(connection: &Connection) -> Result<Self, BackupError> {
        let mut pg_dump = connection
            .invoke("pg_dump")?
            .args(["--format=custom", "--compress=0"])
            .spawn(Stdio::null(), Stdio::piped())?;
        let archive = pg_dump.stdout()?;
        let opened = spawn_blocking(move || Incoming::open(archive))
            .await
            .map_err(thread)?;
        match opened {
            Ok(incoming) => Ok(Self { pg_dump, incoming }),
            Err(error) => {
                // When it has failed, that is why this is no archive.
                pg_dump.wait().await.map_err(diagnose)?;
                Err(error.into())
            }
        }
    }

    pub fn toc(&self) -> &Toc {
        self.incoming.toc()
    }

    /// Makes the artefacts.
    pub async fn pack(
        self,
        files: Files,
        options: Options,
        level: Level,
        progress: &Progress,
    ) -> Result<Packed, BackupError> {
        let Self { pg_dump, incoming } = self;
        let mut pg_restore = Invocation::new("pg_restore")?
            .arg("--file=-")
            .args(PLAIN_FLAGS)
            .spawn(Stdio::piped(), Stdio::piped())?;
        let script = pg_restore.stdout()?;
        let compressors = Compressors::start(level);
        let header = compressed_header(incoming.header(), level);
        let toc = incoming.toc().clone();
        let tables = toc
            .entries()
            .iter()
            .filter(|entry| entry.holds_rows())
            .count();

        let (to_dump, for_dump) = sync_channel(WAITING);
        let (to_script, for_script) = sync_channel(WAITING);
        let (to_full, for_full) = sync_channel(WAITING);
        let (to_mask, for_mask) = sync_channel(WAITING);
        let (to_anon, for_anon) = sync_channel(WAITING);
        let destinations = Destinations {
            dump: to_dump,
            script: to_script,
            restore: pg_restore.stdin()?,
            compressors: compressors.clone(),
            progress: progress.clone(),
        };
        let Files { dump, full, anon } = files;
        let distributed = spawn_blocking(move || distribute(incoming, destinations));
        let dump = spawn_blocking(move || write_dump(&for_dump, dump, header, toc, level));
        let for_masked = compressors.clone();
        let woven = spawn_blocking(move || {
            weave(
                script,
                &for_script,
                tables,
                &[to_full, to_mask],
                &compressors,
            )
        });
        let masked = spawn_blocking(move || mask(&for_mask, to_anon, options, for_masked));
        let full = spawn_blocking(move || write_script(&for_full, full));
        let anon = spawn_blocking(move || write_script(&for_anon, anon));
        let (distributed, dump, woven, masked, full, anon) =
            tokio::try_join!(distributed, dump, woven, masked, full, anon).map_err(thread)?;

        // The archive could be read, but nobody took it any more.
        let restore_ended = matches!(distributed, Err(PackError::Gone));
        match collect((distributed, dump, woven, masked, full, anon)) {
            // The children are dropped then: whatever they say is because of it.
            Err(error) if !error.is_consequence() => Err(error.into()),
            outcome => {
                if restore_ended {
                    pg_restore.wait().await?;
                    pg_dump.wait().await.map_err(diagnose)?;
                } else {
                    pg_dump.wait().await.map_err(diagnose)?;
                    pg_restore.wait().await?;
                }
                Ok(outcome?)
            }
        }
    }
}

type Outcomes = (
    Result<(), PackError>,
    Result<PackedDump, PackError>,
    Result<Vec<TableLoad>, PackError>,
    Result<AnonymizeReport, PackError>,
    Result<PackedScript, PackError>,
    Result<PackedScript, PackError>,
);

/// The artefacts, or the failure that the others follow from.
fn collect(outcomes: Outcomes) -> Result<Packed, PackError> {
    match outcomes {
        (Ok(()), Ok(dump), Ok(tables), Ok(anonymized), Ok(full), Ok(anon)) => Ok(Packed {
            dump,
            full,
            anon,
            tables,
            anonymized,
        }),
        (distributed, dump, woven, masked, full, anon) => {
            let failures = [
                distributed.err(),
                dump.err(),
                woven.err(),
                masked.err(),
                full.err(),
                anon.err(),
            ];
            let first = failures
                .into_iter()
                .flatten()
                .min_by_key(|failure| (failure.is_consequence(), failure.is_gone()));
            Err(first.unwrap_or(PackError::Gone))
        }
    }
}

fn thread(source: tokio::task::JoinError) -> BackupError {
    BackupError::Thread { source }
}
