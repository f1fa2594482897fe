//! Ctrl-C and its like: what was begun is undone, what was there stays, and the exit code says it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::{Cluster, Workspace};

/// Runs until `begun`, then sends the signal and waits for the end.
pub fn interrupted(
    mut command: Command,
    signal: Signal,
    begun: impl Fn() -> bool,
) -> (i32, String) {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    await_that(&mut child, begun);
    let sent = Instant::now();
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        sent.elapsed() < Duration::from_secs(10),
        "it took {:?} to end",
        sent.elapsed()
    );
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn await_that(child: &mut Child, begun: impl Fn() -> bool) {
    let started = Instant::now();
    while !begun() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        assert!(
            started.elapsed() < Duration::from_mins(2),
            "it did not begin"
        );
        std::thread::yield_now();
    }
}

/// How many connections of pgferry's children there are to the database.
fn connections(database: &str) -> String {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    );
    Cluster::shared().psql("postgres", &sql)
}

fn has_temporaries(directory: &Path) -> bool {
    fs::read_dir(directory).unwrap().flatten().any(|entry| {
        let name = entry.file_name().into_string().unwrap();
        name.strip_prefix(".pgferry-")
            .is_some_and(|rest| !rest.contains(".lock") && rest != "anon.key")
    })
}

/// `O_ACCMODE + 1` and `O_RDONLY`.
const ACCESS_MODES: u32 = 4;
const READ_ONLY: u32 = 0;

/// Whether a process has one of the temporary files open for reading alone, which only reading back does.
fn is_read_back(backups: &Path) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes.map(|process| process.path()).any(|process| {
        let open = fs::read_dir(process.join("fd")).into_iter().flatten();
        open.flatten().any(|file| {
            let is_temporary = fs::read_link(file.path()).is_ok_and(|target| {
                target.parent() == Some(backups)
                    && target.to_string_lossy().contains("/.pgferry-fresh-")
            });
            let flags = || -> Option<u32> {
                let of_file = process.join("fdinfo").join(file.file_name());
                let text = fs::read_to_string(of_file).ok()?;
                let flags = text.lines().find_map(|line| line.strip_prefix("flags:"))?;
                u32::from_str_radix(flags.trim(), 8).ok()
            };
            is_temporary && flags().is_some_and(|flags| flags % ACCESS_MODES == READ_ONLY)
        })
    })
}

/// Enough that reading them back takes longer than threads get to end by themselves.
const ROWS_TO_READ_BACK: u32 = 800_000;

/// A database whose backup takes long enough to be caught in the middle.
fn slow_database() -> (&'static Cluster, String) {
    database_of(200_000)
}

fn database_of(rows: u32) -> (&'static Cluster, String) {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(
        &database,
        &format!(
            "CREATE TABLE t AS SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, {rows}) i"
        ),
    );
    (cluster, database)
}

#[test]
fn a_backup_that_is_interrupted_leaves_nothing() {
    let (cluster, database) = slow_database();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let workspace = Workspace::new().with_database(cluster, &database);
        let backups = workspace.path("backups");
        let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command.args(["backup", "--no-upload"]);
        let (code, stderr) = interrupted(command, signal, || {
            has_temporaries(&backups) && connections(&database) != "0"
        });
        assert_eq!(code, 130, "{stderr}");
        assert!(!has_temporaries(&backups), "{stderr}");
        let published = fs::read_dir(&backups).unwrap().count();
        assert_eq!(published, 2, "the lock and the key are left: {stderr}");
        // And the next run works.
        workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    }
}

#[test]
fn a_backup_that_is_interrupted_while_it_reads_back_leaves_nothing() {
    let (cluster, database) = database_of(ROWS_TO_READ_BACK);
    let workspace = Workspace::new().with_database(cluster, &database);
    let backups = workspace.path("backups");
    let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    command.args(["backup", "--no-upload"]);
    let (code, stderr) = interrupted(command, Signal::SIGTERM, || is_read_back(&backups));
    assert_eq!(code, 130, "{stderr}");
    assert!(!has_temporaries(&backups), "{stderr}");
}

#[test]
fn a_second_backup_is_refused_and_a_killed_one_leaves_no_lock() {
    let (cluster, database) = slow_database();
    let workspace = Workspace::new().with_database(cluster, &database);
    let backups = workspace.path("backups");
    let mut first = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    let mut first = first
        .args(["backup", "--no-upload"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    await_that(&mut first, || has_temporaries(&backups));
    let second = workspace.pgferry(&["backup", "--no-upload"]).expect_code(7);
    assert!(
        second.stderr.contains(&format!(
            "another backup of `{database}` is running: process {}",
            first.id()
        )),
        "{second}"
    );
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(has_temporaries(&backups), "a killed run can't clean up");
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert!(!has_temporaries(&backups), "the next run does");
}

#[test]
fn a_restore_that_is_interrupted_changes_nothing() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(&database, "CREATE TABLE t AS SELECT 'old' AS a");
    let workspace = Workspace::new().with_database(cluster, &database);
    // The statement waits for as long as the test does.
    let dump = "--\n-- PostgreSQL database dump\n--\n\nDROP TABLE IF EXISTS public.t;\n\nSELECT pg_sleep(600);\n\n\
        --\n-- PostgreSQL database dump complete\n--\n\n";
    workspace.write("t.sql", dump);
    let of_this = |what: &str| {
        let sql = format!("SELECT count(*) FROM {what} AND datname ~ '^{database}(__new_.*)?$'");
        cluster.psql("postgres", &sql)
    };
    for way in [&[][..], &["--via", "psql"], &["--in-place"]] {
        let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args(["restore", "t.sql", "--yes", "--trust"])
            .args(way);
        let sleeping = || of_this("pg_stat_activity WHERE wait_event = 'PgSleep'") == "1";
        let (code, stderr) = interrupted(command, Signal::SIGINT, sleeping);
        assert_eq!(
            (code, stderr.as_str()),
            (130, "error: interrupted\n"),
            "{way:?}"
        );
        let started = Instant::now();
        while of_this("pg_stat_activity WHERE pid <> pg_backend_pid()") != "0" {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "the server goes on with what was interrupted"
            );
        }
        assert_eq!(of_this("pg_database WHERE true"), "1", "{way:?}");
        assert_eq!(cluster.psql(&database, "SELECT a FROM t"), "old");
    }
}

#[test]
fn a_local_cluster_that_is_interrupted_while_it_is_made_is_gone() {
    let workspace = Workspace::new().with_database(Cluster::shared(), "postgres");
    workspace.write("infinite-prod.sql", "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n\n--\n-- PostgreSQL database dump complete\n--\n\n");
    let clusters = workspace.path("state/local");
    let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    command.args(["restore", "infinite-prod.sql", "--into", "local"]);
    let (code, stderr) = interrupted(command, Signal::SIGINT, || {
        clusters.join("infinite-prod/data/PG_VERSION").exists()
    });
    assert_eq!(code, 130, "{stderr}");
    assert!(!clusters.join("infinite-prod").exists(), "{stderr}");
    workspace
        .pgferry(&["restore", "infinite-prod.sql", "--into", "local"])
        .expect_code(0);
    workspace.pgferry(&["local", "rm"]).expect_code(0);
}
