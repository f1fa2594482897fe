//! A backup that nobody watches: whom it tells what, and what it makes sure of by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::interruption::interrupted;
use super::support::{Answer, Cluster, Containers, Listener, Outcome, S3Server, Workspace};

fn host(sql: &str) -> (String, Workspace) {
    let database = Cluster::shared().fresh_database();
    Cluster::shared().psql(&database, sql);
    let workspace = Workspace::new().with_database(Cluster::shared(), &database);
    (database, workspace)
}

fn events(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.text().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| match event["event"].as_str().unwrap() {
            "phase" => event["phase"].as_str().unwrap(),
            name => name,
        })
        .collect()
}

fn stored_manifest(workspace: &Workspace, database: &str) -> Value {
    let path = workspace.path(format!("backups/{database}.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn events_come_as_lines_and_the_monitor_hears_of_success_last() {
    let s3 = S3Server::shared();
    let (database, workspace) = host("CREATE TABLE t AS SELECT generate_series(1, 5) AS i");
    let monitor = Listener::start(Answer::Status(200));
    let workspace = workspace
        .with_s3(s3, &s3.fresh_bucket(), "db")
        .with("CHECKIN_URL", monitor.url("/token?create=1"))
        .with("CHECKIN_STYLE", "healthchecks");
    let made = workspace.pgferry(&["backup", "--json"]).expect_code(0);
    let events = events(&made);
    assert_eq!(
        names(&events),
        [
            "started",
            "connect",
            "dump",
            "verify",
            "publish",
            "published",
            "upload",
            "uploaded",
            "uploaded",
            "uploaded",
            "prune",
            "checked-in",
            "finished"
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event["database"] == json!(database))
    );
    let finished = events.last().unwrap();
    assert_eq!(finished["exit_code"], 0);
    assert_eq!(finished["manifest"], stored_manifest(&workspace, &database));
    assert_eq!(
        monitor.lines(),
        ["GET /token/start?create=1", "GET /token?create=1"]
    );
}

#[test]
fn the_plain_monitor_hears_of_success_only() {
    let monitor = Listener::start(Answer::Status(200));
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let workspace = workspace.with("CHECKIN_URL", monitor.url("/token"));
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert_eq!(monitor.lines(), ["GET /token"]);
    // Without a store the set is on this host only, which is no success.
    workspace.pgferry(&["backup"]).expect_code(8);
    workspace
        .with("PGDATABASE", "no-such-database")
        .pgferry(&["backup", "--no-upload"])
        .expect_code(6);
    assert_eq!(monitor.lines(), ["GET /token"]);
}

#[test]
fn a_monitor_that_is_down_never_fails_a_backup() {
    let monitor = Listener::start(Answer::Status(500));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for url in [monitor.url("/token"), format!("http://{nobody}/token")] {
        let (_, workspace) = host("CREATE TABLE t (a text)");
        let made = workspace
            .with("CHECKIN_URL", &url)
            .pgferry(&["backup", "--no-upload"])
            .expect_code(0);
        assert!(
            made.stderr
                .contains("warning: the backup is done, but the check-in at CHECKIN_URL failed"),
            "{made}"
        );
        assert!(!made.stderr.contains("token"), "{made}");
    }
    // A monitor that stumbles is asked again.
    assert_eq!(monitor.lines(), ["GET /token"; 4]);
}

#[test]
fn a_set_that_was_not_uploaded_is_a_failure_and_is_told() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let listener = Listener::start(Answer::Status(200));
    let workspace = workspace
        .with_s3(S3Server::shared(), "no-such-bucket", "db")
        .with("CHECKIN_URL", listener.url("/monitor"))
        .with("CHECKIN_STYLE", "healthchecks")
        .with("BACKUP_WEBHOOK_URL", listener.url("/hook/token"));
    let failed = workspace.pgferry(&["backup", "--json"]).expect_code(3);
    let mut lines = listener.lines();
    lines.sort();
    assert_eq!(
        lines,
        [
            "GET /monitor/fail",
            "GET /monitor/start",
            "POST /hook/token"
        ]
    );
    let events = events(&failed);
    let last = events.last().unwrap();
    assert_eq!(
        (&last["event"], &last["exit_code"]),
        (&json!("failed"), &json!(3))
    );
    let [text] = listener.texts().try_into().unwrap();
    assert!(
        text.starts_with("pgferry backup on ")
            && text.contains(&format!(
                " failed (exit code 3)\n- `{database}`: the set of "
            )),
        "{text}"
    );
}

#[test]
fn what_the_server_says_of_rows_is_told_to_nobody_else() {
    // The classic that dumps well and can't be restored: a check that looks into a table which is loaded later.
    let (database, workspace) = host(
        "CREATE TABLE b AS SELECT 1 AS id;
         CREATE FUNCTION known(integer) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.b WHERE id = $1)';
         CREATE TABLE a (id integer CHECK (known(id)), note text);
         INSERT INTO a VALUES (1, 'a row that is nobody''s business')",
    );
    let hook = Listener::start(Answer::Status(200));
    let workspace = workspace.with("BACKUP_WEBHOOK_URL", hook.url("/hook"));
    let failed = workspace
        .pgferry(&["backup", "--no-upload", "--test-restore", "--json"])
        .expect_code(5);
    assert!(
        failed.stderr.contains("a row that is nobody's business"),
        "here it helps: {failed}"
    );
    assert!(
        failed
            .stderr
            .contains("hint: `pgferry restore --into local /"),
        "{failed}"
    );
    let [text] = hook.texts().try_into().unwrap();
    assert!(
        text.contains("the test restore failed") && text.contains("the server refused a statement"),
        "{text}"
    );
    assert!(!text.contains("nobody's"), "{text}");
    let events = events(&failed);
    assert!(
        !events
            .iter()
            .any(|event| event.to_string().contains("nobody's")),
        "{failed}"
    );
    assert_eq!(events.last().unwrap()["exit_code"], 5);
    // The set stays, and says so.
    let manifest = stored_manifest(&workspace, &database);
    assert_eq!(manifest["test_restore"]["outcome"], "failed");
    assert_eq!(manifest, events.last().unwrap()["manifest"]);
    assert!(!manifest.to_string().contains("nobody's"));
    assert!(
        workspace
            .path(format!("backups/{database}.anon.gz"))
            .exists()
    );
    assert!(
        !workspace
            .path(format!("state/test-restore/{database}"))
            .exists()
    );
}

#[test]
fn a_test_restore_in_a_container_leaves_none() {
    let containers = Containers::new();
    let cluster = Cluster::shared();
    let name = containers.name("tested");
    let database = name.strip_prefix("pgferry-").unwrap();
    cluster.create_database(database);
    cluster.psql(
        database,
        "CREATE TABLE t AS SELECT i FROM generate_series(1, 321) i",
    );
    let workspace = Workspace::new()
        .with_database(cluster, database)
        .with("DOCKER_HOST", containers.address());
    let made = workspace
        .pgferry(&["backup", "--no-upload", "--test-restore=container"])
        .expect_code(0);
    assert!(
        made.stderr
            .contains("restored it for a test (1 table, 321 rows)"),
        "{made}"
    );
    let manifest = stored_manifest(&workspace, database);
    assert_eq!(manifest["test_restore"]["target"], "container");
    assert_eq!(manifest["test_restore"]["outcome"], "passed");
    assert_eq!(manifest["test_restore"]["rows"], 321);
    containers.expect_nothing_left();

    // Without an engine the set is made all the same, and the manifest says that nobody knows.
    let made = workspace
        .with("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .pgferry(&["backup", "--no-upload", "--test-restore=container"])
        .expect_code(8);
    assert!(
        made.stderr.contains("the test restore could not be tried"),
        "{made}"
    );
}

#[test]
fn a_test_restore_counts_rows_and_leaves_nothing() {
    let (database, workspace) = host(
        "CREATE SCHEMA \"odd name\";
         CREATE TABLE \"odd name\".\"Q\"\"t\" AS SELECT generate_series(1, 1200) AS i;
         CREATE TABLE parent (i integer) PARTITION BY RANGE (i);
         CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (100);
         INSERT INTO parent SELECT generate_series(1, 50);
         CREATE TABLE base (i integer); CREATE TABLE child () INHERITS (base);
         INSERT INTO base VALUES (1); INSERT INTO child VALUES (2), (3);
         CREATE TABLE log AS SELECT generate_series(1, 9) AS i;
         CREATE TABLE hidden AS SELECT 1 AS i; ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    );
    workspace.write("pgferry.toml", "[anonymize]\ntruncate = [\"public.log\"]\n");
    let made = workspace
        .pgferry(&["backup", "--no-upload", "--test-restore=local"])
        .expect_code(0);
    assert!(
        made.stderr
            .contains("restored it for a test (6 tables, 1,254 rows)"),
        "{made}"
    );
    let record = &stored_manifest(&workspace, &database)["test_restore"];
    assert_eq!(
        (
            &record["outcome"],
            &record["target"],
            &record["tables"],
            &record["rows"]
        ),
        (&json!("passed"), &json!("local"), &json!(6), &json!(1254))
    );
    assert!(
        !workspace
            .path(format!("state/test-restore/{database}"))
            .exists()
    );
    assert_eq!(workspace.pgferry(&["local", "list"]).text(), "");
}

#[test]
fn a_test_restore_that_can_not_be_tried_is_a_warning() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let blocked = workspace.write("file", "no directory");
    let made = workspace
        .with("PGFERRY_DATA_DIR", blocked.join("below"))
        .pgferry(&["backup", "--no-upload", "--test-restore"])
        .expect_code(8);
    assert!(
        made.stderr
            .contains("warning: the test restore could not be tried"),
        "{made}"
    );
    assert!(
        made.stderr.contains(&format!("backed up {database}")),
        "{made}"
    );
}

#[test]
fn a_test_restore_that_needs_a_superuser_is_not_tried_in_a_local_cluster() {
    let (database, workspace) = host(
        "CREATE EXTENSION citext; CREATE EXTENSION pg_stat_statements; CREATE EXTENSION postgres_fdw; CREATE TABLE t (a citext)",
    );
    let made = workspace
        .pgferry(&["backup", "--no-upload", "--test-restore", "--json"])
        .expect_code(8);
    assert!(
        made.stderr.contains(
            "needs the extension `pg_stat_statements`, the extension `postgres_fdw`, which a local cluster does not have \
             or only makes for a superuser"
        ) && made.stderr.contains("--test-restore=container"),
        "{made}"
    );
    let manifest = stored_manifest(&workspace, &database);
    let record = &manifest["test_restore"];
    assert_eq!(record["outcome"], "needs-extension", "{record}");
    assert!(
        record["reason"]
            .as_str()
            .unwrap()
            .contains("`postgres_fdw`")
    );
    assert!(
        !workspace
            .path(format!("state/test-restore/{database}"))
            .exists()
    );
    // One that everybody may make is no hindrance.
    Cluster::shared().psql(
        &database,
        "DROP EXTENSION pg_stat_statements; DROP EXTENSION postgres_fdw",
    );
    workspace
        .pgferry(&["backup", "--no-upload", "--test-restore"])
        .expect_code(0);
}

#[test]
fn an_interrupted_test_restore_leaves_no_server() {
    let (database, workspace) = host(
        "CREATE TABLE t (a text);
         CREATE FUNCTION slow() RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE MATERIALIZED VIEW v AS SELECT slow();
         CREATE OR REPLACE FUNCTION slow() RETURNS integer LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(600)'",
    );
    let directory = workspace.path(format!("state/test-restore/{database}"));
    let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    command.args(["backup", "--no-upload", "--test-restore"]);
    let server = || {
        let file = fs::read_to_string(directory.join("data/postmaster.pid")).ok()?;
        file.lines().next().map(str::to_owned)
    };
    let seen = std::cell::OnceCell::new();
    let (code, stderr) = interrupted(command, Signal::SIGTERM, || {
        // The materialized view is what it waits for.
        let busy = server().filter(|pid| {
            let titles = children(pid);
            titles
                .iter()
                .any(|title| title.contains("restored") && title.contains("REFRESH"))
        });
        busy.is_some_and(|pid| seen.set(pid).is_ok())
    });
    assert_eq!(code, 130, "{stderr}");
    assert!(!directory.exists(), "{stderr}");
    let server = seen.get().unwrap();
    assert!(children(server).is_empty(), "the server {server} is left");
    assert_eq!(
        stored_manifest(&workspace, &database)["test_restore"],
        Value::Null
    );
}

/// The titles of a process's children.
fn children(pid: &str) -> Vec<String> {
    let list = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let title = |child: &str| fs::read(format!("/proc/{child}/cmdline")).ok();
    list.split_whitespace()
        .filter_map(title)
        .map(|title| String::from_utf8_lossy(&title).into_owned())
        .collect()
}

#[test]
fn a_set_that_shrank_is_an_alarm_once() {
    let (database, workspace) = host(
        "CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 5000) i; CREATE TABLE u (a text)",
    );
    let listener = Listener::start(Answer::Status(200));
    let workspace = workspace
        .with("CHECKIN_URL", listener.url("/monitor"))
        .with("BACKUP_WEBHOOK_URL", listener.url("/hook"));
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    Cluster::shared().psql(&database, "DROP TABLE t");
    let made = workspace.pgferry(&["backup", "--no-upload"]).expect_code(8);
    assert!(
        made.stderr
            .contains("warning: the set is less than half as large as the last one"),
        "{made}"
    );
    assert!(
        made.stderr.contains("1 table after 2, 0 rows after 5,000"),
        "{made}"
    );
    let [text] = listener.texts().try_into().unwrap();
    assert!(
        text.contains(" needs attention (exit code 8)\n- `"),
        "{text}"
    );
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert_eq!(
        listener.lines(),
        ["GET /monitor", "POST /hook", "GET /monitor"]
    );
}

#[test]
fn a_pg_dump_older_than_the_server_is_refused() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let bin = workspace.path("work/bin");
    fs::create_dir(&bin).unwrap();
    fs::write(
        bin.join("pg_dump"),
        "#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.4'\n",
    )
    .unwrap();
    fs::set_permissions(bin.join("pg_dump"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}:/usr/bin:/bin",
        bin.display(),
        Cluster::shared().programs().display()
    );
    let refused = workspace
        .with("PATH", path)
        .pgferry(&["backup", "--no-upload"])
        .expect_code(1);
    assert!(
        refused
            .stderr
            .contains("pg_dump 12.4 is older than the server"),
        "{refused}"
    );
    assert!(
        refused
            .stderr
            .contains("hint: install the client of the server's major"),
        "{refused}"
    );
    assert!(
        !refused.stderr.contains(&format!("backed up {database}")),
        "{refused}"
    );
}

#[test]
fn a_webhook_that_hangs_holds_nobody_up() {
    let hook = Listener::start(Answer::Nothing);
    let (_, workspace) = host("SELECT 1");
    let started = Instant::now();
    let failed = workspace
        .with("BACKUP_WEBHOOK_URL", hook.url("/hook/token"))
        .pgferry(&["backup", "--no-upload"])
        .expect_code(3);
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "{:?}",
        started.elapsed()
    );
    assert!(
        failed.stderr.contains(
            "warning: the message to BACKUP_WEBHOOK_URL failed: it did not answer in time"
        ),
        "{failed}"
    );
    assert!(hook.lines().len() > 1, "it is asked again");
}

#[test]
fn several_databases_are_backed_up_one_by_one() {
    let cluster = Cluster::shared();
    let (first, workspace) = host("CREATE TABLE t (a text)");
    let second = cluster.fresh_database();
    cluster.psql(&second, "CREATE TABLE t (a text)");
    let listener = Listener::start(Answer::Status(200));
    let workspace = workspace
        .with("CHECKIN_URL", listener.url("/monitor"))
        .with("BACKUP_WEBHOOK_URL", listener.url("/hook"));
    let names = format!("{first},no-such-database,{second}");
    let made = workspace
        .pgferry(&["backup", "--no-upload", "--json", "--database", &names])
        .expect_code(6);
    let events = events(&made);
    let ends: Vec<(&str, &str)> = events
        .iter()
        .filter(|event| !event["exit_code"].is_null())
        .map(|event| {
            (
                event["database"].as_str().unwrap(),
                event["event"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        ends,
        [
            (first.as_str(), "finished"),
            ("no-such-database", "failed"),
            (&second, "finished")
        ]
    );
    assert!(made.stderr.contains("error: `no-such-database`"), "{made}");
    assert!(
        made.stderr
            .contains("error: 1 of 3 backups failed: no-such-database"),
        "{made}"
    );
    let [text] = listener.texts().try_into().unwrap();
    assert!(
        text.contains("- `no-such-database`: the database `no-such-database` does not exist"),
        "{text}"
    );
    // One monitor watches over the run, which did not succeed.
    assert_eq!(listener.lines(), ["POST /hook"]);
    // By a setting too, which needs no PGDATABASE.
    workspace.write(
        "pgferry.toml",
        format!("[backup]\ndatabases = [\"{first}\", \"{second}\"]\n"),
    );
    let made = workspace
        .without("PGDATABASE")
        .pgferry(&["backup", "--no-upload"])
        .expect_code(0);
    assert_eq!(made.stderr.matches("backed up ").count(), 2, "{made}");
}

#[test]
fn a_service_alone_names_the_database() {
    let (database, workspace) = host("CREATE TABLE t (a text)");
    let file = workspace.write(
        "services",
        format!(
            "[nightly]\nhost=127.0.0.1\nport={}\ndbname={database}\n",
            Cluster::shared().port()
        ),
    );
    let made = workspace
        .with("PGSERVICEFILE", file)
        .with("PGSERVICE", "nightly")
        .without("PGDATABASE")
        .without("PGHOST")
        .without("PGPORT")
        .pgferry(&["backup", "--no-upload"])
        .expect_code(0);
    assert!(
        made.stderr.contains(&format!("backed up {database} ")),
        "{made}"
    );
}

#[test]
fn a_run_that_is_told_to_stop_says_so() {
    let (database, workspace) = host(
        "CREATE TABLE t AS SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 200000) i",
    );
    let listener = Listener::start(Answer::Status(200));
    let deaf = Listener::start(Answer::Nothing);
    for hook in [&listener, &deaf] {
        let workspace = Workspace::new()
            .with_database(Cluster::shared(), &database)
            .with("CHECKIN_URL", listener.url("/monitor"))
            .with("CHECKIN_STYLE", "healthchecks")
            .with("BACKUP_WEBHOOK_URL", hook.url("/hook"));
        let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command.args(["backup", "--no-upload"]);
        let backups = workspace.path("backups");
        let dumping = || {
            let mut entries = fs::read_dir(&backups).unwrap().flatten();
            entries.any(|entry| {
                let name = entry.file_name().into_string().unwrap();
                name.contains(".dump") && entry.metadata().unwrap().len() > 0
            })
        };
        // `interrupted` has a limit of ten seconds.
        let (code, stderr) = interrupted(command, Signal::SIGTERM, dumping);
        assert_eq!(code, 130, "{stderr}");
    }
    let [text] = listener.texts().try_into().unwrap();
    assert!(
        text.contains(&format!(
            " was interrupted\n- `{database}`: broken off while it "
        )),
        "{text}"
    );
    let lines = listener.lines();
    assert_eq!(
        lines
            .iter()
            .filter(|line| *line == "GET /monitor/fail")
            .count(),
        2,
        "{lines:?}"
    );
    assert_eq!(deaf.lines(), ["POST /hook"]);
    drop(workspace);
}
