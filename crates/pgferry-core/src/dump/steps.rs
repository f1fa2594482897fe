//! A plain dump as steps for a client that speaks to the server itself.

use memchr::memchr_iter;

use super::concurrency::{Scope, Scopes};
use super::scan::{Event, Fact, ObjectName, StatementKind};
use super::script::LoadOptions;
use super::script_error::LoadError;
use super::script_judge::{Judge, JudgedScanner, Treatment};
use super::script_report::ScriptReport;

/// One step of a load, in the order of the dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    Statement(Sql<'a>),
    /// The statement before has set `client_encoding`, to this.
    Encoding(&'a [u8]),
    /// `COPY … FROM stdin`, whose rows follow.
    CopyStart {
        copy: Sql<'a>,
        table: &'a ObjectName<'static>,
        /// As [`CopyTarget`](super::CopyTarget) has them.
        columns: &'a [Vec<u8>],
        /// The dump has made the table, and it holds its rows itself: it is not partitioned, and not foreign.
        is_plain: bool,
        /// Line of the dump on which its first row stands.
        first_row: u64,
    },
    /// COPY data, in runs as they come. A run starts and ends anywhere.
    Rows(&'a [u8]),
    CopyEnd {
        /// Lines of data.
        rows: u64,
    },
}

/// The text of a whole statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql<'a> {
    /// In the dump's encoding, with its semicolon.
    pub text: &'a [u8],
    /// Of the dump, on which it begins.
    pub line: u64,
    pub scope: Scope,
}

/// Turns an untrusted plain dump into [`Step`]s.
///
/// The same is refused as by [`LoadFilter`](super::LoadFilter), and the same is left out, but for the dump's own `BEGIN` and
/// `COMMIT`, which come with scopes of their own. The caller sends each statement by itself, in a way that the server takes
/// one statement only: code that the dump defines can change how the server reads strings, and so where it sees the end of
/// a statement. Nothing has been restored before [`StepReader::finish`] has returned a report.
///
/// Memory: the statement that is being read is held whole.
#[derive(Debug)]
pub struct StepReader {
    scanner: JudgedScanner,
    pending: Pending,
}

/// The statement that is being read.
#[derive(Debug)]
struct Pending {
    text: Vec<u8>,
    line: u64,
    scope: Scope,
    scopes: Scopes,
    standard_strings: bool,
    /// It is a COPY from standard input and has ended.
    is_copy: bool,
}

impl StepReader {
    pub fn new(options: LoadOptions) -> Self {
        Self {
            scanner: JudgedScanner::new(options),
            pending: Pending {
                text: Vec::new(),
                line: 1,
                scope: Scope::Alone,
                scopes: Scopes::default(),
                standard_strings: true,
                is_copy: false,
            },
        }
    }

    /// Reads the next piece of the dump.
    ///
    /// # Errors
    /// What the dump must not hold, or the sink's. After an error the reader is of no further use.
    pub fn feed<E: From<LoadError>>(
        &mut self,
        input: &[u8],
        sink: &mut dyn FnMut(Step<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let pending = &mut self.pending;
        self.scanner
            .feed(input, &mut |event, judge| pending.event(event, judge, sink))
    }

    /// Goes past rows of the table whose rows come now, which the caller loads from elsewhere in the file: so many lines, so
    /// many bytes, as the file's index has them. They count as if they had been fed. Returns false when no rows can come
    /// here, so that the index is not this dump's.
    #[must_use]
    pub fn skip_rows(&mut self, rows: u64, bytes: u64) -> bool {
        self.scanner.skip_rows(rows, bytes)
    }

    /// The rows that come now are left out.
    pub fn leaves_out_rows(&self) -> bool {
        self.scanner.leaves_out_rows()
    }

    /// Gives the last steps and judges the dump as a whole.
    ///
    /// # Errors
    /// The dump is empty, no dump, or cut off; or the sink's.
    pub fn finish<E: From<LoadError>>(
        mut self,
        sink: &mut dyn FnMut(Step<'_>) -> Result<(), E>,
    ) -> Result<ScriptReport, E> {
        let pending = &mut self.pending;
        self.scanner
            .finish(&mut |event, judge| pending.event(event, judge, sink))
    }

    /// The table whose rows are being read.
    pub fn current_table(&self) -> Option<&ObjectName<'static>> {
        self.scanner.judge().table()
    }
}

impl Pending {
    fn event<E>(
        &mut self,
        event: &Event<'_>,
        judge: &Judge,
        sink: &mut dyn FnMut(Step<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match event {
            Event::StatementStart(statement) => {
                self.text.clear();
                self.line = statement.position.line;
                self.scope = self.scopes.of(statement, self.standard_strings);
                self.is_copy = matches!(statement.kind, StatementKind::Copy(_));
                Ok(())
            }
            Event::StatementText(text) => {
                self.text.extend_from_slice(text);
                Ok(())
            }
            Event::StatementEnd if self.is_copy => Ok(()),
            Event::StatementEnd => {
                let is_transaction = matches!(self.scope, Scope::Begin | Scope::Commit);
                if judge.treatment() == Treatment::Drop && !is_transaction {
                    return Ok(());
                }
                sink(Step::Statement(self.sql()))
            }
            Event::CopyStart(_) | Event::Rows(_) | Event::CopyEnd { .. }
                if judge.leaves_out_rows() =>
            {
                Ok(())
            }
            Event::CopyStart(target) => {
                let breaks = memchr_iter(b'\n', &self.text).count();
                let lines = u64::try_from(breaks).unwrap_or(u64::MAX);
                sink(Step::CopyStart {
                    copy: self.sql(),
                    table: &target.table,
                    columns: &target.columns,
                    is_plain: self.scopes.has_made(&target.table),
                    first_row: self.line.saturating_add(lines).saturating_add(1),
                })
            }
            Event::Rows(rows) => sink(Step::Rows(rows)),
            Event::CopyEnd { rows, .. } => sink(Step::CopyEnd { rows: *rows }),
            Event::Fact(Fact::StandardStrings(value)) => {
                self.standard_strings = *value;
                Ok(())
            }
            Event::Fact(Fact::ClientEncoding { name, .. }) => sink(Step::Encoding(name)),
            Event::Blank(_)
            | Event::Comment(_)
            | Event::Fact(_)
            | Event::Hazard(..)
            | Event::MetaCommand(_) => Ok(()),
        }
    }

    fn sql(&self) -> Sql<'_> {
        Sql {
            text: &self.text,
            line: self.line,
            scope: self.scope.clone(),
        }
    }
}
