//! Dumps that try to do more than dumps do, in every way of loading: nothing runs, no file is written or read into the
//! database, and what was there stays.

use super::support::{Cluster, Workspace};

const HEAD: &str = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n";
const TAIL: &str = "\n--\n-- PostgreSQL database dump complete\n--\n\n";

/// Bodies; MARK is a file that must not come to be. A table `t (a text)` is made before each.
const HOSTILE: &[(&str, &str)] = &[
    ("a shell command", "\\! touch MARK\n"),
    (
        "a shell command in a statement",
        "SELECT 1\n\\! touch MARK\n;\n",
    ),
    ("output to a program", "\\o |touch MARK\nSELECT 1;\n"),
    ("output to a file", "SELECT 1 \\g MARK\n"),
    (
        "output of a query to a program",
        "SELECT 1 \\g |touch MARK\n",
    ),
    ("a variable from a program", "\\set x `touch MARK`\n"),
    ("psql's copy", "\\copy public.t to program 'touch MARK'\n"),
    ("another script", "\\i MARK\n"),
    (
        "a query's result as statements",
        "SELECT 'COPY public.t TO PROGRAM ''touch MARK''' \\gexec\n",
    ),
    (
        "an end of restriction that runs something",
        "\\unrestrict `touch MARK`\n",
    ),
    ("an editor", "\\e\n"),
    ("another database", "\\connect postgres\n"),
    (
        "another database of another server",
        "\\c \"host=/tmp dbname=postgres\"\n",
    ),
    (
        "COPY from a program",
        "COPY public.t (a) FROM PROGRAM 'touch MARK';\n",
    ),
    (
        "COPY to a program",
        "COPY public.t (a) TO PROGRAM 'touch MARK';\n",
    ),
    (
        "COPY of a query to a program",
        "COPY (SELECT 1) TO PROGRAM 'touch MARK';\n",
    ),
    ("COPY to a file", "COPY public.t (a) TO 'MARK';\n"),
    (
        "COPY from a file",
        "COPY public.t (a) FROM '/etc/passwd';\n",
    ),
    (
        "COPY by a comment's detour",
        "COPY/**/public.t--\n(a)FROM/* */PROGRAM'touch MARK';\n",
    ),
    (
        "COPY from a program in escapes",
        "COPY public.t (a) FROM PROGRAM E'touch\\x20MARK';\n",
    ),
    (
        "an end of the transaction",
        "COMMIT;\nCREATE TABLE public.t (a text);\n",
    ),
    (
        "an end by its other name",
        "END;\nCREATE TABLE public.t (a text);\n",
    ),
    ("a way back", "ROLLBACK;\nCREATE TABLE public.t (a text);\n"),
    ("a prepared transaction", "PREPARE TRANSACTION 'x';\n"),
    (
        "a block of code",
        "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch MARK'''; END $$;\n",
    ),
    (
        "a call",
        "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());\n",
    ),
    (
        "a setting of the server",
        "ALTER SYSTEM SET archive_command = 'touch MARK';\n",
    ),
    ("a database that goes", "DROP DATABASE DATABASE_NAME;\n"),
    ("a role", "CREATE ROLE intruder SUPERUSER;\n"),
    (
        "a large object from a file",
        "SELECT pg_catalog.lo_import('/etc/passwd');\n",
    ),
    (
        "a large object into a file",
        "SELECT pg_catalog.lo_export(1, 'MARK');\n",
    ),
    (
        "rows behind a COPY that fails",
        "COPY public.missing (a) FROM stdin;\n\\! touch MARK\nDROP TABLE public.mine;\n\\.\n",
    ),
    (
        "rows that look like commands",
        "COPY public.t (a) FROM stdin;\n\\\\! touch MARK\n\\.\n\\! touch MARK\n",
    ),
    ("a conditional", "\\if true\n\\! touch MARK\n\\endif\n"),
];

/// Bodies that a reader may take for others than the server does: whatever becomes of them, nothing runs.
const AMBIGUOUS: &[(&str, &str)] = &[
    (
        "strings that end elsewhere",
        "SET standard_conforming_strings = off;\nCREATE TABLE public.u (a text DEFAULT '\\');\n\\! touch MARK\n--');\n",
    ),
    (
        "an encoding in which bytes end strings",
        "SET client_encoding = 'SJIS';\nCREATE TABLE public.u (a text DEFAULT '\u{8}\\');\n\\! touch MARK\n--');\n",
    ),
];

struct Place {
    cluster: &'static Cluster,
    database: String,
    workspace: Workspace,
    /// Where the server too could write.
    mark: std::path::PathBuf,
}

impl Place {
    fn new() -> Self {
        let cluster = Cluster::shared();
        let database = cluster.fresh_database();
        let workspace = Workspace::new().with_database(cluster, &database);
        cluster.psql(&database, "CREATE TABLE mine (a int)");
        let mark = cluster
            .socket_directory()
            .join(format!("mark-of-{database}"));
        Self {
            cluster,
            database,
            workspace,
            mark,
        }
    }

    fn dump(&self, body: &str) -> String {
        let body = body
            .replace("MARK", &self.mark.display().to_string())
            .replace("DATABASE_NAME", &format!("\"{}\"", self.database));
        format!("{HEAD}CREATE TABLE public.t (a text);\n{body}{TAIL}")
    }

    fn expect_unharmed(&self, what: &str) {
        assert!(!self.mark.exists(), "{what}: something ran");
        let tables = "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace";
        assert_eq!(self.cluster.psql(&self.database, tables), "mine", "{what}");
        let others = format!(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = 'intruder')
                  + (SELECT count(*) FROM pg_file_settings WHERE setting LIKE '%mark-of%')
                  + (SELECT count(*) FROM pg_database WHERE datname ~ '^{}__')",
            self.database
        );
        assert_eq!(self.cluster.psql("postgres", &others), "0", "{what}");
    }
}

fn refused_when_loaded(ways: &[&[&str]]) {
    let place = Place::new();
    for (what, body) in HOSTILE {
        place.workspace.write("hostile.sql", place.dump(body));
        for way in ways {
            let arguments = ["restore", "hostile.sql", "--yes"];
            let outcome = place.workspace.pgferry(&[&arguments[..], way].concat());
            let code = outcome.code;
            assert!([5, 6, 7].contains(&code), "{what}, {way:?}: {outcome}");
            assert!(!outcome.stderr.contains("restored "), "{what}: {outcome}");
            place.expect_unharmed(&format!("{what}, {way:?}"));
        }
    }
}

#[test]
fn sessions_refuse_them() {
    refused_when_loaded(&[&["--jobs", "2"], &["--jobs", "1"]]);
}

#[test]
fn psql_refuses_them() {
    refused_when_loaded(&[&["--via", "psql"], &["--in-place"]]);
}

#[test]
fn where_strings_end_is_read_as_the_server_reads_it() {
    let place = Place::new();
    for (what, body) in AMBIGUOUS {
        place.workspace.write("hostile.sql", place.dump(body));
        for way in [
            &["--jobs", "2"][..],
            &["--jobs", "1"],
            &["--via", "psql"],
            &["--in-place"],
        ] {
            let arguments = ["restore", "hostile.sql", "--yes"];
            let outcome = place.workspace.pgferry(&[&arguments[..], way].concat());
            assert!([0, 5, 6, 7].contains(&outcome.code), "{what}: {outcome}");
            assert!(!place.mark.exists(), "{what}, {way:?}: something ran");
        }
    }
}

/// What is only refused because pg_dump does not write it; what reads or writes files, or leaves the transaction, stays out.
#[test]
fn even_a_trusted_maker_gets_no_shell() {
    let place = Place::new();
    for (what, body) in HOSTILE {
        if !body.starts_with('\\') && !body.starts_with("COPY") {
            continue;
        }
        place.workspace.write("hostile.sql", place.dump(body));
        let outcome = place
            .workspace
            .pgferry(&["restore", "hostile.sql", "--yes", "--trust"]);
        assert!([5, 6, 7].contains(&outcome.code), "{what}: {outcome}");
        place.expect_unharmed(what);
    }
}
