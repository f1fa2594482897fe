//! What a dump's definitions say about its columns, as the masker needs it.

use std::collections::BTreeMap;

use crate::dump::ObjectName;
use crate::dump::schema::{Column, KeyKind, Schema, ValueKind};

use super::columns::{ColumnFacts, Columns, Reference};
use super::shape::Shape;

impl From<&Schema> for Columns {
    fn from(schema: &Schema) -> Self {
        let tables = schema.tables();
        let mut columns = Self::default();
        let mut families = Families::default();
        for table in &tables {
            for key in schema.foreign_keys(&table.name) {
                let referenced = if key.referenced.is_empty() {
                    primary_key(schema, &key.table)
                } else {
                    &key.referenced
                };
                for (column, referenced) in key.columns.iter().zip(referenced) {
                    families.relate((&table.name, column), (&key.table, referenced));
                }
                columns.add_reference(Reference {
                    table: table.name.clone(),
                    columns: key.columns.clone(),
                    referenced: key.table.clone(),
                });
            }
        }
        for table in tables {
            let primary_key = primary_key(schema, &table.name);
            let facts = table.columns.iter().map(|column| {
                let facts = ColumnFacts {
                    unique: column.keyed,
                    apart: column.apart,
                    longest: column.column_type.length,
                    shape: shape(column),
                    not_null: primary_key.contains(&column.name),
                    family: families.of_column(&table.name, &column.name),
                };
                (column.name.clone(), facts)
            });
            columns.set_table(table.name.clone(), facts.collect());
        }
        columns
    }
}

fn primary_key<'a>(schema: &'a Schema, table: &ObjectName<'_>) -> &'a [Vec<u8>] {
    let key = schema
        .unique_keys(table)
        .iter()
        .find(|key| key.kind == KeyKind::PrimaryKey);
    key.map(|key| key.columns.as_slice()).unwrap_or_default()
}

fn shape(column: &Column) -> Shape {
    let name: &[u8] = &column.column_type.name.name;
    let shape = match column.kind {
        ValueKind::Json => Shape::Json,
        ValueKind::Text | ValueKind::Xml | ValueKind::Search => Shape::Text,
        ValueKind::Bytes => Shape::Bytes,
        ValueKind::Unknown if name == b"hstore" => Shape::Json,
        ValueKind::Composite | ValueKind::Unknown => Shape::Unknown,
        ValueKind::Plain => match name {
            b"uuid" => Shape::Uuid,
            b"inet" | b"cidr" => Shape::Network,
            b"date" => Shape::Date,
            b"timestamp with time zone" | b"timestamp without time zone" => Shape::Timestamp,
            _ => Shape::Other,
        },
    };
    match (column.column_type.array, shape.is_text_like()) {
        (true, true) => Shape::Array,
        (true, false) => Shape::Other,
        (false, _) => shape,
    }
}

type ColumnOf = (ObjectName<'static>, Vec<u8>);

/// Which columns refer to one another, directly or by way of others.
#[derive(Debug, Default)]
struct Families {
    numbers: BTreeMap<ColumnOf, usize>,
    /// For each number, a smaller one of the same family, or itself.
    parents: Vec<usize>,
}

impl Families {
    fn number(&mut self, (table, column): (&ObjectName<'static>, &[u8])) -> usize {
        let next = self.parents.len();
        let number = *self
            .numbers
            .entry((table.clone(), column.to_vec()))
            .or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        self.root(number)
    }

    fn root(&self, mut number: usize) -> usize {
        while let Some(&parent) = self.parents.get(number)
            && parent != number
        {
            number = parent;
        }
        number
    }

    fn relate(
        &mut self,
        left: (&ObjectName<'static>, &[u8]),
        right: (&ObjectName<'static>, &[u8]),
    ) {
        let (left, right) = (self.number(left), self.number(right));
        if let Some(parent) = self.parents.get_mut(left.max(right)) {
            *parent = left.min(right);
        }
    }

    fn of_column(&self, table: &ObjectName<'static>, column: &[u8]) -> Option<usize> {
        self.numbers
            .get(&(table.clone(), column.to_vec()))
            .map(|&number| self.root(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_tell_about_columns() {
        let mut schema = Schema::new();
        schema.observe_sql(
            b"CREATE TABLE s.users (id uuid, mail character varying(80), doc jsonb, tags text[], n integer[], at date);
              CREATE TABLE s.letters (\"to\" text, cc text);
              CREATE TABLE s.copies (letter text);
              ALTER TABLE ONLY s.users ADD CONSTRAINT p PRIMARY KEY (id);
              ALTER TABLE ONLY s.users ADD CONSTRAINT u UNIQUE (mail);
              ALTER TABLE ONLY s.letters ADD CONSTRAINT f FOREIGN KEY (\"to\") REFERENCES s.users(mail);
              ALTER TABLE ONLY s.copies ADD CONSTRAINT f FOREIGN KEY (letter) REFERENCES s.letters(\"to\");",
        );
        let mut columns = Columns::from(&schema);
        columns.set_unique("users.doc".parse().unwrap());
        let of = |table: &[u8], column: &[u8]| {
            columns.of_column(
                &ObjectName {
                    schema: Some(b"s".into()),
                    name: table.into(),
                },
                column,
            )
        };
        assert_eq!(of(b"users", b"id").shape, Shape::Uuid);
        assert!(of(b"users", b"id").not_null && of(b"users", b"id").unique);
        assert_eq!(
            (of(b"users", b"mail").longest, of(b"users", b"mail").unique),
            (Some(80), true)
        );
        assert_eq!(
            (of(b"users", b"doc").shape, of(b"users", b"doc").unique),
            (Shape::Json, true)
        );
        assert_eq!(
            (of(b"users", b"tags").shape, of(b"users", b"tags").unique),
            (Shape::Array, false)
        );
        assert_eq!(
            (of(b"users", b"n").shape, of(b"users", b"at").shape),
            (Shape::Other, Shape::Date)
        );
        assert!(of(b"copies", b"letter").unique && !of(b"letters", b"cc").unique);
        let family = of(b"users", b"mail").family;
        assert!(
            family.is_some()
                && family == of(b"letters", b"to").family
                && family == of(b"copies", b"letter").family
        );
        assert_eq!(of(b"letters", b"cc").family, None);
        assert_eq!(of(b"nothing", b"x"), ColumnFacts::default());
    }
}
