//! What becomes of each event of the scanner.

use std::collections::BTreeSet;
use std::mem;

use crate::dump::schema::Schema;
use crate::dump::{
    CopyFormat, CopyTarget, Event, Fact, Hazard, ObjectName, ObjectType, Statement, StatementKind,
};

use super::address::Dialect;
use super::coats::Backslash;
use super::error::AnonymizeError;
use super::insert::Insert;
use super::large_object::{self, LargeObject};
use super::masker::{Masker, Reading};
use super::name::{ColumnName, TableName};
use super::quoting::Quoting;
use super::report::AnonymizeReport;
use super::rows::Rows;
use super::statement::{Findings, Kind, StatementMask};
use super::stream::Options;
use super::table::{Policy, Problem, Table};
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

/// What becomes of the rows, or of the statement, that are read.
#[derive(Debug)]
enum Destination {
    None,
    Rows(Rows),
    /// They are left out.
    Nowhere,
}

/// An anonymiser between two events.
#[derive(Debug)]
pub(super) struct State {
    masker: Masker,
    policy: Policy,
    report: AnonymizeReport,
    /// What the dump's definitions have said so far; nothing if the columns were told beforehand.
    schema: Option<Schema>,
    /// The schema has more to say than when it was last asked.
    news: bool,
    /// Columns in which different addresses have become the same.
    merged: Vec<(ObjectName<'static>, Vec<u8>)>,
    /// Tables that rules name and that have not been seen.
    unseen: Vec<TableName>,
    /// Outside of columns.
    elsewhere: Tally,
    standard_strings: bool,
    statement: Option<StatementMask>,
    /// The statement that begins may write a chunk of a large object.
    select: bool,
    rows: Destination,
    comment: Option<ValueStream>,
    large_object: Option<LargeObject>,
    /// The table that COPY or `INSERT` writes to.
    table: Option<Table>,
}

impl State {
    pub(super) fn new(options: Options) -> Self {
        let policy = Policy::new(options.columns, options.rules, options.key.is_some());
        Self {
            masker: Masker::new(options.key),
            schema: policy.is_blind().then(Schema::new),
            news: false,
            merged: Vec::new(),
            unseen: policy.tables().cloned().collect(),
            policy,
            report: AnonymizeReport::default(),
            elsewhere: Tally::default(),
            standard_strings: true,
            statement: None,
            select: false,
            rows: Destination::None,
            comment: None,
            large_object: None,
            table: None,
        }
    }

    pub(super) fn finish(
        mut self,
        output: &mut Vec<u8>,
    ) -> Result<AnonymizeReport, AnonymizeError> {
        self.settle(output);
        self.end_table();
        self.check_keys()?;
        let errors = self.policy.check();
        // Without one definition, no table exists and all rules are wrong.
        if !errors.is_empty() && !self.policy.is_blind() {
            return Err(AnonymizeError::Rules(errors));
        }
        if let Some(table) = self.unseen.first() {
            return Err(AnonymizeError::NoTable(table.to_string()));
        }
        self.report.elsewhere_found = self.elsewhere.found;
        self.report.elsewhere_replaced = self.elsewhere.replaced;
        self.report.replaced += self.elsewhere.replaced;
        Ok(self.report)
    }

    /// Keys of a plain dump stand after its data: too late to mask by, but not to see that something is wrong.
    fn check_keys(&mut self) -> Result<(), AnonymizeError> {
        let Some(schema) = &self.schema else {
            return Ok(());
        };
        if let Some(unreadable) = schema.unreadable().first() {
            return Err(AnonymizeError::UnreadableDefinition(unreadable.position));
        }
        self.policy.learn(schema);
        let merged = self
            .merged
            .iter()
            .filter(|(table, column)| self.policy.facts(table, column).takes_tokens());
        let missed: BTreeSet<String> = merged
            .map(|(table, column)| {
                ColumnName {
                    table: table.into(),
                    column: column.clone(),
                }
                .to_string()
            })
            .collect();
        if missed.is_empty() {
            Ok(())
        } else {
            Err(AnonymizeError::MissedUnique(missed.into_iter().collect()))
        }
    }

    /// Brings what is known of columns up to date.
    fn learn(&mut self) {
        if let Some(schema) = &self.schema
            && mem::take(&mut self.news)
        {
            self.policy.learn(schema);
        }
    }

    pub(super) fn event(
        &mut self,
        event: Event<'_>,
        output: &mut Vec<u8>,
    ) -> Result<(), AnonymizeError> {
        if let Some(schema) = &mut self.schema {
            schema.observe(&event);
        }
        match event {
            Event::Rows(rows) => {
                let Destination::Rows(state) = &mut self.rows else {
                    return Ok(());
                };
                return state
                    .feed(&mut self.masker, rows, output)
                    .map_err(|problem| self.problem(&problem));
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
                self.begin(&statement)?;
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
            Event::CopyEnd {
                terminator, rows, ..
            } => {
                self.end_rows(rows, output)?;
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

    fn begin(&mut self, statement: &Statement<'_>) -> Result<(), AnonymizeError> {
        let kind = match &statement.kind {
            StatementKind::Insert(name) => {
                self.seen(name);
                if self.policy.truncates(name) {
                    *self.report.truncated.entry(name.to_string()).or_default() += 1;
                    self.rows = Destination::Nowhere;
                    return Ok(());
                }
                self.begin_insert(name)?;
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
            StatementKind::Create(_) | StatementKind::Alter(_) => {
                self.news = true;
                Kind::Definition
            }
            StatementKind::Do => Kind::Routine,
            _ => Kind::Other,
        };
        self.select = statement.kind == StatementKind::Select && statement.complete;
        self.statement = Some(StatementMask::new(kind, self.standard_strings));
        Ok(())
    }

    fn begin_insert(&mut self, name: &ObjectName<'_>) -> Result<(), AnonymizeError> {
        if self.table.as_ref().is_some_and(|table| table.name == *name) {
            return Ok(());
        }
        self.end_table();
        self.learn();
        let table = Table::of_insert(name.clone().into_owned(), &self.policy);
        self.table =
            Some(table.map_err(|problem| AnonymizeError::of_problem(name.to_string(), &problem))?);
        Ok(())
    }

    /// Rules that name this table were no mistake.
    fn seen(&mut self, name: &ObjectName<'_>) {
        self.unseen.retain(|table| !table.means(name));
    }

    fn text(&mut self, text: &[u8], output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        if matches!(self.rows, Destination::Nowhere) {
            return Ok(());
        }
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
        self.rows = Destination::None;
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
            policy: &self.policy,
            elsewhere: &mut self.elsewhere,
        };
        let masked = statement.feed(&mut self.masker, text, last, &mut findings, output);
        masked.map_err(|problem| self.problem(&problem))
    }

    fn begin_rows(&mut self, target: &CopyTarget) -> Result<(), AnonymizeError> {
        let name = || target.table.to_string();
        if target.format != CopyFormat::Text {
            return Err(AnonymizeError::CopyFormat {
                table: name(),
                position: target.position,
            });
        }
        self.end_table();
        self.seen(&target.table);
        if self.policy.truncates(&target.table) {
            self.rows = Destination::Nowhere;
            self.table = Some(Table {
                name: target.table.clone(),
                columns: Vec::new(),
            });
            return Ok(());
        }
        self.learn();
        let table = Table::of_copy(target.table.clone(), &target.columns, &self.policy);
        let mut table = table.map_err(|problem| AnonymizeError::of_problem(name(), &problem))?;
        self.rows = Destination::Rows(Rows::new(mem::take(&mut table.columns)));
        self.table = Some(table);
        Ok(())
    }

    fn end_rows(&mut self, count: u64, output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        match mem::replace(&mut self.rows, Destination::None) {
            Destination::None => {}
            Destination::Nowhere => {
                if let Some(table) = &self.table {
                    self.report.truncated.insert(table.name.to_string(), count);
                }
            }
            Destination::Rows(rows) => {
                let columns = rows
                    .finish(&mut self.masker, output)
                    .map_err(|problem| self.problem(&problem))?;
                if let Some(table) = &mut self.table {
                    table.columns = columns;
                }
            }
        }
        self.end_table();
        Ok(())
    }

    /// Reports what was found in the table at hand.
    fn end_table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        for column in table
            .columns
            .into_iter()
            .filter(|column| column.tally.found > 0 || column.is_ruled())
        {
            if column.tally.replaced > 0 && !column.facts.takes_tokens() {
                self.merged.push((table.name.clone(), column.name.clone()));
            }
            let key = (
                table.name.to_string(),
                String::from_utf8_lossy(&column.name).into_owned(),
            );
            let report = self.report.columns.entry(key).or_default();
            report.rule = column.action.name();
            report.unique |= column.facts.takes_tokens();
            report.found += column.tally.found;
            report.replaced += column.tally.replaced;
            report.changed += column.changed;
            self.report.replaced += column.tally.replaced;
        }
    }

    fn problem(&self, problem: &Problem) -> AnonymizeError {
        let table = self
            .table
            .as_ref()
            .map(|table| table.name.to_string())
            .unwrap_or_default();
        AnonymizeError::of_problem(table, problem)
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
