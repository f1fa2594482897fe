//! The clauses of statements that name what they are about.

use super::subject::{About, Action, Definition, Kind, Link, Subject};
use crate::dump::scan::{ObjectName, Token, Tokens, object_name, undouble};

/// `ALTER INDEX name ATTACH PARTITION name`, or anything else that is done to an index or to statistics.
pub(super) fn index(named: Option<ObjectName<'static>>, mut tokens: Tokens<'_>) -> About {
    let is_attached =
        tokens.find(|token| token.is(b"ATTACH")).is_some() && tokens.accept(b"PARTITION");
    let child = if is_attached { name(&mut tokens) } else { None };
    match (named, child) {
        (Some(parent), Some(child)) => About::Indexes(parent, child),
        (Some(index), None) => About::Index(index),
        (None, _) => About::Whole(None),
    }
}

/// A trigger, a rule, a policy or a constraint, and the word before its table.
pub(super) fn on_table(mut tokens: Tokens<'_>, before: &[u8]) -> About {
    // COMMENT ON TRIGGER name ON table.
    tokens.nth(1);
    tokens.find(|token| token.is(before));
    let mut ahead = tokens.clone();
    let is_of_domain = ahead.accept(b"DOMAIN") && name(&mut ahead).is_some();
    if is_of_domain {
        tokens.next();
        return About::Definition(Definition {
            kind: Kind::Type,
            name: name(&mut tokens),
        });
    }
    tokens.accept(b"ONLY");
    name(&mut tokens).map_or(About::Whole(None), About::Relation)
}

/// What `ALTER TABLE table` does.
pub(super) fn table_change(
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
pub(super) fn select(mut tokens: Tokens<'_>) -> About {
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
pub(super) fn granted(mut tokens: Tokens<'_>) -> About {
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

pub(super) fn name(tokens: &mut Tokens<'_>) -> Option<ObjectName<'static>> {
    object_name(tokens).map(ObjectName::into_owned)
}

/// `schema.table.column`, `table.column`
pub(super) fn table_of_column(tokens: &mut Tokens<'_>) -> Option<ObjectName<'static>> {
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
pub(super) fn table_behind(
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
