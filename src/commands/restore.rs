//! `pgferry restore`

mod container;
mod dump;
mod kept;
mod local;
mod parts;
mod preflight;
mod server;

use std::num::NonZeroUsize;

pub use dump::{Dump, Meant, dump, meant};
use kept::{Surroundings, Version};
use parts::{Chosen, Contents};
use pgferry_core::dump::{LoadOptions, ScriptReport};
use preflight::Preflight;

use crate::cli::{self, IntoTarget};
use crate::error::{Class, Error};
use crate::restore::{self, Hooks, Keep, NAME_LIMIT, Receipt, Replaced, Replacement};
use crate::settings::{Environment, Settings};
use crate::target::{Access, Address, Connection, Guard, ServerFacts};
use crate::ui::{Align, Table, Terminal, format};

/// Objects that a note names.
const NAMED: usize = 5;

/// What was done, and the psql line that shows it.
struct Done {
    receipt: Receipt,
    psql: Option<String>,
    /// Where the database is, for hooks.
    address: Address,
}

pub async fn run(
    args: cli::Restore,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let into = args.into.unwrap_or(settings.into.value);
    check_flags(&args, into)?;
    let hooks = Hooks::new(&settings.after.value, !args.no_hooks)?;
    let done = match into {
        IntoTarget::Server => {
            let restored = into_server(&args, &hooks, settings, terminal);
            match Box::pin(restored).await? {
                Some(done) => done,
                None => return Ok(()),
            }
        }
        IntoTarget::Container => {
            let restored = container::run(&args, &hooks, settings, environment, terminal);
            Box::pin(restored).await?
        }
        IntoTarget::Local => Box::pin(local::run(&args, &hooks, settings, terminal)).await?,
    };
    let Done {
        receipt,
        psql,
        address,
    } = done;
    for note in &receipt.notes {
        terminal.say(&format!("note: {note}"));
    }
    if args.json {
        terminal.print_json(&receipt)?;
    } else {
        print_rows(&receipt, terminal)?;
    }
    terminal.say(&receipt.line());
    if let Some(psql) = psql {
        terminal.say(&psql);
    }
    hooks.commands(&address, terminal).await
}

/// Refuses flags of another target.
fn check_flags(args: &cli::Restore, into: IntoTarget) -> Result<(), Error> {
    if into != IntoTarget::Server && args.url.is_some() {
        let into = into.word();
        return Err(Error::new(
            Class::Usage,
            format!("--url names a server, but the target is `{into}`"),
        )
        .with_hint(format!("leave out one of --url and --into {into}")));
    }
    if into != IntoTarget::Server && (args.in_place || args.keep_old) {
        return Err(Error::new(
            Class::Usage,
            format!(
                "--in-place and --keep-old are for servers, but the target is `{}`",
                into.word()
            ),
        )
        .with_hint("leave them out, or add `--into server`"));
    }
    if into != IntoTarget::Server && args.dry_run {
        return Err(Error::new(
            Class::Usage,
            format!(
                "--dry-run is for servers, but the target is `{}`",
                into.word()
            ),
        )
        .with_hint("a throwaway target can be tried for real; or add `--into server`"));
    }
    if into != IntoTarget::Server && args.parts.data_only {
        return Err(Error::new(
            Class::Usage,
            format!(
                "--data-only fills tables that are there, but the target `{}` gets a new database",
                into.word()
            ),
        )
        .with_hint("restore into the throwaway server as a server: `--url` with what `pgferry container url` or `pgferry local url` prints"));
    }
    if into != IntoTarget::Container && args.container != cli::NewContainer::default() {
        return Err(Error::new(
            Class::Usage,
            format!(
                "--image, --pull, --user, --as, --port, --ephemeral and --durable are for containers, but the target is `{}`",
                into.word()
            ),
        )
        .with_hint("add `--into container`"));
    }
    Ok(())
}

/// `None` after a dry run.
async fn into_server(
    args: &cli::Restore,
    hooks: &Hooks,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Option<Done>, Error> {
    let connection = match &args.url {
        Some(url) => Connection::from_url(url)?,
        None => Connection::from_environment(),
    };
    // The target first: a download is no use if there is nowhere to put it.
    let server = connection.facts().await?;
    let overwrites = "restoring would overwrite it";
    check_guard(&connection, &server, &args.allow_host, overwrites, settings)?;
    let meant = meant(args.source.as_deref(), &args.selection, settings, terminal).await?;
    let address = Address::of(&connection, &server);
    let done = |receipt| {
        Some(Done {
            receipt,
            psql: None,
            address,
        })
    };
    let access = Access::from(connection);
    let version = Version::of(&meant, args, settings);
    if let Some(version) = version.as_ref().filter(|_| !args.dry_run) {
        let copied = server::from_snapshot(version, &access, &server, args, hooks, terminal);
        if let Some(receipt) = Box::pin(copied).await? {
            return Ok(done(receipt));
        }
    }
    let dump = meant.dump(args, terminal).await?;
    let contents = Contents::read(&dump, args, terminal).await?;
    let (chosen, way) = way(&contents, &access, &server, args).await?;
    let preflight = Preflight::of(&dump, &contents, &chosen, &way, &access, &server).await?;
    if args.dry_run {
        return preflight
            .dry_run(&dump, &chosen, &server, args, terminal)
            .await
            .map(|()| None);
    }
    preflight.warn(terminal);
    match way {
        Way::Replace(replacement) => {
            let question = format!("the restore replaces `{}`", server.database);
            confirm(&question, &server, args.yes, terminal)?;
            let loading = Loading {
                dump: &dump,
                chosen: &chosen,
                version: version.as_ref(),
                hooks,
            };
            let replaced = replace(*replacement, &loading, &server, args, terminal);
            return Ok(done(Box::pin(replaced).await?));
        }
        Way::InPlace(Some(reason)) => terminal.say(&format!(
            "note: `{}` is loaded in place, in one transaction: {reason}",
            server.database
        )),
        Way::InPlace(None) => {}
    }
    // Its end must be known before the first statement.
    if !contents.is_checked {
        check_dump(&dump, chosen.options.clone(), terminal).await?;
    }
    let question = contents.question(&chosen, &server.database);
    confirm(&question, &server, args.yes, terminal)?;
    let receipt = load(&dump, &access, &server, &chosen, terminal).await?;
    let database = &server.database;
    restore::note(&access, database, database, &dump.provenance()).await;
    hooks.sql_in_place(&access, terminal).await?;
    Ok(done(receipt))
}

/// How a server's database gets the dump.
enum Way {
    /// A new one takes its place.
    Replace(Box<Replacement>),
    /// In one transaction. Why, unless that was wished.
    InPlace(Option<String>),
}

/// What is loaded, and how.
async fn way(
    contents: &Contents,
    access: &Access,
    server: &ServerFacts,
    args: &cli::Restore,
) -> Result<(Chosen, Way), Error> {
    // Parts of a dump must not take the place of a whole database.
    let is_into_standing =
        contents.is_selection() && (args.in_place || args.parts.data_only || server.tables > 0);
    if is_into_standing {
        if args.keep_old {
            return Err(parts::nothing_to_keep());
        }
        let reason = "parts of a dump don't replace a database".to_owned();
        let reason = (!args.in_place).then_some(reason);
        return Ok((contents.for_standing(access).await?, Way::InPlace(reason)));
    }
    let chosen = contents.for_new(access).await?;
    if args.in_place {
        return Ok((chosen, Way::InPlace(None)));
    }
    let way = match Replacement::of(access, server, &chosen.extensions).await? {
        Ok(replacement) => Way::Replace(Box::new(replacement)),
        Err(reason) => Way::InPlace(Some(reason.to_string())),
    };
    Ok((chosen, way))
}

/// What a new database is filled with, and what follows.
struct Loading<'a> {
    dump: &'a Dump,
    chosen: &'a Chosen,
    /// What is kept as a snapshot.
    version: Option<&'a Version>,
    hooks: &'a Hooks,
}

/// Fills a new database, which then takes the old one's place.
async fn replace(
    replacement: Replacement,
    loading: &Loading<'_>,
    server: &ServerFacts,
    args: &cli::Restore,
    terminal: &Terminal,
) -> Result<Receipt, Error> {
    let Loading {
        dump,
        chosen,
        version,
        hooks,
    } = *loading;
    let beside = replacement.begin().await?;
    let fresh = replacement.fresh(&beside);
    let mut receipt = fill(dump, &fresh, chosen, args, terminal).await?;
    let mut provenance = dump.provenance();
    if let Some(version) = version {
        let surroundings = server::surroundings(&replacement, server);
        version
            .keep(beside.fresh(), &surroundings, &mut receipt, &mut provenance)
            .await;
    }
    hooks.sql(&fresh, terminal).await?;
    let replaced = replacement.finish(beside, keep(args), &provenance).await?;
    receipt.database.clone_from(&server.database);
    receipt.notes.extend(notes_on(&replaced, &server.database));
    Ok(receipt)
}

/// What becomes of the old database.
fn keep(args: &cli::Restore) -> Keep {
    if args.keep_old {
        Keep::Always
    } else {
        Keep::IfNeeded
    }
}

/// What the user should know of a database that was replaced.
pub fn notes_on(replaced: &Replaced, database: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if !replaced.ended.is_empty() {
        notes.push(format!(
            "connections to the old `{database}` were ended: {}",
            replaced.ended.join(", ")
        ));
    }
    if let Some(kept) = &replaced.kept {
        let because = if replaced.held.is_empty() {
            String::new()
        } else {
            format!(
                ", for it held what the dump doesn't: {}",
                shortened(&replaced.held)
            )
        };
        notes.push(format!(
            "the old database is now `{kept}`{because}; `dropdb {}` removes it",
            format::word_of_a_shell(kept)
        ));
    } else if !replaced.held.is_empty() {
        let held = shortened(&replaced.held);
        notes.push(format!(
            "what only the old `{database}` held is gone: {held}"
        ));
    }
    notes
}

/// The first few, and how many more there are.
fn shortened(names: &[String]) -> String {
    let shown = names.get(..NAMED).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Refuses servers that are neither this machine's nor allowed by name.
pub fn check_guard(
    connection: &Connection,
    server: &ServerFacts,
    allowed: &[String],
    does: &str,
    settings: &Settings,
) -> Result<(), Error> {
    let guard = Guard {
        allowed: [allowed, settings.allow_hosts.value.as_slice()].concat(),
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
                "`{}` on {host} is not on this machine; {does}",
                server.database
            ),
        )
        .with_hint(format!(
            "if that is what you want, say so with `--allow-host {host}`"
        ))
    })
}

/// Has the user confirm that what the target holds may be overwritten.
pub fn confirm(
    question: &str,
    server: &ServerFacts,
    yes: bool,
    terminal: &Terminal,
) -> Result<(), Error> {
    if server.tables == 0 || yes {
        return Ok(());
    }
    let tables = format::counted(server.tables, "table", "tables");
    let question = format!("{question}, which holds {tables}");
    terminal.confirm_by_typing(
        &question,
        &server.database,
        "`--yes` goes on without asking",
    )
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
async fn check_dump(
    dump: &Dump,
    options: LoadOptions,
    terminal: &Terminal,
) -> Result<ScriptReport, Error> {
    let progress = terminal.progress("check", Some(dump.source.size()));
    let report = restore::check(&dump.source, options, &progress)
        .await
        .map_err(|error| dump.explain(error))?;
    progress.finish();
    Ok(report)
}

/// Loads in one transaction.
async fn load(
    dump: &Dump,
    access: &Access,
    server: &ServerFacts,
    chosen: &Chosen,
    terminal: &Terminal,
) -> Result<Receipt, Error> {
    let progress = terminal.progress("restore", Some(dump.source.size()));
    let (source, options) = (&dump.source, chosen.options.clone());
    let loading = restore::into_database(source, &dump.title, access, server, options, &progress);
    let mut receipt = loading.await.map_err(|error| chosen.explain(error, dump))?;
    progress.finish();
    receipt.notes.extend_from_slice(&chosen.notes);
    Ok(receipt)
}

/// Loads into a database that goes unless all of it went well, and gathers its statistics.
async fn fill(
    dump: &Dump,
    access: &Access,
    chosen: &Chosen,
    args: &cli::Restore,
    terminal: &Terminal,
) -> Result<Receipt, Error> {
    let server = access.facts().await?;
    let progress = terminal.progress("restore", Some(dump.source.size()));
    let (source, title, options) = (&dump.source, &dump.title, chosen.options.clone());
    let receipt = if args.via.is_some() {
        restore::with_psql(source, title, access, &server, options, &progress).await
    } else {
        let jobs = match args.jobs {
            Some(jobs) => jobs,
            None => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        };
        let jobs = jobs.get();
        restore::into_disposable_database(source, title, access, &server, options, jobs, &progress)
            .await
    };
    let mut receipt = receipt.map_err(|error| chosen.explain(error, dump))?;
    progress.finish();
    receipt.notes.extend_from_slice(&chosen.notes);
    Ok(receipt)
}

fn print_rows(receipt: &Receipt, terminal: &Terminal) -> Result<(), Error> {
    let mut table = Table::new(&[("table", Align::Left), ("rows", Align::Right)]);
    for loaded in &receipt.tables {
        table.row(vec![loaded.table.clone(), format::count(loaded.rows)]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}

/// Refuses names that the server would cut, or that are none.
pub fn check_database_name(name: &str, flag: &str) -> Result<(), Error> {
    let fault = if name.is_empty() {
        "the name of the database is empty".to_owned()
    } else if name.chars().any(char::is_control) {
        format!("{name:?} has control characters, which no name needs")
    } else if name.len() > NAME_LIMIT {
        format!(
            "`{name}` has more than {NAME_LIMIT} bytes, which is all that PostgreSQL keeps of a name"
        )
    } else {
        return Ok(());
    };
    let hint = format!("`{flag} NAME` says what the database is called");
    Err(Error::new(Class::Usage, fault).with_hint(hint))
}
