//! Whether what the anonymiser made can be restored, and what is said where nobody knows.

use std::fs;

use serde_json::Value;

use super::support::{Cluster, Outcome, Workspace};

fn host(sql: &str) -> (String, Workspace) {
    let database = Cluster::shared().fresh_database();
    Cluster::shared().psql(&database, sql);
    let workspace = Workspace::new().with_database(Cluster::shared(), &database);
    (database, workspace)
}

/// What a line of the alarm begins with.
const ALARM: &str = "nobody knows whether the anonymised artefact can be restored";

fn backed_up(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    workspace.pgferry(&[&["backup", "--no-upload"], arguments].concat())
}

#[test]
fn keys_of_every_kind_hold() {
    let (database, workspace) = host(
        "CREATE TABLE users (email text UNIQUE, note text);
         INSERT INTO users VALUES ('Ann@x.org', 'ann@x.org'), ('ann@x.org', ''), ('ANN@X.ORG', ''), ('bob@x.org', '');
         CREATE TABLE logins (email text REFERENCES users (email));
         INSERT INTO logins VALUES ('Ann@x.org'), ('ann@x.org'), ('ANN@X.ORG');
         CREATE TABLE folded (email text);
         CREATE UNIQUE INDEX ON folded (lower(email));
         INSERT INTO folded VALUES ('Ann@x.org'), ('bob@x.org');
         CREATE TABLE generated (email text, folded text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE);
         INSERT INTO generated VALUES ('Ann@x.org'), ('bob@x.org');
         CREATE TABLE plain (id integer PRIMARY KEY, email varchar(20), other text);
         INSERT INTO plain VALUES (1, 'ann@x.org', 'a@x.org'), (2, 'bob@x.org', 'b@x.org');
         CREATE VIEW between_them AS SELECT id, other FROM plain;
         CREATE MATERIALIZED VIEW seen AS SELECT other AS address, count(*) FROM between_them GROUP BY other;
         CREATE UNIQUE INDEX ON seen (address);
         CREATE MATERIALIZED VIEW by_id AS SELECT id, split_part(email, '@', 2) FROM plain;
         CREATE UNIQUE INDEX ON by_id (id);
         CREATE TABLE listed (email text, n integer) PARTITION BY LIST (email);
         CREATE TABLE listed_ann PARTITION OF listed FOR VALUES IN ('ann@x.org', 'Ann@x.org');
         CREATE TABLE listed_bob PARTITION OF listed FOR VALUES IN ('bob@x.org');
         INSERT INTO listed VALUES ('ann@x.org', 1), ('Ann@x.org', 2), ('bob@x.org', 3);
         CREATE TYPE owner AS ENUM ('ann@x.org', 'bob@x.org');
         CREATE TABLE owned (by owner DEFAULT 'bob@x.org', also owner[]);
         INSERT INTO owned VALUES ('ann@x.org', '{bob@x.org}'), (DEFAULT, NULL)",
    );
    let made = backed_up(&workspace, &["--test-restore"]).expect_code(0);
    assert!(made.stderr.contains("restored it for a test"), "{made}");
    // Nothing of it is in doubt.
    backed_up(&workspace, &[]).expect_code(0);

    // What was equal with case left aside still is, and what was in lower case.
    let copy = Cluster::shared().fresh_database();
    let mut psql = workspace.command("/bin/bash");
    psql.args([
        "-o",
        "pipefail",
        "-c",
        &format!("zcat ../backups/{database}.anon.gz | psql -X -q -1 -v ON_ERROR_STOP=1 {copy}"),
    ]);
    workspace.run(psql, b"").expect_code(0);
    let ask = |query: &str| Cluster::shared().psql(&copy, query);
    assert_eq!(
        ask("SELECT count(DISTINCT email), count(DISTINCT lower(email)) FROM users").trim(),
        "4|2"
    );
    assert_eq!(
        ask("SELECT count(*) FROM users JOIN logins USING (email)").trim(),
        "3"
    );
    assert_eq!(
        ask("SELECT count(*) FROM users JOIN folded ON lower(users.email) = lower(folded.email)")
            .trim(),
        "4"
    );
    assert_eq!(ask("SELECT count(DISTINCT email) FROM plain").trim(), "1");
}

#[test]
fn what_definitions_may_refuse_is_told_unless_a_test_restore_knows() {
    for (sql, column, why, restores) in [
        (
            "CREATE TABLE t (email text CHECK (email LIKE '%@ours.org')); INSERT INTO t VALUES ('ann@ours.org')",
            "email of public.t",
            "which a check reads",
            false,
        ),
        (
            "CREATE TABLE t (email text CHECK (email ~ '^[^@]+@[^@]+$')); INSERT INTO t VALUES ('ann@ours.org')",
            "email of public.t",
            "which a check reads",
            true,
        ),
        (
            "CREATE DOMAIN address AS text CHECK (VALUE ~ '@ours[.]org$'); CREATE DOMAIN mine AS address;
             CREATE TABLE t (email mine); INSERT INTO t VALUES ('ann@ours.org')",
            "email of public.t",
            "whose domain has a check",
            false,
        ),
        (
            "CREATE TABLE t (email text) PARTITION BY HASH (email);
             CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
             CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1);
             INSERT INTO t SELECT 'u' || i || '@ours.org' FROM generate_series(1, 50) i",
            "email of public.t0",
            "by which rows find their partition",
            false,
        ),
        (
            "CREATE TABLE t (email text) PARTITION BY RANGE (email);
             CREATE TABLE a PARTITION OF t FOR VALUES FROM ('a') TO ('m'); INSERT INTO t VALUES ('ann@ours.org')",
            "email of public.a",
            "by which rows find their partition",
            false,
        ),
        (
            "CREATE TABLE t (email text, host text GENERATED ALWAYS AS (split_part(email, '@', 2)) STORED UNIQUE);
             INSERT INTO t VALUES ('ann@ours.org'), ('ann@theirs.org')",
            "email of public.t",
            "of which something computed has to be unique",
            false,
        ),
        (
            "CREATE TABLE t (email text); CREATE UNIQUE INDEX ON t (split_part(email, '@', 2));
             INSERT INTO t VALUES ('ann@ours.org'), ('ann@theirs.org')",
            "email of public.t",
            "of which something computed has to be unique",
            false,
        ),
        (
            "CREATE TABLE t (id integer, email text); INSERT INTO t VALUES (1, 'ann@ours.org'), (2, 'ann@theirs.org');
             CREATE MATERIALIZED VIEW v AS SELECT split_part(email, '@', 2) AS host FROM t; CREATE UNIQUE INDEX ON v (host)",
            "email of public.t",
            "of which something computed has to be unique",
            false,
        ),
    ] {
        let (database, workspace) = host(sql);
        let made = backed_up(&workspace, &["--json"]).expect_code(8);
        assert!(
            made.stderr.contains(ALARM) && made.stderr.contains(column) && made.stderr.contains(why),
            "{sql}: {made}"
        );
        assert!(made.text().contains(r#""event":"alarm""#), "{made}");
        assert!(made.stderr.contains("--test-restore") && made.stderr.contains("[anonymize"), "{made}");
        // The artefacts are there.
        assert!(workspace.path(format!("backups/{database}.anon.gz")).exists());
        let tried = backed_up(&workspace, &["--test-restore"]).expect_code(if restores { 0 } else { 5 });
        assert_eq!(tried.stderr.contains(ALARM), !restores, "{sql}: {tried}");
        let manifest = fs::read(workspace.path(format!("backups/{database}.json"))).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let outcome = if restores { "passed" } else { "failed" };
        assert_eq!(manifest["test_restore"]["outcome"], outcome);
    }
}

#[test]
fn nothing_is_told_of_columns_that_stay_as_they_are() {
    let (_, workspace) = host(
        "CREATE TABLE t (email text CHECK (email LIKE '%@ours.org'), site text CHECK (site LIKE 'https://%'),
            other text CHECK (other = lower(other) AND other LIKE '%@%' AND length(other) > 5));
         INSERT INTO t VALUES ('ann@ours.org', 'https://ours.org', 'ann@ours.org');
         CREATE TABLE parted (n integer, email text) PARTITION BY HASH (n);
         CREATE TABLE part PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);
         INSERT INTO parted VALUES (1, 'ann@ours.org')",
    );
    workspace.write("pgferry.toml", "[anonymize.columns.t]\nemail = \"keep\"\n");
    backed_up(&workspace, &[]).expect_code(0);
    backed_up(&workspace, &["--test-restore"]).expect_code(0);
}
