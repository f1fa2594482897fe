//! One file a subcommand: wires the layers below, prints the outcome.

mod anonymize;
mod backup;
mod cache;
mod config;
mod container;
mod fetch;
mod local;
mod place;
mod reset;
mod restore;
mod snapshot;
mod status;
mod verify;
mod versions;

use crate::cli::{Cli, Command};
use crate::error::{Class, Error};
use crate::settings::{Environment, Settings};
use crate::store::{Location, S3Settings, Store};
use crate::ui::Terminal;

/// Runs the command that was asked for.
///
/// # Errors
/// What went wrong, with the next step.
pub async fn run(cli: Cli, terminal: &Terminal) -> Result<(), Error> {
    let environment = Environment::of_process();
    let settings = match (Settings::load(&cli.global, &environment), &cli.command) {
        (Ok(settings), _) => settings,
        (Err(error), Command::Backup(args)) => {
            return backup::without_settings(args, error.into(), &environment, terminal).await;
        }
        (Err(error), _) => return Err(error.into()),
    };
    if cli.global.database.len() > 1 && !matches!(cli.command, Command::Backup(_)) {
        return Err(Error::new(
            Class::Usage,
            "--database takes one name here; `backup` takes several",
        )
        .with_hint("run the command once for each database"));
    }
    match cli.command {
        Command::Versions(args) => versions::run(&args, &settings, terminal).await,
        Command::Fetch(args) => fetch::run(&args, &settings, terminal).await,
        Command::Restore(args) => restore::run(*args, &settings, &environment, terminal).await,
        Command::Status(args) => {
            Box::pin(status::run(&args, &settings, &environment, terminal)).await
        }
        Command::Reset(args) => {
            Box::pin(reset::run(&args, &settings, &environment, terminal)).await
        }
        Command::Snapshot(command) => {
            Box::pin(snapshot::run(command, &settings, &environment, terminal)).await
        }
        Command::Backup(args) => {
            backup::run(&args, &cli.global, &settings, &environment, terminal).await
        }
        Command::Anonymize(args) => anonymize::run(args, &settings, &environment, terminal).await,
        Command::Verify(args) => verify::run(&args, &settings, terminal).await,
        Command::Container(command) => {
            Box::pin(container::run(command, &settings, &environment, terminal)).await
        }
        Command::Local(command) => local::run(command, &settings, terminal).await,
        Command::Cache(command) => cache::run(&command, &settings, terminal),
        Command::Config(args) => config::run(&args, &settings, &environment, terminal),
    }
}

/// The store that the settings name.
fn location(settings: &Settings) -> Result<Location, Error> {
    let Some(location) = settings.store.as_ref().map(|store| store.value.clone()) else {
        return Err(Error::new(Class::Usage, "no store is set").with_hint(
            "set S3_BUCKET and S3_PATH, or `store = \"s3://BUCKET/PREFIX\"` in pgferry.toml, or pass --store URL",
        ));
    };
    Ok(location)
}

/// The store that the settings name, opened.
async fn open_store(settings: &Settings) -> Result<(Store, Location), Error> {
    let location = location(settings)?;
    let s3 = S3Settings {
        region: settings
            .s3_region
            .as_ref()
            .map(|region| region.value.clone()),
        endpoint: settings
            .s3_endpoint
            .as_ref()
            .map(|endpoint| endpoint.value.clone()),
        path_style: settings
            .s3_path_style
            .as_ref()
            .map(|path_style| path_style.value),
        checksums: settings
            .s3_checksums
            .as_ref()
            .map(|checksums| checksums.value),
    };
    Ok((Store::open(&location, s3).await, location))
}
