//! Faults A1 to A8, A12 and A17, in rows.

use pgferry_core::anonymize::Columns;

use super::support::{check, check_with, copy, run, shown};

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
    // What begins like JSON and is none.
    (
        r#"{"joe"@b.co} {"k":"v","@h.xyz":"\\"w\\",@h.xyz"}"#,
        r#"{nobody@example.com} {"k":"v","@h.xyz":"\\"w\\",@h.xyz"}"#,
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
                shown(&output).replace(&filler, "…")
            );
        }
    }
}

/// A12: what is no UTF-8 is a letter, and stays where no address is.
#[test]
fn other_encodings() {
    let rows =
        |field: &[u8]| [b"COPY public.t (a, b) FROM stdin;\n1\t", field, b"\n\\.\n"].concat();
    for (field, expected) in [
        (
            b"\xfc\xa0 j\xfcrgen@ex\xe4mple.org \xff".as_slice(),
            b"\xfc\xa0 nobody@example.com \xff".as_slice(),
        ),
        (
            b"\xff@\xfe @\xe4 \xe4@ \x80\x40b",
            b"\xff@\xfe @\xe4 \xe4@ \x80\x40b",
        ),
    ] {
        check_with(&rows(field), &rows(expected), &Columns::default());
    }
}

/// A8: what looks like an address in bytes that are no text has to look a little more like one.
#[test]
fn bytes_that_are_no_text() {
    let hex = |bytes: &[u8]| {
        copy(&format!(
            "1\t\\\\x{}",
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .concat()
        ))
    };
    for (bytes, expected) in [
        (
            b"\xff\xd8\xffa@b.c\x00\x01".as_slice(),
            b"\xff\xd8\xffa@b.c\x00\x01".as_slice(),
        ),
        (
            b"\xff\xd8\xe9a@b.co\x00\x01",
            b"\xff\xd8\xe9nobody@example.com\x00\x01",
        ),
        ("\0j\u{fc}rgen@b.co\0".as_bytes(), b"\0nobody@example.com\0"),
    ] {
        check(&hex(bytes), &hex(expected));
    }
    let upper = copy("1\t\\\\x00FF6140622E636F00");
    check(
        &upper,
        &copy("1\t\\\\x00FF6E6F626F6479406578616D706C652E636F6D00"),
    );
}
