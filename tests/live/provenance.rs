//! Where a database comes from, as its comment and `pgferry status` say.

use serde_json::Value;

use super::snapshot::{Held, SECOND, Shelf, THIRD, until};
use super::support::Cluster;

const COMMENT: &str = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";

fn status(shelf: &Shelf<'_>, more: &[&str]) -> Value {
    let arguments = [&["status", "--json"], more].concat();
    let outcome = shelf.workspace.pgferry(&arguments).expect_code(0);
    serde_json::from_str(outcome.text()).unwrap()
}

#[test]
fn every_way_of_restoring_says_where_the_database_comes_from() {
    let shelf = Shelf::new();
    let name = &shelf.database;
    let unknown = shelf.workspace.pgferry(&["status"]).expect_code(3);
    assert!(
        unknown
            .stderr
            .contains(&format!("{name} was not restored by pgferry\n")),
        "{unknown}"
    );
    shelf.psql(&format!(
        "COMMENT ON DATABASE \"{name}\" IS E'it''s mine,\nof two lines'"
    ));
    shelf.workspace.pgferry(&["status"]).expect_code(3);
    for (selector, flags) in [
        ("latest", &["--no-snapshot"][..]),
        ("~1", &["--in-place"]),
        ("latest", &["--via", "psql"]),
        ("~1", &[]),
        ("latest", &[]),
    ] {
        let version = if selector == "~1" { SECOND } else { THIRD };
        shelf.restore(selector, flags).expect_code(0);
        let comment = shelf.psql(COMMENT);
        let (front, record) = comment.rsplit_once('\n').unwrap();
        assert_eq!(front, "it's mine,\nof two lines", "{flags:?}");
        assert!(record.starts_with("restored by pgferry "), "{record}");
        let known = status(&shelf, &[]);
        assert_eq!(known["restored"]["version"], version, "{flags:?}");
        assert_eq!(known["restored"]["kind"], "anon");
        assert_eq!(known["restored"]["database"], "site");
        assert_eq!(known["is_newest"], selector == "latest");
        assert_eq!(known["newest_version"], THIRD);
    }
    // A file is no version.
    shelf.workspace.write(
        "site.sql",
        "--\n-- PostgreSQL database dump\n--\n\n--\n-- PostgreSQL database dump complete\n--\n\n",
    );
    shelf.restore("./site.sql", &[]).expect_code(0);
    let known = status(&shelf, &[]);
    assert_eq!(known["restored"]["source"], "./site.sql");
    assert!(
        known["restored"]["version"].is_null() && known["is_newest"].is_null(),
        "{known}"
    );
}

#[test]
fn a_store_that_can_not_be_asked_hides_nothing_else() {
    let mut shelf = Shelf::new();
    shelf.restore("~1", &[]).expect_code(0);
    shelf.workspace = std::mem::replace(&mut shelf.workspace, super::support::Workspace::new())
        .without("PGFERRY_STORE");
    let told = shelf.workspace.pgferry(&["status"]).expect_code(0);
    assert!(
        told.text()
            .contains("holds site of 2026-11-20 04:00 (anon, version 2026-11-20T04:00:00)\n"),
        "{told}"
    );
    assert!(
        told.text()
            .ends_with("newest    nobody knows whether there is a newer one: no store is set"),
        "{told}"
    );
    shelf.set("PGFERRY_STORE", "s3://nowhere");
    shelf.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    shelf.set("AWS_ACCESS_KEY_ID", "a");
    shelf.set("AWS_SECRET_ACCESS_KEY", "b-for-a-test");
    shelf.set("AWS_REGION", "us-east-1");
    let told = shelf.workspace.pgferry(&["status"]).expect_code(0);
    assert!(
        told.text()
            .contains("nobody knows whether there is a newer one: "),
        "{told}"
    );
}

/// It is noted on the new database, so it is never there without what it tells of.
#[test]
fn a_killed_restore_leaves_the_old_comment() {
    let cluster = Cluster::start(&[]);
    let shelf = Shelf::on(&cluster);
    // Without a comment that would be carried over first.
    shelf.psql("CREATE TABLE t AS SELECT 'mine' AS a");
    let held = Held::comments(&shelf);
    let mut command = shelf.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    command
        .args(["restore", "--yes", "--no-snapshot"])
        .stderr(std::process::Stdio::null());
    let mut killed = command.spawn().unwrap();
    until(|| shelf.waiting() > 0);
    killed.kill().unwrap();
    killed.wait().unwrap();
    drop(held);
    // Its psql goes on to the end of what it was given.
    let writing = "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^COMMENT' AND application_name = 'psql'";
    until(|| cluster.psql("postgres", writing) == "0");
    assert_eq!(
        (shelf.row(), shelf.psql(COMMENT)),
        ("mine".to_owned(), String::new())
    );
}

#[test]
fn a_local_cluster_says_it_too_and_has_snapshots() {
    let shelf = Shelf::new();
    let local = |arguments: &[&str]| {
        let place = ["--into", "local"];
        shelf.workspace.pgferry(&[arguments, &place].concat())
    };
    local(&["restore"]).expect_code(0);
    let told = local(&["status"]).expect_code(0);
    assert!(
        told.text()
            .starts_with("site in the local cluster site holds site of 2026-11-21 04:00"),
        "{told}"
    );
    let again = local(&["restore"]).expect_code(0);
    assert!(
        again
            .stderr
            .contains("into site in the local cluster site from the snapshot auto-"),
        "{again}"
    );
    let url = shelf
        .workspace
        .pgferry(&["local", "url"])
        .expect_code(0)
        .text()
        .to_owned();
    let psql = |sql: &str| {
        let mut command = shelf.workspace.command("psql");
        command.args(["-XAtqc", sql, &url]).env_remove("PGPASSWORD");
        shelf
            .workspace
            .run(command, b"")
            .expect_code(0)
            .text()
            .to_owned()
    };
    // The role that the URL has owns everything, also after that.
    psql("UPDATE t SET a = 'changed'");
    local(&["reset", "--yes"]).expect_code(0);
    assert_eq!(psql("UPDATE t SET a = a || '!' RETURNING a"), "third!");
    local(&["snapshot", "save", "mine"]).expect_code(0);
    psql("DROP TABLE t");
    local(&["snapshot", "restore", "mine", "--yes"]).expect_code(0);
    assert_eq!(psql("SELECT a FROM t"), "third!");
    // One that is stopped is only asked.
    shelf.workspace.pgferry(&["local", "stop"]).expect_code(0);
    local(&["status"]).expect_code(0);
    let listed = shelf
        .workspace
        .pgferry(&["local", "list", "--json"])
        .expect_code(0);
    let listed: Value = serde_json::from_str(listed.text()).unwrap();
    assert_eq!(listed[0]["running"], false);
    shelf.workspace.pgferry(&["local", "rm"]).expect_code(0);
}
