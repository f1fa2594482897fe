//! Names as they are meant: with the schema that the search path adds.

use std::collections::BTreeSet;

use super::clauses::named_in_string;
use super::subject::{About, Definition, Link, Subject};
use crate::dump::scan::{ObjectName, Statement, StatementKind, Token, Tokens, object_name};

/// The schema of names that stand without one. Dumps made before 2018 set it for each object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::dump) struct Names {
    default_schema: Option<Vec<u8>>,
    pub(super) standard_strings: bool,
}

impl Names {
    pub(in crate::dump) fn new() -> Self {
        Self {
            default_schema: None,
            standard_strings: true,
        }
    }

    pub(in crate::dump) fn set_standard_strings(&mut self, value: bool) {
        self.standard_strings = value;
    }

    /// What a statement makes of names in those behind it.
    pub(in crate::dump) fn follow(&mut self, statement: &Statement<'_>) {
        let mut tokens = Tokens::new(statement.text, self.standard_strings);
        match &statement.kind {
            StatementKind::Set(setting) if *setting.name == *b"search_path" => {
                tokens.find(|token| *token == Token::Symbol(b'=') || token.is(b"TO"));
            }
            StatementKind::Select
                if tokens.any(|token| {
                    matches!(
                        token,
                        Token::String {
                            body: b"search_path",
                            ..
                        }
                    )
                }) => {}
            _ => return,
        }
        let first = tokens.find_map(|token| match token {
            Token::String { body, .. } => Some(body.to_vec()),
            token => token.identifier().map(std::borrow::Cow::into_owned),
        });
        self.default_schema = first.filter(|schema| {
            !schema.is_empty() && schema != b"pg_catalog" && schema != b"\"$user\""
        });
    }

    pub(super) fn meant(&self, name: ObjectName<'static>) -> ObjectName<'static> {
        let ObjectName { schema, name } = name;
        ObjectName {
            schema: schema.or_else(|| self.default_schema.clone().map(Into::into)),
            name,
        }
    }

    /// The same with all names as they are meant.
    pub(super) fn subject(&self, subject: Subject) -> Subject {
        let meant = |name| self.meant(name);
        let part = |(one, other)| (self.meant(one), self.meant(other));
        Subject {
            about: match subject.about {
                About::Relation(name) => About::Relation(meant(name)),
                About::Index(name) => About::Index(meant(name)),
                About::Indexes(one, other) => About::Indexes(meant(one), meant(other)),
                About::Family { parent, child } => About::Family {
                    parent: meant(parent),
                    child: meant(child),
                },
                About::Link(link) => About::Link(Link {
                    table: meant(link.table),
                    name: link.name,
                    referenced: link.referenced.map(meant),
                }),
                About::Definition(definition) if definition.kind.has_schema() => {
                    About::Definition(Definition {
                        name: definition.name.map(meant),
                        ..definition
                    })
                }
                About::Whole(table) => About::Whole(table.map(meant)),
                about => about,
            },
            action: subject.action,
            part: subject.part.map(part),
            owned: subject.owned.map(part),
        }
    }

    /// Every name that stands in the text, in plain strings too, as far as it could be one of an object in a schema.
    pub(super) fn mentioned(&self, text: &[u8]) -> BTreeSet<ObjectName<'static>> {
        let mut tokens = Tokens::new(text, self.standard_strings);
        let mut mentioned = BTreeSet::new();
        loop {
            let token = tokens.peek();
            let name = match token {
                None => return mentioned,
                Some(Token::Word(_) | Token::Quoted(_)) => {
                    let name = object_name(&mut tokens).map(ObjectName::into_owned);
                    if name.is_none() {
                        // `table.*`
                        tokens.next();
                    }
                    name
                }
                Some(token @ Token::String { .. }) => {
                    tokens.next();
                    named_in_string(Some(token))
                }
                Some(_) => {
                    tokens.next();
                    None
                }
            };
            let name = name.map(|name| self.meant(name));
            mentioned.extend(name);
        }
    }
}
