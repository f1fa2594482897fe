//! The `[anonymize]` section of `pgferry.toml`.
//!
//! ```toml
//! [anonymize]
//! unlisted = "refuse"                 # or "addresses", the default
//! unique = ["users.identifier"]       # only needed where the keys come after the data
//! truncate = ["request_log"]          # the table stays, its rows don't
//!
//! [anonymize.columns.users]
//! name = { fake = "name" }
//! phone = "mask"
//! password_hash = { constant = "!" }
//! picture = "null"
//! birthday = { shift = 30 }
//! settings = { json = { "profile.name" = { fake = "name" }, "devices.*.serial" = "hash" } }
//! identifier = "addresses"            # what every column gets that no rule names
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::name::{ColumnName, TableName};
use super::path::JsonPath;
use crate::dump::ObjectName;

/// What to do with the columns of a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    pub unlisted: Unlisted,
    /// Columns that are known to be unique, or to refer to one that is.
    pub unique: Vec<ColumnName>,
    /// Tables whose rows are left out.
    pub truncate: Vec<TableName>,
    pub columns: BTreeMap<TableName, BTreeMap<String, Action>>,
}

/// What to do with columns that could hold text and that no rule names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unlisted {
    /// Replace the addresses in them.
    #[default]
    Addresses,
    /// Stop.
    Refuse,
}

/// What becomes of a column's values. NULL stays NULL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Addresses in them are replaced.
    #[default]
    Addresses,
    /// They stay as they are, addresses and all.
    Keep,
    /// NULL.
    Null,
    /// This text.
    Constant(String),
    /// 32 hexadecimal digits that depend on the value and the key; in a column of type uuid, a UUID.
    Hash,
    /// Letters become `x`, digits `0`; everything else stays, so lengths do too.
    Mask,
    /// Something made up; the same for the same value.
    Fake(Fake),
    /// Dates and timestamps move by a secret number of days, up to this many back or forth; all of them by the same,
    /// so their order and distance stay.
    Shift(u16),
    /// By place in a JSON document: `a.b`, with `*` for any key or element. A rule for an object or an array is one for
    /// all strings and numbers in it. Elsewhere in the document, addresses are replaced.
    Json(BTreeMap<JsonPath, Action>),
}

/// Something made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fake {
    Name,
    FirstName,
    LastName,
    Phone,
    Street,
    City,
    Company,
    Ipv4,
    Uuid,
    /// Words, as long as what they replace.
    Text,
}

impl Action {
    /// Its name in settings and reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Keep => "keep",
            Self::Null => "null",
            Self::Constant(_) => "constant",
            Self::Hash => "hash",
            Self::Mask => "mask",
            Self::Fake(_) => "fake",
            Self::Shift(_) => "shift",
            Self::Json(_) => "json",
        }
    }
}

impl Rules {
    /// Whether a rule names the column, or leaves its table's rows out.
    pub fn name_column(&self, schema: &str, table: &str, column: &str) -> bool {
        let table = ObjectName {
            schema: Some(schema.as_bytes().into()),
            name: table.as_bytes().into(),
        };
        self.of_column(&table, column.as_bytes()).is_some() || self.truncates(&table)
    }

    /// The rule for a column, if one names it: one for its table in its schema before one for its table in any.
    pub(in super::super) fn of_column(
        &self,
        table: &ObjectName<'_>,
        column: &[u8],
    ) -> Option<&Action> {
        let named = |qualified: bool| {
            self.columns
                .iter()
                .filter(|(name, _)| name.schema.is_some() == qualified && name.means(table))
                .find_map(|(_, columns)| columns.iter().find(|(name, _)| name.as_bytes() == column))
        };
        named(true)
            .or_else(|| named(false))
            .map(|(_, action)| action)
    }

    pub(in super::super) fn truncates(&self, table: &ObjectName<'_>) -> bool {
        self.truncate.iter().any(|name| name.means(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(schema: &'static [u8]) -> ObjectName<'static> {
        ObjectName {
            schema: Some(schema.into()),
            name: b"users".into(),
        }
    }

    #[test]
    fn settings_are_read_and_written() {
        let text = r#"{
            "unlisted": "refuse",
            "unique": ["users.identifier"],
            "truncate": ["public.request_log"],
            "columns": {"users": {
                "name": {"fake": "first-name"}, "phone": "mask", "hash": {"constant": "!"}, "picture": "null",
                "born": {"shift": 30}, "id": "keep", "key": "hash",
                "settings": {"json": {"profile.name": {"fake": "name"}, "devices.*.serial": "hash"}}
            }}
        }"#;
        let rules: Rules = serde_json::from_str(text).unwrap();
        assert_eq!(rules.unlisted, Unlisted::Refuse);
        let action = |column: &str| rules.of_column(&users(b"public"), column.as_bytes());
        assert_eq!(action("name"), Some(&Action::Fake(Fake::FirstName)));
        assert_eq!(action("phone"), Some(&Action::Mask));
        assert_eq!(action("born"), Some(&Action::Shift(30)));
        assert_eq!(action("nothing"), None);
        let log = |schema: &'static [u8]| ObjectName {
            schema: Some(schema.into()),
            name: b"request_log".into(),
        };
        assert!(rules.truncates(&log(b"public")) && !rules.truncates(&log(b"x")));
        let again: Rules = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
        assert_eq!(again, rules);
        for wrong in [
            r#"{"unlisted": "x"}"#,
            r#"{"unknown": 1}"#,
            r#"{"columns": {"users": {"a": "x"}}}"#,
            r#"{"unique": ["x"]}"#,
        ] {
            assert!(serde_json::from_str::<Rules>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_nearest_name_wins() {
        let text =
            r#"{"columns": {"users": {"a": "mask", "b": "hash"}, "x.users": {"a": "keep"}}}"#;
        let rules: Rules = serde_json::from_str(text).unwrap();
        let action = |schema: &'static [u8], column: &[u8]| rules.of_column(&users(schema), column);
        assert_eq!(action(b"x", b"a"), Some(&Action::Keep));
        assert_eq!(action(b"x", b"b"), Some(&Action::Hash));
        assert_eq!(action(b"y", b"a"), Some(&Action::Mask));
    }
}
