//! Anonymising dumps of real servers: what was replaced, what stays, what restores.

use std::fs;

use super::support::{Cluster, Workspace};

const RULES: &str = "[anonymize.columns.contacts]\nshort = \"null\"\n";

/// A plain dump of `oddities.sql`, as `odd.sql` in a workspace with the rule that it needs.
fn oddities(arguments: &[&str]) -> Workspace {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.load(&database, "oddities.sql", &[]);
    let copy = cluster.fresh_database();
    let workspace = Workspace::new()
        .with_database(cluster, &copy)
        .with("COPY", &copy);
    workspace.write(
        "odd.sql",
        cluster.dump(&database, &[&["--no-owner"], arguments].concat()),
    );
    workspace.write("pgferry.toml", RULES);
    workspace
}

#[test]
fn what_was_anonymised_restores_and_a_dump_of_the_copy_holds_no_address() {
    for arguments in [
        &[][..],
        &["--inserts"],
        &["--column-inserts", "--rows-per-insert=3"],
    ] {
        let workspace = oddities(arguments);
        workspace
            .pgferry(&["verify", "odd.sql", "--leaks"])
            .expect_code(5);
        workspace
            .pgferry(&["anonymize", "odd.sql", "--output", "odd.anon.sql.gz"])
            .expect_code(0);
        let mut zcat = workspace.command("/bin/bash");
        zcat.args([
            "-o",
            "pipefail",
            "-c",
            "zcat odd.anon.sql.gz | psql -X -q -1 -v ON_ERROR_STOP=1",
        ]);
        workspace.run(zcat, b"").expect_code(0);
        // What the server makes of it, written in three ways: no reading of a value may hold an address.
        for way in [&[][..], &["--inserts"], &["--column-inserts"]] {
            let mut pg_dump = workspace.command("/bin/bash");
            pg_dump.args([
                "-c",
                &format!("pg_dump {} -d $COPY > copy.sql", way.join(" ")),
            ]);
            workspace.run(pg_dump, b"").expect_code(0);
            let verified = workspace
                .pgferry(&["verify", "copy.sql", "--leaks"])
                .expect_code(0);
            assert!(
                verified.text().contains("no address was found in it"),
                "{verified}"
            );
        }
        let apart = "SELECT count(DISTINCT email) = count(*) AND count(*) = 4 FROM contacts";
        let mut psql = workspace.command("psql");
        psql.args([
            "-XAt",
            "-c",
            apart,
            "-c",
            "SELECT count(*) FROM contacts JOIN contact_links ON backup_email = other",
        ]);
        assert_eq!(
            workspace.run(psql, b"").expect_code(0).text(),
            "t\n2",
            "{arguments:?}"
        );
    }
}

#[test]
fn twice_is_as_good_as_once_and_the_same_key_gives_the_same_dump() {
    let workspace = oddities(&[]);
    workspace
        .pgferry(&["anonymize", "odd.sql", "--output", "once.sql"])
        .expect_code(0);
    workspace
        .pgferry(&["anonymize", "once.sql", "--output", "twice.sql"])
        .expect_code(0);
    workspace
        .pgferry(&["anonymize", "odd.sql", "--output", "again.sql"])
        .expect_code(0);
    let once = fs::read(workspace.path("work/once.sql")).unwrap();
    assert!(once == fs::read(workspace.path("work/twice.sql")).unwrap());
    assert!(once == fs::read(workspace.path("work/again.sql")).unwrap());
    let workspace = workspace.with("PGFERRY_ANON_KEY", "another key");
    workspace
        .pgferry(&["anonymize", "odd.sql", "--output", "other.sql"])
        .expect_code(0);
    assert!(once != fs::read(workspace.path("work/other.sql")).unwrap());
}

#[test]
fn a_stream_needs_its_unique_columns_named() {
    let workspace = oddities(&[]);
    let dump = fs::read(workspace.path("work/odd.sql")).unwrap();
    let refused = workspace
        .pgferry_reading(&["anonymize", "--output", "out.sql"], &dump)
        .expect_code(5);
    insta::assert_snapshot!(refused.stderr);
    assert!(!workspace.path("work/out.sql").exists());
    let named = [
        "contacts.email",
        "contacts.backup_email",
        "contact_links.email",
        "contact_links.other",
        "members.email",
        "typed.e",
    ];
    let arguments: Vec<&str> = ["anonymize"]
        .into_iter()
        .chain(named.iter().flat_map(|column| ["--unique", *column]))
        .collect();
    let piped = workspace.pgferry_reading(&arguments, &dump).expect_code(0);
    workspace
        .pgferry(&["anonymize", "odd.sql", "--output", "file.sql"])
        .expect_code(0);
    assert!(piped.stdout == fs::read(workspace.path("work/file.sql")).unwrap());
}

#[test]
fn nothing_is_left_under_the_name_of_what_failed() {
    let workspace = oddities(&[]);
    let dump = fs::read(workspace.path("work/odd.sql")).unwrap();
    workspace.write("cut.sql", &dump[..dump.len() / 2]);
    workspace.write("out.sql", "what was there");
    let cut = workspace
        .pgferry(&["anonymize", "cut.sql", "--output", "out.sql"])
        .expect_code(5);
    assert!(cut.stderr.contains("the dump ends inside"), "{cut}");
    workspace.write("pgferry.toml", "");
    let long = workspace
        .pgferry(&["anonymize", "odd.sql", "--output", "out.sql"])
        .expect_code(2);
    assert!(
        long.stderr
            .contains("column short of table public.contacts"),
        "{long}"
    );
    workspace.write(
        "pgferry.toml",
        "[anonymize.columns.contacts]\nshrot = \"null\"\n",
    );
    let unknown = workspace
        .pgferry(&["anonymize", "odd.sql", "--output", "out.sql"])
        .expect_code(2);
    assert!(
        unknown
            .stderr
            .contains("contacts.shrot, which does not exist"),
        "{unknown}"
    );
    assert_eq!(
        fs::read_to_string(workspace.path("work/out.sql")).unwrap(),
        "what was there"
    );
    let left = fs::read_dir(workspace.path("work")).unwrap().flatten();
    assert_eq!(
        left.filter(|entry| entry.file_name().to_string_lossy().starts_with('.'))
            .count(),
        0
    );
}

#[test]
fn rules_reach_the_backup() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(
        &database,
        "CREATE TABLE people (id int PRIMARY KEY, name text, phone text, token text UNIQUE, note text);
         INSERT INTO people SELECT i, 'Ada Lovelace', '+1 859 555 0100', md5(i::text), 'ada@example.org' FROM generate_series(1, 50) i;
         CREATE TABLE log AS SELECT generate_series(1, 1000) AS i",
    );
    let workspace = Workspace::new().with_database(cluster, &database);
    workspace.write(
        "pgferry.toml",
        "[anonymize]\nunlisted = \"refuse\"\ntruncate = [\"log\"]\n\n[anonymize.columns.people]\n\
         name = { fake = \"name\" }\nphone = \"mask\"\ntoken = \"hash\"\n",
    );
    let refused = workspace.pgferry(&["backup", "--no-upload"]).expect_code(2);
    insta::assert_snapshot!(refused.stderr);
    let toml = fs::read_to_string(workspace.path("work/pgferry.toml")).unwrap();
    workspace.write("pgferry.toml", format!("{toml}note = \"addresses\"\n"));
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);

    let copy = cluster.fresh_database();
    let artefact = workspace
        .path(format!("backups/{database}.anon.gz"))
        .display()
        .to_string();
    let workspace = workspace.with_database(cluster, &copy);
    workspace.pgferry(&["restore", &artefact]).expect_code(0);
    let seen = cluster.psql(
        &copy,
        "SELECT count(*), count(DISTINCT name), min(phone), count(DISTINCT token), min(note), (SELECT count(*) FROM log)
         FROM people WHERE name <> 'Ada Lovelace' AND token !~ '@'",
    );
    assert_eq!(seen, "50|1|+0 000 000 0000|50|nobody@example.com|0");
}
