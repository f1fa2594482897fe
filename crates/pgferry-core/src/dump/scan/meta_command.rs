//! Backslash commands, in pieces.

use memchr::memchr;

use super::event::{Event, MetaCommand};
use super::scanner::{Scanner, Sink, Unit};

impl Scanner {
    pub(super) fn meta_command<E>(
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

    pub(super) fn end_meta_command<E>(
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
}
