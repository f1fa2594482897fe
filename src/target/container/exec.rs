//! psql inside the container, over the engine's API: its input and output are streams of the connection to the engine.

use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::files::PGPASS;
use crate::process::ProcessError;
use crate::target::access::PSQL_OPTIONS;
use crate::target::connection::quote_parameter;
use crate::target::{TargetError, diagnose};

/// Pieces that wait on either side.
const WAITING: usize = 4;
/// Of what psql says on standard error, for the error's text.
const KEPT: usize = 32 * 1024;
/// A frame of the engine's stream.
const FRAME: usize = 64 * 1024;
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// The container's psql, connected to its server by the loopback interface in there.
#[derive(Clone)]
pub struct ContainerPsql {
    docker: Docker,
    container: String,
    user: String,
    database: String,
}

impl fmt::Debug for ContainerPsql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContainerPsql")
            .field("container", &self.container)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl ContainerPsql {
    pub(super) fn new(docker: Docker, container: &str, user: &str, database: &str) -> Self {
        Self {
            docker,
            container: container.to_owned(),
            user: user.to_owned(),
            database: database.to_owned(),
        }
    }

    #[must_use]
    pub fn with_database(mut self, database: &str) -> Self {
        database.clone_into(&mut self.database);
        self
    }

    /// The command line of a psql in there that reaches this database.
    pub(super) fn command(&self) -> Vec<String> {
        vec![
            "psql".to_owned(),
            // Not the socket: the entrypoint's temporary server has one too.
            "--host=127.0.0.1".to_owned(),
            "--port=5432".to_owned(),
            format!("--username={}", self.user),
            format!("--dbname=dbname={}", quote_parameter(&self.database)),
        ]
    }

    /// Starts psql with `arguments` besides the usual ones.
    pub(crate) async fn start(&self, arguments: &[String]) -> Result<Streams, TargetError> {
        let mut command = self.command();
        command.push("--no-password".to_owned());
        command.extend(PSQL_OPTIONS.map(str::to_owned));
        command.extend_from_slice(arguments);
        self.run(command).await
    }

    /// Runs psql with `script` as its input; what it prints comes back.
    pub(crate) async fn output(
        &self,
        arguments: &[&str],
        script: &str,
    ) -> Result<Vec<u8>, TargetError> {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        self.start(&arguments).await?.collect(script).await
    }

    /// What `psql --version` prints in there.
    pub(crate) async fn version(&self) -> Result<Vec<u8>, TargetError> {
        let command = vec!["psql".to_owned(), "--version".to_owned()];
        self.run(command).await?.collect("").await
    }

    async fn run(&self, command: Vec<String>) -> Result<Streams, TargetError> {
        tracing::debug!(container = self.container, ?command, "run in the container");
        let failed = |source| TargetError::Exec {
            source: Box::new(source),
        };
        let config = ExecConfig {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            env: Some(vec!["LC_ALL=C".to_owned(), format!("PGPASSFILE={PGPASS}")]),
            cmd: Some(command),
            ..ExecConfig::default()
        };
        let exec = self
            .docker
            .create_exec(&self.container, config)
            .await
            .map_err(failed)?;
        let options = StartExecOptions {
            output_capacity: Some(FRAME),
            ..StartExecOptions::default()
        };
        let started = self
            .docker
            .start_exec(&exec.id, Some(options))
            .await
            .map_err(failed)?;
        let StartExecResults::Attached { output, input } = started else {
            return Err(TargetError::Answer);
        };
        let (to_psql, from_here) = mpsc::channel(WAITING);
        let (to_here, from_psql) = mpsc::channel(WAITING);
        let mut work = JoinSet::new();
        let docker = self.docker.clone();
        work.spawn(async move {
            let said = carry(output, input, from_here, to_here)
                .await
                .map_err(failed)?;
            let code = exit_code(&docker, &exec.id).await.map_err(failed)?;
            if code == 0 {
                return Ok(());
            }
            Err(diagnose(ProcessError::Failed {
                program: "psql".to_owned(),
                // As wait(2) has it.
                status: ExitStatus::from_raw(i32::try_from(code).unwrap_or(1) << 8),
                stderr: String::from_utf8_lossy(&said).trim_end().to_owned(),
            }))
        });
        Ok(Streams {
            input: to_psql,
            output: from_psql,
            process: PsqlInContainer(work),
        })
    }
}

/// A psql that runs in the container. Dropping it ends its input, by which it ends without having committed.
#[derive(Debug)]
pub struct PsqlInContainer(JoinSet<Result<(), TargetError>>);

impl PsqlInContainer {
    pub(crate) async fn wait(mut self) -> Result<(), TargetError> {
        match self.0.join_next().await {
            Some(Ok(ended)) => ended,
            Some(Err(_)) | None => Err(TargetError::Answer),
        }
    }
}

/// Its streams, and itself.
#[derive(Debug)]
pub(crate) struct Streams {
    input: mpsc::Sender<Bytes>,
    output: mpsc::Receiver<Bytes>,
    process: PsqlInContainer,
}

impl Streams {
    async fn collect(self, script: &str) -> Result<Vec<u8>, TargetError> {
        let Self {
            input,
            mut output,
            process,
        } = self;
        if !script.is_empty() {
            // A psql that doesn't read says why by its exit status.
            drop(input.send(Bytes::copy_from_slice(script.as_bytes())).await);
        }
        drop(input);
        let mut all = Vec::new();
        while let Some(bytes) = output.recv().await {
            all.extend_from_slice(&bytes);
        }
        process.wait().await?;
        Ok(all)
    }

    /// For threads.
    pub(crate) fn into_blocking(self) -> (impl Write, impl Read, PsqlInContainer) {
        let output = Incoming {
            pieces: self.output,
            current: Bytes::new(),
        };
        (Outgoing(self.input), output, self.process)
    }
}

struct Outgoing(mpsc::Sender<Bytes>);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Bytes::copy_from_slice(bytes));
        match sent {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Incoming {
    pieces: mpsc::Receiver<Bytes>,
    current: Bytes,
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.current = piece,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current
            .copy_to_slice(buffer.get_mut(..length).unwrap_or_default());
        Ok(length)
    }
}

type Failed = bollard::errors::Error;

/// Carries bytes both ways until the program has closed its output; gives the end of what it said on standard error.
async fn carry(
    mut output: impl futures_util::Stream<Item = Result<LogOutput, Failed>> + Unpin,
    mut input: impl tokio::io::AsyncWrite + Unpin,
    mut from_here: mpsc::Receiver<Bytes>,
    to_here: mpsc::Sender<Bytes>,
) -> Result<Vec<u8>, Failed> {
    let write = async {
        while let Some(bytes) = from_here.recv().await {
            if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
                break;
            }
        }
        // The end of its input. One that has ended needs none.
        drop(input.shutdown().await);
        from_here.close();
    };
    let read = async {
        let mut said = Vec::new();
        while let Some(piece) = output.next().await {
            match piece? {
                LogOutput::StdErr { message } => {
                    said.extend_from_slice(&message);
                    let surplus = said.len().saturating_sub(KEPT);
                    said.drain(..surplus);
                }
                // What nobody reads is thrown away.
                piece => drop(to_here.send(piece.into_bytes()).await),
            }
        }
        Ok(said)
    };
    let (mut write, mut read) = (Box::pin(write), Box::pin(read));
    tokio::select! {
        said = &mut read => said,
        () = &mut write => read.await,
    }
}

/// The engine learns of the end a little after the streams have ended.
pub(super) async fn exit_code(docker: &Docker, exec: &str) -> Result<i64, Failed> {
    loop {
        let state = docker.inspect_exec(exec).await?;
        if state.running != Some(true) {
            return Ok(state.exit_code.unwrap_or(0));
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
}
