//! Columns that hold the same values, so that one rule has to be for all of them: those that foreign keys tie together,
//! and those of a partitioned table and its partitions.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::dump::schema::{KeyKind, Schema};
use crate::dump::{ObjectName, ObjectType, Statement, StatementKind};

type Name = ObjectName<'static>;

const ATTACH: &[u8] = b" ATTACH PARTITION ";

/// Gathers partitions, which a schema does not tell.
#[derive(Debug, Clone, Default)]
pub(super) struct Families {
    /// Partitions with their parents.
    partitions: BTreeMap<Name, Name>,
}

impl Families {
    /// Takes note of `ALTER TABLE … ATTACH PARTITION …`, which is how a dump makes partitions.
    pub(super) fn observe(&mut self, statement: &Statement<'_>) {
        let StatementKind::Alter(object) = &statement.kind else {
            return;
        };
        let (ObjectType::Table, Some(parent)) = (object.object_type, &object.name) else {
            return;
        };
        let Some(at) = memchr::memmem::find(statement.text, ATTACH) else {
            return;
        };
        let rest = statement.text.get(at + ATTACH.len()..).unwrap_or_default();
        if let Some(partition) = read_name(rest) {
            self.partitions
                .insert(partition, parent.clone().into_owned());
        }
    }

    /// For each column of the schema that is tied to others a number, the same for all of a family.
    pub(super) fn numbers(&self, schema: &Schema) -> BTreeMap<(Name, Vec<u8>), usize> {
        let mut ties = Ties::default();
        let tables = schema.tables();
        for table in &tables {
            for key in schema.foreign_keys(&table.name) {
                let primary = schema
                    .unique_keys(&key.table)
                    .iter()
                    .find(|unique| unique.kind == KeyKind::PrimaryKey);
                let referenced = match primary {
                    Some(primary) if key.referenced.is_empty() => &primary.columns,
                    _ => &key.referenced,
                };
                for (column, other) in key.columns.iter().zip(referenced) {
                    ties.tie(
                        (table.name.clone(), column.clone()),
                        (key.table.clone(), other.clone()),
                    );
                }
            }
            if let Some(parent) = self.partitions.get(&table.name) {
                for column in &table.columns {
                    ties.tie(
                        (table.name.clone(), column.name.clone()),
                        (parent.clone(), column.name.clone()),
                    );
                }
            }
        }
        let numbers: Vec<_> = ties.numbers.clone().into_iter().collect();
        numbers
            .into_iter()
            .map(|(column, number)| (column, ties.root(number)))
            .collect()
    }
}

/// The qualified name at the start of `text`.
fn read_name(text: &[u8]) -> Option<Name> {
    let (first, rest) = read_part(text)?;
    let (schema, name) = match rest.strip_prefix(b".") {
        Some(rest) => (Some(Cow::Owned(first)), read_part(rest)?.0),
        None => (None, first),
    };
    Some(ObjectName {
        schema,
        name: Cow::Owned(name),
    })
}

fn read_part(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let Some(mut rest) = text.strip_prefix(b"\"") else {
        let fits =
            |byte: &&u8| byte.is_ascii_alphanumeric() || b"_$".contains(byte) || **byte >= 0x80;
        let length = text.iter().take_while(fits).count();
        let (word, rest) = text.split_at_checked(length)?;
        return (length > 0).then(|| (word.to_ascii_lowercase(), rest));
    };
    let mut part = Vec::new();
    loop {
        let (before, after) = rest.split_at_checked(memchr::memchr(b'"', rest)?)?;
        part.extend_from_slice(before);
        rest = after.get(1..)?;
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                part.push(b'"');
                rest = after;
            }
            None => return Some((part, rest)),
        }
    }
}

/// Disjoint sets.
#[derive(Debug, Default)]
struct Ties {
    numbers: BTreeMap<(Name, Vec<u8>), usize>,
    /// For each number a smaller one of the same family, or itself.
    parents: Vec<usize>,
}

impl Ties {
    fn number(&mut self, column: (Name, Vec<u8>)) -> usize {
        let next = self.parents.len();
        let number = *self.numbers.entry(column).or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        number
    }

    fn root(&mut self, number: usize) -> usize {
        let mut root = number;
        while let Some(parent) = self.parents.get(root).copied()
            && parent != root
        {
            // Halves the way for the next one.
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(root) {
                *slot = grandparent;
            }
            root = grandparent;
        }
        root
    }

    fn tie(&mut self, one: (Name, Vec<u8>), other: (Name, Vec<u8>)) {
        let (one, other) = (self.number(one), self.number(other));
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.parents.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        for (text, expected) in [
            ("public.parts_1 FOR VALUES", Some("public.parts_1")),
            ("Parts DEFAULT", Some("parts")),
            (r#""we""ird.x"."A b" FOR"#, Some(r#""we""ird.x"."A b""#)),
            (r#""open"#, None),
            ("", None),
        ] {
            let name = read_name(text.as_bytes()).map(|name| name.to_string());
            assert_eq!(name.as_deref(), expected, "{text}");
        }
    }
}
