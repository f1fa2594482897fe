//! Names of the files of a backup set.
//!
//! | file | current name | stamped name |
//! | --- | --- | --- |
//! | kind `dump` | `DB.dump` | `DB.dump.TS` |
//! | kind `full` | `DB.gz` | `DB.TS.gz` |
//! | kind `anon` | `DB.anon.gz` | `DB.anon.TS.gz` |
//! | manifest | `DB.json` | `DB.TS.json` |
//!
//! `TS` is `%Y-%m-%dT%H:%M:%S` in UTC. The current name is a symlink on a host and the key in a bucket.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

const STAMP: &str = "%Y-%m-%dT%H:%M:%S";

/// What an artefact holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The custom archive of `pg_dump -Fc`.
    Dump,
    /// Plain SQL, gzip.
    Full,
    /// Plain SQL, anonymised, gzip: the only kind that is meant to leave the host.
    Anon,
}

impl Kind {
    /// In the order in which they are made.
    pub const ALL: [Self; 3] = [Self::Dump, Self::Full, Self::Anon];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dump => "dump",
            Self::Full => "full",
            Self::Anon => "anon",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind; the kinds are `anon`, `full` and `dump`")]
pub struct UnknownKind(String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

/// The name that prefixes every artefact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Database(String);

/// A database whose name can't prefix a file name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDatabase {
    #[error("the database's name is empty")]
    Empty,
    #[error(
        "the database name `{0}` can't begin a file name: it holds a slash or a control character"
    )]
    Character(String),
    #[error("the database name `{0}` can't begin a file name: it starts with a dot or a dash")]
    Start(String),
    #[error("the database name `{0}` ends like an artefact, so its files could not be told apart")]
    Ending(String),
}

impl Database {
    /// # Errors
    /// When file names made from `name` would be ambiguous or leave their directory.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidDatabase> {
        let name = name.into();
        if name.is_empty() {
            return Err(InvalidDatabase::Empty);
        }
        if name.contains('/') || name.contains('\\') || name.chars().any(char::is_control) {
            return Err(InvalidDatabase::Character(name));
        }
        if name.starts_with(['.', '-']) {
            return Err(InvalidDatabase::Start(name));
        }
        if [".anon", ".dump", ".gz", ".json"]
            .iter()
            .any(|ending| name.ends_with(ending))
            || ends_with_stamp(&name)
        {
            return Err(InvalidDatabase::Ending(name));
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn ends_with_stamp(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, last)| parse_stamp(last).is_some())
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Database {
    type Err = InvalidDatabase;

    fn from_str(name: &str) -> Result<Self, InvalidDatabase> {
        Self::new(name)
    }
}

impl TryFrom<String> for Database {
    type Error = InvalidDatabase;

    fn try_from(name: String) -> Result<Self, InvalidDatabase> {
        Self::new(name)
    }
}

impl From<Database> for String {
    fn from(database: Database) -> Self {
        database.0
    }
}

/// One of the four files of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SetFile {
    Artefact(Kind),
    Manifest,
}

impl SetFile {
    pub const ALL: [Self; 4] = [
        Self::Artefact(Kind::Dump),
        Self::Artefact(Kind::Full),
        Self::Artefact(Kind::Anon),
        Self::Manifest,
    ];

    /// `DB.anon.gz`: the key in a bucket, the symlink on a host.
    pub fn current_name(self, database: &Database) -> String {
        match self {
            Self::Artefact(Kind::Dump) => format!("{database}.dump"),
            Self::Artefact(Kind::Full) => format!("{database}.gz"),
            Self::Artefact(Kind::Anon) => format!("{database}.anon.gz"),
            Self::Manifest => format!("{database}.json"),
        }
    }

    /// `DB.anon.2026-11-21T04:00:00.gz`: one version among others in a directory.
    pub fn stamped_name(self, database: &Database, taken_at: Timestamp) -> String {
        let stamp = format_stamp(taken_at);
        match self {
            Self::Artefact(Kind::Dump) => format!("{database}.dump.{stamp}"),
            Self::Artefact(Kind::Full) => format!("{database}.{stamp}.gz"),
            Self::Artefact(Kind::Anon) => format!("{database}.anon.{stamp}.gz"),
            Self::Manifest => format!("{database}.{stamp}.json"),
        }
    }
}

impl From<Kind> for SetFile {
    fn from(kind: Kind) -> Self {
        Self::Artefact(kind)
    }
}

/// A file name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    pub database: Database,
    pub file: SetFile,
    /// `None` for a current name.
    pub taken_at: Option<Timestamp>,
}

impl FileName {
    /// `None` for the name of a file that belongs to no backup set.
    pub fn parse(name: &str) -> Option<Self> {
        Self::parse_stamped(name).or_else(|| Self::parse_current(name))
    }

    fn parse_stamped(name: &str) -> Option<Self> {
        let (database, file, stamp) = if let Some(rest) = name.strip_suffix(".json") {
            let (database, stamp) = rest.rsplit_once('.')?;
            (database, SetFile::Manifest, stamp)
        } else if let Some(rest) = name.strip_suffix(".gz") {
            let (rest, stamp) = rest.rsplit_once('.')?;
            match rest.strip_suffix(".anon") {
                Some(database) => (database, SetFile::Artefact(Kind::Anon), stamp),
                None => (rest, SetFile::Artefact(Kind::Full), stamp),
            }
        } else {
            let (rest, stamp) = name.rsplit_once('.')?;
            (
                rest.strip_suffix(".dump")?,
                SetFile::Artefact(Kind::Dump),
                stamp,
            )
        };
        let taken_at = parse_stamp(stamp)?;
        Some(Self {
            database: Database::new(database).ok()?,
            file,
            taken_at: Some(taken_at),
        })
    }

    fn parse_current(name: &str) -> Option<Self> {
        let (database, file) = if let Some(database) = name.strip_suffix(".json") {
            (database, SetFile::Manifest)
        } else if let Some(database) = name.strip_suffix(".dump") {
            (database, SetFile::Artefact(Kind::Dump))
        } else if let Some(database) = name.strip_suffix(".anon.gz") {
            (database, SetFile::Artefact(Kind::Anon))
        } else {
            (name.strip_suffix(".gz")?, SetFile::Artefact(Kind::Full))
        };
        Some(Self {
            database: Database::new(database).ok()?,
            file,
            taken_at: None,
        })
    }
}

/// `2026-11-21T04:00:00`, in UTC.
pub fn format_stamp(taken_at: Timestamp) -> String {
    taken_at.strftime(STAMP).to_string()
}

/// The inverse of [`format_stamp`]: exactly that form, nothing shorter or longer.
pub fn parse_stamp(stamp: &str) -> Option<Timestamp> {
    if stamp.len() != "2026-11-21T04:00:00".len() {
        return None;
    }
    let civil = DateTime::strptime(STAMP, stamp).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(name: &str) -> Database {
        Database::new(name).unwrap()
    }

    #[test]
    fn names_are_those_of_the_old_script() {
        let taken_at = parse_stamp("2026-11-21T04:00:00").unwrap();
        let table = [
            (
                SetFile::Artefact(Kind::Dump),
                "infinite-prod.dump",
                "infinite-prod.dump.2026-11-21T04:00:00",
            ),
            (
                SetFile::Artefact(Kind::Full),
                "infinite-prod.gz",
                "infinite-prod.2026-11-21T04:00:00.gz",
            ),
            (
                SetFile::Artefact(Kind::Anon),
                "infinite-prod.anon.gz",
                "infinite-prod.anon.2026-11-21T04:00:00.gz",
            ),
            (
                SetFile::Manifest,
                "infinite-prod.json",
                "infinite-prod.2026-11-21T04:00:00.json",
            ),
        ];
        for (file, current, stamped) in table {
            assert_eq!(file.current_name(&database("infinite-prod")), current);
            assert_eq!(
                file.stamped_name(&database("infinite-prod"), taken_at),
                stamped
            );
        }
    }

    #[test]
    fn every_name_parses_back() {
        let taken_at = parse_stamp("2026-02-28T23:59:59").unwrap();
        for name in [
            "a",
            "infinite-prod",
            "with.dots",
            "with space",
            "ünïcode",
            "2026",
        ] {
            for file in SetFile::ALL {
                let stamped =
                    FileName::parse(&file.stamped_name(&database(name), taken_at)).unwrap();
                assert_eq!(
                    stamped,
                    FileName {
                        database: database(name),
                        file,
                        taken_at: Some(taken_at)
                    }
                );
                let current = FileName::parse(&file.current_name(&database(name))).unwrap();
                assert_eq!(
                    current,
                    FileName {
                        database: database(name),
                        file,
                        taken_at: None
                    }
                );
            }
        }
    }

    #[test]
    fn strangers_are_not_set_files() {
        for name in [
            "",
            "notes.txt",
            ".gz",
            "a.dump.yesterday",
            "-x.gz",
            ".hidden.gz",
            "a.dump.2026-11-21",
            ".a.dump",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }

    #[test]
    fn databases_that_would_be_ambiguous_are_refused() {
        for name in [
            "",
            "a/b",
            "../a",
            ".a",
            "a.anon",
            "a.gz",
            "a.dump",
            "a.json",
            "a\nb",
            "-rf",
            "a.2026-11-21T04:00:00",
        ] {
            assert!(Database::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn stamps_have_one_form() {
        assert!(parse_stamp("2026-11-21T04:00:00").is_some());
        for stamp in [
            "2026-11-21T04:00",
            "2026-11-21 04:00:00",
            "2026-13-21T04:00:00",
            "2026-11-21T04:00:00Z",
            "é026-11-21T04:00:0",
        ] {
            assert_eq!(parse_stamp(stamp), None, "{stamp}");
        }
    }
}
