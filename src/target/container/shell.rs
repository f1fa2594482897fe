//! An interactive program in the container.

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use bollard::query_parameters::ResizeExecOptionsBuilder;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::ContainerError;
use super::error::Asked;

/// The terminal that the program gets, if it gets one.
pub type Size = (u16, u16);

/// What comes from here while the program runs.
#[derive(Debug)]
pub enum Keyboard {
    Typed(Bytes),
    Resized(Size),
}

/// Runs `command`, fed by `keyboard` until that ends. `print` gets what it prints, and whether that is on standard error.
/// Gives its exit code.
pub(super) async fn run(
    docker: &Docker,
    container: &str,
    command: Vec<String>,
    size: Option<Size>,
    mut keyboard: mpsc::Receiver<Keyboard>,
    mut print: impl FnMut(&[u8], bool),
) -> Result<i64, ContainerError> {
    let mut environment = vec![format!("PGPASSFILE={}", super::files::PGPASS)];
    if let (Some(_), Ok(term)) = (size, std::env::var("TERM")) {
        environment.push(format!("TERM={term}"));
    }
    let config = ExecConfig {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(size.is_some()),
        env: Some(environment),
        cmd: Some(command),
        ..ExecConfig::default()
    };
    let exec = docker
        .create_exec(container, config)
        .await
        .asked("run psql in the container")?;
    let options = StartExecOptions {
        tty: size.is_some(),
        ..StartExecOptions::default()
    };
    let started = docker
        .start_exec(&exec.id, Some(options))
        .await
        .asked("run psql in the container")?;
    let StartExecResults::Attached {
        mut output,
        mut input,
    } = started
    else {
        return Ok(0);
    };
    let resize = async |(columns, rows): Size| {
        let options = ResizeExecOptionsBuilder::new()
            .w(i32::from(columns))
            .h(i32::from(rows))
            .build();
        // A program that has just ended has no terminal any more.
        drop(docker.resize_exec(&exec.id, options).await);
    };
    if let Some(size) = size {
        resize(size).await;
    }
    let mut is_open = true;
    loop {
        tokio::select! {
            piece = output.next() => match piece {
                Some(piece) => {
                    let piece = piece.asked("read what psql prints in the container")?;
                    let is_error = matches!(piece, LogOutput::StdErr { .. });
                    print(piece.as_ref(), is_error);
                }
                None => break,
            },
            event = keyboard.recv(), if is_open => match event {
                Some(Keyboard::Typed(bytes)) => {
                    is_open = input.write_all(&bytes).await.is_ok() && input.flush().await.is_ok();
                }
                Some(Keyboard::Resized(size)) => resize(size).await,
                None => {
                    is_open = false;
                    drop(input.shutdown().await);
                }
            },
        }
    }
    super::exec::exit_code(docker, &exec.id)
        .await
        .asked("ask how psql ended in the container")
}
