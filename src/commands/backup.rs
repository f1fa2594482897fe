//! `pgferry backup`

use pgferry_core::backup::{Database, Policy};

use super::open_store;
use crate::backup::{self, BackupDirectory, Outcome, Plan};
use crate::cli::{self, Global};
use crate::error::{Class, Error};
use crate::settings::{Environment, Settings};
use crate::target::Connection;
use crate::ui::Terminal;

pub async fn run(
    args: &cli::Backup,
    global: &Global,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let database = database(global, settings, environment)?;
    let store = match &settings.store {
        _ if args.no_upload => None,
        Some(_) => Some(open_store(settings).await?.0),
        None => None,
    };
    let is_unplaced = settings.store.is_none() && !args.no_upload;
    let plan = Plan {
        connection: Connection::from_environment().with_database(database.as_str()),
        directory: BackupDirectory::open(&settings.backup_directory.value)?,
        database,
        store,
        policy: Policy {
            keep_days: settings.keep_days.value,
            keep_sets: settings.keep_sets.value,
        },
        anonymizer_key: environment.variable("PGFERRY_ANON_KEY").map(str::to_owned),
        rules: settings.rules.value.clone(),
        // A set that nobody has but this host is not what the monitor watches for.
        checkin_url: settings
            .checkin_url
            .as_ref()
            .map(|url| url.value.clone())
            .filter(|_| !is_unplaced),
    };
    let Outcome {
        manifest,
        mut warnings,
    } = backup::run(&plan, terminal).await?;
    if is_unplaced {
        warnings.push(
            "no store is set, so the set is on this host only (--no-upload says that it shall be)"
                .to_owned(),
        );
    }
    if args.json {
        terminal.print_json(&manifest)?;
    }
    if warnings.is_empty() {
        Ok(())
    } else {
        Err(Error::new(Class::Warnings, warnings.join("; ")))
    }
}

/// On a host PGDATABASE says which database is dumped, as it always did; the settings' `database` is for those who fetch.
fn database(
    global: &Global,
    settings: &Settings,
    environment: &Environment,
) -> Result<Database, Error> {
    if let Some(database) = &global.database {
        return Ok(database.clone());
    }
    if let Some(name) = environment.variable("PGDATABASE") {
        return Database::new(name)
            .map_err(|error| Error::new(Class::Usage, format!("PGDATABASE: {error}")));
    }
    match &settings.database {
        Some(database) => Ok(database.value.clone()),
        None => Err(Error::new(Class::Usage, "no database is named")
            .with_hint("set PGDATABASE, or pass --database NAME")),
    }
}
