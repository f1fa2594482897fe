//! One value of a column that a rule is for.

use super::address::Dialect;
use super::coats::Backslash;
use super::length::Length;
use super::masker::{Masker, Reading};
use super::quoting::Quoting;
use super::rules::{self, Action, RuleProblem};
use super::table::{Column, Problem, ProblemKind};
use super::value::{Tally, Task, mask};

/// The longest value that a rule has to see as a whole.
pub(super) const LARGEST: usize = 8 * 1024 * 1024;

/// Applies a column's rule to a decoded value that is not NULL, and appends what becomes of it to `output`; false if
/// that is NULL.
pub(super) fn apply(
    masker: &mut Masker,
    column: &mut Column,
    value: &[u8],
    output: &mut Vec<u8>,
) -> Result<bool, Problem> {
    if value.len() > LARGEST && column.action != Action::Null {
        return Err(column.problem(ProblemKind::Rule(RuleProblem::TooLarge)));
    }
    let Some(key) = masker.key().cloned() else {
        return Err(column.problem(ProblemKind::NoKey));
    };
    let backslash = column.facts.backslash(value.first().copied());
    let mut writer = Writer {
        masker,
        backslash,
        token: column.facts.takes_tokens(),
        tally: &mut column.tally,
        output,
    };
    let before = writer.output.len();
    let some = match rules::apply(&column.action, column.facts, &key, value, &mut writer) {
        Ok(some) => some,
        Err(problem) => return Err(column.problem(ProblemKind::Rule(problem))),
    };
    let new = output.get(before..).unwrap_or_default();
    if !some || new != value {
        column.changed += 1;
    }
    if let Some(longest) = column.facts.longest.filter(|_| some) {
        let mut length = Length::new(Quoting::None, column.facts.shape);
        length.feed(new);
        if length.longest() > u64::from(longest) {
            return Err(column.problem(ProblemKind::TooLong));
        }
    }
    Ok(some)
}

/// Replaces addresses in what a rule leaves open.
struct Writer<'a> {
    masker: &'a mut Masker,
    backslash: Backslash,
    token: bool,
    tally: &'a mut Tally,
    output: &'a mut Vec<u8>,
}

impl rules::Writer for Writer<'_> {
    fn open(&mut self, bytes: &[u8]) {
        let reading = Reading {
            quoting: Quoting::None,
            dialect: Dialect::Text,
            backslash: self.backslash,
        };
        mask(
            self.masker,
            bytes,
            Task {
                reading,
                token: self.token,
            },
            self.tally,
            self.output,
        );
    }

    fn closed(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }
}
