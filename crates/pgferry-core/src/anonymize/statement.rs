//! One SQL statement that is no COPY data: addresses are replaced in its literals, names and comments, each by the rules
//! of its quoting. Code between them is left alone: an `@` in it is an operator.

use super::address::Dialect;
use super::coats::Backslash;
use super::columns::ColumnFacts;
use super::insert::{Edge, Insert};
use super::insert_value::InsertValue;
use super::length::Length;
use super::lexer::{Lexer, Part, Piece};
use super::masker::{Masker, Reading};
use super::quoting::Quoting;
use super::shape::Shape;
use super::table::{Column, Policy, Problem, ProblemKind, Table};
use super::value::{Tally, Task, ValueStream, mask};
use super::view::View;

/// No name of a column is longer, each of its quotes doubled (`NAMEDATALEN`).
const LONGEST_NAME: usize = 128;

/// What a statement is, as far as it matters here.
#[derive(Debug)]
pub(super) enum Kind {
    /// Its literals may hold code.
    Routine,
    Insert(Insert),
    /// What its literals are compared with may carry tokens: labels of enums, bounds of partitions.
    Definition,
    Other,
}

/// Masks one statement, as its text comes.
#[derive(Debug)]
pub(super) struct StatementMask {
    lexer: Lexer,
    parts: Parts,
}

#[derive(Debug)]
struct Parts {
    kind: Kind,
    standard_strings: bool,
    /// A quoted name of an `INSERT` that has begun and not ended.
    name: Vec<u8>,
    /// A part that has begun and not ended.
    open: Option<Open>,
    /// A value that a rule is for, and its column.
    value: Option<(usize, InsertValue)>,
}

#[derive(Debug)]
struct Open {
    stream: ValueStream,
    /// The column that the value is for.
    column: Option<usize>,
    length: Option<(Length, u32)>,
    replaced_before: u64,
}

/// Where findings of a statement are counted.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    /// Where an `INSERT` goes to.
    pub(super) table: Option<&'a mut Table>,
    pub(super) policy: &'a Policy,
    pub(super) elsewhere: &'a mut Tally,
}

impl Findings<'_> {
    fn column(&mut self, number: Option<usize>) -> Option<&mut Column> {
        self.table.as_mut()?.columns.get_mut(number?)
    }

    fn tally(&mut self, number: Option<usize>) -> &mut Tally {
        let column = self
            .table
            .as_mut()
            .zip(number)
            .and_then(|(table, number)| table.columns.get_mut(number));
        column.map_or(self.elsewhere, |column| &mut column.tally)
    }
}

impl StatementMask {
    pub(super) fn new(kind: Kind, standard_strings: bool) -> Self {
        Self {
            lexer: Lexer::new(standard_strings),
            parts: Parts {
                kind,
                standard_strings,
                name: Vec::new(),
                open: None,
                value: None,
            },
        }
    }

    /// Takes the statement's next bytes; `last` says that it ends with them.
    pub(super) fn feed(
        &mut self,
        masker: &mut Masker,
        input: &[u8],
        last: bool,
        findings: &mut Findings<'_>,
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let parts = &mut self.parts;
        self.lexer.feed(
            input,
            last,
            &mut |piece| match (&mut parts.value, piece.part) {
                (_, Part::Code) => parts.code(masker, piece.bytes, findings, output),
                (Some((_, value)), _) => {
                    value.part(piece);
                    Ok(())
                }
                (None, _) => parts.piece(masker, piece, findings, output),
            },
        )
    }
}

impl Parts {
    /// What stands between literals and names; of an `INSERT`, values begin and end in it.
    fn code(
        &mut self,
        masker: &mut Masker,
        mut bytes: &[u8],
        findings: &mut Findings<'_>,
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let Kind::Insert(insert) = &mut self.kind else {
            output.extend_from_slice(bytes);
            return Ok(());
        };
        while !bytes.is_empty() {
            let (length, edge) = insert.step(bytes);
            let (read, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
            match &mut self.value {
                Some((_, value)) => value.code(read),
                None => output.extend_from_slice(read),
            }
            bytes = rest;
            match edge {
                Some(Edge::Begin) => {
                    let Some((table, target)) = findings.table.as_mut().zip(insert.target()) else {
                        continue;
                    };
                    let number = table.column(target, findings.policy)?;
                    let ruled = number
                        .and_then(|number| table.columns.get(number))
                        .is_some_and(Column::is_ruled);
                    self.value = number
                        .filter(|_| ruled)
                        .map(|number| (number, InsertValue::default()));
                }
                Some(Edge::End) => {
                    let Some((number, value)) = self.value.take() else {
                        continue;
                    };
                    let Some(column) = findings.column(Some(number)) else {
                        continue;
                    };
                    value.finish(masker, column, self.standard_strings, output)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    fn piece(
        &mut self,
        masker: &mut Masker,
        piece: Piece<'_>,
        findings: &mut Findings<'_>,
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        if piece.part == Part::Identifier
            && let Kind::Insert(insert) = &mut self.kind
        {
            let room = LONGEST_NAME.saturating_sub(self.name.len());
            self.name.extend(piece.bytes.iter().take(room));
            if piece.ends {
                let mut name = View::default();
                Quoting::Identifier.decode(&self.name, 0..self.name.len(), &mut name);
                insert.identifier(&name.bytes);
                self.name.clear();
            }
        }
        let mut open = if let Some(open) = self.open.take() {
            open
        } else {
            let column = self.column(piece.part, findings)?;
            let facts = findings
                .column(column)
                .map_or_else(ColumnFacts::default, |column| column.facts);
            let task = self.task(piece, facts);
            if piece.ends && facts.longest.is_none() {
                mask(masker, piece.bytes, task, findings.tally(column), output);
                return Ok(());
            }
            let length = facts
                .longest
                .map(|longest| (Length::new(task.reading.quoting, facts.shape), longest));
            let replaced_before = findings.tally(column).replaced;
            Open {
                stream: ValueStream::new(task),
                column,
                length,
                replaced_before,
            }
        };
        let before = output.len();
        let tally = findings.tally(open.column);
        open.stream
            .feed(masker, piece.bytes, piece.ends, tally, output);
        if let Some((length, longest)) = &mut open.length {
            length.feed(output.get(before..).unwrap_or_default());
            let replaced = tally.replaced > open.replaced_before;
            if piece.ends
                && replaced
                && length.longest() > u64::from(*longest)
                && let Some(column) = findings.column(open.column)
            {
                return Err(column.problem(ProblemKind::TooLong));
            }
        }
        if !piece.ends {
            self.open = Some(open);
        }
        Ok(())
    }

    /// The number of the column that a literal is for.
    fn column(&self, part: Part, findings: &mut Findings<'_>) -> Result<Option<usize>, Problem> {
        let (Kind::Insert(insert), Part::Literal(_)) = (&self.kind, part) else {
            return Ok(None);
        };
        let Some((table, target)) = findings.table.as_mut().zip(insert.target()) else {
            return Ok(None);
        };
        table.column(target, findings.policy)
    }

    fn task(&self, piece: Piece<'_>, facts: ColumnFacts) -> Task {
        let plain = Reading {
            quoting: Quoting::None,
            dialect: Dialect::Code,
            backslash: Backslash::Plain,
        };
        match piece.part {
            Part::Literal(quoting) => {
                let code = matches!(self.kind, Kind::Routine);
                let dialect = if code { Dialect::Code } else { Dialect::Text };
                let facts = if code {
                    ColumnFacts {
                        shape: Shape::Text,
                        ..facts
                    }
                } else {
                    facts
                };
                let backslash = facts.backslash(piece.bytes.first().copied());
                Task {
                    reading: Reading {
                        quoting,
                        dialect,
                        backslash,
                    },
                    token: facts.takes_tokens() || matches!(self.kind, Kind::Definition),
                }
            }
            Part::Identifier => {
                // Two names must not become one.
                let reading = Reading {
                    quoting: Quoting::Identifier,
                    dialect: Dialect::Text,
                    ..plain
                };
                Task {
                    reading,
                    token: true,
                }
            }
            Part::Code | Part::Dollar | Part::Comment => Task {
                reading: plain,
                token: false,
            },
        }
    }
}
