//! `pgferry status`

use jiff::Timestamp;
use serde::Serialize;

use super::open_store;
use super::place::{Place, Purpose};
use crate::cli;
use crate::error::{Class, Error};
use crate::restore::{Comment, Provenance, Record};
use crate::settings::{Environment, Settings};
use crate::ui::{Terminal, format};

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Status<'a> {
    database: &'a str,
    restored: &'a Provenance,
    #[serde(flatten)]
    in_store: InStore,
}

/// The newest version of the same in the store.
#[derive(Debug, Default, Serialize)]
struct InStore {
    newest_version: Option<String>,
    newest_taken_at: Option<Timestamp>,
    /// Whether it is what the database holds; none where that can't be told.
    is_newest: Option<bool>,
    /// Why the store does not say.
    store_error: Option<String>,
}

pub async fn run(
    args: &cli::Status,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let place = Place::open(&args.place, Purpose::Asking, settings, environment).await?;
    let title = place.title.clone();
    let found = provenance(&place).await;
    place.leave().await?;
    let restored = found?;
    let newest = newest(&restored, settings).await;
    if args.json {
        return terminal.print_json(&Status {
            database: &title,
            restored: &restored,
            in_store: newest,
        });
    }
    lines(&title, &restored, &newest, Timestamp::now())
        .iter()
        .try_for_each(|line| terminal.print(line))
}

/// Where the database comes from.
pub(super) async fn provenance(place: &Place) -> Result<Provenance, Error> {
    let comment = Comment::of(&place.access, &place.server.database).await?;
    match comment.record {
        Some(Record::Restored(provenance)) => Ok(*provenance),
        Some(Record::Snapshot(_)) | None => Err(Error::new(
            Class::NothingMatched,
            format!("{} was not restored by pgferry", place.title),
        )
        .with_hint("its comment would say so; `pgferry restore` fills it")),
    }
}

async fn newest(restored: &Provenance, settings: &Settings) -> InStore {
    match ask(restored, settings).await {
        Ok(newest) => newest,
        Err(error) => InStore {
            store_error: Some(error.summary()),
            ..InStore::default()
        },
    }
}

async fn ask(restored: &Provenance, settings: &Settings) -> Result<InStore, Error> {
    let Some(database) = &restored.database else {
        return Ok(InStore::default());
    };
    let kind = restored.kind.unwrap_or(settings.kind.value);
    let (store, _) = open_store(settings).await?;
    let versions = store.versions(database, kind.into()).await?;
    let Some(newest) = versions.into_iter().find(|one| !one.is_delete_marker) else {
        return Ok(InStore::default());
    };
    let is_newest = match (&restored.version, restored.taken_at) {
        (Some(version), _) if *version == newest.id => Some(true),
        (_, Some(taken_at)) => Some(taken_at >= newest.taken_at),
        _ => None,
    };
    Ok(InStore {
        newest_version: Some(newest.id),
        newest_taken_at: Some(newest.taken_at),
        is_newest,
        store_error: None,
    })
}

fn lines(title: &str, restored: &Provenance, newest: &InStore, now: Timestamp) -> Vec<String> {
    let ago = |time: Timestamp| format::age(now.duration_since(time));
    let mut lines = vec![
        format!("{title} holds {}", restored.title()),
        format!(
            "restored  {} UTC, {} ago, by pgferry {}",
            format::time(restored.restored_at),
            ago(restored.restored_at),
            restored.tool
        ),
    ];
    if let Some(name) = &restored.through {
        lines.push(format!("by way of the snapshot {name}"));
    }
    if let Some(store) = &restored.store {
        lines.push(format!("from      {store}"));
    }
    if let Some(taken_at) = restored.taken_at {
        lines.push(format!(
            "taken     {} UTC, {} ago",
            format::time(taken_at),
            ago(taken_at)
        ));
    }
    let told = match (newest.newest_taken_at, newest.is_newest) {
        (Some(_), Some(true)) => Some("this is the newest in the store".to_owned()),
        (Some(taken_at), _) => {
            let ahead = restored
                .taken_at
                .map(|own| format!(", {} newer", format::age(taken_at.duration_since(own))));
            Some(format!(
                "{} UTC is the newest in the store{}",
                format::time(taken_at),
                ahead.unwrap_or_default()
            ))
        }
        (None, _) => newest
            .store_error
            .as_ref()
            .map(|error| format!("nobody knows whether there is a newer one: {error}")),
    };
    lines.extend(told.map(|told| format!("newest    {told}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn what_is_known_is_told() {
        let restored = Provenance {
            version: Some("3sL4k".to_owned()),
            taken_at: Some(at("2026-11-21T04:00:00Z")),
            restored_at: at("2026-11-22T10:00:00Z"),
            tool: "0.1.0".to_owned(),
            store: Some("s3://b/db".to_owned()),
            ..Provenance::now("prod of 2026-11-21 04:00".to_owned())
        };
        let now = at("2026-11-22T12:00:00Z");
        let newest = |taken_at: &str, is_newest| InStore {
            newest_taken_at: Some(at(taken_at)),
            is_newest,
            ..InStore::default()
        };
        let unknown = InStore {
            store_error: Some("no store is set".to_owned()),
            ..InStore::default()
        };
        let last = |newest: &InStore| lines("site", &restored, newest, now).pop().unwrap();
        assert_eq!(
            lines(
                "site",
                &restored,
                &newest("2026-11-21T04:00:00Z", Some(true)),
                now
            ),
            [
                "site holds prod of 2026-11-21 04:00 (version 3sL4k)",
                "restored  2026-11-22 10:00:00 UTC, 2 h ago, by pgferry 0.1.0",
                "from      s3://b/db",
                "taken     2026-11-21 04:00:00 UTC, 32 h ago",
                "newest    this is the newest in the store",
            ]
        );
        assert_eq!(
            last(&newest("2026-11-22T04:00:00Z", Some(false))),
            "newest    2026-11-22 04:00:00 UTC is the newest in the store, 24 h newer"
        );
        assert_eq!(
            last(&unknown),
            "newest    nobody knows whether there is a newer one: no store is set"
        );
        assert!(last(&InStore::default()).starts_with("taken"));
    }
}
