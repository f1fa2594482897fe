//! The parts put together over pieces of input.
//!
//! The scanner is always inside one unit: white space, a comment, a statement, a meta-command or rows. What of a unit came
//! with earlier pieces and could not be reported yet is held, 256 KiB at most; everything else is reported from the
//! caller's bytes without a copy.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::classify::classify;
use super::event::{
    CopyEndpoint, CopyTarget, Ending, Event, Fact, Hazard, MetaCommand, Position, Setting,
    Statement, StatementKind,
};
use super::lexer::{Lexer, Stop};
use super::rows;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const ENCODINGS_WITH_ASCII_IN_CHARACTERS: [&[u8]; 13] = [
    b"BIG5",
    b"WIN950",
    b"GB18030",
    b"GBK",
    b"WIN936",
    b"JOHAB",
    b"SHIFTJIS2004",
    b"SJIS",
    b"SHIFTJIS",
    b"MSKANJI",
    b"WIN932",
    b"UHC",
    b"WIN949",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Between statements.
    Outside,
    /// At the start of the input, in what may be a byte order mark.
    Mark,
    /// After `-` or `/` between statements.
    Opening,
    LineComment,
    BlockComment,
    Statement,
    MetaCommand {
        in_statement: bool,
    },
    Rows,
}

/// What the scanner has to do when the statement ends.
#[derive(Debug, Clone)]
enum Effect {
    None,
    Copy(CopyTarget),
    StandardStrings(bool),
    Encoding { name: Vec<u8>, ascii_safe: bool },
}

/// Many functions hand events on; as a trait object it is compiled once.
type Sink<'s, E> = dyn FnMut(Event<'_>) -> Result<(), E> + 's;

/// The push parser of plain SQL dumps: see the [module's](crate::dump) words on what it guarantees.
///
/// A scanner whose sink has returned an error is of no further use.
#[derive(Debug, Clone)]
pub struct Scanner {
    unit: Unit,
    lexer: Lexer,
    finder: memmem::Finder<'static>,
    /// What of the unit has been read and not been reported.
    held: Vec<u8>,
    /// The unit's first event has been reported; nothing of it is held any more.
    started: bool,
    /// Of the first byte that has not been reported.
    position: Position,
    /// The unit's first byte.
    unit_position: Position,
    unit_starts_line: bool,
    /// The statement that a meta-command interrupts.
    statement_position: Position,
    line_start: bool,
    hazard: Option<(Hazard, Position)>,
    effect: Effect,
    /// The table whose rows come after the end of this line, or those that are being read.
    copy: Option<CopyTarget>,
    rows: u64,
    row_bytes: u64,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// A statement, comment or meta-command is looked at as a whole up to this many bytes. A `COPY` of the most columns a
    /// table can have, each with the longest name, takes 110 KB.
    pub const HOLD_LIMIT: usize = 256 * 1024;

    pub fn new() -> Self {
        Self {
            unit: Unit::Mark,
            lexer: Lexer::new(),
            finder: rows::finder(),
            held: Vec::new(),
            started: false,
            position: Position::START,
            unit_position: Position::START,
            unit_starts_line: true,
            statement_position: Position::START,
            line_start: true,
            hazard: None,
            effect: Effect::None,
            copy: None,
            rows: 0,
            row_bytes: 0,
        }
    }

    /// The place of the byte that will be fed next.
    pub fn position(&self) -> Position {
        advanced(self.position, &self.held)
    }

    /// Reads the next piece of the dump and passes on what it tells.
    ///
    /// # Errors
    /// Only what `sink` returns; no input is an error to the scanner.
    pub fn feed<E>(
        &mut self,
        input: &[u8],
        sink: &mut impl FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = input;
        while !rest.is_empty() {
            let consumed = match self.unit {
                Unit::Outside => self.outside(rest, sink)?,
                Unit::Mark => self.mark(rest, sink)?,
                Unit::Opening => self.opening(rest),
                Unit::LineComment => self.line_comment(rest, sink)?,
                Unit::BlockComment => self.block_comment(rest, sink)?,
                Unit::Statement => self.statement(rest, sink)?,
                Unit::MetaCommand { in_statement } => {
                    self.meta_command(rest, in_statement, sink)?
                }
                Unit::Rows => self.copy_rows(rest, sink)?,
            };
            rest = rest.get(consumed..).unwrap_or_default();
        }
        Ok(())
    }

    /// Reports what is still held and says in what state the input ends.
    ///
    /// psql executes a statement at the end of its input even without a semicolon.
    ///
    /// # Errors
    /// Only what `sink` returns.
    pub fn finish<E>(
        mut self,
        sink: &mut impl FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Ending, E> {
        let in_statement = Ending::InStatement(self.statement_position);
        match self.unit {
            Unit::Outside => {}
            Unit::Mark if self.held.is_empty() => {}
            Unit::Mark | Unit::Opening => {
                self.begin_statement();
                self.start_statement(false, sink)?;
                return Ok(Ending::InStatement(self.unit_position));
            }
            Unit::Statement => {
                self.start_statement(false, sink)?;
                return Ok(in_statement);
            }
            Unit::LineComment => self.end_comment(&[], sink)?,
            Unit::BlockComment => {
                self.end_comment(&[], sink)?;
                return Ok(Ending::InComment(self.unit_position));
            }
            Unit::MetaCommand {
                in_statement: inside,
            } => {
                self.end_meta_command(&[], inside, sink)?;
                if inside {
                    return Ok(in_statement);
                }
            }
            Unit::Rows => {
                let held = std::mem::take(&mut self.held);
                self.report_rows(&held, sink)?;
            }
        }
        Ok(self.copy.map_or(Ending::Clean, Ending::InCopy))
    }

    fn report<E>(&mut self, event: Event<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
        let raw = event.raw();
        sink(event)?;
        if let Some(last) = raw.last() {
            self.line_start = *last == b'\n';
            self.position = advanced(self.position, raw);
        }
        Ok(())
    }

    fn begin_unit(&mut self, unit: Unit) {
        self.unit = unit;
        self.started = false;
        self.unit_position = self.position;
        self.unit_starts_line = self.line_start;
    }

    fn begin_statement(&mut self) {
        self.begin_unit(Unit::Statement);
        self.statement_position = self.position;
        self.lexer.begin_statement();
    }

    fn outside<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        let line_end = memchr(b'\n', input).map_or(input.len(), |index| index + 1);
        let limit = if self.copy.is_some() {
            line_end
        } else {
            input.len()
        };
        let blank = input
            .iter()
            .take(limit)
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c'))
            .count();
        if let Some(raw) = input.get(..blank)
            && blank > 0
        {
            self.report(Event::Blank(raw), sink)?;
            if memchr(b'\n', raw).is_some() {
                self.lexer.end_line();
                self.begin_rows(sink)?;
            }
            return Ok(blank);
        }
        if self.copy.is_some() {
            self.hazard
                .get_or_insert((Hazard::TextAfterCopy, self.position));
            self.report_hazard(sink)?;
        }
        match input.first() {
            Some(b'\\') => self.begin_unit(Unit::MetaCommand {
                in_statement: false,
            }),
            Some(byte @ (b'-' | b'/')) => {
                self.begin_unit(Unit::Opening);
                self.held.push(*byte);
                return Ok(1);
            }
            _ => self.begin_statement(),
        }
        Ok(0)
    }

    /// psql skips a byte order mark in front of the first line.
    fn mark<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        let byte = input.first().copied();
        if byte == BYTE_ORDER_MARK.get(self.held.len()).copied() {
            self.held.extend(byte);
            if self.held.len() == BYTE_ORDER_MARK.len() {
                let held = std::mem::take(&mut self.held);
                self.unit = Unit::Outside;
                self.report(Event::Blank(&held), sink)?;
                self.line_start = true;
            }
            return Ok(1);
        }
        if self.held.is_empty() {
            self.unit = Unit::Outside;
        } else {
            self.begin_statement();
            self.lexer.run(&self.held, 0);
        }
        Ok(0)
    }

    fn opening(&mut self, input: &[u8]) -> usize {
        let second = input.first().copied().unwrap_or_default();
        match (self.held.first(), second) {
            (Some(b'-'), b'-') => self.begin_unit(Unit::LineComment),
            (Some(b'/'), b'*') => {
                self.begin_unit(Unit::BlockComment);
                self.lexer.begin_comment();
            }
            _ => {
                // An operator, which no statement begins with: the lexer has nothing to remember of it.
                self.begin_statement();
                return 0;
            }
        }
        self.held.push(second);
        1
    }

    fn line_comment<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        match memchr2(b'\n', b'\r', input) {
            None => {
                self.comment(input, sink)?;
                Ok(input.len())
            }
            Some(end) => {
                self.end_comment(input.get(..end).unwrap_or_default(), sink)?;
                self.unit = Unit::Outside;
                Ok(end)
            }
        }
    }

    fn block_comment<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        let (end, stop) = self.lexer.run(input, 0);
        let text = input.get(..end).unwrap_or_default();
        if stop == Stop::CommentEnd {
            self.end_comment(text, sink)?;
            self.unit = Unit::Outside;
        } else {
            self.comment(text, sink)?;
        }
        Ok(end)
    }

    fn comment<E>(&mut self, text: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        if self.started {
            return if text.is_empty() {
                Ok(())
            } else {
                self.report(Event::Comment(text), sink)
            };
        }
        if self.held.len().saturating_add(text.len()) <= Self::HOLD_LIMIT {
            self.held.extend_from_slice(text);
            return Ok(());
        }
        self.started = true;
        let held = std::mem::take(&mut self.held);
        self.report(Event::Comment(&held), sink)?;
        self.report(Event::Comment(text), sink)
    }

    fn end_comment<E>(&mut self, text: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        self.comment(text, sink)?;
        if self.started {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        if self.unit_starts_line
            && let Some(fact) = fact(&held)
        {
            self.report(Event::Fact(fact), sink)?;
        }
        self.report(Event::Comment(&held), sink)?;
        held.clear();
        self.held = held;
        Ok(())
    }

    fn statement<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        let (end, stop) = self.lexer.run(input, 0);
        let text = input.get(..end).unwrap_or_default();
        if !self.started
            && self.held.is_empty()
            && stop == Stop::Semicolon
            && text.len() <= Self::HOLD_LIMIT
        {
            self.report_start(text, true, sink)?;
            self.report(Event::StatementText(text), sink)?;
            self.end_statement(sink)?;
            return Ok(end);
        }
        self.statement_text(text, sink)?;
        match stop {
            Stop::Input | Stop::CommentEnd => {}
            Stop::Semicolon => {
                self.start_statement(true, sink)?;
                self.end_statement(sink)?;
            }
            Stop::Backslash => {
                self.start_statement(false, sink)?;
                self.begin_unit(Unit::MetaCommand { in_statement: true });
            }
            Stop::Hazard(hazard) => {
                let position = advanced(self.position, &self.held);
                self.hazard.get_or_insert((hazard, position));
                if self.started {
                    self.report_hazard(sink)?;
                }
            }
        }
        Ok(end)
    }

    fn statement_text<E>(&mut self, text: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        let mut text = text;
        if !self.started {
            let room = Self::HOLD_LIMIT.saturating_sub(self.held.len());
            let (fits, more) = text.split_at_checked(room).unwrap_or((text, &[]));
            self.held.extend_from_slice(fits);
            if more.is_empty() {
                return Ok(());
            }
            self.start_statement(false, sink)?;
            text = more;
        }
        if text.is_empty() {
            Ok(())
        } else {
            self.report(Event::StatementText(text), sink)
        }
    }

    /// Reports the statement's beginning and what is held of its text, unless that is done.
    fn start_statement<E>(&mut self, complete: bool, sink: &mut Sink<'_, E>) -> Result<(), E> {
        if self.started {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        self.report_start(&held, complete, sink)?;
        self.report(Event::StatementText(&held), sink)?;
        held.clear();
        self.held = held;
        Ok(())
    }

    fn report_hazard<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        match self.hazard.take() {
            Some((hazard, position)) => self.report(Event::Hazard(hazard, position), sink),
            None => Ok(()),
        }
    }

    fn report_start<E>(
        &mut self,
        text: &[u8],
        complete: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        self.report_hazard(sink)?;
        let kind = classify(text, complete, self.lexer.standard_strings());
        self.effect = self.effect_of(&kind);
        let statement = Statement {
            kind,
            text,
            position: self.statement_position,
            starts_line: self.unit_starts_line,
            complete,
        };
        self.started = true;
        self.report(Event::StatementStart(statement), sink)
    }

    fn effect_of(&self, kind: &StatementKind<'_>) -> Effect {
        match kind {
            StatementKind::Copy(copy) if copy.endpoint == CopyEndpoint::FromStdin => {
                let Some(table) = copy.table.clone() else {
                    return Effect::None;
                };
                Effect::Copy(CopyTarget {
                    table: table.into_owned(),
                    columns: copy.columns.iter().map(|column| column.to_vec()).collect(),
                    format: copy.format,
                    position: self.statement_position,
                })
            }
            StatementKind::Set(Setting { name, value })
                if **name == *b"standard_conforming_strings" =>
            {
                Effect::StandardStrings(!value.as_deref().is_some_and(is_false))
            }
            StatementKind::Set(Setting {
                name,
                value: Some(value),
            }) if **name == *b"client_encoding" => Effect::Encoding {
                name: value.to_vec(),
                ascii_safe: is_ascii_safe(value),
            },
            _ => Effect::None,
        }
    }

    fn end_statement<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        self.unit = Unit::Outside;
        self.report_hazard(sink)?;
        self.report(Event::StatementEnd, sink)?;
        match std::mem::replace(&mut self.effect, Effect::None) {
            Effect::None => Ok(()),
            Effect::Copy(target) => {
                self.copy = Some(target);
                Ok(())
            }
            Effect::StandardStrings(value) => {
                self.lexer.set_standard_strings(value);
                self.report(Event::Fact(Fact::StandardStrings(value)), sink)
            }
            Effect::Encoding { name, ascii_safe } => self.report(
                Event::Fact(Fact::ClientEncoding {
                    name: Cow::Borrowed(&name),
                    ascii_safe,
                }),
                sink,
            ),
        }
    }

    fn meta_command<E>(
        &mut self,
        input: &[u8],
        in_statement: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<usize, E> {
        if !self.started && self.held.len() < 2 {
            // `\;` and `\:` are no commands: they stand for the second character.
            let first = input.first().copied();
            match (self.held.len(), first) {
                (1, Some(b';' | b':')) => {
                    self.escaped_symbol(input.get(..1).unwrap_or_default(), in_statement, sink)?;
                    return Ok(1);
                }
                (1, Some(b'\n')) => {}
                _ => {
                    self.held.extend(first);
                    return Ok(1);
                }
            }
        }
        match memchr(b'\n', input) {
            None => {
                self.meta_command_text(input, in_statement, sink)?;
                Ok(input.len())
            }
            Some(end) => {
                self.end_meta_command(input.get(..end).unwrap_or_default(), in_statement, sink)?;
                Ok(end)
            }
        }
    }

    /// The second byte of `\;` or `\:`, which is part of a statement and can begin one.
    fn escaped_symbol<E>(
        &mut self,
        symbol: &[u8],
        in_statement: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        if !in_statement {
            let held = std::mem::take(&mut self.held);
            self.begin_statement();
            self.report_start(&[], false, sink)?;
            self.begin_unit(Unit::MetaCommand { in_statement: true });
            self.held = held;
        }
        self.end_meta_command(symbol, true, sink)
    }

    fn meta_command_text<E>(
        &mut self,
        text: &[u8],
        in_statement: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        let room = if self.started {
            0
        } else {
            Self::HOLD_LIMIT.saturating_sub(self.held.len())
        };
        let (fits, more) = text.split_at_checked(room).unwrap_or((text, &[]));
        self.held.extend_from_slice(fits);
        if more.is_empty() {
            return Ok(());
        }
        self.report_meta_command(in_statement, sink)?;
        let command = self.meta_command_event(more, in_statement, true);
        self.report(command, sink)
    }

    fn meta_command_event<'a>(
        &self,
        text: &'a [u8],
        in_statement: bool,
        continued: bool,
    ) -> Event<'a> {
        Event::MetaCommand(MetaCommand {
            text,
            position: self.unit_position,
            starts_line: self.unit_starts_line,
            in_statement,
            continued,
        })
    }

    /// Reports what is held of the command, if its beginning has not been reported.
    fn report_meta_command<E>(
        &mut self,
        in_statement: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        self.report(self.meta_command_event(&held, in_statement, false), sink)?;
        held.clear();
        self.held = held;
        Ok(())
    }

    fn end_meta_command<E>(
        &mut self,
        text: &[u8],
        in_statement: bool,
        sink: &mut Sink<'_, E>,
    ) -> Result<(), E> {
        self.meta_command_text(text, in_statement, sink)?;
        self.report_meta_command(in_statement, sink)?;
        if in_statement {
            // The statement's beginning has been reported before the command.
            self.unit = Unit::Statement;
        } else {
            self.unit = Unit::Outside;
        }
        Ok(())
    }

    /// At the end of a line: rows, if it held a `COPY … FROM stdin`.
    fn begin_rows<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        let Some(target) = self.copy.take() else {
            return Ok(());
        };
        self.begin_unit(Unit::Rows);
        self.rows = 0;
        self.row_bytes = 0;
        self.report(Event::CopyStart(&target), sink)?;
        self.copy = Some(target);
        Ok(())
    }

    fn copy_rows<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        if !self.held.is_empty() {
            return self.held_line(input, sink);
        }
        let cut = rows::cut(&self.finder, input, self.line_start);
        let (rows, rest) = input.split_at_checked(cut.rows).unwrap_or((input, &[]));
        let tail = rest.get(..cut.tail).unwrap_or_default();
        self.report_rows(rows, sink)?;
        if cut.end {
            self.end_rows(tail, sink)?;
        } else {
            self.held.extend_from_slice(tail);
        }
        Ok(cut.rows + cut.tail)
    }

    /// The last piece ended in what may become the terminator: take one more byte.
    fn held_line<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        let mut held = std::mem::take(&mut self.held);
        held.extend(input.first());
        let cut = rows::cut(&self.finder, &held, true);
        let consumed = if cut.end {
            self.end_rows(&held, sink)?;
            1
        } else if cut.rows > 0 {
            held.pop();
            self.report_rows(&held, sink)?;
            0
        } else {
            self.held = held;
            return Ok(1);
        };
        held.clear();
        self.held = held;
        Ok(consumed)
    }

    fn report_rows<E>(&mut self, rows: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        if rows.is_empty() {
            return Ok(());
        }
        let line = self.position.line;
        self.report(Event::Rows(rows), sink)?;
        self.rows = self
            .rows
            .saturating_add(self.position.line.saturating_sub(line));
        self.row_bytes = self.row_bytes.saturating_add(length(rows.len()));
        Ok(())
    }

    fn end_rows<E>(&mut self, terminator: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        self.report(
            Event::CopyEnd {
                terminator,
                rows: self.rows,
                bytes: self.row_bytes,
            },
            sink,
        )?;
        self.copy = None;
        self.unit = Unit::Outside;
        Ok(())
    }
}

fn advanced(position: Position, by: &[u8]) -> Position {
    Position {
        line: position
            .line
            .saturating_add(length(memchr_iter(b'\n', by).count())),
        offset: position.offset.saturating_add(length(by.len())),
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// What a comment that starts a line says about the dump, in the words of `pg_backup_archiver.c`.
fn fact(comment: &[u8]) -> Option<Fact<'_>> {
    match comment {
        b"-- PostgreSQL database dump" => Some(Fact::Header),
        b"-- PostgreSQL database dump complete" => Some(Fact::Complete),
        _ => {
            let version = comment
                .strip_prefix(b"-- Dumped from database version ")
                .map(Fact::ServerVersion);
            version.or_else(|| {
                comment
                    .strip_prefix(b"-- Dumped by pg_dump version ")
                    .map(Fact::DumpVersion)
            })
        }
    }
}

/// A boolean setting that is off, by `parse_bool` of PostgreSQL: any beginning of a word that is no other's.
fn is_false(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    lower == b"0"
        || (lower.len() > 1 && b"off".starts_with(&lower))
        || (!lower.is_empty() && (b"false".starts_with(&lower) || b"no".starts_with(&lower)))
}

/// As PostgreSQL compares names of encodings: letters and digits only.
fn is_ascii_safe(encoding: &[u8]) -> bool {
    let name: Vec<u8> = encoding
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_uppercase)
        .collect();
    !ENCODINGS_WITH_ASCII_IN_CHARACTERS.contains(&name.as_slice())
}
