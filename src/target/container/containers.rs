//! All containers of pgferry's on one engine: finding them, looking into them, stopping and removing them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::query_parameters::{ListContainersOptionsBuilder, LogsOptionsBuilder};
use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::claim::Claim;
use super::error::{Asked, is_absent};
use super::facts::{self, Container, Record};
use super::files::{self, File};
use super::image::{self, Image};
use super::log::Log;
use super::password::PasswordFile;
use super::ready::{MAINTENANCE, Waiting, Way};
use super::shell::{self, Keyboard, Size};
use super::{ContainerError, names, unfinished};
use crate::lock::{self, Lock, LockError};
use crate::store::create_private_directory;
use crate::target::Access;
use crate::ui::Layers;

/// For the server in a container to say whether somebody restores into it.
const TO_SAY: Duration = Duration::from_secs(5);
/// Of PostgreSQL, in every image.
const PORT: u16 = 5432;

/// The containers of one engine, and where this user's password files are.
#[derive(Debug, Clone)]
pub struct Containers {
    pub(super) docker: Docker,
    directory: PathBuf,
}

impl Containers {
    /// In the data directory that the settings name.
    pub fn new(docker: Docker, data_directory: &Path) -> Self {
        Self {
            docker,
            directory: data_directory.join("container"),
        }
    }

    /// Every container of pgferry's, by name.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn list(&self) -> Result<Vec<Container>, ContainerError> {
        let filters = std::collections::HashMap::from([("label", vec![facts::ID])]);
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&filters)
            .build();
        let listed = self
            .docker
            .list_containers(Some(options))
            .await
            .asked("list containers")?;
        let mut containers = Vec::new();
        for id in listed.into_iter().filter_map(|container| container.id) {
            match self.docker.inspect_container(&id, None).await {
                // Removed since.
                Err(error) if is_absent(&error) => {}
                inspected => {
                    containers.extend(Container::of(inspected.asked("look at a container")?));
                }
            }
        }
        containers.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(containers)
    }

    /// The container of that name, or with that id of the engine's, if there is one.
    ///
    /// # Errors
    /// [`ContainerError::Stranger`] when it is not pgferry's.
    pub async fn find(&self, name: &str) -> Result<Option<Container>, ContainerError> {
        let inspected = match self.docker.inspect_container(name, None).await {
            Err(error) if is_absent(&error) => return Ok(None),
            inspected => inspected.asked("look at the container")?,
        };
        match Container::of(inspected) {
            Some(container) => Ok(Some(container)),
            None => Err(ContainerError::Stranger {
                what: "container",
                name: name.to_owned(),
            }),
        }
    }

    /// The container that is meant by `word`: its name, or that without `pgferry-`.
    ///
    /// # Errors
    /// [`ContainerError::Unknown`], [`ContainerError::Stranger`].
    pub async fn open(&self, word: &str) -> Result<Container, ContainerError> {
        for name in names::meant(word) {
            if let Some(container) = self.find(&name).await? {
                return Ok(container);
            }
        }
        let others = self.list().await?;
        Err(ContainerError::Unknown {
            name: word.to_owned(),
            others: others
                .into_iter()
                .map(|container| format!("`{}`", container.name))
                .collect(),
        })
    }

    /// The names that may be meant by `word`.
    pub fn meant(word: &str) -> impl Iterator<Item = String> {
        names::meant(word)
    }

    /// The right to change the container of that name, among the processes that share the data directory.
    ///
    /// # Errors
    /// [`ContainerError::Busy`] when another process has it.
    pub fn lock(&self, name: &str) -> Result<Lock, ContainerError> {
        create_private_directory(&self.directory)?;
        let path = self.directory.join(format!(".{name}.lock"));
        let lock = lock::take(&path, Timestamp::now()).map_err(|error| match error {
            LockError::Path(error) => ContainerError::from(error),
            LockError::Held { .. } | LockError::Planted { .. } => ContainerError::Busy {
                name: name.to_owned(),
                reason: error.to_string(),
            },
        })?;
        Ok(lock.with_its_file())
    }

    /// The container of that name that can be restored into. One that a run of this user's left unfinished when it was
    /// killed is removed. The caller holds the lock.
    ///
    /// # Errors
    /// As [`Containers::find`]; [`ContainerError::Busy`] when somebody else has not finished it,
    /// [`ContainerError::Claimed`] when a restore into it is under way.
    pub async fn usable(&self, name: &str) -> Result<Option<Container>, ContainerError> {
        let Some(container) = self.find(name).await? else {
            return Ok(None);
        };
        if self.record(&container).await?.is_some() {
            return Ok(Some(container));
        }
        if container.maker != self.maker() {
            return Err(ContainerError::Busy {
                name: name.to_owned(),
                reason: format!("{} has not finished it", container.maker),
            });
        }
        self.check_unclaimed(&container).await?;
        tracing::info!(container = name, "removing what a killed run left");
        self.remove(&container).await?;
        Ok(None)
    }

    /// Makes sure that nobody restores into the container, whichever data directory they have. A server that does not
    /// answer loads nothing.
    ///
    /// # Errors
    /// [`ContainerError::Claimed`].
    pub async fn check_unclaimed(&self, container: &Container) -> Result<(), ContainerError> {
        if !container.is_running {
            return Ok(());
        }
        let inside = self.waiting(container, "", None).inside(MAINTENANCE);
        let admin = Access::Inside(inside);
        match tokio::time::timeout(TO_SAY, Claim::is_taken(&admin)).await {
            Ok(Ok(true)) => Err(ContainerError::Claimed {
                name: container.name.clone(),
            }),
            Ok(Ok(false) | Err(_)) | Err(_) => Ok(()),
        }
    }

    /// What the container holds.
    ///
    /// # Errors
    /// [`ContainerError::Unfinished`] when no restore into it was complete.
    pub async fn held(&self, container: &Container) -> Result<Record, ContainerError> {
        self.record(container)
            .await?
            .ok_or_else(|| ContainerError::Unfinished {
                name: container.name.clone(),
            })
    }

    /// The same; `None` when no restore into it was complete.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn record(&self, container: &Container) -> Result<Option<Record>, ContainerError> {
        let json = files::get(&self.docker, &container.key, files::RECORD).await?;
        Ok(json.and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// Notes what the container holds now.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn restored(
        &self,
        container: &Container,
        record: &Record,
    ) -> Result<(), ContainerError> {
        let json = serde_json::to_vec_pretty(record)
            .map_err(std::io::Error::other)
            .map_err(|source| ContainerError::Archive { source })?;
        let file = File {
            path: files::RECORD,
            content: &json,
            mode: 0o644,
        };
        files::put(&self.docker, &container.key, &[file]).await
    }

    /// The image, if the engine has it.
    ///
    /// # Errors
    /// What the engine says; [`ContainerError::NotPostgres`].
    pub async fn image(&self, name: &str) -> Result<Option<Image>, ContainerError> {
        image::inspect(&self.docker, name).await
    }

    /// Pulls the image.
    ///
    /// # Errors
    /// [`ContainerError::Pull`] names it.
    pub async fn pull(&self, name: &str, layers: &Layers) -> Result<Image, ContainerError> {
        image::pull(&self.docker, name, layers).await?;
        self.image(name)
            .await?
            .ok_or_else(|| ContainerError::NoImage {
                image: name.to_owned(),
            })
    }

    /// The password of its superuser.
    ///
    /// # Errors
    /// [`ContainerError::NoPassword`].
    pub async fn password(&self, container: &Container) -> Result<String, ContainerError> {
        let bytes = files::get(&self.docker, &container.key, files::PASSWORD).await?;
        bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ContainerError::NoPassword {
                name: container.name.clone(),
            })
    }

    pub fn password_file(&self, name: &str) -> PasswordFile {
        PasswordFile::new(&self.directory, name)
    }

    pub(super) fn write_password(
        &self,
        container: &Container,
        password: &str,
    ) -> Result<(), ContainerError> {
        let published = container
            .port
            .into_iter()
            .flat_map(|port| ["127.0.0.1", "localhost"].map(|host| (host.to_owned(), port)));
        let own = container
            .addresses
            .iter()
            .map(|address| (address.clone(), PORT));
        let addresses: Vec<(String, u16)> = published.chain(own).collect();
        self.password_file(&container.name)
            .write(&addresses, &container.user, password)
    }

    pub(super) fn waiting<'a>(
        &'a self,
        container: &'a Container,
        password: &'a str,
        heard: Option<&'a Log>,
    ) -> Waiting<'a> {
        Waiting {
            docker: &self.docker,
            container,
            password,
            heard,
        }
    }

    /// How a container is now that was just started, by the engine's id.
    pub(super) async fn again(&self, key: &str, name: &str) -> Result<Container, ContainerError> {
        match self.find(key).await? {
            Some(container) => Ok(container),
            // One that is removed when it ends has ended.
            None => Err(ContainerError::died(name, None, String::new())),
        }
    }

    /// Stops the container. An ephemeral one is gone then, and this user's password file with it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn stop(&self, container: &Container) -> Result<(), ContainerError> {
        unfinished::stop(&self.docker, &container.key, unfinished::TO_STOP).await?;
        if container.is_ephemeral {
            self.password_file(&container.name).remove()?;
        }
        Ok(())
    }

    /// Removes the container, its data and this user's password file.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn remove(&self, container: &Container) -> Result<(), ContainerError> {
        unfinished::remove(&self.docker, &container.name, &container.id).await?;
        self.password_file(&container.name).remove()?;
        Ok(())
    }

    /// Hands the container's log to `print`, piece by piece, with whether it is of standard error; to its end, or for ever.
    ///
    /// # Errors
    /// What the engine says, or `print`.
    pub async fn logs<E>(
        &self,
        container: &Container,
        follow: bool,
        tail: Option<u32>,
        mut print: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Result<(), E>, ContainerError> {
        let options = LogsOptionsBuilder::new()
            .follow(follow)
            .stdout(true)
            .stderr(true)
            .tail(&tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string()))
            .build();
        let mut pieces = Box::pin(self.docker.logs(&container.key, Some(options)));
        while let Some(piece) = pieces.next().await {
            let piece: LogOutput = piece.asked("read the container's log")?;
            if let Err(error) = print(piece.as_ref()) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// Runs the container's own psql with `arguments`; gives its exit code.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn psql(
        &self,
        container: &Container,
        database: &str,
        arguments: &[String],
        size: Option<Size>,
        keyboard: mpsc::Receiver<Keyboard>,
        print: impl FnMut(&[u8], bool),
    ) -> Result<i64, ContainerError> {
        let mut command = self.waiting(container, "", None).inside(database).command();
        command.extend_from_slice(arguments);
        shell::run(&self.docker, &container.key, command, size, keyboard, print).await
    }

    /// This user, on this machine.
    pub(super) fn maker(&self) -> String {
        let host = nix::unistd::gethostname()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        format!("{host}:{}", self.directory.display())
    }

    /// Where libpq finds a server that is reached that way: host and port.
    pub fn address(container: &Container, way: &Way) -> (String, u16) {
        match way {
            Way::Published(port) => ("127.0.0.1".to_owned(), *port),
            Way::Network(address) => (address.clone(), PORT),
            Way::Inside => ("127.0.0.1".to_owned(), container.port.unwrap_or(PORT)),
        }
    }
}
