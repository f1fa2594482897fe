//! The two passes over a dump: one that reads it to its end, and one that loads it.
//!
//! ```text
//! file ─► (gunzip) ─► (pg_restore -f -) ─► load filter ─► nowhere            first pass: whole? harmless?
//! file ─► (gunzip) ─► (pg_restore -f -) ─► load filter ─► psql ─► server     second pass: BEGIN … COMMIT
//! ```

use std::io::{self, Read};
use std::time::Instant;

use pgferry_core::dump::{LoadFilter, LoadOptions, ScriptReport};

use super::parallel::{self, Loaded, Sessions};
use super::psql::Loader;
use super::sections::{self, Fault, Reading};
use super::{Receipt, RestoreError};
use crate::source::{Seekable, Source, SourceError};
use crate::target::{Access, ServerFacts};
use crate::ui::Progress;

/// Bytes of SQL that are read at a time.
pub(super) const CHUNK: usize = 256 * 1024;

/// Reads the dump to its end and makes sure that it is whole and does nothing but what dumps do.
///
/// # Errors
/// [`RestoreError`] says what is wrong with it. Nothing was changed.
pub async fn check(
    source: &Source,
    options: LoadOptions,
    progress: &Progress,
) -> Result<ScriptReport, RestoreError> {
    let messages = progress.clone();
    let passed = if let Some(seekable) = sections_of(source, &options, progress)? {
        let read = move || pass_sections(&seekable, options, &messages, |_| Ok(()));
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|source| RestoreError::Thread { source })?
    } else {
        source
            .with_sql(progress, move |sql| {
                pass(sql, options, &messages, |_| Ok(()))
            })
            .await?
    };
    passed.map_err(|stop| stop.into_error(source.name()))
}

/// The file's index, where it leads past rows that are left out.
fn sections_of(
    source: &Source,
    options: &LoadOptions,
    progress: &Progress,
) -> Result<Option<Seekable>, SourceError> {
    match options.parts {
        Some(_) => source.seekable(progress),
        None => Ok(None),
    }
}

/// Loads the dump into a database that goes unless all of it went well, and gathers its statistics: through several sessions
/// where that can be done, else through psql.
///
/// # Errors
/// [`RestoreError`]; what the database then holds is of no use.
pub async fn into_disposable_database(
    source: &Source,
    title: &str,
    access: &Access,
    server: &ServerFacts,
    options: LoadOptions,
    jobs: usize,
    progress: &Progress,
) -> Result<Receipt, RestoreError> {
    let Some(parameters) = access.session(server) else {
        tracing::info!("only libpq knows the way to the server: loading with psql");
        return with_psql(source, title, access, server, options, progress).await;
    };
    match Sessions::open(parameters, jobs).await {
        Ok(sessions) => {
            let loaded =
                parallel::load(source, title, sessions, server, options.clone(), progress).await?;
            match loaded {
                Loaded::Done(receipt) => return Ok(receipt),
                Loaded::Encoding(name) => {
                    tracing::info!("the dump is in {name}, not in UTF8: loading with psql");
                }
            }
        }
        // psql may know more ways in, or says in its words why there is none.
        Err(error) => tracing::info!(%error, "can't open sessions: loading with psql"),
    }
    with_psql(source, title, access, server, options, progress).await
}

/// Loads the dump with psql, and gathers statistics.
///
/// # Errors
/// [`RestoreError`]; the database is then as it was.
pub async fn with_psql(
    source: &Source,
    title: &str,
    access: &Access,
    server: &ServerFacts,
    options: LoadOptions,
    progress: &Progress,
) -> Result<Receipt, RestoreError> {
    let receipt = into_database(source, title, access, server, options, progress).await?;
    access.query("ANALYZE;").await?;
    Ok(receipt)
}

/// Loads the dump in one transaction, with psql.
///
/// # Errors
/// [`RestoreError`]; the database is then as it was.
pub async fn into_database(
    source: &Source,
    title: &str,
    access: &Access,
    server: &ServerFacts,
    mut options: LoadOptions,
    progress: &Progress,
) -> Result<Receipt, RestoreError> {
    let started = Instant::now();
    options.server_major = Some(server.major());
    let (sql, pg_restore) = if let Some(seekable) = sections_of(source, &options, progress)? {
        (Sql::Sections(seekable), None)
    } else {
        let reader = source.read(progress)?;
        (Sql::Stream(reader.sql), reader.pg_restore)
    };
    let name = source.name().to_owned();
    let (psql, mut input) = Loader::start(access).await?;
    let messages = progress.clone();
    let passed = tokio::task::spawn_blocking(move || {
        let sink = |sql: &[u8]| io::Write::write_all(&mut input, sql);
        let passed = match sql {
            Sql::Sections(seekable) => pass_sections(&seekable, options, &messages, sink),
            Sql::Stream(sql) => pass(sql, options, &messages, sink),
        };
        (passed, input)
    });
    let (passed, input) = passed
        .await
        .map_err(|source| RestoreError::Thread { source })?;
    let archive = match pg_restore {
        Some(archive) => archive.finish(&name).await,
        None => Ok(()),
    };
    let report = match (passed, archive) {
        (Ok(report), Ok(())) => report,
        // psql has stopped reading, and says why.
        (Err(Stop::Output(source)), _) => {
            drop(input);
            return Err(psql.failure(source).await);
        }
        // psql must not see the end of its input, where it runs what it has: it is ended first, which rolls back.
        (Err(stop), Ok(())) => {
            drop(psql);
            return Err(stop.into_error(&name));
        }
        (_, Err(error)) => {
            drop(psql);
            return Err(error.into());
        }
    };
    psql.commit(input, &report).await?;
    Ok(Receipt::new(
        title.to_owned(),
        server.database.clone(),
        &report,
        started.elapsed(),
    )
    .with_repairs(source))
}

/// What a pass reads.
enum Sql {
    Stream(Box<dyn Read + Send>),
    Sections(Seekable),
}

/// Why a pass ended early.
pub(super) enum Stop {
    Input(io::Error),
    Index,
    Output(io::Error),
    Script(pgferry_core::dump::LoadError),
}

impl Stop {
    pub(super) fn into_error(self, name: &str) -> RestoreError {
        match self {
            Self::Input(source) => SourceError::read(name, source).into(),
            Self::Index => RestoreError::Index {
                name: name.to_owned(),
            },
            Self::Output(source) => RestoreError::Psql { source },
            Self::Script(source) => RestoreError::Script {
                name: name.to_owned(),
                source,
            },
        }
    }
}

/// The next piece of `sql`, in `input`; `None` at its end.
pub(super) fn piece<'i>(sql: &mut dyn Read, input: &'i mut [u8]) -> io::Result<Option<&'i [u8]>> {
    let read = loop {
        match sql.read(input) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    Ok(input.get(..read).filter(|piece| !piece.is_empty()))
}

/// Runs all of `sql` through the filter, into `sink`.
fn pass(
    mut sql: impl Read,
    options: LoadOptions,
    progress: &Progress,
    sink: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<ScriptReport, Stop> {
    let mut pass = Pass::new(options, progress, sink);
    let mut input = vec![0; CHUNK];
    while let Some(piece) = piece(&mut sql, &mut input).map_err(Stop::Input)? {
        pass.feed(piece)?;
    }
    pass.finish()
}

/// The same of a file with an index, but for rows that are left out.
fn pass_sections(
    seekable: &Seekable,
    options: LoadOptions,
    progress: &Progress,
    sink: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<ScriptReport, Stop> {
    let mut pass = Pass::new(options, progress, sink);
    sections::read(seekable, &mut pass)?;
    pass.finish()
}

/// A filter, and what takes what comes out of it.
struct Pass<'p, S> {
    filter: LoadFilter,
    output: Vec<u8>,
    progress: &'p Progress,
    sink: S,
}

impl<'p, S: FnMut(&[u8]) -> io::Result<()>> Pass<'p, S> {
    fn new(options: LoadOptions, progress: &'p Progress, sink: S) -> Self {
        Self {
            filter: LoadFilter::new(options),
            output: Vec::with_capacity(CHUNK),
            progress,
            sink,
        }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        if let Some(table) = self.filter.current_table() {
            self.progress.message(&table.to_string());
        }
        (self.sink)(&self.output).map_err(Stop::Output)?;
        self.output.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<ScriptReport, Stop> {
        let report = self.filter.finish(&mut self.output).map_err(Stop::Script)?;
        (self.sink)(&self.output).map_err(Stop::Output)?;
        Ok(report)
    }
}

impl<S: FnMut(&[u8]) -> io::Result<()>> Reading for Pass<'_, S> {
    type Error = Stop;

    fn feed(&mut self, sql: &[u8]) -> Result<(), Stop> {
        self.filter
            .feed(sql, &mut self.output)
            .map_err(Stop::Script)?;
        self.flush()
    }

    fn leaves_out_rows(&self) -> bool {
        self.filter.leaves_out_rows()
    }

    fn skip_rows(&mut self, rows: u64, bytes: u64) -> Result<bool, Stop> {
        let skipped = self.filter.skip_rows(rows, bytes, &mut self.output);
        self.flush()?;
        Ok(skipped)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Input(error) => Self::Input(error),
            Fault::Index => Self::Index,
        }
    }
}
