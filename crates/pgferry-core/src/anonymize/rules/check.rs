//! Rules against what is known of the tables: whatever is wrong with them is said before anything is written.

use super::super::columns::{ColumnFacts, Columns, Reference};
use super::super::name::{ColumnName, TableName};
use super::super::shape::Shape;
use super::apply::SHORTEST_HASH;
use super::settings::{Action, Fake, Rules, Unlisted};
use super::unmatched::Unmatched;

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    #[error("{0}")]
    Unmatched(Unmatched),
    #[error("no rule names column {0}, and unlisted columns are refused")]
    Unlisted(ColumnName),
    #[error("column {0} cannot be null")]
    NotNull(ColumnName),
    #[error("column {column}: {action} does not fit its type")]
    Type {
        column: ColumnName,
        action: &'static str,
    },
    #[error("column {column} is unique, but {action} makes different values equal")]
    Collides {
        column: ColumnName,
        action: &'static str,
    },
    #[error(
        "column {column}: a hash cut to {longest} characters does not keep different values apart"
    )]
    ShortHash { column: ColumnName, longest: u32 },
    #[error("columns {0} and {1} refer to one another, but their rules differ")]
    Differ(ColumnName, ColumnName),
    #[error("column {column} refers to table {table}, whose rows are left out")]
    Dangles {
        column: ColumnName,
        table: TableName,
    },
    #[error("column {0}: rules inside JSON cannot hold json themselves")]
    Nested(ColumnName),
}

impl Rules {
    /// Everything that is wrong with the rules for these columns.
    pub fn check(&self, columns: &Columns) -> Vec<RuleError> {
        let mut errors: Vec<RuleError> = Vec::new();
        for unmatched in self.unmatched(columns, |_| true) {
            // A table that is missing is named once.
            let is_known = |error: &RuleError| error.to_string() == unmatched.to_string();
            if !errors.iter().any(is_known) {
                errors.push(RuleError::Unmatched(unmatched));
            }
        }
        let mut families: Vec<(usize, &Action, ColumnName)> = Vec::new();
        for (table, facts) in columns.tables().filter(|(table, _)| !self.truncates(table)) {
            for (name, facts) in facts {
                let column = || ColumnName {
                    table: table.into(),
                    column: name.clone(),
                };
                let rule = self.of_column(table, name);
                match rule {
                    None if self.unlisted == Unlisted::Refuse && facts.shape.is_text_like() => {
                        errors.push(RuleError::Unlisted(column()));
                    }
                    Some(action) => fits(action, *facts, &column, &mut errors),
                    None => {}
                }
                let action = rule.unwrap_or(&Action::Addresses);
                let Some(family) = facts.family else { continue };
                match families.iter().find(|(number, ..)| *number == family) {
                    // A reference that becomes NULL refers to nothing.
                    _ if *action == Action::Null => {}
                    Some((_, other, name)) if *other != action => {
                        errors.push(RuleError::Differ(name.clone(), column()));
                    }
                    Some(_) => {}
                    None => families.push((family, action, column())),
                }
            }
        }
        self.references(columns, &mut errors);
        errors
    }

    /// References to tables that will be empty.
    fn references(&self, columns: &Columns, errors: &mut Vec<RuleError>) {
        for Reference {
            table,
            columns,
            referenced,
        } in columns.references()
        {
            let dangles = self.truncates(referenced) && !self.truncates(table);
            let null = columns
                .iter()
                .any(|name| self.of_column(table, name) == Some(&Action::Null));
            if dangles
                && !null
                && let Some(name) = columns.first()
            {
                errors.push(RuleError::Dangles {
                    column: ColumnName {
                        table: table.into(),
                        column: name.clone(),
                    },
                    table: referenced.into(),
                });
            }
        }
    }
}

/// Whether a rule fits a column's type and constraints.
fn fits(
    action: &Action,
    facts: ColumnFacts,
    column: &impl Fn() -> ColumnName,
    errors: &mut Vec<RuleError>,
) {
    let text = matches!(facts.shape, Shape::Text | Shape::Unknown);
    let fits = match action {
        Action::Addresses | Action::Keep | Action::Null | Action::Constant(_) => true,
        Action::Hash => text || matches!(facts.shape, Shape::Bytes | Shape::Uuid),
        Action::Fake(Fake::Uuid) => text || facts.shape == Shape::Uuid,
        Action::Fake(Fake::Ipv4) => text || facts.shape == Shape::Network,
        Action::Mask | Action::Fake(_) => text,
        Action::Shift(_) => text || matches!(facts.shape, Shape::Date | Shape::Timestamp),
        Action::Json(_) => text || facts.shape == Shape::Json,
    };
    let name = action.name();
    if !fits {
        errors.push(RuleError::Type {
            column: column(),
            action: name,
        });
    }
    if *action == Action::Null && facts.not_null {
        errors.push(RuleError::NotNull(column()));
    }
    if let Action::Json(paths) = action
        && paths
            .values()
            .any(|action| matches!(action, Action::Json(_)))
    {
        errors.push(RuleError::Nested(column()));
    }
    if !facts.unique {
        return;
    }
    match (action, facts.longest) {
        (Action::Constant(_) | Action::Mask, _) => errors.push(RuleError::Collides {
            column: column(),
            action: name,
        }),
        (Action::Fake(kind), _) if *kind != Fake::Uuid => {
            errors.push(RuleError::Collides {
                column: column(),
                action: name,
            });
        }
        (Action::Hash, Some(longest)) if longest < SHORTEST_HASH => {
            errors.push(RuleError::ShortHash {
                column: column(),
                longest,
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::schema::Schema;

    fn columns() -> Columns {
        let mut schema = Schema::new();
        schema.observe_sql(
            b"CREATE TABLE public.users (id integer, mail text, code character varying(8), born date, doc jsonb);
              CREATE TABLE public.letters (\"to\" text, body text);
              ALTER TABLE ONLY public.users ADD CONSTRAINT p PRIMARY KEY (id);
              ALTER TABLE ONLY public.users ADD CONSTRAINT u UNIQUE (mail);
              ALTER TABLE ONLY public.users ADD CONSTRAINT v UNIQUE (code);
              ALTER TABLE ONLY public.letters ADD CONSTRAINT f FOREIGN KEY (\"to\") REFERENCES public.users(mail);",
        );
        Columns::from(&schema)
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases: &[(&str, &[&str])] = &[
            ("{}", &[]),
            (
                r#"{"columns": {"users": {"mail": "hash", "born": {"shift": 3}, "doc": {"json": {"a": "mask"}}}, "letters": {"to": "hash"}}}"#,
                &[],
            ),
            (
                r#"{"columns": {"user": {"mail": "keep"}}}"#,
                &["a rule names table user, which does not exist; did you mean users?"],
            ),
            (
                r#"{"truncate": ["x.users"]}"#,
                &["a rule names table x.users, which does not exist; did you mean public.users?"],
            ),
            (
                r#"{"columns": {"users": {"maill": "keep"}}}"#,
                &["a rule names column users.maill, which does not exist; did you mean mail?"],
            ),
            (
                r#"{"unique": ["users.maill"]}"#,
                &["a rule names column users.maill, which does not exist; did you mean mail?"],
            ),
            (
                r#"{"columns": {"users": {"id": "null"}}}"#,
                &["column public.users.id cannot be null"],
            ),
            (
                r#"{"columns": {"users": {"born": "mask", "id": "hash"}}}"#,
                &[
                    "column public.users.id: hash does not fit its type",
                    "column public.users.born: mask does not fit its type",
                ],
            ),
            (
                r#"{"columns": {"users": {"mail": "mask"}}}"#,
                &[
                    "column public.users.mail is unique, but mask makes different values equal",
                    "columns public.letters.to and public.users.mail refer to one another, but their rules differ",
                ],
            ),
            (
                r#"{"columns": {"users": {"code": "hash"}}}"#,
                &[
                    "column public.users.code: a hash cut to 8 characters does not keep different values apart",
                ],
            ),
            (
                r#"{"columns": {"users": {"mail": "hash"}, "letters": {"to": "null"}}}"#,
                &[],
            ),
            (
                r#"{"truncate": ["users"]}"#,
                &["column public.letters.to refers to table public.users, whose rows are left out"],
            ),
            (r#"{"truncate": ["users", "letters"]}"#, &[]),
            (
                r#"{"columns": {"users": {"doc": {"json": {"a": {"json": {}}}}}}}"#,
                &["column public.users.doc: rules inside JSON cannot hold json themselves"],
            ),
            (
                r#"{"unlisted": "refuse", "truncate": ["letters"], "columns": {"users": {"mail": "addresses", "doc": "keep"}}}"#,
                &["no rule names column public.users.code, and unlisted columns are refused"],
            ),
        ];
        for (rules, expected) in cases {
            let rules: Rules = serde_json::from_str(rules).unwrap();
            let errors: Vec<_> = rules
                .check(&columns())
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(errors, *expected, "{rules:?}");
        }
    }
}
