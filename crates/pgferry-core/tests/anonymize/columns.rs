//! Fault A16, and what length limits ask for.

use pgferry_core::anonymize::Columns;

use super::support::{check_with, copy, run, shown, table_t};

#[test]
fn unique_columns_carry_tokens() {
    let mut columns = Columns::default();
    columns.set_unique("t.b".parse().unwrap());
    let key = "COPY public.t (a, b) FROM stdin;\nann@b.co\tAnn@B.co\nx\tann@b.co\ny\tbob@b.co\nz\tx=ann%40b.co\n\\.\n";
    let (output, report) = run([key.as_bytes()], &columns).unwrap();
    let output = shown(&output);
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
    // A key that tells case apart holds, and so does one that doesn't.
    let lower = rows.next().unwrap()[1];
    assert!(lower != ann[1] && lower == ann[1].to_ascii_lowercase());
    assert_ne!(rows.next().unwrap()[1], lower);
    let url = lower.replace('+', "%2B").replace('@', "%40");
    assert_eq!(rows.next().unwrap()[1], format!("x={url}"));
    check_with(key.as_bytes(), output.as_bytes(), &columns);
    let column = &report.columns[&("public.t".to_owned(), "b".to_owned())];
    assert_eq!((column.found, column.replaced, column.unique), (4, 4, true));
    // The same in another table and form, and not where only the name of the table is the same.
    let insert = "INSERT INTO x.t (b, a) VALUES ('Ann@B.co', 'ann@b.co');\nINSERT INTO x.t2 (b) VALUES ('ann@b.co');\n";
    let expected = format!(
        "INSERT INTO x.t (b, a) VALUES ('{}', 'nobody@example.com');\nINSERT INTO x.t2 (b) VALUES ('nobody@example.com');\n",
        ann[1]
    );
    check_with(insert.as_bytes(), expected.as_bytes(), &columns);
}

#[test]
fn what_no_longer_fits_is_an_error() {
    let columns = table_t("a character varying(37), b character varying(20)[]");
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
        "column a of table public.t: a masked value is too long for the column"
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

/// Keys of a plain dump stand after its data.
#[test]
fn missed_keys_are_errors() {
    let rows = "CREATE TABLE public.t (a text, b text);\nCOPY public.t (a, b) FROM stdin;\nx@b.co\ty@b.co\n\\.\n";
    for (key, expected) in [
        (
            "ALTER TABLE ONLY public.t ADD CONSTRAINT k UNIQUE (b);",
            "public.t.b",
        ),
        (
            "CREATE UNIQUE INDEX k ON public.t USING btree (b, lower(a));",
            "public.t.a, public.t.b",
        ),
        (
            "CREATE TABLE public.u (c text);\nALTER TABLE ONLY public.u ADD CONSTRAINT p PRIMARY KEY (c);\nALTER TABLE ONLY public.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.u(c);",
            "public.t.a",
        ),
    ] {
        let dump = format!("{rows}{key}\n");
        let error = run(dump.as_bytes().chunks(9), &Columns::default()).unwrap_err();
        let expected = format!(
            "a key that stands after the data covers {expected}, where different addresses became the same"
        );
        assert_eq!(error.to_string(), expected);
        let mut columns = Columns::default();
        columns.set_unique("t.a".parse().unwrap());
        columns.set_unique("t.b".parse().unwrap());
        assert!(run(dump.as_bytes().chunks(9), &columns).is_ok());
    }
    let plain = format!("{rows}CREATE INDEX k ON public.t USING btree (b);\n");
    assert!(run([plain.as_bytes()], &Columns::default()).is_ok());
}

/// Types stand before the data.
#[test]
fn types_are_learned_from_the_dump() {
    let insert = |sql_type: &str, value: &str| {
        format!(
            "CREATE TABLE public.t (a text, b {sql_type});\nINSERT INTO public.t VALUES ('x', '{value}');\n"
        )
    };
    let masked = |sql_type: &str, value: &str| {
        run([insert(sql_type, value).as_bytes()], &Columns::default())
    };
    let error = masked("character varying(12)", "a@b.co").unwrap_err();
    assert_eq!(
        error.to_string(),
        "column b of table public.t: a masked value is too long for the column"
    );
    let (output, report) = masked("text", "[x\\ny@b.co").unwrap();
    assert!(
        shown(&output).contains("[x\\nobody@example.com"),
        "{}",
        shown(&output)
    );
    assert_eq!(
        report.columns.keys().next(),
        Some(&("public.t".to_owned(), "b".to_owned()))
    );
    let (output, _) = masked("json", "[\"x\\ny@b.co\"]").unwrap();
    assert!(
        shown(&output).contains("[\"x\\nnobody@example.com\"]"),
        "{}",
        shown(&output)
    );
}
