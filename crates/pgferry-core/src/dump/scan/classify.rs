//! What a statement is, by its first words.

use std::borrow::Cow;

use super::event::{
    Copy, CopyEndpoint, CopyFormat, Object, ObjectName, ObjectType, Setting, StatementKind,
    TransactionControl,
};
use super::token::{Token, Tokens};

/// `text` is the statement or, unless `complete`, its beginning.
pub(super) fn classify(text: &[u8], complete: bool, standard_strings: bool) -> StatementKind<'_> {
    let mut tokens = Tokens::new(text, standard_strings);
    let first = match tokens.next() {
        Some(Token::Word(word)) => word,
        Some(Token::Symbol(b';')) => return StatementKind::Empty,
        _ => return StatementKind::Other(&[]),
    };
    let mut upper = [0; 12];
    let keyword = upper.get_mut(..first.len()).map_or(&[][..], |slot| {
        slot.copy_from_slice(first);
        slot.make_ascii_uppercase();
        slot
    });
    match keyword {
        b"INSERT" => match tokens
            .accept(b"INTO")
            .then(|| object_name(&mut tokens))
            .flatten()
        {
            Some(table) => StatementKind::Insert(table),
            None => StatementKind::Other(first),
        },
        b"COPY" if complete => StatementKind::Copy(copy(tokens).unwrap_or(UNREADABLE)),
        b"COPY" => StatementKind::Copy(UNREADABLE),
        b"SET" => StatementKind::Set(setting(tokens)),
        b"SELECT" => StatementKind::Select,
        b"CREATE" => {
            tokens.accept_all(&[b"OR", b"REPLACE"]);
            StatementKind::Create(object(tokens))
        }
        b"ALTER" => StatementKind::Alter(object(tokens)),
        b"DROP" => StatementKind::Drop(object(tokens)),
        b"COMMENT" => {
            tokens.accept(b"ON");
            StatementKind::Comment(object(tokens))
        }
        b"DO" => StatementKind::Do,
        b"BEGIN" if complete && is_bare(tokens.clone()) => {
            StatementKind::Transaction(TransactionControl::Begin)
        }
        b"COMMIT" if complete && is_bare(tokens.clone()) => {
            StatementKind::Transaction(TransactionControl::Commit)
        }
        b"BEGIN" | b"COMMIT" | b"START" | b"ROLLBACK" | b"ABORT" | b"END" | b"SAVEPOINT"
        | b"RELEASE" => StatementKind::Transaction(TransactionControl::Other),
        b"PREPARE" if tokens.accept(b"TRANSACTION") => {
            StatementKind::Transaction(TransactionControl::Other)
        }
        _ => StatementKind::Other(first),
    }
}

/// Nothing follows but the semicolon.
fn is_bare(mut tokens: Tokens<'_>) -> bool {
    tokens.next() == Some(Token::Symbol(b';')) && tokens.next().is_none()
}

/// `name` or `schema.name`; of longer names the last two parts.
pub(crate) fn object_name<'a>(tokens: &mut Tokens<'a>) -> Option<ObjectName<'a>> {
    let mut ahead = tokens.clone();
    let mut name = ObjectName {
        schema: None,
        name: ahead.next()?.identifier()?,
    };
    while ahead.accept_symbol(b'.') {
        let part = ahead.next()?.identifier()?;
        name.schema = Some(std::mem::replace(&mut name.name, part));
    }
    *tokens = ahead;
    Some(name)
}

const UNREADABLE: Copy<'static> = Copy {
    table: None,
    columns: Vec::new(),
    endpoint: CopyEndpoint::Unreadable,
    format: CopyFormat::Text,
};

/// After `COPY`, by the grammar of `CopyStmt` in PostgreSQL's `gram.y`.
fn copy(mut tokens: Tokens<'_>) -> Option<Copy<'_>> {
    let mut format = CopyFormat::Text;
    if tokens.accept(b"BINARY") {
        format = CopyFormat::Binary;
    }
    if tokens.peek() == Some(Token::Symbol(b'(')) {
        // A query can only be copied to somewhere; whatever its text says, no rows follow.
        return Some(Copy {
            endpoint: CopyEndpoint::To,
            format,
            ..UNREADABLE
        });
    }
    let table = Some(object_name(&mut tokens)?);
    let columns = if tokens.accept_symbol(b'(') {
        column_names(&mut tokens)?
    } else {
        Vec::new()
    };
    let from = tokens.accept(b"FROM");
    if !from && !tokens.accept(b"TO") {
        return None;
    }
    let program = tokens.accept(b"PROGRAM");
    // The grammar takes STDIN and STDOUT for the same thing.
    let endpoint = match (from, tokens.next()?) {
        (false, _) => CopyEndpoint::To,
        (true, Token::String { .. } | Token::Dollar(_) | Token::Opaque) if program => {
            CopyEndpoint::FromProgram
        }
        (true, Token::String { .. } | Token::Dollar(_) | Token::Opaque) => CopyEndpoint::FromFile,
        (true, word) if !program && (word.is(b"STDIN") || word.is(b"STDOUT")) => {
            CopyEndpoint::FromStdin
        }
        _ => return None,
    };
    for token in tokens {
        if token == Token::Symbol(b';') {
            break;
        }
        let binary = token.is(b"BINARY")
            || matches!(token, Token::String { body, .. } | Token::Quoted(body) if body.eq_ignore_ascii_case(b"binary"));
        // A value that is not read may say binary too.
        if binary || matches!(token, Token::Opaque | Token::Dollar(_)) {
            format = CopyFormat::Binary;
        } else if format == CopyFormat::Text {
            format = CopyFormat::WithOptions;
        }
    }
    Some(Copy {
        table,
        columns,
        endpoint,
        format,
    })
}

/// After `(`: names up to and including `)`.
fn column_names<'a>(tokens: &mut Tokens<'a>) -> Option<Vec<Cow<'a, [u8]>>> {
    let mut columns = Vec::new();
    loop {
        columns.push(tokens.next()?.identifier()?);
        match tokens.next()? {
            Token::Symbol(b',') => {}
            Token::Symbol(b')') => return Some(columns),
            _ => return None,
        }
    }
}

/// After `SET`.
fn setting(mut tokens: Tokens<'_>) -> Setting<'_> {
    if !tokens.accept(b"SESSION") {
        tokens.accept(b"LOCAL");
    }
    let mut name = tokens
        .next()
        .and_then(Token::identifier)
        .unwrap_or_default();
    while tokens.accept_symbol(b'.') {
        let part = tokens
            .next()
            .and_then(Token::identifier)
            .unwrap_or_default();
        name.to_mut().push(b'.');
        name.to_mut().extend_from_slice(&part);
    }
    if *name == *b"names" {
        name = Cow::Borrowed(b"client_encoding");
    } else if !tokens.accept_symbol(b'=') && !tokens.accept(b"TO") {
        return Setting { name, value: None };
    }
    let value = match tokens.next() {
        Some(Token::String {
            body,
            escapes: false,
        }) => Some(super::token::undouble(body, b'\'')),
        Some(Token::String {
            body,
            escapes: true,
        }) if !body.contains(&b'\\') => Some(super::token::undouble(body, b'\'')),
        Some(Token::Number(number)) => Some(Cow::Borrowed(number)),
        Some(token) => token.identifier(),
        None => None,
    };
    let alone = matches!(tokens.next(), Some(Token::Symbol(b';')) | None);
    Setting {
        name,
        value: value.filter(|_| alone),
    }
}

/// After `CREATE`, `ALTER`, `DROP` or `COMMENT ON`.
fn object(mut tokens: Tokens<'_>) -> Object<'_> {
    let object_type = object_type(&mut tokens);
    if !tokens.accept_all(&[b"IF", b"NOT", b"EXISTS"]) {
        tokens.accept_all(&[b"IF", b"EXISTS"]);
    }
    tokens.accept(b"ONLY");
    // Of other types it is not known what stands before the name.
    let name = if object_type == ObjectType::Other {
        None
    } else {
        object_name(&mut tokens)
    };
    Object { object_type, name }
}

fn object_type(tokens: &mut Tokens<'_>) -> ObjectType {
    const MODIFIERS: [&[u8]; 10] = [
        b"GLOBAL",
        b"LOCAL",
        b"TEMP",
        b"TEMPORARY",
        b"UNLOGGED",
        b"RECURSIVE",
        b"CONSTRAINT",
        b"TRUSTED",
        b"PROCEDURAL",
        b"DEFAULT",
    ];
    const TYPES: [(&[&[u8]], ObjectType); 28] = [
        (&[b"TABLE"], ObjectType::Table),
        (&[b"SEQUENCE"], ObjectType::Sequence),
        (&[b"INDEX"], ObjectType::Index),
        (&[b"UNIQUE", b"INDEX"], ObjectType::UniqueIndex),
        (&[b"VIEW"], ObjectType::View),
        (&[b"FUNCTION"], ObjectType::Function),
        (&[b"TRIGGER"], ObjectType::Trigger),
        (&[b"COLUMN"], ObjectType::Column),
        (&[b"TYPE"], ObjectType::Type),
        (&[b"DOMAIN"], ObjectType::Domain),
        (&[b"SCHEMA"], ObjectType::Schema),
        (&[b"EXTENSION"], ObjectType::Extension),
        (&[b"PROCEDURE"], ObjectType::Procedure),
        (&[b"AGGREGATE"], ObjectType::Aggregate),
        (&[b"RULE"], ObjectType::Rule),
        (&[b"POLICY"], ObjectType::Policy),
        (&[b"MATERIALIZED", b"VIEW"], ObjectType::MaterializedView),
        (&[b"FOREIGN", b"TABLE"], ObjectType::ForeignTable),
        (&[b"EVENT", b"TRIGGER"], ObjectType::EventTrigger),
        (&[b"LARGE", b"OBJECT"], ObjectType::LargeObject),
        (&[b"COLLATION"], ObjectType::Collation),
        (&[b"STATISTICS"], ObjectType::Statistics),
        (&[b"PUBLICATION"], ObjectType::Publication),
        (&[b"SUBSCRIPTION"], ObjectType::Subscription),
        (&[b"DATABASE"], ObjectType::Database),
        (&[b"ROLE"], ObjectType::Role),
        (&[b"USER"], ObjectType::Role),
        (&[b"GROUP"], ObjectType::Role),
    ];
    // COMMENT ON CONSTRAINT name ON table; CREATE CONSTRAINT TRIGGER.
    let mut constraint = false;
    while let Some(Token::Word(word)) = tokens.peek()
        && MODIFIERS
            .iter()
            .any(|modifier| word.eq_ignore_ascii_case(modifier))
    {
        constraint |= word.eq_ignore_ascii_case(b"CONSTRAINT");
        tokens.next();
    }
    for (words, object_type) in TYPES {
        if tokens.accept_all(words) {
            // CREATE INDEX CONCURRENTLY is the only other word between the type and the name.
            tokens.accept(b"CONCURRENTLY");
            return object_type;
        }
    }
    if constraint {
        ObjectType::Constraint
    } else {
        ObjectType::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: &StatementKind<'_>) -> String {
        match kind {
            StatementKind::Create(object)
            | StatementKind::Alter(object)
            | StatementKind::Drop(object)
            | StatementKind::Comment(object) => {
                let name = object
                    .name
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string);
                format!("{:?} {name}", object.object_type)
            }
            StatementKind::Insert(table) => format!("Insert {table}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn statements_are_known_by_their_first_words() {
        let cases = [
            (
                "CREATE TABLE public.\"T\"\"x\" (a int);",
                "Table public.\"T\"\"x\"",
            ),
            (
                "create unlogged table if not exists A.B(a int);",
                "Table a.b",
            ),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);",
                "UniqueIndex i",
            ),
            (
                "CREATE OR REPLACE FUNCTION public.f() RETURNS int AS '';",
                "Function public.f",
            ),
            (
                "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON x;",
                "Trigger t",
            ),
            ("COMMENT ON CONSTRAINT c ON t IS 'x';", "Constraint c"),
            (
                "ALTER TABLE ONLY public.t ADD CONSTRAINT c UNIQUE (a);",
                "Table public.t",
            ),
            ("ALTER TABLE IF EXISTS ONLY t DROP CONSTRAINT c;", "Table t"),
            (
                "DROP MATERIALIZED VIEW IF EXISTS s.m;",
                "MaterializedView s.m",
            ),
            ("COMMENT ON COLUMN public.t.c IS 'x';", "Column t.c"),
            ("CREATE OPERATOR === (LEFTARG = int);", "Other "),
            ("INSERT INTO public.t VALUES (1);", "Insert public.t"),
            (
                "/* x */ -- y\n InSeRt into \"T\" values (1);",
                "Insert \"T\"",
            ),
            ("INSERT INTO;", "Other([73, 78, 83, 69, 82, 84])"),
            (";", "Empty"),
            ("BEGIN;", "Transaction(Begin)"),
            ("commit /* x */ ;", "Transaction(Commit)"),
            ("COMMIT AND CHAIN;", "Transaction(Other)"),
            ("PREPARE TRANSACTION 'x';", "Transaction(Other)"),
            (
                "PREPARE p AS SELECT 1;",
                "Other([80, 82, 69, 80, 65, 82, 69])",
            ),
            ("\"commit\";", "Other([])"),
            ("DO $$ x $$;", "Do"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                named(&classify(text.as_bytes(), true, true)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn settings_are_decoded() {
        let cases: [(&str, &str, Option<&str>); 10] = [
            ("SET statement_timeout = 0;", "statement_timeout", Some("0")),
            (
                "SET client_encoding = 'UTF8';",
                "client_encoding",
                Some("UTF8"),
            ),
            ("SET NAMES 'SJIS';", "client_encoding", Some("SJIS")),
            (
                "set session Search_Path to 'it''s';",
                "search_path",
                Some("it's"),
            ),
            ("SET LOCAL \"A.b\".c TO DEFAULT;", "A.b.c", Some("default")),
            ("SET xmloption = content;", "xmloption", Some("content")),
            ("SET search_path = a, b;", "search_path", None),
            ("SET SESSION AUTHORIZATION 'x';", "authorization", None),
            ("SET TRANSACTION READ ONLY;", "transaction", None),
            ("SET;", "", None),
        ];
        for (text, name, value) in cases {
            let StatementKind::Set(setting) = classify(text.as_bytes(), true, true) else {
                panic!("{text}")
            };
            assert_eq!(setting.name, name.as_bytes(), "{text}");
            assert_eq!(setting.value.as_deref(), value.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn copy_is_read_whole() {
        use CopyEndpoint::{FromFile, FromProgram, FromStdin, To, Unreadable};
        use CopyFormat::{Binary, Text, WithOptions};
        let cases = [
            (
                "COPY public.t (a, \"B\"\"c\") FROM stdin;",
                "public.t",
                2,
                FromStdin,
                Text,
            ),
            ("COPY \"from\"  FROM STDIN ;", "from", 0, FromStdin, Text),
            // The grammar does not tell stdin from stdout.
            ("copy t from stdout;", "t", 0, FromStdin, Text),
            (
                "COPY t FROM stdin WITH (FORMAT csv);",
                "t",
                0,
                FromStdin,
                WithOptions,
            ),
            (
                "COPY t FROM stdin (FORMAT 'binary');",
                "t",
                0,
                FromStdin,
                Binary,
            ),
            (
                "COPY t FROM stdin (FORMAT U&'binary');",
                "t",
                0,
                FromStdin,
                Binary,
            ),
            ("COPY BINARY t FROM stdin;", "t", 0, FromStdin, Binary),
            ("COPY t FROM PROGRAM 'id';", "t", 0, FromProgram, Text),
            ("COPY t FROM/**/PROGRAM E'id';", "t", 0, FromProgram, Text),
            ("COPY t FROM '/etc/passwd';", "t", 0, FromFile, Text),
            ("COPY t FROM $$/etc/passwd$$;", "t", 0, FromFile, Text),
            ("COPY t TO stdout;", "t", 0, To, WithOptions),
            ("COPY t TO PROGRAM 'id';", "t", 0, To, WithOptions),
            ("COPY (SELECT 1) TO stdout;", "", 0, To, Text),
            ("COPY U&\"t\" FROM PROGRAM 'id';", "", 0, Unreadable, Text),
            ("COPY t FROM program;", "", 0, Unreadable, Text),
            ("COPY;", "", 0, Unreadable, Text),
        ];
        for (text, table, columns, endpoint, format) in cases {
            let StatementKind::Copy(copy) = classify(text.as_bytes(), true, true) else {
                panic!("{text}")
            };
            assert_eq!(
                copy.table
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                table,
                "{text}"
            );
            assert_eq!(
                (copy.columns.len(), copy.endpoint),
                (columns, endpoint),
                "{text}"
            );
            if endpoint != To {
                assert_eq!(copy.format, format, "{text}");
            }
        }
        assert!(matches!(
            classify(b"COPY t FROM stdin", false, true),
            StatementKind::Copy(Copy {
                endpoint: Unreadable,
                ..
            })
        ));
    }
}
