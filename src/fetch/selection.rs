//! From a selector, an artefact's name or a pick to one version.

use pgferry_core::backup::{
    Database, FileName, Kind, NoMatch, Selector, SetFile, Version, resolve,
};

use super::picker::{Beside, Picker};
use crate::error::{Class, Error};
use crate::store::Store;
use crate::ui::{Terminal, format};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// `None` when nothing says it: then the store does, if it holds only one.
    pub database: Option<Database>,
    pub kind: Kind,
    pub selector: Selector,
    /// Ask with a list, whatever the selector is.
    pub pick: bool,
}

/// One version of one artefact.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub database: Database,
    pub kind: Kind,
    pub version: Version,
}

impl Chosen {
    pub fn file(&self) -> SetFile {
        SetFile::Artefact(self.kind)
    }

    /// `infinite-prod of 2026-11-21 04:00`.
    pub fn title(&self) -> String {
        format!(
            "{} of {}",
            self.database,
            format::minute(self.version.taken_at)
        )
    }
}

impl Wanted {
    /// Understands `word`: a selector, or an artefact's name such as `infinite-prod.anon.gz`, stamped or not.
    ///
    /// # Errors
    /// [`Class::Usage`].
    pub fn new(
        word: Option<&str>,
        database: Option<&Database>,
        kind: Kind,
        pick: bool,
    ) -> Result<Self, Error> {
        let latest = Self {
            database: database.cloned(),
            kind,
            selector: Selector::Latest,
            pick,
        };
        let Some(word) = word else { return Ok(latest) };
        if let Some(FileName {
            database,
            file: SetFile::Artefact(kind),
            taken_at,
        }) = FileName::parse(word)
        {
            let selector = taken_at.map_or(Selector::Latest, Selector::At);
            return Ok(Self {
                database: Some(database),
                kind,
                selector,
                pick,
            });
        }
        match word.parse() {
            Ok(selector) => Ok(Self { selector, ..latest }),
            Err(error) => Err(Error::new(Class::Usage, error.to_string())
                .with_hint("a selector is `latest`, `~1`, `@2026-11-01T12:00` or the beginning of a version id")),
        }
    }

    /// Lists the versions and picks the one that is meant.
    ///
    /// # Errors
    /// [`Class::NothingMatched`] when there is none, or whatever the store says.
    pub async fn choose(
        &self,
        store: &Store,
        beside: &Beside<'_>,
        terminal: &Terminal,
    ) -> Result<Chosen, Error> {
        let database = match &self.database {
            Some(database) => database.clone(),
            None => only_database(store, terminal).await?,
        };
        let versions = store
            .versions(&database, SetFile::Artefact(self.kind))
            .await?;
        if versions.iter().all(|version| version.is_delete_marker) {
            return Err(self.nothing(store, &database, &versions).await);
        }
        let picker = Picker {
            store: Some(store),
            database: &database,
            kind: self.kind,
            versions: &versions,
            selector: &self.selector,
        };
        let version = match resolve(&versions, &self.selector) {
            Ok(_) if self.pick => picker.pick(beside, terminal).await?,
            Ok(version) => version.clone(),
            Err(error @ NoMatch::Ambiguous { .. }) if terminal.can_ask() => {
                terminal.warn(&error.to_string());
                picker.pick(beside, terminal).await?
            }
            Err(error) => {
                return Err(Error::new(Class::NothingMatched, error.to_string())
                    .context(format!(
                        "no version of {} matches `{}`",
                        store.address(&database, self.kind.into()),
                        self.selector
                    ))
                    .with_hint(format!(
                        "`pgferry versions --database {database} --kind {}` lists them",
                        self.kind
                    )));
            }
        };
        if self.selector == Selector::Latest
            && versions
                .first()
                .is_some_and(|newest| newest.is_delete_marker)
        {
            terminal.warn("the artefact was deleted after its newest version; that version is taken all the same");
        }
        Ok(Chosen {
            database,
            kind: self.kind,
            version,
        })
    }

    /// Says what there is instead.
    async fn nothing(&self, store: &Store, database: &Database, versions: &[Version]) -> Error {
        let address = store.address(database, self.kind.into());
        let why = if versions.is_empty() {
            "there are no versions of"
        } else {
            "nothing but delete markers is left of"
        };
        let hint = match store.databases().await {
            Ok(databases) if databases.is_empty() => {
                "the store holds no backups: `pgferry backup` makes one".to_owned()
            }
            Ok(databases) if databases.contains(database) => {
                format!("`pgferry versions --database {database} --kind all` lists the other kinds")
            }
            Ok(databases) => format!(
                "the store has backups of {}: choose with --database",
                list(&databases)
            ),
            Err(_) => "`pgferry config` shows which store is meant".to_owned(),
        };
        Error::new(Class::NothingMatched, format!("{why} {address}")).with_hint(hint)
    }
}

/// The one database that the store has backups of, or the one that the user picks.
///
/// # Errors
/// [`Class::Usage`] when there are several and nobody can be asked.
pub(crate) async fn only_database(store: &Store, terminal: &Terminal) -> Result<Database, Error> {
    let mut databases = store.databases().await?;
    if databases.is_empty() {
        return Err(
            Error::new(Class::NothingMatched, "the store holds no backups").with_hint(
                "`pgferry config` shows which store is meant; `pgferry backup` makes a backup",
            ),
        );
    }
    if databases.len() == 1 {
        return Ok(databases.remove(0));
    }
    // What PGDATABASE names may be where a restore goes, but if there are backups of it they are meant.
    let named = std::env::var("PGDATABASE")
        .ok()
        .and_then(|name| Database::new(name).ok());
    if let Some(named) = named.filter(|named| databases.contains(named)) {
        return Ok(named);
    }
    let instead = format!(
        "choose with --database; the store has backups of {}",
        list(&databases)
    );
    if !terminal.can_ask() {
        return Err(Error::new(
            Class::Usage,
            "the store has backups of more than one database",
        )
        .with_hint(instead));
    }
    let items: Vec<String> = databases.iter().map(ToString::to_string).collect();
    let picked = terminal.pick("database", &items, &instead)?;
    Ok(databases.remove(picked.min(databases.len() - 1)))
}

pub(super) fn list(databases: &[Database]) -> String {
    databases
        .iter()
        .map(|database| format!("`{database}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
