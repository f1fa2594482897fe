//! The survey as a whole: a dump's events in, a report out.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::dump::schema::Schema;
use crate::dump::{CopyFormat, Ending, Event, Fact, ObjectName, Scanner, StatementKind};

use super::families::Families;
use super::insert::{InsertReader, MOST_COLUMNS};
use super::report::{self, SurveyReport};
use super::rows::{Cell, Rows};
use super::tally::{Budget, Tally};

/// A table and the columns that rows were written to: none if an `INSERT` names none, which means all in their order.
type Key = (ObjectName<'static>, Vec<Vec<u8>>);

/// Surveys a plain SQL dump: feed it in pieces of any size, then call [`Survey::finish`].
#[derive(Debug)]
pub struct Survey {
    scanner: Scanner,
    state: State,
}

#[derive(Debug)]
struct State {
    schema: Schema,
    families: Families,
    numbers: BTreeMap<Key, usize>,
    tables: Vec<RowsOf>,
    /// The number of the table that was asked for last.
    last: usize,
    budget: Budget,
    standard_strings: bool,
    reading: Reading,
    unread: u64,
    complete: bool,
}

/// What was counted of a table.
#[derive(Debug)]
pub(super) struct RowsOf {
    pub(super) table: ObjectName<'static>,
    /// Names, or none: columns are numbered.
    pub(super) columns: Vec<Vec<u8>>,
    pub(super) tallies: Vec<Tally>,
    pub(super) rows: u64,
}

impl RowsOf {
    fn take(&mut self, cell: Cell<'_>, budget: &mut Budget) {
        match cell {
            Cell::RowEnd => self.rows += 1,
            Cell::Value(number, raw) => {
                // Numbered columns show up with their values; those before them may have had none.
                while self.columns.is_empty()
                    && self.tallies.len() <= number.min(MOST_COLUMNS - 1)
                    && budget.take()
                {
                    self.tallies.push(Tally::default());
                }
                if let Some(tally) = self.tallies.get_mut(number) {
                    tally.count(raw, budget);
                }
            }
        }
    }
}

#[derive(Debug)]
enum Reading {
    Nothing,
    Copy(Rows, usize),
    Insert(InsertReader, ObjectName<'static>),
}

impl Default for Survey {
    fn default() -> Self {
        Self::new()
    }
}

impl Survey {
    /// Columns, places in JSON documents and tables with rows that are remembered, a kilobyte each; more are counted in
    /// [`SurveyReport::columns_left_out`].
    pub const MOST_COLUMNS: usize = 20_000;

    pub fn new() -> Self {
        Self {
            scanner: Scanner::new(),
            state: State {
                schema: Schema::new(),
                families: Families::default(),
                numbers: BTreeMap::new(),
                tables: Vec::new(),
                last: 0,
                budget: Budget {
                    left: Self::MOST_COLUMNS,
                    left_out: 0,
                },
                standard_strings: true,
                reading: Reading::Nothing,
                unread: 0,
                complete: false,
            },
        }
    }

    /// Takes the next bytes of the dump.
    pub fn feed(&mut self, input: &[u8]) {
        let state = &mut self.state;
        let Ok(()) = self.scanner.feed(input, &mut |event| {
            state.event(event);
            Ok::<(), Infallible>(())
        });
    }

    /// Ends the dump, wherever it ends: [`SurveyReport::complete`] says whether it was whole.
    pub fn finish(self) -> SurveyReport {
        let mut state = self.state;
        let Ok(ending) = self.scanner.finish(&mut |event| {
            state.event(event);
            Ok::<(), Infallible>(())
        });
        state.end_rows();
        report::build(report::Counted {
            schema: &state.schema,
            families: state.families,
            tables: state.tables,
            columns_left_out: state.budget.left_out,
            unread: state.unread,
            complete: state.complete && ending == Ending::Clean,
        })
    }
}

impl State {
    fn event(&mut self, event: Event<'_>) {
        if let Event::Rows(rows) = event {
            self.rows(rows);
            return;
        }
        self.schema.observe(&event);
        match event {
            Event::Fact(Fact::StandardStrings(standard)) => self.standard_strings = standard,
            Event::Fact(Fact::Complete) => self.complete = true,
            Event::StatementStart(statement) => {
                self.families.observe(&statement);
                if let StatementKind::Insert(table) = statement.kind {
                    let reader = InsertReader::new(self.standard_strings);
                    self.reading = Reading::Insert(reader, table.into_owned());
                }
            }
            Event::StatementText(text) => self.insert(text, false),
            Event::StatementEnd => {
                self.insert(&[], true);
                if let Reading::Insert(reader, _) = &self.reading {
                    self.unread += u64::from(!reader.has_rows());
                    self.reading = Reading::Nothing;
                }
            }
            Event::CopyStart(target) => {
                self.reading = Reading::Nothing;
                if target.format == CopyFormat::Text {
                    let number = self.number(&target.table, &target.columns);
                    if let Some(number) = number {
                        self.reading = Reading::Copy(Rows::default(), number);
                    }
                } else {
                    self.unread += 1;
                }
            }
            Event::CopyEnd { .. } => self.end_rows(),
            _ => {}
        }
    }

    fn rows(&mut self, input: &[u8]) {
        if let Reading::Copy(rows, number) = &mut self.reading
            && let Some(table) = self.tables.get_mut(*number)
        {
            let budget = &mut self.budget;
            rows.feed(input, &mut |cell| table.take(cell, budget));
        }
    }

    fn end_rows(&mut self) {
        if let Reading::Copy(rows, number) = std::mem::replace(&mut self.reading, Reading::Nothing)
            && let Some(table) = self.tables.get_mut(number)
        {
            let budget = &mut self.budget;
            rows.finish(&mut |cell| table.take(cell, budget));
        }
    }

    fn insert(&mut self, text: &[u8], last: bool) {
        let Reading::Insert(mut reader, table) =
            std::mem::replace(&mut self.reading, Reading::Nothing)
        else {
            return;
        };
        let mut number = None;
        reader.feed(text, last, &mut |columns, cell| {
            let number = *number.get_or_insert_with(|| self.number(&table, columns));
            if let Some(rows) = number.and_then(|number| self.tables.get_mut(number)) {
                rows.take(cell, &mut self.budget);
            }
        });
        self.reading = Reading::Insert(reader, table);
    }

    /// The number of a table; none if there is no room for another one.
    fn number(&mut self, table: &ObjectName<'static>, columns: &[Vec<u8>]) -> Option<usize> {
        // One INSERT follows another into the same table.
        if let Some(last) = self.tables.get(self.last)
            && last.table == *table
            && last.columns == columns
        {
            return Some(self.last);
        }
        let key = (table.clone(), columns.to_vec());
        if let Some(number) = self.numbers.get(&key) {
            self.last = *number;
            return Some(*number);
        }
        if !self.budget.take() {
            return None;
        }
        // The columns for which there is room: those in front.
        let tallies = columns.iter().filter(|_| self.budget.take());
        self.tables.push(RowsOf {
            table: table.clone(),
            columns: columns.to_vec(),
            tallies: tallies.map(|_| Tally::default()).collect(),
            rows: 0,
        });
        let number = self.tables.len() - 1;
        self.numbers.insert(key, number);
        self.last = number;
        Some(number)
    }
}
