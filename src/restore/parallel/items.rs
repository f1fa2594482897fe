//! The reading thread: from SQL to what sessions are given.

use std::io::{self, Read};

use pgferry_core::dump::{
    LoadError, LoadOptions, ObjectName, RowRun, RowRuns, Scope, ScriptReport, Sql, Step, StepReader,
};
use tokio::sync::mpsc;

use crate::restore::RestoreError;
use crate::target::Session;
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;
/// Bytes of rows that a session is given at a time.
const RUN: usize = 256 * 1024;
/// Bytes of a statement that are shown.
const SHOWN: usize = 200;

#[derive(Debug)]
pub(super) enum Item {
    Statement(Statement),
    /// Runs of rows follow, for this COPY.
    Copy(Copy),
    Run(RowRun),
    CopyEnd {
        rows: u64,
    },
}

#[derive(Debug)]
pub(super) struct Statement {
    pub sql: String,
    pub line: u64,
    pub scope: Scope,
}

#[derive(Debug)]
pub(super) struct Copy {
    pub sql: String,
    pub table: ObjectName<'static>,
    /// The line of the dump with the first row.
    pub first_row: u64,
}

/// Why the reading ended early.
#[derive(Debug)]
pub(super) enum Stop {
    Input(io::Error),
    Script(LoadError),
    /// Not in UTF-8, although the dump says so.
    Text {
        line: u64,
    },
    /// The dump is in this encoding, which sessions don't speak.
    Encoding(String),
    /// Nobody takes items any more.
    Gone,
}

impl From<LoadError> for Stop {
    fn from(error: LoadError) -> Self {
        Self::Script(error)
    }
}

/// Reads all of the dump.
pub(super) fn read(
    mut sql: impl Read,
    options: LoadOptions,
    progress: &Progress,
    items: &mpsc::Sender<Item>,
) -> Result<ScriptReport, Stop> {
    let mut reader = StepReader::new(options);
    let mut input = vec![0; CHUNK];
    let mut runs = None;
    loop {
        let read = match sql.read(&mut input) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Stop::Input(error)),
        };
        reader.feed(input.get(..read).unwrap_or_default(), &mut |step| {
            take(step, &mut runs, items)
        })?;
        if let Some(table) = reader.current_table() {
            progress.message(&table.to_string());
        }
    }
    reader.finish(&mut |step| take(step, &mut runs, items))
}

fn take(
    step: Step<'_>,
    runs: &mut Option<RowRuns>,
    items: &mpsc::Sender<Item>,
) -> Result<(), Stop> {
    let send = |item| items.blocking_send(item).or(Err(Stop::Gone));
    match step {
        Step::Encoding(name) if is_utf8(name) => Ok(()),
        Step::Encoding(name) => Err(Stop::Encoding(String::from_utf8_lossy(name).into_owned())),
        Step::Statement(sql) => {
            let text = text_of(&sql)?;
            send(Item::Statement(Statement {
                sql: text,
                line: sql.line,
                scope: sql.scope,
            }))
        }
        Step::CopyStart {
            copy,
            table,
            first_row,
        } => {
            *runs = Some(RowRuns::new(RUN));
            send(Item::Copy(Copy {
                sql: text_of(&copy)?,
                table: table.clone(),
                first_row,
            }))
        }
        Step::Rows(rows) => match runs {
            Some(runs) => runs.feed(rows, &mut |run| send(Item::Run(run))),
            None => Ok(()),
        },
        Step::CopyEnd { rows } => {
            if let Some(runs) = runs.take() {
                runs.finish(&mut |run| send(Item::Run(run)))?;
            }
            if rows == 0 {
                // Whether the server would take any is asked all the same.
                send(Item::Run(RowRun {
                    bytes: Vec::new(),
                    lines_before: 0,
                    lines: 0,
                    ends_row: true,
                }))?;
            }
            send(Item::CopyEnd { rows })
        }
    }
}

fn text_of(sql: &Sql<'_>) -> Result<String, Stop> {
    String::from_utf8(sql.text.to_vec()).or(Err(Stop::Text { line: sql.line }))
}

/// As PostgreSQL compares names of encodings: letters and digits only.
fn is_utf8(name: &[u8]) -> bool {
    let letters: Vec<u8> = name
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    letters == b"utf8" || letters == b"unicode"
}

impl Statement {
    pub(super) async fn run(&self, session: &Session) -> Result<(), RestoreError> {
        session.run(&self.sql, || self.place()).await?;
        Ok(())
    }

    fn place(&self) -> String {
        let shown: String = self.sql.chars().take(SHOWN).collect();
        let rest = if shown.len() < self.sql.len() {
            " …"
        } else {
            ""
        };
        format!("line {} of the dump: {shown}{rest}", self.line)
    }
}
