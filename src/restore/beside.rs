//! A database that is filled beside the one whose name it gets, which stays until the new one is complete.

use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::mark::{Mark, UNMARKED};
use super::snapshot::Copy;
use crate::cleanup;
use crate::target::{Access, TargetError, quote_identifier, quote_literal};

/// Bytes that the server keeps of a name.
pub const NAME_LIMIT: usize = 63;
/// Bytes of a name that stand in those beside it.
pub(super) const KEPT: usize = 40;
/// How long the server may take to drop what was not finished.
pub(super) const TO_DROP: Duration = Duration::from_secs(5);

/// How often the names are exchanged while others keep connecting.
pub(super) const ATTEMPTS: u32 = 5;

/// Whether the old database outlives the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Yes,
    No,
}

/// The unfinished database. Dropping the value drops it.
#[derive(Debug)]
pub struct Beside {
    admin: Access,
    name: String,
    fresh: String,
    is_unfinished: bool,
    mark: Option<Mark>,
}

impl Beside {
    /// Makes an empty database beside `name`. `admin` is a connection to another database, by a role that may do that;
    /// `options` end the CREATE DATABASE.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn make(admin: Access, name: &str, options: &str) -> Result<Self, TargetError> {
        let beside = Self::begin(admin, name).await?;
        let create = format!(
            "CREATE DATABASE {} {options};",
            quote_identifier(&beside.fresh)
        );
        beside.admin.query(&create).await?;
        Ok(beside)
    }

    /// Makes a copy of the database `template` beside `name`; otherwise as [`Beside::make`].
    ///
    /// # Errors
    /// [`TargetError`], also when there is no such template any more.
    pub async fn copy(
        admin: Access,
        major: u32,
        name: &str,
        template: &str,
        options: &str,
    ) -> Result<Self, TargetError> {
        let beside = Self::begin(admin, name).await?;
        let copy = Copy {
            major,
            from: template,
            to: &beside.fresh,
            options,
        };
        copy.run(&beside.admin, "", "").await?;
        Ok(beside)
    }

    async fn begin(admin: Access, name: &str) -> Result<Self, TargetError> {
        let own: [u8; 3] = rand::random();
        let family = beside(name, "new");
        let mut beside = Self {
            admin,
            name: name.to_owned(),
            // Another run's must never be mistaken for this one's.
            fresh: format!("{family}_{}", base16ct::lower::encode_string(&own)),
            is_unfinished: true,
            mark: None,
        };
        beside.drop_orphans(&family).await?;
        beside.mark = Some(Mark::set(&beside.admin, &beside.fresh).await?);
        Ok(beside)
    }

    /// Drops what runs that were killed have left, also where the server still works for them. What is marked is another run's.
    async fn drop_orphans(&self, family: &str) -> Result<(), TargetError> {
        let unused = format!(
            "SELECT datname FROM pg_catalog.pg_database d WHERE pg_catalog.starts_with(datname, {})
             AND {UNMARKED};",
            quote_literal(&format!("{family}_"))
        );
        for orphan in self.admin.query(&unused).await? {
            if let Err(error) = self.admin.query(&drop_database(&orphan)).await {
                tracing::debug!(%error, orphan, "left behind, and stays");
            }
        }
        Ok(())
    }

    /// What it is called until it is complete.
    pub fn fresh(&self) -> &str {
        &self.fresh
    }

    /// Gives the new database the old one's name, in one transaction, and drops the old one or returns its new name: also
    /// that of one that can't be dropped.
    ///
    /// # Errors
    /// [`TargetError`]; the old one is then still there.
    pub async fn swap(mut self, kept: Kept) -> Result<Option<String>, TargetError> {
        let aside = match kept {
            Kept::No => beside(&self.name, "old"),
            Kept::Yes => kept_name(&self.name, Timestamp::now()),
        };
        let mut script = swap(&self.name, &self.fresh, &aside);
        if kept == Kept::No {
            // What a run that was killed has left. A database that was kept gives way to nobody.
            script.insert_str(0, &drop_database(&aside));
        }
        // Whoever connects between the end of all connections and the renaming makes it fail.
        let mut attempts = ATTEMPTS;
        while let Err(error) = self.admin.query(&script).await {
            attempts -= 1;
            if attempts == 0 || !error.is_about_users_of_a_database() {
                return Err(error);
            }
        }
        self.is_unfinished = false;
        if kept == Kept::Yes {
            return Ok(Some(aside));
        }
        match self.admin.query(&drop_database(&aside)).await {
            Ok(_) => Ok(None),
            Err(error) => {
                tracing::info!(%error, "the old database can't be dropped");
                Ok(Some(aside))
            }
        }
    }

    fn drop_fresh(&self) -> String {
        drop_database(&self.fresh)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if self.is_unfinished {
            let script = self.drop_fresh();
            // A server that can't do it any more has it done by the next restore.
            cleanup::at_once(TO_DROP, async { drop(self.admin.query(&script).await) });
        }
    }
}

/// The name of a database beside `name`: `site__new_8c3f2ab1`. Another one for each name, and none that the server would
/// cut, whereupon two of them would be the same.
fn beside(name: &str, role: &str) -> String {
    let digest = base16ct::lower::encode_string(&Sha256::digest(name));
    let kept = beginning(name, KEPT);
    format!("{kept}__{role}_{}", digest.get(..8).unwrap_or(&digest))
}

fn drop_database(name: &str) -> String {
    format!(
        "DROP DATABASE IF EXISTS {} WITH (FORCE);",
        quote_identifier(name)
    )
}

/// The name of a database that is kept: `site__old_20261121T040000123`, to the millisecond.
fn kept_name(name: &str, now: Timestamp) -> String {
    let end = format!("__old_{}", now.strftime("%Y%m%dT%H%M%S%3f"));
    let room = NAME_LIMIT - end.len();
    format!("{}{end}", beginning(name, room))
}

/// As many of the first characters as fit into so many bytes.
pub(super) fn beginning(name: &str, room: usize) -> String {
    name.char_indices()
        .take_while(|(start, character)| start + character.len_utf8() <= room)
        .map(|(_, character)| character)
        .collect()
}

fn swap(database: &str, fresh: &str, aside: &str) -> String {
    let (name, fresh) = (quote_identifier(database), quote_identifier(fresh));
    let (literal, aside_literal) = (quote_literal(database), quote_literal(aside));
    format!(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = {literal};
         BEGIN;
         SELECT pg_catalog.format('ALTER DATABASE %I RENAME TO %I', datname, {aside_literal})
             FROM pg_catalog.pg_database WHERE datname = {literal} \\gexec
         ALTER DATABASE {fresh} RENAME TO {name};
         COMMIT;"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_others_are_short_and_apart() {
        let long = "d".repeat(NAME_LIMIT);
        let longer = format!("{}e", "d".repeat(NAME_LIMIT - 1));
        let wide = "é".repeat(31);
        let names = ["site", "site__new", "", &long, &longer, &wide];
        let all: std::collections::BTreeSet<String> = names
            .iter()
            .flat_map(|name| [beside(name, "new"), beside(name, "old"), (*name).to_owned()])
            .collect();
        assert_eq!(all.len(), 3 * names.len());
        assert!(all.iter().all(|name| name.len() <= NAME_LIMIT));
        assert!(beside("site", "new").starts_with("site__new_"));
    }
}
