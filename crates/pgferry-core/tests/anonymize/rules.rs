//! Fault A15, and all rules.

use pgferry_core::anonymize::{Columns, Key, Options, Rules};

use super::support::{copy, run_with, shown};

fn ruled(rules: &str) -> Options {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    Options {
        key: Some(Key::new(b"test")),
        columns: Columns::default(),
        rules,
    }
}

/// The same in COPY data, in a long row, and in an INSERT.
#[test]
fn rules_in_rows_and_inserts() {
    let filler = "lorem ipsum ".repeat(15_000);
    let cases = [
        (r#""null""#, "x", r"\N"),
        (r#""null""#, r"\N", r"\N"),
        (r#""keep""#, r"a@b.co\t\\", r"a@b.co\t\\"),
        (r#""addresses""#, "a@b.co", "nobody@example.com"),
        (r#"{"constant": "o'\\"}"#, "x", r"o'\\"),
        (r#"{"constant": "x"}"#, "", "x"),
        (r#"{"constant": "x"}"#, r"\N", r"\N"),
        (r#""mask""#, r"+1 859\tAnn@b.co\\", r"+0 000\tXxxxx.xx\\"),
        (
            r#"{"json": {"a": "mask", "k": "keep"}}"#,
            r#"{"a": "Ann\\n", "k": "a@b.co", "m": "ann\\u0040b.co"}"#,
            r#"{"a": "Xxx\\n", "k": "a@b.co", "m": "nobody\\u0040example.com"}"#,
        ),
    ];
    for (rule, field, expected) in cases {
        let options = ruled(&format!(r#"{{"columns": {{"t": {{"b": {rule}}}}}}}"#));
        let check = |input: &str, expected: &str| {
            for size in [1, 7, 4096, 1_000_000] {
                if size < 100 && input.len() > 10_000 {
                    continue;
                }
                let (output, _) = run_with(input.as_bytes().chunks(size), &options).unwrap();
                assert!(
                    output == expected.as_bytes(),
                    "{rule} by {size}: {}",
                    shown(&output).replace(&filler, "…")
                );
            }
        };
        check(
            &copy(&format!("c@d.ef\t{field}\nx\ty")),
            &copy(&format!(
                "nobody@example.com\t{expected}\nx\t{}",
                match rule {
                    r#""null""# => r"\N",
                    r#""mask""# => "x",
                    _ if rule.contains("constant") && rule.contains("o'") => r"o'\\",
                    _ if rule.contains("constant") => "x",
                    _ if rule.contains("json") => return,
                    _ => "y",
                }
            )),
        );
        check(
            &copy(&format!("{filler}\t{field}")),
            &copy(&format!("{filler}\t{expected}")),
        );
        let literal = |field: &str| match field {
            r"\N" => "NULL".to_owned(),
            field => format!(
                "'{}'",
                field
                    .replace('\'', "''")
                    .replace(r"\t", "\t")
                    .replace(r"\\", r"\")
            ),
        };
        let insert = |b: &str| {
            format!(
                "INSERT INTO public.t (a, b) VALUES (1, {}), (f(2, 3), {});\n",
                literal(b),
                literal(b)
            )
        };
        check(&insert(field), &insert(expected));
    }
}

#[test]
fn rules_that_make_values_up() {
    let options =
        ruled(r#"{"columns": {"t": {"a": "hash", "b": {"fake": "name"}, "c": {"shift": 9}}}}"#);
    let input = "COPY public.t (a, b, c) FROM stdin;\nx\tAnn\t2024-02-29\ny\tBob\t\\N\nx\tAnn\t2024-03-01 12:00:00+00\n\\.\n";
    let (output, report) = run_with([input.as_bytes()], &options).unwrap();
    let output = shown(&output);
    let rows: Vec<Vec<&str>> = output
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!((rows[1][0], rows[1][1]), (rows[3][0], rows[3][1]));
    assert!(rows[1][0] != rows[2][0] && rows[1][1] != rows[2][1] && rows[1][1] != "Ann");
    assert_eq!(rows[2][2], r"\N");
    assert!(
        rows[1][2].len() == 10
            && rows[1][2] != "2024-02-29"
            && rows[3][2].ends_with(" 12:00:00+00")
    );
    let column = |name: &str| report.columns[&("public.t".to_owned(), name.to_owned())].clone();
    assert_eq!((column("a").rule, column("a").changed), ("hash", 3));
    assert_eq!((column("c").rule, column("c").changed), ("shift", 2));
}

#[test]
fn truncated_tables_keep_their_structure() {
    let options = ruled(r#"{"truncate": ["public.t"]}"#);
    let input = "CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\nx\ny\n\\.\n\nCOPY public.u (a) FROM stdin;\nx\n\\.\n";
    let (output, report) = run_with(input.as_bytes().chunks(5), &options).unwrap();
    assert_eq!(shown(&output), input.replace("x\ny\n", ""));
    assert_eq!(
        report.truncated.into_iter().collect::<Vec<_>>(),
        [("public.t".to_owned(), 2)]
    );
    let input = "INSERT INTO public.t VALUES ('x;');\nINSERT INTO public.u VALUES ('y');\n";
    let (output, report) = run_with(input.as_bytes().chunks(5), &options).unwrap();
    assert_eq!(shown(&output), "\nINSERT INTO public.u VALUES ('y');\n");
    assert_eq!(
        report.truncated.into_iter().collect::<Vec<_>>(),
        [("public.t".to_owned(), 1)]
    );
}

#[test]
fn rules_that_cannot_be_kept_are_errors() {
    let copy = "COPY public.t (a, b) FROM stdin;\nx\ty\n\\.\n";
    let cases = [
        (
            r#"{"columns": {"u": {"a": "keep"}}}"#,
            copy,
            "a rule names table u, of which the dump has no rows",
        ),
        (
            r#"{"columns": {"t": {"c": "keep"}}}"#,
            copy,
            "a rule names column c of table public.t, which does not exist",
        ),
        (
            r#"{"unlisted": "refuse", "columns": {"t": {"a": "keep"}}}"#,
            copy,
            "no rule names column b of table public.t, and unlisted columns are refused",
        ),
        (
            r#"{"columns": {"t": {"a": {"shift": 3}}}}"#,
            copy,
            "column a of table public.t: a value is no date or timestamp in ISO style",
        ),
        (
            r#"{"columns": {"t": {"a": {"json": {}}}}}"#,
            copy,
            "column a of table public.t: a value is no JSON, or is nested too deeply",
        ),
        (
            r#"{"columns": {"t": {"a": "mask"}}}"#,
            "INSERT INTO t (a) VALUES (f('x'));",
            "column a of table t: a value is an expression",
        ),
        (
            r#"{"columns": {"t": {"a": "mask"}}}"#,
            "INSERT INTO t (a) VALUES ('x' || 'y');",
            "column a of table t: a value is an expression",
        ),
        (
            r#"{"columns": {"t": {"a": "mask"}}}"#,
            "INSERT INTO t VALUES ('x');",
            "value 1 of a row of table t: its column is not known, so no rule can be applied to it",
        ),
        (
            r#"{"unlisted": "refuse"}"#,
            "INSERT INTO t VALUES (1, 'x');",
            "value 1 of a row of table t: its column is not known, so no rule can be applied to it",
        ),
    ];
    for (rules, input, expected) in cases {
        assert_eq!(
            run_with([input.as_bytes()], &ruled(rules))
                .unwrap_err()
                .to_string(),
            expected
        );
    }
    let keys =
        "CREATE TABLE t (a text);\nCOPY t (a) FROM stdin;\nx\n\\.\nALTER TABLE t ADD UNIQUE (a);";
    let error = run_with(
        [keys.as_bytes()],
        &ruled(r#"{"columns": {"t": {"a": "mask"}}}"#),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "column t.a is unique, but mask makes different values equal"
    );
    let no_key = Options {
        key: None,
        ..ruled(r#"{"unique": ["t.a"]}"#)
    };
    assert_eq!(
        run_with([copy.as_bytes()], &no_key)
            .unwrap_err()
            .to_string(),
        "column a of table public.t takes a key, and there is none"
    );
    let no_key = Options {
        key: None,
        ..ruled(r#"{"columns": {"t": {"a": "hash"}}}"#)
    };
    assert_eq!(
        run_with([copy.as_bytes()], &no_key)
            .unwrap_err()
            .to_string(),
        "column a of table public.t takes a key, and there is none"
    );
    let large = format!(
        "COPY t (a) FROM stdin;\n{}\n\\.\n",
        "x".repeat(17 * 1024 * 1024)
    );
    let error = run_with(
        large.as_bytes().chunks(100_000),
        &ruled(r#"{"columns": {"t": {"a": "mask"}}}"#),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "column a of table t: a value is longer than 8 MiB"
    );
}

/// The scanner hands on long statements in pieces, and a name may be cut by one.
#[test]
fn names_in_long_inserts() {
    let options = ruled(r#"{"columns": {"t": {"co\"l": "mask"}}}"#);
    let blanks = " ".repeat(256 * 1024);
    for cut in 0..12 {
        let room = blanks.len() - "INSERT INTO t".len() - cut;
        let insert = |value: &str| {
            let blanks = blanks.get(..room).unwrap_or_default();
            format!("INSERT INTO t{blanks}(\"co\"\"l\", b) VALUES ('{value}', 'x');\n")
        };
        let input = insert("Ann");
        for size in [1000, 262_144, 1_000_000] {
            let (output, _) = run_with(input.as_bytes().chunks(size), &options).unwrap();
            assert!(
                output == insert("Xxx").as_bytes(),
                "cut at {cut}, by {size}"
            );
        }
    }
}
