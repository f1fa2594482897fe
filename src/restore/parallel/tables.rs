//! Rows that the file's index leads to: sessions take whole tables, the largest first, and read the file themselves.
//!
//! A table that one session loads, and that the dump has made, is emptied in the same transaction. Then the server writes
//! its rows to the log only where it has to (`wal_level`), and takes them for old at once, which spares it a later pass.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use pgferry_core::dump::{ObjectName, RowRun};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::copying::{Copy, Copying};
use super::items::RowsInFile;
use super::rows::Counts;
use crate::restore::RestoreError;
use crate::source::{Seekable, SourceError};
use crate::target::Session;
use crate::ui::Progress;

/// Members that are decompressed ahead of a session.
const AHEAD: usize = 2;

/// The rows of a table, or a part of them.
#[derive(Debug)]
pub(super) struct TableRows {
    copy: Arc<Copy>,
    rows: RowsInFile,
    /// These are all rows that the table gets, and one session loads them.
    is_whole: bool,
}

impl TableRows {
    pub(super) fn new(copy: Arc<Copy>, rows: RowsInFile, is_whole: bool) -> Self {
        Self {
            copy,
            rows,
            is_whole,
        }
    }

    /// Something else fills `table` too.
    pub(super) fn share(&mut self, table: &ObjectName<'_>) {
        self.is_whole &= self.copy.table != *table;
    }
}

/// Loads all of them, and counts what the server took.
pub(super) async fn load(
    tables: Vec<TableRows>,
    sessions: &[Arc<Session>],
    seekable: &Seekable,
    progress: &Progress,
) -> Result<Counts, RestoreError> {
    let mut parts = divided(tables, sessions.len(), seekable);
    // The largest last, which is taken first.
    parts.sort_by_key(|part| part.rows.bytes);
    let parts = Arc::new(Mutex::new(parts));
    let mut workers = JoinSet::new();
    for session in sessions {
        let (session, parts) = (Arc::clone(session), Arc::clone(&parts));
        let (seekable, progress) = (seekable.clone(), progress.clone());
        workers.spawn(async move {
            let mut counts = Counts::default();
            while let Some(part) = next(&parts) {
                progress.message(&part.copy.table.to_string());
                part.load(&session, &seekable, &mut counts).await?;
            }
            Ok::<_, RestoreError>(counts)
        });
    }
    let mut taken = Counts::default();
    while let Some(worker) = workers.join_next().await {
        let counts = worker.map_err(|source| RestoreError::Thread { source })??;
        taken.add(&counts);
    }
    Ok(taken)
}

fn next(parts: &Mutex<Vec<TableRows>>) -> Option<TableRows> {
    parts.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// Cuts tables of more than a session's share into parts of about that size, so that no session works alone in the end.
fn divided(tables: Vec<TableRows>, sessions: usize, seekable: &Seekable) -> Vec<TableRows> {
    let all: u64 = tables.iter().map(|table| table.rows.bytes).sum();
    let share = (all / u64::try_from(sessions).unwrap_or(1).max(1)).max(1);
    let mut parts = Vec::new();
    for table in tables {
        // A little more is better than a part that can't be emptied first.
        if table.rows.bytes <= share + share / 8 {
            parts.push(table);
            continue;
        }
        let pieces = cut(&table.rows, share, seekable);
        let is_whole = table.is_whole && pieces.len() == 1;
        parts.extend(pieces.into_iter().map(|rows| TableRows {
            copy: Arc::clone(&table.copy),
            rows,
            is_whole,
        }));
    }
    parts
}

/// Cuts rows where members begin with a row, into equal parts of at most about `share` bytes.
fn cut(rows: &RowsInFile, share: u64, seekable: &Seekable) -> Vec<RowsInFile> {
    let size = rows.bytes / rows.bytes.div_ceil(share).max(1);
    let mut pieces = Vec::new();
    let mut begun = RowsInFile {
        members: rows.members.start..rows.members.start,
        bytes: 0,
        lines_before: rows.lines_before,
    };
    let (mut lines, mut left) = (rows.lines_before, rows.bytes);
    for (position, member) in rows
        .members
        .clone()
        .zip(seekable.index().members(rows.members.clone()))
    {
        if begun.bytes >= size && !member.starts_in_row && left > 0 {
            pieces.push(begun);
            begun = RowsInFile {
                members: position..position,
                bytes: 0,
                lines_before: lines,
            };
        }
        let bytes = u64::from(member.raw_size).min(left);
        left -= bytes;
        lines += u64::from(member.rows);
        begun.bytes += bytes;
        begun.members.end = position + 1;
    }
    pieces.push(begun);
    pieces
}

impl TableRows {
    async fn load(
        self,
        session: &Arc<Session>,
        seekable: &Seekable,
        counts: &mut Counts,
    ) -> Result<(), RestoreError> {
        let is_frozen = self.is_whole && self.copy.is_plain && self.copy.can_have_options();
        let run = async |statement: &str| {
            session.run(statement, || statement.to_owned()).await?;
            Ok::<_, RestoreError>(())
        };
        if is_frozen {
            run("BEGIN").await?;
            run(&format!("TRUNCATE TABLE ONLY {}", self.copy.table)).await?;
        }
        let (sender, mut runs) = mpsc::channel(AHEAD);
        let (file, rows) = (seekable.clone(), self.rows.clone());
        let reading = tokio::task::spawn_blocking(move || read(&file, rows, &sender));
        // Without rows too: whether the server would take any is asked all the same.
        let mut open = Copying::begin(session, &self.copy, is_frozen).await?;
        let mut is_between_rows = true;
        while let Some(run) = runs.recv().await {
            if open.is_full() && is_between_rows {
                open.finish(counts).await?;
                open = Copying::begin(session, &self.copy, is_frozen).await?;
            }
            is_between_rows = run.ends_row;
            open.send(run, counts).await?;
        }
        let read = reading
            .await
            .map_err(|source| RestoreError::Thread { source })?;
        // Before the COPY's end, so that rows that were cut off are not taken.
        read.map_err(|source| SourceError::read(seekable.name(), source))?;
        open.finish(counts).await?;
        if is_frozen {
            run("COMMIT").await?;
        }
        Ok(())
    }
}

/// Decompresses rows for a session.
fn read(seekable: &Seekable, rows: RowsInFile, runs: &mpsc::Sender<RowRun>) -> io::Result<()> {
    let (mut left, mut lines_before) = (rows.bytes, rows.lines_before);
    let mut members = seekable.members(rows.members.clone());
    for position in rows.members {
        let mut bytes = Vec::new();
        let Some(member) = members.next(&mut bytes)? else {
            break;
        };
        bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left = left.saturating_sub(bytes.len() as u64);
        let lines = u64::from(member.rows);
        let next = seekable.index().member(position + 1);
        let run = RowRun {
            bytes,
            lines_before,
            lines,
            ends_row: next.is_none_or(|next| !next.starts_in_row),
        };
        lines_before += lines;
        if runs.blocking_send(run).is_err() {
            // The session has failed, and says why.
            break;
        }
    }
    Ok(())
}
