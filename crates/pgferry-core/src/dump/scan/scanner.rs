//! The parts put together over pieces of input.
//!
//! The scanner is always inside one unit: white space, a comment, a statement, a meta-command or rows. What of a unit came
//! with earlier pieces and could not be reported yet is held, 256 KiB at most; everything else is reported from the
//! caller's bytes without a copy.

use memchr::{memchr, memchr_iter, memmem};

use super::event::{CopyTarget, Ending, Event, Hazard, Position};
use super::lexer::Lexer;
use super::rows;
use super::statement::Effect;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
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

/// Many functions hand events on; as a trait object it is compiled once.
pub(super) type Sink<'s, E> = dyn FnMut(Event<'_>) -> Result<(), E> + 's;

/// The push parser of plain SQL dumps: see the [module's](crate::dump) words on what it guarantees.
///
/// A scanner whose sink has returned an error is of no further use.
#[derive(Debug, Clone)]
pub struct Scanner {
    pub(super) unit: Unit,
    pub(super) lexer: Lexer,
    pub(super) finder: memmem::Finder<'static>,
    /// What of the unit has been read and not been reported.
    pub(super) held: Vec<u8>,
    /// The unit's first event has been reported; nothing of it is held any more.
    pub(super) started: bool,
    /// Of the first byte that has not been reported.
    pub(super) position: Position,
    /// The unit's first byte.
    pub(super) unit_position: Position,
    pub(super) unit_starts_line: bool,
    /// The statement that a meta-command interrupts.
    pub(super) statement_position: Position,
    pub(super) line_start: bool,
    pub(super) hazard: Option<(Hazard, Position)>,
    pub(super) effect: Effect,
    /// The table whose rows come after the end of this line, or those that are being read.
    pub(super) copy: Option<CopyTarget>,
    pub(super) rows: u64,
    pub(super) row_bytes: u64,
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

    pub(super) fn report<E>(&mut self, event: Event<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
        let raw = event.raw();
        sink(event)?;
        if let Some(last) = raw.last() {
            self.line_start = *last == b'\n';
            self.position = advanced(self.position, raw);
        }
        Ok(())
    }

    pub(super) fn begin_unit(&mut self, unit: Unit) {
        self.unit = unit;
        self.started = false;
        self.unit_position = self.position;
        self.unit_starts_line = self.line_start;
    }

    pub(super) fn begin_statement(&mut self) {
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
}

pub(super) fn advanced(position: Position, by: &[u8]) -> Position {
    Position {
        line: position
            .line
            .saturating_add(length(memchr_iter(b'\n', by).count())),
        offset: position.offset.saturating_add(length(by.len())),
    }
}

pub(super) fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
