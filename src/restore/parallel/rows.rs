//! Rows, on whichever session is free.

use std::collections::BTreeMap;
use std::sync::Arc;

use pgferry_core::dump::RowRun;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use super::copying::{Copy, Copying};
use crate::restore::RestoreError;
use crate::target::Session;

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
    session: &Arc<Session>,
    runs: &Mutex<mpsc::Receiver<Run>>,
    counts: &mut Counts,
) -> Result<(), RestoreError> {
    let mut open: Option<Copying> = None;
    loop {
        let mut queue = runs.lock().await;
        let Some((copy, mut run)) = queue.recv().await else {
            break;
        };
        // A row that goes on is all of this session's, so the queue stays with it.
        let mut queue = (!run.ends_row).then_some(queue);
        let is_other = |open: &mut Copying| !open.is_of(&copy) || open.is_full();
        if let Some(done) = open.take_if(is_other) {
            done.finish(counts).await?;
        }
        let current = match &mut open {
            Some(current) => current,
            None => open.insert(Copying::begin(session, &copy, false).await?),
        };
        loop {
            let ends_row = run.ends_row;
            current.send(run, counts).await?;
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
