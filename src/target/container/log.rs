//! The container's log, of which errors show the end.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bollard::Docker;
use bollard::query_parameters::{AttachContainerOptionsBuilder, LogsOptionsBuilder};
use futures_util::StreamExt;
use tokio::task::JoinSet;

use super::ContainerError;
use super::error::Asked;

/// Lines of the log that an error shows.
const TAIL: usize = 20;
/// Bytes that are kept for it.
const KEPT: usize = 16 * 1024;

/// What a container says from its start on, kept because one that is removed when it ends takes its log with it.
pub(super) struct Log {
    kept: Arc<Mutex<Vec<u8>>>,
    _listener: JoinSet<()>,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

impl Log {
    /// Listens to a container that is about to be started.
    pub async fn listen(docker: &Docker, container: &str) -> Result<Self, ContainerError> {
        let options = AttachContainerOptionsBuilder::new()
            .stream(true)
            .stdout(true)
            .stderr(true)
            .build();
        let mut attached = docker
            .attach_container(container, Some(options))
            .await
            .asked("listen to the container")?;
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&kept);
        let mut listener = JoinSet::new();
        listener.spawn(async move {
            while let Some(Ok(piece)) = attached.output.next().await {
                let mut kept = keep.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(piece.as_ref());
                let surplus = kept.len().saturating_sub(KEPT);
                kept.drain(..surplus);
            }
        });
        Ok(Self {
            kept,
            _listener: listener,
        })
    }

    fn tail(&self) -> String {
        tail(&self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The end of the log: what was heard, or else what the engine has.
pub(super) async fn end(docker: &Docker, container: &str, heard: Option<&Log>) -> String {
    let heard = heard.map(Log::tail).unwrap_or_default();
    if !heard.is_empty() {
        return heard;
    }
    let options = LogsOptionsBuilder::new()
        .stdout(true)
        .stderr(true)
        .tail(&TAIL.to_string())
        .build();
    let mut pieces = Box::pin(docker.logs(container, Some(options)));
    let mut bytes = Vec::new();
    while let Some(Ok(piece)) = pieces.next().await {
        bytes.extend_from_slice(piece.as_ref());
    }
    tail(&bytes)
}

fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(TAIL)..)
        .unwrap_or_default()
        .join("\n")
}
