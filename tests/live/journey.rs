//! From a host's database into a developer's, over S3, and with the stock tools.

use super::recipes::just;
use super::support::{Cluster, Outcome, S3Server, Workspace, ordered};

/// The flags of the plain kinds; owners and privileges are not part of what a copy has to be.
const FLAGS: [&str; 2] = ["--no-owner", "--no-acl"];

/// A pseudonym does not fit into varchar(12), so the column needs a rule.
const RULES: &str = "[anonymize.columns.\"public.contacts\"]\nshort = \"null\"\n";

/// A database with `file` in it, a bucket, and the surroundings of a host that backs it up.
fn host(file: &str, variables: &[(&str, &str)]) -> (String, Workspace) {
    let (cluster, s3) = (Cluster::shared(), S3Server::shared());
    let database = cluster.fresh_database();
    cluster.load(&database, file, variables);
    let workspace =
        Workspace::new()
            .with_database(cluster, &database)
            .with_s3(s3, &s3.fresh_bucket(), "db");
    workspace.write(
        "pgferry.toml",
        if file == "oddities.sql" { RULES } else { "" },
    );
    (database, workspace)
}

/// The same store as a developer sees it, whose PG* variables name an empty database.
fn developer(workspace: Workspace) -> (String, Workspace) {
    let copy = Cluster::shared().fresh_database();
    let workspace = workspace.with_database(Cluster::shared(), &copy);
    (copy, workspace)
}

/// How a backup of that file's database ends: nobody knows what a check in the oddities makes of pseudonyms.
fn backed_up(file: &str) -> i32 {
    if file == "oddities.sql" { 8 } else { 0 }
}

fn backup_twice(
    file: &str,
    database: &str,
    workspace: &Workspace,
    change: &str,
) -> (Vec<u8>, Vec<u8>) {
    let cluster = Cluster::shared();
    let before = cluster.dump(database, &FLAGS);
    workspace.pgferry(&["backup"]).expect_code(backed_up(file));
    cluster.psql(database, change);
    let after = cluster.dump(database, &FLAGS);
    workspace.pgferry(&["backup"]).expect_code(backed_up(file));
    assert!(before != after);
    (before, after)
}

fn round_trip(file: &str, variables: &[(&str, &str)], change: &str) {
    let cluster = Cluster::shared();
    let (database, mut workspace) = host(file, variables);
    let (before, after) = backup_twice(file, &database, &workspace, change);
    let listed = workspace
        .pgferry(&["versions", "--database", &database, "--kind", "full"])
        .expect_code(0);
    assert_eq!(listed.text().lines().count(), 3, "{listed}");

    for (selector, kind, expected) in [
        ("~1", "full", &before),
        ("latest", "full", &after),
        ("~1", "dump", &before),
        ("latest", "dump", &after),
    ] {
        workspace
            .pgferry(&["fetch", selector, "--database", &database, "--kind", kind])
            .expect_code(0);
        let copy;
        (copy, workspace) = developer(workspace);
        let restored = workspace
            .pgferry(&[
                "restore",
                selector,
                "--database",
                &database,
                "--kind",
                kind,
                "--yes",
            ])
            .expect_code(0);
        assert!(restored.stderr.contains("is in the cache"), "{restored}");
        let found = cluster.dump(&copy, &FLAGS);
        assert!(
            ordered(&found) == ordered(expected),
            "{selector} of {kind} came back different:\n{}",
            difference(expected, &found)
        );
    }
}

/// The lines that only one of two dumps has.
fn difference(expected: &[u8], found: &[u8]) -> String {
    let (expected, found) = (ordered(expected), ordered(found));
    let pairs = expected
        .iter()
        .zip(&found)
        .filter(|(expected, found)| expected != found);
    let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
    let lines: Vec<String> = pairs
        .take(10)
        .map(|(expected, found)| format!("- {}\n+ {}", text(expected), text(found)))
        .collect();
    lines.join("\n")
}

#[test]
fn oddities_come_back_as_they_were() {
    round_trip(
        "oddities.sql",
        &[],
        "INSERT INTO one_column VALUES ('new'); DROP TABLE cyc_b CASCADE",
    );
}

#[test]
fn a_site_comes_back_as_it_was() {
    round_trip(
        "site.sql",
        &[("scale", "1")],
        "UPDATE events SET title = 'TBA'; DELETE FROM request_log WHERE id % 2 = 0",
    );
}

fn stock(workspace: &Workspace, script: &str) -> Outcome {
    let mut shell = workspace.command("/bin/bash");
    shell.args(["-o", "pipefail", "-c", script]);
    workspace.run(shell, b"").expect_code(0)
}

#[test]
fn stock_tools_restore_every_kind_without_an_error() {
    let cluster = Cluster::shared();
    for (file, variables) in [("site.sql", &[("scale", "1")][..]), ("oddities.sql", &[])] {
        let (database, workspace) = host(file, variables);
        let original = cluster.dump(&database, &FLAGS);
        workspace
            .pgferry(&["backup", "--no-upload"])
            .expect_code(backed_up(file));

        let (copy, workspace) = developer(workspace);
        stock(
            &workspace,
            &format!(
                "zcat $BACKUP_DIR/{database}.gz | psql -X -q -1 -v ON_ERROR_STOP=1 >/dev/null"
            ),
        );
        assert!(cluster.dump(&copy, &FLAGS) == original, "{file}: full");

        let (copy, workspace) = developer(workspace);
        stock(
            &workspace,
            &format!(
                "pg_restore --jobs=2 --exit-on-error --no-owner --no-acl -d $PGDATABASE $BACKUP_DIR/{database}.dump"
            ),
        );
        assert!(cluster.dump(&copy, &FLAGS) == original, "{file}: dump");

        let (copy, workspace) = developer(workspace);
        stock(
            &workspace,
            &format!(
                "zcat $BACKUP_DIR/{database}.anon.gz | psql -X -q -1 -v ON_ERROR_STOP=1 >/dev/null"
            ),
        );
        let rows = |database: &str| {
            let tables = cluster.psql(
                database,
                "SELECT string_agg(format('SELECT %L, count(*) FROM %s', c.oid::regclass, c.oid::regclass), ' UNION ALL ')
                 FROM pg_class c WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information)'",
            );
            cluster.psql(database, &format!("{tables} ORDER BY 1"))
        };
        assert_eq!(rows(&copy), rows(&database), "{file}: anon");
    }
}

/// What the old recipes did, word for word: no file is named, no setting but the environment's.
#[test]
fn the_old_recipes_line_fills_the_database() {
    let cluster = Cluster::shared();
    let (database, workspace) = host("site.sql", &[("scale", "1")]);
    workspace.pgferry(&["backup"]).expect_code(0);
    let (copy, workspace) = developer(workspace);
    // In a checkout, whose pgferry.toml names Infinite Industries' own database.
    let checkout = env!("CARGO_MANIFEST_DIR");
    let recipes = |words: &str| {
        let script = format!(
            "PATH=$(dirname {}):$PATH {} --justfile {checkout}/justfile {words}",
            env!("CARGO_BIN_EXE_pgferry"),
            just().display()
        );
        stock(&workspace, &script)
    };
    recipes("fetchdb populatedb");
    assert_eq!(cluster.psql(&copy, "SELECT count(*) FROM events"), "3000");
    cluster.psql(&copy, "DELETE FROM datetime_venue");
    recipes(&format!(
        "fetchdb {database}.anon.gz populatedb {database}.anon.gz"
    ));
    assert_eq!(
        cluster.psql(&copy, "SELECT count(*) FROM datetime_venue"),
        "3000"
    );
    assert_eq!(
        cluster.psql(
            &copy,
            "SELECT count(*) FROM users WHERE identifier ~ '@mail'"
        ),
        "0"
    );
}
