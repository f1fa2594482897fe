//! What is known about columns, before any of their values is seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::dump::ObjectName;
use crate::dump::schema::Schema;

use super::coats::Backslash;
use super::name::ColumnName;
use super::shape::Shape;

/// What is known about one column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// A unique constraint or index covers the column, or it refers to or is referred to by one of that kind: different
    /// addresses must stay different.
    pub unique: bool,
    /// Different addresses must stay different for another reason; what rules make of the column need not be.
    pub apart: bool,
    /// The longest value in characters, of each element if the column is an array: `varchar(n)`.
    pub longest: Option<u32>,
    pub shape: Shape,
    /// It is part of the primary key. Other reasons for it not to be null are not known.
    pub not_null: bool,
    /// Columns of the same number refer to one another.
    pub family: Option<usize>,
}

impl ColumnFacts {
    /// Whether pseudonyms carry tokens.
    pub(super) fn takes_tokens(self) -> bool {
        self.unique || self.apart
    }

    /// How backslashes are meant in a value that begins with `first`.
    pub(super) fn backslash(self, first: Option<u8>) -> Backslash {
        let escapes = match self.shape {
            Shape::Json | Shape::Array => true,
            Shape::Unknown => matches!(first, Some(b'{' | b'[')),
            _ => false,
        };
        if escapes {
            Backslash::Escapes
        } else {
            Backslash::Plain
        }
    }
}

/// A column's name, and what is known of it.
pub(super) type NamedFacts = (Vec<u8>, ColumnFacts);

/// Columns whose values have to stand in another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) table: ObjectName<'static>,
    pub(super) columns: Vec<Vec<u8>>,
    pub(super) referenced: ObjectName<'static>,
}

/// Everything known about the columns of a dump: made from its [`Schema`].
#[derive(Debug, Clone, Default)]
pub struct Columns {
    tables: BTreeMap<ObjectName<'static>, Vec<NamedFacts>>,
    references: Vec<Reference>,
    unique: BTreeSet<ColumnName>,
}

impl Columns {
    /// The columns of a table, in their order, which counts for `INSERT` without a list of columns.
    pub fn set_table(&mut self, table: ObjectName<'static>, columns: Vec<(Vec<u8>, ColumnFacts)>) {
        self.tables.insert(table, columns);
    }

    /// Has tokens in the pseudonyms of this column, whatever else is known of it.
    pub fn set_unique(&mut self, column: ColumnName) {
        self.unique.insert(column);
    }

    /// What a dump's definitions say, with the columns that were said to be unique.
    pub(super) fn learned(&self, schema: &Schema) -> Self {
        Self {
            unique: self.unique.clone(),
            ..Self::from(schema)
        }
    }

    /// Whether no table is known: then columns show up as the dump goes by.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    pub(super) fn add_reference(&mut self, reference: Reference) {
        self.references.push(reference);
    }

    /// The columns of a table, in their order, as far as they are known.
    pub(super) fn of_table(&self, table: &ObjectName<'_>) -> Vec<NamedFacts> {
        let mut columns = self.known(table).to_vec();
        for (name, facts) in &mut columns {
            facts.unique |= self.is_unique(table, name);
        }
        columns
    }

    /// What is known of one column.
    pub(super) fn of_column(&self, table: &ObjectName<'_>, column: &[u8]) -> ColumnFacts {
        let known = self.known(table).iter().find(|(name, _)| name == column);
        let mut facts = known.map_or_else(ColumnFacts::default, |&(_, facts)| facts);
        facts.unique |= self.is_unique(table, column);
        facts
    }

    /// All tables with their columns.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&ObjectName<'static>, &[NamedFacts])> {
        self.tables
            .iter()
            .map(|(name, columns)| (name, columns.as_slice()))
    }

    /// Which columns refer to which table.
    pub(super) fn references(&self) -> &[Reference] {
        &self.references
    }

    fn known(&self, table: &ObjectName<'_>) -> &[NamedFacts] {
        self.tables
            .get(&table.clone().into_owned())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn is_unique(&self, table: &ObjectName<'_>, column: &[u8]) -> bool {
        self.unique
            .iter()
            .any(|name| name.column == column && name.table.means(table))
    }
}
