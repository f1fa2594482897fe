//! Choosing among what the cache has, for times without a network.

use jiff::Timestamp;
use pgferry_core::backup::{Database, Version, resolve};

use super::entries::Entry;
use super::picker::{Beside, Picker};
use super::selection::{Chosen, Wanted, list};
use crate::error::{Class, Error};
use crate::store::Location;
use crate::ui::{Terminal, format};

impl Wanted {
    /// Picks the one that is meant among those that are whole. Selectors count what the cache has.
    ///
    /// # Errors
    /// [`Class::NothingMatched`], or [`Class::Usage`] when nothing says of which database.
    pub async fn choose_cached(
        &self,
        entries: &[Entry],
        location: &Location,
        terminal: &Terminal,
    ) -> Result<Chosen, Error> {
        let database = self.cached_database(entries, location)?;
        let versions = self.cached(entries, location, &database);
        let picker = Picker {
            store: None,
            database: &database,
            kind: self.kind,
            versions: &versions,
            selector: &self.selector,
        };
        let version = match resolve(&versions, &self.selector) {
            Ok(_) if self.pick => picker.pick(&Beside::default(), terminal).await?,
            Ok(version) => version.clone(),
            Err(error) => {
                return Err(Error::new(Class::NothingMatched, error.to_string())
                    .context(format!(
                        "the cache has no version of `{database}` ({}) from {location} that is `{}`",
                        self.kind, self.selector
                    ))
                    .with_hint("`pgferry cache list` shows what it has; without `--offline` the store is asked"));
            }
        };
        let chosen = Chosen {
            database,
            kind: self.kind,
            version,
        };
        terminal.say(&format!("offline: taking {}", described(&chosen)));
        Ok(chosen)
    }

    /// What to do instead of asking a store that can't be reached.
    pub fn instead(&self, entries: &[Entry], location: &Location) -> String {
        let chosen = self
            .cached_database(entries, location)
            .ok()
            .and_then(|database| {
                let versions = self.cached(entries, location, &database);
                let version = resolve(&versions, &self.selector).ok()?.clone();
                Some(Chosen {
                    database,
                    kind: self.kind,
                    version,
                })
            });
        match chosen {
            Some(chosen) => format!(
                "the cache has {}: the same command with `--offline` takes it",
                described(&chosen)
            ),
            None => {
                "check the network; the cache has nothing that could be taken instead".to_owned()
            }
        }
    }

    fn cached(&self, entries: &[Entry], location: &Location, database: &Database) -> Vec<Version> {
        let store = location.to_string();
        let mut versions: Vec<Version> = entries
            .iter()
            .filter(|entry| entry.store == store && entry.database == *database)
            .filter(|entry| entry.kind == self.kind)
            .filter_map(Entry::as_version)
            .collect();
        versions.sort_by_key(|version| std::cmp::Reverse(version.taken_at));
        versions
    }

    fn cached_database(&self, entries: &[Entry], location: &Location) -> Result<Database, Error> {
        if let Some(database) = &self.database {
            return Ok(database.clone());
        }
        let store = location.to_string();
        let mut databases: Vec<Database> = entries
            .iter()
            .filter(|entry| entry.store == store && entry.arrived.is_none())
            .map(|entry| entry.database.clone())
            .collect();
        databases.sort();
        databases.dedup();
        match databases.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(Error::new(
                Class::NothingMatched,
                format!("the cache has nothing from {location}"),
            )
            .with_hint("without `--offline` the store is asked")),
            several => Err(Error::new(
                Class::Usage,
                "the cache has versions of more than one database",
            )
            .with_hint(format!(
                "choose with --database; there are {}",
                list(several)
            ))),
        }
    }
}

/// `infinite-prod of 2026-11-21 04:00, 3 days old`.
fn described(chosen: &Chosen) -> String {
    let age = Timestamp::now().duration_since(chosen.version.taken_at);
    format!("{}, {} old", chosen.title(), format::age(age))
}
