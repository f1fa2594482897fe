//! Samples, each found or left alone in COPY data and, where it can stand there, between statements.

use super::{in_copy, report};

/// Text as it stands in the dump, and how many addresses are in it.
const FOUND: &[(&str, u64)] = &[
    // plain (A1, A2)
    ("ann@example.net", 1),
    ("Ann.Lee+news@Mail.Example.org", 1),
    ("O'Brien@example.ie", 1),
    ("a@b.co", 1),
    ("ann@sub.domain.example.co.uk", 1),
    ("mailto:bob@example.net?cc=eve@example.net", 2),
    ("Ann <ann@example.net>, bob@example.net;eve@example.net", 3),
    ("ann@example.net.", 1),
    ("ann@example.net.1", 1),
    ("see ann@example.net...", 1),
    ("first.last@123.example.net", 1),
    ("ann@163.com", 1),
    ("ann@my_host.example.net", 1),
    ("ann@example.com.html", 1),
    ("postgres://user:secret@db.example.net/x", 1),
    ("\"q uoted\"@example.net", 1),
    ("to \"john..doe\"@example.net", 1),
    ("ünïcode@exämple.org", 1),
    ("пользователь@пример.рф and xn--@xn--e1afmkfd.xn--p1ai", 2),
    ("田中@例え.テスト", 1),
    ("連絡先はann@example.netまで", 1),
    ("u\u{308}ber@example.net", 1),
    ("ann＠example.net", 1),
    ("ａｎｎ＠ｅｘａｍｐｌｅ．ｎｅｔ", 1),
    ("ann﹫example.net", 1),
    // url (A1)
    ("ann%40example.net", 1),
    ("?mail=ann%40example%2Enet&x=1", 1),
    ("ann%2540example.net", 1),
    ("ann%252540example.net", 1),
    ("%61nn%40%65xample.net", 1),
    ("ann%u0040example.net", 1),
    ("https%3A%2F%2Fx.org%2F%3Fm%3Dann%40example.net", 1),
    (
        "%D0%B0%D0%BD%D0%BD%D0%B0%40%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84",
        1,
    ),
    // xml and html (A4)
    ("ann&#64;example.net", 1),
    ("ann&#064;example.net", 1),
    ("ann&#x40;example.net", 1),
    ("ann&#X0040;example.net", 1),
    ("ann&#64example.net", 1),
    ("ann&commat;example&period;net", 1),
    ("ann&amp;#64;example.net", 1),
    ("ann&amp;commat;example.net", 1),
    ("ann@ex&auml;mple.org", 1),
    ("&quot;q uoted&quot;@example.net", 1),
    ("&lt;ann@example.net&gt;", 1),
    (
        "&#97;&#110;&#110;&#64;&#101;&#120;&#46;&#110;&#101;&#116;",
        1,
    ),
    (
        "<a href=\"mailto:ann%40example.net\">ann&#64;example.net</a>",
        2,
    ),
    // json (A3)
    (r#"{"mail": "ann\\u0040example.net"}"#, 1),
    (r#"{"mail": "ann\\u0040example\\u002enet"}"#, 1),
    (r#"{"mail": "\\u0061nn@example.net"}"#, 1),
    (
        r#"{"n": ["\\u003cann@example.net\\u003e", "x@example.net"]}"#,
        2,
    ),
    (
        r#"{"mail": "\\u00fcn\\u00efcode\\u0040ex\\u00e4mple.org"}"#,
        1,
    ),
    (
        r#"{"mail": "ann\\uff20example.net", "and": "ann\\uFE6Bexample.net"}"#,
        2,
    ),
    (r#"{"j": "{\\"mail\\": \\"ann\\\\u0040example.net\\"}"}"#, 1),
    (
        r#"{"j": "{\\"j\\": \\"{\\\\\\"mail\\\\\\": \\\\\\"ann\\\\\\\\u0040example.net\\\\\\"}\\"}"}"#,
        1,
    ),
    (r#"{"text": "hello\\nann@example.net\\n"}"#, 1),
    (r"ann\\u{40}example.net", 1),
    (r"ann\\U00000040example.net", 1),
    (
        r"U&'ann\\0040example.net' or U&'ann\\+000040example.net'",
        2,
    ),
    // COPY escapes (A5, A6)
    (r"x\ny@example.com", 1),
    (r"C:\\x@y\\nz@example.com", 1),
    (r"DOMAIN\\nancy@example.net", 1),
    (r"ann@example.net\tbob@example.net\neve@example.net", 3),
    (r"ann\100example.net", 1),
    (r"ann\x40example.net", 1),
    (r"ann\x40facade0123456789.net", 1),
    (r"\141nn\100example\056net", 1),
    (r"ann\\100example.net", 1),
    (r"ann\\x40example.net", 1),
    (r"ann\@example\.net", 1),
    (r"~ '^ann@example\\.net$'", 1),
    // quoted-printable
    ("ann=40example.net", 1),
    ("ann=40example=2Enet", 1),
    ("ann=40ex=C3=A4mple.org", 1),
    (r"ann@exam=\nple.net and bob=40exam=\r\nple.net", 2),
    ("=?utf-8?Q?ann=40example.net?=", 1),
    // values of other types
    (
        r#"{ann@example.net,"a \\"b\\" <c@example.net>","\\"q uoted\\"@example.net"}"#,
        3,
    ),
    (r#"(1,"a ""q uoted""@example.net",bob@example.net)"#, 2),
    ("'ann@example.net':2 'mail':1", 1),
    // bytea (A8)
    (r"\\x626f62406578616d706c652e6e6574", 1),
    (r"\\x626F62406578616D706C652E6E6574", 1),
    (r"\\x6140622e636f", 1),
    (
        r#"{"\\\\x626f62406578616d706c652e6e6574","\\\\x616e6e406578616d706c652e6e6574"}"#,
        2,
    ),
    (r"\\x00ff10626f62406578616d706c652e6e657400ff", 1),
    // … with coats inside: `ann%40example.net`, `{"a":"ann\u0040example.net"}`, a bytea of `\x…` of an address
    (r"\\x616e6e2534306578616d706c652e6e6574", 1),
    (
        r"\\x7b2261223a22616e6e5c75303034306578616d706c652e6e6574227d",
        1,
    ),
    (r"\\x5c783631366536653430363537383265366536353734", 1),
    // `ann@ex.net` in UTF-16, either end first; `fü@exä.org` in LATIN1 and in UTF-8
    (r"\\x61006e006e0040006500780061002e006e0065007400", 1),
    (r"\\xfeff0061006e006e0040006500780061002e006e00650074", 1),
    (r"\\x66fc40657861e42e6f7267", 1),
    (r"\\x66c3bc406578c3a42e6f7267", 1),
];

/// Text that holds no address, or none but ours.
const LEFT_ALONE: &[&str] = &[
    // no address
    "a@b",
    "@handle",
    "thanks @john.doe",
    "(@john.doe)",
    "https://medium.com/@john.doe/post",
    "3@4",
    "3@4.5",
    "user@localhost",
    "pkg@1.2.3",
    "node@14.x",
    "actions/checkout@v4.1.0",
    "lodash@4.17.21-1",
    "npm:@scope/pkg@^1.2.3",
    "logo@2x.png and icon@dark.svg",
    "a @> b.cc and b <@ a.cc and x @@ y.zz",
    "$.a ? (@.b.cc == 1)",
    "[^@]+@[^@]+.[a-z]+",
    r"[\\w.]+@[\\w.]+\\.\\w+",
    "LIKE '%@example.net'",
    "'post' || '@' || 'infinite.example'",
    "@example.net",
    "ann@.net",
    "ann@-.net",
    "ann@",
    "@",
    "ann @ example.net",
    "ann at example dot net",
    r#"{"handle": "@john.doe"}"#,
    r#"["ann", "@john.doe", "x","@john.doe"]"#,
    r#"say "foo" and "@john.doe""#,
    "\"one\ttwo\"@john.doe",
    r#"<a class="x" title="@john.doe">"#,
    r#"{"text": "hello\\n@app.route"}"#,
    r#"{"j": "{\\"text\\": \\"hello\\\\n@app.route\\"}"}"#,
    r"hello\n@john.doe\t@john.doe",
    r"hello\\u00a0@john.doe",
    "hello%20@john.doe",
    "hello&nbsp;@john.doe",
    "width=640 height=400 a=40 b=40.5 x=4012.5",
    "100%40 and &#640; and 40&64;100",
    r"DCIM\\100CANON",
    "2024-01-01 00:40:40.64100",
    "root@2001:db8::1.ab",
    "user@[192.168.0.1]",
    r"\\x00ff5c2e0a4040404040402e2e2e",
    r"\\x40616263646566676869",
    "a@b.c",
    // a hash that holds an `@` and a dot between letters of LATIN1
    r"\\x3357e9c8ca40c9d92e7878fcbb232565",
    // ours, as they are and in coats
    "nobody@example.com",
    "nobody+a1b2c3d4e5f6@example.com",
    "nobody+17@example.com",
    "<nobody@example.com>, \"nobody@example.com\";'nobody@example.com'",
    "mailto:nobody@example.com?cc=nobody+a1b2c3d4e5f6@example.com",
    "nobody@example.com.",
    "see...nobody@example.com...",
    "--nobody@example.com--",
    "_nobody@example.com_",
    "O'nobody@example.com",
    "連絡先はnobody@example.comまで",
    "“nobody@example.com”",
    "nobody%40example.com",
    "%3Cnobody%2540example.com%3E",
    "mail=nobody%2Ba1b2c3d4e5f6%40example.com&x=1",
    "&lt;nobody&#64;example.com&gt;",
    "nobody&#x40;example.com&nbsp;",
    "nobody&commat;example.com",
    "nobody=40example.com",
    r"nobody@example.com=\n",
    "=3Cnobody=40example.com=3E",
    r#"{"mail": "nobody\\u0040example.com"}"#,
    r#"{"mail": "\\u003cnobody\\u0040example.com\\u003e"}"#,
    r#"{"mail": "hello\\nnobody@example.com\\n"}"#,
    r#"{"j": "{\\"mail\\": \\"hello\\\\nnobody\\\\u0040example.com\\"}"}"#,
    r"hello\nnobody@example.com\tnobody@example.com\\nobody@example.com",
    r"DOMAIN\\nobody@example.com",
    r"C:\\x@y\\nobody@example.com",
    r"nobody\100example.com",
    r"nobody\x40example.com",
    r#"{nobody@example.com,"a \\"b\\" <nobody@example.com>"}"#,
    "'nobody@example.com':2 'mail':1",
    r"\\x6e6f626f6479406578616d706c652e636f6d",
    r"\\x6E6F626F64792B613162326333643465356636406578616D706C652E636F6D",
    r"\\x3c6e6f626f6479406578616d706c652e636f6d3e0a",
    r"\\x6e006f0062006f006400790040006500780061006d0070006c0065002e0063006f006d00",
];

#[test]
fn finds_every_coat() {
    assert!(FOUND.len() >= 60);
    for &(text, count) in FOUND {
        let report = report(&in_copy(text.as_bytes()));
        assert_eq!(
            report.total, count,
            "in COPY data: {text}\n{:?}",
            report.findings
        );
        assert!(
            report.findings.iter().all(|finding| finding.line == 4),
            "{text}"
        );
        let statement = format!("COMMENT ON TABLE t IS '{text}';\n");
        assert_eq!(
            super::report(statement.as_bytes()).total,
            count,
            "in a statement: {text}"
        );
    }
}

#[test]
fn leaves_alone_what_is_no_address_and_what_is_ours() {
    assert!(LEFT_ALONE.len() >= 40);
    for text in LEFT_ALONE {
        let report = report(&in_copy(text.as_bytes()));
        assert_eq!(
            report.total, 0,
            "in COPY data: {text}\n{:?}",
            report.findings
        );
        let statement = format!("COMMENT ON TABLE t IS '{text}';\n");
        assert_eq!(
            super::report(statement.as_bytes()).total,
            0,
            "in a statement: {text}"
        );
    }
}

#[test]
fn counts_what_is_ours() {
    for (text, count) in [
        (
            "nobody@example.com nobody+a1b2c3d4e5f6@example.com nobody%40example.com",
            3,
        ),
        (r"\\x6e6f626f6479406578616d706c652e636f6d", 1),
        ("a@b", 0),
    ] {
        assert_eq!(report(&in_copy(text.as_bytes())).accepted, count, "{text}");
    }
}

#[test]
fn what_is_nearly_ours_is_found() {
    for text in [
        "ann.nobody@example.com",
        "annobody@example.com",
        "ünobody@example.com",
        "ann&#46;nobody@example.com",
        "ann%2Enobody@example.com",
        r"ann\\u002enobody@example.com",
        "ann.nobody%40example.com",
        "ann%2Enobody%40example.com",
        "ann&#46;nobody&#64;example.com",
        r"ann\\u002enobody\\u0040example.com",
        "nobody%40example.com.au",
        "nobody@example.com.au",
        "nobody@mail.example.com",
        "nobody@example.org",
        "Nobody@example.com",
        "nobody+short@example.com",
        "nobody+a1b2c3d4e5f6g@example.com",
        "Nobody+a1b2c3d4e5f6@example.com",
        "somebody@example.com",
        r"\\x786e6f626f6479406578616d706c652e636f6d",
    ] {
        assert_eq!(report(&in_copy(text.as_bytes())).total, 1, "{text}");
    }
}

/// Bytes that are no UTF-8: kept as they are, and no hindrance (A12).
#[test]
fn reads_single_byte_encodings() {
    for (text, count) in [
        (&b"\xFCn\xEFcode@ex\xE4mple.org"[..], 1),
        (b"gr\xFC\xDFe ann@example.net \xAB\xFF\xFE", 1),
        (b"\xE4\xE5nobody@example.com\xE4\xE5", 0),
        (b"\xABnobody@example.com\xBB", 0),
        (b"\x83@john.doe", 0),
        // EUC-JP, without spaces.
        (b"\xA4\xCF\xA4\xCAnobody@example.com\xA4\xDE\xA4\xC7", 0),
        (b"\xA4\xCF\xA4\xCAann@example.net\xA4\xDE\xA4\xC7", 1),
    ] {
        let report = report(&in_copy(text));
        assert_eq!(
            report.total,
            count,
            "{}\n{:?}",
            text.escape_ascii(),
            report.findings
        );
    }
}

/// An encoder of one coat, applied to text as it stands in a value.
type Coat = fn(&str) -> String;

fn numbered(text: &str, format: fn(u32) -> String) -> String {
    let coat = |character: char| match character {
        '@' | '%' | '&' | '\\' | '"' | ' ' | '<' | '>' => format(u32::from(character)),
        _ => character.to_string(),
    };
    text.chars().map(coat).collect()
}

const COATS: [(&str, Coat); 7] = [
    ("url", |text| numbered(text, |code| format!("%{code:02X}"))),
    ("xml", |text| numbered(text, |code| format!("&#{code};"))),
    ("html", |text| {
        numbered(text, |code| {
            if code == 64 {
                "&commat;".into()
            } else {
                format!("&#x{code:x};")
            }
        })
    }),
    ("json", |text| {
        numbered(text, |code| format!("\\u{code:04x}"))
    }),
    ("string", |text| {
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    }),
    ("octal", |text| {
        numbered(text, |code| format!("\\{code:03o}"))
    }),
    ("quoted-printable", |text| {
        numbered(text, |code| format!("={code:02X}"))
    }),
];

/// Every coat in every coat in every coat, then in COPY data and in bytea.
#[test]
fn finds_stacks_of_coats() {
    let copy = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\t', "\\t")
    };
    let hex = |text: &str| {
        let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("\\\\x{}", digits.concat())
    };
    for (text, total, accepted) in [
        ("to <ann@example.net>", 1, 0),
        ("to <nobody@example.com>", 0, 1),
    ] {
        for (first_name, first) in COATS {
            for (second_name, second) in COATS {
                for (third_name, third) in COATS {
                    let coated = third(&second(&first(text)));
                    for value in [copy(&coated), hex(&coated)] {
                        let report = report(&in_copy(value.as_bytes()));
                        let found = (report.total, report.accepted);
                        assert_eq!(
                            found,
                            (total, accepted),
                            "{first_name} in {second_name} in {third_name}: {value}"
                        );
                    }
                }
            }
        }
    }
}

/// Every character in coats, and an address as long as RFC 5321 allows: what is near the `@` does not suffice.
#[test]
fn follows_long_addresses_in_coats() {
    let label = "почта-электронная".repeat(3);
    let long = format!(
        "{}@{label}.{label}.пример.рф",
        "имя.отчество.фамилия".repeat(3)
    );
    let widest = format!(
        "{}@{}.example.net",
        "x".repeat(64),
        ["y".repeat(59).as_str(); 4].join(".")
    );
    let every = |text: &str, coat: fn(u32) -> String| {
        let characters: Vec<String> = text
            .chars()
            .map(|character| coat(u32::from(character)))
            .collect();
        characters.concat()
    };
    let coats: [fn(u32) -> String; 4] = [
        |code| format!("\\\\u{code:04x}"),
        |code| format!("\\\\\\\\u{code:04x}"),
        |code| format!("&#{code};"),
        |code| format!("&amp;#x{code:05x};"),
    ];
    for coat in coats {
        for (text, total) in [
            (long.as_str(), 1),
            (&widest, 1),
            ("<nobody+a1b2c3d4e5f6@example.com>", 0),
        ] {
            let report = report(&in_copy(every(text, coat).as_bytes()));
            assert_eq!(
                (report.total, report.accepted),
                (total, 1 - total),
                "{}",
                every(text, coat)
            );
        }
    }
}
