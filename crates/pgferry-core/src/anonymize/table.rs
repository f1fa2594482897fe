//! A table whose rows are masked.

use crate::dump::ObjectName;

use super::columns::{ColumnFacts, Columns};
use super::insert::Target;
use super::value::Tally;

/// A column of a table, and what was found in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) name: Vec<u8>,
    pub(super) facts: ColumnFacts,
    pub(super) tally: Tally,
}

/// A masked value does not fit the column of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TooLong(pub(super) Vec<u8>);

/// A table that is written to.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: ObjectName<'static>,
    /// In their order, as far as they are known; then those that were named since.
    pub(super) columns: Vec<Column>,
}

impl Table {
    pub(super) fn new(name: ObjectName<'static>, known: &Columns) -> Self {
        let columns = known.of_table(name.schema.as_deref(), &name.name);
        let columns = columns.into_iter().map(|(name, facts)| Column {
            name,
            facts,
            ..Column::default()
        });
        Self {
            columns: columns.collect(),
            name,
        }
    }

    /// The number of a column.
    pub(super) fn column(&mut self, target: Target<'_>, known: &Columns) -> Option<usize> {
        match target {
            Target::Numbered(number) => (number < self.columns.len()).then_some(number),
            Target::Named(name) => Some(self.named(name, known)),
        }
    }

    fn named(&mut self, name: &[u8], known: &Columns) -> usize {
        if let Some(number) = self.columns.iter().position(|column| column.name == name) {
            return number;
        }
        let facts = known.of_column(self.name.schema.as_deref(), &self.name.name, name);
        self.columns.push(Column {
            name: name.to_vec(),
            facts,
            ..Column::default()
        });
        self.columns.len() - 1
    }
}
