//! Picking a version from a list, on a terminal: util-linux's `script` gives one.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::support::{Cluster, Workspace};

const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.things (id integer);\n\nCOPY public.things (id) FROM stdin;\n1\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// Three versions, of which only the newest has a manifest.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let store = workspace.path("backups");
    for (day, more) in [(1, ""), (2, "-- 2\n"), (3, "-- as long again\n")] {
        let name = format!("site.anon.2026-11-0{day}T04:00:00.gz");
        fs::write(store.join(name), gzip(&format!("{more}{DUMP}"))).unwrap();
    }
    let manifest = serde_json::json!({
        "manifest_version": 1, "database": "site", "taken_at": "2026-11-03T04:00:00Z",
        "tool": {"name": "pgferry", "version": "0.1.0"},
        "server_version": "15.18 (Debian)", "pg_dump_version": "15.18",
        "artefacts": {"anon": {"file": "f", "size": 1, "sha256": "00"}},
        "tables": [{"name": "public.things", "rows": 440_512, "bytes": 1}], "addresses_replaced": 0,
    });
    fs::write(
        store.join("site.2026-11-03T04:00:00.json"),
        manifest.to_string(),
    )
    .unwrap();
    workspace.with("PGFERRY_STORE", format!("file://{}", store.display()))
}

/// A pgferry that believes to be on a terminal of so many columns.
struct OnTerminal {
    script: Child,
    output: Receiver<String>,
    seen: String,
}

impl OnTerminal {
    fn run(workspace: &Workspace, arguments: &str) -> Self {
        let pgferry = env!("CARGO_BIN_EXE_pgferry");
        let mut command: Command = workspace.command("script");
        let line = format!("stty cols 130 rows 24; exec '{pgferry}' {arguments}");
        let mut script = command
            .args(["-q", "-e", "-f", "-c", &line, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = script.stdout.take().unwrap();
        let (pieces, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = stdout.read(&mut buffer) {
                let piece = String::from_utf8_lossy(&buffer[..read]).into_owned();
                if pieces.send(piece).is_err() {
                    break;
                }
            }
        });
        Self {
            script,
            output,
            seen: String::new(),
        }
    }

    /// Waits until this was shown since the last keys were typed.
    fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let piece = self.output.recv_timeout(Duration::from_secs(30));
            let piece = piece.unwrap_or_else(|_| panic!("{text} is not shown:\n{}", self.seen));
            self.seen.push_str(&piece);
        }
    }

    fn type_keys(&mut self, keys: &str) {
        self.seen.clear();
        let stdin = self.script.stdin.as_mut().unwrap();
        stdin.write_all(keys.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// The line of the list that begins so.
    fn line(&self, selector: &str) -> String {
        let lines = self
            .seen
            .lines()
            .map(|line| line.trim_start_matches(['>', ' ']));
        let mut found = lines.filter(|line| line.starts_with(selector));
        found.next().unwrap_or_default().to_owned()
    }

    fn code(mut self) -> Option<i32> {
        self.script.wait().unwrap().code()
    }
}

/// A test that fails leaves nobody waiting for keys: the terminal goes, and pgferry with it.
impl Drop for OnTerminal {
    fn drop(&mut self) {
        self.script.kill().ok();
        self.script.wait().ok();
    }
}

#[test]
fn the_list_says_what_is_known_of_each_version() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    let workspace = workspace().with_database(cluster, &database);
    workspace
        .pgferry(&["restore", "~1", "--yes"])
        .expect_code(0);
    let mut picker = OnTerminal::run(&workspace, "fetch --pick");
    picker.wait_for("~2 ");
    picker.wait_for("2026-11-01T04:00:00");
    let latest = picker.line("latest");
    assert!(
        latest.contains("2026-11-03 04:00") && latest.contains("440,512 rows  PostgreSQL 15.18"),
        "{latest}"
    );
    assert!(
        latest.contains('%') && !latest.contains("cached"),
        "{latest}"
    );
    let before = picker.line("~1");
    let mark = format!("cached, in {database}");
    assert!(
        before.contains(&mark) && !before.contains("rows"),
        "{before}"
    );
    // What is typed leaves the lines that hold it; Enter takes the first.
    picker.type_keys("11-01");
    picker.wait_for("11-01");
    picker.wait_for("2026-11-01T04:00:00");
    picker.type_keys("\r");
    picker.wait_for("2026-11-01T04%3a00%3a00/site.anon.gz");
    assert_eq!(picker.code(), Some(0));
}

#[test]
fn esc_leaves_and_a_database_that_does_not_answer_keeps_nobody_waiting() {
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let workspace = workspace()
        .with("PGHOST", "127.0.0.1")
        .with("PGPORT", port)
        .with("PGDATABASE", "site");
    let mut picker = OnTerminal::run(&workspace, "fetch --pick");
    picker.wait_for("2026-11-01T04:00:00");
    picker.type_keys("\x1b");
    picker.wait_for("nothing was picked");
    assert_eq!(picker.code(), Some(130));
    assert_eq!(fs::read_dir(workspace.path("cache")).unwrap().count(), 0);
}
