//! The stream: the dump's events in, the same dump out.

use std::mem;

use crate::dump::{
    CopyFormat, CopyTarget, Event, Fact, Hazard, ObjectName, ObjectType, Scanner, Statement,
    StatementKind,
};

use super::address::Dialect;
use super::coats::Backslash;
use super::columns::Columns;
use super::error::AnonymizeError;
use super::insert::Insert;
use super::large_object::{self, LargeObject};
use super::masker::{Masker, Reading};
use super::pseudonym::Key;
use super::quoting::Quoting;
use super::report::AnonymizeReport;
use super::rows::Rows;
use super::statement::{Findings, Kind, StatementMask};
use super::table::{Column, Table, TooLong};
use super::value::{Tally, Task, ValueStream, mask};

/// Comments, and commands of psql: free text.
const FREE: Task = Task {
    reading: Reading {
        quoting: Quoting::None,
        dialect: Dialect::Code,
        backslash: Backslash::Plain,
    },
    token: false,
};

/// How to anonymise.
#[derive(Debug, Clone)]
pub struct Options {
    /// Makes the tokens of pseudonyms.
    pub key: Key,
    /// What is known about the dump's columns.
    pub columns: Columns,
}

/// Replaces each email address in a plain SQL dump.
///
/// Feed the dump in pieces of any size, then call [`Anonymizer::finish`]; output is appended to the buffers given.
#[derive(Debug)]
pub struct Anonymizer {
    scanner: Scanner,
    state: State,
}

impl Anonymizer {
    pub fn new(options: Options) -> Self {
        Self {
            scanner: Scanner::new(),
            state: State::new(options),
        }
    }

    /// Takes the next bytes of the dump and appends what is settled to `output`.
    ///
    /// # Errors
    /// When the dump cannot be anonymised; what was written so far must then be thrown away.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        let state = &mut self.state;
        self.scanner
            .feed(input, &mut |event| state.event(event, output))
    }

    /// Ends the dump: appends the rest to `output` and reports what was done.
    ///
    /// # Errors
    /// As [`Anonymizer::feed`], and when the dump is cut off.
    pub fn finish(self, output: &mut Vec<u8>) -> Result<AnonymizeReport, AnonymizeError> {
        let mut state = self.state;
        let ending = self
            .scanner
            .finish(&mut |event| state.event(event, output))?;
        AnonymizeError::of_ending(ending)?;
        state.settle(output);
        state.end_table();
        state.report.elsewhere.add(state.elsewhere);
        state.report.replaced += state.elsewhere.replaced;
        Ok(state.report)
    }
}

#[derive(Debug)]
struct State {
    masker: Masker,
    columns: Columns,
    report: AnonymizeReport,
    /// Outside of columns.
    elsewhere: Tally,
    standard_strings: bool,
    statement: Option<StatementMask>,
    /// The statement that begins may write a chunk of a large object.
    select: bool,
    rows: Option<Rows>,
    comment: Option<ValueStream>,
    large_object: Option<LargeObject>,
    /// The table that COPY or `INSERT` writes to.
    table: Option<Table>,
}

impl State {
    fn new(options: Options) -> Self {
        Self {
            masker: Masker::new(options.key),
            columns: options.columns,
            report: AnonymizeReport::default(),
            elsewhere: Tally::default(),
            standard_strings: true,
            statement: None,
            select: false,
            rows: None,
            comment: None,
            large_object: None,
            table: None,
        }
    }

    fn event(&mut self, event: Event<'_>, output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        match event {
            Event::Rows(rows) => {
                let masked = self
                    .rows
                    .as_mut()
                    .map_or(Ok(()), |state| state.feed(&mut self.masker, rows, output));
                return masked.map_err(|too_long| self.too_long(too_long));
            }
            Event::Blank(raw) => {
                if let Some(object) = &mut self.large_object {
                    object.blank(raw, output);
                    return Ok(());
                }
                self.settle(output);
                output.extend_from_slice(raw);
            }
            Event::Comment(raw) => {
                self.end_large_object(output);
                let comment = self.comment.get_or_insert_with(|| ValueStream::new(FREE));
                comment.feed(&mut self.masker, raw, false, &mut self.elsewhere, output);
            }
            Event::Fact(fact) => self.fact(&fact)?,
            Event::Hazard(hazard, position) => match hazard {
                // What is SQL and what is a command does not matter here; what is quoted does.
                Hazard::HiddenSemicolon | Hazard::TextAfterCopy | Hazard::Variable => {}
                _ => return Err(AnonymizeError::Ambiguous { hazard, position }),
            },
            Event::StatementStart(statement) => {
                self.end_comment(output);
                self.begin(&statement);
            }
            Event::StatementText(text) => self.text(text, output)?,
            Event::StatementEnd => self.end_statement(output)?,
            Event::MetaCommand(command) => {
                self.settle(output);
                mask(
                    &mut self.masker,
                    command.text,
                    FREE,
                    &mut self.elsewhere,
                    output,
                );
            }
            Event::CopyStart(target) => self.begin_rows(target)?,
            Event::CopyEnd { terminator, .. } => {
                self.end_rows(output)?;
                output.extend_from_slice(terminator);
            }
        }
        Ok(())
    }

    fn fact(&mut self, fact: &Fact<'_>) -> Result<(), AnonymizeError> {
        match fact {
            Fact::ClientEncoding {
                name,
                ascii_safe: false,
            } => {
                return Err(AnonymizeError::Encoding(
                    String::from_utf8_lossy(name).into_owned(),
                ));
            }
            Fact::StandardStrings(value) => self.standard_strings = *value,
            Fact::Complete => self.report.complete = true,
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, statement: &Statement<'_>) {
        let kind = match &statement.kind {
            StatementKind::Insert(name) => {
                self.begin_insert(name);
                Kind::Insert(Insert::default())
            }
            StatementKind::Create(object)
                if matches!(
                    object.object_type,
                    ObjectType::Function | ObjectType::Procedure
                ) =>
            {
                Kind::Routine
            }
            StatementKind::Do => Kind::Routine,
            _ => Kind::Other,
        };
        self.select = statement.kind == StatementKind::Select && statement.complete;
        self.statement = Some(StatementMask::new(kind, self.standard_strings));
    }

    fn begin_insert(&mut self, name: &ObjectName<'_>) {
        if self.table.as_ref().is_some_and(|table| table.name == *name) {
            return;
        }
        self.end_table();
        self.table = Some(Table::new(name.clone().into_owned(), &self.columns));
    }

    fn text(&mut self, text: &[u8], output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        if mem::take(&mut self.select)
            && let Some(range) = large_object::digits(text)
        {
            self.statement = None;
            let object = self.large_object.get_or_insert_with(LargeObject::new);
            object.chunk(&mut self.masker, text, range, &mut self.elsewhere, output);
            return Ok(());
        }
        self.end_large_object(output);
        self.statement_text(text, false, output)
    }

    fn end_statement(&mut self, output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        self.statement_text(&[], true, output)?;
        self.statement = None;
        Ok(())
    }

    fn statement_text(
        &mut self,
        text: &[u8],
        last: bool,
        output: &mut Vec<u8>,
    ) -> Result<(), AnonymizeError> {
        let Some(statement) = &mut self.statement else {
            return Ok(());
        };
        let mut findings = Findings {
            table: self.table.as_mut(),
            known: &self.columns,
            elsewhere: &mut self.elsewhere,
        };
        let masked = statement.feed(&mut self.masker, text, last, &mut findings, output);
        masked.map_err(|too_long| self.too_long(too_long))
    }

    fn begin_rows(&mut self, target: &CopyTarget) -> Result<(), AnonymizeError> {
        if target.format != CopyFormat::Text {
            let table = target.table.to_string();
            return Err(AnonymizeError::CopyFormat {
                table,
                position: target.position,
            });
        }
        self.end_table();
        let schema = target.table.schema.as_deref();
        let columns = target.columns.iter().map(|name| {
            let facts = self.columns.of_column(schema, &target.table.name, name);
            Column {
                name: name.clone(),
                facts,
                ..Column::default()
            }
        });
        self.rows = Some(Rows::new(columns.collect()));
        self.table = Some(Table {
            name: target.table.clone(),
            columns: Vec::new(),
        });
        Ok(())
    }

    fn end_rows(&mut self, output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        let Some(rows) = self.rows.take() else {
            return Ok(());
        };
        match rows.finish(&mut self.masker, output) {
            Ok(columns) => {
                if let Some(table) = &mut self.table {
                    table.columns = columns;
                }
                self.end_table();
                Ok(())
            }
            Err(too_long) => Err(self.too_long(too_long)),
        }
    }

    /// Reports what was found in the table at hand.
    fn end_table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        for column in table
            .columns
            .into_iter()
            .filter(|column| column.tally.found > 0)
        {
            let key = (
                table.name.to_string(),
                String::from_utf8_lossy(&column.name).into_owned(),
            );
            let report = self.report.columns.entry(key).or_default();
            report.add(column.tally);
            report.unique |= column.facts.unique;
            self.report.replaced += column.tally.replaced;
        }
    }

    fn too_long(&self, TooLong(column): TooLong) -> AnonymizeError {
        let table = self
            .table
            .as_ref()
            .map(|table| table.name.to_string())
            .unwrap_or_default();
        AnonymizeError::TooLong {
            table,
            column: String::from_utf8_lossy(&column).into_owned(),
        }
    }

    /// Writes what still waits for more bytes of its kind.
    fn settle(&mut self, output: &mut Vec<u8>) {
        self.end_comment(output);
        self.end_large_object(output);
    }

    fn end_comment(&mut self, output: &mut Vec<u8>) {
        if let Some(mut comment) = self.comment.take() {
            comment.feed(&mut self.masker, &[], true, &mut self.elsewhere, output);
        }
    }

    fn end_large_object(&mut self, output: &mut Vec<u8>) {
        if let Some(object) = self.large_object.take() {
            object.finish(&mut self.masker, &mut self.elsewhere, output);
        }
    }
}
