//! What of an untrusted plain dump may reach a server, whoever carries it there.

use memchr::memchr;

use super::compatibility;
use super::parts::Names;
use super::scan::{
    Copy, CopyEndpoint, CopyFormat, Ending, Event, Fact, MetaCommand, Object, ObjectName,
    ObjectType, Scanner, Statement, StatementKind, TransactionControl,
};
use super::script::LoadOptions;
use super::script_error::LoadError;
use super::script_pins::Pins;
use super::script_report::{Note, ScriptReport, TableLoad};
use super::script_statement;

/// What becomes of the statement that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    Drop,
    Pass,
    /// It can have run code of the dump.
    PassAndPin,
}

/// Follows a scanner's events and refuses what a dump must not do.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) options: LoadOptions,
    pub(super) report: ScriptReport,
    pub(super) pins: Pins,
    treatment: Treatment,
    header: bool,
    table: Option<ObjectName<'static>>,
    names: Names,
    /// Of the last statement.
    line: u64,
}

impl Judge {
    pub(super) fn new(options: LoadOptions) -> Self {
        Self {
            options,
            report: ScriptReport::default(),
            pins: Pins::default(),
            treatment: Treatment::Pass,
            header: false,
            table: None,
            names: Names::new(),
            line: 1,
        }
    }

    /// Of the statement that was begun last.
    pub(super) fn treatment(&self) -> Treatment {
        self.treatment
    }

    /// The table whose rows are being read.
    pub(super) fn table(&self) -> Option<&ObjectName<'static>> {
        self.table.as_ref()
    }

    /// Of events of rows: these are left out.
    pub(super) fn leaves_out_rows(&self) -> bool {
        self.treatment == Treatment::Drop
    }

    /// # Errors
    /// What the dump must not hold.
    pub(super) fn event(&mut self, event: &Event<'_>) -> Result<(), LoadError> {
        match event {
            Event::MetaCommand(command) => self.meta_command(command),
            Event::StatementStart(statement) => self.statement(statement),
            Event::Fact(fact) => self.fact(fact),
            Event::Hazard(hazard, position) => Err(LoadError::Ambiguous {
                line: position.line,
                hazard: *hazard,
            }),
            Event::CopyStart(target) => {
                self.table = Some(target.table.clone());
                Ok(())
            }
            Event::CopyEnd { rows, bytes, .. } => {
                if let Some(table) = self.table.take() {
                    let load = TableLoad {
                        table,
                        rows: *rows,
                        bytes: *bytes,
                    };
                    if self.leaves_out_rows() {
                        self.report.left_out.push(load);
                    } else {
                        self.report.tables.push(load);
                    }
                }
                Ok(())
            }
            Event::Blank(_)
            | Event::Comment(_)
            | Event::StatementText(_)
            | Event::StatementEnd
            | Event::Rows(_) => Ok(()),
        }
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
            Fact::StandardStrings(value) => {
                self.pins.set_standard_strings(*value);
                self.names.set_standard_strings(*value);
            }
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
        let is_left_out = self.is_left_out(statement);
        if let StatementKind::Create(Object {
            object_type: ObjectType::Extension,
            name: Some(name),
        }) = &statement.kind
            && !is_left_out
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
            StatementKind::Insert(_) if is_left_out => {}
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
        if is_left_out {
            self.treatment = Treatment::Drop;
        }
        Ok(())
    }

    fn is_left_out(&mut self, statement: &Statement<'_>) -> bool {
        let Some(parts) = &self.options.parts else {
            return false;
        };
        self.names.follow(statement);
        !parts.keeps(statement, &self.names)
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

/// Takes an event, and what was judged of the dump up to and including it.
pub(super) type Sink<'s, E> = dyn FnMut(&Event<'_>, &Judge) -> Result<(), E> + 's;

/// A scanner whose events have passed a [`Judge`].
#[derive(Debug)]
pub(super) struct JudgedScanner {
    scanner: Scanner,
    judge: Judge,
}

impl JudgedScanner {
    pub(super) fn new(options: LoadOptions) -> Self {
        Self {
            scanner: Scanner::new(),
            judge: Judge::new(options),
        }
    }

    pub(super) fn judge(&self) -> &Judge {
        &self.judge
    }

    /// Reads the next piece of the dump.
    ///
    /// # Errors
    /// What the dump must not hold, or the sink's. The event that is refused does not reach the sink.
    pub(super) fn feed<E: From<LoadError>>(
        &mut self,
        input: &[u8],
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        // psql reads lines as C strings: what comes after a zero byte it does not see, and may lose the end of the line.
        let zero = memchr(0, input);
        let text = zero.and_then(|index| input.get(..index)).unwrap_or(input);
        let Self { scanner, judge } = self;
        let length = u64::try_from(input.len()).unwrap_or(u64::MAX);
        judge.report.bytes = judge.report.bytes.saturating_add(length);
        scanner.feed(text, &mut |event| {
            judge.event(&event)?;
            sink(&event, judge)
        })?;
        if zero.is_some() {
            let position = scanner.position();
            return Err(E::from(LoadError::ZeroByte {
                line: position.line,
                offset: position.offset,
            }));
        }
        Ok(())
    }

    /// Rows come next, and are left out.
    pub(super) fn leaves_out_rows(&self) -> bool {
        self.judge.table.is_some() && self.judge.leaves_out_rows()
    }

    /// Goes past rows that somebody else has read: see [`Scanner::skip_rows`].
    pub(super) fn skip_rows(&mut self, rows: u64, bytes: u64) -> bool {
        let skipped = self.scanner.skip_rows(rows, bytes);
        if skipped {
            self.judge.report.bytes = self.judge.report.bytes.saturating_add(bytes);
        }
        skipped
    }

    /// Judges the dump as a whole.
    ///
    /// # Errors
    /// The dump is empty, no dump, or cut off; or the sink's.
    pub(super) fn finish<E: From<LoadError>>(
        self,
        sink: &mut Sink<'_, E>,
    ) -> Result<ScriptReport, E> {
        let Self { scanner, mut judge } = self;
        let position = scanner.position();
        if judge.report.bytes == 0 {
            return Err(E::from(LoadError::Empty));
        }
        // A COPY that is cut off can't be read; that it is cut off is what has to be said.
        let mut refused = Ok(());
        let ending = scanner.finish::<E>(&mut |event| {
            if refused.is_ok() {
                refused = judge.event(&event);
                if refused.is_ok() {
                    sink(&event, &judge)?;
                }
            }
            Ok(())
        })?;
        if !judge.header {
            return Err(E::from(
                refused.err().unwrap_or(LoadError::NotADump { line: 1 }),
            ));
        }
        match (&ending, refused) {
            (Ending::InStatement(start), Ok(()) | Err(LoadError::CopyUnreadable { .. })) => {
                return Err(E::from(LoadError::TruncatedInStatement {
                    line: start.line,
                }));
            }
            (_, refused) => refused?,
        }
        let offset = judge.report.bytes;
        match ending {
            Ending::InCopy(target) => Err(E::from(LoadError::TruncatedInCopy {
                table: target.table.to_string(),
                line: position.line,
                offset,
            })),
            Ending::Clean if judge.report.complete => Ok(judge.report),
            Ending::InStatement(_) | Ending::InComment(_) | Ending::Clean => {
                Err(E::from(LoadError::MissingTrailer { offset }))
            }
        }
    }
}

/// The beginning of something untrusted, for an error: nothing in it moves a terminal's cursor.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text.get(..64).unwrap_or(text));
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}
