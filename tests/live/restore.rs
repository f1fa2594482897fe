//! Restores into a server and into a local cluster: guards, transactions, receipts.

use super::support::{Cluster, Workspace};

/// A small dump with one table, as pg_dump writes it.
fn dump(table: &str, rows: &str) -> String {
    format!(
        "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n\nDROP TABLE IF EXISTS public.{table};\n\
         CREATE TABLE public.{table} (a text);\n\nCOPY public.{table} (a) FROM stdin;\n{rows}\\.\n\n\
         ALTER TABLE ONLY public.{table} ADD CONSTRAINT {table}_key UNIQUE (a);\n\n\
         --\n-- PostgreSQL database dump complete\n--\n\n"
    )
}

fn place() -> (String, Workspace) {
    let database = Cluster::shared().fresh_database();
    let workspace = Workspace::new().with_database(Cluster::shared(), &database);
    (database, workspace)
}

#[test]
fn the_receipt_counts_what_the_server_took() {
    let (database, workspace) = place();
    workspace.write("t.sql", dump("t", "one\ntwo\nthree\n"));
    let restored = workspace.pgferry(&["restore", "t.sql"]).expect_code(0);
    assert_eq!(restored.text(), "table     rows\npublic.t     3");
    assert!(
        restored.stderr.contains(&format!(
            "restored t.sql (1 table, 3 rows) into {database} in "
        )),
        "{restored}"
    );

    let json = workspace
        .pgferry(&["restore", "t.sql", "--yes", "--json"])
        .expect_code(0);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["database"], database);
    assert_eq!(json["tables"][0]["rows"], 3);
}

#[test]
fn standard_input_is_a_dump_too() {
    let (database, workspace) = place();
    workspace
        .pgferry_reading(&["restore", "-"], dump("t", "one\n").as_bytes())
        .expect_code(0);
    assert_eq!(Cluster::shared().psql(&database, "SELECT a FROM t"), "one");
    let cut = dump("t", "one\n");
    workspace
        .pgferry_reading(&["restore", "-", "--yes"], &cut.as_bytes()[..cut.len() / 2])
        .expect_code(5);
    let cache = std::fs::read_dir(workspace.path("cache")).unwrap();
    assert_eq!(cache.count(), 0, "the spooled input is gone");
}

#[test]
fn an_error_halfway_leaves_the_database_as_it_was() {
    let cluster = Cluster::shared();
    let (database, workspace) = place();
    workspace.write("t.sql", dump("t", "old\n"));
    workspace.pgferry(&["restore", "t.sql"]).expect_code(0);
    // The unique key fails after all rows have gone in.
    workspace.write("t.sql", dump("t", "new\nnew\n"));
    for (more, said) in [
        (&[][..], "line 15 of the dump: ALTER TABLE ONLY public.t"),
        (&["--in-place"], "psql:<stdin>:15: ERROR:  23505"),
    ] {
        let arguments = [&["restore", "t.sql", "--yes"], more].concat();
        let failed = workspace.pgferry(&arguments).expect_code(6);
        assert!(failed.stderr.contains("ERROR:  23505"), "{failed}");
        assert!(failed.stderr.contains(said), "{failed}");
        assert_eq!(cluster.psql(&database, "SELECT a FROM t"), "old");
    }
}

#[test]
fn a_server_that_dies_halfway_is_told_of_and_keeps_what_it_had() {
    let cluster = Cluster::start(&[]);
    cluster.create_database("target");
    let workspace = Workspace::new().with_database(&cluster, "target");
    workspace.write("t.sql", dump("t", "old\n"));
    workspace.pgferry(&["restore", "t.sql"]).expect_code(0);
    let killer = "CREATE FUNCTION public.kill() RETURNS bool LANGUAGE sql AS 'SELECT pg_terminate_backend(pg_backend_pid())';\n";
    workspace.write(
        "t.sql",
        dump("t", "new\n").replace(
            "ALTER TABLE",
            &format!("{killer}SELECT public.kill();\nALTER TABLE"),
        ),
    );
    let failed = workspace
        .pgferry(&["restore", "t.sql", "--yes", "--trust"])
        .expect_code(6);
    assert!(
        failed
            .stderr
            .contains("error: the connection to the server broke off"),
        "{failed}"
    );
    cluster.crash_and_restart();
    assert_eq!(cluster.psql("target", "SELECT a FROM t"), "old");
}

#[test]
fn a_target_with_tables_is_overwritten_only_on_demand() {
    let (database, workspace) = place();
    workspace.write("t.sql", dump("t", "one\n"));
    workspace.pgferry(&["restore", "t.sql"]).expect_code(0);
    let refused = workspace.pgferry(&["restore", "t.sql"]).expect_code(7);
    let expected = format!(
        "error: there is no terminal to ask whether to go on: the restore replaces `{database}`, which holds 1 table\n\
         hint: `--yes` goes on without asking\n"
    );
    assert_eq!(refused.stderr, expected);
    workspace
        .pgferry(&["restore", "t.sql", "--yes"])
        .expect_code(0);
}

#[test]
fn settings_that_the_server_does_not_know_are_left_out_with_a_note() {
    let (_, workspace) = place();
    let newer = dump("t", "one\n").replace(
        "SET statement_timeout = 0;",
        "SET statement_timeout = 0;\nSET transaction_timeout = 0;",
    );
    workspace.write(
        "t.sql",
        format!("\\restrict abc\n\n{newer}\\unrestrict abc\n\n").replacen(
            "\\restrict abc\n\n--",
            "--",
            1,
        ),
    );
    let restored = workspace.pgferry(&["restore", "t.sql"]).expect_code(0);
    let knows = Cluster::shared().psql(
        "postgres",
        "SELECT count(*) FROM pg_settings WHERE name = 'transaction_timeout'",
    );
    assert_eq!(
        restored.stderr.contains("left out SET transaction_timeout"),
        knows == "0",
        "{restored}"
    );
}

#[test]
fn a_local_cluster_is_made_replaced_and_removed() {
    let workspace = Workspace::new()
        .with_database(Cluster::shared(), "postgres")
        .without("PGHOST")
        .without("PGPORT");
    workspace.write("infinite-prod.sql", dump("t", "one\n"));
    let restored = workspace
        .pgferry(&["restore", "infinite-prod.sql", "--into", "local"])
        .expect_code(0);
    assert!(
        restored
            .stderr
            .contains("restored infinite-prod.sql (1 table, 1 row) into infinite-prod"),
        "{restored}"
    );

    let url = workspace
        .pgferry(&["local", "url"])
        .expect_code(0)
        .text()
        .to_owned();
    let query = |sql: &str| {
        let mut psql = workspace.command("psql");
        psql.env_remove("PGPASSWORD")
            .args(["-XAt", &url, "-c", sql]);
        workspace.run(psql, b"").expect_code(0).text().to_owned()
    };
    assert_eq!(query("SELECT a FROM t"), "one");
    assert_eq!(query("SHOW fsync"), "off");
    let wrong = url.replace("postgres://pgferry:", "postgres://pgferry:x");
    let mut psql = workspace.command("psql");
    psql.args(["-XAt", &wrong, "-c", "SELECT 1"]);
    workspace.run(psql, b"").expect_code(2);

    // A dump that fails leaves what is there, one that loads takes its place.
    workspace.write("infinite-prod.sql", dump("t", "two\ntwo\n"));
    workspace
        .pgferry(&["restore", "infinite-prod.sql", "--into", "local"])
        .expect_code(6);
    assert_eq!(query("SELECT a FROM t"), "one");
    workspace.write("infinite-prod.sql", dump("t", "two\n"));
    workspace
        .pgferry(&["restore", "infinite-prod.sql", "--into", "local"])
        .expect_code(0);
    assert_eq!(query("SELECT a FROM t"), "two");
    assert_eq!(
        query("SELECT count(*) FROM pg_database WHERE datname ~ '__(new|old)'"),
        "0"
    );

    let listed = workspace.pgferry(&["local", "list"]).expect_code(0);
    assert!(listed.text().contains("infinite-prod  running"), "{listed}");
    workspace.pgferry(&["local", "stop"]).expect_code(0);
    let listed = workspace
        .pgferry(&["local", "list", "--json"])
        .expect_code(0);
    let json: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(json[0]["running"], false);
    // `url` starts it again, on the same port.
    assert_eq!(
        workspace.pgferry(&["local", "url"]).expect_code(0).text(),
        url
    );
    assert_eq!(query("SELECT a FROM t"), "two");
    workspace
        .pgferry(&["local", "rm", "infinite-prod"])
        .expect_code(0);
    workspace.pgferry(&["local", "url"]).expect_code(3);
    assert!(!workspace.path("state/local/infinite-prod").exists());
}

/// `pg_ctl` starts the server through a shell, and names come from a store that others may write to.
#[test]
fn a_local_clusters_name_is_a_name_and_nothing_else() {
    let workspace = nowhere();
    workspace.write("t.sql", dump("t", "one\n"));
    for name in [
        "a$(touch pwned)",
        "o'neil",
        "quo\"te",
        "two words",
        "ünïcode",
    ] {
        let arguments = ["restore", "t.sql", "--into", "local", "--name", name];
        workspace.pgferry(&arguments).expect_code(0);
        let url = workspace.pgferry(&["local", "url", name]).expect_code(0);
        let mut psql = workspace.command("psql");
        psql.args(["-XAt", url.text(), "-c", "SELECT a FROM t"]);
        assert_eq!(
            workspace.run(psql, b"").expect_code(0).text(),
            "one",
            "{name}"
        );
        workspace.pgferry(&["local", "rm", name]).expect_code(0);
    }
    let mut find = workspace.command("find");
    find.args([
        workspace.path("").as_os_str(),
        "-name".as_ref(),
        "pwned".as_ref(),
    ]);
    assert_eq!(workspace.run(find, b"").text(), "");
}

/// A function of the dump's own can be run by what `pg_dump` writes, such as a materialised view. It has no superuser's
/// rights, so no way out of the database.
#[test]
fn a_dumps_own_functions_do_not_get_out_of_a_local_cluster() {
    let workspace = nowhere();
    let mark = workspace.path("tmp/escaped");
    let escape = format!(
        "CREATE FUNCTION public.escape() RETURNS int LANGUAGE plpgsql AS $$\n\
         BEGIN EXECUTE $q$COPY (SELECT 1) TO PROGRAM 'touch {}'$q$; RETURN 1; END $$;\n\n\
         CREATE MATERIALIZED VIEW public.v AS SELECT public.escape() AS a;\n\nALTER TABLE",
        mark.display()
    );
    workspace.write(
        "t.sql",
        dump("t", "one\n").replacen("ALTER TABLE", &escape, 1),
    );
    let refused = workspace
        .pgferry(&["restore", "t.sql", "--into", "local"])
        .expect_code(4);
    assert!(refused.stderr.contains("42501"), "{refused}");
    assert!(!mark.exists());
    workspace.pgferry(&["local", "rm"]).expect_code(0);
}

/// After a reboot the number in `postmaster.pid` may be anybody's.
#[test]
fn a_strangers_process_is_not_taken_for_the_server() {
    let workspace = nowhere();
    workspace.write("t.sql", dump("t", "one\n"));
    workspace
        .pgferry(&["restore", "t.sql", "--into", "local"])
        .expect_code(0);
    workspace.pgferry(&["local", "stop"]).expect_code(0);
    let mut stranger = std::process::Command::new("sleep")
        .arg("600")
        .spawn()
        .unwrap();
    let data = workspace.path("state/local/t/data");
    std::fs::write(data.join("postmaster.pid"), format!("{}\n", stranger.id())).unwrap();
    let listed = workspace.pgferry(&["local", "list"]).expect_code(0);
    assert!(listed.text().contains("stopped"), "{listed}");
    workspace.pgferry(&["local", "rm"]).expect_code(0);
    let ended = stranger.try_wait().unwrap();
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    assert!(ended.is_none(), "it was killed");
}

/// Surroundings that lead to no server.
fn nowhere() -> Workspace {
    Workspace::new()
        .with_database(Cluster::shared(), "postgres")
        .without("PGHOST")
        .without("PGPORT")
}
