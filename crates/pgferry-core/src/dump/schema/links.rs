//! Which columns hold the same values.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Name, Schema};

type ColumnOf = (Name, Vec<u8>);

impl Schema {
    /// All columns whose different values have to stay different: those in unique keys, and those that foreign keys and
    /// partitioning tie to them, over any number of steps.
    ///
    /// A partition's key counts for its siblings too: they hold values of one table, which should be masked alike.
    pub(super) fn keyed_columns(&self) -> BTreeSet<ColumnOf> {
        let links = self.links();
        let mut pending: Vec<ColumnOf> = Vec::new();
        for (name, table) in &self.tables {
            let existing: BTreeSet<_> = self
                .columns(name)
                .into_iter()
                .map(|column| &column.name)
                .collect();
            for column in table.keys.iter().flat_map(|key| &key.columns) {
                if existing.contains(column) {
                    pending.push((name.clone(), column.clone()));
                }
            }
        }
        let mut keyed = BTreeSet::new();
        while let Some(column) = pending.pop() {
            if keyed.insert(column.clone()) {
                pending.extend(links.get(&column).into_iter().flatten().cloned());
            }
        }
        keyed
    }

    /// Pairs of columns with the same values, both ways.
    fn links(&self) -> BTreeMap<ColumnOf, Vec<ColumnOf>> {
        let mut links: BTreeMap<ColumnOf, Vec<ColumnOf>> = BTreeMap::new();
        let mut link = |one: ColumnOf, other: ColumnOf| {
            links.entry(one.clone()).or_default().push(other.clone());
            links.entry(other).or_default().push(one);
        };
        for (name, table) in &self.tables {
            for key in &table.foreign_keys {
                let referenced = if key.referenced.is_empty() {
                    self.primary_key(&key.table)
                } else {
                    &key.referenced
                };
                for (column, referenced) in key.columns.iter().zip(referenced) {
                    link(
                        (name.clone(), column.clone()),
                        (key.table.clone(), referenced.clone()),
                    );
                }
            }
            if let Some(parent) = &table.partition_of {
                for column in self.columns(name) {
                    link(
                        (name.clone(), column.name.clone()),
                        (parent.clone(), column.name.clone()),
                    );
                }
            }
        }
        links
    }
}
