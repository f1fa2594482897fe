//! A database that is there, on whichever target, for commands that ask or change it.

use jiff::Timestamp;

use super::container::{self, containers};
use super::local::{self, clusters};
use super::restore::check_guard;
use crate::cli::{self, IntoTarget};
use crate::error::{Class, Error};
use crate::lock::Lock;
use crate::restore::Provenance;
use crate::settings::{Environment, Settings};
use crate::target::{Access, Address, Cluster, Connection, Containers, Made, Record, ServerFacts};

/// A database that answers.
pub struct Place {
    /// By a role that may make databases beside it, where there is one.
    pub access: Access,
    pub server: ServerFacts,
    /// `infinite-api`, `site in the container pgferry-site`.
    pub title: String,
    /// The flags that lead there, for hints.
    pub flags: String,
    host: Host,
}

enum Host {
    Server(Connection),
    Container {
        containers: Containers,
        made: Box<Made>,
        _lock: Option<Lock>,
    },
    Local {
        cluster: Box<Cluster>,
        was_running: bool,
        _lock: Option<Lock>,
    },
}

/// What is done with it.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    Asking,
    /// On these hosts besides this machine. What it does, the text says where it is refused.
    Changing {
        hosts: &'a [String],
        does: &'a str,
    },
}

impl Place {
    pub async fn open(
        place: &cli::Place,
        purpose: Purpose<'_>,
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Self, Error> {
        let into = place.into.unwrap_or(settings.into.value);
        let excess = match into {
            IntoTarget::Server => place.container.as_ref().map(|_| "--name"),
            _ => place.url.as_ref().map(|_| "--url"),
        };
        if let Some(flag) = excess {
            let into = into.word();
            let text = format!("{flag} is not for the target `{into}`");
            let hint = format!(
                "leave it out, or name the target that is meant with --into: it is `{into}`"
            );
            return Err(Error::new(Class::Usage, text).with_hint(hint));
        }
        match into {
            IntoTarget::Server => Self::on_server(place, purpose, settings).await,
            IntoTarget::Container => {
                Box::pin(Self::in_container(place, purpose, settings, environment)).await
            }
            IntoTarget::Local => Self::in_cluster(place, purpose, settings).await,
        }
    }

    async fn on_server(
        place: &cli::Place,
        purpose: Purpose<'_>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let connection = match &place.url {
            Some(url) => Connection::from_url(url)?,
            None => Connection::from_environment(),
        };
        let server = connection.facts().await?;
        if let Purpose::Changing { hosts, does } = purpose {
            check_guard(&connection, &server, hosts, does, settings)?;
        }
        Ok(Self {
            title: server.database.clone(),
            // A URL can hold a password.
            flags: place.url.as_ref().map_or("", |_| " --url URL").to_owned(),
            access: connection.clone().into(),
            server,
            host: Host::Server(connection),
        })
    }

    async fn in_container(
        place: &cli::Place,
        purpose: Purpose<'_>,
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Self, Error> {
        let containers = containers(settings, environment).await?;
        let name = place.container.clone();
        let (made, record, lock) = match purpose {
            Purpose::Asking => {
                let (made, record) = container::running(&containers, name).await?;
                (made, record, None)
            }
            Purpose::Changing { .. } => {
                let (lock, container) = container::unused(&containers, name).await?;
                let record = containers.held(&container).await?;
                let made = Box::pin(containers.reuse(&container)).await?;
                (made.claimed().await?, record, Some(lock))
            }
        };
        let access = made.reached.access.clone().with_database(&record.database);
        let server = access.facts().await?;
        let name = &made.container.name;
        Ok(Self {
            access,
            title: format!("{} in the container {name}", record.database),
            flags: format!(" --into container --name {name}"),
            server,
            host: Host::Container {
                containers,
                made: Box::new(made),
                _lock: lock,
            },
        })
    }

    async fn in_cluster(
        place: &cli::Place,
        purpose: Purpose<'_>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let clusters = clusters(settings);
        let name = local::one(&clusters, local::named(place.container.as_deref())?)?;
        let lock = match purpose {
            Purpose::Asking => None,
            Purpose::Changing { .. } => Some(clusters.lock(&name)?),
        };
        let mut cluster = clusters.open(&name)?;
        let was_running = cluster.is_running();
        cluster.start().await?;
        let database = cluster.database().unwrap_or("postgres").to_owned();
        let access = cluster.administration(&database);
        let server = access.facts().await?;
        Ok(Self {
            access,
            server,
            title: format!("{database} in the local cluster {name}"),
            flags: format!(" --into local --name {name}"),
            host: Host::Local {
                cluster: Box::new(cluster),
                was_running,
                _lock: lock,
            },
        })
    }

    /// To the database of that name beside this one, as the role that loads.
    pub fn loader(&self, database: &str) -> Access {
        match &self.host {
            Host::Server(_) | Host::Container { .. } => self.access.clone().with_database(database),
            Host::Local { cluster, .. } => cluster.connection(database),
        }
    }

    /// Where it is, for other programs.
    pub async fn address(&self) -> Result<Address, Error> {
        Ok(match &self.host {
            Host::Server(connection) => Address::of(connection, &self.server),
            Host::Container {
                containers, made, ..
            } => {
                let password = containers.password(&made.container).await?;
                container::address(made, password, &self.server.database)
            }
            Host::Local { cluster, .. } => cluster.address(),
        })
    }

    /// Its server is as it was before: one that was started to be asked is stopped.
    pub async fn leave(self) -> Result<(), Error> {
        if let Host::Local {
            cluster,
            was_running: false,
            ..
        } = &self.host
        {
            cluster.stop().await?;
        }
        Ok(())
    }

    /// Notes what it holds now, where the target keeps a list of its own, and leaves its server running.
    pub async fn changed(self, provenance: &Provenance) -> Result<(), Error> {
        let database = self.server.database;
        match self.host {
            Host::Server(_) => Ok(()),
            Host::Container {
                containers, made, ..
            } => {
                let record = Record::new(database, provenance);
                containers.restored(&made.container, &record).await?;
                made.keep();
                Ok(())
            }
            Host::Local { mut cluster, .. } => {
                Ok(cluster.restored(&database, &provenance.source, provenance.restored_at)?)
            }
        }
    }

    /// Leaves its server running.
    pub fn keep(self) {
        if let Host::Container { made, .. } = self.host {
            made.keep();
        }
    }
}

impl Record {
    /// What a container lists of what its database says.
    pub fn new(database: String, provenance: &Provenance) -> Self {
        Self {
            database,
            restored: provenance.source.clone(),
            version: provenance.version.clone(),
            taken_at: provenance.taken_at,
            restored_at: provenance.restored_at,
        }
    }
}

/// The time, as a name.
pub fn time_as_name(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
