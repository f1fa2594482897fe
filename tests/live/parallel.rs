//! Loads through several sessions, into databases that are swapped in when they are complete.

use std::fmt::Write as _;
use std::fs;

use super::support::{Cluster, Outcome, Part, Workspace, ordered, seekable};

const HEAD: &str = "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nSET client_encoding = 'UTF8';\n\
                    SET standard_conforming_strings = on;\n\n";
const TAIL: &str = "--\n-- PostgreSQL database dump complete\n--\n\n";

/// A pseudonym does not fit into varchar(12), so the column needs a rule.
const RULES: &str = "[anonymize.columns.\"public.contacts\"]\nshort = \"null\"\n";

fn dump(body: &str) -> String {
    format!("{HEAD}{body}\n{TAIL}")
}

/// Surroundings in which the local target is the only one.
fn place() -> Workspace {
    Workspace::new()
        .with_database(Cluster::shared(), "postgres")
        .without("PGHOST")
        .without("PGPORT")
        .without("PGPASSWORD")
}

fn restore(workspace: &Workspace, more: &[&str]) -> Outcome {
    let arguments = ["-v", "restore", "site.sql", "--into", "local"];
    workspace.pgferry(&[&arguments[..], more].concat())
}

/// What a program says of the restored database, as the local cluster's superuser.
fn ask(workspace: &Workspace, program: &str, arguments: &[&str]) -> Vec<u8> {
    let run = workspace.path("state/local/site/run");
    let mut entries = fs::read_dir(&run).unwrap().flatten();
    let port = entries.find_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let port = name.strip_prefix(".s.PGSQL.")?;
        port.parse::<u16>().ok()
    });
    let port = port.unwrap();
    let mut command = workspace.command(program);
    command
        .args(["--host".as_ref(), run.as_os_str()])
        .args(["--port", &port.to_string()])
        .args(["--username", "postgres", "--dbname", "site"])
        .args(arguments);
    workspace.run(command, b"").expect_code(0).stdout
}

fn select(workspace: &Workspace, sql: &str) -> String {
    let printed = ask(workspace, "psql", &["-XAtqc", sql]);
    String::from_utf8(printed).unwrap().trim_end().to_owned()
}

fn round_trip(file: &str, variables: &[(&str, &str)]) {
    const FLAGS: [&str; 4] = ["--no-owner", "--no-acl", "--clean", "--if-exists"];
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.load(&database, file, variables);
    let original = cluster.dump(&database, &FLAGS);
    let host = Workspace::new().with_database(cluster, &database);
    host.write("pgferry.toml", RULES);
    host.pgferry(&["backup", "--no-upload"]);
    let with_index = fs::read(host.path(format!("backups/{database}.gz"))).unwrap();
    let workspace = place();
    let expected = ordered(&original);
    for (name, file) in [("plain", original.clone()), ("with an index", with_index)] {
        workspace.write("site.sql", file);
        for way in [
            &["--jobs", "1"][..],
            &["--jobs", "2"],
            &["--jobs", "8"],
            &["--via", "psql"],
        ] {
            let restored = restore(&workspace, &[&["--trust"], way].concat()).expect_code(0);
            assert!(!restored.stderr.contains("loading with psql"), "{restored}");
            let copy = ask(&workspace, "pg_dump", &FLAGS);
            assert!(
                ordered(&copy) == expected,
                "{way:?}, {name}: the copy differs"
            );
        }
    }
}

#[test]
fn oddities_are_the_same_at_any_number_of_jobs() {
    round_trip("oddities.sql", &[]);
}

/// Its larger tables are split among the sessions.
#[test]
fn a_site_is_the_same_at_any_number_of_jobs() {
    round_trip("site.sql", &[("scale", "1")]);
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_changes_nothing() {
    let workspace = place();
    let good =
        "CREATE TABLE public.t (a int, b text);\nCOPY public.t (a, b) FROM stdin;\n1\tx\n\\.\n";
    workspace.write("site.sql", dump(good));
    restore(&workspace, &[]).expect_code(0);

    // Enough for several runs, so that the line is one of a run in the middle.
    let mut rows = String::new();
    for number in 0..100_000 {
        writeln!(rows, "{number}\tsome text").unwrap();
    }
    let many = format!(
        "CREATE TABLE public.t (a int, b text);\nCOPY public.t (a, b) FROM stdin;\n{rows}\\.\n"
    );
    let bad_row = dump(&many.replace("\n70000\tsome", "\n7oooo\tsome"));
    let line = bad_row
        .lines()
        .position(|line| line.starts_with("7oooo"))
        .unwrap()
        + 1;
    let bad_key = dump(&format!(
        "{}ALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (a);\n",
        many.replace("\n70000\tsome", "\n70001\tsome")
    ));
    let cut = dump(&many);
    let cut = cut.split_at(cut.len() / 2).0;
    let missing = dump("COPY public.missing (a) FROM stdin;\n\\.\n");
    for (text, code, said) in [
        (
            bad_row.as_str(),
            6,
            format!("line {line} of the dump, in the rows of public.t"),
        ),
        (
            &bad_key,
            6,
            "of the dump: ALTER TABLE ONLY public.t".to_owned(),
        ),
        (&bad_key, 6, "23505".to_owned()),
        (cut, 5, "cut off inside the rows of public.t".to_owned()),
        (&missing, 6, "42P01".to_owned()),
    ] {
        workspace.write("site.sql", text);
        for jobs in ["1", "3"] {
            let failed = restore(&workspace, &["--jobs", jobs]).expect_code(code);
            assert!(failed.stderr.contains(&said), "{said}: {failed}");
        }
    }
    assert_eq!(select(&workspace, "SELECT a, b FROM public.t"), "1|x");
    let beside = "SELECT count(*) FROM pg_database WHERE datname ~ '__(new|old)'";
    assert_eq!(select(&workspace, beside), "0");
}

/// Files with an index are loaded table by table; what their sessions do beforehand must not cost a row.
#[test]
fn a_table_that_gets_rows_in_several_ways_keeps_them_all() {
    let workspace = place();
    let rows = |from: usize| {
        let lines: Vec<String> = (from..from + 40).map(|row| format!("{row}\n")).collect();
        lines.concat()
    };
    // Of one size, so that neither is cut among the sessions.
    let (first, second) = (rows(10), rows(50));
    let begun = format!("{HEAD}CREATE TABLE public.t (a int);\nCREATE TABLE public.u (a int);\n");
    let copy = "COPY public.t (a) FROM stdin;\n";
    let ended = format!("\\.\nCREATE INDEX i ON public.t USING btree (a);\n{TAIL}");
    let twice = seekable(&[
        Part::Sql(&format!("{begun}{copy}")),
        Part::Rows(&first, 50),
        Part::Sql(&format!("\\.\n{copy}")),
        Part::Rows(&second, 7),
        Part::Sql(&ended),
    ]);
    let inserted = seekable(&[
        Part::Sql(&format!(
            "{begun}INSERT INTO public.t SELECT generate_series(10, 49);\n{copy}"
        )),
        Part::Rows(&second, 1000),
        Part::Sql(&ended),
    ]);
    let in_between = seekable(&[
        Part::Sql(&format!("{begun}{copy}")),
        Part::Rows(&first, 30),
        Part::Sql(
            "\\.\nALTER TABLE public.t ALTER COLUMN a SET DEFAULT 7;\nCOPY public.t (a) FROM stdin;\n",
        ),
        Part::Rows(&second, 30),
        Part::Sql(&ended),
    ]);
    for (file, way) in [
        (twice, "two COPYs"),
        (inserted, "an INSERT"),
        (in_between, "a statement in between"),
    ] {
        workspace.write("site.sql", file);
        for jobs in ["1", "2", "5"] {
            restore(&workspace, &["--jobs", jobs]).expect_code(0);
            let sum = "SELECT count(*), sum(a) FROM public.t";
            assert_eq!(select(&workspace, sum), "80|3960", "{way}, {jobs} jobs");
        }
    }
}

#[test]
fn a_damaged_file_with_an_index_changes_nothing() {
    let workspace = place();
    let rows: Vec<String> = (0..1000).map(|row| format!("{row}\n")).collect();
    let rows = rows.concat();
    let begun = format!("{HEAD}CREATE TABLE public.t (a int);\nCOPY public.t (a) FROM stdin;\n");
    let ended = format!("\\.\n{TAIL}");
    let file = |rows: &str, begun: &str| {
        seekable(&[Part::Sql(begun), Part::Rows(rows, 100), Part::Sql(&ended)])
    };
    let good = file(&rows, &begun);
    workspace.write("site.sql", &good);
    restore(&workspace, &["--jobs", "2"]).expect_code(0);
    let mut flipped = good.clone();
    let middle = flipped.len() / 3;
    flipped[middle] ^= 1;
    let cut = good[..good.len() - 200].to_vec();
    let bad_row = file(&rows.replace("\n700\n", "\n7oo\n"), &begun);
    // Rows of no COPY, behind what is looked at beforehand.
    let no_copy = file(
        &rows,
        &format!("{begun}1\n\\.\n-- {}\n", "x".repeat(1 << 20)),
    );
    for (file, code, said) in [
        (flipped, 5, "site.sql is corrupt"),
        (cut, 5, ""),
        (bad_row, 6, "line 711 of the dump, in the rows of public.t"),
        (no_copy, 5, "its index is not that of its contents"),
    ] {
        workspace.write("site.sql", file);
        let failed = restore(&workspace, &["--jobs", "2"]).expect_code(code);
        assert!(failed.stderr.contains(said), "{said}: {failed}");
        let sum = "SELECT count(*), sum(a) FROM public.t";
        assert_eq!(select(&workspace, sum), "1000|499500");
    }
}

/// Sessions speak UTF-8; psql speaks what the dump does.
#[test]
fn a_dump_in_another_encoding_is_loaded_all_the_same() {
    let workspace = place();
    let text = dump("CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\ncaf~\n\\.\n")
        .replace("UTF8", "LATIN1");
    let latin: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == b'~' { 0xe9 } else { byte })
        .collect();
    workspace.write("site.sql", latin);
    let restored = restore(&workspace, &[]).expect_code(0);
    assert!(
        restored
            .stderr
            .contains("the dump is in LATIN1, not in UTF8: loading with psql"),
        "{restored}"
    );
    assert_eq!(select(&workspace, "SELECT a FROM public.t"), "café");

    let mut broken = dump("COMMENT ON SCHEMA public IS '~';").into_bytes();
    for byte in &mut broken {
        *byte = if *byte == b'~' { 0xe9 } else { *byte };
    }
    workspace.write("site.sql", broken);
    let refused = restore(&workspace, &[]).expect_code(5);
    assert!(
        refused.stderr.contains(
            "site.sql can't be restored: line 9 is not in UTF-8, although the dump says so"
        ),
        "{refused}"
    );
}

/// Rows that are longer than what a session is given at a time, and tables without rows or without columns.
#[test]
fn long_rows_stay_whole() {
    let workspace = place();
    let mut body = String::from(
        "CREATE TABLE public.t (a int, b text);\nCREATE TABLE public.none (a int);\nCREATE TABLE public.columnless ();\n\
         COPY public.none (a) FROM stdin;\n\\.\nCOPY public.columnless  FROM stdin;\n\n\n\\.\n\
         COPY public.t (a, b) FROM stdin;\n",
    );
    for number in 0..12 {
        // Every second one is too long to be put together.
        let long = "long and longer ".repeat(60_000 + 40_000 * (number % 2));
        writeln!(body, "{number}\t{long}").unwrap();
        for small in 0..500 {
            writeln!(body, "{small}\ttwo\\nlines").unwrap();
        }
    }
    body.push_str("\\.\n");
    workspace.write("site.sql", dump(&body));
    restore(&workspace, &["--jobs", "4"]).expect_code(0);
    for (sql, expected) in [
        ("SELECT count(*) FROM t WHERE length(b) = 960000", "6"),
        ("SELECT count(*) FROM t WHERE length(b) = 1600000", "6"),
        ("SELECT count(*) FROM t WHERE b = E'two\\nlines'", "6000"),
        ("SELECT count(*) FROM columnless", "2"),
        ("SELECT count(*) FROM none", "0"),
    ] {
        assert_eq!(select(&workspace, sql), expected, "{sql}");
    }
}

/// A server reads the binary format faster; what it does not write itself, or what pgferry does not know, goes as text.
#[test]
fn rows_are_sent_in_the_binary_format_as_long_as_they_can_be() {
    const ROWS: usize = 200_000;
    let workspace = place();
    let table = |columns: &str| {
        format!(
            "CREATE TABLE public.t ({columns}, how text DEFAULT current_query(), CHECK (a <> 150000));\n"
        )
    };
    let copy = "COPY public.t (a, b) FROM stdin;\n";
    let rows = |a_value: &dyn Fn(usize) -> Option<String>| {
        let mut rows = String::new();
        for number in 0..ROWS {
            let value = a_value(number).unwrap_or_else(|| "2024-02-29".to_owned());
            writeln!(
                rows,
                "{}\t{value}",
                if number == 150_000 { 0 } else { number }
            )
            .unwrap();
        }
        rows + "\\.\n"
    };
    let ways =
        "SELECT string_agg(DISTINCT split_part(how, 'FROM ', 2), ' '), count(*), sum(a) FROM t";
    let sum = (0..ROWS).sum::<usize>() - 150_000;
    let before_christ = |number| (number == 100_000).then(|| "0044-03-15 BC".to_owned());
    for (columns, rows, way) in [
        (
            "a int, b date",
            rows(&|_| None),
            "stdin WITH (FORMAT binary);",
        ),
        (
            "a int, b date",
            rows(&before_christ),
            "stdin WITH (FORMAT binary); stdin;",
        ),
        (
            "a int, b tstzrange",
            rows(&|_| Some("empty".to_owned())),
            "stdin;",
        ),
    ] {
        workspace.write("site.sql", dump(&[&table(columns), copy, &rows].concat()));
        restore(&workspace, &["--jobs", "2"]).expect_code(0);
        assert_eq!(select(&workspace, ways), format!("{way}|{ROWS}|{sum}"));
    }

    // The server says of which row it complains in the binary format too, and after a change of the format.
    for value in [None, Some("0044-03-15 BC")] {
        let value = |number| value.filter(|_| number == 100_000).map(str::to_owned);
        let bad = rows(&value).replace("\n0\t", "\n150000\t");
        let text = dump(&[&table("a int, b date"), copy, &bad].concat());
        let line = text
            .lines()
            .position(|line| line.starts_with("150000"))
            .unwrap()
            + 1;
        workspace.write("site.sql", text);
        let failed = restore(&workspace, &["--jobs", "2"]).expect_code(6);
        let said = format!("line {line} of the dump, in the rows of public.t");
        assert!(failed.stderr.contains(&said), "{said}: {failed}");
    }
}

/// Keys, indexes and foreign keys in circles, over and over: whoever waits for whom, none waits for ever.
#[test]
fn what_is_built_at_the_same_time_does_not_deadlock() {
    const TABLES: usize = 12;
    let workspace = place();
    let (mut tables, mut rows, mut keys, mut links) =
        (String::new(), String::new(), String::new(), String::new());
    for table in 0..TABLES {
        writeln!(
            tables,
            "CREATE TABLE public.t{table} (a int, b int, c text);"
        )
        .unwrap();
        writeln!(rows, "COPY public.t{table} (a, b, c) FROM stdin;").unwrap();
        for row in 0..200 {
            writeln!(rows, "{row}\t{row}\tx").unwrap();
        }
        rows.push_str("\\.\n\n");
        writeln!(
            keys,
            "ALTER TABLE ONLY public.t{table}\n    ADD CONSTRAINT t{table}_pkey PRIMARY KEY (a);\n\
             CREATE INDEX t{table}_b ON public.t{table} USING btree (b);\n\
             COMMENT ON INDEX public.t{table}_b IS 'of b';\n\
             CREATE INDEX t{table}_c ON public.t{table} USING btree (c);"
        )
        .unwrap();
        for step in [1, 5, TABLES - 1] {
            let other = (table + step) % TABLES;
            writeln!(
                links,
                "ALTER TABLE ONLY public.t{table}\n    ADD CONSTRAINT l{step} FOREIGN KEY (b) REFERENCES public.t{other}(a);"
            )
            .unwrap();
        }
    }
    workspace.write(
        "site.sql",
        dump(&format!("{tables}\n{rows}\n{keys}\n{links}")),
    );
    for _ in 0..20 {
        restore(&workspace, &["--jobs", "8"]).expect_code(0);
    }
    let built = "SELECT count(*) FILTER (WHERE contype = 'p'), count(*) FILTER (WHERE contype = 'f'),
        (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname ~ '^t[0-9]' AND indisvalid),
        (SELECT count(*) FROM pg_description WHERE description = 'of b') FROM pg_constraint WHERE conrelid >= 16384";
    assert_eq!(select(&workspace, built), "12|36|36|12");
}
