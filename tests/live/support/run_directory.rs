//! The one directory that holds all that a test process makes, and the sweeper that clears it away.
//!
//! Servers that tests share live in statics, which are never dropped, and a test process can be killed. So a shell waits
//! on a pipe whose other end this process holds: when the process ends, in whichever way, the pipe ends, and the shell
//! stops what PostgreSQL servers are left below the directory and removes it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

const SWEEP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/support/sweep.sh");

struct RunDirectory {
    path: PathBuf,
    /// Never written to: it lasts as long as the process, and that is its message.
    _lifeline: ChildStdin,
}

/// The directory itself. Other users may pass through it, since the servers run as one when the tests run as root.
pub fn run_directory() -> &'static Path {
    static RUN: OnceLock<RunDirectory> = OnceLock::new();
    #[expect(
        clippy::zombie_processes,
        reason = "the sweeper ends after this process, which thus cannot wait for it"
    )]
    let start = || {
        let path = tempfile::Builder::new()
            .prefix("pgferry-live.")
            .tempdir()
            .expect("a temporary directory can be made")
            .keep();
        open_to_others(&path);
        let mut sweeper = Command::new("/bin/sh")
            .arg(SWEEP)
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Its own group, so that a Ctrl-C in the terminal leaves it to do its work.
            .process_group(0)
            .spawn()
            .expect("/bin/sh can be run");
        RunDirectory {
            path,
            _lifeline: sweeper.stdin.take().expect("its standard input is a pipe"),
        }
    };
    &RUN.get_or_init(start).path
}

/// A new directory in the run's own, named after `purpose`.
pub fn fresh_directory(purpose: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = run_directory().join(format!("{purpose}-{count}"));
    fs::create_dir(&path).expect("a directory can be made");
    open_to_others(&path);
    path
}

/// Stops the PostgreSQL servers below `directory` and removes it, now.
pub fn sweep(directory: &Path) {
    let swept = Command::new("/bin/sh")
        .arg(SWEEP)
        .arg(directory)
        .stdin(Stdio::null())
        .status();
    assert!(
        swept.is_ok_and(|status| status.success()) || std::thread::panicking(),
        "{} could not be cleared away",
        directory.display()
    );
}

fn open_to_others(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o755)).expect("its owner can set its mode");
}
