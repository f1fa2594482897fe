//! Which columns hold values that have to be unique.

use std::collections::BTreeMap;

use crate::dump::ObjectName;
use crate::dump::schema::{KeyKind, Schema, ValueKind};

/// The keys of a dump that the address could break.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub(super) tables: BTreeMap<ObjectName<'static>, TablePlan>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TablePlan {
    /// Columns whose values, together, are unique.
    pub keys: Vec<Vec<Vec<u8>>>,
    /// All of the table, in its order.
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: Vec<u8>,
    /// An address can stand in it.
    pub holds_text: bool,
    /// The most characters that fit.
    pub longest: Option<u32>,
}

impl Plan {
    /// Of all definitions of a dump.
    pub fn of(schema: &Schema) -> Self {
        let mut tables = BTreeMap::new();
        for table in schema.tables() {
            let columns: Vec<Column> = table.columns.iter().map(Column::of).collect();
            let holds_text = |name: &Vec<u8>| {
                columns
                    .iter()
                    .any(|column| column.holds_text && column.name == *name)
            };
            let mut keys: Vec<Vec<Vec<u8>>> = Vec::new();
            for key in schema.unique_keys(&table.name) {
                // A generated column is unique by what it is made of.
                let made_of = key
                    .columns
                    .iter()
                    .flat_map(|column| schema.generated_of(&table.name, column));
                keys.extend(
                    made_of
                        .filter(|name| holds_text(name))
                        .map(|name| vec![name.clone()]),
                );
                if !key.columns.iter().any(holds_text) {
                    continue;
                }
                if key.expression || key.kind == KeyKind::Exclusion {
                    let alone = key.columns.iter().filter(|name| holds_text(name));
                    keys.extend(alone.map(|name| vec![name.clone()]));
                } else {
                    keys.push(key.columns.clone());
                }
            }
            keys.sort();
            keys.dedup();
            if !keys.is_empty() {
                tables.insert(table.name, TablePlan { keys, columns });
            }
        }
        Self { tables }
    }

    /// The table of that name. Dumps made before 2018 leave the schema out where `search_path` has it.
    pub(super) fn find(
        &self,
        name: &ObjectName<'static>,
    ) -> Option<(&ObjectName<'static>, &TablePlan)> {
        if name.schema.is_some() || self.tables.contains_key(name) {
            return self.tables.get_key_value(name);
        }
        let mut of_name = self
            .tables
            .iter()
            .filter(|(table, _)| table.name == name.name);
        of_name.next().filter(|_| of_name.next().is_none())
    }

    /// Whether there is nothing that could be repaired.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

impl Column {
    fn of(column: &crate::dump::schema::Column) -> Self {
        Self {
            name: column.name.clone(),
            holds_text: !matches!(column.kind, ValueKind::Plain | ValueKind::Bytes),
            // Of an array, it is the elements' length.
            longest: column
                .column_type
                .length
                .filter(|_| !column.column_type.array),
        }
    }
}
