//! The stream as a whole: what goes in, what comes out, at any split.

use pgferry_core::anonymize::{Anonymizer, Options};
use proptest::prelude::*;

fn pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut anonymizer = Anonymizer::new(Options::default());
    let mut output = Vec::new();
    for piece in pieces {
        anonymizer.feed(piece, &mut output).unwrap();
    }
    anonymizer.finish(&mut output).unwrap();
    output
}

fn whole(input: &[u8]) -> Vec<u8> {
    pieces([input])
}

const SAMPLES: &[(&str, &str)] = &[
    ("a@b.co", "nobody@example.com"),
    (
        "1\tAnn.Lee+news@Mail.Example.org\tx\n",
        "1\tnobody@example.com\tx\n",
    ),
    ("\"q uoted\"@example.net", "nobody@example.com"),
    (
        r#"{"a \\"b\\"@example.net"}"#,
        r#"{"a nobody@example.com"}"#,
    ),
    (
        r#"(1,"""q u""@example.net")"#,
        r#"(1,"nobody@example.com")"#,
    ),
    ("{a@b.co,\"x\"}", "{nobody@example.com,\"x\"}"),
    ("'a@b.co'", "'nobody@example.com'"),
    ("E'a@b.co'", "E'nobody@example.com'"),
    ("o'brien@example.ie", "nobody@example.com"),
    ("<a@b.co>", "<nobody@example.com>"),
    (
        "mailto:a@b.co?cc=c@d.ef&bcc=g@h.ij",
        "mailto:nobody@example.com?cc=nobody@example.com&bcc=nobody@example.com",
    ),
    ("a=b@c.de", "a=nobody@example.com"),
    (r"x\ny@example.com", r"x\nnobody@example.com"),
    (r"x\\ny@example.com", r"x\\nobody@example.com"),
    ("ünïcode@exämple.org", "nobody@example.com"),
    (
        "“пользователь@пример.рф” xn--@xn--e1afmkfd.xn--p1ai",
        "“nobody@example.com” nobody@example.com",
    ),
    ("joe_b.co#EXT#@t.onmicrosoft.com", "nobody@example.com"),
    (
        "a@[192.0.2.1] a@[IPv6:2001:db8::1]",
        "nobody@example.com nobody@example.com",
    ),
    (
        "a@b @handle user@localhost pkg@1.2.3 3@4.5 u@10.0.0.1",
        "a@b @handle user@localhost pkg@1.2.3 3@4.5 u@10.0.0.1",
    ),
    (
        "a@b.co. x@y.z1.2",
        "nobody@example.com. nobody@example.com.2",
    ),
    ("nobody@example.com", "nobody@example.com"),
    (
        r#"'{"a":1}' @> '{"b"}' @? '$.a' @@ '$.b[*] > 2'"#,
        r#"'{"a":1}' @> '{"b"}' @? '$.a' @@ '$.b[*] > 2'"#,
    ),
];

#[test]
fn samples_at_every_split() {
    for (input, expected) in SAMPLES {
        let input = input.as_bytes();
        assert_eq!(String::from_utf8_lossy(&whole(input)), *expected);
        for size in 1..=input.len() {
            assert_eq!(
                String::from_utf8_lossy(&pieces(input.chunks(size))),
                *expected,
                "reads of {size}"
            );
        }
        for at in 0..input.len() {
            let (left, right) = input.split_at(at);
            assert_eq!(
                String::from_utf8_lossy(&pieces([left, right])),
                *expected,
                "split at {at}"
            );
        }
    }
}

proptest! {
    #[test]
    fn any_split_gives_the_same(text in "[ab@.\\\\n\"'é# -]{0,60}", size in 1_usize..9) {
        prop_assert_eq!(whole(text.as_bytes()), pieces(text.as_bytes().chunks(size)));
    }
}
