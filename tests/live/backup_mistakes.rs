//! Mistakes on a host: what keeps a backup from being made, and what to do about it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::support::{Answer, Cluster, Listener, Workspace};

fn host(sql: &str) -> (String, Workspace) {
    let database = Cluster::shared().fresh_database();
    Cluster::shared().psql(&database, sql);
    let workspace = Workspace::new().with_database(Cluster::shared(), &database);
    (database, workspace)
}

#[test]
fn a_backup_directory_that_is_not_right_stays_as_it_is() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let backups = workspace.path("backups");
    fs::set_permissions(&backups, fs::Permissions::from_mode(0o777)).unwrap();
    let refused = workspace.pgferry(&["backup", "--no-upload"]).expect_code(7);
    assert!(
        refused
            .stderr
            .contains(&format!("`chmod 700 {}`", backups.display())),
        "{refused}"
    );
    let mode = fs::metadata(&backups).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o777);
    assert_eq!(fs::read_dir(&backups).unwrap().count(), 0);
    // One that pgferry makes is right.
    let fresh = workspace.path("home/fresh");
    let workspace = workspace.with("BACKUP_DIR", &fresh);
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
    let mode = fs::metadata(&fresh).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);

    let file = workspace.write("file", "");
    let workspace = workspace.with("BACKUP_DIR", &file);
    let refused = workspace.pgferry(&["backup", "--no-upload"]).expect_code(2);
    assert!(
        refused.stderr.contains("is no directory") && refused.stderr.contains("hint: BACKUP_DIR"),
        "{refused}"
    );
}

#[test]
fn a_backup_directory_of_somebody_else_is_not_to_be_removed() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    // Of root; who is root is somebody else here.
    let workspace = workspace.with("BACKUP_DIR", "/usr/share");
    let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    if nix::unistd::geteuid().is_root() {
        command = workspace.command("setpriv");
        command.args([
            "--reuid=65534",
            "--clear-groups",
            env!("CARGO_BIN_EXE_pgferry"),
        ]);
        command.current_dir("/");
    }
    command.args(["backup", "--no-upload"]);
    let refused = workspace.run(command, b"").expect_code(7);
    assert!(
        refused.stderr.contains("/usr/share belongs to root")
            && refused.stderr.contains("sudo -u root")
            && !refused.stderr.contains("remove"),
        "{refused}"
    );
}

#[test]
fn a_file_system_that_is_mounted_read_only_is_named() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let mut unshare = workspace.command("unshare");
    let script = "mount --bind \"$BACKUP_DIR\" \"$BACKUP_DIR\" && mount -o remount,bind,ro \"$BACKUP_DIR\" && exec \"$0\" backup --no-upload";
    unshare.args([
        "--user",
        "--map-root-user",
        "--mount",
        "/bin/sh",
        "-c",
        script,
        env!("CARGO_BIN_EXE_pgferry"),
    ]);
    let refused = workspace.run(unshare, b"").expect_code(1);
    assert!(
        refused.stderr.contains("can't write to") && refused.stderr.contains("mounted read-only"),
        "{refused}"
    );
}

#[test]
fn a_host_without_a_store_is_told_of() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let hook = Listener::start(Answer::Status(200));
    let workspace = workspace.with("BACKUP_WEBHOOK_URL", hook.url("/hook"));
    let made = workspace.pgferry(&["backup"]).expect_code(8);
    assert!(made.stderr.contains("hint: set S3_BUCKET"), "{made}");
    // Nor are settings read that mean nothing.
    workspace
        .with("PGFERRY_STORE", "nonsense://")
        .pgferry(&["backup"])
        .expect_code(2);
    let texts = hook.texts();
    assert!(
        texts.len() == 2
            && texts[0].contains("no store is set, so the set is on this host only")
            && texts[1].contains("failed (exit code 2)"),
        "{texts:?}"
    );
}

#[test]
fn hints_are_of_a_backup() {
    let (database, workspace) = host(
        "CREATE TABLE t (a text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE TABLE u (a text)",
    );
    let role = format!("reader_{}", database.replace('-', "_"));
    Cluster::shared().psql(
        &database,
        &format!("CREATE ROLE {role} LOGIN PASSWORD 'of-the-reader'; GRANT SELECT ON t TO {role}"),
    );
    let reader = Workspace::new()
        .with_database(Cluster::shared(), &database)
        .with("PGUSER", &role)
        .with("PGPASSWORD", "of-the-reader");
    let privilege = reader.pgferry(&["backup", "--no-upload"]).expect_code(4);
    Cluster::shared().psql(&database, &format!("GRANT SELECT ON u TO {role}"));
    let security = reader.pgferry(&["backup", "--no-upload"]).expect_code(6);
    Cluster::shared().psql(
        &database,
        &format!("DROP OWNED BY {role}; DROP ROLE {role}"),
    );
    let missing = workspace
        .pgferry(&["backup", "--no-upload", "--database", "nonesuch"])
        .expect_code(6);
    let unreachable = workspace
        .with("PGPORT", "1")
        .pgferry(&["backup", "--no-upload"])
        .expect_code(6);
    for (outcome, hint) in [
        (&privilege, "pg_read_all_data"),
        (&security, "BYPASSRLS"),
        (&missing, "--database name what is backed up"),
        (&unreachable, "check PGHOST and PGPORT"),
    ] {
        assert!(outcome.stderr.contains(hint), "{outcome}");
        for other in ["createdb", "--url", "--into"] {
            assert!(!outcome.stderr.contains(other), "{outcome}");
        }
    }
}

#[test]
fn a_program_that_was_killed_is_said_to_be() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let bin = workspace.path("work/bin");
    fs::create_dir(&bin).unwrap();
    let script = "#!/bin/sh\ncase \"$*\" in *--version*) exec /usr/bin/env -S PATH=\"$REAL\" pg_dump --version;; esac\nkill -9 $$\n";
    fs::write(bin.join("pg_dump"), script).unwrap();
    fs::set_permissions(bin.join("pg_dump"), fs::Permissions::from_mode(0o755)).unwrap();
    let real = format!("{}:/usr/bin:/bin", Cluster::shared().programs().display());
    let failed = workspace
        .with("REAL", &real)
        .with("PATH", format!("{}:{real}", bin.display()))
        .pgferry(&["backup", "--no-upload"])
        .expect_code(1);
    assert!(
        failed.stderr.contains("hint: something killed pg_dump"),
        "{failed}"
    );
}

#[test]
fn a_name_that_can_begin_no_file_name_is_refused_first() {
    for name in ["a/b", "site.anon", "site.gz"] {
        let (_, workspace) = host("CREATE TABLE t (a text)");
        // No server is asked.
        let workspace = workspace.with("PGPORT", "1");
        let flag = workspace
            .pgferry(&["backup", "--no-upload", "--database", name])
            .expect_code(2);
        let variable = workspace
            .with("PGDATABASE", name)
            .pgferry(&["backup", "--no-upload"])
            .expect_code(2);
        for refused in [flag, variable] {
            assert!(
                refused
                    .stderr
                    .contains(&format!("the database name `{name}`")),
                "{refused}"
            );
        }
    }
}

#[test]
fn blanks_that_fill_a_column_are_no_characters() {
    let (_, workspace) = host(
        "CREATE TABLE t (mail character(30), note varchar(24)); INSERT INTO t VALUES ('ann@x.org', 'a@x.org      ')",
    );
    workspace
        .pgferry(&["backup", "--no-upload", "--test-restore"])
        .expect_code(0);
}

#[test]
fn a_monitor_that_hangs_holds_the_run_for_ten_seconds() {
    let (_, workspace) = host("CREATE TABLE t (a text)");
    let run = |workspace: &Workspace| {
        let started = Instant::now();
        workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
        started.elapsed()
    };
    let alone = run(&workspace);
    let monitor = Listener::start(Answer::Nothing);
    let workspace = workspace
        .with("CHECKIN_URL", monitor.url("/token"))
        .with("CHECKIN_STYLE", "healthchecks");
    let held = run(&workspace).saturating_sub(alone);
    assert!(held < Duration::from_secs(13), "{held:?}");
}
