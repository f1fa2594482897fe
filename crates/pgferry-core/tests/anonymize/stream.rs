//! Faults A7 and A11, what is cut off, and what the old filter did.

use pgferry_core::anonymize::{Columns, Key, Options};
use proptest::prelude::*;

use super::support::{copy, run, run_with, shown, whole};

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
        assert!(whole(&once) == once);
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

/// Whether the last label of what the old filter's expression found begins with a letter.
fn is_address(found: &[u8]) -> bool {
    let label = found.rsplit(|&byte| byte == b'.').next();
    label
        .and_then(<[u8]>::first)
        .is_some_and(u8::is_ascii_alphabetic)
}

proptest! {
    /// Whatever the old filter replaced is replaced, and nothing else that it would have found comes about.
    #[test]
    fn the_old_filter_finds_nothing_more(text in "([ab1@.+_ <>,:/-]|b\\.co|@b\\.co|nobody@example\\.com){0,40}") {
        let old = regex::bytes::Regex::new(r"(?-u)[\w._+-]+@[\w._-]+\.[\w_-]+").unwrap();
        let output = whole(copy(&text).as_bytes());
        for found in old.find_iter(&output).filter(|found| is_address(found.as_bytes())) {
            let found = shown(found.as_bytes());
            prop_assert!(found == "nobody@example.com", "{} in {}", found, shown(&output));
        }
    }

    /// Text in which no last label begins with a letter stays, whatever the old filter made of it.
    #[test]
    fn what_is_no_address_stays(text in "([ab1@+_ <>,:/-]|\\.1|\\. ){0,40}") {
        let rows = copy(&text);
        prop_assert_eq!(shown(&whole(rows.as_bytes())), rows);
    }

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

    /// Whatever the bytes are: an error or the same output at any split, and no panic.
    #[test]
    fn any_bytes(
        pieces in prop::collection::vec(prop_oneof![
            Just(b"COPY t (a, b) FROM stdin;\n".to_vec()), Just(b"\n\\.\n".to_vec()), Just(b"a@b.co".to_vec()),
            Just(b"SELECT pg_catalog.lowrite(0, '\\x6140".to_vec()), Just(b"');\n".to_vec()), Just(b"\\\\x6140622e636f00".to_vec()),
            Just(b"INSERT INTO t VALUES ('".to_vec()), Just(b"CREATE TABLE t (a text, b varchar(9));\n".to_vec()),
            Just(b"$x$".to_vec()), Just(b"E'".to_vec()), Just(b"U&'".to_vec()), Just(b"%40".to_vec()), Just(b"/*".to_vec()),
            prop::collection::vec(any::<u8>(), 0..12), "[\\t\\n\\\\\"'@.,;(){}-]{0,6}".prop_map(String::into_bytes),
        ], 0..14),
        size in 1_usize..20,
        rule in 0_usize..4,
    ) {
        let rules = ["{}", r#"{"columns": {"t": {"a": "mask"}}}"#, r#"{"columns": {"t": {"b": {"json": {"*": "hash"}}}}}"#, r#"{"truncate": ["t"]}"#];
        let options = Options { key: Some(Key::new(b"test")), rules: serde_json::from_str(rules[rule]).unwrap(), ..Options::default() };
        let dump = pieces.concat();
        let once = run_with([dump.as_slice()], &options).map_err(|error| error.to_string());
        let split = run_with(dump.chunks(size), &options).map_err(|error| error.to_string());
        prop_assert_eq!(once, split);
    }
}
