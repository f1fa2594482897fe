//! Which databases are meant.

use pgferry_core::backup::{Database, InvalidDatabase};

use crate::backup::BackupError;
use crate::cli::Global;
use crate::error::{Class, Error};
use crate::settings::{Environment, Settings};
use crate::target::Connection;

/// Those that are named; where only a service is, the one that it leads to.
pub(super) async fn all(
    global: &Global,
    settings: &Settings,
    environment: &Environment,
) -> Result<Vec<Database>, Error> {
    let named = find(global, settings, environment)?;
    if !named.is_empty() {
        return Ok(named);
    }
    if environment.variable("PGSERVICE").is_none() {
        return Err(none_named());
    }
    let server = Connection::from_environment().facts().await;
    let server = server.map_err(BackupError::from)?;
    Database::new(server.database)
        .map(|database| vec![database])
        .map_err(|error| unusable("PGSERVICE", &error))
}

/// Those that are named, without asking a server.
pub(super) fn named(
    global: &Global,
    settings: &Settings,
    environment: &Environment,
) -> Result<Vec<Database>, Error> {
    let named = find(global, settings, environment)?;
    if named.is_empty() {
        return Err(none_named());
    }
    Ok(named)
}

fn unusable(variable: &str, error: &InvalidDatabase) -> Error {
    Error::new(Class::Usage, format!("{variable}: {error}")).with_hint(
        "a set's files begin with the database's name: `ALTER DATABASE … RENAME TO …` gives it one that they can",
    )
}

fn none_named() -> Error {
    Error::new(Class::Usage, "no database is named")
        .with_hint("set PGDATABASE or `backup.databases`, or pass --database NAME")
}

/// On a host PGDATABASE says which database is dumped, as it always did; the settings' `database` is for those who fetch.
fn find(
    global: &Global,
    settings: &Settings,
    environment: &Environment,
) -> Result<Vec<Database>, Error> {
    let configured = &settings.backup_databases.value;
    let mut databases = if !global.database.is_empty() {
        global.database.clone()
    } else if !configured.is_empty() {
        configured.clone()
    } else if let Some(name) = environment.variable("PGDATABASE") {
        let database = Database::new(name).map_err(|error| unusable("PGDATABASE", &error))?;
        vec![database]
    } else {
        let service = environment.variable("PGSERVICE").is_some();
        let database = settings.database.as_ref().filter(|_| !service);
        database
            .map(|database| database.value.clone())
            .into_iter()
            .collect()
    };
    // Each once, in the order in which they are named.
    let mut seen = Vec::new();
    databases.retain(|database| {
        let is_new = !seen.contains(database);
        seen.push(database.clone());
        is_new
    });
    Ok(databases)
}
