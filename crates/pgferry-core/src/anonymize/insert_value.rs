//! A value of an `INSERT` that a rule is for: collected as it stands, then written anew.

use super::cell::{self, LARGEST};
use super::lexer::{Part, Piece};
use super::masker::Masker;
use super::quoting::Quoting;
use super::rules::{Action, RuleProblem};
use super::table::{Column, Problem, ProblemKind};
use super::view::View;

/// A value between the edges that [`Insert`](super::insert::Insert) tells.
#[derive(Debug, Default)]
pub(super) struct InsertValue {
    raw: Vec<u8>,
    /// Of the only literal: its quoting, and where its inside begins and ends in `raw`.
    literal: Option<(Quoting, usize, usize)>,
    /// There is more than a literal, or none that can be read.
    expression: bool,
    /// There is more of it than can be held.
    too_large: bool,
}

impl InsertValue {
    /// Words and symbols.
    pub(super) fn code(&mut self, bytes: &[u8]) {
        if self.literal.is_some_and(|(_, _, end)| end < self.raw.len()) {
            self.expression |= !bytes.trim_ascii().is_empty();
        }
        self.push(bytes);
    }

    /// A literal, a name or a comment, or a piece of one.
    pub(super) fn part(&mut self, piece: Piece<'_>) {
        let start = self.raw.len();
        self.push(piece.bytes);
        let end = self.raw.len();
        match (piece.part, &mut self.literal) {
            (Part::Literal(quoting), None) => self.literal = Some((quoting, start, end)),
            (Part::Literal(_), Some((_, _, until))) if *until == start => *until = end,
            _ => self.expression = true,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        // Quotes make a literal twice as long as its value at most.
        self.too_large |= self.raw.len() + bytes.len() > 2 * LARGEST;
        if !self.too_large {
            self.raw.extend_from_slice(bytes);
        }
    }

    /// Writes what the column's rule makes of the value.
    pub(super) fn finish(
        self,
        masker: &mut Masker,
        column: &mut Column,
        standard_strings: bool,
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        if self.too_large {
            return Err(column.problem(ProblemKind::Rule(RuleProblem::TooLarge)));
        }
        let trimmed = self.raw.trim_ascii();
        let is_word = |word: &[u8]| self.literal.is_none() && trimmed.eq_ignore_ascii_case(word);
        if column.action == Action::Keep || is_word(b"NULL") || is_word(b"DEFAULT") {
            output.extend_from_slice(&self.raw);
            return Ok(());
        }
        let blank = self.raw.len() - self.raw.trim_ascii_start().len();
        output.extend_from_slice(self.raw.get(..blank).unwrap_or_default());
        if column.action == Action::Null {
            column.changed += 1;
            output.extend_from_slice(b"NULL");
            return Ok(());
        }
        let mut value = View::default();
        match self.literal {
            Some((quoting, start, end)) if self.is_lone_literal(start, end) => {
                quoting.decode(&self.raw, start..end, &mut value);
            }
            None if !self.expression && is_plain_word(trimmed) => {
                value.bytes.extend_from_slice(trimmed);
            }
            _ => return Err(column.problem(ProblemKind::Rule(RuleProblem::Expression))),
        }
        let mut new = Vec::new();
        if cell::apply(masker, column, &value.bytes, &mut new)? {
            write_literal(&new, standard_strings, output);
        } else {
            output.extend_from_slice(b"NULL");
        }
        Ok(())
    }

    /// Whether there is nothing but a quote with its prefix before the literal, and nothing but the quote behind it.
    fn is_lone_literal(&self, start: usize, end: usize) -> bool {
        let before = self.raw.get(..start).unwrap_or_default().trim_ascii();
        let after = self.raw.get(end..).unwrap_or_default().trim_ascii();
        let prefix = matches!(
            before,
            [b'\''] | [b'e' | b'E' | b'n' | b'N', b'\''] | [b'u' | b'U', b'&', b'\'']
        );
        prefix && after == b"'" && !self.expression
    }
}

/// A number, or `true` and `false`.
fn is_plain_word(text: &[u8]) -> bool {
    !text.is_empty()
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'))
}

fn write_literal(value: &[u8], standard_strings: bool, output: &mut Vec<u8>) {
    output.push(b'\'');
    for &byte in value {
        if byte == b'\'' || (byte == b'\\' && !standard_strings) {
            output.push(byte);
        }
        output.push(byte);
    }
    output.push(b'\'');
}
