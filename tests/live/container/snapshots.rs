//! Snapshots, provenance and hooks in a container, by every way to its server.

use std::fs;

use super::super::support::Outcome;
use super::ground::Ground;
use super::{free_port, small};

/// A container of a ground whose workspace has a store with one version, and hooks.
struct Stored {
    ground: Ground,
    store: String,
}

impl Stored {
    fn new(what: &str) -> Self {
        let ground = Ground::new(what);
        let backups = ground.workspace.path("backups");
        fs::write(backups.join("site.anon.2026-11-21T04:00:00.gz"), {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut gzip, small("one\n").as_bytes()).unwrap();
            gzip.finish().unwrap()
        })
        .unwrap();
        ground.workspace.write(
            "pgferry.toml",
            "[restore]\nafter = [\"a.sql\", { command = [\"env\"] }]\n",
        );
        ground
            .workspace
            .write("a.sql", "UPDATE t SET a = a || '!';");
        let store = format!("file://{}", backups.display());
        Self { ground, store }
    }

    fn restore(&self, flags: &[&str]) -> Outcome {
        let flags = [&["--store", &self.store, "--as", "site"], flags].concat();
        self.ground.restore("latest", &flags).expect_code(0)
    }

    fn pgferry(&self, arguments: &[&str]) -> Outcome {
        let place = ["--into", "container", "--name", &self.ground.name];
        self.ground.workspace.pgferry(&[arguments, &place].concat())
    }
}

#[test]
fn a_container_keeps_snapshots_and_runs_hooks() {
    let stored = Stored::new("kept");
    let (ground, name) = (&stored.ground, &stored.ground.name);
    let port = free_port();
    let first = stored.restore(&["--port", &port]);
    assert!(first.stderr.contains("fetched site"), "{first}");
    assert!(first.stderr.contains("\nPGDATABASE=site\n"), "{first}");
    assert!(
        first.stderr.contains("\nDATABASE_URL=postgres://postgres:"),
        "{first}"
    );
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
    let second = stored.restore(&[]);
    let line =
        format!("(1 table, 1 row) into site in the container {name} from the snapshot auto-");
    assert!(second.stderr.contains(&line), "{second}");
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
    let status = stored.pgferry(&["status"]).expect_code(0);
    let told = format!(
        "site in the container {name} holds site of 2026-11-21 04:00 (anon, version 2026-11-21T04:00:00)\n"
    );
    assert!(status.text().starts_with(&told), "{status}");

    ground.select("UPDATE t SET a = 'changed'; COMMENT ON DATABASE site IS 'mine'");
    // It was somebody's to overwrite.
    stored.pgferry(&["reset", "--yes"]).expect_code(3);
    stored.restore(&[]);
    let comment = "SELECT split_part(shobj_description(oid, 'pg_database'), E'\\n', 1) FROM pg_database WHERE datname = 'site'";
    assert_eq!(ground.select(comment), "mine");
    ground.select("UPDATE t SET a = 'changed'");
    stored
        .pgferry(&["snapshot", "save", "changed", "--yes"])
        .expect_code(0);
    stored.pgferry(&["reset", "--yes"]).expect_code(0);
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
    stored
        .pgferry(&["snapshot", "restore", "changed", "--yes"])
        .expect_code(0);
    assert_eq!(ground.select("SELECT a FROM t"), "changed");
    let listed = stored.pgferry(&["snapshot", "list"]).expect_code(0);
    assert_eq!(listed.text().lines().count(), 3, "{listed}");

    // A stopped one is started to be asked, and stopped again; one that is changed goes on.
    ground.container("stop").expect_code(0);
    stored.pgferry(&["status"]).expect_code(0);
    assert!(!ground.is_running());
    stored.pgferry(&["reset", "--yes"]).expect_code(0);
    assert!(ground.is_running());
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
}

/// Where the server can't be reached from here, all of it goes through the container's own psql.
#[test]
fn a_container_that_only_the_engine_reaches_does_it_too() {
    let stored = Stored::new("inside");
    let (ground, port) = (&stored.ground, free_port());
    let inside = |arguments: &[&str]| {
        let mut command = ground.privileged("unshare");
        command
            .args(["--net", env!("CARGO_BIN_EXE_pgferry")])
            .args(arguments)
            .args(["--into", "container", "--name", &ground.name, "--verbose"]);
        ground.workspace.run(command, b"")
    };
    let restore = ["restore", "--store", &stored.store, "--as", "site"];
    let first = inside(&[&restore[..], &["--port", &port]].concat()).expect_code(0);
    assert!(
        first
            .stderr
            .contains("answers over psql inside the container"),
        "{first}"
    );
    let second = inside(&restore).expect_code(0);
    assert!(
        second.stderr.contains("from the snapshot auto-"),
        "{second}"
    );
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
    ground.select("UPDATE t SET a = 'changed'");
    inside(&["reset", "--yes"]).expect_code(0);
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
    ground
        .workspace
        .write("a.sql", "UPDATE t SET a = 'half'; SELECT 1 / 0;");
    inside(&["reset", "--yes"]).expect_code(6);
    assert_eq!(ground.select("SELECT a FROM t"), "one!");
}
