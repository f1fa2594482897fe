//! Child processes: no shell, standard error drained, exit status checked, killed when dropped.
//!
//! Children get a process group of their own, so that a Ctrl-C reaches pgferry alone, which then stops them in order.
//! Secrets are handed over by environment, never as arguments.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use crate::error::{Class, Classified};

/// Lines of a child's standard error that are kept for the error text.
const KEPT_LINES: usize = 40;
/// Bytes of a single kept line.
const KEPT_LINE: usize = 2000;
/// Bytes that the pipe to or from a child may hold: what every user may have on Linux.
#[cfg(target_os = "linux")]
const PIPE_SIZE: i32 = 1 << 20;
/// How long an interrupted child may take to end.
const TO_END: Duration = Duration::from_secs(1);

/// Why a child process failed.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("`{program}` is not installed, or not on PATH")]
    NotFound { program: String },
    #[error("can't run `{program}`")]
    Spawn { program: String, source: io::Error },
    #[error("`{program}` failed ({status}){}", said(.stderr))]
    Failed {
        program: String,
        status: ExitStatus,
        stderr: String,
    },
    #[error("can't talk to `{program}`")]
    Pipe { program: String, source: io::Error },
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() {
        String::new()
    } else {
        format!(":\n{stderr}")
    }
}

impl Classified for ProcessError {
    fn class(&self) -> Class {
        Class::Unexpected
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { program } => Some(match program.as_str() {
                "psql" | "pg_dump" | "pg_restore" => {
                    "install PostgreSQL's client: `sudo apt-get install postgresql-client`, `brew install libpq`".to_owned()
                }
                "initdb" | "pg_ctl" | "postgres" => {
                    "install PostgreSQL's server: `sudo apt-get install postgresql`, `brew install postgresql`".to_owned()
                }
                "ssh" => "install OpenSSH's client: `sudo apt-get install openssh-client`".to_owned(),
                other => format!("install `{other}`, or add its directory to PATH"),
            }),
            Self::Failed { program, status, .. } => match status.signal() {
                // The kernel's, when the memory runs out.
                Some(9) => Some(format!(
                    "something killed {program}: `journalctl -k` tells whether the memory ran out; then run the same \
                     command again"
                )),
                Some(signal) => Some(format!(
                    "signal {signal} ended {program}: run the same command again"
                )),
                None => None,
            },
            _ => None,
        }
    }
}

impl ProcessError {
    /// What the child said on standard error, if it ran and failed.
    pub fn stderr(&self) -> &str {
        match self {
            Self::Failed { stderr, .. } => stderr,
            _ => "",
        }
    }
}

/// Finds a PostgreSQL program: on PATH, else among the places where packages put what they keep off it.
///
/// # Errors
/// [`ProcessError::NotFound`].
pub fn find(program: &str) -> Result<PathBuf, ProcessError> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&on_path)
        .chain(server_directories())
        .map(|directory| directory.join(program))
        .find(|path| is_executable(path))
        .ok_or_else(|| ProcessError::NotFound {
            program: program.to_owned(),
        })
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Debian's, Red Hat's and Homebrew's directories, newest major first.
fn server_directories() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, prefix, bin) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
    ] {
        let Ok(entries) = std::fs::read_dir(parent) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let major = name
                .to_str()
                .and_then(|name| name.strip_prefix(prefix))
                .and_then(|major| major.parse().ok());
            if let Some(major) = major {
                found.push((major, entry.path().join(bin)));
            }
        }
    }
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    let clients = ["/opt/homebrew/opt/libpq/bin", "/usr/local/opt/libpq/bin"].map(PathBuf::from);
    found
        .into_iter()
        .map(|(_, path)| path)
        .chain(clients)
        .collect()
}

/// The user and group that a child runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunAs {
    pub uid: u32,
    pub gid: u32,
}

/// What is handed each line of standard error as it comes.
type LineSink = Box<dyn FnMut(&str) + Send>;

/// A child process before it runs.
pub struct Invocation {
    program: String,
    command: Command,
    on_line: Option<LineSink>,
}

impl std::fmt::Debug for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The environment may hold secrets.
        f.debug_struct("Invocation")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl Invocation {
    /// # Errors
    /// [`ProcessError::NotFound`].
    pub fn new(program: &str) -> Result<Self, ProcessError> {
        let path = find(program)?;
        let mut command = Command::new(path);
        // Messages are matched for hints; untranslated ones can be.
        command
            .env("LC_ALL", "C")
            .process_group(0)
            .kill_on_drop(true);
        Ok(Self {
            program: program.to_owned(),
            command,
            on_line: None,
        })
    }

    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    #[must_use]
    pub fn envs(mut self, envs: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        self.command.envs(envs);
        self
    }

    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    #[must_use]
    pub fn run_as(mut self, run_as: Option<RunAs>) -> Self {
        if let Some(RunAs { uid, gid }) = run_as {
            self.command.uid(uid).gid(gid);
        }
        self
    }

    #[must_use]
    pub fn current_dir(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Hands each line of standard error to `on_line` as well.
    #[must_use]
    pub fn on_stderr_line(mut self, on_line: impl FnMut(&str) + Send + 'static) -> Self {
        self.on_line = Some(Box::new(on_line));
        self
    }

    /// Starts the child with standard input and output as given.
    ///
    /// # Errors
    /// [`ProcessError::Spawn`].
    pub fn spawn(mut self, stdin: Stdio, stdout: Stdio) -> Result<Running, ProcessError> {
        tracing::debug!(program = self.program, args = ?self.command.as_std().get_args().collect::<Vec<_>>(), "run");
        self.command
            .stdin(stdin)
            .stdout(stdout)
            .stderr(Stdio::piped());
        let mut child = match self.command.spawn() {
            Ok(child) => child,
            Err(source) => {
                return Err(ProcessError::Spawn {
                    program: self.program,
                    source,
                });
            }
        };
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let drain = child
            .stderr
            .take()
            .map(|stderr| tokio::spawn(drain(stderr, Arc::clone(&kept), self.on_line)));
        Ok(Running {
            program: self.program,
            child,
            kept,
            drain,
        })
    }

    /// Runs to the end with `stdin` as input; what was written to standard output comes back.
    ///
    /// # Errors
    /// [`ProcessError`], also when the exit status is not zero.
    pub async fn output(self, stdin: &[u8]) -> Result<Vec<u8>, ProcessError> {
        let mut running = self.spawn(Stdio::piped(), Stdio::piped())?;
        let mut input = running.child.stdin.take();
        let mut output = running.child.stdout.take();
        let write = async {
            if let Some(input) = &mut input {
                // A child that doesn't read says why by its exit status.
                drop(input.write_all(stdin).await);
                drop(input.shutdown().await);
            }
            drop(input.take());
        };
        let mut bytes = Vec::new();
        let read = async {
            match &mut output {
                Some(output) => output.read_to_end(&mut bytes).await.map(drop),
                None => Ok(()),
            }
        };
        let ((), read) = tokio::join!(write, read);
        let program = running.program.clone();
        running.wait().await?;
        read.map_err(|source| ProcessError::Pipe { program, source })?;
        Ok(bytes)
    }

    /// Runs to the end without input; standard output is thrown away.
    ///
    /// # Errors
    /// As [`Invocation::output`].
    pub async fn run(self) -> Result<(), ProcessError> {
        self.spawn(Stdio::null(), Stdio::null())?.wait().await
    }
}

async fn drain(
    stderr: impl tokio::io::AsyncRead + Unpin,
    kept: Arc<Mutex<VecDeque<String>>>,
    mut on_line: Option<LineSink>,
) {
    let mut reader = BufReader::new(stderr);
    let mut line = Vec::new();
    while matches!(read_line(&mut reader, &mut line).await, Ok(1..)) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if let Some(on_line) = &mut on_line {
            on_line(&text);
        }
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT_LINES {
            kept.pop_front();
        }
        kept.push_back(text);
    }
}

/// Reads a line, keeping no more than its beginning. Returns the bytes consumed, 0 at the end.
async fn read_line(
    reader: &mut (impl tokio::io::AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
) -> io::Result<usize> {
    line.clear();
    let mut consumed = 0;
    loop {
        let buffer = reader.fill_buf().await?;
        let (used, ends) = match buffer.iter().position(|&byte| byte == b'\n') {
            Some(newline) => (newline + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        let room = KEPT_LINE.saturating_sub(line.len()).min(used);
        line.extend_from_slice(buffer.get(..room).unwrap_or_default());
        reader.consume(used);
        consumed += used;
        if ends {
            return Ok(consumed);
        }
    }
}

/// A child process that runs. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    program: String,
    child: Child,
    kept: Arc<Mutex<VecDeque<String>>>,
    drain: Option<JoinHandle<()>>,
}

impl Running {
    /// The write end of its standard input, for a thread. Dropping it is the end of the input.
    ///
    /// # Errors
    /// When there is no pipe.
    pub fn stdin(&mut self) -> Result<File, ProcessError> {
        let pipe = self
            .child
            .stdin
            .take()
            .ok_or_else(no_pipe)
            .and_then(ChildStdin::into_owned_fd);
        self.blocking(pipe)
    }

    /// Both pipes, for a task: the write end of its standard input, the read end of its standard output.
    ///
    /// # Errors
    /// When there are not both.
    pub fn pipes(&mut self) -> Result<(ChildStdin, ChildStdout), ProcessError> {
        let pipes = self.child.stdin.take().zip(self.child.stdout.take());
        pipes.ok_or_else(|| ProcessError::Pipe {
            program: self.program.clone(),
            source: no_pipe(),
        })
    }

    /// The read end of its standard output, for a thread.
    ///
    /// # Errors
    /// When there is no pipe.
    pub fn stdout(&mut self) -> Result<File, ProcessError> {
        let pipe = self
            .child
            .stdout
            .take()
            .ok_or_else(no_pipe)
            .and_then(ChildStdout::into_owned_fd);
        self.blocking(pipe)
    }

    fn blocking(&self, pipe: io::Result<OwnedFd>) -> Result<File, ProcessError> {
        let pipe = pipe.map(File::from).map_err(|source| ProcessError::Pipe {
            program: self.program.clone(),
            source,
        })?;
        widen(&pipe);
        Ok(pipe)
    }

    /// Waits for its end and for the last of its standard error.
    ///
    /// # Errors
    /// [`ProcessError::Failed`] when the exit status is not zero.
    pub async fn wait(mut self) -> Result<(), ProcessError> {
        let status = self.child.wait().await;
        let status = match status {
            Ok(status) => status,
            Err(source) => {
                return Err(ProcessError::Pipe {
                    program: self.program.clone(),
                    source,
                });
            }
        };
        if let Some(drain) = self.drain.take() {
            // A daemon that the child started may hold the pipe open: what it said until now is enough.
            drop(tokio::time::timeout(Duration::from_millis(500), drain).await);
        }
        if status.success() {
            return Ok(());
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let stderr = kept
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n");
        Err(ProcessError::Failed {
            program: self.program.clone(),
            status,
            stderr,
        })
    }
}

/// A child that is no longer wanted is interrupted first: libpq's programs then tell the server to stop the statement
/// that it runs, which it would otherwise finish, with its locks held, for nobody. One that doesn't end is killed.
impl Drop for Running {
    fn drop(&mut self) {
        use nix::sys::signal::{Signal, kill};
        use nix::unistd::Pid;
        let (Ok(None), Some(pid)) = (self.child.try_wait(), self.child.id()) else {
            return;
        };
        if kill(Pid::from_raw(pid.cast_signed()), Signal::SIGINT).is_err() {
            return;
        }
        let interrupted = Instant::now();
        while interrupted.elapsed() < TO_END && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Whatever is left is killed by `kill_on_drop`.
    }
}

/// Lets a pipe hold more than the usual 64 KiB, so that the two processes at its ends take turns less often.
///
/// The kernel may refuse it to a user who has many pipes: it then works as it is.
#[cfg(target_os = "linux")]
fn widen(pipe: &File) {
    use nix::fcntl::{FcntlArg, fcntl};
    if let Err(error) = fcntl(pipe, FcntlArg::F_SETPIPE_SZ(PIPE_SIZE)) {
        tracing::debug!(%error, "the pipe keeps its size");
    }
}

#[cfg(not(target_os = "linux"))]
fn widen(_pipe: &File) {}

fn no_pipe() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "there is no pipe")
}
