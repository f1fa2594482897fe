//! What is looked at before a server's database is changed, and `--dry-run`, which stops there.

use super::support::{Cluster, Outcome, Workspace};

fn dump(head: &str, body: &str) -> String {
    format!(
        "--\n-- PostgreSQL database dump\n--\n\n{head}SET client_encoding = 'UTF8';\n\n{body}\n\
         --\n-- PostgreSQL database dump complete\n--\n\n"
    )
}

const ROWS: &str =
    "CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\none\ntwo\n\\.\n";

struct Place {
    cluster: &'static Cluster,
    database: String,
    workspace: Workspace,
}

impl Place {
    fn new() -> Self {
        let cluster = Cluster::shared();
        let database = cluster.fresh_database();
        let workspace = Workspace::new().with_database(cluster, &database);
        cluster.psql(&database, "CREATE TABLE mine (a int)");
        Self {
            cluster,
            database,
            workspace,
        }
    }

    fn dry_run(&self, dump: &str, more: &[&str]) -> Outcome {
        self.workspace.write("site.sql", dump);
        let arguments = ["restore", "site.sql", "--dry-run"];
        self.workspace.pgferry(&[&arguments[..], more].concat())
    }

    fn expect_unchanged(&self) {
        let tables = "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace";
        assert_eq!(self.cluster.psql(&self.database, tables), "mine");
        let beside = format!(
            "SELECT count(*) FROM pg_database WHERE datname ~ '^{}__'",
            self.database
        );
        assert_eq!(self.cluster.psql("postgres", &beside), "0");
    }
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let place = Place::new();
    let head = "-- Dumped from database version 12.4\n-- Dumped by pg_dump version 12.4\n\n";
    let body = format!("CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;\n{ROWS}");
    let found = place.dry_run(&dump(head, &body), &[]).expect_code(0);
    for line in [
        "dump        ok  site.sql is whole: 1 table, 2 rows\n",
        "version     ok  the dump is of PostgreSQL 12, the server is ",
        "roles       ok  the dump names none\n",
        " free where the server keeps its data, about ",
        "extensions  ok  hstore can be had\n",
        "way         ok  a new database takes the old one's place when it is complete",
    ] {
        assert!(found.text().contains(line), "{line}: {found}");
    }
    assert!(
        found
            .stderr
            .contains("nothing was changed: without `--dry-run`"),
        "{found}"
    );
    place.expect_unchanged();

    let in_place = place
        .dry_run(&dump(head, ROWS), &["--in-place", "--json"])
        .expect_code(0);
    let findings: serde_json::Value = serde_json::from_str(in_place.text()).unwrap();
    let of = |check: &str| {
        let all = findings.as_array().unwrap().iter();
        all.clone()
            .find(|finding| finding["check"] == check)
            .unwrap()
            .clone()
    };
    assert_eq!(
        of("way")["says"],
        "in place, in one transaction, as you wish"
    );
    assert_eq!(of("dump")["status"], "ok");
    place.expect_unchanged();
}

#[test]
fn what_may_not_go_well_is_said_before_it_does_not() {
    let place = Place::new();
    let head = "-- Dumped from database version 99.1\n\nSET transaction_timeout = 0;\n";
    let body = format!("{ROWS}ALTER TABLE public.t OWNER TO nobody_of_that_name;\n");
    // One before the rows, as pg_dump has it.
    let body = body.replace("COPY", "ALTER TABLE public.t OWNER TO \"No One\";\nCOPY");
    let found = place.dry_run(&dump(head, &body), &[]).expect_code(0);
    for said in [
        "version     warning  the dump is of PostgreSQL 99, the server is ",
        "roles       warning  the dump gives things to No One, nobody_of_that_name, which the server does not have",
    ] {
        assert!(found.text().contains(said), "{said}: {found}");
    }
    if *place.cluster.psql("postgres", "SHOW server_version_num") < *"170000" {
        assert!(
            found.text().contains("left out SET transaction_timeout"),
            "{found}"
        );
    }

    place.workspace.write("site.sql", dump(head, &body));
    let failed = place
        .workspace
        .pgferry(&["restore", "site.sql", "--yes"])
        .expect_code(6);
    assert!(
        failed
            .stderr
            .contains("note: the dump gives things to No One"),
        "{failed}"
    );
    assert!(
        failed.stderr.contains("note: the dump is of PostgreSQL 99"),
        "{failed}"
    );
    place.expect_unchanged();
}

#[test]
fn a_dry_run_fails_as_the_restore_would() {
    let place = Place::new();
    let whole = dump("", ROWS);
    let cut = whole.split_at(whole.len() - 60).0;
    place.dry_run(cut, &[]).expect_code(5);
    let hostile = dump("", "\\! touch pwned\n");
    place.dry_run(&hostile, &[]).expect_code(7);
    let lacking = dump("", "CREATE EXTENSION IF NOT EXISTS no_such_thing;\n");
    let failed = place.dry_run(&lacking, &[]).expect_code(6);
    assert!(
        failed.stderr.contains("--skip-missing-extensions"),
        "{failed}"
    );
    let elsewhere = place.dry_run(&whole, &["--into", "local"]).expect_code(2);
    assert!(
        elsewhere.stderr.contains("--dry-run is for servers"),
        "{elsewhere}"
    );
    place.expect_unchanged();
}
