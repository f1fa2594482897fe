//! A server's database replaced as a whole, and the cases in which it is loaded in place.

use super::support::{Cluster, Outcome, Workspace};

fn dump(body: &str) -> String {
    format!(
        "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nSET client_encoding = 'UTF8';\n\n{body}\n\
         --\n-- PostgreSQL database dump complete\n--\n\n"
    )
}

/// A table `t` with one row.
fn small(row: &str) -> String {
    dump(&format!(
        "DROP TABLE IF EXISTS public.t;\nCREATE TABLE public.t (a text);\n\nCOPY public.t (a) FROM stdin;\n{row}\n\\.\n"
    ))
}

/// Without its last bytes.
fn cut_off(dump: &str, bytes: usize) -> String {
    dump.split_at(dump.len() - bytes).0.to_owned()
}

struct Place {
    cluster: &'static Cluster,
    database: String,
    workspace: Workspace,
}

impl Place {
    /// A database that was restored once.
    fn new() -> Self {
        let cluster = Cluster::shared();
        let database = cluster.fresh_database();
        let workspace = Workspace::new().with_database(cluster, &database);
        let place = Self {
            cluster,
            database,
            workspace,
        };
        place.restore("old", &[]).expect_code(0);
        place
    }

    fn restore(&self, row: &str, more: &[&str]) -> Outcome {
        self.workspace.write("t.sql", small(row));
        let arguments = ["restore", "t.sql", "--yes"];
        self.workspace.pgferry(&[&arguments[..], more].concat())
    }

    fn psql(&self, sql: &str) -> String {
        self.cluster.psql(&self.database, sql)
    }

    fn row(&self) -> String {
        self.psql("SELECT a FROM public.t")
    }

    /// Databases beside this one, for `__old_` or `__new_`.
    fn beside(&self, role: &str) -> Vec<String> {
        let sql = format!(
            "SELECT datname FROM pg_database WHERE datname ~ '^{}__{role}_'",
            self.database
        );
        let lines = self.cluster.psql("postgres", &sql);
        lines.lines().map(str::to_owned).collect()
    }

    fn expect_nothing_beside(&self) {
        assert!(self.beside("new").is_empty(), "{:?}", self.beside("new"));
        assert!(self.beside("old").is_empty(), "{:?}", self.beside("old"));
    }
}

#[test]
fn what_stands_outside_of_a_database_is_carried_over() {
    let place = Place::new();
    let name = &place.database;
    let role = format!("reader of {name}");
    let owner = format!("owner of {name}");
    for sql in [
        format!("CREATE ROLE \"{role}\""),
        format!("CREATE ROLE \"{owner}\""),
        format!("ALTER DATABASE \"{name}\" SET search_path = \"$user\", public, \"odd, one\""),
        format!("ALTER DATABASE \"{name}\" SET work_mem = '5MB'"),
        format!("ALTER DATABASE \"{name}\" SET \"my.setting\" = 'it''s'"),
        format!("ALTER ROLE \"{role}\" IN DATABASE \"{name}\" SET statement_timeout = '7s'"),
        format!("ALTER DATABASE \"{name}\" CONNECTION LIMIT 17"),
        format!("REVOKE CONNECT ON DATABASE \"{name}\" FROM PUBLIC"),
        format!("GRANT CONNECT, TEMPORARY ON DATABASE \"{name}\" TO \"{role}\" WITH GRANT OPTION"),
        format!("COMMENT ON DATABASE \"{name}\" IS 'it''s ours'"),
        format!("ALTER DATABASE \"{name}\" OWNER TO \"{owner}\""),
    ] {
        place.psql(&sql);
    }
    let outside = "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
            split_part(shobj_description(oid, 'pg_database'), E'\\n', 1),
            (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(datacl) a),
            (SELECT string_agg(setrole || ':' || setconfig::text, ' ' ORDER BY setrole)
             FROM pg_db_role_setting WHERE setdatabase = d.oid)
        FROM pg_database d WHERE datname = current_database()";
    let before = place.psql(outside);
    assert!(before.contains("odd, one"), "{before}");
    let oid = "SELECT oid FROM pg_database WHERE datname = current_database()";
    let old = place.psql(oid);
    place.restore("new", &[]).expect_code(0);
    assert_eq!(place.row(), "new");
    assert_ne!(place.psql(oid), old, "it is another database");
    assert_eq!(place.psql(outside), before);
    place.expect_nothing_beside();
    place.psql(&format!("ALTER DATABASE \"{name}\" OWNER TO CURRENT_USER"));
    place.psql(&format!("DROP OWNED BY \"{role}\""));
    place.psql(&format!("DROP ROLE \"{role}\", \"{owner}\""));
}

#[test]
fn what_the_dump_does_not_hold_is_kept_with_the_old_database() {
    let place = Place::new();
    place.psql("CREATE TABLE public.notes (a text)");
    place.psql("INSERT INTO public.notes VALUES ('mine')");
    place.psql("CREATE FUNCTION public.mine(int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    let restored = place.restore("new", &[]).expect_code(0);
    let [kept] = place.beside("old").try_into().unwrap();
    let note = format!(
        "note: the old database is now `{kept}`, for it held what the dump doesn't: table public.notes, function public.mine(integer); `dropdb {kept}` removes it\n"
    );
    assert!(restored.stderr.contains(&note), "{restored}");
    assert_eq!(place.row(), "new");
    assert_eq!(place.cluster.psql(&kept, "SELECT a FROM notes"), "mine");
    place
        .cluster
        .psql("postgres", &format!("DROP DATABASE \"{kept}\""));

    // Nothing of that kind is left, so only the wish keeps it.
    place.restore("newer", &[]).expect_code(0);
    place.expect_nothing_beside();
    let restored = place.restore("newest", &["--keep-old"]).expect_code(0);
    let [kept] = place.beside("old").try_into().unwrap();
    assert!(
        restored.stderr.contains(&format!(
            "note: the old database is now `{kept}`; `dropdb {kept}` removes it\n"
        )),
        "{restored}"
    );
    assert_eq!(place.cluster.psql(&kept, "SELECT a FROM t"), "newer");
    place
        .cluster
        .psql("postgres", &format!("DROP DATABASE \"{kept}\""));
}

/// However fast one follows the other.
#[test]
fn no_database_that_was_kept_gives_way_to_another() {
    let place = Place::new();
    for row in 0..6 {
        place
            .restore(&format!("row {row}"), &["--keep-old"])
            .expect_code(0);
    }
    let kept = place.beside("old");
    let mut rows: Vec<String> = kept
        .iter()
        .map(|database| place.cluster.psql(database, "SELECT a FROM t"))
        .collect();
    rows.sort();
    assert_eq!(
        rows,
        ["old", "row 0", "row 1", "row 2", "row 3", "row 4"],
        "{kept:?}"
    );
}

#[test]
fn whoever_is_connected_is_told_of() {
    let place = Place::new();
    let mut application = place.workspace.command("psql");
    let mut application = application
        .env("PGAPPNAME", "the application")
        .args(["-X", "-c", "SELECT pg_sleep(600)"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let connected = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND application_name = 'the application'",
        place.database
    );
    while place.cluster.psql("postgres", &connected) == "0" {
        assert!(application.try_wait().unwrap().is_none());
    }
    let restored = place.restore("new", &[]).expect_code(0);
    let note = format!(
        "note: connections to the old `{}` were ended: the application\n",
        place.database
    );
    assert!(restored.stderr.contains(&note), "{restored}");
    assert_eq!(application.wait().unwrap().code(), Some(2));
    assert_eq!(place.row(), "new");
}

#[test]
fn in_place_only_what_the_dump_names_is_touched() {
    let place = Place::new();
    place.psql("CREATE TABLE public.notes AS SELECT 'mine' AS a");
    let restored = place.restore("new", &["--in-place"]).expect_code(0);
    assert!(!restored.stderr.contains("note:"), "{restored}");
    assert_eq!(place.row(), "new");
    assert_eq!(place.psql("SELECT a FROM public.notes"), "mine");
    place.expect_nothing_beside();
    // A dump that was cut off is found before the first statement.
    let whole = small("newer");
    place.workspace.write("t.sql", cut_off(&whole, 60));
    place
        .workspace
        .pgferry(&["restore", "t.sql", "--yes", "--in-place"])
        .expect_code(5);
    assert_eq!(place.row(), "new");
    let conflict = place.restore("x", &["--in-place", "--jobs", "2"]);
    conflict.expect_code(2);
}

#[test]
fn where_a_database_can_not_be_replaced_the_reason_is_told() {
    let place = Place::new();
    let role = format!("owner-of-{}", place.database);
    let secret = "a-password-for-a-test";
    let own = format!(
        "CREATE ROLE \"{role}\" LOGIN PASSWORD '{secret}'; ALTER DATABASE \"{0}\" OWNER TO \"{role}\";
         ALTER TABLE public.t OWNER TO \"{role}\"",
        place.database
    );
    place.psql(&own);
    let by_role = |row: &str| {
        place.workspace.write("t.sql", small(row));
        let mut command = place.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .env("PGUSER", &role)
            .env("PGPASSWORD", secret)
            .args(["restore", "t.sql", "--yes"]);
        place.workspace.run(command, b"").expect_code(0)
    };
    let note = |reason: &str| {
        format!(
            "note: `{}` is loaded in place, in one transaction: {reason}\n",
            place.database
        )
    };
    let restored = by_role("one");
    let expected = note("the role may not make databases, or does not own this one");
    assert!(restored.stderr.contains(&expected), "{restored}");

    place.psql(&format!("ALTER ROLE \"{role}\" CREATEDB"));
    let restored = by_role("two");
    assert!(!restored.stderr.contains("note:"), "{restored}");
    assert_eq!(place.row(), "two");
    let owner =
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()";
    assert_eq!(place.psql(owner), role);

    place.psql("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC");
    let restored = place.restore("three", &[]).expect_code(0);
    assert!(
        restored.stderr.contains(&note("it has default privileges")),
        "{restored}"
    );
    assert_eq!(
        place.psql("SELECT has_table_privilege('public', 't', 'SELECT')"),
        "t"
    );
    place.psql("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC");
    place.psql("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
    let restored = place.restore("four", &[]).expect_code(0);
    assert!(
        restored
            .stderr
            .contains(&note("it has privileges on the schema public")),
        "{restored}"
    );
    place.expect_nothing_beside();
    place.psql("GRANT USAGE ON SCHEMA public TO PUBLIC");
    place.psql(&format!(
        "REASSIGN OWNED BY \"{role}\" TO CURRENT_USER; DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""
    ));
}

/// Two at a time get a database each, and what a killed run left goes with the next one.
#[test]
fn runs_do_not_take_each_others_databases() {
    let place = Place::new();
    let waits = dump("CREATE TABLE public.t (a text);\nSELECT pg_sleep(600);\n");
    place.workspace.write("slow.sql", waits);
    let mut slow = place.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    let mut slow = slow
        .args(["restore", "slow.sql", "--yes", "--trust"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let sleeping = format!(
        "SELECT pid FROM pg_stat_activity WHERE datname ~ '^{}__new' AND wait_event = 'PgSleep'",
        place.database
    );
    while place.cluster.psql("postgres", &sleeping).is_empty() {
        assert!(slow.try_wait().unwrap().is_none());
    }
    place.restore("new", &[]).expect_code(0);
    assert_eq!(place.row(), "new");
    assert_eq!(
        place.beside("new").len(),
        1,
        "the slow one is not disturbed"
    );
    slow.kill().unwrap();
    slow.wait().unwrap();
    let end = sleeping.replace("SELECT pid", "SELECT pg_terminate_backend(pid)");
    place.cluster.psql("postgres", &end);
    let connected = sleeping.replace(" AND wait_event = 'PgSleep'", "");
    while !place.cluster.psql("postgres", &connected).is_empty() {}
    assert_eq!(place.beside("new").len(), 1);
    place.restore("newer", &[]).expect_code(0);
    place.expect_nothing_beside();
}

/// It would go with the database, and with it what a subscriber has not seen.
#[test]
fn a_replication_slot_keeps_the_old_database() {
    let cluster = Cluster::start(&[("wal_level", "logical")]);
    cluster.create_database("site");
    let workspace = Workspace::new().with_database(&cluster, "site");
    let restore = |row: &str| {
        workspace.write("t.sql", small(row));
        workspace
            .pgferry(&["restore", "t.sql", "--yes"])
            .expect_code(0)
    };
    restore("old");
    cluster.psql(
        "site",
        "SELECT pg_create_logical_replication_slot('s', 'pgoutput')",
    );
    let restored = restore("new");
    assert!(
        restored
            .stderr
            .contains("for it held what the dump doesn't: replication slot s; `dropdb site__old_"),
        "{restored}"
    );
    assert_eq!(cluster.psql("site", "SELECT a FROM t"), "new");
}

/// A load that stops anywhere leaves the old database and nothing else.
#[test]
fn a_load_that_breaks_off_leaves_the_old_database() {
    let place = Place::new();
    let killer = "CREATE FUNCTION public.kill() RETURNS bool LANGUAGE sql AS 'SELECT pg_terminate_backend(pg_backend_pid())';\n\
                  CREATE MATERIALIZED VIEW public.v AS SELECT public.kill() AS a;\n";
    let whole = small("new");
    for (text, code) in [
        (
            whole.replace("DROP TABLE", &format!("{killer}DROP TABLE")),
            6,
        ),
        (
            whole.replace("\\.\n", "\\.\nCREATE TABLE public.t (a int);\n"),
            6,
        ),
        (cut_off(&whole, 60), 5),
        (cut_off(&whole, whole.len() / 2), 5),
    ] {
        place.workspace.write("t.sql", text);
        place
            .workspace
            .pgferry(&["restore", "t.sql", "--yes"])
            .expect_code(code);
        assert_eq!(place.row(), "old");
        place.expect_nothing_beside();
    }
}
