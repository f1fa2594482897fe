//! The scanner on real dumps, on hostile text and on every way of cutting them.

use std::convert::Infallible;

use pgferry_core::dump::{Ending, Event, Fact, Hazard, Scanner, StatementKind};
use proptest::prelude::*;

const DUMPS: [(&str, &[u8]); 6] = [
    ("oddities.sql", include_bytes!("data/oddities.sql")),
    (
        "oddities.inserts.sql",
        include_bytes!("data/oddities.inserts.sql"),
    ),
    (
        "oddities.column-inserts.sql",
        include_bytes!("data/oddities.column-inserts.sql"),
    ),
    (
        "oddities.clean.sql",
        include_bytes!("data/oddities.clean.sql"),
    ),
    ("site.sql", include_bytes!("data/site.sql")),
    ("site.inserts.sql", include_bytes!("data/site.inserts.sql")),
];

/// Everything that a scan tells, adjacent pieces merged, and the bytes it passed on.
struct Seen {
    /// One entry an event; of text, the merged text.
    events: Vec<String>,
    raw: Vec<u8>,
    ending: Ending,
}

fn scan<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Seen {
    let mut scanner = Scanner::new();
    let mut raw = Vec::new();
    let mut merged: Vec<(String, Vec<u8>)> = Vec::new();
    let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
        raw.extend_from_slice(event.raw());
        let name = match &event {
            Event::Blank(_) => "blank".to_owned(),
            Event::Comment(_) => "comment".to_owned(),
            Event::StatementText(_) => "text".to_owned(),
            Event::Rows(_) => "rows".to_owned(),
            Event::MetaCommand(command) if command.continued => "meta".to_owned(),
            Event::MetaCommand(command) => {
                format!("meta {:?} {}", command.position, command.in_statement)
            }
            Event::CopyEnd { rows, bytes, .. } => format!("end {rows} {bytes}"),
            Event::StatementStart(statement) => format!(
                "start {:?} {:?} {} {}",
                statement.kind, statement.position, statement.starts_line, statement.complete
            ),
            other => format!("{other:?}"),
        };
        match merged.last_mut() {
            Some((last, text)) if *last == name && !event.raw().is_empty() => {
                text.extend_from_slice(event.raw());
            }
            Some((last, text)) if name == "meta" && last.starts_with("meta") => {
                text.extend_from_slice(event.raw());
            }
            _ => merged.push((name, event.raw().to_vec())),
        }
        Ok(())
    };
    for piece in pieces {
        let Ok(()) = scanner.feed(piece, &mut sink);
    }
    let Ok(ending) = scanner.finish(&mut sink);
    let events = merged
        .into_iter()
        .map(|(name, text)| format!("{name}: {}", text.escape_ascii()))
        .collect();
    Seen {
        events,
        raw,
        ending,
    }
}

/// One line for each event that says something; `|` marks ends.
fn outline(text: &str) -> String {
    let mut outline = Vec::new();
    let mut scanner = Scanner::new();
    let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
        let raw = event.raw().escape_ascii();
        match &event {
            Event::Blank(_) | Event::StatementEnd | Event::StatementStart(_) => {}
            Event::Comment(_) => outline.push(format!("#{raw}")),
            Event::StatementText(_) => outline.push(format!("[{raw}]")),
            Event::MetaCommand(_) => outline.push(format!("!{raw}")),
            Event::Rows(_) => outline.push(format!("rows({raw})")),
            Event::CopyEnd { rows, .. } => outline.push(format!("end({rows})")),
            Event::CopyStart(target) => outline.push(format!("copy({})", target.table)),
            Event::Hazard(hazard, position) => {
                outline.push(format!("?{hazard:?}@{}", position.offset));
            }
            Event::Fact(fact) => outline.push(format!("={fact:?}")),
        }
        Ok(())
    };
    let Ok(()) = scanner.feed(text.as_bytes(), &mut sink);
    let Ok(ending) = scanner.finish(&mut sink);
    if ending != Ending::Clean {
        outline.push("~".to_owned());
    }
    outline.join(" ")
}

#[test]
fn statements_end_where_psql_ends_them() {
    let cases = [
        ("SELECT 1; SELECT 2;", "[SELECT 1;] [SELECT 2;]"),
        (
            "SELECT ';', \";\", E'\\';', $$;$$, $a$;$$;$a$;",
            "[SELECT \\';\\', \\\";\\\", E\\'\\\\\\';\\', $$;$$, $a$;$$;$a$;]",
        ),
        (
            "SELECT 'a\\'; SELECT 2;",
            "[SELECT \\'a\\\\\\';] [SELECT 2;]",
        ),
        ("SELECT 'it''s;';", "[SELECT \\'it\\'\\'s;\\';]"),
        ("SELECT a$b$;c$b$;", "[SELECT a$b$;] [c$b$;]"),
        ("SELECT 1$b$;$b$;", "[SELECT 1$b$;$b$;]"),
        ("SELECT $1;", "[SELECT $1;]"),
        ("SELECT $a b$;", "[SELECT $a b$;]"),
        ("SELECT $e'\\';';", "[SELECT $e\\'\\\\\\';\\';]"),
        ("SELECT $aa$ $a$;$ $aa$;", "[SELECT $aa$ $a$;$ $aa$;]"),
        ("SELECT $a$x$$a$;", "[SELECT $a$x$$a$;]"),
        (
            "SELECT U&'\\0041;' UESCAPE ';', U&\";\";",
            "[SELECT U&\\'\\\\0041;\\' UESCAPE \\';\\', U&\\\";\\\";]",
        ),
        (
            "SELECT u &';', xe'\\', x';';",
            "[SELECT u &\\';\\', xe\\'\\\\\\', x\\';\\';]",
        ),
        (
            "SELECT B'1;', X'f;', n'\\';",
            "[SELECT B\\'1;\\', X\\'f;\\', n\\'\\\\\\';]",
        ),
        (
            "SELECT 1 /* ; /* ; */ ; */ + 2;",
            "[SELECT 1 /* ; /* ; */ ; */ + 2;]",
        ),
        (
            "SELECT 1 */* ;*/ 2 -- ;\n;",
            "[SELECT 1 */* ;*/ 2 -- ;\\n;]",
        ),
        ("SELECT 1 +-- ;\r2;", "[SELECT 1 +-- ;\\r2;]"),
        ("SELECT 3 - -1 / 2;", "[SELECT 3 - -1 / 2;]"),
        (
            "/* ; **/ /*/ ; */ SELECT 1;",
            "#/* ; **/ #/*/ ; */ [SELECT 1;]",
        ),
        ("-- ; \\! x\rSELECT 1;", "#-- ; \\\\! x [SELECT 1;]"),
        ("-1; /2;", "[-1;] [/2;]"),
        (
            "CREATE RULE r AS ON INSERT TO t DO (a; b);",
            "[CREATE RULE r AS ON INSERT TO t DO (a; b);]",
        ),
        ("SELECT ')', (1;2); 3);", "[SELECT \\')\\', (1;2);] [3);]"),
        ("; ;", "[;] [;]"),
        ("SELECT 1", "[SELECT 1] ~"),
        ("SELECT '", "[SELECT \\'] ~"),
        ("/* x", "#/* x ~"),
        ("-", "[-] ~"),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn function_bodies_end_at_their_end() {
    let body = "BEGIN ATOMIC SELECT CASE WHEN a THEN 1 ELSE 2 END; SELECT (SELECT 1); END";
    for head in [
        "CREATE FUNCTION f()",
        "create or replace procedure p.f(begin int)",
    ] {
        let text = format!("{head} LANGUAGE sql {body}; SELECT 1;");
        assert_eq!(
            outline(&text),
            format!("[{head} LANGUAGE sql {body};] [SELECT 1;]")
        );
    }
    assert_eq!(
        outline("CREATE TABLE begin (a int); x;"),
        "[CREATE TABLE begin (a int);] [x;]"
    );
    // psql waits for an END that the server has no use for: whatever comes next would be hidden from this scanner's user.
    for text in [
        "CREATE FUNCTION begin() RETURNS int AS 'x'; COMMIT; END;",
        "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1 AS begin; END; COMMIT; END;",
        "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1 case; END; COMMIT; END;",
    ] {
        assert!(outline(text).contains("?HiddenSemicolon"), "{text}");
    }
}

#[test]
fn meta_commands_are_seen_wherever_they_stand() {
    let cases = [
        ("\\! id\nSELECT 1;", "!\\\\! id [SELECT 1;]"),
        ("SELECT 1 \\g |id\n;", "[SELECT 1 ] !\\\\g |id [\\n;]"),
        ("SELECT a\\gexec\n", "[SELECT a] !\\\\gexec [\\n] ~"),
        ("SELECT (\\! id\n1);", "[SELECT (] !\\\\! id [\\n1);]"),
        (
            "SELECT 1\\; SELECT 2\\:x;",
            "[SELECT 1] !\\\\; [ SELECT 2] !\\\\: [x;]",
        ),
        (
            "SELECT '\\! x', $$\\! y$$, \"\\! z\" /* \\! */;",
            "[SELECT \\'\\\\! x\\', $$\\\\! y$$, \\\"\\\\! z\\\" /* \\\\! */;]",
        ),
        (
            "SELECT 1; \\! x ; y\n\\.\n",
            "[SELECT 1;] !\\\\! x ; y !\\\\.",
        ),
        ("\\", "!\\\\"),
        (
            "\\:COPY t FROM stdin;\n1;",
            "!\\\\: [COPY t FROM stdin;] [1;]",
        ),
        ("\\\n;", "!\\\\ [;]"),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn rows_are_nothing_but_rows() {
    let cases = [
        (
            "COPY a.b FROM stdin;\n\\! x\n';\n\\.\n;",
            "[COPY a.b FROM stdin;] copy(a.b) rows(\\\\! x\\n\\';\\n) end(2) [;]",
        ),
        (
            "COPY t FROM stdin; \r\n1\r\n\\.\r\n",
            "[COPY t FROM stdin;] copy(t) rows(1\\r\\n) end(1)",
        ),
        (
            "COPY t FROM stdin;\n\\.\n",
            "[COPY t FROM stdin;] copy(t) end(0)",
        ),
        (
            "COPY t FROM stdin;\n\\.x\n\\\\.\n\\.",
            "[COPY t FROM stdin;] copy(t) rows(\\\\.x\\n\\\\\\\\.\\n) rows(\\\\.) ~",
        ),
        (
            "SET a=b; COPY t FROM stdin;\n1\n\\.\n",
            "[SET a=b;] [COPY t FROM stdin;] copy(t) rows(1\\n) end(1)",
        ),
        (
            "COPY t FROM stdin; SELECT 1;\n1\n",
            "[COPY t FROM stdin;] ?TextAfterCopy@19 [SELECT 1;] copy(t) rows(1\\n) ~",
        ),
        ("COPY t FROM 'x';\n1;\n", "[COPY t FROM \\'x\\';] [1;]"),
        ("COPY t TO stdout;\n1;\n", "[COPY t TO stdout;] [1;]"),
        ("COPY t FROM stdin", "[COPY t FROM stdin] ~"),
        ("COPY t FROM stdin;", "[COPY t FROM stdin;] ~"),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn what_versions_read_differently_is_named() {
    let cases = [
        ("SELECT E'a'\n'\\'';", Some(Hazard::ContinuedString)),
        ("SELECT E'a' -- x\n '';", Some(Hazard::ContinuedString)),
        ("SELECT 'a'\n'b';", None),
        ("SELECT E'a', \n'b';", None),
        ("SELECT 1a$$ \\! $$;", Some(Hazard::NumberJunk)),
        ("SELECT 1e5$a$;", Some(Hazard::NumberJunk)),
        ("SELECT $1e5;", Some(Hazard::NumberJunk)),
        ("SELECT 1..e5;", Some(Hazard::NumberJunk)),
        ("SELECT .5.e5;", Some(Hazard::NumberJunk)),
        ("SELECT 1e'';", Some(Hazard::NumberJunk)),
        ("SELECT 1e--x\n;", Some(Hazard::NumberJunk)),
        (
            "SELECT 1e10, 1.5E-3, .5e+1, 1::int, 1., 1e5.5, a.b, $1;",
            None,
        ),
        ("SELECT a[1:e'\\''];", Some(Hazard::Variable)),
        ("SELECT a[1:b$c$];", Some(Hazard::Variable)),
        ("SELECT :LAST_ERROR_MESSAGE;", Some(Hazard::Variable)),
        ("SELECT :{?x};", Some(Hazard::Variable)),
        ("SELECT a[1:n], 'x'::text, a[:2];", None),
        (
            "SET standard_conforming_strings = off; SELECT '';",
            Some(Hazard::StringAfterSetting),
        ),
        (
            "SET standard_conforming_strings = off;\nSELECT 'a\\'b';",
            None,
        ),
    ];
    for (text, expected) in cases {
        let mut found = None;
        let mut scanner = Scanner::new();
        let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
            if let Event::Hazard(hazard, _) = event {
                found.get_or_insert(hazard);
            }
            Ok(())
        };
        let Ok(()) = scanner.feed(text.as_bytes(), &mut sink);
        let Ok(_) = scanner.finish(&mut sink);
        assert_eq!(found, expected, "{text}");
    }
    let long = format!("SELECT ${}$;", "a".repeat(5000));
    assert!(outline(&long).contains("?LongTag"));
}

#[test]
fn strings_follow_the_setting_from_the_next_line_on() {
    let text = "SET standard_conforming_strings = off;\nSELECT 'a\\';b';\nSET standard_conforming_strings = on;\nSELECT 'a\\';";
    let texts: Vec<_> = scan([text.as_bytes()])
        .events
        .into_iter()
        .filter(|event| event.starts_with("text"))
        .collect();
    assert_eq!(texts.len(), 4, "{texts:?}");
}

#[test]
fn facts_are_read_from_comments_of_their_own() {
    let facts = |text: &str| {
        let mut facts = Vec::new();
        let Ok(()) = Scanner::new().feed(text.as_bytes(), &mut |event| -> Result<(), Infallible> {
            if let Event::Fact(fact) = event {
                facts.push(format!("{fact:?}"));
            }
            Ok(())
        });
        facts.join(" ")
    };
    assert_eq!(facts("-- PostgreSQL database dump complete\n"), "Complete");
    for text in [
        "SELECT '\n-- PostgreSQL database dump complete\n';\n",
        "COPY t FROM stdin;\n-- PostgreSQL database dump complete\n",
        "/*\n-- PostgreSQL database dump complete\n*/\n",
        "SELECT 1; -- PostgreSQL database dump complete\n",
        "SELECT\n-- PostgreSQL database dump complete\n1;",
        "-- PostgreSQL database dump complete",
        "-- PostgreSQL database dump comp\n",
    ] {
        assert_eq!(facts(text), "", "{text}");
    }
    assert!(facts("SET \"CLIENT_ENCODING\" TO 'SJIS';").contains("ascii_safe: false"));
    assert_eq!(
        facts("SET NAMES 'shift_jis_2004';"),
        format!(
            "{:?}",
            Fact::ClientEncoding {
                name: b"shift_jis_2004".into(),
                ascii_safe: false
            }
        )
    );
}

#[test]
fn real_dumps_are_read_whole() {
    for (name, dump) in DUMPS {
        let seen = scan([dump]);
        assert_eq!(seen.raw, dump, "{name}");
        assert_eq!(seen.ending, Ending::Clean, "{name}");
        let odd: Vec<_> = seen
            .events
            .iter()
            .filter(|event| event.contains("Hazard") || event.contains("Other([])"))
            .collect();
        assert!(odd.is_empty(), "{name}: {odd:?}");
        let meta = seen
            .events
            .iter()
            .filter(|event| event.starts_with("meta"))
            .count();
        assert_eq!(meta, 2, "{name}: \\restrict and \\unrestrict");
    }
}

#[test]
fn names_and_rows_of_tables_are_those_of_the_dump() {
    let seen = scan([DUMPS[0].1]);
    let copies: Vec<_> = seen
        .events
        .iter()
        .filter(|event| event.starts_with("CopyStart") || event.starts_with("end "))
        .map(String::as_str)
        .collect();
    assert!(
        copies
            .iter()
            .any(|event| event.contains(r#"ObjectName("we""ird.schema"."ta ble;")"#)),
        "{copies:#?}"
    );
    assert_eq!(copies.len() % 2, 0);
}

#[test]
fn every_split_of_a_small_dump_tells_the_same() {
    let text = concat!(
        "\u{feff}--\n-- PostgreSQL database dump\n--\n\\restrict x\nSET a = 'b''c';/* x /* */ */\n",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1e5, $1, $b$x$$b$; END;\r\n",
        "SELECT E'\\'', U&'x', u&\"y\", :n, 'a'::b, 1e'', a-b, a--c\n/d\\; $x;\n",
        "COPY public.\"T\" (\"a b\") FROM stdin;\n\\N\n\\.x\n\\\\.\n\\.\r\n\\! id\n-- PostgreSQL database dump complete\n",
    );
    let whole = scan([text.as_bytes()]);
    assert_eq!(whole.raw, text.as_bytes());
    for first in 0..=text.len() {
        for second in [first, first + 1, first + 2, text.len()] {
            let second = second.min(text.len());
            let bytes = text.as_bytes();
            let seen = scan([&bytes[..first], &bytes[first..second], &bytes[second..]]);
            assert_eq!(seen.events, whole.events, "split at {first} and {second}");
        }
    }
    assert_eq!(scan(text.as_bytes().chunks(1)).events, whole.events);
}

#[test]
fn long_text_is_cut_the_same_wherever_it_is_split() {
    let long = "x".repeat(300_000);
    let text = format!(
        "--{long}\n/*{long}*/SELECT '{long}' \\g {long}\n, 1e'';\\! {long}\nCOPY t FROM stdin;\n{long}\n\\.\n"
    );
    let whole = scan([text.as_bytes()]);
    assert_eq!(whole.raw, text.as_bytes());
    for size in [1000, 65_537, 262_143, 262_144, 262_145, 300_002] {
        assert!(
            scan(text.as_bytes().chunks(size)).events == whole.events,
            "pieces of {size}"
        );
    }
}

#[test]
fn memory_stays_bounded() {
    // Statement text that was held is at most 256 KiB, so no event carries more than that or one piece.
    let mut scanner = Scanner::new();
    let piece = vec![b'x'; 1 << 20];
    let mut longest = 0;
    let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
        longest = longest.max(event.raw().len());
        if let Event::StatementStart(statement) = &event {
            assert!(!statement.complete && matches!(statement.kind, StatementKind::Insert(_)));
        }
        Ok(())
    };
    let Ok(()) = scanner.feed(b"INSERT INTO t VALUES ('", &mut sink);
    for _ in 0..64 {
        let Ok(()) = scanner.feed(&piece, &mut sink);
    }
    assert!(longest <= piece.len());
}

/// Bytes that matter to the lexer more often than chance would have it.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let tokens = prop::sample::select(vec![
        "'",
        "\"",
        "$",
        "$$",
        "$a$",
        "\\",
        "\\.",
        "\n",
        "\r\n",
        ";",
        "(",
        ")",
        "--",
        "/*",
        "*/",
        "e",
        "E'",
        "u&",
        "b",
        "1",
        "1e",
        ":",
        "::",
        " ",
        "a",
        "COPY t FROM stdin;\n",
        "\n\\.\n",
        "SET standard_conforming_strings = off;\n",
        "\u{feff}",
        "é",
        "CREATE FUNCTION f() ",
        "BEGIN ATOMIC ",
        "BEGIN",
        "CASE",
        "END",
        "-- PostgreSQL database dump complete\n",
        "\0",
        "-",
        "/",
    ]);
    prop::collection::vec(tokens, 0..40).prop_map(|tokens| tokens.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_split_of_anything_tells_the_same(text in hostile(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let whole = scan([text.as_slice()]);
        prop_assert_eq!(&whole.raw, &text);
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).chain([0, text.len()]).collect();
        places.sort_unstable();
        let pieces = places.windows(2).map(|ends| &text[ends[0]..ends[1]]);
        let seen = scan(pieces);
        prop_assert_eq!(&seen.events, &whole.events);
        prop_assert_eq!(&seen.ending, &whole.ending);
        prop_assert_eq!(&scan(text.chunks(1)).events, &whole.events);
    }

    #[test]
    fn any_bytes_come_out_as_they_went_in(text in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(scan([text.as_slice()]).raw, text);
    }
}
