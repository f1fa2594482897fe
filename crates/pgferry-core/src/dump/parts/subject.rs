//! What a statement is about.

use crate::dump::scan::{
    Object, ObjectName, ObjectType, Statement, StatementKind, Token, Tokens, object_name, undouble,
};

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
        StatementKind::Alter(object) => (object, Action::Change),
        StatementKind::Drop(object) => (object, Action::Drop),
        StatementKind::Comment(object) => (object, Action::Change),
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
        Of::Index | Of::UniqueIndex | Of::Statistics => {
            let child = (tokens.find(|token| token.is(b"ATTACH")).is_some()
                && tokens.accept(b"PARTITION"))
            .then(|| name(&mut tokens))
            .flatten();
            match (named, child) {
                (Some(parent), Some(child)) => About::Indexes(parent, child),
                (Some(index), None) => About::Index(index),
                (None, _) => About::Whole(None),
            }
        }
        Of::Trigger | Of::Policy | Of::Constraint | Of::Rule => {
            // COMMENT ON TRIGGER name ON table.
            tokens.nth(1);
            let before: &[u8] = if object.object_type == Of::Rule && action == Action::Create {
                b"TO"
            } else {
                b"ON"
            };
            let is_of_domain = |tokens: &Tokens<'_>| {
                tokens.peek().is_some_and(|token| token.is(b"DOMAIN"))
                    && tokens
                        .clone()
                        .nth(1)
                        .is_some_and(|token| token.identifier().is_some())
            };
            tokens.find(|token| token.is(before));
            if is_of_domain(&tokens) {
                tokens.next();
                About::Definition(Definition {
                    kind: Kind::Type,
                    name: name(&mut tokens),
                })
            } else {
                tokens.accept(b"ONLY");
                name(&mut tokens).map_or(About::Whole(None), About::Relation)
            }
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

/// What `ALTER TABLE table` does.
fn table_change(
    table: ObjectName<'static>,
    mut tokens: Tokens<'_>,
    mut subject: Subject,
) -> Subject {
    subject.about = About::Relation(table.clone());
    while let Some(token) = tokens.next() {
        if token.is(b"CONSTRAINT") {
            tokens.accept_all(&[b"IF", b"EXISTS"]);
            let Some(constraint) = tokens.next().and_then(Token::identifier) else {
                continue;
            };
            let constraint = constraint.into_owned();
            let link = |referenced| {
                About::Link(Link {
                    table: table.clone(),
                    name: constraint.clone(),
                    referenced,
                })
            };
            if tokens.accept_all(&[b"FOREIGN", b"KEY"]) {
                tokens.find(|token| token.is(b"REFERENCES"));
                subject.about = link(name(&mut tokens));
            } else if tokens.peek() == Some(Token::Symbol(b';')) {
                // What kind of constraint it is that is dropped is not said.
                subject.about = link(None);
                subject.action = Action::Drop;
            } else {
                let index = ObjectName {
                    schema: table.schema.clone(),
                    name: constraint.into(),
                };
                subject.part = Some((index, table));
            }
            return subject;
        }
        if token.is(b"ATTACH") && tokens.accept(b"PARTITION") {
            if let Some(child) = name(&mut tokens) {
                subject.about = About::Family {
                    parent: table,
                    child,
                };
            }
            return subject;
        }
        if token.is(b"INHERIT") {
            if let Some(parent) = name(&mut tokens) {
                subject.about = About::Family {
                    parent,
                    child: table,
                };
            }
            return subject;
        }
        if token.is(b"SEQUENCE") && tokens.accept(b"NAME") {
            subject.owned = name(&mut tokens).map(|sequence| (sequence, table));
            return subject;
        }
        // Around the rows of `pg_dump --data-only --disable-triggers`.
        if (token.is(b"DISABLE") || token.is(b"ENABLE")) && tokens.accept_all(&[b"TRIGGER", b"ALL"])
        {
            subject.action = Action::Fill;
        }
        if token.is(b"DROP") && tokens.accept(b"DEFAULT") {
            subject.action = Action::Drop;
        }
    }
    subject
}

/// Functions that `pg_dump` calls.
fn select(mut tokens: Tokens<'_>) -> About {
    let Some(function) = tokens.find(|token| {
        let names: [&[u8]; 2] = [b"SELECT", b"pg_catalog"];
        !matches!(token, Token::Symbol(_))
            && !names.iter().any(|name| token.is(name))
            && !token.is(b"FROM")
    }) else {
        return About::Session;
    };
    if function.is(b"set_config") {
        return About::Session;
    }
    if let Token::Word(word) = function
        && word.to_ascii_lowercase().starts_with(b"lo")
    {
        return About::LargeObjects;
    }
    if function.is(b"setval") {
        return named_in_string(tokens.nth(1)).map_or(About::Whole(None), About::Relation);
    }
    // Statistics of version 18.
    let (mut schema, mut relation) = (None, None);
    while let Some(token) = tokens.next() {
        let Token::String { body, .. } = token else {
            continue;
        };
        match body {
            b"relation" => {
                tokens.next();
                return named_in_string(tokens.next()).map_or(About::Whole(None), About::Relation);
            }
            b"schemaname" => {
                tokens.next();
                schema = plain_string(tokens.next());
            }
            b"relname" => {
                tokens.next();
                relation = plain_string(tokens.next());
            }
            _ => {}
        }
    }
    relation.map_or(About::Whole(None), |name| {
        About::Relation(ObjectName {
            schema: schema.map(Into::into),
            name: name.into(),
        })
    })
}

fn plain_string(token: Option<Token<'_>>) -> Option<Vec<u8>> {
    match token {
        Some(Token::String { body, .. }) => Some(undouble(body, b'\'').into_owned()),
        _ => None,
    }
}

/// `'public.t'`
pub(super) fn named_in_string(token: Option<Token<'_>>) -> Option<ObjectName<'static>> {
    let body = plain_string(token)?;
    let mut tokens = Tokens::new(&body, true);
    let name = name(&mut tokens)?;
    tokens.next().is_none().then_some(name)
}

/// After `GRANT … ON` and `SECURITY LABEL … ON`.
fn granted(mut tokens: Tokens<'_>) -> About {
    let kinds: [(&[&[u8]], Kind); 9] = [
        (&[b"SCHEMA"], Kind::Schema),
        (&[b"TYPE"], Kind::Type),
        (&[b"DOMAIN"], Kind::Type),
        (&[b"FUNCTION"], Kind::Function),
        (&[b"PROCEDURE"], Kind::Function),
        (&[b"ROUTINE"], Kind::Function),
        (&[b"LANGUAGE"], Kind::Other),
        (&[b"FOREIGN", b"DATA", b"WRAPPER"], Kind::Other),
        (&[b"FOREIGN", b"SERVER"], Kind::Other),
    ];
    if tokens.accept_all(&[b"LARGE", b"OBJECT"]) {
        return About::LargeObjects;
    }
    if tokens.accept(b"DATABASE") {
        return About::Whole(None);
    }
    if tokens.accept(b"COLUMN") {
        return table_of_column(&mut tokens).map_or(About::Whole(None), About::Relation);
    }
    for (words, kind) in kinds {
        if tokens.accept_all(words) {
            return About::Definition(Definition {
                kind,
                name: name(&mut tokens),
            });
        }
    }
    if !tokens.accept(b"TABLE") && !tokens.accept(b"SEQUENCE") {
        tokens.accept(b"VIEW");
    }
    name(&mut tokens).map_or(About::Whole(None), About::Relation)
}

fn name(tokens: &mut Tokens<'_>) -> Option<ObjectName<'static>> {
    object_name(tokens).map(ObjectName::into_owned)
}

/// `schema.table.column`, `table.column`
fn table_of_column(tokens: &mut Tokens<'_>) -> Option<ObjectName<'static>> {
    let mut parts = vec![tokens.next()?.identifier()?.into_owned()];
    while tokens.accept_symbol(b'.') {
        parts.push(tokens.next()?.identifier()?.into_owned());
    }
    parts.pop();
    Some(ObjectName {
        name: parts.pop()?.into(),
        schema: parts.pop().map(Into::into),
    })
}

/// The name behind the first such word, or the last one: expressions may hold one too.
fn table_behind(
    tokens: &mut Tokens<'_>,
    word: &[u8],
    is_last: bool,
) -> Option<ObjectName<'static>> {
    let mut found = None;
    while tokens.find(|token| token.is(word)).is_some() {
        let mut ahead = tokens.clone();
        ahead.accept(b"ONLY");
        found = name(&mut ahead);
        if !is_last {
            return found;
        }
    }
    found
}
