//! What there is in a dump.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::subject::{About, Action, Kind, Link, subject};
use crate::dump::scan::{
    Event, Fact, ObjectName, ObjectType, Statement, StatementKind, Token, Tokens, object_name,
};
use crate::dump::schema::Schema;
use crate::dump::script::LoadOptions;
use crate::dump::script_error::LoadError;
use crate::dump::script_judge::JudgedScanner;

type Name = ObjectName<'static>;

/// A table, a view or a sequence.
#[derive(Debug, Clone, Default)]
pub(super) struct Relation {
    /// Whose definition is a query.
    pub is_view: bool,
    pub is_sequence: bool,
    pub mentions: BTreeSet<Name>,
}

/// What there is in a dump, and what belongs to what: all that [`select`](Self::select) has to know.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    pub(super) relations: BTreeMap<Name, Relation>,
    /// Parts of tables and tables that inherit, by what they are part of.
    pub(super) children: BTreeMap<Name, BTreeSet<Name>>,
    /// Sequences that belong to tables.
    pub(super) owners: BTreeMap<Name, Name>,
    /// Tables of indexes and of extended statistics.
    pub(super) indexes: BTreeMap<Name, Name>,
    pub(super) links: BTreeSet<Link>,
    /// Types, functions and the like, with what they mention.
    pub(super) definitions: BTreeMap<(Kind, Name), BTreeSet<Name>>,
    pub(super) has_large_objects: bool,
    extensions: Vec<(String, Option<Vec<u8>>)>,
    roles: BTreeSet<String>,
    columns: Schema,
}

impl Inventory {
    fn note(&mut self, statement: &Statement<'_>, names: &Names) {
        let subject = names.subject(subject(statement, names.standard_strings));
        if let Some((index, table)) = subject.part {
            self.indexes.insert(index, table);
        }
        if let Some((sequence, table)) = subject.owned {
            self.relations.entry(sequence.clone()).or_default();
            self.owners.insert(sequence, table);
        }
        if subject.action == Action::Drop {
            return;
        }
        let mentions = || names.mentioned(statement.text);
        match subject.about {
            About::Relation(name) => {
                if self.definitions.contains_key(&(Kind::Type, name.clone())) {
                    return;
                }
                if subject.action == Action::Create {
                    self.extend_families(&name, statement, names);
                }
                let relation = self.relations.entry(name).or_default();
                if subject.action != Action::Fill {
                    relation.mentions.extend(mentions());
                }
                if let StatementKind::Create(object) = &statement.kind {
                    relation.is_sequence |= object.object_type == ObjectType::Sequence;
                    relation.is_view |= matches!(
                        object.object_type,
                        ObjectType::View | ObjectType::MaterializedView
                    );
                }
            }
            About::Family { parent, child } => {
                self.children.entry(parent).or_default().insert(child);
            }
            About::Link(link) => {
                self.links.insert(link);
            }
            About::LargeObjects => self.has_large_objects = true,
            About::Definition(definition) => {
                let Some(name) = definition.name else { return };
                if subject.action == Action::Create {
                    let mentions = mentions();
                    self.definitions
                        .entry((definition.kind, name))
                        .or_default()
                        .extend(mentions);
                }
            }
            About::Session | About::Index(_) | About::Indexes(..) | About::Whole(_) => {}
        }
    }

    /// `INHERITS (…)`, `PARTITION OF …`
    fn extend_families(&mut self, child: &Name, statement: &Statement<'_>, names: &Names) {
        let mut tokens = Tokens::new(statement.text, names.standard_strings);
        while let Some(token) = tokens.next() {
            let is_before_name = (token.is(b"INHERITS") && tokens.accept_symbol(b'('))
                || (token.is(b"PARTITION") && tokens.accept(b"OF"));
            while is_before_name && let Some(parent) = object_name(&mut tokens) {
                let parent = names.meant(parent.into_owned());
                self.children
                    .entry(parent)
                    .or_default()
                    .insert(child.clone());
                if !tokens.accept_symbol(b',') {
                    break;
                }
            }
        }
    }

    fn note_extension(&mut self, statement: &Statement<'_>) {
        let StatementKind::Create(object) = &statement.kind else {
            return;
        };
        let (ObjectType::Extension, Some(name)) = (object.object_type, &object.name) else {
            return;
        };
        let mut tokens = Tokens::new(statement.text, true);
        tokens.find(|token| token.is(b"SCHEMA"));
        let schema = tokens.next().and_then(Token::identifier);
        let name = String::from_utf8_lossy(&name.name).into_owned();
        self.extensions
            .push((name, schema.map(std::borrow::Cow::into_owned)));
    }

    /// Tables, views and sequences, by name; but for sequences that belong to a table, which go with it.
    pub fn relations(&self) -> impl Iterator<Item = &ObjectName<'static>> {
        let names = self.relations.keys();
        names.filter(|name| !self.owners.contains_key(*name))
    }

    /// Extensions that the dump creates, in order.
    pub fn extensions(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &self.extensions {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Roles to whom the dump gives what it makes, or privileges on it.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }

    /// Columns, as `table.column type`, whose type is of this extension: known by its name, or because it lies in a schema
    /// where no other extension of the dump is, and the dump does not define it. Others may need the extension too: by its
    /// functions and operators, which nothing tells.
    pub fn columns_of_extension(&self, extension: &str) -> Vec<String> {
        let schema = self
            .extensions
            .iter()
            .find(|(name, _)| name == extension)
            .and_then(|(_, schema)| schema.as_deref());
        let is_alone = self
            .extensions
            .iter()
            .filter(|(_, other)| other.as_deref() == schema)
            .count()
            == 1;
        let known = known_types(extension);
        let mut columns = Vec::new();
        for table in self.columns.tables() {
            for column in &table.columns {
                let of = &column.column_type.name;
                let is_defined = self
                    .definitions
                    .contains_key(&(Kind::Type, of.clone().into_owned()))
                    || self.relations.contains_key(of);
                let is_known = known.contains(&&*of.name);
                let is_told = is_alone
                    && known.is_empty()
                    && schema.is_some()
                    && schema == of.schema.as_deref();
                if !is_defined && (is_known || is_told) {
                    let column = String::from_utf8_lossy(&column.name);
                    columns.push(format!("{}.{column} {of}", table.name));
                }
            }
        }
        columns
    }
}

/// Types of extensions that are met often.
fn known_types(extension: &str) -> &'static [&'static [u8]] {
    match extension {
        "citext" => &[b"citext"],
        "cube" => &[b"cube"],
        "hstore" => &[b"hstore"],
        "ltree" => &[b"ltree", b"lquery", b"ltxtquery"],
        "intarray" => &[b"query_int"],
        "isn" => &[
            b"ean13", b"isbn", b"isbn13", b"ismn", b"ismn13", b"issn", b"issn13", b"upc",
        ],
        "pg_trgm" => &[b"gtrgm"],
        "postgis" => &[b"geometry", b"geography", b"box2d", b"box3d"],
        "postgis_raster" => &[b"raster"],
        "seg" => &[b"seg"],
        "vector" => &[b"vector", b"halfvec", b"sparsevec"],
        _ => &[],
    }
}

/// Reads a dump for its [`Inventory`]; what a dump must not hold is refused as by
/// [`LoadFilter`](crate::dump::LoadFilter). Rows need not be fed: see [`skip_rows`](Self::skip_rows).
#[derive(Debug)]
pub struct Survey {
    scanner: JudgedScanner,
    reading: Reading,
}

#[derive(Debug)]
struct Reading {
    inventory: Inventory,
    names: Names,
    has_rows: bool,
}

impl Survey {
    pub fn new(options: LoadOptions) -> Self {
        Self {
            scanner: JudgedScanner::new(options),
            reading: Reading {
                inventory: Inventory::default(),
                names: Names::new(),
                has_rows: false,
            },
        }
    }

    /// Reads the next piece of the dump.
    ///
    /// # Errors
    /// What the dump must not hold.
    pub fn feed(&mut self, input: &[u8]) -> Result<(), LoadError> {
        let reading = &mut self.reading;
        self.scanner.feed(input, &mut |event, _| {
            reading.event(event);
            Ok(())
        })
    }

    /// Goes past rows of the table whose rows come now: see [`StepReader`](crate::dump::StepReader::skip_rows).
    #[must_use]
    pub fn skip_rows(&mut self, rows: u64, bytes: u64) -> bool {
        self.scanner.skip_rows(rows, bytes)
    }

    /// Rows come next.
    pub fn is_in_rows(&self) -> bool {
        self.scanner.judge().table().is_some()
    }

    /// Rows have come. `pg_dump` writes extensions and the definitions of tables before them.
    pub fn has_rows(&self) -> bool {
        self.reading.has_rows
    }

    /// As far as it was read.
    pub fn so_far(self) -> Inventory {
        self.reading.inventory
    }

    /// Judges the dump as a whole.
    ///
    /// # Errors
    /// The dump is empty, no dump, or cut off.
    pub fn finish(self) -> Result<Inventory, LoadError> {
        let Self {
            scanner,
            mut reading,
        } = self;
        scanner.finish(&mut |event, _| {
            reading.event(event);
            Ok::<(), LoadError>(())
        })?;
        Ok(reading.inventory)
    }
}

/// The role of `ALTER … OWNER TO role;` and of `GRANT … TO role;`, as `pg_dump` writes them.
fn role(statement: &[u8]) -> Option<String> {
    let statement = std::str::from_utf8(statement)
        .ok()?
        .trim_end()
        .strip_suffix(';')?;
    let name = if statement.starts_with("ALTER ") {
        statement.rsplit_once(" OWNER TO ")?.1
    } else if statement.starts_with("GRANT ") {
        let granted = statement
            .strip_suffix(" WITH GRANT OPTION")
            .unwrap_or(statement);
        granted.rsplit_once(" TO ")?.1
    } else {
        return None;
    };
    let quoted = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    match quoted {
        Some(quoted) => Some(quoted.replace("\"\"", "\"")),
        None if name == "PUBLIC" || !name.bytes().all(is_plain) => None,
        None => Some(name.to_ascii_lowercase()),
    }
}

/// As in names that are not quoted.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}

impl Reading {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::StatementStart(statement) => {
                self.names.follow(statement);
                self.has_rows |= matches!(statement.kind, StatementKind::Insert(_));
                self.inventory.note(statement, &self.names);
                self.inventory.note_extension(statement);
                self.inventory.roles.extend(role(statement.text));
            }
            Event::CopyStart(_) => self.has_rows = true,
            Event::Fact(Fact::StandardStrings(value)) => self.names.set_standard_strings(*value),
            _ => {}
        }
        self.inventory.columns.observe(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_grantees_are_roles() {
        for (statement, expected) in [
            ("ALTER TABLE public.t OWNER TO bob;", Some("bob")),
            (
                "ALTER FUNCTION public.f(a text) OWNER TO \"the \"\"owner\"\"\";",
                Some("the \"owner\""),
            ),
            (
                "GRANT SELECT ON TABLE public.t TO reader WITH GRANT OPTION;",
                Some("reader"),
            ),
            ("GRANT ALL ON SCHEMA public TO PUBLIC;", None),
            (
                "ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT ' OWNER TO bob'::text;",
                None,
            ),
            (
                "CREATE TABLE public.t (a text DEFAULT ' OWNER TO bob');",
                None,
            ),
        ] {
            assert_eq!(
                role(statement.as_bytes()).as_deref(),
                expected,
                "{statement}"
            );
        }
    }
}
