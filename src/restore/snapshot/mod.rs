//! Snapshots: states of a database that are kept as copies of it on the same server.
//!
//! A snapshot is a database that lets nobody connect and whose comment holds its record, which is written only when the copy
//! is complete. One without a record was never finished, is never taken for a snapshot, and goes with the next one.

mod copy;
mod eviction;
mod record;

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

pub(in crate::restore) use copy::Copy;
pub use eviction::{Limits, giving_way};
pub use record::{Loaded, Snapshot, VersionKey};

use super::beside::{ATTEMPTS, TO_DROP};
use super::mark::{UNMARKED, marking};
use super::{Comment, Provenance, Receipt, Record};
use crate::cleanup;
use crate::target::{Access, TargetError, quote_identifier, quote_literal};

/// In the comment of every snapshot. `Comment` has the last word.
const MARK: &str = "{\"pgferry\":{\"snapshot\":";
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// The snapshots of a server.
#[derive(Debug, Clone)]
pub struct Snapshots {
    /// To a database that is not copied, by a role that may make some.
    admin: Access,
    major: u32,
}

/// One that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The database that it lies in.
    pub database: String,
    /// Bytes; 0 where the role may not know.
    pub size: u64,
    pub snapshot: Snapshot,
}

impl Found {
    /// What a restore did that took it, and where the database then comes from; `None` for one that a user made.
    pub fn receipt(&self, took: Duration) -> Option<(Receipt, Provenance)> {
        let Snapshot {
            name,
            restored,
            loaded,
            ..
        } = &self.snapshot;
        let provenance = restored.clone()?.again();
        let receipt = Receipt::of_snapshot(name, loaded.as_ref()?, &provenance, took);
        Some((receipt, provenance))
    }
}

#[derive(Deserialize)]
struct Row {
    database: String,
    size: Option<u64>,
    comment: String,
}

impl Snapshots {
    pub fn new(admin: Access, major: u32) -> Self {
        Self { admin, major }
    }

    /// All of them, by database and the time they were made.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn all(&self) -> Result<Vec<Found>, TargetError> {
        let script = format!(
            "SET client_encoding = 'UTF8';
             SELECT pg_catalog.json_build_object('database', datname, 'comment', c,
                 'size', CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                     THEN pg_catalog.pg_database_size(d.oid) END)
             FROM pg_catalog.pg_database d, LATERAL pg_catalog.shobj_description(d.oid, 'pg_database') c
             WHERE NOT datallowconn AND datconnlimit <> -2 AND pg_catalog.strpos(c, {}) > 0;",
            quote_literal(MARK)
        );
        let mut all = Vec::new();
        for json in self.admin.query(&script).await? {
            let row: Row = serde_json::from_str(&json)
                .ok()
                .ok_or(TargetError::Answer)?;
            if let Some(Record::Snapshot(snapshot)) = Comment::parse(&row.comment).record {
                all.push(Found {
                    database: row.database,
                    size: row.size.unwrap_or(0),
                    snapshot: *snapshot,
                });
            }
        }
        all.sort_by(|one, other| {
            let key = |found: &Found| (found.snapshot.of.clone(), found.snapshot.made_at);
            key(one).cmp(&key(other))
        });
        Ok(all)
    }

    /// The snapshot of `database` that has that name.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn find(&self, database: &str, name: &str) -> Result<Option<Found>, TargetError> {
        let mut all = self.all().await?.into_iter();
        Ok(all.find(|found| found.snapshot.of == database && found.snapshot.name == name))
    }

    /// A snapshot of a database that was loaded just like that.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn of_version(&self, key: &VersionKey) -> Result<Option<Found>, TargetError> {
        let mut all = self.all().await?.into_iter();
        Ok(all.find(|found| {
            let loaded = found.snapshot.loaded.as_ref();
            loaded.is_some_and(|loaded| loaded.key == *key)
        }))
    }

    /// Bytes of a database.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn size_of(&self, database: &str) -> Result<u64, TargetError> {
        let script = format!(
            "SELECT pg_catalog.pg_database_size({});",
            quote_literal(database)
        );
        let rows = self.admin.query(&script).await?;
        let size = rows.first().and_then(|size| size.parse().ok());
        size.ok_or(TargetError::Answer)
    }

    /// Copies the database `from`, to which nobody can be connected unless `ends_connections`.
    ///
    /// # Errors
    /// [`TargetError`]; nothing is left of the copy then, and the old one is as it was.
    pub async fn make(
        &self,
        from: &str,
        snapshot: Snapshot,
        ends_connections: bool,
    ) -> Result<(), TargetError> {
        self.drop_orphans(&snapshot.of).await?;
        let mut making = Making {
            snapshots: self.clone(),
            of: snapshot.of.clone(),
            is_unfinished: true,
        };
        let database = snapshot.database();
        let mut before = format!("SET client_encoding = 'UTF8';\n{}\n", marking(&database));
        if ends_connections {
            before.push_str("SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = ");
            before.push_str(&quote_literal(from));
            before.push_str(";\n");
        }
        let comment = Comment {
            text: String::new(),
            record: Some(Record::Snapshot(Box::new(snapshot))),
        };
        let copy = Copy {
            major: self.major,
            from,
            to: &database,
            options: "ALLOW_CONNECTIONS false",
        };
        let after = comment.statement(&database);
        let mut attempts = ATTEMPTS;
        while let Err(error) = copy.run(&self.admin, &before, &after).await {
            attempts -= 1;
            let may_go_on = ends_connections && error.is_about_users_of_a_database();
            if attempts == 0 || !may_go_on {
                // Another run's is none of this one's business.
                making.is_unfinished = !error.is_about_a_name_taken();
                return Err(error);
            }
        }
        making.is_unfinished = false;
        Ok(())
    }

    /// Notes that it was used.
    pub async fn used(&self, found: &Found) {
        let mut snapshot = found.snapshot.clone();
        snapshot.used_at = Timestamp::now();
        let comment = Comment {
            text: String::new(),
            record: Some(Record::Snapshot(Box::new(snapshot))),
        };
        let statement = comment.statement(&found.database);
        if let Err(error) = self.admin.query(&statement).await {
            // It goes before its turn then.
            tracing::info!(%error, "can't note that the snapshot was used");
        }
    }

    /// # Errors
    /// [`TargetError`].
    pub async fn remove(&self, found: &Found) -> Result<(), TargetError> {
        self.drop_database(&found.database).await
    }

    /// Drops what was never finished, and is made by nobody any more: a session that makes one marks it. Says how many
    /// are left, which are still being made.
    async fn drop_orphans(&self, of: &str) -> Result<usize, TargetError> {
        let orphans = format!(
            "SELECT {UNMARKED}, datname
             FROM pg_catalog.pg_database d
             WHERE pg_catalog.starts_with(datname, {}) AND NOT datallowconn AND (datconnlimit = -2
                 OR pg_catalog.strpos(COALESCE(pg_catalog.shobj_description(d.oid, 'pg_database'), ''), {}) = 0);",
            quote_literal(&record::family(of)),
            quote_literal(MARK)
        );
        let mut left = 0;
        for line in self.admin.query(&orphans).await? {
            match line.split_once('|') {
                Some(("t", orphan)) => {
                    if let Err(error) = self.drop_database(orphan).await {
                        tracing::debug!(%error, orphan, "left behind, and stays");
                    }
                }
                _ => left += 1,
            }
        }
        Ok(left)
    }

    async fn drop_database(&self, database: &str) -> Result<(), TargetError> {
        let script = format!("DROP DATABASE IF EXISTS {};", quote_identifier(database));
        self.admin.query(&script).await.map(drop)
    }
}

/// A copy under way. Dropping the value drops it, unless it was finished after all.
struct Making {
    snapshots: Snapshots,
    of: String,
    is_unfinished: bool,
}

impl Drop for Making {
    fn drop(&mut self) {
        if self.is_unfinished {
            // The session may take a moment to end. What it leaves then goes with the next snapshot.
            cleanup::at_once(TO_DROP, async {
                while let Ok(1..) = self.snapshots.drop_orphans(&self.of).await {
                    tokio::time::sleep(ASK_AGAIN).await;
                }
            });
        }
    }
}
