//! `pgferry snapshot`

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use super::place::{Place, Purpose, time_as_name};
use super::restore::{check_database_name, confirm, notes_on};
use crate::cli;
use crate::error::{Class, Error};
use crate::restore::{
    Comment, Found, Hooks, Keep, Provenance, Record, Replacement, Snapshot, Snapshots, connected,
};
use crate::settings::{Environment, Settings};
use crate::ui::{Align, Table, Terminal, format};

/// One line of `pgferry snapshot list`.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    /// The database that it was made of.
    database: &'a str,
    automatic: bool,
    made_at: Timestamp,
    used_at: Timestamp,
    /// Bytes.
    size: u64,
    /// What the database had been restored from.
    holds: Option<&'a Provenance>,
    /// The database that it lies in.
    lies_in: &'a str,
}

pub async fn run(
    command: cli::Snapshot,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    match command {
        cli::Snapshot::Save {
            snapshot,
            place,
            leave,
        } => {
            let name = snapshot.unwrap_or_else(|| time_as_name(Timestamp::now()));
            check_name(&name)?;
            let purpose = Purpose::Changing {
                hosts: &leave.allow_host,
                does: "a snapshot would end the connections to it and take room there",
            };
            let place = Place::open(&place, purpose, settings, environment).await?;
            save(place, &name, leave.yes, terminal).await
        }
        cli::Snapshot::List { json, place } => {
            let place = Place::open(&place, Purpose::Asking, settings, environment).await?;
            let all = snapshots(&place).all().await?;
            place.leave().await?;
            list(&all, json, terminal)
        }
        cli::Snapshot::Restore {
            snapshot,
            keep_old,
            place,
            leave,
        } => {
            let purpose = Purpose::Changing {
                hosts: &leave.allow_host,
                does: "restoring would overwrite it",
            };
            let place = Place::open(&place, purpose, settings, environment).await?;
            let found = find(&place, &snapshot).await?;
            let replacement = replacement(&place).await?;
            let question = format!(
                "the snapshot {snapshot} replaces `{}`",
                place.server.database
            );
            confirm(&question, &place.server, leave.yes, terminal)?;
            let provenance = provenance_of(&found);
            let took = bring_back(
                &place,
                replacement,
                &found,
                keep_old,
                &provenance,
                None,
                terminal,
            );
            let took = Box::pin(took).await?;
            terminal.say(&format!(
                "brought {} back to the snapshot {snapshot} of {} in {}",
                place.title,
                format::minute(found.snapshot.made_at),
                format::took(took)
            ));
            place.changed(&provenance).await
        }
        cli::Snapshot::Rm {
            snapshots: names,
            allow_host,
            place,
        } => {
            let purpose = Purpose::Changing {
                hosts: &allow_host,
                does: "what is removed there is gone",
            };
            let place = Place::open(&place, purpose, settings, environment).await?;
            remove(place, &names, terminal).await
        }
    }
}

/// Those of the server on which the database is.
fn snapshots(place: &Place) -> Snapshots {
    Snapshots::new(place.access.clone(), place.server.major())
}

/// Refuses names that would not be found again.
fn check_name(name: &str) -> Result<(), Error> {
    let fault = if name.is_empty() || name.starts_with('-') {
        "can't be the name of a snapshot"
    } else if name.chars().any(char::is_control) {
        "has control characters, which no name needs"
    } else if Snapshot::is_reserved(name) {
        "is a name that only snapshots have which `restore` keeps"
    } else {
        return check_database_name(name, "pgferry snapshot save");
    };
    Err(Error::new(Class::Usage, format!("{name:?} {fault}"))
        .with_hint("name it otherwise: `pgferry snapshot save before-the-migration`"))
}

async fn save(place: Place, name: &str, yes: bool, terminal: &Terminal) -> Result<(), Error> {
    let database = &place.server.database;
    let replacement = replacement(&place).await?;
    let snapshots = replacement.snapshots();
    let taken = || {
        Error::new(
            Class::Refused,
            format!("`{database}` has a snapshot {name} already"),
        )
        .with_hint(format!(
            "`pgferry snapshot rm {}{}` removes it, or take another name",
            format::word_of_a_shell(name),
            place.flags
        ))
    };
    if snapshots.find(database, name).await?.is_some() {
        return Err(taken());
    }
    let others = connected(replacement.admin(), database).await?;
    if !others.is_empty() && !yes {
        let question = format!(
            "the snapshot ends the connections to `{database}` of {}",
            others.join(", ")
        );
        terminal.confirm_by_typing(&question, database, "`--yes` goes on without asking")?;
    }
    let restored = match Comment::of(replacement.admin(), database).await?.record {
        Some(Record::Restored(provenance)) => Some(*provenance),
        _ => None,
    };
    let started = Instant::now();
    let snapshot = Snapshot::named(database, name, restored, Timestamp::now());
    match snapshots.make(database, snapshot, true).await {
        Err(error) if error.is_about_a_name_taken() => return Err(taken()),
        made => made?,
    }
    if !others.is_empty() {
        terminal.say(&format!(
            "note: connections to `{database}` were ended: {}",
            others.join(", ")
        ));
    }
    terminal.say(&format!(
        "saved {} as the snapshot {name} in {}",
        place.title,
        format::took(started.elapsed())
    ));
    place.keep();
    Ok(())
}

fn list(all: &[Found], json: bool, terminal: &Terminal) -> Result<(), Error> {
    let listed = all.iter().map(|found| Listed {
        name: &found.snapshot.name,
        database: &found.snapshot.of,
        automatic: found.snapshot.is_automatic(),
        made_at: found.snapshot.made_at,
        used_at: found.snapshot.used_at,
        size: found.size,
        holds: found.snapshot.restored.as_ref(),
        lies_in: &found.database,
    });
    if json {
        return terminal.print_json(&listed.collect::<Vec<_>>());
    }
    if all.is_empty() {
        terminal.say("there are no snapshots on the server; `pgferry snapshot save` makes one");
        return Ok(());
    }
    let mut table = Table::new(&[
        ("name", Align::Left),
        ("database", Align::Left),
        ("made (UTC)", Align::Left),
        ("used (UTC)", Align::Left),
        ("size", Align::Right),
        ("holds", Align::Left),
    ]);
    for one in listed {
        table.row(vec![
            one.name.to_owned(),
            one.database.to_owned(),
            format::minute(one.made_at),
            format::minute(one.used_at),
            format::size(one.size),
            one.holds.map(Provenance::title).unwrap_or_default(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}

async fn remove(place: Place, names: &[String], terminal: &Terminal) -> Result<(), Error> {
    // All of them or none, as far as can be told before.
    let mut going = Vec::new();
    for name in names {
        going.push(find(&place, name).await?);
    }
    for found in &going {
        snapshots(&place).remove(found).await?;
        terminal.say(&format!(
            "removed the snapshot {} of {}",
            found.snapshot.name, place.title
        ));
    }
    place.leave().await
}

async fn find(place: &Place, name: &str) -> Result<Found, Error> {
    let database = &place.server.database;
    let all = snapshots(place).all().await?;
    let mut of_this = all
        .into_iter()
        .filter(|found| found.snapshot.of == *database);
    let mut names = Vec::new();
    for found in of_this.by_ref() {
        if found.snapshot.name == name {
            return Ok(found);
        }
        names.push(found.snapshot.name);
    }
    let hint = if names.is_empty() {
        "it has none; `pgferry snapshot save` makes one".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    let text = format!("`{database}` has no snapshot {name}");
    Err(Error::new(Class::NothingMatched, text).with_hint(hint))
}

/// The right to put another database in its place.
pub(super) async fn replacement(place: &Place) -> Result<Replacement, Error> {
    let possible = Replacement::by_snapshot(&place.access, &place.server).await?;
    possible.map_err(|reason| {
        let text = format!("`{}` can have no snapshots", place.server.database);
        Error::new(Class::AccessDenied, format!("{text}: {reason}")).with_hint(
            "take a role that owns the database and may make others (`ALTER ROLE … CREATEDB`)",
        )
    })
}

/// Where a database comes from that is brought back to the snapshot.
fn provenance_of(found: &Found) -> Provenance {
    let Snapshot {
        of, name, made_at, ..
    } = &found.snapshot;
    match &found.snapshot.restored {
        Some(restored) if found.snapshot.is_automatic() => restored.clone().again(),
        Some(restored) => Provenance {
            through: Some(name.clone()),
            ..restored.clone().again()
        },
        // What was not restored before was made here.
        None => Provenance {
            taken_at: Some(*made_at),
            ..Provenance::now(format!("the snapshot {name} of {of}"))
        },
    }
}

/// Replaces the database by the snapshot, and says how long that took.
pub(super) async fn bring_back(
    place: &Place,
    replacement: Replacement,
    found: &Found,
    keep_old: bool,
    provenance: &Provenance,
    hooks: Option<&Hooks>,
    terminal: &Terminal,
) -> Result<Duration, Error> {
    let started = Instant::now();
    let beside = replacement.begin_with(&found.database).await?;
    replacement.snapshots().used(found).await;
    let took = started.elapsed();
    if let Some(hooks) = hooks {
        hooks.sql(&place.loader(beside.fresh()), terminal).await?;
    }
    let keep = if keep_old { Keep::Always } else { Keep::Never };
    let replaced = replacement.finish(beside, keep, provenance).await?;
    for note in notes_on(&replaced, &place.server.database) {
        terminal.say(&format!("note: {note}"));
    }
    Ok(took)
}
