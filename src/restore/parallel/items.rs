//! The reading thread: from SQL to what sessions are given.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr_iter;
use pgferry_core::dump::{
    LoadError, LoadOptions, RowRun, RowRuns, Scope, ScriptReport, Sql, Step, StepReader,
};
use pgferry_core::gzip::index::{Kind, Section};
use tokio::sync::mpsc;

use super::copying::Copy;
use crate::restore::RestoreError;
use crate::restore::load::{CHUNK, piece};
use crate::restore::sections::{self, Fault, Reading};
use crate::source::{ArchiveFile, Seekable};
use crate::target::Session;
use crate::ui::Progress;

/// Bytes of rows that a session is given at a time.
pub(super) const RUN: usize = 256 * 1024;
/// Bytes of a statement that are shown.
const SHOWN: usize = 200;

#[derive(Debug)]
pub(super) enum Item {
    Statement(Statement),
    /// Runs of rows follow, for this COPY.
    Copy(Copy),
    Run(RowRun),
    /// All rows of the COPY, in the file.
    Rows(RowsInFile),
    CopyEnd {
        rows: u64,
    },
}

/// What lines are counted of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Dump,
    /// The script that pg_restore makes of it, without rows.
    Archive,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub sql: String,
    pub line: u64,
    pub origin: Origin,
    pub scope: Scope,
}

pub(super) fn place(line: u64, origin: Origin, what: &str) -> String {
    match origin {
        Origin::Dump => format!("line {line} of the dump: {what}"),
        Origin::Archive => format!("line {line} of the archive's script without rows: {what}"),
    }
}

/// Where all rows of a COPY lie.
#[derive(Debug, Clone)]
pub(super) enum RowsInFile {
    Members {
        file: Seekable,
        rows: RowsInMembers,
    },
    Block {
        archive: ArchiveFile,
        block: usize,
        /// Of the file.
        bytes: u64,
    },
}

impl RowsInFile {
    /// By which those of one file can be compared.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Members { rows, .. } => rows.bytes,
            Self::Block { bytes, .. } => *bytes,
        }
    }
}

/// Rows of a table, or of a part of it, as the index of the file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowsInMembers {
    pub members: Range<usize>,
    /// Bytes of rows, from the start of the first member on.
    pub bytes: u64,
    /// Lines before them, of the same table.
    pub lines_before: u64,
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
    /// The file's index is not that of its contents.
    Index,
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
    while let Some(piece) = piece(&mut sql, &mut input).map_err(Stop::Input)? {
        reader.feed(piece, &mut |step| {
            take(step, Origin::Dump, &mut runs, items)
        })?;
        if let Some(table) = reader.current_table() {
            progress.message(&table.to_string());
        }
    }
    reader.finish(&mut |step| take(step, Origin::Dump, &mut runs, items))
}

/// Reads all of the dump but its rows, which the file's index leads to.
pub(super) fn read_between_rows(
    seekable: &Seekable,
    options: LoadOptions,
    items: &mpsc::Sender<Item>,
) -> Result<ScriptReport, Stop> {
    let mut steps = Steps::new(options, items);
    let mut raw = Vec::new();
    for (position, section) in seekable.index().sections().iter().enumerate() {
        if !matches!(section.kind, Kind::Table(_)) {
            let mut members = seekable.members(section.members.clone());
            while members.next(&mut raw).map_err(Stop::Input)?.is_some() {
                steps.feed(&raw)?;
            }
            continue;
        }
        if steps.leaves_out_rows() {
            sections::pass_by(seekable, position, section, &mut steps)?;
            continue;
        }
        let behind = behind_rows(seekable, section)?;
        let all = section.raw_range.end - section.raw_range.start;
        let bytes = all.saturating_sub(behind.len() as u64);
        if !steps.skip_rows(section.rows, bytes)? {
            return Err(Stop::Index);
        }
        // None come through the scanner.
        steps.runs = None;
        let rows = RowsInFile::Members {
            file: seekable.clone(),
            rows: RowsInMembers {
                members: section.members.clone(),
                bytes,
                lines_before: 0,
            },
        };
        items.blocking_send(Item::Rows(rows)).or(Err(Stop::Gone))?;
        steps.feed(&behind)?;
    }
    steps.finish()
}

/// Reads all of the dump in its order, but for rows that are left out.
pub(super) fn read_in_order(
    seekable: &Seekable,
    options: LoadOptions,
    items: &mpsc::Sender<Item>,
) -> Result<ScriptReport, Stop> {
    let mut steps = Steps::new(options, items);
    sections::read(seekable, &mut steps)?;
    steps.finish()
}

/// A reader, and where its steps go.
struct Steps<'i> {
    reader: StepReader,
    runs: Option<RowRuns>,
    items: &'i mpsc::Sender<Item>,
}

impl<'i> Steps<'i> {
    fn new(options: LoadOptions, items: &'i mpsc::Sender<Item>) -> Self {
        Self {
            reader: StepReader::new(options),
            runs: None,
            items,
        }
    }

    fn finish(self) -> Result<ScriptReport, Stop> {
        let Self {
            reader,
            mut runs,
            items,
        } = self;
        reader.finish(&mut |step| take(step, Origin::Dump, &mut runs, items))
    }
}

impl Reading for Steps<'_> {
    type Error = Stop;

    fn feed(&mut self, sql: &[u8]) -> Result<(), Stop> {
        let Self {
            reader,
            runs,
            items,
        } = self;
        reader.feed(sql, &mut |step| take(step, Origin::Dump, runs, items))
    }

    fn leaves_out_rows(&self) -> bool {
        self.reader.leaves_out_rows()
    }

    fn skip_rows(&mut self, rows: u64, bytes: u64) -> Result<bool, Stop> {
        Ok(self.reader.skip_rows(rows, bytes))
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

/// What stands behind a table's last row in its section: nothing, or the line that ends COPY data.
fn behind_rows(seekable: &Seekable, section: &Section) -> Result<Vec<u8>, Stop> {
    let has_rows = |position: &usize| {
        let member = seekable.index().member(*position);
        member.is_some_and(|member| member.rows > 0)
    };
    let last = section.members.clone().rev().find(has_rows);
    let from = last.unwrap_or(section.members.start);
    let mut members = seekable.members(from..section.members.end);
    let (mut raw, mut behind) = (Vec::new(), Vec::new());
    while let Some(member) = members.peek(&mut raw).map_err(Stop::Input)? {
        let rows = usize::try_from(member.rows).unwrap_or(usize::MAX);
        let ends = memchr_iter(b'\n', &raw).nth(rows.wrapping_sub(1));
        let start = match (rows, ends) {
            (0, _) => 0,
            (_, Some(end)) => end + 1,
            (_, None) => return Err(Stop::Index),
        };
        behind.extend_from_slice(raw.get(start..).unwrap_or_default());
    }
    Ok(behind)
}

pub(super) fn take(
    step: Step<'_>,
    origin: Origin,
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
                origin,
                scope: sql.scope,
            }))
        }
        Step::CopyStart {
            copy,
            table,
            columns,
            is_plain,
            first_row,
        } => {
            *runs = Some(RowRuns::new(RUN));
            let sql = text_of(&copy)?;
            let copy = Copy::new(sql, table, columns, is_plain, first_row, origin);
            send(Item::Copy(copy))
        }
        Step::Rows(rows) => match runs {
            Some(runs) => runs.feed(rows, &mut |run| send(Item::Run(run))),
            None => Ok(()),
        },
        Step::CopyEnd { rows } => {
            if let Some(runs) = runs.take() {
                runs.finish(&mut |run| send(Item::Run(run)))?;
                if rows == 0 {
                    // Whether the server would take any is asked all the same.
                    send(Item::Run(RowRun {
                        bytes: Vec::new(),
                        lines_before: 0,
                        lines: 0,
                        ends_row: true,
                    }))?;
                }
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
        place(self.line, self.origin, &format!("{shown}{rest}"))
    }
}
