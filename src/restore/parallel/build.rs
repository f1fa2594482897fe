//! Keys, indexes and foreign keys, each in a session, as their locks allow.

use std::sync::Arc;

use pgferry_core::dump::Build;
use tokio::task::JoinSet;

use super::items::Statement;
use crate::restore::RestoreError;
use crate::target::Session;
use crate::ui::Progress;

/// Something to build, and the statements about it, in order.
#[derive(Debug)]
pub(super) struct Job {
    pub build: Build,
    /// Bytes of the table's rows: the heaviest is begun first, so that it does not run alone in the end.
    weight: u64,
    pub statements: Vec<Statement>,
}

impl Job {
    pub(super) fn new(build: Build, weight: u64, statement: Statement) -> Self {
        Self {
            build,
            weight,
            statements: vec![statement],
        }
    }
}

/// Runs all of them.
pub(super) async fn run(
    mut jobs: Vec<Job>,
    sessions: &[Arc<Session>],
    progress: &Progress,
) -> Result<(), RestoreError> {
    jobs.sort_by_key(|job| std::cmp::Reverse(job.weight));
    let mut idle: Vec<Arc<Session>> = sessions.to_vec();
    let mut running: Vec<Build> = Vec::new();
    let mut tasks = JoinSet::new();
    loop {
        while let Some(next) = next(&jobs, &running)
            && let Some(session) = idle.pop()
        {
            let job = jobs.remove(next);
            progress.message(&String::from_utf8_lossy(&job.build.name));
            running.push(job.build.clone());
            tasks.spawn(async move {
                for statement in &job.statements {
                    statement.run(&session).await?;
                }
                Ok::<_, RestoreError>((session, job.build))
            });
        }
        let Some(done) = tasks.join_next().await else {
            return Ok(());
        };
        let (session, build) = done.map_err(|source| RestoreError::Thread { source })??;
        idle.push(session);
        if let Some(index) = running.iter().position(|other| *other == build) {
            running.swap_remove(index);
        }
    }
}

/// The first that need not wait for one that runs.
fn next(jobs: &[Job], running: &[Build]) -> Option<usize> {
    jobs.iter()
        .position(|job| !running.iter().any(|other| other.conflicts_with(&job.build)))
}
