//! What is undone when a restore does not come to its end, however it ends.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::{
    RemoveContainerOptionsBuilder, RemoveVolumeOptions, StopContainerOptionsBuilder,
};
use tokio::sync::Mutex;

use super::ContainerError;
use super::error::{Asked, is_absent, is_conflict};
use super::facts::ID;
use super::password::PasswordFile;
use crate::cleanup;

/// How long the engine may take to remove what was begun.
const TO_REMOVE: Duration = Duration::from_secs(20);
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Seconds that a server gets to stop in order.
const TO_STOP: i32 = 10;

/// What there is to be undone. Dropping the value does it.
#[derive(Debug)]
pub(super) struct Unfinished {
    docker: Docker,
    name: String,
    id: String,
    undo: Undo,
    /// Held while the engine is asked for something that can't be taken back by no longer waiting for it.
    in_flight: Arc<Mutex<()>>,
}

#[derive(Debug)]
enum Undo {
    /// Remove the container, its volume and its password file.
    Make(PasswordFile),
    /// Stop the container.
    Start,
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
        self.undo = Undo::Start;
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
                Undo::Start => stop(&self.docker, &self.name).await,
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

/// Removes the container and the volume of that name, if they bear that mark.
pub(super) async fn remove(docker: &Docker, name: &str, id: &str) -> Result<(), ContainerError> {
    loop {
        let labels = match docker.inspect_container(name, None).await {
            Err(error) if is_absent(&error) => break,
            inspected => inspected
                .asked("look at the container")?
                .config
                .and_then(|config| config.labels),
        };
        if labels.and_then(|mut labels| labels.remove(ID)).as_deref() != Some(id) {
            break;
        }
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
    remove_volume(docker, name, id).await
}

async fn remove_volume(docker: &Docker, name: &str, id: &str) -> Result<(), ContainerError> {
    let volume = match docker.inspect_volume(name).await {
        Err(error) if is_absent(&error) => return Ok(()),
        inspected => inspected.asked("look at the volume")?,
    };
    if volume.labels.get(ID).map(String::as_str) != Some(id) {
        return Ok(());
    }
    match docker
        .remove_volume(name, None::<RemoveVolumeOptions>)
        .await
    {
        Err(error) if is_absent(&error) => Ok(()),
        removed => removed.asked("remove the volume"),
    }
}

pub(super) async fn stop(docker: &Docker, name: &str) -> Result<(), ContainerError> {
    let options = StopContainerOptionsBuilder::new().t(TO_STOP).build();
    match docker.stop_container(name, Some(options)).await {
        Err(error) if super::error::is_so_already(&error) => Ok(()),
        stopped => stopped.asked("stop the container"),
    }
}
