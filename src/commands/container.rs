//! `pgferry container`

mod address;

use std::os::unix::process::CommandExt;
use std::process::Command;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use address::connection_string;
pub use address::{address, psql_line};

use crate::cli;
use crate::error::{Class, Error, ProgramEnded};
use crate::lock::Lock;
use crate::process;
use crate::settings::{Environment, Settings};
use crate::target::{Container, ContainerError, Containers, Engine, Keyboard, Made, Record, Way};
use crate::ui::{Align, RawMode, Table, Terminal, format};

/// One line of `pgferry container list`.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    state: String,
    image: String,
    port: Option<u16>,
    user: String,
    ephemeral: bool,
    durable: bool,
    #[serde(flatten)]
    record: Option<Record>,
}

pub async fn run(
    command: cli::Container,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let containers = containers(settings, environment).await?;
    match command {
        cli::Container::List { json } => list(&containers, json, terminal).await,
        cli::Container::Url(cli::ContainerName { name }) => {
            let (made, record) = running(&containers, name).await?;
            let password = containers.password(&made.container).await?;
            if made.reached.way == Way::Inside && process::find("psql").is_ok() {
                terminal.warn("the server can't be reached at that address from here");
            }
            let url = address(&made, password, &record.database).url();
            made.keep();
            terminal.print(&url)
        }
        cli::Container::Psql {
            container: cli::ContainerName { name },
            arguments,
        } => {
            let (made, record) = running(&containers, name).await?;
            psql(&containers, made, &record.database, &arguments, terminal).await
        }
        cli::Container::Logs {
            container: cli::ContainerName { name },
            follow,
            tail,
        } => {
            let container = one(&containers, name).await?;
            containers
                .logs(&container, follow, tail, |bytes| {
                    terminal.print_bytes(bytes)
                })
                .await?
        }
        cli::Container::Stop(cli::ContainerName { name }) => {
            let (_lock, container) = unused(&containers, name).await?;
            containers.stop(&container).await?;
            terminal.say(&format!("stopped {}", container.name));
            Ok(())
        }
        cli::Container::Start(cli::ContainerName { name }) => {
            let (made, record) = running(&containers, name).await?;
            let name = made.container.name.clone();
            let line = psql_line(&made, &containers.password_file(&name), &record.database);
            made.keep();
            terminal.say(&format!("started {name}"));
            terminal.say(&line);
            Ok(())
        }
        cli::Container::Rm(cli::ContainerName { name }) => {
            if let Some(name) = &name
                && remove_leftovers(&containers, name, terminal).await?
            {
                return Ok(());
            }
            let (_lock, container) = unused(&containers, name).await?;
            containers.remove(&container).await?;
            terminal.say(&format!("removed {}", container.name));
            Ok(())
        }
    }
}

/// A container whose server answers, and what it holds. One that was started is stopped again unless it is kept.
pub async fn running(
    containers: &Containers,
    name: Option<String>,
) -> Result<(Made, Record), Error> {
    let mut container = one(containers, name).await?;
    // One that runs is not changed.
    let mut _lock = None;
    if !container.is_running {
        _lock = Some(containers.lock(&container.name)?);
        container = containers.open(&container.name).await?;
    }
    let record = containers.held(&container).await?;
    let made = Box::pin(containers.reuse(&container)).await?;
    Ok((made, record))
}

/// A container that nobody restores into, and the right to change it.
pub async fn unused(
    containers: &Containers,
    name: Option<String>,
) -> Result<(Lock, Container), Error> {
    let name = one(containers, name).await?.name;
    let lock = containers.lock(&name)?;
    // As it is now that nobody else of this user's changes it.
    let container = containers.open(&name).await?;
    containers.check_unclaimed(&container).await?;
    Ok((lock, container))
}

/// Removes what was left of a container that was removed by other hands; says no when there is such a container, or
/// nothing of one.
async fn remove_leftovers(
    containers: &Containers,
    word: &str,
    terminal: &Terminal,
) -> Result<bool, Error> {
    match containers.open(word).await {
        Err(ContainerError::Unknown { .. }) => {}
        opened => {
            opened?;
            return Ok(false);
        }
    }
    for name in Containers::meant(word) {
        let _lock = containers.lock(&name)?;
        let left = containers.remove_leftovers(&name).await?;
        if !left.is_empty() {
            terminal.say(&format!(
                "removed what was left of {name}: {}; the container itself was gone",
                left.join(" and ")
            ));
            return Ok(true);
        }
    }
    Ok(false)
}

/// The containers of the engine that is at hand.
pub async fn containers(
    settings: &Settings,
    environment: &Environment,
) -> Result<Containers, Error> {
    let engine = Engine::find(environment).await?;
    Ok(Containers::new(
        engine.docker().clone(),
        &settings.local_directory.value,
    ))
}

async fn one(containers: &Containers, name: Option<String>) -> Result<Container, Error> {
    if let Some(name) = name {
        return Ok(containers.open(&name).await?);
    }
    let mut all = containers.list().await?;
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(Error::new(
            Class::NothingMatched,
            "there are no containers of pgferry's",
        )
        .with_hint("`pgferry restore --into container` makes one")),
        _ => {
            let names: Vec<String> = all
                .iter()
                .map(|container| format!("`{}`", container.name))
                .collect();
            Err(
                Error::new(Class::Usage, "there are several containers of pgferry's")
                    .with_hint(format!("name one of {}", names.join(", "))),
            )
        }
    }
}

async fn list(containers: &Containers, json: bool, terminal: &Terminal) -> Result<(), Error> {
    let mut all = Vec::new();
    for container in containers.list().await? {
        let record = containers.record(&container).await?;
        all.push(Listed {
            state: match record {
                Some(_) => container.state,
                None => "unfinished".to_owned(),
            },
            name: container.name,
            image: container.image,
            port: container.port,
            user: container.user,
            ephemeral: container.is_ephemeral,
            durable: container.is_durable,
            record,
        });
    }
    if json {
        return terminal.print_json(&all);
    }
    if all.is_empty() {
        terminal.say(
            "there are no containers of pgferry's; `pgferry restore --into container` makes one",
        );
        return Ok(());
    }
    let mut table = Table::new(&[
        ("name", Align::Left),
        ("state", Align::Left),
        ("port", Align::Right),
        ("image", Align::Left),
        ("database", Align::Left),
        ("holds", Align::Left),
        ("restored (UTC)", Align::Left),
    ]);
    for listed in all {
        let restored_at: Option<Timestamp> =
            listed.record.as_ref().map(|record| record.restored_at);
        let (database, holds) = listed
            .record
            .map(|record| (record.database, record.restored))
            .unwrap_or_default();
        table.row(vec![
            listed.name,
            listed.state,
            listed.port.map(|port| port.to_string()).unwrap_or_default(),
            listed.image,
            database,
            holds,
            restored_at.map(format::minute).unwrap_or_default(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}

/// Hands the terminal to psql: this machine's takes pgferry's place, the container's runs over the engine's API.
async fn psql(
    containers: &Containers,
    made: Made,
    database: &str,
    arguments: &[String],
    terminal: &Terminal,
) -> Result<(), Error> {
    let container = made.container.clone();
    let way = made.reached.way.clone();
    made.keep();
    tracing::info!(container = container.name, "psql over {way}");
    if way != Way::Inside {
        let (host, port) = Containers::address(&container, &way);
        let failed = Command::new(process::find("psql")?)
            .env(
                "PGPASSFILE",
                containers.password_file(&container.name).path(),
            )
            // These would go before what is said here.
            .env_remove("PGHOSTADDR")
            .env_remove("PGSERVICE")
            .env_remove("PGPASSWORD")
            .env_remove("PGOPTIONS")
            // The images' servers have no certificate.
            .env("PGSSLMODE", "prefer")
            .arg(format!("--host={host}"))
            .arg(format!("--port={port}"))
            .arg(format!("--username={}", container.user))
            .arg(format!("--dbname={}", connection_string(database)))
            .args(arguments)
            .exec();
        return Err(Error::from(failed).context("can't run psql"));
    }
    let (keyboard, typed) = terminal.input_channel();
    let (size, _raw) = if terminal.is_interactive() {
        watch_size(&keyboard, terminal)?;
        (Some(terminal.size()), Some(RawMode::start()?))
    } else {
        (None, None)
    };
    terminal.read_input(keyboard, |bytes| Keyboard::Typed(Bytes::from(bytes)));
    let code = containers
        .psql(
            &container,
            database,
            arguments,
            size,
            typed,
            |bytes, is_error| {
                terminal.pass_on(bytes, is_error);
            },
        )
        .await?;
    if code == 0 {
        return Ok(());
    }
    let program = "psql";
    let code = u8::try_from(code).unwrap_or(1);
    Err(ProgramEnded { program, code }.into())
}

/// Tells the program of each new size of the terminal.
fn watch_size(keyboard: &mpsc::Sender<Keyboard>, terminal: &Terminal) -> Result<(), Error> {
    let mut changed = signal(SignalKind::window_change())?;
    let terminal = terminal.clone();
    // Weak, so that the end of the input is the end of the channel.
    let keyboard = keyboard.downgrade();
    tokio::spawn(async move {
        while changed.recv().await.is_some() {
            let Some(keyboard) = keyboard.upgrade() else {
                return;
            };
            if keyboard
                .send(Keyboard::Resized(terminal.size()))
                .await
                .is_err()
            {
                return;
            }
        }
    });
    Ok(())
}
