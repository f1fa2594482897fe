//! The `just` recipes: what they call pgferry with, in every form in which developers have ever typed them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::support::Workspace;

/// Prints its arguments, and fails when it is called for what `FAIL` names.
const FAKE_PGFERRY: &str = "#!/bin/sh\necho \"pgferry $*\"\n[ \"$1\" != \"$FAIL\" ]\n";

/// A workspace with a stand-in for pgferry on the `PATH`, ready for `just`.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let fake = workspace.write("pgferry", FAKE_PGFERRY);
    fs::set_permissions(&fake, Permissions::from_mode(0o755)).expect("its owner can set its mode");
    let path = format!(
        "{}:/usr/local/bin:/usr/bin:/bin",
        workspace.path("work").display()
    );
    workspace.with("PATH", path)
}

pub fn just() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = std::env::var_os("PGFERRY_TEST_VENV")
        .map_or_else(|| root.join("target/venv"), PathBuf::from);
    let just = venv.join("bin/just");
    assert!(
        just.exists(),
        "no {}: script/bootstrap installs it",
        just.display()
    );
    just
}

#[test]
fn a_line_of_recipes_runs_each_with_its_own_file() {
    let workspace = workspace();
    for (line, expected) in [
        ("fetchdb", "pgferry fetch"),
        ("populatedb", "pgferry restore --yes"),
        ("fetchdb populatedb", "pgferry fetch\npgferry restore --yes"),
        (
            "fetchdb infinite-prod.anon.gz",
            "pgferry fetch infinite-prod.anon.gz",
        ),
        (
            "populatedb infinite-prod.anon.gz",
            "pgferry restore --yes infinite-prod.anon.gz",
        ),
        (
            "fetchdb infinite-prod.anon.gz populatedb infinite-prod.anon.gz",
            "pgferry fetch infinite-prod.anon.gz\npgferry restore --yes infinite-prod.anon.gz",
        ),
        (
            "fetchdb ~1 populatedb ~1 versions",
            "pgferry fetch ~1\npgferry restore --yes ~1\npgferry versions",
        ),
        (
            "versions --kind all --json",
            "pgferry versions --kind all --json",
        ),
        (
            "backup --no-upload versions",
            "pgferry backup --no-upload\npgferry versions",
        ),
        ("populatedb ./test", "pgferry restore --yes ./test"),
    ] {
        let mut command = workspace.command(just());
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(line.split(' '));
        assert_eq!(
            workspace.run(command, b"").expect_code(0).text(),
            expected,
            "just {line}"
        );
    }
}

#[test]
fn what_follows_a_failure_does_not_run() {
    let workspace = workspace().with("FAIL", "fetch");
    let mut command = workspace.command(just());
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["fetchdb", "populatedb"]);
    assert_eq!(
        workspace.run(command, b"").expect_code(1).text(),
        "pgferry fetch"
    );
}
