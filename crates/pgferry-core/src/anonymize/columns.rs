//! What is known about columns, before any of their values is seen.

use std::collections::{BTreeMap, BTreeSet};

use super::coats::Backslash;

/// What a column's type says about how its values are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Not known: values that begin with `{` or `[` are taken for JSON or arrays.
    #[default]
    Unknown,
    /// Text, in which a backslash is a backslash.
    Text,
    /// JSON, where a backslash escapes.
    Json,
    /// An array, where it escapes too, and length limits hold for each element.
    Array,
}

/// What is known about one column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// A unique constraint or index covers the column, or it refers to or is referred to by one of that kind: different
    /// addresses must stay different.
    pub unique: bool,
    /// The longest value in characters, of each element if the column is an array: `varchar(n)`.
    pub longest: Option<u32>,
    pub shape: Shape,
}

impl ColumnFacts {
    /// How backslashes are meant in a value that begins with `first`.
    pub(super) fn backslash(self, first: Option<u8>) -> Backslash {
        let escapes = match self.shape {
            Shape::Unknown => matches!(first, Some(b'{' | b'[')),
            Shape::Text => false,
            Shape::Json | Shape::Array => true,
        };
        if escapes {
            Backslash::Escapes
        } else {
            Backslash::Plain
        }
    }
}

/// A column by name. Names are as the database has them: not quoted, not folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnName {
    /// Without one, the table is meant in every schema.
    pub schema: Option<Vec<u8>>,
    pub table: Vec<u8>,
    pub column: Vec<u8>,
}

type TableName = (Vec<u8>, Vec<u8>);

/// Everything known about the columns of a dump.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    tables: BTreeMap<TableName, Vec<(Vec<u8>, ColumnFacts)>>,
    unique: BTreeSet<ColumnName>,
}

impl Columns {
    /// The columns of a table, in their order, which counts for `INSERT` without a list of columns.
    pub fn set_table(&mut self, schema: &[u8], table: &[u8], columns: Vec<(Vec<u8>, ColumnFacts)>) {
        self.tables
            .insert((schema.to_vec(), table.to_vec()), columns);
    }

    /// Has tokens in the pseudonyms of this column, whatever else is known of it.
    pub fn set_unique(&mut self, column: ColumnName) {
        self.unique.insert(column);
    }

    /// The columns of a table, in their order, as far as they are known.
    pub(super) fn of_table(
        &self,
        schema: Option<&[u8]>,
        table: &[u8],
    ) -> Vec<(Vec<u8>, ColumnFacts)> {
        let key = (schema.unwrap_or_default().to_vec(), table.to_vec());
        let mut columns = self.tables.get(&key).cloned().unwrap_or_default();
        for (name, facts) in &mut columns {
            facts.unique |= self.is_unique(schema, table, name);
        }
        columns
    }

    /// What is known of one column.
    pub(super) fn of_column(
        &self,
        schema: Option<&[u8]>,
        table: &[u8],
        column: &[u8],
    ) -> ColumnFacts {
        let key = (schema.unwrap_or_default().to_vec(), table.to_vec());
        let columns = self.tables.get(&key).map(Vec::as_slice).unwrap_or_default();
        let mut facts = columns
            .iter()
            .find(|(name, _)| name == column)
            .map_or_else(ColumnFacts::default, |&(_, facts)| facts);
        facts.unique |= self.is_unique(schema, table, column);
        facts
    }

    fn is_unique(&self, schema: Option<&[u8]>, table: &[u8], column: &[u8]) -> bool {
        let named = |schema: Option<&[u8]>| {
            let name = ColumnName {
                schema: schema.map(<[u8]>::to_vec),
                table: table.to_vec(),
                column: column.to_vec(),
            };
            self.unique.contains(&name)
        };
        named(None) || (schema.is_some() && named(schema))
    }
}
