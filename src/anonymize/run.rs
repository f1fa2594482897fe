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
    let sink = Sink::open(output)?;
    let name = source.name().to_owned();
    let (sink, outcome) = source
        .with_sql(progress, move |sql| {
            anonymise(sql, options, looking, sink, &name)
        })
        .await??;
    sink.keep(&outcome)?;
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
    let sink = Sink::open(output)?;
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
    let (sink, outcome) = worked?;
    sink.keep(&outcome)?;
    Ok(outcome)
}

fn anonymise(
    sql: &mut dyn Read,
    options: Options,
    looking: OracleOptions,
    mut sink: Sink,
    name: &str,
) -> Result<(Sink, Outcome), AnonymizeFailure> {
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
    Ok((sink, Outcome { report, oracle }))
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

/// The output on its way.
enum Sink {
    Stdout,
    /// No regular file, and never replaced by one: a pipe, a device.
    Device(std::fs::File),
    File {
        path: PathBuf,
        file: tempfile::NamedTempFile,
    },
    Gzip {
        path: PathBuf,
        file: Box<GzEncoder<tempfile::NamedTempFile>>,
    },
    Nowhere,
}

impl Sink {
    fn open(output: &Output) -> Result<Self, AnonymizeFailure> {
        let path = match output {
            Output::Stdout => return Ok(Self::Stdout),
            Output::Nowhere => return Ok(Self::Nowhere),
            Output::File(path) => path.clone(),
        };
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            let device = std::fs::OpenOptions::new()
                .write(true)
                .open(&path)
                .on_path("write to", &path)?;
            return Ok(Self::Device(device));
        }
        let directory = directory(&path);
        let file = tempfile::Builder::new()
            .prefix(".pgferry-")
            .tempfile_in(directory)
            .on_path("write to", directory)?;
        Ok(
            if path.extension().is_some_and(|extension| extension == "gz") {
                Self::Gzip {
                    path,
                    file: Box::new(GzEncoder::new(file, Compression::default())),
                }
            } else {
                Self::File { path, file }
            },
        )
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().lock().write_all(bytes),
            Self::Device(device) => device.write_all(bytes),
            Self::File { file, .. } => file.write_all(bytes),
            Self::Gzip { file, .. } => file.write_all(bytes),
            Self::Nowhere => Ok(()),
        }
    }

    /// Gives the output its name, if nothing is wrong with it.
    fn keep(self, outcome: &Outcome) -> Result<(), AnonymizeFailure> {
        judge(&outcome.oracle)?;
        let (path, file) = match self {
            Self::Nowhere | Self::Device(_) => return Ok(()),
            Self::Stdout => {
                return io::stdout()
                    .lock()
                    .flush()
                    .map_err(|source| AnonymizeFailure::Output { source });
            }
            Self::File { path, file } => (path, file),
            Self::Gzip { path, file } => (
                path,
                file.finish()
                    .map_err(|source| AnonymizeFailure::Output { source })?,
            ),
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
