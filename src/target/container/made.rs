//! A container that runs and answers, for as long as something is done with it.

use std::time::{Duration, Instant};

use super::claim::Claim;
use super::facts::Container;
use super::log::Log;
use super::ready::Reached;
use super::unfinished::Unfinished;
use super::{ContainerError, Containers};

/// How long the engine may take to tell that a container has ended whose server is gone.
const TO_END: Duration = Duration::from_secs(10);
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// A container that runs and answers. Until [`Made::keep`], dropping it undoes what was done: one that was made is
/// removed, one that was started is stopped.
#[derive(Debug)]
pub struct Made {
    pub container: Container,
    pub reached: Reached,
    pub is_new: bool,
    // Undone before the claim is given back.
    unfinished: Unfinished,
    heard: Option<Log>,
    claim: Option<Claim>,
}

impl Made {
    /// Keeps others who use the same engine from changing what the server holds.
    ///
    /// # Errors
    /// [`ContainerError::Claimed`] when another one has it, to whom the container is left as it is.
    pub async fn claimed(mut self) -> Result<Self, ContainerError> {
        self.claim = Claim::take(&self.reached.access).await?;
        if self.claim.is_some() {
            return Ok(self);
        }
        let name = self.container.name.clone();
        if !self.is_new {
            self.keep();
        }
        Err(ContainerError::Claimed { name })
    }

    /// Makes sure that nobody else can have changed it since.
    ///
    /// # Errors
    /// [`ContainerError::Unclaimed`].
    pub async fn check_claim(&mut self) -> Result<(), ContainerError> {
        if let Some(claim) = &mut self.claim
            && claim.is_held().await
        {
            return Ok(());
        }
        Err(ContainerError::Unclaimed {
            name: self.container.name.clone(),
        })
    }

    pub fn keep(self) {
        self.unfinished.keep();
    }
}

impl Containers {
    /// Waits until the server of a container answers that was just made, or found.
    pub(super) async fn answering(
        &self,
        container: Container,
        password: &str,
        is_new: bool,
        mut unfinished: Unfinished,
        heard: Option<Log>,
    ) -> Result<Made, ContainerError> {
        self.write_password(&container, password)?;
        let reached = self
            .waiting(&container, password, heard.as_ref())
            .reach()
            .await?;
        unfinished.answers();
        tracing::info!(
            container = container.name,
            "the server answers over {}",
            reached.way
        );
        Ok(Made {
            container,
            reached,
            is_new,
            unfinished,
            heard,
            claim: None,
        })
    }

    /// Why the server is gone, if it is: the better reason for whatever went wrong with it.
    pub async fn death_of(&self, made: &Made) -> Option<ContainerError> {
        let waiting = self.waiting(&made.container, "", made.heard.as_ref());
        let begun = Instant::now();
        loop {
            match waiting.check_alive().await {
                Err(died @ ContainerError::Died { .. }) => return Some(died),
                Err(_) => return None,
                Ok(()) => {}
            }
            // Connections end before the container does, and that before the engine says so.
            if waiting.answers(&made.reached).await || begun.elapsed() >= TO_END {
                return None;
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }
}
