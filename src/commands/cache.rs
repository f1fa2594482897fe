//! `pgferry cache`

use jiff::Timestamp;

use crate::cli;
use crate::error::{Class, Error};
use crate::fetch::{Cache, Entry, Limits};
use crate::settings::Settings;
use crate::ui::{Align, Table, Terminal, format};

pub fn run(command: &cli::Cache, settings: &Settings, terminal: &Terminal) -> Result<(), Error> {
    let root = &settings.cache_directory.value;
    match command {
        cli::Cache::List(output) => list(&Cache::entries(root)?, output.json, terminal),
        cli::Cache::Rm {
            versions,
            all,
            output,
        } => {
            let entries = Cache::entries(root)?;
            let named = if *all {
                entries
            } else {
                named(entries, versions)?
            };
            remove(&named, output.json, terminal)
        }
        cli::Cache::Prune(output) => {
            let gone = Cache::prune(root, &limits(settings))?;
            say_gone(&gone, output.json, terminal)
        }
    }
}

pub fn limits(settings: &Settings) -> Limits {
    Limits {
        keep: settings.cache_keep.value,
        size: settings.cache_size.value.0,
    }
}

/// Those whose ids begin so.
fn named(entries: Vec<Entry>, prefixes: &[String]) -> Result<Vec<Entry>, Error> {
    let is_named = |entry: &Entry, prefix: &String| entry.version.starts_with(prefix.as_str());
    for prefix in prefixes {
        let count = entries
            .iter()
            .filter(|entry| is_named(entry, prefix))
            .count();
        let fault = match count {
            1 => continue,
            0 => format!("there is no version `{prefix}` in the cache"),
            several => {
                format!("{several} versions in the cache have ids that begin with `{prefix}`")
            }
        };
        return Err(Error::new(Class::NothingMatched, fault)
            .with_hint("`pgferry cache list` shows their ids"));
    }
    let mut entries = entries;
    entries.retain(|entry| prefixes.iter().any(|prefix| is_named(entry, prefix)));
    Ok(entries)
}

fn remove(entries: &[Entry], json: bool, terminal: &Terminal) -> Result<(), Error> {
    let (mut gone, mut in_use) = (Vec::new(), Vec::new());
    for entry in entries {
        if Cache::remove(entry)? {
            gone.push(entry.clone());
        } else {
            in_use.push(described(entry));
        }
    }
    say_gone(&gone, json, terminal)?;
    if in_use.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Class::Refused,
        format!("in use, and still there: {}", in_use.join(", ")),
    )
    .with_hint("run the same command again when the restore or the download has ended"))
}

fn say_gone(gone: &[Entry], json: bool, terminal: &Terminal) -> Result<(), Error> {
    for entry in gone {
        terminal.say(&format!("removed {}", described(entry)));
    }
    if json {
        return terminal.print_json(&gone);
    }
    Ok(())
}

/// `infinite-prod of 2026-11-21 04:00 (anon, 227.1 MB)`.
fn described(entry: &Entry) -> String {
    let of = match entry.taken_at {
        Some(taken_at) => format!("of {}", format::minute(taken_at)),
        None => format!("version {}, on its way", entry.version),
    };
    format!(
        "{} {of} ({}, {})",
        entry.database,
        entry.kind,
        format::size(entry.size)
    )
}

fn list(entries: &[Entry], json: bool, terminal: &Terminal) -> Result<(), Error> {
    if json {
        return terminal.print_json(&entries);
    }
    let now = Timestamp::now();
    let mut table = Table::new(&[
        ("database", Align::Left),
        ("kind", Align::Left),
        ("time (UTC)", Align::Left),
        ("size", Align::Right),
        ("used", Align::Right),
        ("store", Align::Left),
        ("version id", Align::Left),
    ]);
    for entry in entries {
        let time = match (entry.taken_at, entry.arrived) {
            (Some(taken_at), _) => format::time(taken_at),
            (None, arrived) => format!("{} arrived", format::size(arrived.unwrap_or(0))),
        };
        table.row(vec![
            entry.database.to_string(),
            entry.kind.to_string(),
            time,
            format::size(entry.size),
            format::age(now.duration_since(entry.used_at)),
            entry.store.clone(),
            entry.version.clone(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}
