//! Loading through sessions of pgferry's own, several at a time.
//!
//! ```text
//! SQL ─► steps ─┬─ definitions ──────────────► first session, in order
//!   (a thread)  ├─ rows, cut into runs ──────► whichever session is free
//!               └─ keys, indexes, then ──────► sessions, as locks allow, largest table first
//!                  foreign keys
//! ```
//!
//! Every session commits for itself, so the database must be one that nobody uses before all of it went well, and that goes
//! otherwise. One session alone loads in one transaction.

mod archive;
mod build;
mod copying;
mod formats;
mod items;
mod rows;
mod statistics;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use pgferry_core::dump::{Build, BuildKind, LoadOptions, Note, ObjectName, Scope, ScriptReport};
use tokio::sync::mpsc;

use self::build::Job;
use self::copying::Copy;
use self::items::{Item, Statement, Stop};
use self::rows::{Counts, Rows};
use self::tables::TableRows;
use super::{Receipt, RestoreError};
use crate::source::{Source, SourceError};
use crate::target::{ServerFacts, Session, SessionParameters, TargetError};
use crate::ui::Progress;

/// Items between the reading thread and the sessions: 2 MiB of rows.
const AHEAD: usize = 8;
/// Statements that wait for others of their kind.
const MOST_JOBS: usize = 4096;

/// Of sessions that fill a database that nobody uses yet: what is lost in a crash is loaded again, and what makes it final is
/// committed with everything before it. Each builds an index by itself, for there is one for every core.
const OF_SEVERAL: [&str; 2] = [
    "SET synchronous_commit = off",
    "SET max_parallel_maintenance_workers = 0",
];

/// Sessions that are open, to one database.
#[derive(Debug)]
pub struct Sessions {
    parameters: SessionParameters,
    open: Vec<Arc<Session>>,
}

impl Sessions {
    /// # Errors
    /// When one can't be opened.
    pub async fn open(parameters: SessionParameters, count: usize) -> Result<Self, TargetError> {
        let mut open = Vec::new();
        for _ in 0..count.max(1) {
            open.push(Arc::new(Session::open(&parameters).await?));
        }
        Ok(Self { parameters, open })
    }
}

/// What became of a load.
pub enum Loaded {
    Done(Receipt),
    /// The dump is in an encoding that sessions don't speak. Nothing was changed.
    Encoding(String),
}

/// Loads the dump into a database that goes if this fails, or, with one session, in one transaction. Then gathers statistics.
///
/// # Errors
/// [`RestoreError`]; with more than one session the database is then half filled.
pub async fn load(
    source: &Source,
    title: &str,
    sessions: Sessions,
    server: &ServerFacts,
    mut options: LoadOptions,
    progress: &Progress,
) -> Result<Loaded, RestoreError> {
    let started = Instant::now();
    options.server_major = Some(server.major());
    let (sender, items) = mpsc::channel(AHEAD);
    let is_alone = sessions.open.len() == 1;
    // One session takes everything in its order, so the index only helps it past what is left out.
    let seekable = match options.parts {
        None if is_alone => None,
        _ => source.seekable(progress)?,
    };
    // How many rows are left out, blocks don't say.
    let archive = match options.parts {
        None if !is_alone => source.archive(progress)?,
        _ => None,
    };
    let (reading, archive) = if let Some(archive) = archive {
        tracing::info!("reading rows from the archive's blocks");
        let script = archive.script()?;
        let read = move || archive::read(&archive, script.sql, options, &sender);
        (tokio::task::spawn_blocking(read), script.pg_restore)
    } else if let Some(seekable) = seekable {
        let read = move || {
            if is_alone {
                items::read_in_order(&seekable, options, &sender)
            } else {
                items::read_between_rows(&seekable, options, &sender)
            }
        };
        (tokio::task::spawn_blocking(read), None)
    } else {
        let reader = source.read(progress)?;
        let progress = progress.clone();
        let read = move || items::read(reader.sql, options, &progress, &sender);
        (tokio::task::spawn_blocking(read), reader.pg_restore)
    };
    tracing::debug!(
        database = sessions.parameters.database,
        sessions = sessions.open.len(),
        "loading"
    );
    let sessions = sessions.open;
    let mut load = Load::new(sessions.clone(), progress.clone());
    let dispatched = load.dispatch(items).await;
    // Where the sessions failed, the reading ends with the channel.
    let read = reading
        .await
        .map_err(|source| RestoreError::Thread { source })?;
    let archive = match archive {
        Some(archive) if dispatched.is_ok() => archive.finish(source.name()).await,
        _ => Ok(()),
    };
    let report = match (dispatched, read, archive) {
        (_, Err(Stop::Encoding(name)), _) => return Ok(Loaded::Encoding(name)),
        (Err(error), _, _) => return Err(error),
        (Ok(()), Ok(report), Ok(())) => report,
        (Ok(()), _, Err(error)) => return Err(error.into()),
        (Ok(()), Err(stop), Ok(())) => return Err(stop.into_error(source.name())),
    };
    let report = load.finish(report).await?;
    statistics::gather(&sessions, progress).await?;
    let receipt = Receipt::new(
        title.to_owned(),
        server.database.clone(),
        &report,
        started.elapsed(),
    );
    Ok(Loaded::Done(receipt.with_repairs(source)))
}

struct Load {
    sessions: Vec<Arc<Session>>,
    progress: Progress,
    /// Those whose rows do not come with the items.
    tables: Vec<TableRows>,
    rows: Option<Rows>,
    copy: Option<Arc<Copy>>,
    jobs: Vec<Job>,
    /// Rows that were sent, by COPY, since sessions were waited for.
    expected: Vec<(Arc<Copy>, u64)>,
    /// Rows that the server took of each COPY, in order.
    loaded: Vec<u64>,
    /// Bytes of rows by table.
    weights: BTreeMap<ObjectName<'static>, u64>,
    /// A transaction of ours is open in the first session, for INSERTs.
    is_inserting: bool,
    /// There were INSERTs.
    has_inserted: bool,
}

impl Load {
    fn new(sessions: Vec<Arc<Session>>, progress: Progress) -> Self {
        Self {
            sessions,
            progress,
            tables: Vec::new(),
            rows: None,
            copy: None,
            jobs: Vec::new(),
            expected: Vec::new(),
            loaded: Vec::new(),
            weights: BTreeMap::new(),
            is_inserting: false,
            has_inserted: false,
        }
    }

    fn is_one_transaction(&self) -> bool {
        self.sessions.len() == 1
    }

    fn first(&self) -> Result<&Session, RestoreError> {
        let session = self.sessions.first();
        session
            .map(AsRef::as_ref)
            .ok_or(RestoreError::Target(TargetError::Answer))
    }

    async fn own(&self, statement: &str) -> Result<(), RestoreError> {
        self.first()?
            .run(statement, || statement.to_owned())
            .await?;
        Ok(())
    }

    async fn dispatch(&mut self, mut items: mpsc::Receiver<Item>) -> Result<(), RestoreError> {
        if self.is_one_transaction() {
            self.own("BEGIN").await?;
        } else {
            for session in &self.sessions {
                for setting in OF_SEVERAL {
                    session.run(setting, || setting.to_owned()).await?;
                }
            }
        }
        while let Some(item) = items.recv().await {
            match item {
                Item::Statement(statement) => self.statement(statement).await?,
                Item::Copy(copy) => {
                    self.build().await?;
                    self.end_inserts().await?;
                    self.copy = Some(Arc::new(copy));
                }
                Item::Run(run) => {
                    if let Some(copy) = &self.copy {
                        let length = u64::try_from(run.bytes.len()).unwrap_or(u64::MAX);
                        *self.weights.entry(copy.table.clone()).or_default() += length;
                        let sessions = &self.sessions;
                        let rows = self.rows.get_or_insert_with(|| Rows::begin(sessions));
                        rows.send(copy, run).await;
                    }
                }
                Item::Rows(rows) => {
                    if let Some(copy) = &self.copy {
                        let has_rows = self.has_inserted || self.weights.contains_key(&copy.table);
                        if has_rows {
                            for other in &mut self.tables {
                                other.share(&copy.table);
                            }
                        }
                        *self.weights.entry(copy.table.clone()).or_default() += rows.bytes();
                        self.tables
                            .push(TableRows::new(Arc::clone(copy), rows, !has_rows));
                    }
                }
                Item::CopyEnd { rows } => {
                    if let Some(copy) = self.copy.take() {
                        self.expected.push((copy, rows));
                    }
                }
            }
            if self.rows.as_ref().is_some_and(Rows::has_failed) {
                self.end_rows().await?;
            }
        }
        self.settle().await
    }

    async fn statement(&mut self, statement: Statement) -> Result<(), RestoreError> {
        match &statement.scope {
            Scope::Build(build) => {
                let other_kind = |job: &Job| is_link(&job.build) != is_link(build);
                if self.jobs.first().is_some_and(other_kind) || self.jobs.len() >= MOST_JOBS {
                    self.build().await?;
                }
                self.end_rows().await?;
                self.end_inserts().await?;
                let weight = self.weights.get(&build.table).copied().unwrap_or(0);
                self.jobs.push(Job::new(build.clone(), weight, statement));
                return Ok(());
            }
            Scope::Afterwards { name } => {
                if let Some(job) = self.jobs.last_mut().filter(|job| job.build.name == *name) {
                    job.statements.push(statement);
                    return Ok(());
                }
            }
            Scope::Insert => {
                self.has_inserted = true;
                self.build().await?;
                self.end_rows().await?;
                if !self.is_inserting && !self.is_one_transaction() {
                    self.own("BEGIN").await?;
                    self.is_inserting = true;
                }
                return statement.run(self.first()?).await;
            }
            Scope::Begin | Scope::Commit if self.is_one_transaction() => return Ok(()),
            Scope::Session | Scope::Begin | Scope::Commit | Scope::Alone => {}
        }
        self.settle().await?;
        if statement.scope == Scope::Session {
            for session in &self.sessions {
                statement.run(session).await?;
            }
            return Ok(());
        }
        statement.run(self.first()?).await
    }

    /// Waits for all that runs beside the first session.
    async fn settle(&mut self) -> Result<(), RestoreError> {
        self.end_rows().await?;
        self.end_inserts().await?;
        self.build().await
    }

    async fn end_rows(&mut self) -> Result<(), RestoreError> {
        let mut taken = match self.rows.take() {
            Some(rows) => rows.end().await?,
            None => Counts::default(),
        };
        let tables = std::mem::take(&mut self.tables);
        let mut read = Counts::default();
        if !tables.is_empty() {
            let moved = tables::load(tables, &self.sessions, &self.progress).await?;
            taken.add(&moved.taken);
            read = moved.read;
        }
        for (copy, sent) in self.expected.drain(..) {
            let (sent, taken) = (sent + read.of(&copy), taken.of(&copy));
            self.loaded.push(taken);
            if taken != sent {
                return Err(RestoreError::RowsOf {
                    table: copy.table.to_string(),
                    sent,
                    taken,
                });
            }
        }
        Ok(())
    }

    async fn end_inserts(&mut self) -> Result<(), RestoreError> {
        if std::mem::take(&mut self.is_inserting) {
            self.own("COMMIT").await?;
        }
        Ok(())
    }

    async fn build(&mut self) -> Result<(), RestoreError> {
        let jobs = std::mem::take(&mut self.jobs);
        if jobs.is_empty() {
            return Ok(());
        }
        build::run(jobs, &self.sessions, &self.progress).await
    }

    /// Everything was run, and the dump's end was seen.
    async fn finish(self, mut report: ScriptReport) -> Result<ScriptReport, RestoreError> {
        // The script of an archive knows none.
        for (table, rows) in report.tables.iter_mut().zip(&self.loaded) {
            table.rows = *rows;
        }
        if self.is_one_transaction() {
            self.own("COMMIT").await?;
        } else {
            // There is no transaction of which that could be told.
            report
                .notes
                .retain(|note| !matches!(note, Note::TransactionDropped { .. }));
        }
        Ok(report)
    }
}

fn is_link(build: &Build) -> bool {
    build.kind == BuildKind::ForeignKey
}

impl Stop {
    fn into_error(self, name: &str) -> RestoreError {
        match self {
            Self::Input(source) => SourceError::read(name, source).into(),
            Self::Script(source) => RestoreError::Script {
                name: name.to_owned(),
                source,
            },
            Self::Text { line } => RestoreError::Text {
                name: name.to_owned(),
                line,
            },
            Self::Index => RestoreError::Index {
                name: name.to_owned(),
            },
            // The sessions have said why.
            Self::Gone | Self::Encoding(_) => RestoreError::Target(TargetError::Answer),
        }
    }
}
