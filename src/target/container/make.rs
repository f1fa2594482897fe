//! Making a container.

use std::net::TcpListener;

use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions,
};
use rand::distr::{Alphanumeric, SampleString};

use super::error::{Asked, is_absent, is_conflict, is_port_taken};
use super::facts;
use super::files::{self, File};
use super::log::Log;
use super::password;
use super::unfinished::{self, Unfinished};
use super::{ContainerError, Containers, Made, Wanted};

const PASSWORD_LENGTH: usize = 32;
const ID_LENGTH: usize = 16;
const FIRST_PORT: u16 = 5432;
const LAST_PORT: u16 = 5532;

impl Containers {
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
        let (key, heard) = self.start_new(wanted, &id, &password, &unfinished).await?;
        let container = self.again(&key, &wanted.name).await?;
        self.answering(container, &password, true, unfinished, Some(heard))
            .await
    }

    /// Removes a volume that was left without its container.
    async fn make_room(&self, name: &str) -> Result<(), ContainerError> {
        let volume = match self.docker.inspect_volume(name).await {
            Err(error) if is_absent(&error) => return Ok(()),
            inspected => inspected.asked("look at the volume")?,
        };
        if !volume.labels.contains_key(facts::ID) {
            return Err(ContainerError::Stranger {
                what: "volume",
                name: name.to_owned(),
            });
        }
        if unfinished::remove_volume(&self.docker, name).await? {
            return Ok(());
        }
        Err(made_meanwhile(name))
    }

    /// Creates and starts the container, at the first port that is free; gives the engine's id of it, and its log.
    async fn start_new(
        &self,
        wanted: &Wanted,
        id: &str,
        password: &str,
        unfinished: &Unfinished,
    ) -> Result<(String, Log), ContainerError> {
        let ports = match wanted.port {
            Some(port) => port..=port,
            None => FIRST_PORT..=LAST_PORT,
        };
        for port in ports {
            // A guess that saves making a container for nothing; the engine, which may be elsewhere, has the last word.
            if wanted.port.is_none() && TcpListener::bind(("127.0.0.1", port)).is_err() {
                continue;
            }
            let key = self.create(wanted, id, port, unfinished).await?;
            self.put_password(wanted, &key, password).await?;
            let heard = Log::listen(&self.docker, &key).await?;
            let (docker, started) = (self.docker.clone(), key.clone());
            let started = unfinished
                .run(async move {
                    docker
                        .start_container(&started, None::<StartContainerOptions>)
                        .await
                })
                .await?;
            match started {
                Err(error) if is_port_taken(&error) && wanted.port.is_none() => {
                    tracing::info!(port, "taken");
                    self.remove_unstarted(key, unfinished).await?;
                }
                Err(error) if is_port_taken(&error) => {
                    return Err(ContainerError::PortTaken { port });
                }
                started => {
                    started.asked("start the container")?;
                    return Ok((key, heard));
                }
            }
        }
        Err(ContainerError::NoPort {
            first: FIRST_PORT,
            last: LAST_PORT,
        })
    }

    async fn create(
        &self,
        wanted: &Wanted,
        id: &str,
        port: u16,
        unfinished: &Unfinished,
    ) -> Result<String, ContainerError> {
        let body = wanted.body(id, &self.maker(), port);
        let options = CreateContainerOptionsBuilder::new()
            .name(&wanted.name)
            .build();
        let docker = self.docker.clone();
        let created = unfinished
            .run(async move { docker.create_container(Some(options), body).await })
            .await?;
        match created {
            Err(error) if is_conflict(&error) => Err(made_meanwhile(&wanted.name)),
            created => Ok(created.asked("make a container")?.id),
        }
    }

    async fn remove_unstarted(
        &self,
        key: String,
        unfinished: &Unfinished,
    ) -> Result<(), ContainerError> {
        let docker = self.docker.clone();
        let options = RemoveContainerOptionsBuilder::new()
            .force(true)
            .v(true)
            .build();
        let removed = unfinished
            .run(async move { docker.remove_container(&key, Some(options)).await })
            .await?;
        match removed {
            Err(error) if is_absent(&error) => Ok(()),
            removed => removed.asked("remove the container"),
        }
    }

    async fn put_password(
        &self,
        wanted: &Wanted,
        key: &str,
        password: &str,
    ) -> Result<(), ContainerError> {
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
        files::put(&self.docker, key, &secrets).await
    }
}

fn made_meanwhile(name: &str) -> ContainerError {
    ContainerError::Busy {
        name: name.to_owned(),
        reason: "somebody is just making one of that name".to_owned(),
    }
}
