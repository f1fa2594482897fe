//! Waiting until the server in a container answers, and finding the way to it.
//!
//! The entrypoint of the image first starts a server that listens on the socket alone, to set things up, and ends it
//! again. So only a query over TCP counts, and only if the server says that it is the one that is meant: on the address of
//! the published port another one may listen, where "here" is not the engine's machine.

use std::fmt;
use std::time::{Duration, Instant};

use bollard::Docker;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::ContainerError;
use super::error::{Asked, is_absent};
use super::exec::ContainerPsql;
use super::facts::Container;
use super::log::{self, Log};
use crate::process;
use crate::target::{Access, Connection};

/// Making the cluster can take a while on a slow disk.
const TO_ANSWER: Duration = Duration::from_mins(2);
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Running a program in the container takes time from the server that is being made, so it is asked seldom; more often
/// where that is the only way.
const ASK_INSIDE: Duration = Duration::from_secs(2);
const ASK_INSIDE_ONLY: Duration = Duration::from_millis(500);
/// For the first byte from a server.
const TO_GREET: Duration = Duration::from_secs(2);
/// `SSLRequest` of the protocol (chapter "Message Formats"): the one message that every server answers at once, with one
/// byte. Who forwards a port for a server that does not listen yet takes the connection and says nothing.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// There in every cluster.
pub(super) const MAINTENANCE: &str = "postgres";

/// How a server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Through the port that is published on loopback.
    Published(u16),
    /// At the container's own address.
    Network(String),
    /// By the container's own psql.
    Inside,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published(port) => write!(f, "the published port 127.0.0.1:{port}"),
            Self::Network(address) => write!(f, "the container's own address {address}:5432"),
            Self::Inside => f.write_str("psql inside the container"),
        }
    }
}

/// A server that answers.
#[derive(Debug, Clone)]
pub struct Reached {
    /// To its maintenance database, as its superuser.
    pub access: Access,
    pub way: Way,
}

pub(super) struct Waiting<'a> {
    pub docker: &'a Docker,
    pub container: &'a Container,
    pub password: &'a str,
    pub heard: Option<&'a Log>,
}

impl Waiting<'_> {
    /// Waits for an answer. The first way that leads there is taken.
    pub async fn reach(&self) -> Result<Reached, ContainerError> {
        let started = Instant::now();
        let has_psql = process::find("psql").is_ok();
        let published = self
            .container
            .port
            .filter(|_| has_psql)
            .map(|port| self.direct(Way::Published(port), "127.0.0.1", port));
        let inside = Reached {
            access: Access::Inside(self.inside(MAINTENANCE)),
            way: Way::Inside,
        };
        let ask_inside = if has_psql {
            ASK_INSIDE
        } else {
            ASK_INSIDE_ONLY
        };
        let mut asked_inside = started;
        loop {
            if let Some(published) = &published
                && self.answers(published).await
            {
                return Ok(published.clone());
            }
            if asked_inside.elapsed() >= ask_inside {
                if self.answers(&inside).await {
                    // The server is up: every way that leads there leads there now.
                    let direct = self.nearest(published.as_ref(), has_psql).await;
                    return Ok(direct.unwrap_or(inside));
                }
                asked_inside = Instant::now();
            }
            self.check_alive().await?;
            if started.elapsed() >= TO_ANSWER {
                return Err(ContainerError::Silent {
                    name: self.container.name.clone(),
                    seconds: TO_ANSWER.as_secs(),
                    log: log::end(self.docker, &self.container.key, self.heard).await,
                });
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    async fn nearest(&self, published: Option<&Reached>, has_psql: bool) -> Option<Reached> {
        if let Some(published) = published
            && self.answers(published).await
        {
            return Some(published.clone());
        }
        for address in self.container.addresses.iter().filter(|_| has_psql) {
            let network = self.direct(Way::Network(address.clone()), address, 5432);
            if self.answers(&network).await {
                return Some(network);
            }
        }
        None
    }

    fn direct(&self, way: Way, host: &str, port: u16) -> Reached {
        let user = &self.container.user;
        let connection = Connection::from_address(host, port, user, self.password, MAINTENANCE);
        Reached {
            access: connection.into(),
            way,
        }
    }

    pub fn inside(&self, database: &str) -> ContainerPsql {
        ContainerPsql::new(
            self.docker.clone(),
            &self.container.key,
            &self.container.user,
            database,
        )
    }

    /// Whether that is a server, and this one.
    pub async fn answers(&self, reached: &Reached) -> bool {
        let greets = match &reached.way {
            Way::Published(port) => greets("127.0.0.1", *port).await,
            Way::Network(address) => greets(address, 5432).await,
            Way::Inside => true,
        };
        if !greets {
            return false;
        }
        let wanted = self.container.cluster_name();
        match reached.access.query("SHOW cluster_name;").await {
            Ok(rows) => rows.first() == Some(&wanted),
            Err(error) => {
                tracing::debug!(way = %reached.way, %error, "no answer yet");
                false
            }
        }
    }

    pub async fn check_alive(&self) -> Result<(), ContainerError> {
        let Container { name, key, .. } = self.container;
        let code = match self.docker.inspect_container(key, None).await {
            Err(error) if is_absent(&error) => None,
            inspected => {
                let state = inspected.asked("look at the container")?.state;
                let state = state.unwrap_or_default();
                if state.running == Some(true) {
                    return Ok(());
                }
                state.exit_code
            }
        };
        let log = log::end(self.docker, key, self.heard).await;
        Err(ContainerError::died(name, code, log))
    }
}

/// Whether a PostgreSQL server is there at all: cheaper to ask than psql to run.
async fn greets(host: &str, port: u16) -> bool {
    let greeting = async {
        let mut stream = TcpStream::connect((host, port)).await?;
        stream.write_all(&SSL_REQUEST).await?;
        stream.read_u8().await
    };
    let greeted = tokio::time::timeout(TO_GREET, greeting).await;
    matches!(greeted, Ok(Ok(b'S' | b'N')))
}
