//! Surroundings of its own for the binary, and what came out of running it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::{Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::run_directory::{fresh_directory, sweep};
use super::{Cluster, S3Server};

/// Variables whose values may never be seen in what the binary prints.
const SECRETS: [&str; 5] = [
    "PGPASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "CHECKIN_URL",
    "BACKUP_WEBHOOK_URL",
];

/// A home, a cache, a backup directory and an environment that only one test has.
///
/// The binary runs in `work/`, which is empty at first and has no `pgferry.toml` above it. What it leaves running below
/// the workspace is stopped when the value ends.
#[derive(Debug)]
pub struct Workspace {
    directory: PathBuf,
    environment: BTreeMap<OsString, OsString>,
    time_limit: Duration,
}

impl Workspace {
    pub fn new() -> Self {
        let directory = fresh_directory("workspace");
        let mut workspace = Self {
            directory,
            environment: BTreeMap::new(),
            time_limit: Duration::from_mins(2),
        };
        for (name, place) in [
            ("HOME", "home"),
            ("TMPDIR", "tmp"),
            ("PGFERRY_CACHE_DIR", "cache"),
            ("PGFERRY_DATA_DIR", "state"),
            ("BACKUP_DIR", "backups"),
        ] {
            let path = workspace.path(place);
            fs::create_dir(&path).expect("a new directory is empty");
            workspace = workspace.with(name, path);
        }
        fs::create_dir(workspace.path("work")).expect("a new directory is empty");
        workspace
            .with("PATH", "/usr/local/bin:/usr/bin:/bin")
            .with("LANG", "C.UTF-8")
            .with("TZ", "UTC")
            // The SDK would ask a cloud machine's own address for credentials, and wait for it.
            .with("AWS_EC2_METADATA_DISABLED", "true")
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().into());
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// Leads to `database` by the `PG*` variables, and to the client programs of the server's version.
    #[must_use]
    pub fn with_database(self, cluster: &Cluster, database: &str) -> Self {
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            cluster.programs().display()
        );
        cluster
            .environment(database)
            .into_iter()
            .fold(self.with("PATH", path), |workspace, (name, value)| {
                workspace.with(name, value)
            })
    }

    /// Leads to `s3://bucket/prefix` by the variables that the old recipes read.
    #[must_use]
    pub fn with_s3(self, server: &S3Server, bucket: &str, prefix: &str) -> Self {
        let workspace = self.with("S3_BUCKET", bucket).with("S3_PATH", prefix);
        server
            .environment()
            .into_iter()
            .fold(workspace, |workspace, (name, value)| {
                workspace.with(name, value)
            })
    }

    /// After this long a run is killed and fails the test; 120 s if nothing else is said.
    #[must_use]
    pub fn with_time_limit(mut self, time_limit: Duration) -> Self {
        self.time_limit = time_limit;
        self
    }

    /// A path below the workspace: `home`, `cache`, `state`, `backups`, `work` and `tmp` are there from the start.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.directory.join(relative)
    }

    /// Writes a file in the directory where the binary runs.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path("work").join(name);
        fs::write(&path, content).expect("the workspace can be written to");
        path
    }

    /// Runs pgferry with nothing on its standard input.
    pub fn pgferry(&self, arguments: &[&str]) -> Outcome {
        self.pgferry_reading(arguments, b"")
    }

    /// Runs pgferry with `input` on its standard input.
    pub fn pgferry_reading(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        let mut command = self.command(env!("CARGO_BIN_EXE_pgferry"));
        command.args(arguments);
        self.run(command, input)
    }

    /// Another program in the same surroundings, such as the stock tools that must read what pgferry wrote.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.path("work"));
        command
    }

    /// Runs a command to its end and takes down what it prints.
    pub fn run(&self, mut command: Command, input: &[u8]) -> Outcome {
        let line = command_line(&command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that the time limit ends its children too.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{line}: {error}"));
        let group = Pid::from_raw(i32::try_from(child.id()).expect("process ids fit"));
        let mut standard_input = child.stdin.take().expect("its standard input is a pipe");
        let input = input.to_vec();
        // A program that ends before it has read everything is in its right.
        thread::spawn(move || standard_input.write_all(&input).ok());
        let stdout = read_aside(child.stdout.take().expect("its standard output is a pipe"));
        let stderr = read_aside(child.stderr.take().expect("its standard error is a pipe"));

        let (ended, end) = mpsc::channel();
        thread::spawn(move || ended.send(child.wait()).ok());
        let Ok(status) = end.recv_timeout(self.time_limit) else {
            // It may have ended just now.
            killpg(group, Signal::SIGKILL).ok();
            panic!("{line}: still running after {:?}", self.time_limit);
        };
        let status = status.expect("a child can be waited for");
        let outcome = Outcome {
            code: status
                .code()
                .unwrap_or_else(|| -status.signal().unwrap_or_default()),
            stdout: collected(&stdout, &line),
            stderr: String::from_utf8_lossy(&collected(&stderr, &line)).into_owned(),
            command: line,
        };
        self.refuse_secrets_in(&outcome);
        outcome
    }

    fn refuse_secrets_in(&self, outcome: &Outcome) {
        let seen = outcome.to_string();
        for name in SECRETS {
            let value = self
                .environment
                .get(OsStr::new(name))
                .and_then(|value| value.to_str());
            assert!(
                !value.is_some_and(|value| !value.is_empty() && seen.contains(value)),
                "{}: prints the value of {name}",
                outcome.command
            );
        }
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        sweep(&self.directory);
    }
}

/// What a program printed, and how it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit code, or the number of the signal that ended it with a minus.
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
    command: String,
}

impl Outcome {
    /// Fails the test, with all that was printed, unless this is the exit code.
    pub fn expect_code(self, code: i32) -> Self {
        assert!(self.code == code, "expected exit code {code}\n{self}");
        self
    }

    /// What a shell's `$(…)` would give: the standard output as text, without its last newlines.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout)
            .expect("the output is UTF-8")
            .trim_end_matches('\n')
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        let stdout = String::from_utf8_lossy(stdout);
        write!(
            f,
            "$ {command}\n--- exit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

/// The program and its arguments alone: `Debug` would give the environment too, with its secrets.
fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn read_aside(mut source: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (read, all) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).expect("a pipe can be read");
        read.send(bytes).ok();
    });
    all
}

/// A pipe ends when the last process has closed it. One that stays open after the program has ended is held by a process
/// that was left behind, such as a server, and would make `$(pgferry …)` hang.
fn collected(all: &Receiver<Vec<u8>>, command: &str) -> Vec<u8> {
    all.recv_timeout(Duration::from_secs(10))
        .unwrap_or_else(|_| panic!("{command}: left a process behind that holds its output open"))
}
