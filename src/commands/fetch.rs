//! `pgferry fetch`

use std::io::{ErrorKind, IsTerminal};
use std::path::Path;
use std::time::Duration;

use super::cache::limits;
use super::{location, open_store};
use crate::cli;
use crate::error::{Class, Error, OutputClosed};
use crate::fetch::{self, Beside, Cache, Chosen, FetchError, Held, Options, Used, Wanted};
use crate::restore::{Comment, Record};
use crate::settings::Settings;
use crate::store::{Location, Store, StoreError};
use crate::target::Connection;
use crate::ui::Terminal;

/// How long a database may take to say what it holds.
const A_MOMENT: Duration = Duration::from_secs(1);

pub async fn run(args: &cli::Fetch, settings: &Settings, terminal: &Terminal) -> Result<(), Error> {
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && std::io::stdout().is_terminal() {
        return Err(
            Error::new(Class::Usage, "an artefact is no text for a terminal")
                .with_hint("`--output FILE` writes it to a file, `| zcat` shows the SQL"),
        );
    }
    if args.selection.offline && args.output.is_some() {
        return Err(
            Error::new(Class::Usage, "`--offline` does not go with `--output`").with_hint(
                "`pgferry fetch --offline` prints the path in the cache: copy that file",
            ),
        );
    }
    let Some(output) = args.output.as_deref().filter(|_| !to_stdout) else {
        if to_stdout {
            let (store, chosen) = choose_uncached(args, settings, terminal).await?;
            return match fetch::to_stdout(&store, &chosen, terminal).await {
                Err(FetchError::Output { source }) if source.kind() == ErrorKind::BrokenPipe => {
                    Err(OutputClosed.into())
                }
                fetched => Ok(fetched?),
            };
        }
        let selector = args.selector.as_deref();
        let stored = choose(selector, &args.selection, settings, terminal).await?;
        let used = stored.cached(terminal).await?;
        return terminal.print(&used.path().display().to_string());
    };
    if output.is_dir() {
        return Err(
            Error::new(Class::Usage, format!("{} is a directory", output.display()))
                .with_hint("name the file to write"),
        );
    }
    fetch::check_writable(output)?;
    let (store, chosen) = choose_uncached(args, settings, terminal).await?;
    let options = options(&args.selection, settings);
    fetch::to_file(&store, &chosen, output, options, terminal).await?;
    terminal.print(&output.display().to_string())
}

fn wanted(
    selector: Option<&str>,
    selection: &cli::Selection,
    settings: &Settings,
) -> Result<Wanted, Error> {
    let database = settings.database.as_ref().map(|database| &database.value);
    let kind = selection.kind.unwrap_or(settings.kind.value);
    let wanted = Wanted::new(selector, database, kind, selection.pick)?;
    if let Some(named) = selection.kind.filter(|named| *named != wanted.kind) {
        let name = selector.unwrap_or_default();
        return Err(Error::new(
            Class::Usage,
            format!(
                "`{name}` is of kind {}, but --kind says {named}",
                wanted.kind
            ),
        )
        .with_hint("leave out one of them"));
    }
    Ok(wanted)
}

/// The version that is meant, where the cache is left alone.
async fn choose_uncached(
    args: &cli::Fetch,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(Store, Chosen), Error> {
    let (store, location) = open_store(settings).await?;
    // One that can't be used keeps nobody from picking.
    let cache = Cache::open(&settings.cache_directory.value).ok();
    let beside = Beside {
        cache: cache.as_ref().map(|cache| (cache, &location)),
        held: held(&args.selection, settings, terminal).await,
    };
    let chosen = wanted(args.selector.as_deref(), &args.selection, settings)?
        .choose(&store, &beside, terminal)
        .await?;
    Ok((store, chosen))
}

/// What the database that the PG* variables name came from, for somebody who picks; if it answers at once.
async fn held(
    selection: &cli::Selection,
    settings: &Settings,
    terminal: &Terminal,
) -> Option<Held> {
    if !selection.pick || !terminal.can_ask() || settings.into.value != cli::IntoTarget::Server {
        return None;
    }
    let comment = async {
        let connection = Connection::from_environment();
        let server = connection.facts().await.ok()?;
        let comment = Comment::of(&connection.into(), &server.database)
            .await
            .ok()?;
        Some((comment.record?, server.database))
    };
    let (record, by) = tokio::time::timeout(A_MOMENT, comment).await.ok()??;
    let Record::Restored(provenance) = record else {
        return None;
    };
    Some(Held {
        by,
        database: provenance.database?,
        kind: provenance.kind?,
        store: provenance.store?,
        version: provenance.version?,
    })
}

/// A version that is meant, not fetched yet.
#[derive(Debug)]
pub struct Stored {
    cache: Cache,
    /// None: nobody is asked.
    store: Option<Store>,
    pub location: Location,
    pub chosen: Chosen,
    pub options: Options,
}

fn options(selection: &cli::Selection, settings: &Settings) -> Options {
    Options {
        connections: selection.connections,
        force: selection.force,
        limits: limits(settings),
    }
}

/// The version that is meant.
pub async fn choose(
    selector: Option<&str>,
    selection: &cli::Selection,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Stored, Error> {
    let cache = Cache::open(&settings.cache_directory.value)?;
    let wanted = wanted(selector, selection, settings)?;
    let options = options(selection, settings);
    if selection.offline {
        let location = location(settings)?;
        let entries = Cache::entries(cache.directory())?;
        let chosen = wanted.choose_cached(&entries, &location, terminal).await?;
        return Ok(Stored {
            cache,
            store: None,
            location,
            chosen,
            options,
        });
    }
    let (store, location) = open_store(settings).await?;
    let beside = Beside {
        cache: Some((&cache, &location)),
        held: held(selection, settings, terminal).await,
    };
    let chosen = match wanted.choose(&store, &beside, terminal).await {
        Err(error) if matches!(error.cause(), Some(StoreError::Unreachable { .. })) => {
            let entries = Cache::entries(cache.directory())?;
            return Err(error.with_hint(wanted.instead(&entries, &location)));
        }
        chosen => chosen?,
    };
    Ok(Stored {
        cache,
        store: Some(store),
        location,
        chosen,
        options,
    })
}

impl Stored {
    /// The file in the cache, fetched if need be.
    pub async fn cached(&self, terminal: &Terminal) -> Result<Used, Error> {
        let Self {
            cache,
            store,
            location,
            chosen,
            options,
        } = self;
        let Some(store) = store else {
            let used = cache.find(location, chosen);
            return Ok(used.ok_or_else(|| FetchError::NotCached {
                what: chosen.title(),
            })?);
        };
        Ok(fetch::into_cache(store, location, chosen, cache, *options, terminal).await?)
    }
}
