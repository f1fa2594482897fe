//! What a host's run leaves behind: names, modes, links, manifest, retention; and what a failed one does not.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use super::support::{Cluster, Outcome, S3Server, Workspace};

fn host(sql: &str) -> (String, Workspace) {
    let database = Cluster::shared().fresh_database();
    Cluster::shared().psql(&database, sql);
    let workspace = Workspace::new().with_database(Cluster::shared(), &database);
    (database, workspace)
}

/// What the last event says.
fn manifest_of(made: &Outcome) -> serde_json::Value {
    let last = made.text().lines().next_back().unwrap();
    let event: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(event["event"], "finished", "{made}");
    event["manifest"].clone()
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_set_has_the_old_names_private_modes_and_a_manifest() {
    let (database, workspace) = host(
        "CREATE TABLE t AS SELECT i, 'u' || i || '@example.org' AS mail FROM generate_series(1, 20) i",
    );
    let made = workspace
        .pgferry(&["backup", "--no-upload", "--json"])
        .expect_code(0);
    let manifest = manifest_of(&made);
    let stamp = manifest["taken_at"]
        .as_str()
        .unwrap()
        .trim_end_matches('Z')
        .to_owned();
    let backups = workspace.path("backups");
    let expected: Vec<String> = [
        ".pgferry-anon.key".to_owned(),
        format!(".pgferry-{database}.lock"),
        format!("{database}.{stamp}.gz"),
        format!("{database}.{stamp}.json"),
        format!("{database}.anon.{stamp}.gz"),
        format!("{database}.anon.gz"),
        format!("{database}.dump"),
        format!("{database}.dump.{stamp}"),
        format!("{database}.gz"),
        format!("{database}.json"),
    ]
    .into();
    assert_eq!(names(&backups), expected);
    for name in &expected {
        let metadata = fs::symlink_metadata(backups.join(name)).unwrap();
        assert!(
            metadata.is_symlink() || metadata.permissions().mode() & 0o777 == 0o600,
            "{name}"
        );
    }
    assert_eq!(
        fs::read_link(backups.join(format!("{database}.anon.gz"))).unwrap(),
        Path::new(&expected[4])
    );
    let stored = fs::read(backups.join(format!("{database}.json"))).unwrap();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&stored).unwrap(),
        manifest
    );
    assert_eq!(
        manifest["tables"][0],
        serde_json::json!({"name": "public.t", "rows": 20, "bytes": manifest["tables"][0]["bytes"]})
    );
    assert_eq!(manifest["addresses_replaced"], 20);
    for kind in ["anon", "full", "dump"] {
        let record = &manifest["artefacts"][kind];
        let path = backups.join(record["file"].as_str().unwrap());
        assert_eq!(record["size"], fs::metadata(&path).unwrap().len());
        let mut sha256sum = workspace.command("sha256sum");
        sha256sum.arg(&path);
        assert!(
            workspace
                .run(sha256sum, b"")
                .text()
                .starts_with(record["sha256"].as_str().unwrap()),
            "{kind}"
        );
    }
}

#[test]
fn the_plain_kinds_are_what_pg_dump_prints() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.load(&database, "oddities.sql", &[]);
    let workspace = Workspace::new().with_database(cluster, &database);
    // A pseudonym does not fit into its varchar(12), and what does not fit is not cut.
    let refused = workspace.pgferry(&["backup", "--no-upload"]).expect_code(2);
    insta::assert_snapshot!(refused.stderr);
    assert!(!workspace.path(format!("backups/{database}.gz")).exists());
    workspace.write(
        "pgferry.toml",
        "[anonymize.columns.contacts]\nshort = \"null\"\n",
    );
    // Nobody knows what the check of a domain makes of pseudonyms.
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(8);
    let mut zcat = workspace.command("zcat");
    zcat.arg(workspace.path(format!("backups/{database}.gz")));
    let full =
        String::from_utf8_lossy(&workspace.run(zcat, b"").expect_code(0).stdout).into_owned();
    let expected = cluster.dump(
        &database,
        &["--no-owner", "--no-acl", "--clean", "--if-exists"],
    );
    let without_key = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| !line.starts_with("\\restrict ") && !line.starts_with("\\unrestrict "))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        without_key(&full),
        without_key(&String::from_utf8_lossy(&expected))
    );
}

#[test]
fn uploads_are_confirmed_in_the_manifest_which_goes_last() {
    let s3 = S3Server::shared();
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let bucket = s3.fresh_bucket();
    let workspace = workspace.with_s3(s3, &bucket, "db");
    let made = workspace.pgferry(&["backup", "--json"]).expect_code(0);
    let manifest = manifest_of(&made);
    let versions = s3.versions(&bucket, "db/");
    assert_eq!(versions.len(), 4);
    for (kind, name) in [("anon", "anon.gz"), ("full", "gz"), ("dump", "dump")] {
        let key = format!("db/{database}.{name}");
        let upload = &manifest["uploads"][kind];
        assert_eq!(upload["location"], format!("s3://{bucket}/{key}"));
        let version = versions.iter().find(|version| version.key == key).unwrap();
        assert_eq!(upload["version_id"], version.version_id);
        let local = fs::read(workspace.path(format!("backups/{database}.{name}"))).unwrap();
        assert!(s3.get_object(&bucket, &key, None) == local, "{kind}");
    }
    let stored = s3.get_object(&bucket, &format!("db/{database}.json"), None);
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&stored).unwrap(),
        manifest
    );
}

#[test]
fn old_sets_go_and_the_last_three_stay() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let backups = workspace.path("backups");
    for day in 1..=6 {
        for name in [
            format!("{database}.dump.2026-01-0{day}T04:00:00"),
            format!("{database}.anon.2026-01-0{day}T04:00:00.gz"),
        ] {
            fs::write(backups.join(name), b"old").unwrap();
        }
    }
    let other = format!("{database}-staging.dump.2026-01-01T04:00:00");
    fs::write(backups.join(&other), b"another database's").unwrap();
    let workspace = workspace.with("NUM_BACKUPS", "2");
    let made = workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert_eq!(
        made.stderr.matches("removed the set of").count(),
        4,
        "{made}"
    );
    let left: Vec<String> = names(&backups)
        .into_iter()
        .filter(|name| name.contains("2026-01"))
        .collect();
    assert_eq!(
        left,
        [
            other,
            format!("{database}.anon.2026-01-05T04:00:00.gz"),
            format!("{database}.anon.2026-01-06T04:00:00.gz"),
            format!("{database}.dump.2026-01-05T04:00:00"),
            format!("{database}.dump.2026-01-06T04:00:00"),
        ]
    );
}

#[test]
fn nothing_is_published_when_pg_dump_fails() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    let before = names(&workspace.path("backups"));
    // A pg_dump that writes half an archive and dies.
    let bin = workspace.path("work/bin");
    fs::create_dir(&bin).unwrap();
    let script = "#!/bin/sh\ncase \"$*\" in *--version*) exec /usr/bin/env -S PATH=\"$REAL\" pg_dump --version;; esac\nprintf PGDMP; echo 'pg_dump: error: query failed' >&2; exit 1\n";
    fs::write(bin.join("pg_dump"), script).unwrap();
    fs::set_permissions(bin.join("pg_dump"), fs::Permissions::from_mode(0o755)).unwrap();
    let real = format!("{}:/usr/bin:/bin", Cluster::shared().programs().display());
    let workspace = workspace
        .with("REAL", &real)
        .with("PATH", format!("{}:{real}", bin.display()));
    let failed = workspace.pgferry(&["backup", "--no-upload"]);
    assert!(
        failed.code != 0 && failed.stderr.contains("query failed"),
        "{failed}"
    );
    assert_eq!(names(&workspace.path("backups")), before, "{database}");
}

#[test]
fn a_database_without_tables_is_an_error() {
    let (_, workspace) = host("SELECT 1");
    let refused = workspace.pgferry(&["backup", "--no-upload"]).expect_code(3);
    assert!(refused.stderr.contains("has no tables"), "{refused}");
}

#[test]
fn a_failed_upload_keeps_the_set_and_fails_the_run() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let s3 = S3Server::shared();
    let workspace = workspace.with_s3(s3, "no-such-bucket", "db");
    let failed = workspace.pgferry(&["backup"]).expect_code(3);
    assert!(
        failed
            .stderr
            .contains("is kept on this host, but was not uploaded"),
        "{failed}"
    );
    let manifest = fs::read(workspace.path(format!("backups/{database}.json"))).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["uploads"], serde_json::json!({}));
}

#[test]
fn a_set_that_nobody_else_has_is_a_warning_and_no_success() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let made = workspace.pgferry(&["backup"]).expect_code(8);
    assert!(made.stderr.contains("no store is set"), "{made}");
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    s3.call(
        "put_bucket_versioning",
        &serde_json::json!({"Bucket": bucket, "VersioningConfiguration": {"Status": "Suspended"}}),
    );
    let made = workspace
        .with_s3(s3, &bucket, "db")
        .pgferry(&["backup"])
        .expect_code(8);
    assert!(
        made.stderr.contains("the bucket keeps no versions"),
        "{made}"
    );
}

#[test]
fn planted_files_are_refused_and_left_alone() {
    for plant in ["lock", "link", "hard link"] {
        let (database, workspace) = host("CREATE TABLE t (a text)");
        let backups = workspace.path("backups");
        let victim = workspace.write("victim", "precious");
        match plant {
            "lock" => symlink(&victim, backups.join(format!(".pgferry-{database}.lock"))).unwrap(),
            "hard link" => {
                fs::hard_link(&victim, backups.join(format!(".pgferry-{database}.lock"))).unwrap();
            }
            _ => fs::write(backups.join(format!("{database}.anon.gz")), "no link").unwrap(),
        }
        let refused = workspace.pgferry(&["backup", "--no-upload"]).expect_code(7);
        assert!(
            refused.stderr.contains("is no file of pgferry's"),
            "{plant}: {refused}"
        );
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "{plant}");
        let left = names(&backups)
            .into_iter()
            .filter(|name| !name.starts_with('.'))
            .count();
        assert_eq!(
            left,
            usize::from(plant == "link"),
            "{plant}: nothing is published"
        );
    }
    // A link at a current name that leads out of the directory is replaced, and its end stays as it was.
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let victim = workspace.write("victim", "precious");
    symlink(&victim, workspace.path(format!("backups/{database}.gz"))).unwrap();
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert_eq!(fs::metadata(&victim).unwrap().nlink(), 1);
}
