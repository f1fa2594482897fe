//! What a snapshot says of itself.

use jiff::Timestamp;
use pgferry_core::backup::{Database, Kind};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::restore::beside::{KEPT, beginning};
use crate::restore::{Provenance, Receipt};
use crate::ui::format;

/// How names of automatic snapshots begin.
const AUTOMATIC: &str = "auto-";
/// Hexadecimal digits of those names.
const SHOWN: usize = 8;
/// Hexadecimal digits of the names of the databases.
const TOLD_APART: usize = 16;

/// A state of a database that was kept: a copy of it on the same server, to which nobody can connect. The record is
/// written only when the copy is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The database that it was made of, and its name, which is its own among those of that database.
    pub of: String,
    pub name: String,
    pub made_at: Timestamp,
    pub used_at: Timestamp,
    /// What the database had been restored from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Provenance>,
    /// Of a snapshot that a restore kept, so that the next one need not load the same again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaded: Option<Loaded>,
}

/// A version in a store, and everything else that decides what a restore of it makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionKey {
    pub store: String,
    pub database: Database,
    pub kind: Kind,
    /// What tells the version from all others of its key.
    pub version: String,
    /// Whether the dump was let do what pg_dump does not write.
    pub trusted: bool,
    /// The role that owns what was loaded.
    pub role: String,
    /// How the database was made: encoding, locale, tablespace.
    pub options: String,
}

/// What was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    pub key: VersionKey,
    /// Rows by table.
    pub tables: Vec<(String, u64)>,
    #[serde(default)]
    pub inserts: u64,
    #[serde(default)]
    pub notes: Vec<String>,
}

impl Loaded {
    pub fn new(key: VersionKey, receipt: &Receipt) -> Self {
        let tables = receipt.tables.iter();
        Self {
            key,
            tables: tables
                .map(|loaded| (loaded.table.clone(), loaded.rows))
                .collect(),
            inserts: receipt.inserts,
            notes: receipt.notes.clone(),
        }
    }
}

impl Snapshot {
    /// One that a user names.
    pub fn named(of: &str, name: &str, restored: Option<Provenance>, now: Timestamp) -> Self {
        Self {
            of: of.to_owned(),
            name: name.to_owned(),
            made_at: now,
            used_at: now,
            restored,
            loaded: None,
        }
    }

    /// One of a database that was just loaded. `restored` gets to know its database.
    pub fn automatic(of: &str, loaded: Loaded, mut restored: Provenance, now: Timestamp) -> Self {
        let key = serde_json::to_string(&loaded.key).unwrap_or_default();
        let name = format!("{AUTOMATIC}{}", digest(&[of, &key], SHOWN));
        restored.snapshot = Some(database_of(of, &name));
        Self {
            of: of.to_owned(),
            name,
            made_at: now,
            used_at: now,
            restored: Some(restored),
            loaded: Some(loaded),
        }
    }

    pub fn is_automatic(&self) -> bool {
        self.loaded.is_some()
    }

    /// Whether a name is one that only automatic snapshots have.
    pub fn is_reserved(name: &str) -> bool {
        name.starts_with(AUTOMATIC)
    }

    /// The database that it lies in.
    pub fn database(&self) -> String {
        database_of(&self.of, &self.name)
    }

    pub(in crate::restore) fn sentence(&self) -> String {
        let of = self.restored.as_ref();
        let of = of.map(|restored| format!(", which was restored from {}", restored.title()));
        format!(
            "the snapshot {} of {}, kept by pgferry at {} UTC{}",
            self.name,
            self.of,
            format::time(self.made_at),
            of.unwrap_or_default()
        )
    }
}

/// How the names of the databases begin in which the snapshots of `database` lie.
pub(super) fn family(database: &str) -> String {
    format!("{}__snap_", beginning(database, KEPT))
}

/// `site__snap_8c3f2ab1d04e5f67`: another one for each database and name.
fn database_of(database: &str, name: &str) -> String {
    format!(
        "{}{}",
        family(database),
        digest(&[database, name], TOLD_APART)
    )
}

fn digest(parts: &[&str], digits: usize) -> String {
    let mut all = Sha256::new();
    for part in parts {
        // Names hold no zero bytes.
        all.update(part);
        all.update([0]);
    }
    let hex = base16ct::lower::encode_string(&all.finalize());
    hex.get(..digits).unwrap_or(&hex).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::{Comment, NAME_LIMIT, Record};

    #[test]
    fn names_fit_and_are_apart() {
        let long = "d".repeat(NAME_LIMIT);
        let wide = "é".repeat(31);
        let mut all = Vec::new();
        for of in ["site", "sit", "", &long, &wide] {
            for name in ["e", "before it", "auto-01234567", &long] {
                all.push(Snapshot::named(of, name, None, Timestamp::UNIX_EPOCH).database());
            }
        }
        assert!(all.iter().all(|name| name.len() <= NAME_LIMIT), "{all:?}");
        all.sort();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    fn key(version: &str) -> VersionKey {
        VersionKey {
            store: "s3://b/db".to_owned(),
            database: Database::new("prod").unwrap(),
            kind: Kind::Anon,
            version: version.to_owned(),
            trusted: false,
            role: "me".to_owned(),
            options: String::new(),
        }
    }

    fn automatic(version: &str) -> Snapshot {
        let loaded = Loaded {
            key: key(version),
            tables: vec![("public.t".to_owned(), 3)],
            inserts: 0,
            notes: Vec::new(),
        };
        let restored = Provenance::now("prod of 2026-11-21 04:00".to_owned());
        Snapshot::automatic("site", loaded, restored, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn each_version_has_a_snapshot_of_its_own_which_the_restored_database_names() {
        let (one, other) = (automatic("a"), automatic("b"));
        assert_ne!(one.name, other.name);
        assert!(Snapshot::is_reserved(&one.name) && one.is_automatic());
        assert_eq!(one.restored.clone().unwrap().snapshot, Some(one.database()));
        assert_eq!(automatic("a").database(), one.database());
    }

    #[test]
    fn the_record_comes_back() {
        let comment = Comment {
            text: String::new(),
            record: Some(Record::Snapshot(Box::new(automatic("a")))),
        };
        assert_eq!(Comment::parse(&comment.write()), comment);
    }
}
