//! Rows, on whichever session is free.

use std::collections::BTreeMap;
use std::sync::Arc;

use pgferry_core::dump::RowRun;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use super::items::Copy;
use crate::restore::RestoreError;
use crate::target::{CopyIn, Session};

/// Bytes after which a COPY is ended and another begun: only at its end does the server say what is wrong with rows.
const COPY_SIZE: usize = 32 * 1024 * 1024;

type Run = (Arc<Copy>, RowRun);

/// Sessions that take rows until there are none left.
pub(super) struct Rows {
    queue: mpsc::Sender<Run>,
    workers: JoinSet<Result<Counts, RestoreError>>,
}

/// Rows that the server took, by the line on which the rows of their COPY begin.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<u64, u64>);

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        for (copy, rows) in &other.0 {
            *self.0.entry(*copy).or_default() += rows;
        }
    }

    pub(super) fn count(&mut self, copy: &Copy, rows: u64) {
        *self.0.entry(copy.first_row).or_default() += rows;
    }

    pub(super) fn of(&self, copy: &Copy) -> u64 {
        self.0.get(&copy.first_row).copied().unwrap_or(0)
    }
}

impl Rows {
    pub(super) fn begin(sessions: &[Arc<Session>]) -> Self {
        let (queue, runs) = mpsc::channel(2 * sessions.len());
        let runs = Arc::new(Mutex::new(runs));
        let mut workers = JoinSet::new();
        for session in sessions {
            workers.spawn(work(Arc::clone(session), Arc::clone(&runs)));
        }
        Self { queue, workers }
    }

    /// Waits for a session that is free. When one has failed, nobody takes it: see [`Rows::has_failed`].
    pub(super) async fn send(&mut self, copy: &Arc<Copy>, run: RowRun) {
        self.queue.send((Arc::clone(copy), run)).await.ok();
    }

    pub(super) fn has_failed(&self) -> bool {
        self.queue.is_closed()
    }

    /// Waits for all of them.
    pub(super) async fn end(mut self) -> Result<Counts, RestoreError> {
        drop(self.queue);
        let mut taken = Counts::default();
        while let Some(worker) = self.workers.join_next().await {
            let counts = worker.map_err(|source| RestoreError::Thread { source })??;
            taken.add(&counts);
        }
        Ok(taken)
    }
}

/// A COPY that is under way, and which rows it was given.
pub(super) struct Open {
    copy: Arc<Copy>,
    sink: CopyIn,
    bytes: usize,
    lines: u64,
    /// For each run: the lines of this COPY before it, and the line of the dump on which it begins.
    runs: Vec<(u64, u64)>,
}

async fn work(
    session: Arc<Session>,
    runs: Arc<Mutex<mpsc::Receiver<Run>>>,
) -> Result<Counts, RestoreError> {
    let mut counts = Counts::default();
    let worked = take_rows(&session, &runs, &mut counts).await;
    if worked.is_err() {
        // The others stop too, and so does whoever sends.
        runs.lock().await.close();
    }
    worked.map(|()| counts)
}

async fn take_rows(
    session: &Session,
    runs: &Mutex<mpsc::Receiver<Run>>,
    counts: &mut Counts,
) -> Result<(), RestoreError> {
    let mut open: Option<Open> = None;
    loop {
        let mut queue = runs.lock().await;
        let Some((copy, mut run)) = queue.recv().await else {
            break;
        };
        // A row that goes on is all of this session's, so the queue stays with it.
        let mut queue = (!run.ends_row).then_some(queue);
        let is_other = |open: &mut Open| !Arc::ptr_eq(&open.copy, &copy) || open.is_full();
        if let Some(done) = open.take_if(is_other) {
            done.finish(counts).await?;
        }
        let current = match &mut open {
            Some(current) => current,
            None => open.insert(Open::begin(session, &copy, &copy.sql).await?),
        };
        loop {
            let ends_row = run.ends_row;
            current.send(run).await?;
            let next = match &mut queue {
                Some(queue) if !ends_row => queue.recv().await,
                _ => None,
            };
            match next {
                Some((_, next)) => run = next,
                None => break,
            }
        }
    }
    match open {
        Some(open) => open.finish(counts).await,
        None => Ok(()),
    }
}

impl Open {
    /// `statement` is the COPY's, or means the same.
    pub(super) async fn begin(
        session: &Session,
        copy: &Arc<Copy>,
        statement: &str,
    ) -> Result<Self, RestoreError> {
        let sink = session.copy_in(statement, || copy.place()).await?;
        Ok(Self {
            copy: Arc::clone(copy),
            sink,
            bytes: 0,
            lines: 0,
            runs: Vec::new(),
        })
    }

    /// It has taken so much that it should end, for only then does the server say what is wrong with rows.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= COPY_SIZE
    }

    pub(super) async fn send(&mut self, run: RowRun) -> Result<(), RestoreError> {
        self.bytes = self.bytes.saturating_add(run.bytes.len());
        let line = self.copy.first_row.saturating_add(run.lines_before);
        self.runs.push((self.lines, line));
        self.lines = self.lines.saturating_add(run.lines);
        self.sink.send(run.bytes).await?;
        Ok(())
    }

    pub(super) async fn finish(self, counts: &mut Counts) -> Result<(), RestoreError> {
        let Self {
            copy, sink, runs, ..
        } = self;
        let place = |line: Option<u64>| {
            let line = line.and_then(|line| line_of_dump(&runs, line));
            copy.place_of_row(line.unwrap_or(copy.first_row))
        };
        let rows = sink.finish(place).await?;
        counts.count(&copy, rows);
        Ok(())
    }
}

/// Where the `line`th line of a COPY stands, which was given these runs.
fn line_of_dump(runs: &[(u64, u64)], line: u64) -> Option<u64> {
    let before = line.checked_sub(1)?;
    let index = runs.partition_point(|(lines, _)| *lines <= before);
    let (lines, first) = runs.get(index.checked_sub(1)?)?;
    Some(first.saturating_add(before - lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_copy_are_lines_of_the_dump() {
        let runs = [(0, 100), (10, 300), (15, 305)];
        for (line, of_dump) in [
            (1, Some(100)),
            (10, Some(109)),
            (11, Some(300)),
            (15, Some(304)),
            (16, Some(305)),
            (20, Some(309)),
            (0, None),
        ] {
            assert_eq!(line_of_dump(&runs, line), of_dump, "{line}");
        }
        assert_eq!(line_of_dump(&[], 1), None);
    }
}
