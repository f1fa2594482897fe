//! `script/demo`, as a newcomer would run it.

use std::fs;
use std::path::Path;

use super::support::{Workspace, run_directory};

#[test]
fn the_demo_shows_the_older_version_and_leaves_nothing_behind() {
    let mut workspace = Workspace::new()
        // The sockets of its servers are found by paths of 107 bytes at most, so not deep down in the workspace.
        .with("TMPDIR", run_directory())
        .with("PGFERRY_BINARY", env!("CARGO_BIN_EXE_pgferry"));
    // The toolchain is the developer's own.
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
        if let Some(value) = std::env::var_os(name) {
            workspace = workspace.with(name, value);
        }
    }
    let mut demo = workspace.command(Path::new(env!("CARGO_MANIFEST_DIR")).join("script/demo"));
    demo.arg("--cleanup");
    let outcome = workspace.run(demo, b"").expect_code(0);

    let shown = outcome.text();
    assert!(
        shown.contains("Film Contact Painting Tickets Organizer Community"),
        "the older title\n{outcome}"
    );
    assert!(
        shown.contains("3000 events, all of them called TBA"),
        "the newer title\n{outcome}"
    );
    assert!(
        shown.contains("@example.com") && !shown.contains("@mail"),
        "anonymised\n{outcome}"
    );
    let left = fs::read_dir(run_directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(
        left.filter(|name| name.to_string_lossy().contains("demo"))
            .count(),
        0
    );
}
