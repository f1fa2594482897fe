//! The Docker engine that containers run on: which one it is, and the way to it.
//!
//! What the user chose is taken, as the `docker` command takes it: `DOCKER_HOST`, then `DOCKER_CONTEXT`, then the current
//! context of Docker's configuration. A choice that does not work is an error that names it, never a reason to look
//! elsewhere. Without a choice, the first of the usual sockets that answers is it.

mod address;
mod choice;
mod context;
mod error;
mod sockets;
mod ssh;

use std::time::Duration;

use bollard::Docker;

use self::address::Address;
use self::choice::Origin;
pub use self::error::EngineError;
use crate::settings::Environment;

/// How long an engine may take to answer at first. An ssh connection has to be made before.
const FIRST_ANSWER: Duration = Duration::from_secs(5);
const FIRST_ANSWER_OVER_SSH: Duration = Duration::from_secs(20);

/// An engine that has answered.
#[derive(Debug, Clone)]
pub struct Engine {
    docker: Docker,
    address: Address,
    origin: Origin,
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineFacts {
    /// `Docker`, or what its own component is called, such as `Podman Engine`.
    pub kind: String,
    /// As it spells it: `20.10.24+dfsg1`.
    pub version: String,
    /// The newest API version that it knows: `1.41`.
    pub api_version: String,
}

impl Engine {
    /// Finds the engine that the user chose, or that runs here.
    ///
    /// # Errors
    /// [`EngineError`], which says where it looked and what to do.
    pub async fn find(environment: &Environment) -> Result<Self, EngineError> {
        let engine = match choice::chosen(environment)? {
            Some((address, origin)) => Self::chosen(address, origin).await?,
            None => Self::first_that_answers(sockets::usual(environment)).await?,
        };
        tracing::info!("using the Docker engine at {}", engine.address());
        Ok(engine)
    }

    async fn chosen(address: Address, origin: Origin) -> Result<Self, EngineError> {
        match answered(&address).await {
            Ok(docker) => Ok(Self {
                docker,
                address,
                origin,
            }),
            Err(Unanswered::NotPermitted) => Err(EngineError::NotPermitted {
                address: format!("{address} ({origin})"),
            }),
            Err(unanswered) => {
                let check = match &address {
                    Address::Ssh(destination) => {
                        let command = destination.command();
                        format!("`{command} docker version` has to work without a password")
                    }
                    Address::Tcp {
                        tls: Some(files), ..
                    } => format!(
                        "start that engine, and check {} and the files beside it",
                        files.certificate_authority.display()
                    ),
                    _ => "start that engine".to_owned(),
                };
                let otherwise = match &origin {
                    Origin::Context { .. } => "`export DOCKER_CONTEXT=default`",
                    _ => "`unset DOCKER_HOST`",
                };
                Err(EngineError::Unanswered {
                    address: format!("{address} ({origin})"),
                    reason: unanswered.to_string(),
                    hint: format!("{check}; {otherwise} leads back to this machine's"),
                })
            }
        }
    }

    async fn first_that_answers(
        candidates: Vec<(Address, &'static str)>,
    ) -> Result<Self, EngineError> {
        let (mut not_permitted, mut silent) = (None, Vec::new());
        for (address, name) in candidates {
            match answered(&address).await {
                Ok(docker) => {
                    return Ok(Self {
                        docker,
                        address,
                        origin: Origin::Socket(name),
                    });
                }
                Err(Unanswered::NotPermitted) => {
                    not_permitted.get_or_insert_with(|| format!("{address} ({name})"));
                }
                Err(Unanswered::Absent) => {}
                Err(Unanswered::Because(reason)) => {
                    silent.push(format!("{address} ({name}): {reason}"));
                }
            }
        }
        Err(match not_permitted {
            Some(address) => EngineError::NotPermitted { address },
            None => EngineError::NoEngine { silent },
        })
    }

    /// The client for its API.
    pub fn docker(&self) -> &Docker {
        &self.docker
    }

    /// Where it is and why it is taken: `unix:///var/run/docker.sock (default socket)`.
    pub fn address(&self) -> String {
        format!("{} ({})", self.address, self.origin)
    }

    /// Whether the ports that its containers publish on loopback are this machine's.
    pub fn is_local(&self) -> bool {
        self.remote_host().is_none()
    }

    /// The host whose ports its containers publish, unless that is this machine.
    pub fn remote_host(&self) -> Option<&str> {
        self.address.remote_host()
    }

    /// # Errors
    /// [`EngineError::Request`].
    pub async fn facts(&self) -> Result<EngineFacts, EngineError> {
        let version = self
            .docker
            .version()
            .await
            .map_err(|source| EngineError::Request {
                address: self.address(),
                source: Box::new(source),
            })?;
        let component = version
            .components
            .and_then(|components| components.into_iter().next())
            .map(|component| component.name);
        Ok(EngineFacts {
            kind: match component {
                Some(name) if name != "Engine" => name,
                _ => "Docker".to_owned(),
            },
            version: version.version.unwrap_or_default(),
            api_version: version.api_version.unwrap_or_default(),
        })
    }
}

/// Why an engine is not there for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Unanswered {
    #[error("there is no such socket")]
    Absent,
    #[error("the socket is not this user's to use")]
    NotPermitted,
    #[error("{0}")]
    Because(String),
}

/// A client for the engine at `address`, which has answered in time.
async fn answered(address: &Address) -> Result<Docker, Unanswered> {
    let limit = match address {
        Address::Ssh(_) => FIRST_ANSWER_OVER_SSH,
        _ => FIRST_ANSWER,
    };
    answered_within(limit, address).await
}

async fn answered_within(limit: Duration, address: &Address) -> Result<Docker, Unanswered> {
    let answer = async {
        let docker = address.connect().await?;
        docker
            .ping()
            .await
            .map_err(|error| Unanswered::Because(error::innermost(&error)))?;
        Ok(docker)
    };
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_elapsed| {
            Err(Unanswered::Because(format!(
                "no answer within {} s",
                limit.as_secs()
            )))
        })
}

#[cfg(test)]
mod tests;
