//! Snapshots: taken instead of loading, kept by restores and by users, and what is left when something stops half-way.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::support::{Cluster, Outcome, Workspace};

/// A database, and a store of versions of a table `t` with one row.
pub struct Shelf<'c> {
    pub cluster: &'c Cluster,
    pub database: String,
    pub workspace: Workspace,
}

pub const FIRST: &str = "2026-11-19T04:00:00";
pub const SECOND: &str = "2026-11-20T04:00:00";
pub const THIRD: &str = "2026-11-21T04:00:00";

impl Shelf<'static> {
    pub fn new() -> Self {
        Self::on(Cluster::shared())
    }
}

impl<'c> Shelf<'c> {
    pub fn on(cluster: &'c Cluster) -> Self {
        let database = cluster.fresh_database();
        let workspace = Workspace::new().with_database(cluster, &database);
        let store = format!("file://{}", workspace.path("backups").display());
        let shelf = Self {
            cluster,
            database,
            workspace: workspace.with("PGFERRY_STORE", store),
        };
        shelf.store(FIRST, "first");
        shelf.store(SECOND, "second");
        shelf.store(THIRD, "third");
        shelf
    }

    /// Sets an environment variable.
    pub fn set(&mut self, name: &str, value: &str) {
        let workspace = std::mem::replace(&mut self.workspace, Workspace::new());
        self.workspace = workspace.with(name, value);
    }

    /// Puts a version there.
    pub fn store(&self, stamp: &str, row: &str) {
        let dump = format!(
            "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\nDROP TABLE IF EXISTS public.t;\n\
             CREATE TABLE public.t (a text);\n\nCOPY public.t (a) FROM stdin;\n{row}\n\\.\n\n\
             --\n-- PostgreSQL database dump complete\n--\n\n"
        );
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, dump.as_bytes()).unwrap();
        fs::write(self.file(stamp), gzip.finish().unwrap()).unwrap();
    }

    fn file(&self, stamp: &str) -> std::path::PathBuf {
        let name = format!("site.anon.{stamp}.gz");
        self.workspace.path("backups").join(name)
    }

    pub fn restore(&self, selector: &str, more: &[&str]) -> Outcome {
        let arguments = ["restore", selector, "--yes"];
        self.workspace.pgferry(&[&arguments[..], more].concat())
    }

    pub fn psql(&self, sql: &str) -> String {
        self.cluster.psql(&self.database, sql)
    }

    /// Leads to another database; the rest the variables say.
    fn url(&self, database: &str) -> String {
        format!("postgresql://127.0.0.1:{}/{database}", self.cluster.port())
    }

    pub fn row(&self) -> String {
        self.psql("SELECT a FROM public.t")
    }

    /// Databases beside this one.
    pub fn beside(&self, role: &str) -> Vec<String> {
        let sql = format!(
            "SELECT datname FROM pg_database WHERE datname ~ '^{}__{role}_' ORDER BY 1",
            self.database
        );
        let lines = self.cluster.psql("postgres", &sql);
        lines.lines().map(str::to_owned).collect()
    }

    pub fn expect_nothing_unfinished(&self) {
        assert!(self.beside("new").is_empty(), "{:?}", self.beside("new"));
        assert!(self.beside("old").is_empty(), "{:?}", self.beside("old"));
        let listed = self.listed();
        assert_eq!(self.beside("snap").len(), listed.len(), "{listed:?}");
    }

    /// Of this database.
    fn listed(&self) -> Vec<Value> {
        let all = self.workspace.pgferry(&["snapshot", "list", "--json"]);
        let all: Vec<Value> = serde_json::from_str(all.expect_code(0).text()).unwrap();
        let is_own = |one: &Value| one["database"] == self.database.as_str();
        all.into_iter().filter(is_own).collect()
    }

    /// What the automatic snapshots hold, in the order of their making.
    fn kept(&self) -> Vec<String> {
        let automatic = |one: &Value| one["automatic"] == true;
        let listed = self.listed().into_iter().filter(automatic);
        listed
            .map(|one| one["holds"]["version"].as_str().unwrap().to_owned())
            .collect()
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command.args(arguments);
        command
    }

    /// A session of an application's.
    fn application(&self) -> Child {
        let mut psql = self.workspace.command("psql");
        let application = psql
            .env("PGAPPNAME", "the application")
            .args(["-X", "-c", "SELECT pg_sleep(600)"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let connected = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND application_name = 'the application'",
            self.database
        );
        until(|| self.cluster.psql("postgres", &connected) == "1");
        application
    }

    /// How many wait for the lock that [`Held`] has.
    pub fn waiting(&self) -> usize {
        let sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'pg_shdescription'::regclass";
        self.cluster.psql("postgres", sql).parse().unwrap()
    }
}

impl Drop for Shelf<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for database in self.beside("snap") {
            self.cluster
                .psql("postgres", &format!("DROP DATABASE \"{database}\""));
        }
    }
}

pub fn until(happened: impl Fn() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "it did not come that far"
        );
        std::thread::yield_now();
    }
}

/// No comment is written for as long as this lives. Of a cluster of one's own.
pub struct Held<'c> {
    cluster: &'c Cluster,
    session: Child,
}

impl<'c> Held<'c> {
    pub fn comments(shelf: &Shelf<'c>) -> Self {
        let mut psql = shelf.workspace.command("psql");
        let lock = "BEGIN; LOCK pg_shdescription IN SHARE MODE; SELECT pg_sleep(600)";
        psql.env("PGDATABASE", "postgres")
            .args(["-X", "-q", "-c", lock]);
        let session = psql.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let held = Self {
            cluster: shelf.cluster,
            session: session.unwrap(),
        };
        until(|| !held.cluster.psql("postgres", HOLDER).is_empty());
        held
    }
}

const HOLDER: &str = "SELECT pid FROM pg_locks WHERE granted AND mode = 'ShareLock' AND relation = 'pg_shdescription'::regclass";

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let end = format!("SELECT pg_terminate_backend(({HOLDER}))");
        self.cluster.psql("postgres", &end);
        self.session.wait().unwrap();
    }
}

#[test]
fn the_second_restore_of_a_version_neither_loads_nor_fetches() {
    let shelf = Shelf::new();
    let first = shelf.restore("latest", &["--json"]).expect_code(0);
    assert!(first.stderr.contains("fetched site"), "{first}");
    shelf.psql("UPDATE t SET a = 'changed'");
    // Nothing could be loaded any more.
    let file = shelf.file(THIRD);
    let length = fs::metadata(&file).unwrap().len();
    fs::write(&file, vec![b'x'; usize::try_from(length).unwrap()]).unwrap();
    fs::remove_dir_all(shelf.workspace.path("cache")).unwrap();
    let second = shelf.restore("latest", &["--json"]).expect_code(0);
    assert_eq!(shelf.row(), "third");
    assert!(!second.stderr.contains("fetched"), "{second}");
    let line = format!(
        "restored site of 2026-11-21 04:00 (1 table, 1 row) into {} from the snapshot auto-",
        shelf.database
    );
    assert!(second.stderr.contains(&line), "{second}");
    let receipt = |outcome: &Outcome| -> Value { serde_json::from_str(outcome.text()).unwrap() };
    let (one, other) = (receipt(&first), receipt(&second));
    assert_eq!(one["tables"], other["tables"]);
    assert!(one["snapshot"].is_null() && other["snapshot"].is_string());
    // Another name for the database has its own place, and may use the same snapshot.
    let other = shelf.cluster.fresh_database();
    let url = shelf.url(&other);
    let third = shelf.restore("latest", &["--url", &url]).expect_code(0);
    assert!(third.stderr.contains(" from the snapshot auto-"), "{third}");
    assert_eq!(shelf.cluster.psql(&other, "SELECT a FROM t"), "third");
    shelf.restore("latest", &["--no-snapshot"]).expect_code(5);
    shelf.restore("latest", &["--force"]).expect_code(5);
    assert_eq!(shelf.row(), "third");
    shelf.expect_nothing_unfinished();
}

#[test]
fn what_a_snapshot_can_not_stand_for_is_loaded() {
    let shelf = Shelf::new();
    let loaded = |outcome: Outcome| {
        let outcome = outcome.expect_code(0);
        assert!(!outcome.stderr.contains("from the snapshot"), "{outcome}");
    };
    loaded(shelf.restore("latest", &["--no-snapshot"]));
    assert!(shelf.beside("snap").is_empty());
    loaded(shelf.restore("latest", &["--in-place"]));
    assert!(shelf.beside("snap").is_empty());
    loaded(shelf.restore("latest", &["--via", "psql"]));
    assert_eq!(shelf.kept(), [THIRD]);
    loaded(shelf.restore("latest", &["--trust"]));
    loaded(shelf.restore("latest", &["--force"]));
    assert_eq!(shelf.kept(), [THIRD, THIRD]);
    // A file's content is nobody's to know.
    shelf
        .workspace
        .write("site.anon.gz", fs::read(shelf.file(FIRST)).unwrap());
    loaded(shelf.restore("./site.anon.gz", &[]));
    assert_eq!(shelf.kept(), [THIRD, THIRD]);
    // A database that is made in another way.
    shelf.cluster.output(
        "createdb",
        "postgres",
        &[
            "--template=template0",
            "--encoding=LATIN1",
            "--locale=C",
            &format!("{}-1", shelf.database),
        ],
    );
    let url = shelf.url(&format!("{}-1", shelf.database));
    loaded(shelf.restore("latest", &["--url", &url]));
}

#[test]
fn only_so_many_are_kept_and_never_at_the_cost_of_a_users() {
    let mut shelf = Shelf::new();
    shelf.set("PGFERRY_SNAPSHOTS", "2");
    shelf.restore("~2", &[]).expect_code(0);
    shelf
        .workspace
        .pgferry(&["snapshot", "save", "mine"])
        .expect_code(0);
    shelf.restore("~1", &[]).expect_code(0);
    // The oldest is used, so that it is no longer the one that was used longest ago.
    shelf.restore("~2", &[]).expect_code(0);
    shelf.restore("latest", &[]).expect_code(0);
    assert_eq!(shelf.kept(), [FIRST, THIRD]);
    assert_eq!(shelf.listed().len(), 3);

    shelf.set("PGFERRY_SNAPSHOT_SIZE", "1 MB");
    let restored = shelf.restore("~1", &[]).expect_code(0);
    assert!(
        restored
            .stderr
            .contains("note: no snapshot was kept: the database has "),
        "{restored}"
    );
    assert!(
        restored
            .stderr
            .contains(", and `snapshot.max_size` is 1.0 MB\n"),
        "{restored}"
    );
    assert_eq!(shelf.row(), "second");
    assert_eq!(shelf.kept(), [FIRST, THIRD]);
    shelf.set("PGFERRY_SNAPSHOTS", "0");
    let restored = shelf.restore("~1", &[]).expect_code(0);
    assert!(!restored.stderr.contains("note:"), "{restored}");
    shelf.expect_nothing_unfinished();
}

#[test]
fn a_reset_goes_back_to_the_last_restore() {
    let shelf = Shelf::new();
    shelf.psql(&format!(
        "COMMENT ON DATABASE \"{}\" IS 'mine'",
        shelf.database
    ));
    let unknown = shelf.workspace.pgferry(&["reset", "--yes"]).expect_code(3);
    assert!(
        unknown.stderr.contains("was not restored by pgferry"),
        "{unknown}"
    );
    shelf.restore("~1", &[]).expect_code(0);
    shelf.psql("UPDATE t SET a = 'changed'; CREATE TABLE notes ()");
    shelf.workspace.pgferry(&["reset"]).expect_code(7);
    assert_eq!(shelf.row(), "changed");
    let reset = shelf.workspace.pgferry(&["reset", "--yes"]).expect_code(0);
    let expected = format!(
        "note: what only the old `{0}` held is gone: table public.notes\nreset {0} to site of 2026-11-20 04:00 in ",
        shelf.database
    );
    assert!(reset.stderr.contains(&expected), "{reset}");
    assert_eq!(shelf.row(), "second");
    let comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";
    let comment = shelf.psql(comment);
    assert!(
        comment.starts_with("mine\nrestored by pgferry "),
        "{comment}"
    );
    // Without the snapshot, the command is named that does it.
    let [snapshot] = &shelf.listed()[..] else {
        panic!()
    };
    let name = snapshot["name"].as_str().unwrap().to_owned();
    shelf
        .workspace
        .pgferry(&["snapshot", "rm", &name])
        .expect_code(0);
    let refused = shelf.workspace.pgferry(&["reset", "--yes"]).expect_code(3);
    let hint = "hint: `pgferry restore 2026-11-20T04:00:00 --kind anon --database site` restores that version again\n";
    assert!(refused.stderr.contains(hint), "{refused}");
    shelf.psql("UPDATE t SET a = 'changed'");
    shelf
        .restore(SECOND, &["--kind", "anon", "--database", "site"])
        .expect_code(0);
    assert_eq!(shelf.row(), "second");
    shelf.expect_nothing_unfinished();
}

#[test]
fn a_state_is_saved_and_brought_back() {
    let shelf = Shelf::new();
    shelf.psql("CREATE TABLE t AS SELECT 'mine' AS a");
    let pgferry = |arguments: &[&str]| shelf.workspace.pgferry(arguments);
    let mut application = shelf.application();
    let refused = pgferry(&["snapshot", "save", "a state"]).expect_code(7);
    assert!(
        refused.stderr.contains("of the application\nhint: `--yes`"),
        "{refused}"
    );
    assert!(application.try_wait().unwrap().is_none());
    let saved = pgferry(&["snapshot", "save", "a state", "--yes"]).expect_code(0);
    let note = format!(
        "note: connections to `{}` were ended: the application\n",
        shelf.database
    );
    assert!(saved.stderr.contains(&note), "{saved}");
    assert_eq!(application.wait().unwrap().code(), Some(2));
    let again = pgferry(&["snapshot", "save", "a state"]).expect_code(7);
    assert!(
        again
            .stderr
            .contains("`pgferry snapshot rm 'a state'` removes it"),
        "{again}"
    );
    let [lies_in] = &shelf.beside("snap")[..] else {
        panic!()
    };
    let mut psql = shelf.workspace.command("psql");
    let connected = psql
        .env("PGDATABASE", lies_in)
        .args(["-X", "-c", ""])
        .output();
    assert!(
        !connected.unwrap().status.success(),
        "nobody can connect to it"
    );

    shelf.psql("UPDATE t SET a = 'other'");
    pgferry(&["snapshot", "restore", "a state"]).expect_code(7);
    pgferry(&["snapshot", "restore", "another", "--yes"]).expect_code(3);
    assert_eq!(shelf.row(), "other");
    let kept = pgferry(&["snapshot", "restore", "a state", "--yes", "--keep-old"]).expect_code(0);
    assert_eq!(shelf.row(), "mine");
    let [old] = &shelf.beside("old")[..] else {
        panic!("{kept}")
    };
    assert_eq!(shelf.cluster.psql(old, "SELECT a FROM t"), "other");
    shelf
        .cluster
        .psql("postgres", &format!("DROP DATABASE \"{old}\""));
    let status = pgferry(&["status"]).expect_code(0);
    let expected = format!("{0} holds the snapshot a state of {0}\n", shelf.database);
    assert!(status.text().starts_with(&expected), "{status}");
    pgferry(&["snapshot", "rm", "a state", "another"]).expect_code(3);
    pgferry(&["snapshot", "rm", "a state"]).expect_code(0);
    assert!(shelf.beside("snap").is_empty());
    for (name, code) in [("", 2), ("auto-1", 2), ("a\nb", 2), (&*"x".repeat(64), 2)] {
        pgferry(&["snapshot", "save", name]).expect_code(code);
    }
    pgferry(&["snapshot", "save", &"x".repeat(63)]).expect_code(0);
    shelf.expect_nothing_unfinished();
}

/// Whoever may not make databases is told so, and restores as before.
#[test]
fn roles_that_may_make_no_databases_have_no_snapshots() {
    let shelf = Shelf::new();
    let role = format!("owner of {}", shelf.database);
    shelf.psql(&format!(
        "CREATE ROLE \"{role}\" LOGIN PASSWORD 'a-password-for-a-test'; ALTER DATABASE \"{}\" OWNER TO \"{role}\"",
        shelf.database
    ));
    let by_role = |arguments: &[&str]| {
        let mut command = shelf.command(arguments);
        command
            .env("PGUSER", &role)
            .env("PGPASSWORD", "a-password-for-a-test");
        shelf.workspace.run(command, b"")
    };
    let restored = by_role(&["restore", "--yes"]).expect_code(0);
    assert!(!restored.stderr.contains("snapshot"), "{restored}");
    assert!(shelf.beside("snap").is_empty());
    by_role(&["status"]).expect_code(0);
    let refused = by_role(&["snapshot", "save"]).expect_code(4);
    assert!(
        refused
            .stderr
            .contains("can have no snapshots: the role may not"),
        "{refused}"
    );
    shelf.psql(&format!(
        "REASSIGN OWNED BY \"{role}\" TO CURRENT_USER; DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""
    ));
}

#[test]
fn two_restores_of_a_version_at_once_both_end_well() {
    let cluster = Cluster::start(&[]);
    let shelf = Shelf::on(&cluster);
    shelf.restore("~1", &[]).expect_code(0);
    for selector in ["latest", "latest", "~1"] {
        let held = Held::comments(&shelf);
        let start = || {
            let mut command = shelf.command(&["restore", selector, "--yes"]);
            command
                .stderr(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        };
        // One waits with its database ready, or with a snapshot that is not finished; the other must not take that for an
        // orphan.
        let one = start();
        until(|| shelf.waiting() == 1);
        let other = start();
        until(|| {
            cluster.psql(
                "postgres",
                "SELECT count(*) FROM pg_locks WHERE NOT granted",
            ) == "2"
        });
        drop(held);
        for run in [one, other] {
            let output = run.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{selector}: {said}");
        }
        let row = if selector == "~1" { "second" } else { "third" };
        assert_eq!(shelf.row(), row);
        shelf.expect_nothing_unfinished();
    }
    assert_eq!(shelf.kept(), [SECOND, THIRD]);
}

#[test]
fn what_was_half_made_is_never_taken_and_goes_with_the_next() {
    let cluster = Cluster::start(&[]);
    let shelf = Shelf::on(&cluster);
    let own =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^pgferry [0-9a-f]{32}$'";
    // A killed run whose server loses the session too.
    for arguments in [
        &["snapshot", "save", "mine", "--yes"][..],
        &["restore", "latest", "--yes"],
    ] {
        let held = Held::comments(&shelf);
        let mut killed = shelf
            .command(arguments)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until(|| shelf.waiting() == 1);
        killed.kill().unwrap();
        killed.wait().unwrap();
        let end = own.replace("count(*)", "count(pg_terminate_backend(pid))");
        cluster.psql("postgres", &end);
        until(|| cluster.psql("postgres", own) == "0");
        drop(held);
        assert_eq!(
            shelf.beside("snap").len(),
            shelf.listed().len() + 1,
            "{arguments:?}"
        );
        let next = shelf.workspace.pgferry(arguments).expect_code(0);
        assert!(!next.stderr.contains("from the snapshot"), "{next}");
        shelf.expect_nothing_unfinished();
    }
    // One that has lost its record since.
    let [_, automatic] = &shelf.listed()[..] else {
        panic!()
    };
    let lies_in = automatic["lies_in"].as_str().unwrap();
    shelf.psql(&format!("COMMENT ON DATABASE \"{lies_in}\" IS 'mine'"));
    let loaded = shelf.restore("latest", &[]).expect_code(0);
    assert!(!loaded.stderr.contains("from the snapshot"), "{loaded}");
    shelf.expect_nothing_unfinished();
    let taken = shelf.restore("latest", &[]).expect_code(0);
    assert!(taken.stderr.contains("from the snapshot"), "{taken}");
}

const DROPPING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ '^DROP DATABASE'";

#[test]
fn whatever_is_interrupted_leaves_everything_as_it_was() {
    let cluster = Cluster::start(&[]);
    let shelf = Shelf::on(&cluster);
    shelf.restore("latest", &[]).expect_code(0);
    shelf
        .workspace
        .pgferry(&["snapshot", "save", "mine"])
        .expect_code(0);
    shelf.psql("UPDATE t SET a = 'changed'");
    let before = shelf.listed().len();
    let commands: [&[&str]; 5] = [
        &["snapshot", "save", "other", "--yes"],
        &["snapshot", "restore", "mine", "--yes"],
        &["reset", "--yes"],
        &["restore", "latest", "--yes"],
        &["restore", "~1", "--yes"],
    ];
    for arguments in commands {
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            let held = Held::comments(&shelf);
            let mut command = shelf.command(arguments);
            let run = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            let run = run.unwrap();
            until(|| shelf.waiting() > 0);
            kill(Pid::from_raw(run.id().cast_signed()), signal).unwrap();
            // What is dropped takes its comment with it.
            until(|| cluster.psql("postgres", DROPPING) != "0");
            drop(held);
            let output = run.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(130), "{arguments:?}: {said}");
            assert_eq!(shelf.row(), "changed", "{arguments:?}");
            assert_eq!(shelf.listed().len(), before, "{arguments:?}");
            shelf.expect_nothing_unfinished();
        }
    }
    // Killed, it can't undo anything: the next run does.
    for arguments in commands {
        let held = Held::comments(&shelf);
        let mut killed = shelf
            .command(arguments)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until(|| shelf.waiting() > 0);
        killed.kill().unwrap();
        killed.wait().unwrap();
        cluster.psql(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted",
        );
        until(|| shelf.waiting() == 0);
        drop(held);
        assert_eq!(shelf.row(), "changed", "{arguments:?}");
        until(|| {
            cluster.psql(
                "postgres",
                "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^pgferry [0-9a-f]{32}$'",
            ) == "0"
        });
    }
    shelf
        .workspace
        .pgferry(&["snapshot", "save", "other"])
        .expect_code(0);
    shelf.restore("~1", &[]).expect_code(0);
    assert_eq!(shelf.row(), "second");
    shelf.expect_nothing_unfinished();
}
