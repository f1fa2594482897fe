//! Types of columns, as SQL names them.

use crate::dump::ObjectName;
use crate::dump::scan::{Token, Tokens};

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnType {
    /// A built-in type has no schema and the name that `format_type` gives it: `character varying`, `timestamp with time
    /// zone`; `"char"` with its quotes.
    pub name: ObjectName<'static>,
    /// The most characters that fit into `character varying(n)` and `character(n)`.
    pub length: Option<u32>,
    /// An array of the type, of any number of dimensions.
    pub array: bool,
}

/// What values of a type are made of, as far as free text is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    Text,
    /// `json`, `jsonb`
    Json,
    Xml,
    /// `bytea`
    Bytes,
    /// `tsvector`, `tsquery`
    Search,
    /// Numbers, times, identifiers, addresses of networks, enums: no free text.
    Plain,
    /// A type with attributes of its own.
    Composite,
    /// A type of an extension, or one that the dump does not define.
    Unknown,
}

const ALIASES: [(&[u8], &[u8]); 13] = [
    (b"varchar", b"character varying"),
    (b"bpchar", b"character"),
    (b"char", b"character"),
    (b"nchar", b"character"),
    (b"int", b"integer"),
    (b"int2", b"smallint"),
    (b"int4", b"integer"),
    (b"int8", b"bigint"),
    (b"float4", b"real"),
    (b"float8", b"double precision"),
    (b"bool", b"boolean"),
    (b"timestamptz", b"timestamp with time zone"),
    (b"timetz", b"time with time zone"),
];

const PLAIN: [&[u8]; 43] = [
    b"\"char\"",
    b"bigint",
    b"bigserial",
    b"bit",
    b"bit varying",
    b"boolean",
    b"box",
    b"cidr",
    b"circle",
    b"date",
    b"daterange",
    b"datemultirange",
    b"decimal",
    b"double precision",
    b"inet",
    b"int4multirange",
    b"int4range",
    b"int8multirange",
    b"int8range",
    b"integer",
    b"interval",
    b"line",
    b"lseg",
    b"macaddr",
    b"macaddr8",
    b"money",
    b"nummultirange",
    b"numeric",
    b"numrange",
    b"oid",
    b"path",
    b"point",
    b"polygon",
    b"real",
    b"serial",
    b"smallint",
    b"time with time zone",
    b"time without time zone",
    b"timestamp with time zone",
    b"timestamp without time zone",
    b"tsrange",
    b"tstzrange",
    b"uuid",
];

impl ColumnType {
    /// By the name alone; what a type of the dump's own holds, [`Schema`](super::Schema) knows.
    pub(super) fn built_in_kind(&self) -> ValueKind {
        // Extensions are created in a schema of the database's choice: citext is known by its name.
        if *self.name.name == *b"citext" {
            return ValueKind::Text;
        }
        if self.name.schema.is_some() {
            return ValueKind::Unknown;
        }
        match &*self.name.name {
            b"text" | b"character varying" | b"character" | b"name" => ValueKind::Text,
            b"json" | b"jsonb" => ValueKind::Json,
            b"xml" => ValueKind::Xml,
            b"bytea" => ValueKind::Bytes,
            b"tsvector" | b"tsquery" => ValueKind::Search,
            name if PLAIN.contains(&name) => ValueKind::Plain,
            _ => ValueKind::Unknown,
        }
    }

    /// Reads a type's name with all that belongs to it.
    pub(super) fn read(tokens: &mut Tokens<'_>) -> Option<Self> {
        let first = tokens.next()?;
        let mut name = ObjectName {
            schema: None,
            name: first.identifier()?,
        }
        .into_owned();
        while tokens.accept_symbol(b'.') {
            let part = tokens.next()?.identifier()?.into_owned();
            name.schema = Some(std::mem::replace(&mut name.name, part.into()));
        }
        if name.schema.as_deref() == Some(b"pg_catalog") {
            name.schema = None;
        }
        let quoted = matches!(first, Token::Quoted(_)) && name.schema.is_none();
        if quoted && *name.name == *b"char" {
            name.name = b"\"char\""[..].into();
        }
        let mut modifiers = Modifiers::Absent;
        if matches!(first, Token::Word(_)) && name.schema.is_none() {
            name.name = full_name(&name.name, tokens, &mut modifiers)?.into();
        }
        if modifiers == Modifiers::Absent {
            modifiers = self::modifiers(tokens)?;
        }
        let array = array(tokens)?;
        let characters =
            name.schema.is_none() && matches!(&*name.name, b"character varying" | b"character");
        let length = match modifiers {
            Modifiers::Present(length) if characters => length,
            Modifiers::Absent if characters && *name.name == *b"character" => Some(1),
            _ => None,
        };
        Some(Self {
            name,
            length,
            array,
        })
    }
}

/// The full name of a type that begins with the word `first`, in lower case.
fn full_name(first: &[u8], tokens: &mut Tokens<'_>, modifiers: &mut Modifiers) -> Option<Vec<u8>> {
    const INTERVAL: [&[u8]; 7] = [
        b"YEAR", b"MONTH", b"DAY", b"HOUR", b"MINUTE", b"SECOND", b"TO",
    ];
    let name: &[u8] = match first {
        b"double" if tokens.accept(b"PRECISION") => b"double precision",
        b"national" if tokens.accept(b"CHARACTER") || tokens.accept(b"CHAR") => {
            varying(tokens, false)
        }
        b"character" | b"char" | b"nchar" => varying(tokens, false),
        b"bit" => varying(tokens, true),
        b"time" | b"timestamp" => {
            *modifiers = self::modifiers(tokens)?;
            let zone = tokens.accept_all(&[b"WITH", b"TIME", b"ZONE"]);
            if !zone {
                tokens.accept_all(&[b"WITHOUT", b"TIME", b"ZONE"]);
            }
            match (first, zone) {
                (b"time", true) => b"time with time zone",
                (b"time", false) => b"time without time zone",
                (_, true) => b"timestamp with time zone",
                (_, false) => b"timestamp without time zone",
            }
        }
        b"interval" => {
            while INTERVAL.iter().any(|word| tokens.accept(word)) {}
            first
        }
        _ => ALIASES
            .iter()
            .find(|(alias, _)| *alias == first)
            .map_or(first, |(_, name)| name),
    };
    Some(name.to_vec())
}

fn varying(tokens: &mut Tokens<'_>, bits: bool) -> &'static [u8] {
    match (tokens.accept(b"VARYING"), bits) {
        (true, false) => b"character varying",
        (false, false) => b"character",
        (true, true) => b"bit varying",
        (false, true) => b"bit",
    }
}

/// What stands in parentheses after a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Modifiers {
    Absent,
    /// The first number among them.
    Present(Option<u32>),
}

fn modifiers(tokens: &mut Tokens<'_>) -> Option<Modifiers> {
    if !tokens.accept_symbol(b'(') {
        return Some(Modifiers::Absent);
    }
    let mut first = None;
    for token in tokens.by_ref() {
        match token {
            Token::Symbol(b')') => return Some(Modifiers::Present(first)),
            Token::Number(digits) if first.is_none() => {
                first = std::str::from_utf8(digits)
                    .ok()
                    .and_then(|digits| digits.parse().ok());
            }
            Token::Symbol(b'(' | b';') => return None,
            _ => {}
        }
    }
    None
}

/// `[]`, `[3]`, `ARRAY`, any number of times.
fn array(tokens: &mut Tokens<'_>) -> Option<bool> {
    let mut array = tokens.accept(b"ARRAY");
    while tokens.accept_symbol(b'[') {
        array = true;
        tokens.accept_if(|token| matches!(token, Token::Number(_)));
        if !tokens.accept_symbol(b']') {
            return None;
        }
    }
    Some(array)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, name, length, whether it is an array, the token after it.
    const TYPES: [(&str, &str, Option<u32>, bool, &str); 20] = [
        ("integer NOT NULL", "integer", None, false, "NOT"),
        (
            "character varying(255) DEFAULT",
            "\"character varying\"",
            Some(255),
            false,
            "DEFAULT",
        ),
        (
            "varchar(12)[] ,",
            "\"character varying\"",
            Some(12),
            true,
            ",",
        ),
        (
            "character varying",
            "\"character varying\"",
            None,
            false,
            "",
        ),
        ("character(3)", "character", Some(3), false, ""),
        ("char", "character", Some(1), false, ""),
        ("\"char\" x", "\"\"\"char\"\"\"", None, false, "x"),
        (
            "NATIONAL CHARACTER VARYING (7)",
            "\"character varying\"",
            Some(7),
            false,
            "",
        ),
        (
            "timestamp(3) without time zone DEFAULT",
            "\"timestamp without time zone\"",
            None,
            false,
            "DEFAULT",
        ),
        (
            "timestamp WITH OPTIONS",
            "\"timestamp without time zone\"",
            None,
            false,
            "WITH",
        ),
        (
            "timestamptz",
            "\"timestamp with time zone\"",
            None,
            false,
            "",
        ),
        (
            "interval day to second(3) NOT",
            "interval",
            None,
            false,
            "NOT",
        ),
        ("numeric(9,6)", "numeric", None, false, ""),
        ("numeric(9,-6)", "numeric", None, false, ""),
        (
            "double precision[3][4]",
            "\"double precision\"",
            None,
            true,
            "",
        ),
        ("bit varying(5)", "\"bit varying\"", None, false, ""),
        (
            "public.\"E mail\" COLLATE",
            "public.\"E mail\"",
            None,
            false,
            "COLLATE",
        ),
        ("pg_catalog.text", "text", None, false, ""),
        (
            "public.geometry(Point,4326)",
            "public.geometry",
            None,
            false,
            "",
        ),
        ("integer ARRAY[4]", "integer", None, true, ""),
    ];

    #[test]
    fn types_are_read_to_their_end() {
        for (text, name, length, array, next) in TYPES {
            let mut tokens = Tokens::new(text.as_bytes(), true);
            let read = ColumnType::read(&mut tokens).expect(text);
            assert_eq!(
                (read.name.to_string().as_str(), read.length, read.array),
                (name, length, array),
                "{text}"
            );
            match tokens.next() {
                None => assert_eq!(next, "", "{text}"),
                Some(Token::Word(word)) => assert_eq!(word, next.as_bytes(), "{text}"),
                Some(Token::Symbol(symbol)) => assert_eq!([symbol], next.as_bytes(), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        for text in ["", "(", "text(", "text[", "a.", "text(1;"] {
            assert_eq!(
                ColumnType::read(&mut Tokens::new(text.as_bytes(), true)),
                None,
                "{text}"
            );
        }
    }
}
