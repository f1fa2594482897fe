//! A backup that something breaks off: nothing that looks like a set is left, and the next run is as if nothing was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::support::{Cluster, Outcome, Workspace};

/// More than fits into all pipes and channels, so that a dump can be caught in the middle.
const ROWS: u32 = 400_000;

/// A database that takes a while to dump, and a host.
fn host() -> (String, Workspace) {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(
        &database,
        &format!(
            "CREATE TABLE t AS SELECT i, repeat(md5(i::text), 10) AS noise, 'u' || i || '@example.org' AS mail
             FROM generate_series(1, {ROWS}) i;
             CREATE TABLE t_and_more ();"
        ),
    );
    let workspace = Workspace::new().with_database(cluster, &database);
    (database, workspace)
}

fn start(workspace: &Workspace) -> Child {
    let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    command
        .args(["backup", "--no-upload"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until data have been written to a temporary file.
fn await_data(child: &mut Child, backups: &Path) {
    let started = Instant::now();
    let has_data = || {
        fs::read_dir(backups).unwrap().flatten().any(|entry| {
            is_temporary(&entry.file_name().into_string().unwrap())
                && entry
                    .metadata()
                    .is_ok_and(|metadata| metadata.len() > 100_000)
        })
    };
    while !has_data() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "it did not begin"
        );
        std::thread::yield_now();
    }
}

fn end(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), stderr)
}

/// A file that is removed when the run ends, and by the next run when it doesn't.
fn is_temporary(name: &str) -> bool {
    name.starts_with(".pgferry-") && !is_for_good(name)
}

/// The lock and the key.
fn is_for_good(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    name.starts_with(".pgferry-") && matches!(extension, Some("lock" | "key"))
}

fn names(backups: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(backups)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn assert_nothing_left(backups: &Path, context: &str) {
    let left: Vec<String> = names(backups)
        .into_iter()
        .filter(|name| !is_for_good(name))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "{context}");
}

/// The child of `parent` that runs `program`.
fn child_of(parent: u32, program: &str) -> Option<Pid> {
    fs::read_dir("/proc").unwrap().flatten().find_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (head, tail) = stat.split_once(") ")?;
        let (pid, name) = head.split_once(" (")?;
        let of = tail.split(' ').nth(1)?.parse::<u32>().ok()?;
        (of == parent && name == program).then(|| Pid::from_raw(pid.parse().unwrap()))
    })
}

#[test]
fn a_program_that_is_killed_halfway_publishes_nothing() {
    let (_, workspace) = host();
    let backups = workspace.path("backups");
    for program in ["pg_dump", "pg_restore"] {
        let mut run = start(&workspace);
        await_data(&mut run, &backups);
        let pid = child_of(run.id(), program).expect("it runs");
        kill(pid, Signal::SIGKILL).unwrap();
        let (code, stderr) = end(run);
        assert_eq!(code, 1, "{stderr}");
        let said = format!("error: `{program}` failed (signal: 9 (SIGKILL))");
        assert!(stderr.contains(&said), "{stderr}");
        assert_nothing_left(&backups, &stderr);
    }
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
}

#[test]
fn a_server_that_ends_the_connection_publishes_nothing() {
    let (database, workspace) = host();
    let backups = workspace.path("backups");
    let mut run = start(&workspace);
    await_data(&mut run, &backups);
    Cluster::shared().psql(
        "postgres",
        &format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        ),
    );
    let (code, stderr) = end(run);
    assert_eq!(code, 6, "{stderr}");
    assert!(
        stderr.contains("the connection to the server broke off"),
        "{stderr}"
    );
    assert_nothing_left(&backups, &stderr);
}

/// Runs a backup whose directory is a file system of that size, and says what is there afterwards.
fn on_a_small_disk(workspace: &Workspace, size: &str) -> (Outcome, Vec<String>) {
    let mut command = workspace.command("unshare");
    let script = format!(
        "mount -t tmpfs -o size={size},mode=700 tmpfs \"$BACKUP_DIR\" || exit 99
         \"$0\" backup --no-upload; code=$?; ls -A \"$BACKUP_DIR\"; exit $code"
    );
    command.args(["--map-root-user", "--mount", "/bin/sh", "-c", &script]);
    command.arg(env!("CARGO_BIN_EXE_pgferry"));
    let outcome = workspace.run(command, b"");
    let left = outcome.text().lines().map(str::to_owned).collect();
    (outcome, left)
}

#[test]
fn a_disk_that_is_full_at_any_time_publishes_nothing() {
    let (database, workspace) = host();
    // The three artefacts have some 30 MB in all; whichever fills the disk, the others are not published either.
    let mut failed = 0;
    for size in ["8k", "1m", "6m", "14m", "24m", "200m"] {
        let (outcome, left) = on_a_small_disk(&workspace, size);
        if outcome.code == 0 {
            assert!(left.contains(&format!("{database}.json")), "{outcome}");
            continue;
        }
        failed += 1;
        assert_eq!(outcome.code, 1, "{size}: {outcome}");
        assert!(
            outcome.stderr.contains("No space left"),
            "{size}: {outcome}"
        );
        assert!(
            outcome.stderr.contains("hint: free some space"),
            "{size}: {outcome}"
        );
        let ours = left.iter().filter(|name| !name.starts_with(".pgferry-"));
        assert_eq!(ours.count(), 0, "{size}: {outcome}");
        assert!(
            !left.iter().any(|name| is_temporary(name)),
            "{size}: {outcome}"
        );
    }
    assert!(
        (4..6).contains(&failed),
        "{failed} of the disks were too small"
    );
}

/// A set that says it is one: the manifest is there. Then all it names is there, whole.
fn assert_sets_are_whole(backups: &Path, context: &str) {
    for name in names(backups) {
        let is_manifest = name.contains('T')
            && Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "json");
        if !is_manifest || is_temporary(&name) {
            continue;
        }
        let manifest: Value =
            serde_json::from_slice(&fs::read(backups.join(&name)).unwrap()).unwrap();
        for (kind, artefact) in manifest["artefacts"].as_object().unwrap() {
            let file = backups.join(artefact["file"].as_str().unwrap());
            let size =
                fs::metadata(&file).unwrap_or_else(|_| panic!("{kind} is missing: {context}"));
            assert_eq!(
                Some(size.len()),
                artefact["size"].as_u64(),
                "{kind}: {context}"
            );
        }
    }
    // What a link says is current is a file that has its name for good.
    for name in names(backups) {
        let path = backups.join(&name);
        if path.is_symlink() {
            assert!(path.exists(), "{name} leads nowhere: {context}");
        }
    }
}

/// Kills the run at its `nth` call of one of these kinds.
fn killed_at(workspace: &Workspace, calls: &str, nth: u32) -> Outcome {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-e", "signal=none", "-o", "/dev/null", "-e"])
        .arg(format!("trace={calls}"))
        .arg("-e")
        .arg(format!("inject={calls}:signal=SIGKILL:when={nth}"))
        .arg(env!("CARGO_BIN_EXE_pgferry"))
        .args(["backup", "--no-upload"]);
    let like = workspace.command("true");
    command.env_clear();
    command.envs(
        like.get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    if let Some(directory) = like.get_current_dir() {
        command.current_dir(directory);
    }
    workspace.run(command, b"")
}

#[test]
fn a_run_that_is_killed_at_any_step_leaves_no_half_set() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(
        &database,
        "CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i",
    );
    let workspace = Workspace::new().with_database(cluster, &database);
    let backups = workspace.path("backups");
    let mut kills = 0;
    for calls in [
        // Giving names, and taking them back.
        "rename,renameat,renameat2,link,linkat",
        "symlink,symlinkat",
        "unlink,unlinkat",
        "fsync,fdatasync",
    ] {
        for nth in 1.. {
            let outcome = killed_at(&workspace, calls, nth);
            assert_sets_are_whole(&backups, &format!("{calls} {nth}: {outcome}"));
            if outcome.code == 0 {
                break;
            }
            kills += 1;
            assert!(nth < 40, "it never ends: {outcome}");
        }
    }
    assert!(kills >= 10, "only {kills} steps were hit");
    let made = workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert_sets_are_whole(&backups, &made.stderr);
    assert!(
        !names(&backups).iter().any(|name| is_temporary(name)),
        "{:?}",
        names(&backups)
    );
}

#[test]
fn the_database_is_read_once() {
    let (database, workspace) = host();
    let read = || -> u64 {
        Cluster::shared()
            .psql(
                &database,
                "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 't'",
            )
            .parse()
            .unwrap()
    };
    let before = read();
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    assert_eq!(read() - before, u64::from(ROWS));
}

/// Everything whose blocks could go wrong: empty tables, tables of many blocks, rows longer than a block, rows that look
/// like ends, large objects, names that need quotes, a materialised view, partitions.
const SHAPES: &str = r#"
    CREATE TABLE "Empty table" (a int, "B b" text);
    CREATE TABLE long_rows AS SELECT i, repeat(chr(64 + i), 1500000) AS long FROM generate_series(1, 3) i;
    CREATE TABLE odd_rows (a text);
    INSERT INTO odd_rows VALUES ('\.'), (E'\\.\n\n\n'), (''), (NULL), (E'\n\n'), ('ann@example.org');
    CREATE TABLE log AS SELECT i, md5(i::text) AS line FROM generate_series(1, 60000) i;
    CREATE TABLE people AS SELECT i, 'p' || i || '@example.org' AS mail FROM generate_series(1, 60000) i;
    CREATE TABLE parts (i int) PARTITION BY RANGE (i);
    CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (99);
    INSERT INTO parts SELECT generate_series(0, 98);
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM log;
    SELECT lo_from_bytea(0, decode(repeat('00ff', 500000), 'hex')), lo_from_bytea(0, ''), lo_from_bytea(0, 'ann@example.org');
"#;

fn without_key(sql: &[u8]) -> Vec<u8> {
    let lines = sql.split_inclusive(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.starts_with(b"\\restrict ") && !line.starts_with(b"\\unrestrict "))
        .flatten()
        .copied()
        .collect()
}

fn output(
    workspace: &Workspace,
    program: impl AsRef<std::ffi::OsStr>,
    arguments: &[&str],
) -> Vec<u8> {
    let mut command = workspace.command(program);
    command.args(arguments);
    workspace.run(command, b"").expect_code(0).stdout
}

#[test]
fn all_shapes_of_data_come_back_by_stock_tools() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(&database, SHAPES);
    let workspace = Workspace::new().with_database(cluster, &database);
    let flags = ["--no-owner", "--no-acl", "--clean", "--if-exists"];
    let expected = without_key(&cluster.dump(&database, &flags));
    for level in ["1", "4", "9"] {
        workspace
            .pgferry(&["backup", "--no-upload", "--level", level])
            .expect_code(0);
        let file = |kind: &str| -> PathBuf { workspace.path(format!("backups/{database}.{kind}")) };
        let name = |kind: &str| file(kind).display().to_string();
        for kind in ["gz", "anon.gz"] {
            output(&workspace, "gzip", &["-t", &name(kind)]);
        }
        let full = output(&workspace, "zcat", &[&name("gz")]);
        assert!(without_key(&full) == expected, "level {level}");
        let python = "import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())";
        assert!(output(&workspace, "python3", &["-c", python, &name("gz")]) == full);
        let pg_restore = cluster.programs().join("pg_restore");
        let mut arguments = vec!["-f", "-"];
        arguments.extend(flags);
        let dump = name("dump");
        arguments.push(&dump);
        let printed = output(&workspace, &pg_restore, &arguments);
        assert!(without_key(&printed) == expected, "level {level}");

        // In parallel, which needs to know where each table's data stand.
        let copy = cluster.fresh_database();
        output(&workspace, &pg_restore, &["-j", "2", "-d", &copy, &dump]);
        let copied = without_key(&cluster.dump(&copy, &flags));
        // The copy's large objects and tables keep their numbers and order.
        assert!(copied == expected, "level {level}");

        let manifest: Value = serde_json::from_slice(&fs::read(file("json")).unwrap()).unwrap();
        assert_says_what_is_there(&workspace, &manifest, &full);

        // Rows without addresses were compressed once: their members stand in the third file as they are in the first.
        let (plain, masked) = (
            fs::read(file("gz")).unwrap(),
            fs::read(file("anon.gz")).unwrap(),
        );
        let shared = shared_members(&plain, &masked);
        assert!(shared > 5, "{shared} members are shared");
    }
}

/// What the manifest says of the full artefact is what stock tools find.
fn assert_says_what_is_there(workspace: &Workspace, manifest: &Value, full: &[u8]) {
    workspace.write("full.sql", full);
    let sum = output(workspace, "sha256sum", &["full.sql"]);
    let artefact = &manifest["artefacts"]["full"];
    assert_eq!(
        artefact["raw_sha256"].as_str().unwrap().as_bytes(),
        sum.split(|byte| *byte == b' ').next().unwrap()
    );
    assert_eq!(artefact["raw_size"], full.len());
    let tables = manifest["tables"].as_array().unwrap();
    let rows: u64 = tables
        .iter()
        .map(|table| table["rows"].as_u64().unwrap())
        .sum();
    assert_eq!(rows, 3 + 6 + 60_000 + 60_000 + 99);
    assert_eq!(manifest["verification"]["rows"], rows);
    assert_eq!(manifest["verification"]["addresses_left"], 0);
    let people = manifest["anonymized"]
        .as_array()
        .unwrap()
        .iter()
        .find(|column| column["table"] == "public.people");
    assert_eq!(people.unwrap()["replaced"], 60_000);
    assert!(manifest["snapshot_at"].is_string());
    assert_eq!(manifest["rules_sha256"].as_str().unwrap().len(), 64);
}

/// How many members of one file stand in the other.
fn shared_members(one: &[u8], other: &[u8]) -> usize {
    let members = |file: &[u8]| -> std::collections::HashSet<Vec<u8>> {
        let mut members = std::collections::HashSet::new();
        let mut rest = file;
        while let Some(size) = pgferry_core::gzip::member::size(rest) {
            let (member, behind) = rest.split_at(size as usize);
            members.insert(member.to_vec());
            rest = behind;
        }
        members
    };
    members(one).intersection(&members(other)).count()
}
