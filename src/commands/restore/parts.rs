//! Parts of a dump: what is in it, what is taken of it, and what the server lacks for that.

use std::sync::Arc;

use pgferry_core::dump::LoadOptions;
use pgferry_core::dump::parts::{Inventory, NothingSelected, Parts, Standing, Wish};

use super::{Dump, load_options};
use crate::cli;
use crate::error::{Class, Error};
use crate::restore::{self, RestoreError, Surveyed};
use crate::target::{Access, TargetError};
use crate::ui::Terminal;

/// Columns that a note names.
const NAMED: usize = 5;

/// What there is in a dump, and what the user wants of it.
pub(super) struct Contents {
    inventory: Inventory,
    wish: Wish,
    options: LoadOptions,
    skips_missing: bool,
    /// All of the dump was read, so it is whole.
    pub is_checked: bool,
}

/// What is loaded, and what the user should know of it.
pub(super) struct Chosen {
    pub options: LoadOptions,
    pub notes: Vec<String>,
    /// Extensions that are created.
    pub extensions: Vec<String>,
    hints: Hints,
}

/// What the user asked for, as far as it makes errors plain.
#[derive(Debug, Clone, Copy)]
struct Hints {
    is_selection: bool,
    data_only: bool,
    skips_extensions: bool,
}

impl Contents {
    /// Reads all definitions of the dump if parts of it are wanted, else those before its first rows.
    pub async fn read(
        dump: &Dump,
        args: &cli::Restore,
        terminal: &Terminal,
    ) -> Result<Self, Error> {
        let parts = &args.parts;
        let wish = Wish {
            tables: parts.table.clone(),
            exclude_tables: parts.exclude_table.clone(),
            exclude_data: parts.exclude_data.clone(),
            schema_only: parts.schema_only,
            data_only: parts.data_only,
        };
        let options = load_options(args);
        let surveyed = if wish.is_everything() {
            let begun = restore::beginning(&dump.source, options.clone()).await;
            begun.map(|inventory| Surveyed {
                inventory,
                is_checked: false,
            })
        } else {
            let progress = terminal.progress("survey", Some(dump.source.size()));
            let surveyed = restore::survey(&dump.source, options.clone(), &progress).await;
            progress.finish();
            surveyed
        };
        let Surveyed {
            inventory,
            is_checked,
        } = surveyed.map_err(|error| dump.explain(error))?;
        let contents = Self {
            inventory,
            wish,
            options,
            skips_missing: parts.skip_missing_extensions,
            is_checked,
        };
        // Before anything is asked or made; what stands already can only add to it.
        if contents.is_selection() {
            contents.select(None)?;
        }
        Ok(contents)
    }

    /// Parts are wanted, not all of it.
    pub fn is_selection(&self) -> bool {
        !self.wish.is_everything()
    }

    /// Extensions that the dump creates.
    pub fn extensions(&self) -> Vec<String> {
        self.inventory.extensions()
    }

    /// Roles that the server must have.
    pub fn roles(&self) -> Vec<&str> {
        self.inventory.roles().collect()
    }

    /// For a database that stands, whose tables are replaced or filled.
    pub async fn for_standing(&self, access: &Access) -> Result<Chosen, Error> {
        let standing = restore::standing(access).await?;
        self.choose(access, Some(&standing)).await
    }

    /// For a new database on the server that `access` leads to.
    pub async fn for_new(&self, access: &Access) -> Result<Chosen, Error> {
        self.choose(access, None).await
    }

    async fn choose(&self, access: &Access, standing: Option<&Standing>) -> Result<Chosen, Error> {
        let selected = if self.is_selection() {
            Some(self.select(standing)?)
        } else {
            None
        };
        let wanted = self.extensions().into_iter().filter(|name| {
            let parts = selected.as_ref();
            parts.is_none_or(|parts| parts.creates_extension(name))
        });
        let mut extensions: Vec<String> = wanted.collect();
        let mut notes = selected
            .as_ref()
            .map(|parts| parts.notes().to_vec())
            .unwrap_or_default();
        let missing = restore::missing_extensions(access, &extensions).await?;
        let parts = if missing.is_empty() {
            selected
        } else if self.skips_missing {
            extensions.retain(|name| !missing.contains(name));
            notes.extend(missing.iter().map(|name| self.note_on_missing(name)));
            let parts = selected.unwrap_or_else(Parts::everything);
            Some(parts.without_extensions(&missing))
        } else {
            return Err(self.missing(&missing));
        };
        let mut options = self.options.clone();
        options.parts = parts.map(Arc::new);
        Ok(Chosen {
            options,
            notes,
            extensions,
            hints: Hints {
                is_selection: self.is_selection(),
                data_only: self.wish.data_only,
                skips_extensions: !missing.is_empty(),
            },
        })
    }

    /// What is asked before the database is changed.
    pub fn question(&self, chosen: &Chosen, database: &str) -> String {
        let parts = chosen.options.parts.as_ref();
        let what = match parts.filter(|_| !self.wish.tables.is_empty()) {
            Some(parts) => {
                let names: Vec<String> = parts.relations().map(ToString::to_string).collect();
                super::shortened(&names)
            }
            None => "what the dump names".to_owned(),
        };
        if self.wish.data_only {
            format!("the restore adds rows to {what} in `{database}`")
        } else {
            format!("the restore drops {what} in `{database}`")
        }
    }

    fn select(&self, standing: Option<&Standing>) -> Result<Parts, Error> {
        self.inventory
            .select(&self.wish, standing)
            .map_err(|nothing| {
                let hint = match &nothing {
                    NothingSelected::Unmatched(_) => self.tables_hint(),
                    NothingSelected::Part { whole, .. } => {
                        format!(
                            "nothing was changed; name `{whole}`, or add rows with `--data-only`"
                        )
                    }
                    NothingSelected::Lost { part, .. } => format!(
                        "nothing was changed; detach `{part}` first, or add rows with `--data-only`"
                    ),
                    NothingSelected::Nothing => {
                        "nothing was changed; `--exclude-table` leaves out what `--table` names"
                            .to_owned()
                    }
                };
                let class = match nothing {
                    NothingSelected::Unmatched(_) | NothingSelected::Nothing => {
                        Class::NothingMatched
                    }
                    NothingSelected::Part { .. } | NothingSelected::Lost { .. } => Class::Refused,
                };
                Error::new(class, nothing.to_string()).with_hint(hint)
            })
    }

    fn tables_hint(&self) -> String {
        let names: Vec<String> = self
            .inventory
            .relations()
            .map(ToString::to_string)
            .collect();
        if names.is_empty() {
            return "nothing was changed; the dump has no tables".to_owned();
        }
        format!(
            "nothing was changed; the dump has {}",
            super::shortened(&names)
        )
    }

    fn missing(&self, missing: &[String]) -> Error {
        let users: Vec<String> = missing
            .iter()
            .flat_map(|name| self.inventory.columns_of_extension(name))
            .collect();
        let needed = if users.is_empty() {
            String::new()
        } else {
            format!(" ({} of its types)", super::shortened(&users))
        };
        let (extensions, them) = match missing {
            [one] => (format!("the extension {one}"), "it"),
            more => (format!("the extensions {}", more.join(", ")), "them"),
        };
        Error::new(
            Class::TargetFailed,
            format!("the server lacks {extensions}, which the dump creates{needed}"),
        )
        .with_hint(format!(
            "nothing was changed; install {them} on the server, or leave {them} out with `--skip-missing-extensions`"
        ))
    }

    fn note_on_missing(&self, name: &str) -> String {
        let users = self.inventory.columns_of_extension(name);
        let users = match users.len() {
            0 => "nothing in the dump's columns tells who uses it".to_owned(),
            1..=NAMED => format!("its types are those of {}", users.join(", ")),
            _ => format!("its types are those of {}", super::shortened(&users)),
        };
        format!("left out the extension {name}, which the server lacks: {users}")
    }
}

impl Chosen {
    /// What failed while it was loaded.
    pub fn explain(&self, error: RestoreError, dump: &Dump) -> Error {
        let hint = hint(&error, self.hints);
        let error = dump.explain(error);
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// There is no old database where parts are loaded into the one that stands.
pub(super) fn nothing_to_keep() -> Error {
    Error::new(
        Class::Usage,
        "--keep-old keeps a database that is replaced, but parts of a dump go into it as it is",
    )
    .with_hint("leave out --keep-old; what fails changes nothing")
}

fn hint(error: &RestoreError, hints: Hints) -> Option<&'static str> {
    let RestoreError::Target(TargetError::Statement { said }) = error else {
        return None;
    };
    let is = |code: &str| said.contains(code);
    let data_only = hints.data_only;
    if hints.skips_extensions && (is("42704") || is("42883")) {
        return Some(
            "nothing was changed; it may be of an extension that was left out: `--exclude-table` leaves out what uses it",
        );
    }
    if !hints.is_selection {
        return None;
    }
    Some(if is("23503") && data_only {
        "nothing was changed; rows refer to others that are not there yet: restore those tables first, or without `--data-only`, which makes foreign keys and triggers after the rows"
    } else if is("23503") {
        "nothing was changed; foreign keys tie rows to those of a table that was not restored: name that table too"
    } else if is("23505") && data_only {
        "nothing was changed; `--data-only` adds to the rows that are there: empty the tables first, or restore without it"
    } else if (is("42P01") || is("42703")) && data_only {
        "nothing was changed; `--data-only` fills tables that are there as the dump has them: restore without it"
    } else if is("42P01") {
        "nothing was changed; it uses what was not restored: name that too"
    } else if is("P0001") && data_only {
        "nothing was changed; triggers fire for rows that `--data-only` adds: disable them, or restore without it"
    } else if is("2BP01") {
        "nothing was changed; something in the database uses the table, and the dump does not make it anew: drop that first, or take `--data-only`"
    } else if is("42P07") || is("42710") {
        "nothing was changed; the dump does not drop what it makes (`pg_dump --clean --if-exists`): drop it first, or take `--data-only`"
    } else {
        return None;
    })
}
