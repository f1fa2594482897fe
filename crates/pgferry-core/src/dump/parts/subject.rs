//! What a statement is about.

use super::clauses::{
    granted, index, name, on_table, select, table_behind, table_change, table_of_column,
};
use crate::dump::scan::{Object, ObjectName, ObjectType, Statement, StatementKind, Tokens};

/// What a statement concerns, with names as they stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// How the rest is read.
    Session,
    /// A table, a view, a sequence, or what is part of one: an index, a trigger, a comment on a column.
    Relation(ObjectName<'static>),
    /// An index or extended statistics, whose table only the statement that makes it names.
    Index(ObjectName<'static>),
    /// One index and another that becomes a part of it.
    Indexes(ObjectName<'static>, ObjectName<'static>),
    /// Something that needs both: a partition that is attached.
    Family {
        parent: ObjectName<'static>,
        child: ObjectName<'static>,
    },
    Link(Link),
    LargeObjects,
    /// What tables are made of.
    Definition(Definition),
    /// The database, or something that concerns all of it; with the table that it concerns too.
    Whole(Option<ObjectName<'static>>),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub table: ObjectName<'static>,
    pub name: Vec<u8>,
    /// Absent where it is dropped.
    pub referenced: Option<ObjectName<'static>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Schema,
    Extension,
    /// Of any sort, domains among them.
    Type,
    /// Procedures and aggregates among them.
    Function,
    Collation,
    /// Operators, casts, languages, servers …
    Other,
}

impl Kind {
    /// Names of it stand in a schema.
    pub(super) fn has_schema(self) -> bool {
        matches!(self, Self::Type | Self::Function | Self::Collation)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Definition {
    pub kind: Kind,
    /// Absent where it is not plain.
    pub name: Option<ObjectName<'static>>,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Change,
    Drop,
    /// Rows, or the value of a sequence.
    Fill,
}

/// What makes an index or statistics known: its name and its table.
pub(super) type Part = (ObjectName<'static>, ObjectName<'static>);

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub about: About,
    pub action: Action,
    /// Made by it.
    pub part: Option<Part>,
    /// A sequence that belongs to a table.
    pub owned: Option<Part>,
}

pub(super) fn subject(statement: &Statement<'_>, standard_strings: bool) -> Subject {
    let mut tokens = Tokens::new(statement.text, standard_strings);
    let plain = |about, action| Subject {
        about,
        action,
        part: None,
        owned: None,
    };
    let (object, action) = match &statement.kind {
        StatementKind::Select => return plain(select(tokens), Action::Fill),
        StatementKind::Insert(table) => {
            return plain(About::Relation(table.clone().into_owned()), Action::Fill);
        }
        StatementKind::Copy(copy) => {
            let about = copy.table.clone().map_or(About::Whole(None), |table| {
                About::Relation(table.into_owned())
            });
            return plain(about, Action::Fill);
        }
        StatementKind::Create(object) => (object, Action::Create),
        StatementKind::Alter(object) | StatementKind::Comment(object) => (object, Action::Change),
        StatementKind::Drop(object) => (object, Action::Drop),
        StatementKind::Other(word) => {
            let is = |keyword: &[u8]| word.eq_ignore_ascii_case(keyword);
            if is(b"REFRESH") {
                tokens.accept_all(&[b"REFRESH", b"MATERIALIZED", b"VIEW"]);
                tokens.accept(b"CONCURRENTLY");
                let about = name(&mut tokens).map_or(About::Whole(None), About::Relation);
                return plain(about, Action::Fill);
            }
            if is(b"GRANT") || is(b"REVOKE") || is(b"SECURITY") {
                tokens.find(|token| token.is(b"ON"));
                return plain(granted(tokens), Action::Change);
            }
            return plain(About::Whole(None), Action::Change);
        }
        StatementKind::Empty
        | StatementKind::Set(_)
        | StatementKind::Transaction(_)
        | StatementKind::Do => return plain(About::Session, Action::Change),
    };
    of_object(object, action, tokens)
}

fn of_object(object: &Object<'_>, action: Action, mut tokens: Tokens<'_>) -> Subject {
    use ObjectType as Of;
    let mut subject = Subject {
        about: About::Whole(None),
        action,
        part: None,
        owned: None,
    };
    let named = object.name.clone().map(ObjectName::into_owned);
    let definition = |kind| {
        About::Definition(Definition {
            kind,
            name: named.clone(),
        })
    };
    subject.about = match object.object_type {
        Of::Table | Of::ForeignTable if action == Action::Change => {
            let Some(table) = named.clone() else {
                return subject;
            };
            return table_change(table, tokens, subject);
        }
        Of::Sequence if action == Action::Change => {
            if let Some(sequence) = &named
                && tokens.find(|token| token.is(b"OWNED")).is_some()
                && tokens.accept(b"BY")
                && let Some(table) = table_of_column(&mut tokens)
            {
                subject.owned = Some((sequence.clone(), table));
            }
            named.map_or(About::Whole(None), About::Relation)
        }
        Of::Table | Of::View | Of::MaterializedView | Of::ForeignTable | Of::Sequence => {
            named.map_or(About::Whole(None), About::Relation)
        }
        Of::Column => {
            tokens.find(|token| token.is(b"COLUMN"));
            table_of_column(&mut tokens).map_or(About::Whole(None), About::Relation)
        }
        Of::Index | Of::UniqueIndex | Of::Statistics if action == Action::Create => {
            let before: &[u8] = if object.object_type == Of::Statistics {
                b"FROM"
            } else {
                b"ON"
            };
            let table = table_behind(&mut tokens, before, object.object_type == Of::Statistics);
            if let (Some(part), Some(table)) = (named, table.clone()) {
                // An index lies where its table does.
                let schema = part.schema.clone().or_else(|| table.schema.clone());
                subject.part = Some((ObjectName { schema, ..part }, table));
            }
            table.map_or(About::Whole(None), About::Relation)
        }
        Of::Index | Of::UniqueIndex | Of::Statistics => index(named, tokens),
        Of::Trigger | Of::Policy | Of::Constraint | Of::Rule => {
            let is_rule = object.object_type == Of::Rule && action == Action::Create;
            on_table(tokens, if is_rule { b"TO" } else { b"ON" })
        }
        Of::LargeObject => About::LargeObjects,
        Of::Schema => definition(Kind::Schema),
        Of::Extension => definition(Kind::Extension),
        Of::Type | Of::Domain => definition(Kind::Type),
        Of::Function | Of::Procedure | Of::Aggregate => definition(Kind::Function),
        Of::Collation => definition(Kind::Collation),
        Of::Publication => {
            let is_of_table = tokens.find(|token| token.is(b"TABLE")).is_some();
            tokens.accept(b"ONLY");
            About::Whole(is_of_table.then(|| name(&mut tokens)).flatten())
        }
        Of::Database | Of::EventTrigger | Of::Role | Of::Subscription => About::Whole(None),
        Of::Other => {
            if tokens.nth(1).is_some_and(|token| token.is(b"DEFAULT")) {
                // ALTER DEFAULT PRIVILEGES
                About::Whole(None)
            } else {
                definition(Kind::Other)
            }
        }
    };
    subject
}
