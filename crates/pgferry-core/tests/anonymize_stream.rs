//! The stream as a whole: what goes in, what comes out, at any split.

#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::string_slice,
    reason = "samples and their failures"
)]

use pgferry_core::anonymize::{
    AnonymizeError, AnonymizeReport, Anonymizer, ColumnFacts, ColumnName, Columns, Key, Options,
    Shape,
};
use proptest::prelude::*;

fn options(columns: Columns) -> Options {
    Options {
        key: Key::new(b"test"),
        columns,
    }
}

fn run<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    columns: &Columns,
) -> Result<(Vec<u8>, AnonymizeReport), AnonymizeError> {
    let mut anonymizer = Anonymizer::new(options(columns.clone()));
    let mut output = Vec::new();
    for piece in pieces {
        anonymizer.feed(piece, &mut output)?;
    }
    let report = anonymizer.finish(&mut output)?;
    Ok((output, report))
}

fn whole(input: &[u8]) -> Vec<u8> {
    run([input], &Columns::default()).unwrap().0
}

fn shown(bytes: &[u8]) -> String {
    text(bytes)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The expected output, at every split in two and in pieces of every size, and once more on the output itself.
fn check_with(input: &[u8], expected: &[u8], columns: &Columns) {
    let (output, report) = run([input], columns).unwrap();
    assert_eq!(text(&output), text(expected));
    for size in 1..=input.len() {
        let (output, pieces) = run(input.chunks(size), columns).unwrap();
        assert_eq!(text(&output), text(expected), "reads of {size}");
        assert_eq!(pieces, report, "reads of {size}");
    }
    for at in 0..input.len() {
        let (left, right) = input.split_at(at);
        assert_eq!(
            text(&run([left, right], columns).unwrap().0),
            text(expected),
            "split at {at}"
        );
    }
    let (again, report) = run([expected], columns).unwrap();
    assert_eq!(text(&again), text(expected), "a second time");
    assert_eq!(report.replaced, 0, "a second time");
}

fn check(input: &str, expected: &str) {
    check_with(input.as_bytes(), expected.as_bytes(), &Columns::default());
}

fn copy(rows: &str) -> String {
    format!("COPY public.t (a, b) FROM stdin;\n{rows}\n\\.\n")
}

/// Fields of COPY text.
const FIELDS: &[(&str, &str)] = &[
    // A1
    ("a@b.co", "nobody@example.com"),
    ("1\tAnn.Lee+news@Mail.Example.org", "1\tnobody@example.com"),
    ("\"q uoted\"@example.net", "nobody@example.com"),
    (
        r#"a@b.co\tc@d.ef\n"q uoted"@example.net"#,
        r"nobody@example.com\tnobody@example.com\nnobody@example.com",
    ),
    (
        r#"{a@b.co,"a \\"b\\" <c@example.net>","\\"q u\\"@b.co"}"#,
        r#"{nobody@example.com,"a \\"b\\" <nobody@example.com>","nobody@example.com"}"#,
    ),
    (
        r#"(1,"""q u""@example.net")"#,
        r#"(1,"nobody@example.com")"#,
    ),
    (r"(1,pair@example.net)", r"(1,nobody@example.com)"),
    ("{a@b.co,\"x\"}", "{nobody@example.com,\"x\"}"),
    (
        "'a@b.co' E'a@b.co'",
        "'nobody@example.com' E'nobody@example.com'",
    ),
    ("o'brien@example.ie", "nobody@example.com"),
    (
        "<a@b.co>,(a@b.co);[a@b.co]|a@b.co",
        "<nobody@example.com>,(nobody@example.com);[nobody@example.com]|nobody@example.com",
    ),
    (
        "mailto:a@b.co?cc=c@d.ef&bcc=g@h.ij",
        "mailto:nobody@example.com?cc=nobody@example.com&bcc=nobody@example.com",
    ),
    ("mailto:ann%40example.net", "mailto:nobody%40example.com"),
    (
        "?to=ann%2Bnews%40example.net&x=%3Cb%40example.net%3E",
        "?to=nobody%40example.com&x=%3Cnobody%40example.com%3E",
    ),
    (
        "u=https%253A%252F%252Fx%2540b.co",
        "u=https%253A%252F%252Fnobody%2540example.com",
    ),
    ("?id=20@b.co", "?id=nobody@example.com"),
    ("a=b@c.de", "a=nobody@example.com"),
    (
        "\"a@b.co\"@c.de \"x a@b.co\"@c.de",
        "nobody@example.com nobody@example.com",
    ),
    ("joe_b.co#EXT#@t.onmicrosoft.com", "nobody@example.com"),
    (
        "a@[192.0.2.1] a@[IPv6:2001:db8::1]",
        "nobody@example.com nobody@example.com",
    ),
    (
        "'ann@example.net':2 'mail':1 'o''brien@b.co':3",
        "'nobody@example.com':2 'mail':1 'nobody@example.com':3",
    ),
    // A2
    ("ünïcode@exämple.org", "nobody@example.com"),
    (
        "“пользователь@пример.рф” and xn--@xn--e1afmkfd.xn--p1ai",
        "“nobody@example.com” and nobody@example.com",
    ),
    // A3
    (
        r#"{"mail": "ann\\u0040example.net"}"#,
        r#"{"mail": "nobody\\u0040example.com"}"#,
    ),
    (
        r#"{"a": "{\\"b\\":\\"ann\\\\u0040b.co\\"}"}"#,
        r#"{"a": "{\\"b\\":\\"nobody\\\\u0040example.com\\"}"}"#,
    ),
    (
        r#"{"a":"\\u003cann@b.co\\u003e","b":"x\\ny@b.co","k":"@handle.x"}"#,
        r#"{"a":"\\u003cnobody@example.com\\u003e","b":"x\\nnobody@example.com","k":"@handle.x"}"#,
    ),
    (
        r#"{"a":"\\u0026lt;ann\\u0026#64;b.co\\u0026gt;"}"#,
        r#"{"a":"\\u0026lt;nobody\\u0026#64;example.com\\u0026gt;"}"#,
    ),
    (
        r#"{"to":["x@b.co","y@b.co"],"\\"q u\\"@b.co":1}"#,
        r#"{"to":["nobody@example.com","nobody@example.com"],"nobody@example.com":1}"#,
    ),
    // A4
    (
        "ann&#64;b.co &#x40;x ann&#x40;b.co &lt;ann&commat;b.co&gt; ann&amp;#64;b.co",
        "nobody&#64;example.com &#x40;x nobody&#x40;example.com &lt;nobody&commat;example.com&gt; nobody&amp;#64;example.com",
    ),
    (
        "<a href=\"mailto:ann%40b.co\">ann&#064;b&#46;co</a>",
        "<a href=\"mailto:nobody%40example.com\">nobody&#064;example.com</a>",
    ),
    // A5
    (r"x\ny@b.co", r"x\nnobody@example.com"),
    (r"x\\ny@b.co", r"x\\nobody@example.com"),
    (r"C:\\x@y\\nz@b.co", r"C:\\x@y\\nobody@example.com"),
    (r"x\\\ty@b.co", r"x\\\tnobody@example.com"),
    // A6
    (
        r"ann\100b.co ann\x40b.co ann\\100b.co ann\\x40b.co",
        r"nobody\100example.com nobody\x40example.com nobody\\100example.com nobody\\x40example.com",
    ),
    (
        "ann=40b.co =3Cj=C3=BCrg@b=2Eco=3E",
        "nobody=40example.com =3Cnobody@example.com=3E",
    ),
    (r"ann@exam=\nple.org", "nobody@example.com"),
    // A8
    (
        r"\\x626f62406578616d706c652e6e6574",
        r"\\x6e6f626f6479406578616d706c652e636f6d",
    ),
    (
        r"1	\\x00ff626f62406578616d706c652e6e657400	2",
        r"1	\\x00ff6e6f626f6479406578616d706c652e636f6d00	2",
    ),
    (
        r#"{"\\\\x626f6240622e636f"}"#,
        r#"{"\\\\x6e6f626f6479406578616d706c652e636f6d"}"#,
    ),
    (r"\\x00ff5c2e0a4061402e", r"\\x00ff5c2e0a4061402e"),
    // A17
    (r"\N	\\.", r"\N	\\."),
    (
        "nobody@example.com nobody+abcdefghij27@example.com",
        "nobody@example.com nobody+abcdefghij27@example.com",
    ),
    // No addresses.
    (
        "a@b @handle user@localhost pkg@1.2.3 3@4.5 u@10.0.0.1",
        "a@b @handle user@localhost pkg@1.2.3 3@4.5 u@10.0.0.1",
    ),
    (
        r#"'{"a":1}' @> '{"b"}' @? '$.a' @@ '$.b[*] > 2'"#,
        r#"'{"a":1}' @> '{"b"}' @? '$.a' @@ '$.b[*] > 2'"#,
    ),
    (
        r#"[{"a":"","b":"@handle.x"},{"c ":"@handle.x"}]"#,
        r#"[{"a":"","b":"@handle.x"},{"c ":"@handle.x"}]"#,
    ),
    (
        "%40 &#64; =40 \\\\u0040 \\\\x40 100% a%b &amp; a=b",
        "%40 &#64; =40 \\\\u0040 \\\\x40 100% a%b &amp; a=b",
    ),
    (
        "a@b.co. x@y.z1.2",
        "nobody@example.com. nobody@example.com.2",
    ),
];

#[test]
fn fields_of_rows() {
    for (field, expected) in FIELDS {
        check(
            &copy(&format!("0\t{field}")),
            &copy(&format!("0\t{expected}")),
        );
    }
}

/// The same fields in a row so long that it is masked field by field.
#[test]
fn fields_of_long_rows() {
    let filler = "lorem ipsum ".repeat(15_000);
    for (field, expected) in FIELDS {
        let input = copy(&format!("{filler}\t{field}\t{filler}"));
        let expected = copy(&format!("{filler}\t{expected}\t{filler}"));
        for size in [4096, 65_536, 1_000_000] {
            let (output, _) = run(input.as_bytes().chunks(size), &Columns::default()).unwrap();
            assert!(
                output == expected.as_bytes(),
                "{field} by {size}: {}",
                text(&output).replace(&filler, "…")
            );
        }
    }
}

#[test]
fn statements() {
    let cases = [
        (
            "COMMENT ON SCHEMA x IS 'owner: ops@b.co';",
            "COMMENT ON SCHEMA x IS 'owner: nobody@example.com';",
        ),
        (
            "SELECT 'o''brien@b.co', E'x\\ty@b.co', E'o\\'brien@b.co';",
            "SELECT 'nobody@example.com', E'x\\tnobody@example.com', E'nobody@example.com';",
        ),
        (
            "SELECT 'x\ty@b.co', U&'ann\\0040b.co', E'ann\\x40b.co' E'ann\\100b.co', E'ann\\u0040b.co';",
            "SELECT 'x\tnobody@example.com', U&'nobody\\0040example.com', E'nobody\\x40example.com' E'nobody\\100example.com', E'nobody\\u0040example.com';",
        ),
        (
            "SELECT '{ann@b.co,\"a \\\"b\\\" <c@b.co>\"}', '\\x626f6240622e636f', E'\\\\x626f6240622e636f';",
            "SELECT '{nobody@example.com,\"a \\\"b\\\" <nobody@example.com>\"}', '\\x6e6f626f6479406578616d706c652e636f6d', E'\\\\x6e6f626f6479406578616d706c652e636f6d';",
        ),
        (
            "CREATE FUNCTION f() RETURNS text AS $fn$\nBEGIN --mailer@b.co\n RETURN 'post' || '@' || 'b.co' || $x$inner@b.co$x$ || E'in@b.co or';\nEND $fn$;",
            "CREATE FUNCTION f() RETURNS text AS $fn$\nBEGIN --nobody@example.com\n RETURN 'post' || '@' || 'b.co' || $x$nobody@example.com$x$ || E'nobody@example.com or';\nEND $fn$;",
        ),
        (
            "CREATE VIEW v AS SELECT x FROM t WHERE a = 'admin@b.co'::text AND b @> c AND (d @ e) AND f@@g;",
            "CREATE VIEW v AS SELECT x FROM t WHERE a = 'nobody@example.com'::text AND b @> c AND (d @ e) AND f@@g;",
        ),
        (
            "CREATE DOMAIN e AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');",
            "CREATE DOMAIN e AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');",
        ),
        (
            "-- mailer@b.co\n/* a@b.co /* c@d.ef */ x@y */ SELECT 1 --a@b.co\n;",
            "-- nobody@example.com\n/* nobody@example.com /* nobody@example.com */ x@y */ SELECT 1 --nobody@example.com\n;",
        ),
        (
            "INSERT INTO t VALUES (1, 'a@b.co', NULL, '''ann@b.co'':2 ''mail'':1'), (2, '', f('c@d.ef'), 'x');",
            "INSERT INTO t VALUES (1, 'nobody@example.com', NULL, '''nobody@example.com'':2 ''mail'':1'), (2, '', f('nobody@example.com'), 'x');",
        ),
        (
            "SET standard_conforming_strings = off;\nSELECT 'x\\ny@b.co\\'z@b.co';",
            "SET standard_conforming_strings = off;\nSELECT 'x\\nnobody@example.com\\'nobody@example.com';",
        ),
        (
            "\\connect 'dbname=x user=joe@b.co'\n",
            "\\connect 'dbname=x user=nobody@example.com'\n",
        ),
    ];
    for (input, expected) in cases {
        check(input, expected);
    }
}

#[test]
fn large_objects() {
    let chunk = |hex: &str| format!("SELECT pg_catalog.lowrite(0, '\\x{hex}');\n");
    let around = |chunks: &str| {
        format!(
            "SELECT pg_catalog.lo_open('1', 131072);\n{chunks}SELECT pg_catalog.lo_close(0);\n\nSELECT 1;\n"
        )
    };
    let hex = |text: &str| {
        text.bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    check(
        &around(&chunk(&hex("large lo@b.co inside"))),
        &around(&chunk(&hex("large nobody@example.com inside"))),
    );
    check(
        &around(&format!(
            "{}{}{}",
            chunk(&hex("large lo")),
            chunk(&hex("@b")),
            chunk(&hex(".co inside"))
        )),
        &around(&format!(
            "{}{}{}",
            chunk(&hex("large nobody@example.com")),
            chunk(""),
            chunk(&hex(" inside"))
        )),
    );
    let plain = around(&format!(
        "{}{}",
        chunk(&hex("nothing ")),
        chunk(&hex("inside@"))
    ));
    check(&plain, &plain);
}

#[test]
fn unique_columns_carry_tokens() {
    let mut columns = Columns::default();
    columns.set_unique(ColumnName {
        schema: None,
        table: b"t".to_vec(),
        column: b"b".to_vec(),
    });
    let key = "COPY public.t (a, b) FROM stdin;\nann@b.co\tAnn@B.co\nx\tann@b.co\ny\tbob@b.co\nz\tx=ann%40b.co\n\\.\n";
    let (output, report) = run([key.as_bytes()], &columns).unwrap();
    let output = text(&output);
    let mut rows = output
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let ann = rows.next().unwrap();
    assert_eq!(ann[0], "nobody@example.com");
    assert!(
        ann[1].starts_with("nobody+") && ann[1].len() == "nobody+@example.com".len() + 12,
        "{ann:?}"
    );
    assert_eq!(rows.next().unwrap()[1], ann[1]);
    assert_ne!(rows.next().unwrap()[1], ann[1]);
    let url = ann[1].replace('+', "%2B").replace('@', "%40");
    assert_eq!(rows.next().unwrap()[1], format!("x={url}"));
    check_with(key.as_bytes(), output.as_bytes(), &columns);
    let column = report.columns[&("public.t".to_owned(), "b".to_owned())];
    assert_eq!((column.found, column.replaced, column.unique), (4, 4, true));
    // The same in another table and form, and not where only the name of the table is the same.
    let insert = "INSERT INTO x.t (b, a) VALUES ('ANN@b.co', 'ann@b.co');\nINSERT INTO x.t2 (b) VALUES ('ann@b.co');\n".to_string();
    let expected = format!(
        "INSERT INTO x.t (b, a) VALUES ('{}', 'nobody@example.com');\nINSERT INTO x.t2 (b) VALUES ('nobody@example.com');\n",
        ann[1]
    );
    check_with(insert.as_bytes(), expected.as_bytes(), &columns);
}

#[test]
fn what_no_longer_fits_is_an_error() {
    let facts = |longest, shape| ColumnFacts {
        longest: Some(longest),
        shape,
        ..ColumnFacts::default()
    };
    let mut columns = Columns::default();
    columns.set_table(
        b"public",
        b"t",
        vec![
            (b"a".to_vec(), facts(37, Shape::Text)),
            (b"b".to_vec(), facts(20, Shape::Array)),
        ],
    );
    let filler = "x".repeat(200_000);
    let fits = [
        "a@b.co\tx",
        "ä\t{a@b.co,c@d.ef}",
        "a@b.co\t{\"1 a@b.co\"}",
        "a@b.co averylongaddress@of.someonexx\tx",
    ];
    let fails = [
        "12345678901234567890 a@b.co\tx",
        "ä\t{a@b.co,123c@d.ef 456}",
        "ä\t{\"123 a@b.co\"}",
        "a@b.co  c@d.ef\tx",
    ];
    for (rows, good) in fits
        .into_iter()
        .map(|row| (row, true))
        .chain(fails.into_iter().map(|row| (row, false)))
    {
        for rows in [
            rows.to_owned(),
            format!("{rows}\nx\ty"),
            format!("{rows}\t{filler}"),
        ] {
            for size in [7, 1000, 1_000_000] {
                let result = run(copy(&rows).as_bytes().chunks(size), &columns);
                assert_eq!(
                    result.is_ok(),
                    good,
                    "{} by {size}: {result:?}",
                    rows.replace(&filler, "…")
                );
            }
        }
    }
    let error = run([copy("a b@c.de, f@g.hi\tx").as_bytes()], &columns).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column a of table public.t: an address was replaced by a longer one, which does not fit the column"
    );
    assert!(
        run(
            [b"INSERT INTO public.t VALUES ('', '{\"123 a@b.co\"}');".as_slice()],
            &columns
        )
        .is_err()
    );
    assert!(
        run(
            [b"INSERT INTO public.t VALUES ('', '{\"12 a@b.co\"}');".as_slice()],
            &columns
        )
        .is_err()
    );
    assert!(
        run(
            [b"INSERT INTO public.t VALUES ('', '{\"1 a@b.co\"}');".as_slice()],
            &columns
        )
        .is_ok()
    );
}

/// A7 for addresses that go on and on: cut where memory ends, but cut alike everywhere.
#[test]
fn endless_addresses() {
    for input in [
        format!("{}@b.co", "x".repeat(10_000)),
        format!("a@{}", "x.y".repeat(10_000)),
        format!("a@b.{}", "c".repeat(10_000)),
        format!("{}%40{}", "%61".repeat(3000), "b.c".repeat(3000)),
        format!("\"{}\"@b.co", "q ".repeat(3000)),
        format!("{}\\\\u0040b.co", "\\\\".repeat(3000)),
    ] {
        let rows = copy(&input);
        let once = whole(rows.as_bytes());
        assert!(whole(&once) == once, "a second time: {}…", &input[..20]);
        for size in [1, 2, 1000, 2048, 2049] {
            let (output, _) = run(rows.as_bytes().chunks(size), &Columns::default()).unwrap();
            assert!(output == once, "reads of {size}");
        }
        let long = copy(&format!("{}\t{input}", "lorem ipsum ".repeat(15_000)));
        let once = whole(long.as_bytes());
        for size in [1000, 2048, 4096] {
            let (output, _) = run(long.as_bytes().chunks(size), &Columns::default()).unwrap();
            assert!(output == once, "reads of {size}");
        }
    }
}

#[test]
fn cut_off_dumps_are_errors() {
    for (input, expected) in [
        (
            "COPY t (a) FROM stdin;\nx\n",
            "the dump ends inside the rows of table t, which begin at line 1, byte 0",
        ),
        (
            "SELECT 'a",
            "the dump ends inside a statement that begins at line 1, byte 0",
        ),
        (
            "/* a",
            "the dump ends inside a comment that begins at line 1, byte 0",
        ),
        (
            "SET client_encoding = 'SJIS';",
            "the dump is in SJIS, in which bytes of characters can look like quotes or like @",
        ),
        (
            "COPY t (a) FROM stdin WITH (FORMAT csv);\n",
            "line 1, byte 0: the rows of table t are not in COPY's text format with its defaults",
        ),
    ] {
        assert_eq!(
            run([input.as_bytes()], &Columns::default())
                .unwrap_err()
                .to_string(),
            expected
        );
    }
}

proptest! {
    #[test]
    fn any_split_gives_the_same(text in "([ab@.\\\\n\"'é# x40%=&u;{\t\n-]|\\\\\\\\u0040|%40|&#64;|b\\.co|\\\\\\\\x61){0,60}", size in 1_usize..9) {
        let rows = copy(&text);
        let once = whole(rows.as_bytes());
        prop_assert_eq!(&once, &run(rows.as_bytes().chunks(size), &Columns::default()).unwrap().0);
    }

    #[test]
    fn a_second_run_changes_nothing(text in "([ab@.\\\\n\"'é# x40%=&u;{\t\n-]|\\\\\\\\u0040|%40|&#64;|b\\.co|\\\\\\\\x61){0,60}") {
        let once = whole(copy(&text).as_bytes());
        prop_assert_eq!(shown(&whole(&once)), shown(&once));
    }
}
