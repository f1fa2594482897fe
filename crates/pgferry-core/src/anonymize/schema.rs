//! What a dump's definitions say about its columns, as the masker needs it.

use crate::dump::schema::{Column, Schema, ValueKind};

use super::columns::{ColumnFacts, Columns, Shape};

impl From<&Schema> for Columns {
    fn from(schema: &Schema) -> Self {
        let mut columns = Self::default();
        for table in schema.tables() {
            let namespace = table.name.schema.as_deref().unwrap_or_default();
            let facts = table
                .columns
                .iter()
                .map(|column| (column.name.clone(), facts(column)));
            columns.set_table(namespace, &table.name.name, facts.collect());
        }
        columns
    }
}

fn facts(column: &Column) -> ColumnFacts {
    let shape = match column.kind {
        _ if column.column_type.array => Shape::Array,
        ValueKind::Json => Shape::Json,
        ValueKind::Text | ValueKind::Xml | ValueKind::Search => Shape::Text,
        ValueKind::Bytes | ValueKind::Plain | ValueKind::Composite | ValueKind::Unknown => {
            Shape::Unknown
        }
    };
    ColumnFacts {
        unique: column.keyed,
        longest: column.column_type.length,
        shape,
    }
}
