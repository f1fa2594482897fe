//! Rows that the file's index leads to, or an archive's table of contents: sessions take whole tables, the largest first,
//! and read the file themselves.
//!
//! A table that one session loads, and that the dump has made, is emptied in the same transaction. Then the server writes
//! its rows to the log only where it has to (`wal_level`), and takes them for old at once, which spares it a later pass.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use pgferry_core::dump::{ObjectName, RowRun};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::copying::{Copy, Copying};
use super::items::{RUN, RowsInFile, RowsInMembers};
use super::rows::{Counts, Rows};
use crate::restore::RestoreError;
use crate::source::{Seekable, SourceError};
use crate::target::Session;
use crate::ui::Progress;

/// Runs that are decompressed ahead of a session.
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

/// Rows by COPY.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// By the server.
    pub taken: Counts,
    /// From an archive's blocks, which alone tell how many there are.
    pub read: Counts,
}

impl Moved {
    fn add(&mut self, other: &Self) {
        self.taken.add(&other.taken);
        self.read.add(&other.read);
    }
}

/// Loads all of them, and counts.
pub(super) async fn load(
    tables: Vec<TableRows>,
    sessions: &[Arc<Session>],
    progress: &Progress,
) -> Result<Moved, RestoreError> {
    let Division { shared, mut parts } = divided(tables, sessions.len());
    let mut moved = Moved::default();
    for table in shared {
        progress.message(&table.copy.table.to_string());
        let rows = table.rows.clone();
        let loaded = table.load_through_all(sessions).await;
        moved.add(&or_damage(loaded, rows).await?);
    }
    // The largest last, which is taken first.
    parts.sort_by_key(|part| part.rows.bytes());
    let parts = Arc::new(Mutex::new(parts));
    let mut workers = JoinSet::new();
    for session in sessions {
        let (session, parts) = (Arc::clone(session), Arc::clone(&parts));
        let progress = progress.clone();
        workers.spawn(async move {
            let mut moved = Moved::default();
            while let Some(part) = next(&parts) {
                progress.message(&part.copy.table.to_string());
                let rows = part.rows.clone();
                let loaded = part.load(&session, &mut moved).await;
                or_damage(loaded, rows).await?;
            }
            Ok::<_, RestoreError>(moved)
        });
    }
    while let Some(worker) = workers.join_next().await {
        moved.add(&worker.map_err(|source| RestoreError::Thread { source })??);
    }
    Ok(moved)
}

/// What the server has against rows of an archive may come from damage, which shows at their end only.
async fn or_damage<T>(
    loaded: Result<T, RestoreError>,
    rows: RowsInFile,
) -> Result<T, RestoreError> {
    if let (Err(RestoreError::Target(_)), RowsInFile::Block { archive, block, .. }) =
        (&loaded, rows)
    {
        tokio::task::spawn_blocking(move || archive.rows(block, RUN, |_| true))
            .await
            .map_err(|source| RestoreError::Thread { source })??;
    }
    loaded
}

fn next(parts: &Mutex<Vec<TableRows>>) -> Option<TableRows> {
    parts.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// What is loaded how, so that no session works alone in the end.
struct Division {
    /// One after the other, each by all sessions.
    shared: Vec<TableRows>,
    /// At the same time, each by one session.
    parts: Vec<TableRows>,
}

/// Cuts tables of more than a session's share into parts of about that size, where the file can be read from there on.
fn divided(tables: Vec<TableRows>, sessions: usize) -> Division {
    let all: u64 = tables.iter().map(|table| table.rows.bytes()).sum();
    let share = (all / u64::try_from(sessions).unwrap_or(1).max(1)).max(1);
    let (mut shared, mut parts) = (Vec::new(), Vec::new());
    for table in tables {
        // A little more is better than a part that can't be emptied first.
        if table.rows.bytes() <= share + share / 8 {
            parts.push(table);
            continue;
        }
        let RowsInFile::Members { file, rows } = &table.rows else {
            shared.push(table);
            continue;
        };
        let pieces = cut(rows, share, file);
        let is_whole = table.is_whole && pieces.len() == 1;
        parts.extend(pieces.into_iter().map(|rows| TableRows {
            copy: Arc::clone(&table.copy),
            rows: RowsInFile::Members {
                file: file.clone(),
                rows,
            },
            is_whole,
        }));
    }
    Division { shared, parts }
}

/// Cuts rows where members begin with a row, into equal parts of at most about `share` bytes.
fn cut(rows: &RowsInMembers, share: u64, seekable: &Seekable) -> Vec<RowsInMembers> {
    let size = rows.bytes / rows.bytes.div_ceil(share).max(1);
    let mut pieces = Vec::new();
    let mut begun = RowsInMembers {
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
            begun = RowsInMembers {
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
    /// Reads them once, for whichever session is free.
    async fn load_through_all(self, sessions: &[Arc<Session>]) -> Result<Moved, RestoreError> {
        let (sender, mut runs) = mpsc::channel(AHEAD);
        let Self { copy, rows, .. } = self;
        let reading = tokio::task::spawn_blocking(move || read(&rows, &sender));
        let mut moved = Moved::default();
        let mut queue = Rows::begin(sessions);
        while let Some(run) = runs.recv().await {
            moved.read.count(&copy, run.lines);
            queue.send(&copy, run).await;
            if queue.has_failed() {
                break;
            }
        }
        drop(runs);
        let read = reading
            .await
            .map_err(|source| RestoreError::Thread { source })?;
        moved.taken.add(&queue.end().await?);
        read?;
        Ok(moved)
    }

    async fn load(self, session: &Arc<Session>, moved: &mut Moved) -> Result<(), RestoreError> {
        let counts = &mut moved.taken;
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
        let rows = self.rows;
        let is_counted = matches!(rows, RowsInFile::Block { .. });
        let reading = tokio::task::spawn_blocking(move || read(&rows, &sender));
        // Without rows too: whether the server would take any is asked all the same.
        let mut open = Copying::begin(session, &self.copy, is_frozen).await?;
        let mut is_between_rows = true;
        while let Some(run) = runs.recv().await {
            if open.is_full() && is_between_rows {
                open.finish(counts).await?;
                open = Copying::begin(session, &self.copy, is_frozen).await?;
            }
            is_between_rows = run.ends_row;
            if is_counted {
                moved.read.count(&self.copy, run.lines);
            }
            open.send(run, counts).await?;
        }
        let read = reading
            .await
            .map_err(|source| RestoreError::Thread { source })?;
        // Before the COPY's end, so that rows that were cut off are not taken.
        read?;
        open.finish(counts).await?;
        if is_frozen {
            run("COMMIT").await?;
        }
        Ok(())
    }
}

/// Decompresses rows for a session. One that takes no more has failed, and says why.
fn read(rows: &RowsInFile, runs: &mpsc::Sender<RowRun>) -> Result<(), SourceError> {
    match rows {
        RowsInFile::Members { file, rows } => {
            read_members(file, rows, runs).map_err(|source| SourceError::read(file.name(), source))
        }
        RowsInFile::Block { archive, block, .. } => {
            archive.rows(*block, RUN, |run| runs.blocking_send(run).is_ok())
        }
    }
}

fn read_members(
    seekable: &Seekable,
    rows: &RowsInMembers,
    runs: &mpsc::Sender<RowRun>,
) -> io::Result<()> {
    let (mut left, mut lines_before) = (rows.bytes, rows.lines_before);
    let mut members = seekable.members(rows.members.clone());
    for position in rows.members.clone() {
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
            break;
        }
    }
    Ok(())
}
