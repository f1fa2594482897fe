//! Comments between statements, and what they say about the dump.

use memchr::memchr2;

use super::event::{Event, Fact};
use super::lexer::Stop;
use super::scanner::{Scanner, Sink, Unit};

impl Scanner {
    pub(super) fn line_comment<E>(
        &mut self,
        input: &[u8],
        sink: &mut Sink<'_, E>,
    ) -> Result<usize, E> {
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

    pub(super) fn block_comment<E>(
        &mut self,
        input: &[u8],
        sink: &mut Sink<'_, E>,
    ) -> Result<usize, E> {
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

    pub(super) fn end_comment<E>(&mut self, text: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
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
