//! From dumps to steps: what sessions are given, and what may run at the same time.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use pgferry_core::dump::{
    BuildKind, LoadError, LoadOptions, RowRun, RowRuns, Scope, Step, StepReader,
};
use proptest::prelude::*;

const HEAD: &str = "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n";
const TAIL: &str = "--\n-- PostgreSQL database dump complete\n--\n\n";

/// Each step on a line, for comparison.
fn steps(dump: &str, piece: usize) -> Result<Vec<String>, LoadError> {
    let mut reader = StepReader::new(LoadOptions::default());
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    let mut sink = |step: Step<'_>| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match step {
            Step::Statement(sql) => {
                lines.push(format!("{} {:?} {}", sql.line, sql.scope, text(sql.text)));
            }
            Step::Encoding(name) => lines.push(format!("encoding {}", text(name))),
            Step::CopyStart {
                copy,
                table,
                columns,
                is_plain,
                first_row,
            } => {
                let columns: Vec<String> = columns.iter().map(|name| text(name)).collect();
                let kind = if is_plain { "plain" } else { "other" };
                lines.push(format!(
                    "{} copy {kind} {table} ({}), rows from {first_row}",
                    copy.line,
                    columns.join(", ")
                ));
            }
            Step::Rows(run) => rows.extend_from_slice(run),
            Step::CopyEnd { rows: count } => {
                lines.push(format!(
                    "{count} rows: {:?}",
                    text(&std::mem::take(&mut rows))
                ));
            }
        }
        Ok::<(), LoadError>(())
    };
    for input in dump.as_bytes().chunks(piece) {
        reader.feed(input, &mut sink)?;
    }
    reader.finish(&mut sink)?;
    Ok(lines)
}

#[test]
fn a_dump_becomes_statements_and_rows() {
    let dump = format!(
        "{HEAD}SET client_encoding = 'UTF8';\n\\restrict abc\nCREATE TABLE t (\n    a text\n);\n\nCOPY t (a) FROM stdin;\n\
         one\n\\.x\n\\.\n\nBEGIN;\nSELECT pg_catalog.lo_open('1', 131072);\nCOMMIT;\n{TAIL}\\unrestrict abc\n"
    );
    let whole = steps(&dump, dump.len()).unwrap();
    assert_eq!(
        whole,
        [
            "5 Session SET standard_conforming_strings = on;",
            "6 Session SET client_encoding = 'UTF8';",
            "encoding UTF8",
            "8 Alone CREATE TABLE t (\n    a text\n);",
            "12 copy plain t (a), rows from 13",
            "2 rows: \"one\\n\\\\.x\\n\"",
            "17 Begin BEGIN;",
            "18 Alone SELECT pg_catalog.lo_open('1', 131072);",
            "19 Commit COMMIT;",
        ]
    );
    for piece in 1..40 {
        assert_eq!(
            steps(&dump, piece).unwrap(),
            whole,
            "pieces of {piece} bytes"
        );
    }
}

#[test]
fn rows_that_are_loaded_from_elsewhere_count() {
    let dump = format!(
        "{HEAD}CREATE TABLE t (a text);\nCOPY t (a) FROM stdin;\none\ntwo\n\\.\nBAD;\n{TAIL}"
    );
    let (before, after) = dump.split_at(dump.find("one").unwrap());
    let after = after.split_at("one\ntwo\n".len()).1;
    let mut reader = StepReader::new(LoadOptions::default());
    let mut lines = Vec::new();
    let mut sink = |step: Step<'_>| {
        match step {
            Step::Statement(sql) => lines.push(sql.line),
            Step::CopyEnd { rows } => lines.push(100 + rows),
            _ => {}
        }
        Ok::<(), LoadError>(())
    };
    assert!(!reader.skip_rows(1, 1), "no table's rows come at the start");
    for byte in before.as_bytes().chunks(1) {
        reader.feed(byte, &mut sink).unwrap();
    }
    assert!(reader.skip_rows(2, 8));
    let refused = reader.feed(after.as_bytes(), &mut sink).unwrap_err();
    assert!(
        matches!(refused, LoadError::Statement { line: 11, .. }),
        "{refused}"
    );
    assert_eq!(lines, [5, 6, 102]);
}

#[test]
fn what_the_filter_refuses_is_refused_here_too() {
    for body in [
        "\\! touch x\n",
        "COPY t FROM PROGRAM 'x';\n",
        "ROLLBACK;\n",
        "DO $$ BEGIN END $$;\n",
        "SELECT pg_catalog.pg_read_file('x');\n",
        "CREATE TABLE t (a text) \\; DROP TABLE u;\n",
    ] {
        assert!(steps(&format!("{HEAD}{body}{TAIL}"), 7).is_err(), "{body}");
    }
    let cut = format!("{HEAD}COPY t (a) FROM stdin;\none\n");
    assert!(matches!(
        steps(&cut, 9),
        Err(LoadError::TruncatedInCopy { .. })
    ));
    let unfinished = format!("{HEAD}CREATE TABLE t (a text)");
    assert!(matches!(
        steps(&unfinished, 9),
        Err(LoadError::TruncatedInStatement { .. })
    ));
    assert!(matches!(
        steps(HEAD, 9),
        Err(LoadError::MissingTrailer { .. })
    ));
}

/// The scopes of statements, after those that every dump begins with.
fn scopes(statements: &str) -> Vec<Scope> {
    let mut scopes = Vec::new();
    let mut reader = StepReader::new(LoadOptions::default());
    let mut sink = |step: Step<'_>| {
        if let Step::Statement(sql) = step {
            scopes.push(sql.scope);
        }
        Ok::<(), LoadError>(())
    };
    let dump = format!("{HEAD}{statements}\n{TAIL}");
    reader.feed(dump.as_bytes(), &mut sink).unwrap();
    reader.finish(&mut sink).unwrap();
    scopes.split_off(1)
}

#[test]
fn what_is_built_over_rows_names_its_tables() {
    for (statement, kind, name, table, referenced) in [
        (
            "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (a);",
            BuildKind::Key,
            "t_pkey",
            "public.t",
            None,
        ),
        (
            "ALTER TABLE ONLY public.t ADD CONSTRAINT \"T k\" UNIQUE NULLS NOT DISTINCT (a);",
            BuildKind::Key,
            "T k",
            "public.t",
            None,
        ),
        (
            "ALTER TABLE ONLY t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&);",
            BuildKind::Key,
            "x",
            "t",
            None,
        ),
        (
            "CREATE INDEX i ON public.t USING btree (lower(a));",
            BuildKind::Index,
            "i",
            "public.t",
            None,
        ),
        (
            "CREATE UNIQUE INDEX i ON \"we\"\"ird\".t USING btree (a) WHERE b;",
            BuildKind::Index,
            "i",
            "\"we\"\"ird\".t",
            None,
        ),
        (
            "ALTER TABLE ONLY public.t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES public.u(c, d) ON DELETE CASCADE;",
            BuildKind::ForeignKey,
            "f",
            "public.t",
            Some("public.u"),
        ),
    ] {
        let scopes = scopes(statement);
        let [Scope::Build(build)] = scopes.as_slice() else {
            panic!("{statement}: {scopes:?}");
        };
        assert_eq!(build.kind, kind, "{statement}");
        assert_eq!(build.name, name.as_bytes(), "{statement}");
        assert_eq!(build.table.to_string(), table, "{statement}");
        let of_build = build.referenced.as_ref().map(ToString::to_string);
        assert_eq!(of_build.as_deref(), referenced, "{statement}");
    }
}

#[test]
fn whatever_is_not_understood_runs_alone() {
    for statement in [
        "CREATE INDEX i ON ONLY public.t USING btree (a);",
        "CREATE INDEX CONCURRENTLY i ON public.t (a);",
        "ALTER TABLE public.t ADD CONSTRAINT k PRIMARY KEY (a);",
        "ALTER TABLE ONLY public.t ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID;",
        "ALTER TABLE ONLY public.t REPLICA IDENTITY USING INDEX i;",
        "ALTER TABLE public.t CLUSTER ON i;",
        "ALTER INDEX public.p ATTACH PARTITION public.c;",
        "CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION f();",
        "REFRESH MATERIALIZED VIEW public.v;",
        "SELECT pg_catalog.setval('public.s', 1, true);",
    ] {
        assert_eq!(scopes(statement), [Scope::Alone], "{statement}");
    }
    for (statement, scope) in [
        ("SET default_tablespace = '';", Scope::Session),
        (
            "SELECT pg_catalog.set_config('search_path', '', false);",
            Scope::Session,
        ),
        ("INSERT INTO public.t VALUES (1);", Scope::Insert),
        (
            "COMMENT ON INDEX public.i IS 'x';",
            Scope::Afterwards {
                name: b"i".to_vec(),
            },
        ),
        (
            "COMMENT ON CONSTRAINT k ON public.t IS 'x';",
            Scope::Afterwards {
                name: b"k".to_vec(),
            },
        ),
        (
            "ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 400;",
            Scope::Afterwards {
                name: b"i".to_vec(),
            },
        ),
    ] {
        assert_eq!(scopes(statement), [scope], "{statement}");
    }
}

#[test]
fn families_of_tables_are_left_to_one_session() {
    for family in [
        "CREATE TABLE public.p (a int) PARTITION BY RANGE (a);",
        "CREATE TABLE public.p (a int)\nINHERITS (public.q);",
        "CREATE TABLE public.q (a int)\nINHERITS (public.o, public.p);",
        "CREATE TABLE public.p PARTITION OF public.q FOR VALUES IN (1);",
        "ALTER TABLE ONLY public.q ATTACH PARTITION public.p FOR VALUES IN (1);",
        "ALTER TABLE ONLY public.p ATTACH PARTITION public.q FOR VALUES IN (1);",
        "ALTER TABLE public.p INHERIT public.q;",
    ] {
        for statement in [
            "ALTER TABLE ONLY public.p ADD CONSTRAINT k PRIMARY KEY (a);",
            "CREATE INDEX i ON public.p USING btree (a);",
            "ALTER TABLE ONLY public.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.p(a);",
            "ALTER TABLE public.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.u(a);",
        ] {
            let scopes = scopes(&format!("{family}\n{statement}"));
            assert_eq!(scopes.last(), Some(&Scope::Alone), "{family} {statement}");
        }
        let other = scopes(&format!(
            "{family}\nCREATE INDEX i ON public.t USING btree (a);"
        ));
        assert!(matches!(other.last(), Some(Scope::Build(_))), "{family}");
    }
}

#[test]
fn only_indexes_share_a_table() {
    let all = scopes(
        "CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (a);\nCREATE INDEX h ON u (a);\n\
         ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (a);\n\
         ALTER TABLE ONLY t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u(a);\n\
         ALTER TABLE ONLY v ADD CONSTRAINT g FOREIGN KEY (a) REFERENCES u(a);",
    );
    let builds: Vec<_> = all
        .iter()
        .map(|scope| match scope {
            Scope::Build(build) => build,
            other => panic!("{other:?}"),
        })
        .collect();
    let conflicts = |one: usize, other: usize| {
        let conflicts = builds[one].conflicts_with(builds[other]);
        assert_eq!(builds[other].conflicts_with(builds[one]), conflicts);
        conflicts
    };
    assert!(!conflicts(0, 1));
    assert!(!conflicts(0, 2));
    assert!(conflicts(0, 3));
    assert!(!conflicts(2, 3));
    assert!(
        conflicts(2, 4),
        "a foreign key locks the table that it refers to"
    );
    assert!(conflicts(4, 5));
}

fn runs(pieces: &[Vec<u8>], target: usize) -> Vec<RowRun> {
    let mut all = Vec::new();
    let mut sink = |run| {
        all.push(run);
        Ok::<(), ()>(())
    };
    let mut runs = RowRuns::new(target);
    for piece in pieces {
        runs.feed(piece, &mut sink).unwrap();
    }
    runs.finish(&mut sink).unwrap();
    all
}

/// Behind each line feed that no backslash escapes.
fn row_ends(rows: &[u8]) -> Vec<usize> {
    let mut escaped = false;
    let mut ends = Vec::new();
    for (index, byte) in rows.iter().enumerate() {
        if *byte == b'\n' && !escaped {
            ends.push(index + 1);
        }
        escaped = *byte == b'\\' && !escaped;
    }
    ends
}

proptest! {
    #[test]
    fn runs_are_the_rows_and_end_where_rows_end(
        rows in prop::collection::vec(prop::sample::select(b"ab\\\\\n\n".to_vec()), 0..200),
        cuts in prop::collection::vec(1_usize..20, 1..40),
        target in 1_usize..40,
    ) {
        let mut pieces = Vec::new();
        let mut rest = rows.as_slice();
        for cut in cuts {
            let (piece, later) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece.to_vec());
            rest = later;
        }
        pieces.push(rest.to_vec());
        let runs = runs(&pieces, target);
        let ends = row_ends(&rows);
        let mut given = 0;
        let mut lines = 0;
        for (index, run) in runs.iter().enumerate() {
            prop_assert_eq!(run.lines_before, lines);
            prop_assert_eq!(&rows[given..given + run.bytes.len()], run.bytes.as_slice());
            prop_assert!(run.bytes.len() <= target);
            given += run.bytes.len();
            lines += run.lines;
            let is_last = index + 1 == runs.len();
            prop_assert!(is_last || run.ends_row == ends.contains(&given));
        }
        prop_assert_eq!(given, rows.len());
    }
}
