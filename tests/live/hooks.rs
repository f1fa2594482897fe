//! What the settings have run after a restore.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::snapshot::{Shelf, until};

/// A shelf whose settings have this list.
fn with_hooks(list: &str) -> Shelf<'static> {
    let shelf = Shelf::new();
    set(&shelf, list);
    shelf
}

fn set(shelf: &Shelf<'_>, list: &str) {
    shelf
        .workspace
        .write("pgferry.toml", format!("[restore]\nafter = [{list}]\n"));
}

fn script(shelf: &Shelf<'_>, name: &str, text: &str) {
    let path = shelf.workspace.write(name, format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn sql_is_run_before_the_swap_and_commands_after_it() {
    let shelf = with_hooks("\"sql/a.sql\", { command = [\"./told\", \"an argument\"] }, \"b.sql\"");
    std::fs::create_dir(shelf.workspace.path("work/sql")).unwrap();
    shelf
        .workspace
        .write("sql/a.sql", "\\ir c.sql\n\\echo printed");
    shelf
        .workspace
        .write("sql/c.sql", "UPDATE t SET a = a || '!';");
    let name = &shelf.database;
    // The database has no name yet when it runs.
    shelf.workspace.write(
        "b.sql",
        "CREATE TABLE seen AS SELECT current_database()::text AS a;",
    );
    script(
        &shelf,
        "told",
        "echo \"told of $1\"; pwd\npsql -XAtc 'SELECT current_database(), a FROM t'\npsql -XAtc 'SELECT 1' \"$DATABASE_URL\" >&2",
    );
    let restored = shelf.restore("latest", &["--json"]).expect_code(0);
    let place = shelf.workspace.path("work").display().to_string();
    let running =
        format!("running {place}/sql/a.sql\nprinted\nrunning {place}/b.sql\nrestored site");
    assert!(restored.stderr.contains(&running), "{restored}");
    let ran =
        format!("running `./told 'an argument'`\ntold of an argument\n{place}\n{name}|third!\n");
    assert!(restored.stderr.contains(&ran), "{restored}");
    assert!(!restored.text().contains("told"), "{restored}");
    assert_eq!(shelf.row(), "third!");
    assert!(
        shelf
            .psql("SELECT a FROM seen")
            .starts_with(&format!("{name}__new_"))
    );
    // The snapshot is of before, so they are run again.
    for arguments in [&["restore", "--yes"][..], &["reset", "--yes"]] {
        shelf.psql("UPDATE t SET a = 'changed'");
        let again = shelf.workspace.pgferry(arguments).expect_code(0);
        assert!(again.stderr.contains("told of an argument\n"), "{again}");
        assert_eq!(shelf.row(), "third!", "{arguments:?}");
    }
    // In place the database is the one that it was.
    shelf.restore("~1", &["--in-place"]).expect_code(8);
    shelf.psql("DROP TABLE seen");
    shelf.restore("~1", &["--in-place"]).expect_code(0);
    assert_eq!(shelf.psql("SELECT a FROM seen"), *name);
    for arguments in [
        &["restore", "--yes", "--no-hooks"][..],
        &["reset", "--yes", "--no-hooks"],
    ] {
        let without = shelf.workspace.pgferry(arguments).expect_code(0);
        assert!(!without.stderr.contains("running"), "{without}");
        assert_eq!(shelf.row(), "third");
    }
}

#[test]
fn sql_that_fails_leaves_the_old_database() {
    let shelf = Shelf::new();
    shelf.restore("~1", &[]).expect_code(0);
    set(&shelf, "\"a.sql\", { command = [\"./told\"] }");
    script(&shelf, "told", "echo told");
    shelf.workspace.write(
        "a.sql",
        "UPDATE t SET a = 'half';\nSELECT 1 / 0;\nUPDATE t SET a = 'whole';",
    );
    for arguments in [
        &["restore", "latest", "--yes"][..],
        &["reset", "--yes"],
        &["restore", "~1", "--yes"],
    ] {
        let failed = shelf.workspace.pgferry(arguments).expect_code(6);
        assert!(
            failed
                .stderr
                .contains("a.sql, which `restore.after` names, failed\n"),
            "{failed}"
        );
        assert!(
            failed
                .stderr
                .contains("a.sql:2: ERROR:  22012: division by zero"),
            "{failed}"
        );
        assert!(!failed.stderr.contains("told"), "{failed}");
        assert_eq!(shelf.row(), "second");
        shelf.expect_nothing_unfinished();
    }
    // In place it is too late.
    let failed = shelf.restore("latest", &["--in-place"]).expect_code(8);
    assert!(
        failed
            .stderr
            .contains("warning: the database was restored, but what comes after it failed\n"),
        "{failed}"
    );
    assert_eq!(shelf.row(), "third");

    std::fs::remove_file(shelf.workspace.path("work/a.sql")).unwrap();
    for arguments in [&["restore", "~1", "--yes"][..], &["reset", "--yes"]] {
        let missing = shelf.workspace.pgferry(arguments).expect_code(2);
        assert!(
            missing
                .stderr
                .contains("work/a.sql, which `restore.after` names\n"),
            "{missing}"
        );
    }
    assert_eq!(shelf.row(), "third");
}

#[test]
fn a_command_that_fails_is_told_of_and_the_database_stays_restored() {
    let shelf = with_hooks("{ command = [\"./fails\"] }, { command = [\"./told\"] }");
    script(&shelf, "fails", "echo \"what it says\" >&2; exit 3");
    script(&shelf, "told", "echo told");
    let failed = shelf.restore("latest", &[]).expect_code(8);
    assert!(
        failed.stderr.contains("running `./fails`\nwhat it says\n"),
        "{failed}"
    );
    let text =
        "warning: the database was restored, but `./fails` failed after it: exit status: 3\n";
    assert!(failed.stderr.contains(text), "{failed}");
    assert_eq!(failed.stderr.matches("what it says").count(), 1, "{failed}");
    assert!(!failed.stderr.contains("told"), "{failed}");
    assert_eq!(shelf.row(), "third");
    set(&shelf, "{ command = [\"no-such-program\"] }");
    let missing = shelf.restore("~1", &[]).expect_code(8);
    assert!(
        missing
            .stderr
            .contains("`no-such-program` is not installed, or not on PATH"),
        "{missing}"
    );
    assert_eq!(shelf.row(), "second");
}

#[test]
fn a_restore_that_ends_in_a_hook_leaves_one_database_whole() {
    let shelf = Shelf::new();
    shelf.restore("~1", &[]).expect_code(0);
    shelf.workspace.write("a.sql", "SELECT pg_sleep(600);");
    script(&shelf, "waits", "touch begun; exec sleep 600");
    let sleeping = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname ~ '^{}__new_'",
        shelf.database
    );
    let begun = shelf.workspace.path("work/begun");
    let is_asleep = || shelf.cluster.psql("postgres", &sleeping) == "1";
    let waits = || begun.exists();
    let cases: [(&str, &dyn Fn() -> bool, &str); 2] = [
        ("\"a.sql\"", &is_asleep, "second"),
        ("{ command = [\"./waits\"] }", &waits, "third"),
    ];
    for (list, has_begun, row) in cases {
        set(&shelf, list);
        let mut command = shelf.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args(["restore", "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for signal in [Signal::SIGINT, Signal::SIGKILL] {
            drop(std::fs::remove_file(&begun));
            let mut run = command.spawn().unwrap();
            until(has_begun);
            kill(Pid::from_raw(run.id().cast_signed()), signal).unwrap();
            let code = run.wait().unwrap().code();
            assert_eq!(code, (signal == Signal::SIGINT).then_some(130), "{list}");
            assert_eq!(shelf.row(), row, "{list}");
        }
    }
    let end = sleeping.replace("count(*)", "count(pg_terminate_backend(pid))");
    shelf.cluster.psql("postgres", &end);
    until(|| shelf.cluster.psql("postgres", &sleeping) == "0");
    set(&shelf, "");
    shelf.restore("~1", &[]).expect_code(0);
    shelf.expect_nothing_unfinished();
}

#[test]
fn a_local_cluster_has_hooks_too() {
    let shelf = with_hooks("\"a.sql\", { command = [\"./told\"] }");
    shelf
        .workspace
        .write("a.sql", "UPDATE t SET a = a || ' of ' || current_user;");
    script(
        &shelf,
        "told",
        "psql -XAtc 'SELECT current_database(), current_user, a FROM t'",
    );
    for arguments in [&["restore"][..], &["restore"], &["reset", "--yes"]] {
        let outcome = shelf
            .workspace
            .pgferry(&[arguments, &["--into", "local"]].concat());
        let outcome = outcome.expect_code(0);
        assert!(
            outcome.stderr.contains("\nsite|pgferry|third of pgferry\n"),
            "{outcome}"
        );
    }
    shelf.workspace.pgferry(&["local", "rm"]).expect_code(0);
}
