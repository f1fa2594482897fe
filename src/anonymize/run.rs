//! Anonymising: the dump on one thread, the oracle that looks for what was left on another.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use flate2::Compression;
use flate2::write::GzEncoder;
use pgferry_core::anonymize::oracle::{Oracle, OracleOptions, OracleReport};
use pgferry_core::anonymize::{AnonymizeError, AnonymizeReport, Anonymizer, Options};

use super::AnonymizeFailure;
use super::oracle::judge;
use crate::error::OnPath;
use crate::source::Source;
use crate::store::sync_directory;
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;
/// Chunks that may wait for the oracle.
const WAITING: usize = 8;

/// Where the anonymised dump goes.
#[derive(Debug, Clone)]
pub enum Output {
    /// As it comes; what is wrong with it is known only at its end.
    Stdout,
    /// Under this name when it is whole and was checked; gzip if the name ends in `.gz`.
    File(PathBuf),
    /// Nowhere: only the report is wanted.
    Nowhere,
}

/// What was done.
#[derive(Debug)]
pub struct Outcome {
    pub report: AnonymizeReport,
    pub oracle: OracleReport,
}

/// Anonymises a dump in a file; `options` say what is known of its columns.
///
/// # Errors
/// [`AnonymizeFailure`]; nothing then stands under the output's name.
pub async fn file(
    source: &Source,
    options: Options,
    looking: OracleOptions,
    output: &Output,
    progress: &Progress,
) -> Result<Outcome, AnonymizeFailure> {
    let (sink, pending) = open(output)?;
    let name = source.name().to_owned();
    let outcome = source
        .with_sql(progress, move |sql| {
            anonymise(sql, options, looking, sink, &name)
        })
        .await??;
    pending.keep(&outcome)?;
    Ok(outcome)
}

/// Anonymises standard input, whose keys come after its rows: `options` know only the unique columns that were named.
///
/// # Errors
/// As [`file`]; also when a unique column turns up at the end that was not named.
pub async fn stream(
    options: Options,
    output: &Output,
    progress: &Progress,
) -> Result<Outcome, AnonymizeFailure> {
    let (sink, pending) = open(output)?;
    let progress = progress.clone();
    let worked = tokio::task::spawn_blocking(move || {
        let mut counted = Counted {
            input: io::stdin().lock(),
            progress,
        };
        anonymise(
            &mut counted,
            options,
            OracleOptions::default(),
            sink,
            "standard input",
        )
    });
    let worked = worked
        .await
        .map_err(|source| AnonymizeFailure::Thread { source })?;
    let outcome = worked?;
    pending.keep(&outcome)?;
    Ok(outcome)
}

fn anonymise(
    sql: &mut dyn Read,
    options: Options,
    looking: OracleOptions,
    mut sink: Sink,
    name: &str,
) -> Result<Outcome, AnonymizeFailure> {
    let (to_oracle, for_oracle) = sync_channel(WAITING);
    let oracle = std::thread::spawn(move || look(&for_oracle, looking));
    let mut anonymizer = Anonymizer::new(options);
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = sql
            .read(&mut buffer)
            .map_err(|error| AnonymizeFailure::read(name, error))?;
        let input = buffer.get(..read).unwrap_or_default();
        if input.is_empty() {
            break;
        }
        let mut output = Vec::with_capacity(input.len() + input.len() / 8);
        anonymizer.feed(input, &mut output).map_err(failed)?;
        pass_on(output, &mut sink, &to_oracle)?;
    }
    let mut output = Vec::new();
    let report = anonymizer.finish(&mut output).map_err(failed)?;
    pass_on(output, &mut sink, &to_oracle)?;
    drop(to_oracle);
    let oracle = oracle.join().map_err(|_panic| AnonymizeFailure::Output {
        source: io::Error::other("the oracle died"),
    })?;
    sink.finish()
        .map_err(|source| AnonymizeFailure::Output { source })?;
    Ok(Outcome { report, oracle })
}

fn failed(source: AnonymizeError) -> AnonymizeFailure {
    AnonymizeFailure::Dump { source }
}

fn pass_on(
    output: Vec<u8>,
    sink: &mut Sink,
    oracle: &SyncSender<Arc<Vec<u8>>>,
) -> Result<(), AnonymizeFailure> {
    let output = Arc::new(output);
    // An oracle that has gone is noticed when it is joined.
    drop(oracle.send(Arc::clone(&output)));
    sink.write(&output)
        .map_err(|source| AnonymizeFailure::Output { source })
}

fn look(chunks: &Receiver<Arc<Vec<u8>>>, options: OracleOptions) -> OracleReport {
    let mut oracle = Oracle::new(options);
    for chunk in chunks {
        oracle.feed(&chunk);
    }
    oracle.finish()
}

/// Input whose length nobody knows, with its progress.
struct Counted<R> {
    input: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}

/// The output on its way: what a thread writes to.
enum Sink {
    Stdout,
    File(std::fs::File),
    Gzip(Box<GzEncoder<std::fs::File>>),
    Nowhere,
}

/// The name that the output gets when nothing is wrong with it. Dropping it removes the file.
struct Pending(Option<(tempfile::NamedTempFile, PathBuf)>);

fn open(output: &Output) -> Result<(Sink, Pending), AnonymizeFailure> {
    let path = match output {
        Output::Stdout => return Ok((Sink::Stdout, Pending(None))),
        Output::Nowhere => return Ok((Sink::Nowhere, Pending(None))),
        Output::File(path) => path.clone(),
    };
    // A pipe or a device is never replaced by a file.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let device = std::fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .on_path("write to", &path)?;
        return Ok((Sink::File(device), Pending(None)));
    }
    let directory = directory(&path);
    let temporary = tempfile::Builder::new()
        .prefix(".pgferry-")
        .tempfile_in(directory)
        .on_path("write to", directory)?;
    let file = temporary.reopen().on_path("write to", directory)?;
    let sink = if path.extension().is_some_and(|extension| extension == "gz") {
        Sink::Gzip(Box::new(GzEncoder::new(file, Compression::default())))
    } else {
        Sink::File(file)
    };
    Ok((sink, Pending(Some((temporary, path)))))
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().lock().write_all(bytes),
            Self::File(file) => file.write_all(bytes),
            Self::Gzip(file) => file.write_all(bytes),
            Self::Nowhere => Ok(()),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().lock().flush(),
            Self::Gzip(file) => file.finish().map(drop),
            Self::File(_) | Self::Nowhere => Ok(()),
        }
    }
}

impl Pending {
    /// Gives the output its name, if nothing is wrong with it.
    fn keep(self, outcome: &Outcome) -> Result<(), AnonymizeFailure> {
        judge(&outcome.oracle)?;
        let Some((file, path)) = self.0 else {
            return Ok(());
        };
        file.as_file().sync_all().on_path("write", &path)?;
        file.persist(&path)
            .map_err(|error| error.error)
            .on_path("write", &path)?;
        Ok(sync_directory(directory(&path))?)
    }
}

fn directory(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
