//! The list from which a version is picked: what is known of each, on one line.

use std::time::Duration;

use jiff::Timestamp;
use pgferry_core::backup::{Database, Kind, Selector, Version};

use super::{Cache, Chosen, Manifests};
use crate::error::{Class, Error};
use crate::store::{Location, Store};
use crate::ui::{Align, Table, Terminal, format};

/// How long manifests may keep somebody waiting who wants to see a list.
const A_MOMENT: Duration = Duration::from_secs(2);
/// Sets whose manifests are read.
const TOLD_OF: usize = 60;

/// What is here beside the store.
#[derive(Debug, Default)]
pub struct Beside<'a> {
    pub cache: Option<(&'a Cache, &'a Location)>,
    pub held: Option<Held>,
}

/// The version that a database came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The one that holds it.
    pub by: String,
    pub database: Database,
    pub kind: Kind,
    pub store: String,
    pub version: String,
}

/// One of the stored versions among which `selector` can't decide.
#[derive(Debug)]
pub(super) struct Picker<'a> {
    /// Without one there are no manifests to read.
    pub store: Option<&'a Store>,
    pub database: &'a Database,
    pub kind: Kind,
    pub versions: &'a [Version],
    pub selector: &'a Selector,
}

impl Picker<'_> {
    pub async fn pick(&self, beside: &Beside<'_>, terminal: &Terminal) -> Result<Version, Error> {
        let manifests = if let Some(store) = self.store.filter(|_| terminal.can_ask()) {
            let manifests = Manifests::newest(store, self.database, TOLD_OF);
            let manifests = tokio::time::timeout(A_MOMENT, manifests).await;
            manifests.unwrap_or(Ok(Manifests::default()))
        } else {
            Ok(Manifests::default())
        };
        // They only tell more of what can be picked without them.
        let manifests = manifests.unwrap_or_default();
        let (offered, items) = self.items(&manifests, beside, Timestamp::now());
        let picked = terminal.pick(
            "version",
            &items,
            "name a version instead of --pick: `latest`, `~1`, `@2026-11-01`",
        )?;
        let version = offered.get(picked);
        version
            .map(|version| (*version).clone())
            .ok_or_else(|| Error::new(Class::NothingMatched, "there is nothing to pick from"))
    }

    /// What is offered, newest first, and a line for each.
    fn items(
        &self,
        manifests: &Manifests,
        beside: &Beside<'_>,
        now: Timestamp,
    ) -> (Vec<&Version>, Vec<String>) {
        let prefix = match self.selector {
            Selector::Id(prefix) => prefix.as_str(),
            _ => "",
        };
        let stored: Vec<&Version> = self
            .versions
            .iter()
            .filter(|version| !version.is_delete_marker)
            .collect();
        let mut table = Table::new(&[
            ("", Align::Left),
            ("", Align::Left),
            ("", Align::Right),
            ("", Align::Right),
            ("", Align::Right),
            ("", Align::Left),
            ("", Align::Right),
            ("", Align::Left),
            ("", Align::Left),
        ]);
        let mut offered = Vec::new();
        for (back, version) in stored.iter().enumerate() {
            if !version.id.starts_with(prefix) {
                continue;
            }
            offered.push(*version);
            let before = stored.get(back + 1);
            let manifest = manifests.of(self.kind, version);
            table.row(vec![
                match back {
                    0 => "latest".to_owned(),
                    _ => format!("~{back}"),
                },
                format::minute(version.taken_at),
                format::age(now.duration_since(version.taken_at)),
                format::size(version.size),
                before.map_or_else(String::new, |before| {
                    format::change(before.size, version.size)
                }),
                self.marks(version, beside).join(", "),
                manifest.map_or_else(String::new, |manifest| {
                    format::counted(manifest.rows(), "row", "rows")
                }),
                manifest.map_or_else(String::new, |manifest| {
                    let version = manifest.server_version.split_whitespace().next();
                    format!("PostgreSQL {}", version.unwrap_or("?"))
                }),
                version.id.clone(),
            ]);
        }
        let lines = table.lines().skip(1);
        // What a manifest says is the store's, and goes to a terminal.
        let items = lines.map(|line| line.replace(char::is_control, "?"));
        (offered, items.collect())
    }

    fn marks(&self, version: &Version, beside: &Beside<'_>) -> Vec<String> {
        let mut marks = Vec::new();
        let Some((cache, location)) = beside.cache else {
            return marks;
        };
        let chosen = Chosen {
            database: self.database.clone(),
            kind: self.kind,
            version: version.clone(),
        };
        if cache.find(location, &chosen).is_some() {
            marks.push("cached".to_owned());
        }
        if let Some(held) = &beside.held
            && held.database == *self.database
            && held.kind == self.kind
            && held.store == location.to_string()
            && held.version == version.id
        {
            marks.push(format!("in {}", held.by));
        }
        marks
    }
}
