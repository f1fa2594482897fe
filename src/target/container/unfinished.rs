//! What is undone when a restore does not come to its end, however it ends.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::{
    KillContainerOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptions,
    StopContainerOptionsBuilder,
};
use tokio::sync::Mutex;

use super::ContainerError;
use super::error::{Asked, is_absent, is_conflict, is_so_already};
use super::facts::ID;
use super::password::PasswordFile;
use crate::cleanup;

/// How long the engine may take to remove what was begun.
const TO_REMOVE: Duration = Duration::from_secs(20);
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Seconds that a server gets to stop in order.
pub(super) const TO_STOP: i32 = 10;
/// The same for one that has not answered yet, and so holds nothing that it did not hold before.
const TO_GIVE_UP: i32 = 2;
const SIGNAL_AGAIN: Duration = Duration::from_millis(200);

/// What there is to be undone. Dropping the value does it.
#[derive(Debug)]
pub(super) struct Unfinished {
    docker: Docker,
    name: String,
    /// The mark of one that is made, the engine's id of one that was there.
    id: String,
    undo: Undo,
    /// Held while the engine is asked for something that can't be taken back by no longer waiting for it.
    in_flight: Arc<Mutex<()>>,
}

#[derive(Debug)]
enum Undo {
    /// Remove the container, its volume and its password file.
    Make(PasswordFile),
    /// Stop the container, which gets that many seconds.
    Start(i32),
    Nothing,
}

impl Unfinished {
    /// A container of that name and mark will be made.
    pub fn making(docker: &Docker, name: &str, id: &str, password_file: PasswordFile) -> Self {
        Self::new(docker, name, id, Undo::Make(password_file))
    }

    /// The container is there; it will perhaps be started.
    pub fn using(docker: &Docker, name: &str, id: &str) -> Self {
        Self::new(docker, name, id, Undo::Nothing)
    }

    fn new(docker: &Docker, name: &str, id: &str, undo: Undo) -> Self {
        Self {
            docker: docker.clone(),
            name: name.to_owned(),
            id: id.to_owned(),
            undo,
            in_flight: Arc::default(),
        }
    }

    pub fn will_start(&mut self) {
        self.undo = Undo::Start(TO_GIVE_UP);
    }

    /// Somebody else has started it.
    pub fn did_not_start(&mut self) {
        self.undo = Undo::Nothing;
    }

    /// Its server is up.
    pub fn answers(&mut self) {
        if let Undo::Start(seconds) = &mut self.undo {
            *seconds = TO_STOP;
        }
    }

    /// Has the engine do something to its end, even if nobody waits for it any more: what it does is then known when
    /// it is undone.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ContainerError> {
        let turn = Arc::clone(&self.in_flight).lock_owned().await;
        let work = tokio::spawn(async move {
            let done = work.await;
            drop(turn);
            done
        });
        work.await
            .map_err(|source| ContainerError::Thread { source })
    }

    /// All is well: nothing is undone.
    pub fn keep(mut self) {
        self.undo = Undo::Nothing;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let undo = std::mem::replace(&mut self.undo, Undo::Nothing);
        let clean_up = async {
            let _turn = self.in_flight.lock().await;
            let undone = match &undo {
                Undo::Make(password_file) => {
                    drop(password_file.remove());
                    remove(&self.docker, &self.name, &self.id).await
                }
                Undo::Start(seconds) => stop(&self.docker, &self.id, *seconds).await,
                Undo::Nothing => Ok(()),
            };
            if let Err(error) = undone {
                tracing::warn!(container = self.name, %error, "not cleaned up; the next run does it");
            }
        };
        if !matches!(undo, Undo::Nothing) {
            cleanup::at_once(TO_REMOVE, clean_up);
        }
    }
}

/// Removes the container of that name, if it bears that mark, and its volume.
pub(super) async fn remove(docker: &Docker, name: &str, id: &str) -> Result<(), ContainerError> {
    let mut had_volume = false;
    loop {
        let inspected = match docker.inspect_container(name, None).await {
            Err(error) if is_absent(&error) => break,
            inspected => inspected.asked("look at the container")?,
        };
        let labels = inspected.config.and_then(|config| config.labels);
        if labels.and_then(|mut labels| labels.remove(ID)).as_deref() != Some(id) {
            break;
        }
        let mut mounts = inspected.mounts.into_iter().flatten();
        had_volume = mounts.any(|mount| mount.name.as_deref() == Some(name));
        let options = RemoveContainerOptionsBuilder::new()
            .force(true)
            .v(true)
            .build();
        match docker.remove_container(name, Some(options)).await {
            // It may be removed already, by itself: then until it is gone.
            Err(error) if is_conflict(&error) => tokio::time::sleep(ASK_AGAIN).await,
            Err(error) if is_absent(&error) => break,
            removed => removed.asked("remove the container")?,
        }
    }
    let volume = match docker.inspect_volume(name).await {
        Err(error) if is_absent(&error) => return Ok(()),
        inspected => inspected.asked("look at the volume")?,
    };
    let mark = volume.labels.get(ID);
    // Of two that made it at the same time, the one that got no container may have marked it.
    if mark.map(String::as_str) == Some(id) || (had_volume && mark.is_some()) {
        remove_volume(docker, name).await?;
    }
    Ok(())
}

/// Removes the volume of that name; says no when a container has it.
pub(super) async fn remove_volume(docker: &Docker, name: &str) -> Result<bool, ContainerError> {
    match docker
        .remove_volume(name, None::<RemoveVolumeOptions>)
        .await
    {
        Err(error) if is_absent(&error) => Ok(true),
        Err(error) if is_conflict(&error) => Ok(false),
        removed => {
            removed.asked("remove the volume")?;
            Ok(true)
        }
    }
}

/// Stops the container, which gets that many seconds until it is killed.
///
/// The first process of a container is not sent a signal that it has set no handler for: an entrypoint that is a shell,
/// or a server that begins, loses it. So it is sent again until it works; a server that stops already takes no notice.
pub(super) async fn stop(
    docker: &Docker,
    container: &str,
    seconds: i32,
) -> Result<(), ContainerError> {
    let config = match docker.inspect_container(container, None).await {
        Err(error) if is_absent(&error) => return Ok(()),
        inspected => inspected.asked("look at the container")?.config,
    };
    let signal = config
        .and_then(|config| config.stop_signal)
        .filter(|signal| !signal.is_empty())
        .unwrap_or_else(|| "SIGTERM".to_owned());
    let signal_again = async {
        loop {
            tokio::time::sleep(SIGNAL_AGAIN).await;
            let options = KillContainerOptionsBuilder::new().signal(&signal).build();
            // One that has ended takes no signal.
            drop(docker.kill_container(container, Some(options)).await);
        }
    };
    let options = StopContainerOptionsBuilder::new().t(seconds).build();
    let stopped = tokio::select! {
        stopped = docker.stop_container(container, Some(options)) => stopped,
        never = signal_again => never,
    };
    match stopped {
        Err(error) if is_so_already(&error) || is_absent(&error) => Ok(()),
        stopped => stopped.asked("stop the container"),
    }
}
