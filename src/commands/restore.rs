//! `pgferry restore`

use std::path::Path;

use jiff::Timestamp;
use pgferry_core::backup::{Database, FileName};
use pgferry_core::dump::LoadOptions;

use super::{fetch, local};
use crate::cli::{self, IntoTarget};
use crate::error::{Class, Error};
use crate::fetch::Cache;
use crate::restore::{self, Receipt};
use crate::settings::Settings;
use crate::source::Source;
use crate::target::{Cluster, Connection, Guard, ServerFacts, quote_identifier};
use crate::ui::{Align, Table, Terminal, format};

/// A dump, and what it is called in receipts.
pub struct Dump {
    pub source: Source,
    pub title: String,
    /// The database that it was made of, as far as is known.
    database: Option<Database>,
}

pub async fn run(
    args: cli::Restore,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(), Error> {
    let into = args.into.unwrap_or(settings.into.value);
    if into == IntoTarget::Local && args.url.is_some() {
        return Err(Error::new(
            Class::Usage,
            "--url names a server, but the target is `local`",
        )
        .with_hint("leave out one of --url and --into local"));
    }
    let receipt = match into {
        IntoTarget::Server => into_server(&args, settings, terminal).await?,
        IntoTarget::Local => into_local(&args, settings, terminal).await?,
    };
    for note in &receipt.notes {
        terminal.say(&format!("note: {note}"));
    }
    if args.json {
        terminal.print_json(&receipt)?;
    } else {
        print_rows(&receipt, terminal)?;
    }
    terminal.say(&receipt.line());
    Ok(())
}

async fn into_server(
    args: &cli::Restore,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Receipt, Error> {
    let connection = match &args.url {
        Some(url) => Connection::from_url(url)?,
        None => Connection::from_environment(),
    };
    // The target first: a download is no use if there is nowhere to put it.
    let server = connection.facts().await?;
    check_guard(&connection, &server, args, settings)?;
    let dump = dump(args.source.as_deref(), &args.selection, settings, terminal).await?;
    check_dump(&dump, load_options(args), terminal).await?;
    confirm(&server, args, terminal)?;
    load(&dump, &connection, &server, load_options(args), terminal).await
}

/// Refuses servers that are neither this machine's nor allowed by name.
fn check_guard(
    connection: &Connection,
    server: &ServerFacts,
    args: &cli::Restore,
    settings: &Settings,
) -> Result<(), Error> {
    let guard = Guard {
        allowed: [
            args.allow_host.as_slice(),
            settings.allow_hosts.value.as_slice(),
        ]
        .concat(),
    };
    let hosts = connection
        .addresses()
        .iter()
        .map(String::as_str)
        .chain([server.host.as_str()]);
    guard.check(hosts).map_err(|refusal| {
        let host = refusal.host;
        Error::new(
            Class::Refused,
            format!(
                "`{}` on {host} is not on this machine; restoring would overwrite it",
                server.database
            ),
        )
        .with_hint(format!(
            "if that is what you want, say so with `--allow-host {host}`"
        ))
    })
}

/// Has the user confirm that what the target holds may be overwritten.
fn confirm(server: &ServerFacts, args: &cli::Restore, terminal: &Terminal) -> Result<(), Error> {
    if server.tables == 0 || args.yes {
        return Ok(());
    }
    let tables = format::counted(server.tables, "table", "tables");
    let question = format!(
        "`{}` holds {tables}, which the restore may drop",
        server.database
    );
    terminal.confirm_by_typing(
        &question,
        &server.database,
        "`--yes` goes on without asking",
    )
}

async fn into_local(
    args: &cli::Restore,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Receipt, Error> {
    let dump = dump(args.source.as_deref(), &args.selection, settings, terminal).await?;
    check_dump(&dump, load_options(args), terminal).await?;
    let database = dump
        .database
        .clone()
        .map_or_else(|| Database::new("restored").map_err(unnamed), Ok)?;
    let name = args.name.as_ref().unwrap_or(&database);
    let clusters = local::clusters(settings);
    let _lock = clusters.lock(name)?;
    let mut cluster = clusters.ensure(name).await?;
    // Beside what is there, which stays until the new one is complete.
    let fresh = format!("{database}__new");
    let admin = cluster.administration("postgres");
    let drop_fresh = format!(
        "DROP DATABASE IF EXISTS {} WITH (FORCE);",
        quote_identifier(&fresh)
    );
    admin
        .query(&format!("{drop_fresh}\n{}", Cluster::make_database(&fresh)))
        .await?;
    // Without a superuser's rights, unless its maker is trusted.
    let connection = if args.trust {
        cluster.administration(&fresh)
    } else {
        cluster.connection(&fresh)
    };
    let loaded = async {
        let server = connection.facts().await?;
        let mut receipt = load(&dump, &connection, &server, load_options(args), terminal).await?;
        receipt.database = format!("{database} in the local cluster {name}");
        connection.query("ANALYZE;").await?;
        Ok::<_, Error>(receipt)
    };
    let receipt = match loaded.await {
        Ok(receipt) => receipt,
        Err(error) => {
            // The error that counts is the first one; what is left is dropped by the next restore.
            drop(admin.query(&drop_fresh).await);
            return Err(error);
        }
    };
    admin.query(&swap(database.as_str(), &fresh)).await?;
    cluster
        .restored(database.as_str(), &dump.title, Timestamp::now())
        .map_err(Error::from)?;
    terminal.say(&format!("psql '{}'", cluster.url()));
    Ok(receipt)
}

/// Gives the new database the old one's name, in one transaction, and drops the old one.
fn swap(database: &str, fresh: &str) -> String {
    let old = format!("{database}__old");
    let literal = |name: &str| format!("'{}'", name.replace('\'', "''"));
    let (name, fresh, old_name) = (
        quote_identifier(database),
        quote_identifier(fresh),
        quote_identifier(&old),
    );
    format!(
        "DROP DATABASE IF EXISTS {old_name} WITH (FORCE);
         SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = {};
         BEGIN;
         SELECT pg_catalog.format('ALTER DATABASE %I RENAME TO %I', datname, {}) FROM pg_catalog.pg_database
             WHERE datname = {} \\gexec
         ALTER DATABASE {fresh} RENAME TO {name};
         COMMIT;
         DROP DATABASE IF EXISTS {old_name} WITH (FORCE);",
        literal(database),
        literal(&old),
        literal(database),
    )
}

fn unnamed(error: impl std::fmt::Display) -> Error {
    Error::new(Class::Usage, error.to_string())
}

/// The file that is meant, or the version, fetched.
pub async fn dump(
    word: Option<&str>,
    selection: &cli::Selection,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Dump, Error> {
    if word == Some("-") {
        let cache = Cache::open(&settings.cache_directory.value)?;
        let source = Source::spool_stdin(cache.directory()).await?;
        return Ok(Dump {
            title: source.name().to_owned(),
            source,
            database: None,
        });
    }
    let named = word.filter(|word| may_be_a_file(word)).map(Path::new);
    if let Some(path) = named.filter(|path| path.exists()) {
        if settings.store.is_some() && word.is_some_and(|word| FileName::parse(word).is_some()) {
            terminal.say(&format!(
                "note: {} is here: taking this file, not the store's version",
                path.display()
            ));
        }
        return from_file(path, settings);
    }
    if let Some(word) = word.filter(|word| looks_like_a_path(word)) {
        return Err(
            Error::new(Class::NothingMatched, format!("there is no file {word}"))
                .with_hint("`pgferry versions` lists what can be restored from the store"),
        );
    }
    let (chosen, path) = fetch::into_cache(word, selection, settings, terminal).await?;
    let source = Source::open(&path)?;
    Ok(Dump {
        title: chosen.title(),
        source,
        database: Some(chosen.database),
    })
}

fn from_file(path: &Path, settings: &Settings) -> Result<Dump, Error> {
    let source = Source::open(path)?;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(FileName::parse);
    let title = match &name {
        Some(FileName {
            database,
            taken_at: Some(taken_at),
            ..
        }) => format!("{database} of {}", format::minute(*taken_at)),
        _ => path.display().to_string(),
    };
    let stem = || {
        path.file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| Database::new(stem).ok())
    };
    let configured = || {
        settings
            .database
            .as_ref()
            .map(|database| database.value.clone())
    };
    let database = name
        .map(|name| name.database)
        .or_else(stem)
        .or_else(configured);
    Ok(Dump {
        source,
        title,
        database,
    })
}

/// Selectors mean the store's versions, whatever files there are; `./latest` is a file.
fn may_be_a_file(word: &str) -> bool {
    word != "latest" && !word.starts_with(['~', '@'])
}

/// A name that is neither a selector nor an artefact's.
fn looks_like_a_path(word: &str) -> bool {
    word.contains('/')
        || (FileName::parse(word).is_none()
            && Path::new(word).extension().is_some()
            && !word.starts_with('@'))
}

/// What the dump may do.
fn load_options(args: &cli::Restore) -> LoadOptions {
    LoadOptions {
        code_blocks: args.trust,
        any_statement: args.trust,
        ..LoadOptions::default()
    }
}

/// Reads the dump to its end before anything is changed.
async fn check_dump(dump: &Dump, options: LoadOptions, terminal: &Terminal) -> Result<(), Error> {
    let progress = terminal.progress("check", Some(dump.source.size()));
    restore::check(&dump.source, options, &progress).await?;
    progress.finish();
    Ok(())
}

async fn load(
    dump: &Dump,
    connection: &Connection,
    server: &ServerFacts,
    options: LoadOptions,
    terminal: &Terminal,
) -> Result<Receipt, Error> {
    let progress = terminal.progress("restore", Some(dump.source.size()));
    let receipt = restore::into_connection(
        &dump.source,
        &dump.title,
        connection,
        server,
        options,
        &progress,
    )
    .await?;
    progress.finish();
    Ok(receipt)
}

fn print_rows(receipt: &Receipt, terminal: &Terminal) -> Result<(), Error> {
    let mut table = Table::new(&[("table", Align::Left), ("rows", Align::Right)]);
    for loaded in &receipt.tables {
        table.row(vec![loaded.table.clone(), format::count(loaded.rows)]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}
