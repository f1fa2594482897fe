//! Makes an untrusted plain dump safe to load with psql.

use std::convert::Infallible;

use memchr::{memchr, memchr_iter};

use super::compatibility;
use super::scan::{
    Copy, CopyEndpoint, CopyFormat, Ending, Event, Fact, MetaCommand, Object, ObjectName,
    ObjectType, Scanner, Statement, StatementKind, TransactionControl,
};
use super::script_error::LoadError;
use super::script_pins::Pins;
use super::script_report::{Note, ScriptReport, TableLoad};
use super::script_statement;

/// What a dump may do while it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a permission of its own"
)]
pub struct LoadOptions {
    /// Of the server that is loaded into: settings that it does not know are left out. Without it, none are.
    pub server_major: Option<u32>,
    /// Let `COPY` read and write files of the server and run commands on it. Right for servers that hold nothing else.
    pub server_files: bool,
    /// Let the dump run code that it does not define: `DO` and `CALL`, which `pg_dump` never writes.
    pub code_blocks: bool,
    /// Let statements through that `pg_dump` does not write: other `SELECT`s than those that set sequences and write large
    /// objects, and whatever concerns roles, databases and the server as a whole.
    pub any_statement: bool,
    /// After each statement set `standard_conforming_strings` and `client_encoding` again, as the dump has them: code that
    /// the server runs for the dump could otherwise change them, and with them what psql takes for text and for commands.
    /// On by default; only a dump that is trusted can do without.
    pub pin_settings: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            server_major: None,
            server_files: false,
            code_blocks: false,
            any_statement: false,
            pin_settings: true,
        }
    }
}

/// Turns an untrusted plain dump into SQL for psql's standard input, to stand between the caller's `BEGIN;` and `COMMIT;`.
///
/// - `\restrict` and `\unrestrict`, which older versions of psql do not know, are left out; every other command of psql
///   is refused, wherever it stands.
/// - The dump's own bare `BEGIN;` and `COMMIT;` are left out, all other transaction control is refused.
/// - `COPY` from and to files and programs is refused unless the options allow it.
/// - `DO` and `CALL` are refused unless the options allow them.
/// - What psql and the server could read differently is refused: see [`Hazard`](super::Hazard).
/// - Empty statements are left out, and those that do not begin with a word are refused: psql forgets a `COPY` only at the
///   next word.
/// - After every statement the settings by which psql reads its input are set again: see [`LoadOptions::pin_settings`].
/// - What is left out leaves its line breaks, so that psql's line numbers are those of the dump.
///
/// The caller runs psql with `-X` and `ON_ERROR_STOP`, so that rows whose `COPY` failed are not taken for commands, and
/// after an error ends psql instead of its input: psql executes what it has at the end of its input. `COMMIT;` is only
/// right after [`LoadFilter::finish`] has returned a report.
///
/// psql must be of version 14 or later, which knows `BEGIN ATOMIC`.
#[derive(Debug)]
pub struct LoadFilter {
    scanner: Scanner,
    state: State,
    /// The dump ended at the end of a line, so far.
    line_end: bool,
}

/// What becomes of the statement that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Treatment {
    Drop,
    Pass,
    /// It can have run code of the dump.
    PassAndPin,
}

#[derive(Debug)]
struct State {
    options: LoadOptions,
    report: ScriptReport,
    header: bool,
    treatment: Treatment,
    pins: Pins,
    /// Nothing has been appended.
    fresh: bool,
    table: Option<ObjectName<'static>>,
    /// Of the last statement.
    line: u64,
}

impl LoadFilter {
    pub fn new(options: LoadOptions) -> Self {
        let state = State {
            options,
            report: ScriptReport::default(),
            header: false,
            treatment: Treatment::Pass,
            pins: Pins::default(),
            fresh: true,
            table: None,
            line: 1,
        };
        Self {
            scanner: Scanner::new(),
            state,
            line_end: true,
        }
    }

    /// Reads the next piece of the dump and appends what psql may be given of it.
    ///
    /// # Errors
    /// What the dump must not hold. Nothing of the statement that is refused has been appended, as long as it is shorter
    /// than 256 KiB. After an error the filter is of no further use.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), LoadError> {
        // psql reads lines as C strings: what comes after a zero byte it does not see, and may lose the end of the line.
        let zero = memchr(0, input);
        let text = zero.and_then(|index| input.get(..index)).unwrap_or(input);
        self.state.report.bytes = self
            .state
            .report
            .bytes
            .saturating_add(u64::try_from(input.len()).unwrap_or(u64::MAX));
        self.line_end = input.last().map_or(self.line_end, |last| *last == b'\n');
        output.reserve(text.len());
        let state = &mut self.state;
        self.scanner
            .feed(text, &mut |event| state.event(&event, output))?;
        if zero.is_some() {
            let position = self.scanner.position();
            return Err(LoadError::ZeroByte {
                line: position.line,
                offset: position.offset,
            });
        }
        Ok(())
    }

    /// Appends what is left and judges the dump as a whole.
    ///
    /// # Errors
    /// The dump is empty, no dump, or cut off.
    pub fn finish(mut self, output: &mut Vec<u8>) -> Result<ScriptReport, LoadError> {
        let position = self.scanner.position();
        let state = &mut self.state;
        if state.report.bytes == 0 {
            return Err(LoadError::Empty);
        }
        // A COPY that is cut off can't be read; that it is cut off is what has to be said.
        let mut refused = Ok(());
        let Ok(ending) = self.scanner.finish::<Infallible>(&mut |event| {
            if refused.is_ok() {
                refused = state.event(&event, output);
            }
            Ok(())
        });
        if !state.header {
            return refused.and(Err(LoadError::NotADump { line: 1 }));
        }
        match (&ending, refused) {
            (Ending::InStatement(start), Ok(()) | Err(LoadError::CopyUnreadable { .. })) => {
                return Err(LoadError::TruncatedInStatement { line: start.line });
            }
            (_, refused) => refused?,
        }
        match ending {
            Ending::InCopy(target) => Err(LoadError::TruncatedInCopy {
                table: target.table.to_string(),
                line: position.line,
                offset: state.report.bytes,
            }),
            Ending::InStatement(_) | Ending::InComment(_) => Err(LoadError::MissingTrailer {
                offset: state.report.bytes,
            }),
            Ending::Clean if !state.report.complete => Err(LoadError::MissingTrailer {
                offset: state.report.bytes,
            }),
            Ending::Clean => {
                // A comment must not swallow what the caller has to say next.
                if !self.line_end {
                    output.push(b'\n');
                }
                Ok(self.state.report)
            }
        }
    }

    /// Extensions that the dump has created so far.
    pub fn extensions(&self) -> &[String] {
        &self.state.report.extensions
    }

    /// Rows have come. `pg_dump` writes extensions and definitions before them.
    pub fn has_rows(&self) -> bool {
        let report = &self.state.report;
        self.state.table.is_some() || !report.tables.is_empty() || report.inserts > 0
    }

    /// The table whose rows are being read.
    pub fn current_table(&self) -> Option<&ObjectName<'static>> {
        self.state.table.as_ref()
    }
}

impl State {
    fn event(&mut self, event: &Event<'_>, output: &mut Vec<u8>) -> Result<(), LoadError> {
        if std::mem::take(&mut self.fresh) && self.options.pin_settings {
            self.pins.append_to(output);
        }
        match event {
            // psql would only skip the mark on the first line, which is the caller's.
            Event::Blank(text) => {
                output.extend_from_slice(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
            }
            Event::Comment(text)
            | Event::Rows(text)
            | Event::CopyEnd {
                terminator: text, ..
            } => {
                output.extend_from_slice(text);
            }
            Event::StatementText(text) if self.treatment == Treatment::Drop => {
                keep_lines(text, output);
            }
            Event::StatementText(text) => output.extend_from_slice(text),
            // Of a COPY from standard input too: psql runs the rest of its line after its rows.
            Event::StatementEnd
                if self.treatment == Treatment::PassAndPin && self.options.pin_settings =>
            {
                self.pins.append_to(output);
            }
            Event::StatementEnd => {}
            Event::MetaCommand(command) => {
                self.meta_command(command)?;
                keep_lines(command.text, output);
            }
            Event::StatementStart(statement) => self.statement(statement)?,
            Event::Fact(fact) => self.fact(fact)?,
            Event::Hazard(hazard, position) => {
                return Err(LoadError::Ambiguous {
                    line: position.line,
                    hazard: *hazard,
                });
            }
            Event::CopyStart(target) => self.table = Some(target.table.clone()),
        }
        if let Event::CopyEnd { rows, bytes, .. } = event
            && let Some(table) = self.table.take()
        {
            self.report.tables.push(TableLoad {
                table,
                rows: *rows,
                bytes: *bytes,
            });
        }
        Ok(())
    }

    fn fact(&mut self, fact: &Fact<'_>) -> Result<(), LoadError> {
        let text = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
        match fact {
            Fact::Header => self.header = true,
            Fact::ServerVersion(version) => self.report.server_version = text(version),
            Fact::DumpVersion(version) => self.report.dump_version = text(version),
            Fact::ClientEncoding { name, ascii_safe } => {
                if self.pins.set_encoding(name) && *ascii_safe {
                    self.report.encoding = text(name);
                    return Ok(());
                }
                return Err(LoadError::Encoding {
                    line: self.line,
                    encoding: shown(name),
                });
            }
            Fact::StandardStrings(value) => self.pins.set_standard_strings(*value),
            Fact::Complete => self.report.complete = true,
        }
        Ok(())
    }

    fn meta_command(&mut self, command: &MetaCommand<'_>) -> Result<(), LoadError> {
        let line = command.position.line;
        if !self.header {
            return Err(LoadError::NotADump { line });
        }
        let mut words = command
            .text
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let name = words.next().unwrap_or_default();
        // The key is of letters and digits: anything else could be a backquote, a variable or a second command.
        let key = words
            .next()
            .is_some_and(|key| key.iter().all(u8::is_ascii_alphanumeric));
        let alone = words.next().is_none()
            && command.starts_line
            && !command.in_statement
            && !command.continued;
        if key && alone && (name == b"\\restrict" || name == b"\\unrestrict") {
            return Ok(());
        }
        Err(LoadError::MetaCommand {
            line,
            command: shown(name),
        })
    }

    fn statement(&mut self, statement: &Statement<'_>) -> Result<(), LoadError> {
        let line = statement.position.line;
        if !self.header {
            return Err(LoadError::NotADump { line });
        }
        self.line = line;
        self.report.statements = self.report.statements.saturating_add(1);
        // A second dump behind the first has to have its own end.
        self.report.complete = false;
        // Either a command of psql interrupts it or the input has ended. Both are errors, and psql would execute what it has.
        let interrupted = !statement.complete && statement.text.len() < Scanner::HOLD_LIMIT;
        self.treatment = match &statement.kind {
            _ if interrupted => Treatment::Drop,
            StatementKind::Set(_) => Treatment::Pass,
            _ => Treatment::PassAndPin,
        };
        if let StatementKind::Create(Object {
            object_type: ObjectType::Extension,
            name: Some(name),
        }) = &statement.kind
        {
            let name = shown(&name.name);
            if !self.report.extensions.contains(&name) {
                self.report.extensions.push(name);
            }
        }
        match &statement.kind {
            StatementKind::Transaction(control) => {
                let bare = matches!(
                    control,
                    TransactionControl::Begin | TransactionControl::Commit
                );
                if !bare || !statement.starts_line {
                    return Err(LoadError::TransactionControl {
                        line,
                        statement: shown(statement.text),
                    });
                }
                self.treatment = Treatment::Drop;
                if !self
                    .report
                    .notes
                    .iter()
                    .any(|note| matches!(note, Note::TransactionDropped { .. }))
                {
                    self.report.notes.push(Note::TransactionDropped { line });
                }
            }
            StatementKind::Copy(copy) => self.copy(copy, line)?,
            StatementKind::Set(setting) => {
                if let Some(major) = self.options.server_major
                    && let Some(since) = compatibility::unknown_setting(&setting.name, major)
                {
                    self.treatment = Treatment::Drop;
                    let name = shown(&setting.name);
                    let known = |note: &Note| matches!(note, Note::SettingDropped { name: other, .. } if *other == name);
                    if !self.report.notes.iter().any(known) {
                        self.report
                            .notes
                            .push(Note::SettingDropped { line, name, since });
                    }
                }
            }
            // After a COPY, psql from 17.11 and 18.6 on takes these for a COPY that failed and skips to the next line that
            // is \., which may stand inside a string: the next unquoted word outside parentheses ends that.
            StatementKind::Empty => self.treatment = Treatment::Drop,
            StatementKind::Other(b"") => return Err(LoadError::NoKeyword { line }),
            StatementKind::Do if !self.options.code_blocks => {
                return Err(LoadError::CodeBlock { line });
            }
            StatementKind::Other(word)
                if !self.options.code_blocks && word.eq_ignore_ascii_case(b"CALL") =>
            {
                return Err(LoadError::CodeBlock { line });
            }
            StatementKind::Insert(_) => self.report.inserts = self.report.inserts.saturating_add(1),
            StatementKind::Alter(_) if script_statement::drops_constraint_of_domain(statement) => {
                self.treatment = Treatment::Drop;
            }
            StatementKind::Other(word) if word.eq_ignore_ascii_case(b"CALL") => {}
            _ if !self.options.any_statement && !script_statement::is_pg_dumps(statement) => {
                return Err(LoadError::Statement {
                    line,
                    statement: shown(statement.text),
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn copy(&self, copy: &Copy<'_>, line: u64) -> Result<(), LoadError> {
        let table = || {
            copy.table
                .as_ref()
                .map_or_else(String::new, ToString::to_string)
        };
        match copy.endpoint {
            CopyEndpoint::FromStdin if copy.format == CopyFormat::Binary => {
                Err(LoadError::CopyBinary { line })
            }
            CopyEndpoint::FromStdin => Ok(()),
            CopyEndpoint::Unreadable => Err(LoadError::CopyUnreadable { line }),
            _ if self.options.server_files => Ok(()),
            CopyEndpoint::FromProgram => Err(LoadError::CopyProgram {
                line,
                table: table(),
            }),
            CopyEndpoint::FromFile => Err(LoadError::CopyFile {
                line,
                table: table(),
            }),
            CopyEndpoint::To => Err(LoadError::CopyTo { line }),
        }
    }
}

fn keep_lines(text: &[u8], output: &mut Vec<u8>) {
    output.extend(memchr_iter(b'\n', text).map(|_| b'\n'));
}

/// The beginning of something untrusted, for an error: nothing in it moves a terminal's cursor.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text.get(..64).unwrap_or(text));
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}
