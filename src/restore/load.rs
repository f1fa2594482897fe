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
use super::{Receipt, RestoreError};
use crate::source::{Source, SourceError};
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
    let passed = source
        .with_sql(progress, move |sql| {
            pass(sql, options, &messages, |_| Ok(()))
        })
        .await?;
    passed.map_err(|stop| stop.into_error(source.name()))
}

/// Reads the dump up to its first rows, and gives the extensions that it creates: enough before it is loaded into a
/// database that goes away unless all of it went well.
///
/// # Errors
/// [`RestoreError`] says what is wrong with that part. Nothing was changed.
pub async fn extensions(
    source: &Source,
    options: LoadOptions,
) -> Result<Vec<String>, RestoreError> {
    let begun = source
        .with_beginning(move |sql| beginning(sql, options))
        .await?;
    begun.map_err(|stop| stop.into_error(source.name()))
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
            let loaded = parallel::load(source, title, sessions, server, options, progress).await?;
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
    let reader = source.read(progress)?;
    let name = source.name().to_owned();
    let (psql, mut input) = Loader::start(access).await?;
    let table_progress = progress.clone();
    let passed = tokio::task::spawn_blocking(move || {
        let passed = pass(reader.sql, options, &table_progress, |sql| {
            io::Write::write_all(&mut input, sql)
        });
        (passed, input)
    });
    let (passed, input) = passed
        .await
        .map_err(|source| RestoreError::Thread { source })?;
    let archive = match reader.pg_restore {
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

/// Why a pass ended early.
enum Stop {
    Input(io::Error),
    Output(io::Error),
    Script(pgferry_core::dump::LoadError),
}

impl Stop {
    fn into_error(self, name: &str) -> RestoreError {
        match self {
            Self::Input(source) => SourceError::read(name, source).into(),
            Self::Output(source) => RestoreError::Psql { source },
            Self::Script(source) => RestoreError::Script {
                name: name.to_owned(),
                source,
            },
        }
    }
}

/// The extensions, and whether the end was reached.
fn beginning(sql: &mut dyn Read, options: LoadOptions) -> (Result<Vec<String>, Stop>, bool) {
    let mut filter = LoadFilter::new(options);
    let mut input = vec![0; CHUNK];
    let mut output = Vec::with_capacity(CHUNK);
    while !filter.has_rows() {
        let fed = match piece(sql, &mut input) {
            Ok(Some(piece)) => filter.feed(piece, &mut output),
            Ok(None) => {
                let report = filter.finish(&mut output).map_err(Stop::Script);
                return (report.map(|report| report.extensions), true);
            }
            Err(error) => return (Err(Stop::Input(error)), false),
        };
        if let Err(error) = fed {
            return (Err(Stop::Script(error)), false);
        }
        output.clear();
    }
    (Ok(filter.extensions().to_vec()), false)
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
    mut sink: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<ScriptReport, Stop> {
    let mut filter = LoadFilter::new(options);
    let mut input = vec![0; CHUNK];
    let mut output = Vec::with_capacity(CHUNK);
    while let Some(piece) = piece(&mut sql, &mut input).map_err(Stop::Input)? {
        output.clear();
        filter.feed(piece, &mut output).map_err(Stop::Script)?;
        if let Some(table) = filter.current_table() {
            progress.message(&table.to_string());
        }
        sink(&output).map_err(Stop::Output)?;
    }
    output.clear();
    let report = filter.finish(&mut output).map_err(Stop::Script)?;
    sink(&output).map_err(Stop::Output)?;
    Ok(report)
}
