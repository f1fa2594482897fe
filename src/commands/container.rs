//! `pgferry container`

use std::os::unix::process::CommandExt;
use std::process::Command;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::cli;
use crate::error::{Class, Error};
use crate::process;
use crate::settings::{Environment, Settings};
use crate::target::{Container, Containers, Engine, Keyboard, Made, PasswordFile, Record, Way};
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
            let container = one(&containers, name).await?;
            let database = database(&containers, &container).await?;
            let made = Box::pin(containers.reuse(&container)).await?;
            let password = containers.password(&container).await?;
            if made.reached.way == Way::Inside && process::find("psql").is_ok() {
                terminal.warn("the server can't be reached at that address from here");
            }
            let url = url(&made, &password, &database);
            made.keep();
            terminal.print(&url)
        }
        cli::Container::Psql {
            container: cli::ContainerName { name },
            arguments,
        } => {
            let container = one(&containers, name).await?;
            let database = database(&containers, &container).await?;
            let made = Box::pin(containers.reuse(&container)).await?;
            psql(&containers, made, &database, &arguments, terminal).await
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
            let container = one(&containers, name).await?;
            let _lock = containers.lock(&container.name)?;
            containers.stop(&container).await?;
            terminal.say(&format!("stopped {}", container.name));
            Ok(())
        }
        cli::Container::Start(cli::ContainerName { name }) => {
            let container = one(&containers, name).await?;
            let _lock = containers.lock(&container.name)?;
            let database = database(&containers, &container).await?;
            let made = Box::pin(containers.reuse(&container)).await?;
            terminal.say(&format!("started {}", container.name));
            let line = psql_line(&made, &containers.password_file(&container.name), &database);
            made.keep();
            terminal.say(&line);
            Ok(())
        }
        cli::Container::Rm(cli::ContainerName { name }) => {
            let container = one(&containers, name).await?;
            let _lock = containers.lock(&container.name)?;
            containers.remove(&container).await?;
            terminal.say(&format!("removed {}", container.name));
            Ok(())
        }
    }
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

/// The psql line for a container, as it stands.
pub fn psql_line(made: &Made, password_file: &PasswordFile, database: &str) -> String {
    let container = &made.container;
    if made.reached.way == Way::Inside {
        return format!("pgferry container psql {}", container.name);
    }
    let (host, port) = Containers::address(container, &made.reached.way);
    format!(
        "PGPASSFILE={} psql -h {host} -p {port} -U {} {}",
        quoted(&password_file.path().display().to_string()),
        quoted(&container.user),
        quoted(database)
    )
}

/// A word of a shell's.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./@+:,".contains(letter);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn url(made: &Made, password: &str, database: &str) -> String {
    let (host, port) = Containers::address(&made.container, &made.reached.way);
    let encoded = |text: &str| {
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        // Form encoding writes a blank as a plus sign, which libpq takes as it stands.
        encoded.replace('+', "%20")
    };
    format!(
        "postgres://{}:{}@{host}:{port}/{}",
        encoded(&made.container.user),
        encoded(password),
        encoded(database)
    )
}

/// The database that was restored last; before that, the server's own.
async fn database(containers: &Containers, container: &Container) -> Result<String, Error> {
    let record = containers.record(container).await?;
    Ok(record.map_or_else(|| "postgres".to_owned(), |record| record.database))
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
            .arg(format!(
                "--dbname={}",
                format_args!(
                    "dbname='{}'",
                    database.replace('\\', "\\\\").replace('\'', "\\'")
                )
            ))
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
    match code {
        0 => Ok(()),
        code => Err(Error::new(
            Class::TargetFailed,
            format!("psql ended with exit code {code}"),
        )),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in [
            ("infinite-local", "infinite-local"),
            (
                "/home/me/.local/share/x.pgpass",
                "/home/me/.local/share/x.pgpass",
            ),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("-x", "'-x'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
