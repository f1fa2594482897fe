//! `pgferry versions`

mod chart;
mod gaps;
mod html;
mod page;

use jiff::Timestamp;
use pgferry_core::backup::{Database, Kind, Version};
use serde::Serialize;

use super::open_store;
use crate::cli;
use crate::error::{Class, Error};
use crate::fetch::only_database;
use crate::settings::Settings;
use crate::store::Store;
use crate::ui::{Align, Table, Terminal, format};

/// A version, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Row<'a> {
    database: &'a Database,
    kind: Kind,
    /// `latest`, `~1`, …; none for a delete marker.
    selector: Option<String>,
    #[serde(flatten)]
    version: &'a Version,
}

pub async fn run(
    args: &cli::Versions,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(), Error> {
    let (store, location) = open_store(settings).await?;
    let database = match &settings.database {
        Some(database) => database.value.clone(),
        None => only_database(&store, terminal).await?,
    };
    let kinds = args
        .kind
        .map_or_else(|| vec![settings.kind.value], cli::KindChoice::kinds);
    let mut listings = Vec::new();
    for kind in kinds {
        listings.push((kind, store.versions(&database, kind.into()).await?));
    }
    if args.json {
        let rows: Vec<Row<'_>> = listings
            .iter()
            .flat_map(|(kind, versions)| rows(&database, *kind, versions, args.limit))
            .collect();
        return terminal.print_json(&rows);
    }
    if listings.iter().all(|(_, versions)| versions.is_empty()) {
        return Err(nothing(&store, &database, args, settings).await);
    }
    if let Some(file) = &args.html {
        let limit = args.limit.unwrap_or(usize::MAX);
        let page = page::Page::read(&store, &location, &database, &listings, limit).await?;
        html::write(&page, file)?;
        return terminal.print(&file.display().to_string());
    }
    let several = listings.len() > 1;
    for (index, (kind, versions)) in listings.iter().enumerate() {
        if several {
            if index > 0 {
                terminal.print("")?;
            }
            terminal.print(&format!(
                "{kind}: {}",
                store.address(&database, (*kind).into())
            ))?;
        }
        if args.chart {
            chart::print(versions, args.limit, Timestamp::now(), terminal)?;
            continue;
        }
        print_table(
            versions,
            &rows(&database, *kind, versions, args.limit),
            terminal,
        )?;
    }
    Ok(())
}

fn rows<'a>(
    database: &'a Database,
    kind: Kind,
    versions: &'a [Version],
    limit: Option<usize>,
) -> Vec<Row<'a>> {
    let mut back = 0;
    let numbered = versions.iter().map(|version| {
        let selector = (!version.is_delete_marker).then(|| {
            let selector = if back == 0 {
                "latest".to_owned()
            } else {
                format!("~{back}")
            };
            back += 1;
            selector
        });
        Row {
            database,
            kind,
            selector,
            version,
        }
    });
    numbered.take(limit.unwrap_or(usize::MAX)).collect()
}

fn print_table(versions: &[Version], rows: &[Row<'_>], terminal: &Terminal) -> Result<(), Error> {
    let now = Timestamp::now();
    let mut table = Table::new(&[
        ("selector", Align::Left),
        ("time (UTC)", Align::Left),
        ("age", Align::Right),
        ("size", Align::Right),
        ("change", Align::Right),
        ("version id", Align::Left),
    ]);
    for (index, row) in rows.iter().enumerate() {
        let version = row.version;
        let older = versions.get(index + 1..).unwrap_or_default();
        let before = older.iter().find(|older| !older.is_delete_marker);
        let (size, change) = if version.is_delete_marker {
            ("deleted".to_owned(), String::new())
        } else {
            let change = before.map_or_else(String::new, |before| {
                format::change(before.size, version.size)
            });
            (format::size(version.size), change)
        };
        table.row(vec![
            row.selector.clone().unwrap_or_else(|| "-".to_owned()),
            format::time(version.taken_at),
            format::age(now.duration_since(version.taken_at)),
            size,
            change,
            version.id.clone(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}

async fn nothing(
    store: &Store,
    database: &Database,
    args: &cli::Versions,
    settings: &Settings,
) -> Error {
    let message = if args.kind == Some(cli::KindChoice::All) {
        format!("there are no versions of `{database}`")
    } else {
        let kind = args.kind.and_then(|kind| kind.kinds().first().copied());
        format!(
            "there are no versions of {}",
            store.address(database, kind.unwrap_or(settings.kind.value).into())
        )
    };
    let hint = match store.databases().await {
        Ok(databases) if databases.is_empty() => {
            "the store holds no backups: `pgferry backup` makes one".to_owned()
        }
        Ok(databases) if databases.contains(database) => {
            "`pgferry versions --kind all` lists the other kinds".to_owned()
        }
        Ok(databases) => {
            let names: Vec<String> = databases
                .iter()
                .map(|database| format!("`{database}`"))
                .collect();
            format!(
                "the store has backups of {}: choose with --database",
                names.join(", ")
            )
        }
        Err(_) => "`pgferry config` shows which store is meant".to_owned(),
    };
    Error::new(Class::NothingMatched, message).with_hint(hint)
}
