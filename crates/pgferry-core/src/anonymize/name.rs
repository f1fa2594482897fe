//! Names of tables and columns, as settings and flags write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::dump::ObjectName;

/// A table by name: `users`, `public.users`, `"odd.schema".users`.
///
/// Names are written as the database has them: quotes are only needed around a dot, and nothing is folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableName {
    /// Without one, the table is meant in every schema.
    pub schema: Option<Vec<u8>>,
    pub name: Vec<u8>,
}

/// A column by name: `users.email`, `public.users.email`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ColumnName {
    pub table: TableName,
    pub column: Vec<u8>,
}

/// Text that is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("{0:?} is not the name of a table, like users or public.users")]
    Table(String),
    #[error("{0:?} is not the name of a column, like users.email or public.users.email")]
    Column(String),
}

impl TableName {
    /// Whether this is a name of that table.
    pub fn means(&self, table: &ObjectName<'_>) -> bool {
        *self.name == *table.name
            && (self.schema.is_none() || self.schema.as_deref() == table.schema.as_deref())
    }
}

impl From<&ObjectName<'_>> for TableName {
    fn from(table: &ObjectName<'_>) -> Self {
        Self {
            schema: table.schema.as_ref().map(|schema| schema.to_vec()),
            name: table.name.to_vec(),
        }
    }
}

impl FromStr for TableName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut parts = parts(text).unwrap_or_default().into_iter();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(name), None, None) => Ok(Self { schema: None, name }),
            (Some(schema), Some(name), None) => Ok(Self {
                schema: Some(schema),
                name,
            }),
            _ => Err(NameError::Table(text.to_owned())),
        }
    }
}

impl FromStr for ColumnName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut parts = parts(text).unwrap_or_default().into_iter();
        let (table, column) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(name), Some(column), None, None) => (TableName { schema: None, name }, column),
            (Some(schema), Some(name), Some(column), None) => (
                TableName {
                    schema: Some(schema),
                    name,
                },
                column,
            ),
            _ => return Err(NameError::Column(text.to_owned())),
        };
        Ok(Self { table, column })
    }
}

/// The parts between dots; none of them may be empty.
fn parts(text: &str) -> Option<Vec<Vec<u8>>> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let part = parts.last_mut()?;
        match character {
            '.' => parts.push(String::new()),
            '"' if part.is_empty() => loop {
                match characters.next()? {
                    '"' if characters.peek() == Some(&'"') => part.extend(characters.next()),
                    '"' => break,
                    other => part.push(other),
                }
            },
            other => part.push(other),
        }
    }
    let whole = parts.iter().all(|part| !part.is_empty());
    whole.then(|| parts.into_iter().map(String::into_bytes).collect())
}

fn write_part(formatter: &mut fmt::Formatter<'_>, part: &[u8]) -> fmt::Result {
    let text = String::from_utf8_lossy(part);
    if text.contains(['.', '"']) {
        write!(formatter, "\"{}\"", text.replace('"', "\"\""))
    } else {
        formatter.write_str(&text)
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write_part(formatter, schema)?;
            formatter.write_str(".")?;
        }
        write_part(formatter, &self.name)
    }
}

impl fmt::Display for ColumnName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.", self.table)?;
        write_part(formatter, &self.column)
    }
}

impl TryFrom<String> for TableName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<TableName> for String {
    fn from(name: TableName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for ColumnName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<ColumnName> for String {
    fn from(name: ColumnName) -> Self {
        name.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for text in [
            "users.email",
            "public.users.email",
            "\"a.b\".\"c\"\"d\".Name",
        ] {
            assert_eq!(text.parse::<ColumnName>().unwrap().to_string(), text);
        }
        let column = "\"a.b\".t.\"x\"".parse::<ColumnName>().unwrap();
        assert_eq!(column.table.schema.as_deref(), Some(b"a.b".as_slice()));
        assert_eq!(column.to_string(), "\"a.b\".t.x");
        let table = ObjectName {
            schema: Some(b"public".into()),
            name: b"users".into(),
        };
        assert!("users".parse::<TableName>().unwrap().means(&table));
        assert!(!"x.users".parse::<TableName>().unwrap().means(&table));
        for text in [
            "users.email",
            "public.users.email",
            "\"a.b\".\"c\"\"d\".Name",
        ] {
            assert_eq!(text.parse::<ColumnName>().unwrap().to_string(), text);
        }
        let column = "\"a.b\".t.\"x\"".parse::<ColumnName>().unwrap();
        assert_eq!(column.table.schema.as_deref(), Some(b"a.b".as_slice()));
        assert_eq!(column.to_string(), "\"a.b\".t.x");
        let table = ObjectName {
            schema: Some(b"public".into()),
            name: b"users".into(),
        };
        assert!("users".parse::<TableName>().unwrap().means(&table));
        assert!(!"x.users".parse::<TableName>().unwrap().means(&table));
        for text in ["", "users", "a..b", ".a", "a.b.c.d", "\"a.b"] {
            assert!(text.parse::<ColumnName>().is_err(), "{text}");
        }
        assert_eq!(
            "x".parse::<ColumnName>().unwrap_err().to_string(),
            "\"x\" is not the name of a column, like users.email or public.users.email"
        );
    }
}
