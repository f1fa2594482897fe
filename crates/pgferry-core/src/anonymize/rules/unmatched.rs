//! Rules that nothing answers to: misspelt ones, and those for what was dropped.

use std::collections::BTreeMap;
use std::fmt;

use super::super::columns::Columns;
use super::super::name::{ColumnName, TableName};
use super::settings::Rules;
use crate::dump::ObjectName;
use crate::nearest::nearest;

/// What a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Truncate(TableName),
    Column(ColumnName),
    Unique(ColumnName),
}

/// A rule that nothing answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    pub subject: Subject,
    pub missing: Missing,
}

/// What a rule names that isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// With the name that comes nearest, if one comes near.
    Table { nearest: Option<TableName> },
    /// The table is there, and its rows are not: they are its partitions', or on another server.
    Rows,
    /// The table is there; with the column that comes nearest, if one comes near.
    Column { nearest: Option<String> },
}

impl Subject {
    pub fn table(&self) -> &TableName {
        match self {
            Self::Truncate(table) => table,
            Self::Column(column) | Self::Unique(column) => &column.table,
        }
    }

    fn column(&self) -> Option<&ColumnName> {
        match self {
            Self::Truncate(_) => None,
            Self::Column(column) | Self::Unique(column) => Some(column),
        }
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.subject.table();
        match (&self.missing, self.subject.column()) {
            (Missing::Column { nearest }, Some(column)) => {
                write!(f, "a rule names column {column}, which does not exist")?;
                nearest
                    .iter()
                    .try_for_each(|nearest| write!(f, "; did you mean {nearest}?"))
            }
            (Missing::Rows, _) => write!(
                f,
                "a rule names table {table}, which has no rows of its own; the rows of partitions take rules for these"
            ),
            (Missing::Table { nearest }, _) => {
                write!(f, "a rule names table {table}, which does not exist")?;
                nearest
                    .iter()
                    .try_for_each(|nearest| write!(f, "; did you mean {nearest}?"))
            }
            (Missing::Column { .. }, None) => write!(f, "a rule for table {table} matches nothing"),
        }
    }
}

impl Rules {
    /// The rules that nothing in these columns answers to. `has_rows` says of which tables there are rows.
    pub fn unmatched(
        &self,
        columns: &Columns,
        has_rows: impl Fn(&ObjectName<'_>) -> bool,
    ) -> Vec<Unmatched> {
        let subjects = self.subjects().into_iter();
        let unmatched = subjects.filter_map(|subject| {
            let missing = missing(&subject, columns, &has_rows)?;
            Some(Unmatched { subject, missing })
        });
        unmatched.collect()
    }

    /// The same rules without these.
    #[must_use]
    pub fn without(&self, unmatched: &[Unmatched]) -> Self {
        let is_left = |subject: &Subject| !unmatched.iter().any(|other| other.subject == *subject);
        let columns: BTreeMap<_, BTreeMap<_, _>> = self
            .columns
            .iter()
            .map(|(table, rules)| {
                let rules = rules.iter().filter(|(name, _)| {
                    is_left(&Subject::Column(ColumnName {
                        table: table.clone(),
                        column: name.as_bytes().to_vec(),
                    }))
                });
                let rules = rules.map(|(name, action)| (name.clone(), action.clone()));
                (table.clone(), rules.collect())
            })
            .collect();
        Self {
            unlisted: self.unlisted,
            unique: self
                .unique
                .iter()
                .filter(|column| is_left(&Subject::Unique((*column).clone())))
                .cloned()
                .collect(),
            truncate: self
                .truncate
                .iter()
                .filter(|table| is_left(&Subject::Truncate((*table).clone())))
                .cloned()
                .collect(),
            columns: columns
                .into_iter()
                .filter(|(_, rules)| !rules.is_empty())
                .collect(),
        }
    }

    fn subjects(&self) -> Vec<Subject> {
        let columns = self.columns.iter().flat_map(|(table, rules)| {
            rules.keys().map(|name| {
                Subject::Column(ColumnName {
                    table: table.clone(),
                    column: name.clone().into_bytes(),
                })
            })
        });
        let truncate = self.truncate.iter().cloned().map(Subject::Truncate);
        let unique = self.unique.iter().cloned().map(Subject::Unique);
        truncate.chain(columns).chain(unique).collect()
    }
}

fn missing(
    subject: &Subject,
    columns: &Columns,
    has_rows: &impl Fn(&ObjectName<'_>) -> bool,
) -> Option<Missing> {
    let named: Vec<_> = columns
        .tables()
        .filter(|(table, _)| subject.table().means(table))
        .collect();
    if named.is_empty() {
        let tables = columns.tables().map(|(table, _)| table);
        let near = nearest(
            &subject.table().name,
            tables.map(|table| (&*table.name, table)),
        );
        let nearest = near.map(|table| TableName {
            // As it was written: with its schema or without.
            schema: subject
                .table()
                .schema
                .as_ref()
                .and(table.schema.as_deref())
                .map(<[u8]>::to_vec),
            name: table.name.to_vec(),
        });
        return Some(Missing::Table { nearest });
    }
    if let Some(column) = subject.column() {
        let known = || named.iter().flat_map(|(_, facts)| facts.iter());
        if !known().any(|(name, _)| *name == column.column) {
            let near = nearest(
                &column.column,
                known().map(|(name, _)| (name.as_slice(), name)),
            );
            let nearest = near.map(|name| String::from_utf8_lossy(name).into_owned());
            return Some(Missing::Column { nearest });
        }
    }
    let is_unique = matches!(subject, Subject::Unique(_));
    (!is_unique && !named.iter().any(|(table, _)| has_rows(table))).then_some(Missing::Rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::schema::Schema;

    #[test]
    fn what_matches_nothing_is_left_out() {
        let mut schema = Schema::new();
        schema.observe_sql(
            b"CREATE TABLE public.users (id integer, password_hash text); CREATE TABLE public.parted (a text);",
        );
        let rules: Rules = serde_json::from_str(
            r#"{"truncate": ["user", "log", "parted"], "unique": ["users.id", "users.x"],
                "columns": {"users": {"pasword_hash": "hash", "password_hash": "mask", "gone": "null"}, "public.usrs": {"a": "keep"}}}"#,
        )
        .unwrap();
        let unmatched = rules.unmatched(&Columns::from(&schema), |table| *table.name == *b"users");
        let texts: Vec<String> = unmatched.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "a rule names table user, which does not exist; did you mean users?",
                "a rule names table log, which does not exist",
                "a rule names table parted, which has no rows of its own; the rows of partitions take rules for these",
                "a rule names column users.gone, which does not exist",
                "a rule names column users.pasword_hash, which does not exist; did you mean password_hash?",
                "a rule names table public.usrs, which does not exist; did you mean public.users?",
                "a rule names column users.x, which does not exist",
            ]
        );
        let left = rules.without(&unmatched);
        let expected: Rules = serde_json::from_str(
            r#"{"unique": ["users.id"], "columns": {"users": {"password_hash": "mask"}}}"#,
        )
        .unwrap();
        assert_eq!(left, expected);
    }
}
