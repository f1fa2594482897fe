//! What is left of a container that was removed by other hands.

use super::error::{Asked, is_absent};
use super::{ContainerError, Containers, facts, unfinished};

impl Containers {
    /// Removes its volume and this user's password file; says which there were. The caller holds the lock, and there is no
    /// container of that name.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn remove_leftovers(&self, name: &str) -> Result<Vec<&'static str>, ContainerError> {
        let mut removed = Vec::new();
        let volume = match self.docker.inspect_volume(name).await {
            Err(error) if is_absent(&error) => None,
            inspected => Some(inspected.asked("look at the volume")?),
        };
        // One without the label is a stranger's.
        if volume.is_some_and(|volume| volume.labels.contains_key(facts::ID))
            && unfinished::remove_volume(&self.docker, name).await?
        {
            removed.push("its volume");
        }
        if self.password_file(name).remove()? {
            removed.push("its password file");
        }
        Ok(removed)
    }
}
