//! `pgferry local`

use pgferry_core::backup::Database;

use crate::cli;
use crate::error::{Class, Error};
use crate::settings::Settings;
use crate::target::{ClusterFacts, Clusters};
use crate::ui::{Align, Table, Terminal, format};

pub async fn run(
    command: cli::Local,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(), Error> {
    let clusters = clusters(settings);
    match command {
        cli::Local::List { json } => list(&clusters, json, terminal),
        cli::Local::Url(cli::LocalName { name }) => {
            let mut cluster = clusters.open(&one(&clusters, name)?)?;
            cluster.start().await?;
            terminal.print(&cluster.url())
        }
        cli::Local::Stop(cli::LocalName { name }) => {
            let cluster = clusters.open(&one(&clusters, name)?)?;
            cluster.stop().await?;
            terminal.say(&format!("stopped {}", cluster.name()));
            Ok(())
        }
        cli::Local::Rm(cli::LocalName { name }) => {
            let name = one(&clusters, name)?;
            let _lock = clusters.lock(&name)?;
            let cluster = clusters.open(&name)?;
            cluster.remove()?;
            terminal.say(&format!("removed {name}"));
            Ok(())
        }
    }
}

/// The clusters of this user.
pub fn clusters(settings: &Settings) -> Clusters {
    Clusters::new(&settings.local_directory.value)
}

/// The cluster that is meant.
pub fn one(clusters: &Clusters, name: Option<Database>) -> Result<Database, Error> {
    if let Some(name) = name {
        return Ok(name);
    }
    let mut names = clusters.names()?;
    match names.len() {
        1 => Ok(names.remove(0)),
        0 => Err(
            Error::new(Class::NothingMatched, "there are no local clusters")
                .with_hint("`pgferry restore --into local` makes one"),
        ),
        _ => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            Err(Error::new(Class::Usage, "there are several local clusters")
                .with_hint(format!("name one of {}", names.join(", "))))
        }
    }
}

/// A cluster's name as a word of the command line.
pub fn named(word: Option<&str>) -> Result<Option<Database>, Error> {
    let name = word.map(Database::new).transpose();
    name.map_err(|error| Error::new(Class::Usage, error.to_string()))
}

fn list(clusters: &Clusters, json: bool, terminal: &Terminal) -> Result<(), Error> {
    let mut facts: Vec<ClusterFacts> = Vec::new();
    for name in clusters.names()? {
        facts.push(clusters.open(&name)?.facts());
    }
    if json {
        return terminal.print_json(&facts);
    }
    if facts.is_empty() {
        terminal.say("there are no local clusters; `pgferry restore --into local` makes one");
        return Ok(());
    }
    let mut table = Table::new(&[
        ("name", Align::Left),
        ("state", Align::Left),
        ("port", Align::Right),
        ("holds", Align::Left),
        ("restored (UTC)", Align::Left),
    ]);
    for cluster in facts {
        table.row(vec![
            cluster.name.to_string(),
            if cluster.running {
                "running"
            } else {
                "stopped"
            }
            .to_owned(),
            cluster.port.to_string(),
            cluster.restored.unwrap_or_default(),
            cluster.restored_at.map(format::minute).unwrap_or_default(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}
