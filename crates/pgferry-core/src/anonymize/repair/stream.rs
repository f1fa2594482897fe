//! A plain dump on its way to whoever loads it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::mem;

use memchr::memmem::Finder;

use super::numbers::{Fields, Numbers};
use super::plan::Plan;
use super::{PLACEHOLDER, Repaired};
use crate::dump::{CopyFormat, CopyTarget, Event, ObjectName, Scanner, copy_text};

/// The longest row that is looked at.
const LONGEST_ROW: usize = 16 * 1024 * 1024;

/// Numbers the addresses of a dump where its keys need that. All else stays byte for byte, and so does every line.
#[derive(Debug)]
pub struct Repair {
    scanner: Scanner,
    tables: Tables,
}

#[derive(Debug)]
struct Tables {
    plan: Plan,
    numbers: BTreeMap<ObjectName<'static>, Numbers>,
    rows: Option<Rows>,
    finder: Finder<'static>,
}

/// The rows that come.
#[derive(Debug)]
struct Rows {
    table: ObjectName<'static>,
    fields: Fields,
    /// The row that has begun.
    begun: Vec<u8>,
    /// It is too long to be looked at.
    is_passing: bool,
}

impl Repair {
    pub fn new(plan: Plan) -> Self {
        Self {
            scanner: Scanner::new(),
            tables: Tables {
                plan,
                numbers: BTreeMap::new(),
                rows: None,
                finder: Finder::new(PLACEHOLDER),
            },
        }
    }

    /// Reads the next piece of the dump, and appends what is known of the repaired one.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) {
        let Self { scanner, tables } = self;
        let Ok(()) = scanner.feed::<Infallible>(input, &mut |event| {
            tables.event(&event, output);
            Ok(())
        });
    }

    /// Appends what is left.
    pub fn finish(self, output: &mut Vec<u8>) -> Vec<Repaired> {
        let Self {
            scanner,
            mut tables,
        } = self;
        let Ok(_) = scanner.finish::<Infallible>(&mut |event| {
            tables.event(&event, output);
            Ok(())
        });
        tables.end_rows(output);
        tables.report()
    }
}

impl Tables {
    fn event(&mut self, event: &Event<'_>, output: &mut Vec<u8>) {
        match event {
            Event::CopyStart(target) => self.begin_rows(target),
            Event::Rows(rows) if self.rows.is_some() => return self.take_rows(rows, output),
            Event::CopyEnd { .. } => self.end_rows(output),
            _ => {}
        }
        output.extend_from_slice(event.raw());
    }

    fn begin_rows(&mut self, target: &CopyTarget) {
        self.rows = None;
        if target.format != CopyFormat::Text {
            return;
        }
        if let Some((table, plan)) = self.plan.find(&target.table) {
            let fields = Fields::of(plan, target);
            self.rows = Some(Rows {
                table: table.clone(),
                fields,
                begun: Vec::new(),
                is_passing: false,
            })
            .filter(|rows| !rows.fields.is_empty());
        }
    }

    fn take_rows(&mut self, mut text: &[u8], output: &mut Vec<u8>) {
        let Some(rows) = &mut self.rows else { return };
        if !rows.begun.is_empty() || rows.is_passing {
            // The row that has begun, up to its end.
            let before = rows.begun.len();
            rows.begun.extend_from_slice(text);
            let begun = mem::take(&mut rows.begun);
            let Some(end) = copy_text::row_end(&begun) else {
                rows.begun = begun;
                rows.limit(output);
                return;
            };
            let row = begun.get(..=end).unwrap_or_default();
            if mem::take(&mut rows.is_passing) {
                output.extend_from_slice(row);
            } else {
                Self::row(&mut self.numbers, &self.finder, rows, row, output);
            }
            text = text
                .get((end + 1).saturating_sub(before)..)
                .unwrap_or_default();
        }
        while let Some(end) = copy_text::row_end(text) {
            let (row, rest) = text.split_at(end + 1);
            Self::row(&mut self.numbers, &self.finder, rows, row, output);
            text = rest;
        }
        rows.begun.extend_from_slice(text);
    }

    fn row(
        numbers: &mut BTreeMap<ObjectName<'static>, Numbers>,
        finder: &Finder<'_>,
        rows: &Rows,
        row: &[u8],
        output: &mut Vec<u8>,
    ) {
        if finder.find(row).is_none() {
            output.extend_from_slice(row);
            return;
        }
        let (row, line_end) = row.split_at(row.len().saturating_sub(1));
        let numbers = numbers.entry(rows.table.clone()).or_default();
        numbers.append(row, &rows.fields, output);
        output.extend_from_slice(line_end);
    }

    fn end_rows(&mut self, output: &mut Vec<u8>) {
        if let Some(rows) = self.rows.take() {
            output.extend_from_slice(&rows.begun);
        }
    }

    fn report(&self) -> Vec<Repaired> {
        let tables = self.numbers.iter();
        let reports = tables.filter_map(|(table, numbers)| {
            Some(numbers.report(table, self.plan.tables.get(table)?))
        });
        reports.flatten().collect()
    }
}

impl Rows {
    /// Lets a row go that is too long to be held.
    fn limit(&mut self, output: &mut Vec<u8>) {
        if self.begun.len() <= LONGEST_ROW {
            return;
        }
        self.is_passing = true;
        // A backslash at its end takes away what comes next, unless another one takes it.
        let backslashes = self.begun.iter().rev().take_while(|byte| **byte == b'\\');
        let kept = backslashes.count() % 2;
        let kept = self.begun.split_off(self.begun.len() - kept);
        output.append(&mut self.begun);
        self.begun = kept;
    }
}
