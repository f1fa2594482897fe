//! The dump that is meant: a file, standard input, or a version of the store's.

use std::ffi::OsStr;
use std::path::Path;

use jiff::Timestamp;
use pgferry_core::backup::{Database, FileName, Kind, SetFile, parse_stamp};

use crate::cli;
use crate::commands::fetch::{self, Stored};
use crate::error::{Class, Error};
use crate::fetch::Cache;
use crate::restore::{self, Provenance, RepairDuplicates};
use crate::settings::Settings;
use crate::source::{DAMAGED, Source};
use crate::ui::{Terminal, format};

/// Endings of dumps' names, in any order, after which the rest names the database.
const ENDINGS: [&str; 4] = ["gz", "sql", "dump", "anon"];

/// A dump, and what it is called in receipts.
pub struct Dump {
    pub source: Source,
    pub title: String,
    /// The database that it was made of, as far as is known.
    pub database: Option<Database>,
    pub kind: Option<Kind>,
    /// The store that it was taken from.
    pub store: Option<String>,
    /// The store's id of the version, and when that was taken.
    pub version: Option<String>,
    pub taken_at: Option<Timestamp>,
    /// It is of the anonymised kind, or its name says so.
    pub is_anonymised: bool,
}

/// What is meant; a version is not fetched yet.
pub enum Meant {
    Here(Box<Dump>),
    Stored(Box<Stored>),
}

impl Meant {
    /// The database that it was made of, as far as is known.
    pub fn database(&self) -> Option<&Database> {
        match self {
            Self::Here(dump) => dump.database.as_ref(),
            Self::Stored(stored) => Some(&stored.chosen.database),
        }
    }

    /// The dump, fetched and repaired if need be.
    pub async fn dump(self, args: &cli::Restore, terminal: &Terminal) -> Result<Dump, Error> {
        let mut dump = self.unrepaired(terminal).await?;
        dump.repair(args, terminal).await?;
        Ok(dump)
    }

    async fn unrepaired(self, terminal: &Terminal) -> Result<Dump, Error> {
        let stored = match self {
            Self::Here(dump) => return Ok(*dump),
            Self::Stored(stored) => stored,
        };
        let path = stored.cached(terminal).await?;
        let source = Source::open(&path).map_err(of_the_cache)?;
        let chosen = stored.chosen;
        Ok(Dump {
            title: chosen.title(),
            source,
            database: Some(chosen.database),
            is_anonymised: chosen.kind == Kind::Anon,
            kind: Some(chosen.kind),
            store: Some(stored.location.to_string()),
            version: Some(chosen.version.id),
            taken_at: Some(chosen.version.taken_at),
        })
    }
}

impl Dump {
    /// Looks for keys that its addresses break, where it may need repair.
    async fn repair(&mut self, args: &cli::Restore, terminal: &Terminal) -> Result<(), Error> {
        let wish = match (args.repair_duplicates, args.no_repair_duplicates) {
            (true, _) => RepairDuplicates::Always,
            (_, true) => RepairDuplicates::Never,
            _ => RepairDuplicates::IfAnonymised {
                is_anonymised: self.is_anonymised,
            },
        };
        let progress = terminal.progress("keys", Some(self.source.size()));
        let repaired = restore::repair_duplicates(&mut self.source, wish, &progress).await;
        repaired.map_err(|error| self.explain(error))?;
        progress.finish();
        Ok(())
    }

    /// What a database holds that it is loaded into now.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            database: self.database.clone(),
            kind: self.kind,
            store: self.store.clone(),
            version: self.version.clone(),
            taken_at: self.taken_at,
            ..Provenance::now(self.title.clone())
        }
    }

    /// What went wrong with it; one that was fetched can be fetched again.
    pub fn explain(&self, error: impl Into<Error>) -> Error {
        if self.version.is_some() {
            of_the_cache(error)
        } else {
            error.into()
        }
    }
}

fn of_the_cache(error: impl Into<Error>) -> Error {
    let error = error.into();
    if error.hint() == Some(DAMAGED) {
        error.with_hint(
            "nothing was changed; the same command with `--force` fetches it again, `pgferry versions` lists older ones",
        )
    } else {
        error
    }
}

/// The file that is meant, or the version, fetched.
pub async fn dump(
    word: Option<&str>,
    selection: &cli::Selection,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Dump, Error> {
    let meant = meant(word, selection, settings, terminal).await?;
    meant.unrepaired(terminal).await
}

/// The file that is meant, or the version.
pub async fn meant(
    word: Option<&str>,
    selection: &cli::Selection,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Meant, Error> {
    if word == Some("-") {
        let cache = Cache::open(&settings.cache_directory.value)?;
        let source = Source::spool_stdin(cache.directory()).await?;
        return Ok(Meant::Here(Box::new(Dump {
            title: source.name().to_owned(),
            source,
            database: None,
            kind: None,
            store: None,
            version: None,
            taken_at: None,
            is_anonymised: false,
        })));
    }
    let named = word.filter(|word| may_be_a_file(word)).map(Path::new);
    if let Some(path) = named.filter(|path| path.exists()) {
        if settings.store.is_some() && word.is_some_and(|word| FileName::parse(word).is_some()) {
            terminal.say(&format!(
                "note: {} is here: taking this file, not the store's version",
                path.display()
            ));
        }
        return Ok(Meant::Here(Box::new(from_file(path, settings)?)));
    }
    if let Some(word) = word.filter(|word| looks_like_a_path(word)) {
        return Err(
            Error::new(Class::NothingMatched, format!("there is no file {word}"))
                .with_hint("`pgferry versions` lists what can be restored from the store"),
        );
    }
    let stored = fetch::choose(word, selection, settings, terminal).await?;
    Ok(Meant::Stored(Box::new(stored)))
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
    let configured = || {
        settings
            .database
            .as_ref()
            .map(|database| database.value.clone())
    };
    let taken_at = match &name {
        Some(FileName { taken_at, .. }) => *taken_at,
        None => None,
    };
    let kind = match &name {
        Some(FileName {
            file: SetFile::Artefact(kind),
            ..
        }) => Some(*kind),
        _ => None,
    };
    let database = path
        .file_name()
        .and_then(|name| database_of(name.to_str()?))
        .or_else(configured);
    Ok(Dump {
        source,
        title,
        database,
        kind,
        store: None,
        version: None,
        taken_at,
        is_anonymised: path.file_name().is_some_and(says_anonymised),
    })
}

/// `infinite-prod.anon.gz`, `infinite-prod.anon.2026-11-21T04:00:00.gz`, `infinite-prod.anon`.
fn says_anonymised(name: &OsStr) -> bool {
    let mut parts = name.as_encoded_bytes().split(|byte| *byte == b'.');
    parts.any(|part| part == b"anon")
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

/// The database that a file's name says: `site` of `site.sql.gz`.
fn database_of(name: &str) -> Option<Database> {
    let mut stem = name;
    while let Some((rest, ending)) = stem.rsplit_once('.')
        && !rest.is_empty()
        && (ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
            || parse_stamp(ending).is_some())
    {
        stem = rest;
    }
    if stem == name {
        // Another ending is one too.
        stem = Path::new(name).file_stem()?.to_str()?;
    }
    Database::new(stem).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_named_by_files() {
        for (name, database) in [
            ("site.sql", "site"),
            ("site.sql.gz", "site"),
            ("site.gz", "site"),
            ("site.anon.gz", "site"),
            ("site.dump", "site"),
            ("site.dump.gz", "site"),
            ("site.anon.sql.gz", "site"),
            ("site.SQL.GZ", "site"),
            ("site.anon.2026-11-20T04:00:00.gz", "site"),
            ("site.dump.2026-11-20T04:00:00", "site"),
            ("site.2026-11-20T04:00:00.sql.gz", "site"),
            ("site.v2.sql.gz", "site.v2"),
            ("site.backup", "site"),
            ("site", "site"),
            ("sql.gz", "sql"),
        ] {
            assert_eq!(database_of(name).unwrap().as_str(), database, "{name}");
        }
        for name in [".sql.gz", "-x.sql", ""] {
            assert!(database_of(name).is_none(), "{name}");
        }
    }
}
