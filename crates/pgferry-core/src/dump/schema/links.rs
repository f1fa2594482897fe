//! Which columns hold the same values.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::Strategy;
use super::model::{Name, Schema, Table};

pub(super) type ColumnOf = (Name, Vec<u8>);

impl Schema {
    /// All columns whose different values have to stay different: those in unique keys, and those that foreign keys and
    /// partitioning tie to them, over any number of steps.
    ///
    /// A partition's key counts for its siblings too: they hold values of one table, which should be masked alike.
    pub(super) fn keyed_columns(&self) -> BTreeSet<ColumnOf> {
        let mut pending: Vec<ColumnOf> = Vec::new();
        for (name, table) in &self.tables {
            let existing: BTreeSet<_> = self
                .columns(name)
                .into_iter()
                .map(|column| &column.name)
                .collect();
            for column in table.keys.iter().flat_map(|key| &key.columns) {
                // A generated column is unique by what it is made of.
                let generated = table.generated.get(column);
                let made_of = generated.into_iter().flat_map(|made| &made.columns);
                for column in std::iter::once(column).chain(made_of) {
                    if existing.contains(column) {
                        pending.push((name.clone(), column.clone()));
                    }
                }
            }
        }
        self.tied_to(pending)
    }

    /// Columns in which different addresses have to stay different for a reason that is no key of tables.
    pub(super) fn columns_apart(&self) -> BTreeSet<ColumnOf> {
        let mut pending: Vec<ColumnOf> = Vec::new();
        for (name, table) in &self.tables {
            for column in self.columns(name) {
                let listed = table.partitioned.as_ref().is_some_and(|(strategy, key)| {
                    *strategy == Strategy::List && key.columns.contains(&column.name)
                });
                if listed || self.labels_addresses(&column.column_type) {
                    pending.push((name.clone(), column.name.clone()));
                }
            }
            for (column, _) in self.behind_view(name, table) {
                pending.push(column);
            }
        }
        self.tied_to(pending)
    }

    /// For a view with a unique index, which can only be a materialized one: columns of the tables that it may be made
    /// of, and whether something is taken of them that may be the same for different values.
    ///
    /// Where the index covers nothing but what has the name of such a column, these are the ones. Otherwise whatever is
    /// named in the view counts, or in a view that is named there.
    pub(super) fn behind_view(&self, name: &Name, table: &Table) -> Vec<(ColumnOf, bool)> {
        let Some(body) = self.views.get(name).filter(|_| !table.keys.is_empty()) else {
            return Vec::new();
        };
        let mut words = body.clone();
        let mut known = 0;
        while known < words.columns.len() {
            known = words.columns.len();
            for (view, body) in &self.views {
                if words.columns.iter().any(|word| **word == *view.name) {
                    words.append(body);
                }
            }
        }
        let named: BTreeSet<&[u8]> = words.columns.iter().map(Vec::as_slice).collect();
        let mut behind = Vec::new();
        for source in self.tables.keys() {
            if !named.contains(&*source.name) || self.views.contains_key(source) {
                continue;
            }
            for column in self.columns(source) {
                if named.contains(column.name.as_slice()) {
                    let altered = words.altered.contains(&column.name);
                    behind.push(((source.clone(), column.name.clone()), altered));
                }
            }
        }
        let covered: BTreeSet<&Vec<u8>> = table.keys.iter().flat_map(|key| &key.columns).collect();
        let is_direct = covered.iter().all(|name| {
            let of_name = |((_, column), altered): &(ColumnOf, bool)| column == *name && !altered;
            behind.iter().any(of_name) && !table.keys.iter().any(|key| key.altered.contains(name))
        });
        if is_direct {
            behind.retain(|((_, column), _)| covered.contains(column));
        }
        behind
    }

    /// These columns, and those that hold the same values, over any number of steps.
    pub(super) fn tied_to(&self, mut pending: Vec<ColumnOf>) -> BTreeSet<ColumnOf> {
        let links = self.links();
        let mut tied = BTreeSet::new();
        while let Some(column) = pending.pop() {
            if tied.insert(column.clone()) {
                pending.extend(links.get(&column).into_iter().flatten().cloned());
            }
        }
        tied
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
