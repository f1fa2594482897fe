//! The numbers that the values of one table get.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};

use memchr::memmem;

use super::plan::TablePlan;
use super::{PLACEHOLDER, Repaired};
use crate::dump::{CopyTarget, ObjectName, copy_text};

/// What was numbered of a table so far.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// How many there are of each kind of value: by the key, and by the values that its columns have.
    seen: HashMap<u64, u32>,
    /// By the column's place in the table.
    done: Vec<Done>,
}

#[derive(Debug, Clone, Default)]
struct Done {
    values: u64,
    too_long: u64,
}

/// Where the columns of a table's keys stand in the rows that come.
#[derive(Debug)]
pub(super) struct Fields {
    keys: Vec<Key>,
    /// Columns that can be numbered, in the order of their fields.
    numbered: Vec<Numbered>,
}

#[derive(Debug)]
struct Key {
    fields: Vec<usize>,
}

#[derive(Debug)]
struct Numbered {
    field: usize,
    /// The column's place in the table.
    column: usize,
    longest: Option<u32>,
    /// Its keys, by their place.
    keys: Vec<usize>,
}

impl Fields {
    pub(super) fn of(plan: &TablePlan, target: &CopyTarget) -> Self {
        let field_of = |name: &Vec<u8>| match target.columns.as_slice() {
            [] => plan.columns.iter().position(|column| column.name == *name),
            named => named.iter().position(|column| column == name),
        };
        let keys: Vec<Key> = plan
            .keys
            .iter()
            .map(|key| Key {
                fields: key.iter().filter_map(field_of).collect(),
            })
            .collect();
        let mut numbered: Vec<Numbered> = plan
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.holds_text)
            .filter_map(|(place, column)| {
                let field = field_of(&column.name)?;
                let of_it = keys.iter().enumerate();
                let of_it = of_it.filter(|(_, key)| key.fields.contains(&field));
                Some(Numbered {
                    field,
                    column: place,
                    longest: column.longest,
                    keys: of_it.map(|(index, _)| index).collect(),
                })
            })
            .filter(|numbered| !numbered.keys.is_empty())
            .collect();
        numbered.sort_by_key(|numbered| numbered.field);
        Self { keys, numbered }
    }

    /// Whether no row can be changed.
    pub(super) fn is_empty(&self) -> bool {
        self.numbered.is_empty()
    }
}

impl Numbers {
    /// Appends a row, without its line end, in which the address stands.
    pub(super) fn append(&mut self, row: &[u8], places: &Fields, output: &mut Vec<u8>) {
        let fields: Vec<&[u8]> = copy_text::fields(row).collect();
        let mut numbered = places.numbered.iter().peekable();
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                output.push(b'\t');
            }
            let place = numbered.next_if(|place| place.field == index);
            let found = place.and_then(|place| Some((place, memmem::find(field, PLACEHOLDER)?)));
            match found {
                Some((place, at)) => self.append_field(field, at, place, &fields, places, output),
                None => output.extend_from_slice(field),
            }
        }
    }

    fn append_field(
        &mut self,
        field: &[u8],
        at: usize,
        place: &Numbered,
        fields: &[&[u8]],
        places: &Fields,
        output: &mut Vec<u8>,
    ) {
        let kinds: Vec<u64> = place
            .keys
            .iter()
            .filter_map(|key| Some((*key, places.keys.get(*key)?)))
            .map(|(key, of)| kind(key, place.field, of, fields))
            .collect();
        let seen = |kind: &u64| self.seen.get(kind).copied().unwrap_or(0);
        let number = kinds.iter().map(seen).max().unwrap_or(0);
        for kind in kinds {
            self.seen.insert(kind, number.saturating_add(1));
        }
        if number == 0 {
            output.extend_from_slice(field);
            return;
        }
        if self.done.len() <= place.column {
            self.done.resize(place.column + 1, Done::default());
        }
        let Some(done) = self.done.get_mut(place.column) else {
            return;
        };
        let before = field.get(..at).unwrap_or_default();
        let behind = field.get(at + PLACEHOLDER.len()..).unwrap_or_default();
        let others = characters(before) + characters(behind);
        let fitting = ["nobody+", "n+", ""]
            .map(|start| format!("{start}{number}@example.com"))
            .into_iter()
            .find(|address| {
                place
                    .longest
                    .is_none_or(|longest| others + address.len() <= longest as usize)
            });
        if let Some(address) = fitting {
            done.values += 1;
            output.extend_from_slice(before);
            output.extend_from_slice(address.as_bytes());
            output.extend_from_slice(behind);
        } else {
            done.too_long += 1;
            output.extend_from_slice(field);
        }
    }

    /// What was done, by columns.
    pub(super) fn report(&self, table: &ObjectName<'static>, plan: &TablePlan) -> Vec<Repaired> {
        let columns = plan.columns.iter().zip(&self.done);
        let columns = columns.filter(|(_, done)| done.values + done.too_long > 0);
        columns
            .map(|(column, done)| Repaired {
                table: table.clone(),
                column: column.name.clone(),
                values: done.values,
                too_long: done.too_long,
            })
            .collect()
    }
}

/// Of the values that a key's columns have in a row. Two kinds that come out the same take numbers from one another, and
/// stay apart all the more.
fn kind(key: usize, field: usize, of: &Key, fields: &[&[u8]]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_usize(key);
    hasher.write_usize(field);
    for index in &of.fields {
        let value = fields.get(*index).copied().unwrap_or_default();
        hasher.write_usize(value.len());
        hasher.write(&value.to_ascii_lowercase());
    }
    hasher.finish()
}

/// In UTF-8; at least as many as there are in other encodings.
fn characters(field: &[u8]) -> usize {
    let value = copy_text::decode(field).unwrap_or_default();
    value.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}
