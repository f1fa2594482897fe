//! Using a container that is there.

use super::error::{Asked, is_port_taken, is_so_already};
use super::log::Log;
use super::unfinished::Unfinished;
use super::{Container, ContainerError, Containers, Made};

impl Containers {
    /// Has the container's server run and answer.
    ///
    /// # Errors
    /// [`ContainerError`]; it is then as it was.
    pub async fn reuse(&self, container: &Container) -> Result<Made, ContainerError> {
        let mut unfinished = Unfinished::using(&self.docker, &container.name, &container.key);
        let mut heard = None;
        if !container.is_running {
            heard = Some(Log::listen(&self.docker, &container.key).await?);
            self.start(container, &mut unfinished).await?;
        }
        let container = self.again(&container.key, &container.name).await?;
        let password = self.password(&container).await?;
        self.answering(container, &password, false, unfinished, heard)
            .await
    }

    async fn start(
        &self,
        container: &Container,
        unfinished: &mut Unfinished,
    ) -> Result<(), ContainerError> {
        unfinished.will_start();
        let (docker, key) = (self.docker.clone(), container.key.clone());
        let started = unfinished
            .run(async move { docker.start_container(&key, None).await })
            .await?;
        match started {
            Err(error) if is_port_taken(&error) => Err(ContainerError::PortLost {
                name: container.name.clone(),
                port: container.port.unwrap_or_default(),
            }),
            // Somebody else has started it, for whom it is to go on.
            Err(error) if is_so_already(&error) => {
                unfinished.did_not_start();
                Ok(())
            }
            started => started.asked("start the container"),
        }
    }
}
