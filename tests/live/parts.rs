//! Parts of dumps, into databases that stand and into new ones.

use std::fs;

use pgferry_core::gzip::index::{FOOTER_SIZE, Footer, Index, Kind};

use super::support::{Cluster, Outcome, Workspace};

const SITE: &str = "
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched := true; RETURN NEW; END';
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE events (id serial PRIMARY KEY, owner int REFERENCES users (id), title text, feels mood, touched bool);
CREATE INDEX events_title ON events (title);
COMMENT ON COLUMN events.title IS 'what it is called';
CREATE TRIGGER touched BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE comments (id int PRIMARY KEY, event int CONSTRAINT of_event REFERENCES events (id), body text);
CREATE VIEW happy AS SELECT id, title FROM events WHERE feels = 'happy';
CREATE MATERIALIZED VIEW titles AS SELECT title FROM happy;
CREATE TABLE log (day date, line text) PARTITION BY RANGE (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 500) n;
INSERT INTO events (owner, title, feels) SELECT 1 + n % 500, 'title ' || n, 'happy' FROM generate_series(1, 1000) n;
INSERT INTO comments SELECT n, n, 'body ' || n FROM generate_series(1, 1000) n;
INSERT INTO log SELECT '2026-01-01'::date + n % 50, 'line ' || n FROM generate_series(1, 300) n;
REFRESH MATERIALIZED VIEW titles;
";

const FLAGS: [&str; 4] = ["--no-owner", "--no-acl", "--clean", "--if-exists"];

/// A database with the site, and its dump in every form.
struct Site {
    database: String,
    workspace: Workspace,
}

impl Site {
    fn new() -> Self {
        let cluster = Cluster::shared();
        let database = cluster.fresh_database();
        cluster.psql(&database, SITE);
        let workspace = Workspace::new().with_database(cluster, &database);
        workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
        let backup = |name: &str| fs::read(workspace.path(format!("backups/{database}{name}")));
        workspace.write("indexed.gz", backup(".gz").unwrap());
        workspace.write("archive.dump", backup(".dump").unwrap());
        workspace.write("plain.sql", cluster.dump(&database, &FLAGS));
        Self {
            database,
            workspace,
        }
    }

    fn restore(&self, database: &str, arguments: &[&str]) -> Outcome {
        let url = url(database);
        self.workspace
            .pgferry(&[&["restore", "--yes", "--url", &url], arguments].concat())
    }
}

fn schema(database: &str) -> String {
    let dump = Cluster::shared().dump(database, &["--schema-only"]);
    String::from_utf8(dump).unwrap()
}

/// Without the password, which is in the environment.
fn url(database: &str) -> String {
    let port = Cluster::shared().port();
    format!("postgresql://127.0.0.1:{port}/{database}")
}

fn psql(database: &str, sql: &str) -> String {
    Cluster::shared().psql(database, sql)
}

#[test]
fn a_table_comes_back_and_nothing_else_changes() {
    let site = Site::new();
    let before = schema(&site.database);
    for (file, more) in [
        ("plain.sql", &[][..]),
        ("indexed.gz", &[]),
        ("archive.dump", &[]),
        ("indexed.gz", &["--via", "psql"]),
        ("plain.sql", &["--jobs", "1"]),
    ] {
        psql(
            &site.database,
            "UPDATE events SET title = 'spoilt', feels = 'sad'; UPDATE users SET name = 'newer';
             ALTER TABLE events ADD COLUMN own int; REFRESH MATERIALIZED VIEW titles;
             SELECT setval('events_id_seq', 7);",
        );
        let arguments = [&[file, "--table", "events"], more].concat();
        let restored = site.restore(&site.database, &arguments).expect_code(0);
        assert_eq!(
            restored.text(),
            "table           rows\npublic.events  1,000",
            "{file}"
        );
        for said in [
            "is loaded in place, in one transaction: parts of a dump don't replace a database",
            "made anew, for they use what is restored: public.happy, public.titles",
            "left out 1,800 rows of 4 other tables",
            "(1 table, 1,000 rows)",
        ] {
            assert!(restored.stderr.contains(said), "{file}: {said}: {restored}");
        }
        let held = "SELECT count(*), count(*) FILTER (WHERE title LIKE 'title %'),
            (SELECT count(*) FROM users WHERE name = 'newer'), (SELECT count(*) FROM comments),
            (SELECT count(*) FROM titles WHERE title LIKE 'title %'), (SELECT last_value FROM events_id_seq) FROM events";
        assert_eq!(
            psql(&site.database, held),
            "1000|1000|500|1000|1000|1000",
            "{file}"
        );
        assert_eq!(schema(&site.database), before, "{file}");
    }
}

#[test]
fn a_new_database_gets_the_table_and_what_it_is_made_of() {
    let site = Site::new();
    for (file, more) in [
        ("plain.sql", &[][..]),
        ("indexed.gz", &["--jobs", "1"]),
        ("indexed.gz", &["--jobs", "3"]),
        ("archive.dump", &[]),
        ("indexed.gz", &["--via", "psql"]),
        ("indexed.gz", &["--in-place"]),
    ] {
        let empty = Cluster::shared().fresh_database();
        let arguments = [&[file, "--table", "EVENTS", "--table", "log"], more].concat();
        let restored = site.restore(&empty, &arguments).expect_code(0);
        assert!(
            restored.stderr.contains("(3 tables, 1,300 rows)"),
            "{file} {more:?}: {restored}"
        );
        assert!(
            restored
                .stderr
                .contains("left out the foreign key events_owner_fkey of public.events: public.users is not restored"),
            "{file} {more:?}: {restored}"
        );
        assert_eq!(
            restored.stderr.contains("in place"),
            more == ["--in-place"] && restored.stderr.contains("note: `"),
            "{restored}"
        );
        let held = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace";
        assert_eq!(
            psql(&empty, held),
            "events events_id_seq events_pkey events_title log log_1 log_2",
            "{file} {more:?}"
        );
        psql(
            &empty,
            "INSERT INTO events (title, feels) VALUES ('next', 'sad'); UPDATE events SET title = title",
        );
        assert_eq!(
            psql(
                &empty,
                "SELECT max(id), count(*) FILTER (WHERE touched) FROM events"
            ),
            "1001|1001"
        );
        assert_eq!(psql(&empty, "SELECT count(*) FROM log"), "300");
    }
}

#[test]
fn rows_and_tables_are_left_out_on_demand() {
    let site = Site::new();
    for (file, more) in [
        ("indexed.gz", &["--jobs", "2"][..]),
        ("plain.sql", &["--via", "psql"]),
    ] {
        let empty = Cluster::shared().fresh_database();
        let arguments = [
            &[file, "--exclude-data", "log", "--exclude-data", "comm*"],
            more,
        ]
        .concat();
        let restored = site.restore(&empty, &arguments).expect_code(0);
        assert!(
            restored
                .stderr
                .contains("left out 1,300 rows of 3 other tables"),
            "{restored}"
        );
        assert_eq!(schema(&empty), schema(&site.database), "{file}");
        let held = "SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM comments), (SELECT count(*) FROM events)";
        assert_eq!(psql(&empty, held), "0|0|1000");

        let empty = Cluster::shared().fresh_database();
        let arguments = [&[file, "--exclude-table", "public.events"], more].concat();
        let restored = site.restore(&empty, &arguments).expect_code(0);
        for said in [
            "left out the foreign key of_event of public.comments: public.events is not restored",
            "left out, for they use what is left out: public.happy, public.titles",
        ] {
            assert!(restored.stderr.contains(said), "{said}: {restored}");
        }
        assert_eq!(
            psql(
                &empty,
                "SELECT to_regclass('events'), to_regclass('events_id_seq'), count(*) FROM comments"
            ),
            "||1000"
        );

        let empty = Cluster::shared().fresh_database();
        let arguments = [&[file, "--schema-only"], more].concat();
        site.restore(&empty, &arguments).expect_code(0);
        assert_eq!(schema(&empty), schema(&site.database), "{file}");
        assert_eq!(psql(&empty, "SELECT count(*) FROM events"), "0");
    }
}

#[test]
fn rows_alone_are_added_to_tables_that_are_there() {
    let site = Site::new();
    let other = Cluster::shared().fresh_database();
    site.restore(&other, &["indexed.gz", "--schema-only"])
        .expect_code(0);
    // Nothing is replaced by tables that nobody made.
    for (arguments, hint) in [
        (&["--table", "comments"][..], "foreign keys"),
        (&["--table", "events"], "restore those tables first"),
    ] {
        let arguments = [&["indexed.gz", "--data-only"], arguments].concat();
        let failed = site.restore(&other, &arguments).expect_code(6);
        assert!(
            failed.stderr.contains("23503") && failed.stderr.contains(hint),
            "{failed}"
        );
    }
    for table in ["users", "events", "comments", "log"] {
        for file in ["indexed.gz", "archive.dump"] {
            psql(
                &other,
                &format!(
                    "BEGIN; SET session_replication_role = replica; DELETE FROM {table}; COMMIT"
                ),
            );
            let arguments = [file, "--data-only", "--table", table];
            site.restore(&other, &arguments).expect_code(0);
        }
    }
    let held = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM events), (SELECT count(*) FROM comments),
        (SELECT count(*) FROM log), nextval('events_id_seq')";
    assert_eq!(psql(&other, held), "500|1000|1000|300|1001");
    let twice = site
        .restore(&other, &["plain.sql", "--data-only", "--table", "users"])
        .expect_code(6);
    assert!(
        twice.stderr.contains("adds to the rows that are there"),
        "{twice}"
    );
    let empty = Cluster::shared().fresh_database();
    let nowhere = site
        .restore(&empty, &["plain.sql", "--data-only", "--table", "users"])
        .expect_code(6);
    assert!(
        nowhere.stderr.contains("fills tables that are there"),
        "{nowhere}"
    );
    let new = site
        .workspace
        .pgferry(&["restore", "plain.sql", "--data-only", "--into", "local"]);
    assert!(new.expect_code(2).stderr.contains("gets a new database"));
}

#[test]
fn what_nothing_matches_changes_nothing() {
    let site = Site::new();
    psql(&site.database, "DELETE FROM comments");
    for file in ["plain.sql", "indexed.gz", "archive.dump"] {
        let arguments = [file, "--table", "comments", "--exclude-data", "event"];
        let refused = site.restore(&site.database, &arguments).expect_code(3);
        assert!(
            refused.stderr.starts_with(
                "error: nothing in the dump matches `event`; did you mean `public.events`?\n"
            ),
            "{refused}"
        );
    }
    assert_eq!(psql(&site.database, "SELECT count(*) FROM comments"), "0");
    let kept = site.restore(
        &site.database,
        &["plain.sql", "--table", "log", "--keep-old"],
    );
    assert!(
        kept.expect_code(2)
            .stderr
            .contains("--keep-old keeps a database that is replaced")
    );
    for (wish, said) in [
        (
            &["--table", "log_1"][..],
            "public.log_1 is a partition of public.log, which is not restored",
        ),
        (
            &["--exclude-table", "log_1"],
            "public.log_1 is a partition of public.log in the database, and would go with it",
        ),
    ] {
        let refused = site.restore(&site.database, &[&["plain.sql"], wish].concat());
        assert!(refused.expect_code(7).stderr.contains(said));
    }
    assert_eq!(psql(&site.database, "SELECT count(*) FROM log"), "300");
    // A table that the dump does not know stands in the way: nothing is lost.
    psql(
        &site.database,
        "CREATE TABLE mine (event int REFERENCES events (id))",
    );
    let failed = site
        .restore(&site.database, &["plain.sql", "--table", "events"])
        .expect_code(6);
    assert!(
        failed.stderr.contains("2BP01") && failed.stderr.contains("drop that first"),
        "{failed}"
    );
    assert_eq!(psql(&site.database, "SELECT count(*) FROM events"), "1000");
}

/// Members of other tables are neither read nor decompressed: they could be anything.
#[test]
fn what_is_not_wanted_is_not_read() {
    let site = Site::new();
    let whole = fs::read(site.workspace.path("work/indexed.gz")).unwrap();
    let damaged = |table: &[u8]| {
        let mut file = whole.clone();
        let footer = Footer::parse(&file[file.len() - FOOTER_SIZE..], file.len() as u64);
        let footer = footer.unwrap().unwrap();
        let range = footer.index_range();
        let place = |offset| usize::try_from(offset).unwrap();
        let index = Index::parse(&file[place(range.start)..place(range.end)], &footer).unwrap();
        for section in index.sections() {
            if matches!(&section.kind, Kind::Table(other) if other.name == table) {
                file[place(section.file_range.start)..place(section.file_range.end)].fill(0xff);
            }
        }
        file
    };
    site.workspace.write("users.gz", damaged(b"users"));
    site.workspace.write("comments.gz", damaged(b"comments"));
    let first = ["users.gz", "--table", "events", "--table", "comments"];
    for way in [
        &["--jobs", "1"][..],
        &["--jobs", "2"],
        &["--via", "psql"],
        &["--in-place"],
    ] {
        let empty = Cluster::shared().fresh_database();
        site.restore(&empty, &[&first, way].concat()).expect_code(0);
        assert_eq!(
            psql(&empty, "SELECT count(*) FROM comments"),
            "1000",
            "{way:?}"
        );

        let wanted = ["comments.gz", "--table", "events", "--table", "comments"];
        let failed = site
            .restore(&site.database, &[&wanted, way].concat())
            .expect_code(5);
        assert!(failed.stderr.contains("comments.gz is corrupt"), "{failed}");
        let empty = Cluster::shared().fresh_database();
        site.restore(&empty, &[&wanted, way].concat())
            .expect_code(5);
        assert_eq!(psql(&empty, "SELECT to_regclass('events')"), "");
    }
    assert_eq!(
        psql(&site.database, "SELECT count(*) FROM comments"),
        "1000"
    );
    // It is the index that leads past them.
    let empty = Cluster::shared().fresh_database();
    site.restore(&empty, &["users.gz"]).expect_code(5);
}

#[test]
fn a_missing_extension_is_named_first_and_left_out_on_demand() {
    let cluster = Cluster::shared();
    let dump = |column: &str| {
        format!(
            "--\n-- PostgreSQL database dump\n--\n\nDROP EXTENSION IF EXISTS vector;\n\
             CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;\n\
             COMMENT ON EXTENSION vector IS 'of numbers';\n\
             CREATE TABLE public.t (a integer{column});\nCOPY public.t (a) FROM stdin;\n1\n\\.\n\n\
             --\n-- PostgreSQL database dump complete\n--\n\n"
        )
    };
    let workspace = Workspace::new().with_database(cluster, "postgres");
    workspace.write("unused.sql", dump(""));
    workspace.write("used.sql", dump(", b public.vector(3)"));
    for way in [&[][..], &["--via", "psql"], &["--in-place"]] {
        let database = cluster.fresh_database();
        psql(&database, "CREATE TABLE mine ()");
        let url = url(&database);
        let restore = |file: &str, more: &[&str]| {
            let arguments = [&["restore", file, "--yes", "--url", &url], way, more].concat();
            workspace.pgferry(&arguments)
        };
        let refused = restore("used.sql", &[]).expect_code(6);
        assert_eq!(
            refused.stderr,
            "error: the server lacks the extension vector, which the dump creates (public.t.b public.vector of its types)\n\
             hint: nothing was changed; install it on the server, or leave it out with `--skip-missing-extensions`\n"
        );
        restore("unused.sql", &[]).expect_code(6);
        let failed = restore("used.sql", &["--skip-missing-extensions"]).expect_code(6);
        assert!(failed.stderr.contains("42704"), "{failed}");
        assert!(
            failed
                .stderr
                .contains("it may be of an extension that was left out"),
            "{failed}"
        );
        assert_eq!(
            psql(&database, "SELECT to_regclass('mine'), to_regclass('t')"),
            "mine|"
        );
        let left = restore("unused.sql", &["--skip-missing-extensions"]).expect_code(0);
        assert!(
            left.stderr.contains("note: left out the extension vector, which the server lacks: nothing in the dump's columns tells who uses it"),
            "{left}"
        );
        assert_eq!(psql(&database, "SELECT a FROM t"), "1");
    }
}

/// A throwaway target gets what was asked for, and nothing else.
#[test]
fn a_local_cluster_holds_what_was_asked_for() {
    let site = Site::new();
    let workspace = Workspace::new()
        .with_database(Cluster::shared(), "postgres")
        .without("PGHOST")
        .without("PGPORT")
        .without("PGPASSWORD");
    let file = fs::read(site.workspace.path("work/indexed.gz")).unwrap();
    workspace.write("site.gz", file);
    for table in ["users", "events"] {
        let arguments = ["restore", "site.gz", "--into", "local", "--table", table];
        workspace.pgferry(&arguments).expect_code(0);
        let url = workspace.pgferry(&["local", "url"]).expect_code(0);
        let mut psql = workspace.command("psql");
        psql.args(["-XAt", url.text(), "-c"]).arg(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
        );
        assert_eq!(workspace.run(psql, b"").expect_code(0).text(), table);
    }
    workspace.pgferry(&["local", "rm"]).expect_code(0);
}
