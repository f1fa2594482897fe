//! `pgferry backup`

use pgferry_core::backup::{Database, Policy};

use super::open_store;
use crate::backup::{self, BackupDirectory, Plan};
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
        None => {
            terminal.warn(
                "no store is set: the set stays on this host (--no-upload says that it shall)",
            );
            None
        }
    };
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
        checkin_url: settings.checkin_url.as_ref().map(|url| url.value.clone()),
    };
    let manifest = backup::run(&plan, terminal).await?;
    if args.json {
        terminal.print_json(&manifest)
    } else {
        Ok(())
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
