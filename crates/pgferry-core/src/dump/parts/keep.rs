//! What is kept of a dump, statement by statement.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::subject::{About, Action, Definition, Kind, Link, Subject, subject};
use crate::dump::scan::{ObjectName, Statement};

type Name = ObjectName<'static>;

/// What is kept of a dump: made by [`Inventory::select`](super::Inventory::select).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// All but extensions.
    pub(super) is_everything: bool,
    /// Tables, views and sequences.
    pub(super) kept: BTreeSet<Name>,
    /// What is left out: of these, and of what mentions them.
    pub(super) left: BTreeSet<Name>,
    /// Restored without rows.
    pub(super) empty: BTreeSet<Name>,
    pub(super) indexes: BTreeMap<Name, Name>,
    pub(super) links: BTreeSet<Link>,
    pub(super) rest: Rest,
    pub(super) is_named: bool,
    pub(super) content: Content,
    /// Extensions that are left out.
    pub(super) extensions: BTreeSet<Vec<u8>>,
    pub(super) notes: Vec<String>,
}

/// What is kept of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Both,
    Definitions,
    Rows,
}

/// What is kept of schemas, types, functions and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rest {
    /// All that mentions nothing that is left out.
    All,
    Needed(BTreeSet<(Kind, Name)>),
}

impl Parts {
    /// All of a dump.
    pub fn everything() -> Self {
        Self {
            is_everything: true,
            kept: BTreeSet::new(),
            left: BTreeSet::new(),
            empty: BTreeSet::new(),
            indexes: BTreeMap::new(),
            links: BTreeSet::new(),
            rest: Rest::All,
            is_named: false,
            content: Content::Both,
            extensions: BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    /// Whether this extension is created, if the dump does that.
    pub fn creates_extension(&self, name: &str) -> bool {
        let definition = Definition {
            kind: Kind::Extension,
            name: Some(ObjectName {
                schema: None,
                name: name.as_bytes().to_vec().into(),
            }),
        };
        self.has_definitions() && self.keeps_definition(&definition, Action::Create)
    }

    /// Leaves these extensions out too.
    #[must_use]
    pub fn without_extensions(mut self, names: &[String]) -> Self {
        self.extensions
            .extend(names.iter().map(|name| name.clone().into_bytes()));
        self
    }

    fn has_definitions(&self) -> bool {
        self.content != Content::Rows
    }

    fn has_rows(&self) -> bool {
        self.content != Content::Definitions
    }

    /// What the user should know of what is left out, and of what comes along.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Tables, views and sequences that are restored.
    pub fn relations(&self) -> impl Iterator<Item = &ObjectName<'static>> {
        self.kept.iter()
    }

    /// Whether the statement is restored.
    pub(in crate::dump) fn keeps(&self, statement: &Statement<'_>, names: &Names) -> bool {
        let subject = names.subject(subject(statement, names.standard_strings));
        match &subject.about {
            About::Session => return true,
            About::Definition(definition) if self.is_everything => {
                return self.keeps_definition(definition, subject.action);
            }
            _ if self.is_everything => return true,
            _ => {}
        }
        let is_wanted = if subject.action == Action::Fill {
            self.has_rows()
        } else {
            self.has_definitions()
        };
        is_wanted && self.keeps_subject(&subject, statement, names)
    }

    fn keeps_subject(&self, subject: &Subject, statement: &Statement<'_>, names: &Names) -> bool {
        match &subject.about {
            About::Session => true,
            About::Relation(name) => {
                if subject.action == Action::Fill && self.empty.contains(name) {
                    return false;
                }
                self.keeps_relation(name, subject.action)
            }
            About::Index(index) => self.keeps_index(index),
            About::Indexes(one, other) => self.keeps_index(one) && self.keeps_index(other),
            About::Family { parent, child } => {
                self.kept.contains(parent) && self.kept.contains(child)
            }
            About::Link(link) if link.referenced.is_some() => self.links.contains(link),
            About::Link(link) => {
                let is_made = |made: &&Link| made.table == link.table && made.name == link.name;
                self.kept.contains(&link.table) || self.links.iter().any(|made| is_made(&made))
            }
            About::LargeObjects => self.has_rows() && !self.is_named,
            About::Definition(definition) => {
                self.keeps_definition(definition, subject.action)
                    && (definition.name.is_some() || self.mentions_nothing_left(statement, names))
            }
            About::Whole(table) => {
                !self.is_named
                    && table.as_ref().is_none_or(|table| self.kept.contains(table))
                    && self.mentions_nothing_left(statement, names)
            }
        }
    }

    /// A comment on a column can be one of a type's.
    fn keeps_relation(&self, name: &Name, action: Action) -> bool {
        if self.kept.contains(name) {
            return true;
        }
        if self.left.contains(name) {
            return false;
        }
        let definition = Definition {
            kind: Kind::Type,
            name: Some(name.clone()),
        };
        self.keeps_definition(&definition, action)
    }

    fn keeps_index(&self, index: &Name) -> bool {
        match self.indexes.get(index) {
            Some(table) => self.kept.contains(table),
            None => !self.is_named,
        }
    }

    fn keeps_definition(&self, definition: &Definition, action: Action) -> bool {
        let Definition { kind, name } = definition;
        if let Some(name) = name {
            if *kind == Kind::Extension && self.extensions.contains(&*name.name) {
                return false;
            }
            if kind.has_schema() && self.left.contains(name) {
                return false;
            }
        }
        match &self.rest {
            Rest::All => true,
            Rest::Needed(needed) => {
                action != Action::Drop
                    && name.as_ref().is_some_and(|name| {
                        needed
                            .iter()
                            .any(|(other, needed)| other == kind && needed == name)
                    })
            }
        }
    }

    fn mentions_nothing_left(&self, statement: &Statement<'_>, names: &Names) -> bool {
        self.left.is_empty() || names.mentioned(statement.text).is_disjoint(&self.left)
    }
}
