//! All containers of pgferry's on one engine: finding, making, starting, stopping and removing them.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, ListContainersOptionsBuilder, LogsOptionsBuilder,
    RemoveContainerOptionsBuilder, StartContainerOptions,
};
use futures_util::StreamExt;
use jiff::Timestamp;
use rand::distr::{Alphanumeric, SampleString};
use tokio::sync::mpsc;

use super::error::{Asked, is_absent, is_conflict, is_port_taken, is_so_already};
use super::facts::{self, Container, Record};
use super::files::{self, File};
use super::image::{self, Image};
use super::log::Log;
use super::password::{self, PasswordFile};
use super::ready::{Reached, Waiting, Way};
use super::shell::{self, Keyboard, Size};
use super::unfinished::{self, Unfinished};
use super::{ContainerError, Wanted};
use crate::lock::{self, Lock, LockError};
use crate::store::create_private_directory;
use crate::ui::Layers;

const PASSWORD_LENGTH: usize = 32;
const ID_LENGTH: usize = 16;
const FIRST_PORT: u16 = 5432;
const PORTS: u16 = 100;
const PREFIX: &str = "pgferry-";

/// The containers of one engine, and where this user's password files are.
#[derive(Debug, Clone)]
pub struct Containers {
    docker: Docker,
    directory: PathBuf,
}

/// A container that runs and answers. Until [`Made::keep`], dropping it undoes what was done: one that was made is
/// removed, one that was started is stopped.
#[derive(Debug)]
pub struct Made {
    pub container: Container,
    pub reached: Reached,
    pub is_new: bool,
    unfinished: Unfinished,
    heard: Option<Log>,
}

impl Made {
    pub fn keep(self) {
        self.unfinished.keep();
    }
}

impl Containers {
    /// In the data directory that the settings name.
    pub fn new(docker: Docker, data_directory: &Path) -> Self {
        Self {
            docker,
            directory: data_directory.join("container"),
        }
    }

    /// The name for a container of that database: `pgferry-infinite-prod`.
    pub fn name_for(database: &str) -> String {
        let fits = |letter: char| {
            if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-') {
                letter
            } else {
                '-'
            }
        };
        format!("{PREFIX}{}", database.chars().map(fits).collect::<String>())
    }

    /// # Errors
    /// [`ContainerError::Name`] for what the engine would not take.
    pub fn check_name(name: &str) -> Result<(), ContainerError> {
        let is_good = name.len() > 1
            && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
        if is_good {
            return Ok(());
        }
        Err(ContainerError::Name {
            name: name.to_owned(),
        })
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

    /// The container of that name, if there is one.
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
        for name in [word.to_owned(), Self::name_for(word)] {
            if Self::check_name(&name).is_ok()
                && let Some(container) = self.find(&name).await?
            {
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

    /// The right to change the container of that name.
    ///
    /// # Errors
    /// [`ContainerError::Busy`] when another process has it.
    pub fn lock(&self, name: &str) -> Result<Lock, ContainerError> {
        create_private_directory(&self.directory)?;
        let path = self.directory.join(format!(".{name}.lock"));
        lock::take(&path, Timestamp::now()).map_err(|error| match error {
            LockError::Path(error) => error.into(),
            LockError::Held { .. } | LockError::Planted { .. } => ContainerError::Busy {
                name: name.to_owned(),
                reason: error.to_string(),
            },
        })
    }

    /// The container of that name that can be restored into. One that a run of this user's left unfinished when it was
    /// killed is removed. The caller holds the lock.
    ///
    /// # Errors
    /// As [`Containers::find`]; [`ContainerError::Busy`] when somebody else has not finished it.
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
        tracing::info!(container = name, "removing what a killed run left");
        self.remove(&container).await?;
        Ok(None)
    }

    /// What the container holds; `None` when no restore into it was complete.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn record(&self, container: &Container) -> Result<Option<Record>, ContainerError> {
        let json = files::get(&self.docker, &container.name, files::RECORD).await?;
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
        files::put(&self.docker, &container.name, &[file]).await
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

    /// Makes a container and waits until its server answers. The caller holds the lock, and there is none of that name.
    ///
    /// # Errors
    /// [`ContainerError`]; nothing is left then.
    pub async fn make(&self, wanted: &Wanted) -> Result<Made, ContainerError> {
        self.make_room(&wanted.name).await?;
        let id = Alphanumeric.sample_string(&mut rand::rng(), ID_LENGTH);
        let password = Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH);
        let password_file = self.password_file(&wanted.name);
        let unfinished = Unfinished::making(&self.docker, &wanted.name, &id, password_file);
        if !wanted.is_ephemeral {
            let (docker, request) = (self.docker.clone(), wanted.volume(&id));
            unfinished
                .run(async move { docker.create_volume(request).await })
                .await?
                .asked("make a volume")?;
        }
        let heard = self.start_new(wanted, &id, &password, &unfinished).await?;
        let container = self.again(&wanted.name).await?;
        self.write_password(&container, &password)?;
        let reached = self
            .waiting(&container, &password, Some(&heard))
            .reach()
            .await?;
        tracing::info!(
            container = container.name,
            "the server answers over {}",
            reached.way
        );
        Ok(Made {
            container,
            reached,
            is_new: true,
            unfinished,
            heard: Some(heard),
        })
    }

    /// Has the container's server run and answer.
    ///
    /// # Errors
    /// [`ContainerError`]; it is then as it was.
    pub async fn reuse(&self, container: &Container) -> Result<Made, ContainerError> {
        let mut unfinished = Unfinished::using(&self.docker, &container.name, &container.id);
        let mut heard = None;
        if !container.is_running {
            heard = Some(Log::listen(&self.docker, &container.name).await?);
            unfinished.will_start();
            let (docker, name) = (self.docker.clone(), container.name.clone());
            let started = unfinished
                .run(async move { docker.start_container(&name, None).await })
                .await?;
            match started {
                Err(error) if is_port_taken(&error) => {
                    return Err(ContainerError::PortTaken {
                        port: container.port.unwrap_or_default(),
                        chosen: false,
                    });
                }
                Err(error) if is_so_already(&error) => {}
                started => started.asked("start the container")?,
            }
        }
        let container = self.again(&container.name).await?;
        let password = self.password(&container).await?;
        self.write_password(&container, &password)?;
        let reached = self
            .waiting(&container, &password, heard.as_ref())
            .reach()
            .await?;
        tracing::info!(
            container = container.name,
            "the server answers over {}",
            reached.way
        );
        Ok(Made {
            container,
            reached,
            is_new: false,
            unfinished,
            heard,
        })
    }

    /// Why the server is gone, if it is: the better reason for whatever went wrong with it.
    pub async fn death_of(&self, made: &Made) -> Option<ContainerError> {
        let name = &made.container.name;
        let code = match self.docker.inspect_container(name, None).await {
            Err(error) if is_absent(&error) => None,
            Err(_) => return None,
            Ok(inspected) => {
                let state = inspected.state.unwrap_or_default();
                if state.running == Some(true) {
                    return None;
                }
                state.exit_code
            }
        };
        let log = super::log::end(&self.docker, name, made.heard.as_ref()).await;
        Some(ContainerError::died(name, code, log))
    }

    /// Removes a volume that was left without its container.
    async fn make_room(&self, name: &str) -> Result<(), ContainerError> {
        let volume = match self.docker.inspect_volume(name).await {
            Err(error) if is_absent(&error) => return Ok(()),
            inspected => inspected.asked("look at the volume")?,
        };
        match volume.labels.get(facts::ID) {
            Some(id) => unfinished::remove(&self.docker, name, id).await,
            None => Err(ContainerError::Stranger {
                what: "volume",
                name: name.to_owned(),
            }),
        }
    }

    /// Creates and starts the container, at the first port that is free.
    async fn start_new(
        &self,
        wanted: &Wanted,
        id: &str,
        password: &str,
        unfinished: &Unfinished,
    ) -> Result<Log, ContainerError> {
        let ports = match wanted.port {
            Some(port) => port..=port,
            None => FIRST_PORT..=FIRST_PORT + PORTS,
        };
        for port in ports {
            // A guess that saves making a container for nothing; the engine, which may be elsewhere, has the last word.
            if wanted.port.is_none() && TcpListener::bind(("127.0.0.1", port)).is_err() {
                continue;
            }
            let body = wanted.body(id, &self.maker(), port);
            let options = CreateContainerOptionsBuilder::new()
                .name(&wanted.name)
                .build();
            let docker = self.docker.clone();
            let created = unfinished
                .run(async move { docker.create_container(Some(options), body).await })
                .await?;
            match created {
                Err(error) if is_conflict(&error) => {
                    return Err(ContainerError::Busy {
                        name: wanted.name.clone(),
                        reason: "somebody has just made one of that name".to_owned(),
                    });
                }
                created => created.asked("make a container")?,
            };
            self.put_password(wanted, password).await?;
            let heard = Log::listen(&self.docker, &wanted.name).await?;
            let (docker, name) = (self.docker.clone(), wanted.name.clone());
            let started = unfinished
                .run(async move {
                    docker
                        .start_container(&name, None::<StartContainerOptions>)
                        .await
                })
                .await?;
            match started {
                Err(error) if is_port_taken(&error) && wanted.port.is_none() => {
                    tracing::info!(port, "taken");
                    let (docker, name) = (self.docker.clone(), wanted.name.clone());
                    let options = RemoveContainerOptionsBuilder::new()
                        .force(true)
                        .v(true)
                        .build();
                    let removed = unfinished
                        .run(async move { docker.remove_container(&name, Some(options)).await })
                        .await?;
                    match removed {
                        Err(error) if is_absent(&error) => {}
                        removed => removed.asked("remove the container")?,
                    }
                }
                Err(error) if is_port_taken(&error) => {
                    return Err(ContainerError::PortTaken { port, chosen: true });
                }
                started => {
                    started.asked("start the container")?;
                    return Ok(heard);
                }
            }
        }
        Err(ContainerError::PortTaken {
            port: FIRST_PORT,
            chosen: false,
        })
    }

    async fn put_password(&self, wanted: &Wanted, password: &str) -> Result<(), ContainerError> {
        let line = password::line("127.0.0.1", "*", &wanted.user, password);
        let secrets = [
            File {
                path: files::PASSWORD,
                content: password.as_bytes(),
                // As the engines' own secrets have it: whoever the entrypoint runs as reads it.
                mode: 0o444,
            },
            File {
                path: files::PGPASS,
                content: line.as_bytes(),
                mode: 0o600,
            },
        ];
        files::put(&self.docker, &wanted.name, &secrets).await
    }

    /// The password of its superuser.
    ///
    /// # Errors
    /// [`ContainerError::NoPassword`].
    pub async fn password(&self, container: &Container) -> Result<String, ContainerError> {
        let bytes = files::get(&self.docker, &container.name, files::PASSWORD).await?;
        bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ContainerError::NoPassword {
                name: container.name.clone(),
            })
    }

    pub fn password_file(&self, name: &str) -> PasswordFile {
        PasswordFile::new(&self.directory, name)
    }

    fn write_password(&self, container: &Container, password: &str) -> Result<(), ContainerError> {
        let published = container
            .port
            .into_iter()
            .flat_map(|port| ["127.0.0.1", "localhost"].map(|host| (host.to_owned(), port)));
        let own = container
            .addresses
            .iter()
            .map(|address| (address.clone(), 5432));
        let addresses: Vec<(String, u16)> = published.chain(own).collect();
        self.password_file(&container.name)
            .write(&addresses, &container.user, password)
    }

    fn waiting<'a>(
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

    async fn again(&self, name: &str) -> Result<Container, ContainerError> {
        match self.find(name).await? {
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
        unfinished::stop(&self.docker, &container.name).await?;
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
        self.password_file(&container.name).remove()
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
        let mut pieces = Box::pin(self.docker.logs(&container.name, Some(options)));
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
        shell::run(
            &self.docker,
            &container.name,
            command,
            size,
            keyboard,
            print,
        )
        .await
    }

    /// This user, on this machine.
    fn maker(&self) -> String {
        let host = nix::unistd::gethostname()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        format!("{host}:{}", self.directory.display())
    }

    /// Where libpq finds a server that is reached that way: host and port.
    pub fn address(container: &Container, way: &Way) -> (String, u16) {
        match way {
            Way::Published(port) => ("127.0.0.1".to_owned(), *port),
            Way::Network(address) => (address.clone(), 5432),
            Way::Inside => ("127.0.0.1".to_owned(), container.port.unwrap_or(FIRST_PORT)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_databases() {
        for (database, name) in [
            ("infinite-prod", "pgferry-infinite-prod"),
            ("my db", "pgferry-my-db"),
            ("größe", "pgferry-gr--e"),
        ] {
            assert_eq!(Containers::name_for(database), name);
            assert!(Containers::check_name(name).is_ok());
        }
        for name in ["", "x", "-x", "a b", "a/b", "../x"] {
            assert!(Containers::check_name(name).is_err(), "{name}");
        }
    }
}
