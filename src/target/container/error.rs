//! What goes wrong with containers, and what to do about it.

use std::io;

use bollard::errors::Error as EngineError;

use crate::error::{Class, Classified, PathError};
use crate::target::TargetError;

/// Why a container could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    #[error("the container engine can't {action}")]
    Engine {
        action: String,
        source: Box<EngineError>,
    },
    #[error("the image {image} is not here, and `--pull never` forbids to pull it")]
    NoImage { image: String },
    #[error("can't pull the image {image}")]
    Pull { image: String, said: String },
    #[error("{name} is no image of PostgreSQL: it declares neither PGDATA nor PG_MAJOR")]
    NotPostgres { name: String },
    #[error("the dump is of PostgreSQL {dump}, but the image {image} is {major}")]
    NewerDump {
        dump: u32,
        image: String,
        major: u32,
        reused: Option<String>,
    },
    #[error("the image {image} lacks {}, which the dump needs", extensions(names))]
    NoExtensions {
        image: String,
        names: Vec<String>,
        major: u32,
        reused: Option<String>,
    },
    #[error("`{name}` is no name for an image")]
    ImageName { name: String },
    #[error("`{name}` is no name for a container")]
    Name { name: String, longest: usize },
    #[error("there is no container of pgferry's called `{name}`")]
    Unknown { name: String, others: Vec<String> },
    #[error("the {what} `{name}` is not pgferry's: it has none of its labels")]
    Stranger { what: &'static str, name: String },
    #[error("the container `{name}` is busy: {reason}")]
    Busy { name: String, reason: String },
    #[error("the container `{name}` is busy: another restore into it is under way")]
    Claimed { name: String },
    #[error(
        "the server in the container `{name}` was restarted, and somebody else may have changed it since"
    )]
    Unclaimed { name: String },
    #[error(
        "nothing was restored into the container `{name}` to the end: the run that made it is still under way, or was killed"
    )]
    Unfinished { name: String },
    #[error("the container `{name}` exists with {is}, not {wanted}")]
    Differs {
        name: String,
        is: String,
        wanted: String,
    },
    #[error("port {port} of 127.0.0.1 is taken")]
    PortTaken { port: u16 },
    #[error("port {port} of 127.0.0.1, which the container `{name}` has, is taken by now")]
    PortLost { name: String, port: u16 },
    #[error("the ports of 127.0.0.1 from {first} to {last} are all taken")]
    NoPort { first: u16, last: u16 },
    #[error("the container `{name}` is not running")]
    Stopped { name: String },
    #[error("the server in the container `{name}` ended{}", .code.map(|code| format!(" with {}", exit(code))).unwrap_or_default())]
    Died {
        name: String,
        code: Option<i64>,
        log: String,
    },
    #[error("the server in the container `{name}` did not answer within {seconds} s")]
    Silent {
        name: String,
        seconds: u64,
        log: String,
    },
    #[error("the container `{name}` has lost the file with its password")]
    NoPassword { name: String },
    #[error("files of a container can't be packed or unpacked")]
    Archive { source: io::Error },
    #[error("a thread failed")]
    Thread { source: tokio::task::JoinError },
    #[error(transparent)]
    Path(#[from] PathError),
    #[error(transparent)]
    Target(#[from] TargetError),
}

fn extensions(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let noun = if names.len() == 1 {
        "extension"
    } else {
        "extensions"
    };
    format!("the {noun} {}", names.join(", "))
}

fn exit(code: i64) -> String {
    match code {
        137 => "exit code 137: it was killed".to_owned(),
        code => format!("exit code {code}"),
    }
}

impl ContainerError {
    pub(super) fn died(name: &str, code: Option<i64>, log: String) -> Self {
        Self::Died {
            name: name.to_owned(),
            code,
            log,
        }
    }
}

impl Classified for ContainerError {
    fn class(&self) -> Class {
        match self {
            Self::Engine { .. } | Self::Archive { .. } | Self::Thread { .. } => Class::Unexpected,
            Self::Name { .. } | Self::ImageName { .. } | Self::Differs { .. } => Class::Usage,
            Self::Unknown { .. } => Class::NothingMatched,
            Self::Stranger { .. }
            | Self::Busy { .. }
            | Self::Claimed { .. }
            | Self::Unfinished { .. }
            | Self::NewerDump { .. } => Class::Refused,
            Self::Path(error) => error.class(),
            Self::Target(error) => error.class(),
            _ => Class::TargetFailed,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Died { log, .. } | Self::Silent { log, .. } => {
                Some(log.clone()).filter(|log| !log.is_empty())
            }
            Self::Pull { said, .. } => Some(said.clone()),
            Self::Target(error) => error.detail(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoImage { image } => {
                format!("`docker pull {image}` gets it; `--image` names another one")
            }
            Self::Pull { image, said } => pull_hint(image, said),
            Self::NotPostgres { .. } => {
                "take the official image or one that is built on it: `--image postgres:alpine`".to_owned()
            }
            Self::NewerDump { dump, image, reused, .. } => {
                let fits = format!("--image {}", image_of(image, *dump));
                format!("take an image of PostgreSQL {dump}: {}", anew(reused.as_deref(), &fits))
            }
            Self::NoExtensions { names, major, reused, .. } => {
                let it = if names.len() == 1 { "it" } else { "them" };
                let image = image_with(names, *major);
                let flag = format!("--image {}", image.as_deref().unwrap_or("IMAGE"));
                let image = anew(reused.as_deref(), &flag);
                format!("take an image that has {it}: {image}; `--skip-missing-extensions` leaves {it} out")
            }
            Self::ImageName { .. } => {
                "write it as `postgres:alpine` or `registry.example.org/postgres:17`; it is what `--image` names, or container.image of the settings".to_owned()
            }
            Self::Name { longest, .. } => format!(
                "letters, digits, `_`, `.` and `-` make a name, {longest} at most; `--name` gives one"
            ),
            Self::Unknown { others, .. } if others.is_empty() => {
                "`pgferry restore --into container` makes one".to_owned()
            }
            Self::Unknown { others, .. } => format!("there are {}", others.join(", ")),
            Self::Stranger { what: "volume", .. } => {
                "it was left alone; take another name with `--name`, or do without with `--ephemeral`".to_owned()
            }
            Self::Stranger { .. } => {
                "it was left alone; take another name with `--name`".to_owned()
            }
            Self::Busy { name, .. } => {
                format!("wait for it to end; if nothing goes on, `pgferry container rm {name}` removes it")
            }
            Self::Differs { name, .. } => {
                format!("leave that flag out, or make it anew: `pgferry container rm {name}`")
            }
            Self::Claimed { name } => {
                format!("wait for it to end; should nobody be left who does it, `docker restart {name}` ends it")
            }
            Self::Unclaimed { .. } => "run the same command again".to_owned(),
            Self::Unfinished { name } => format!(
                "wait for it; if nothing goes on, `pgferry container rm {name}` removes it, and so does the next restore into it"
            ),
            Self::PortTaken { .. } => "without `--port` the next free one is taken".to_owned(),
            Self::PortLost { name, .. } => format!(
                "end what listens there and run the same command again; or make it anew, at a free port: `pgferry container rm {name}`, then restore"
            ),
            Self::NoPort { .. } => "`--port` names another one".to_owned(),
            Self::Stopped { name } => format!("`pgferry container start {name}` starts it"),
            Self::Died { .. } | Self::Silent { .. } => {
                "run the same command again; a container that was made for it is removed".to_owned()
            }
            Self::NoPassword { name } => {
                format!("`pgferry container rm {name}` removes it; the next restore makes a new one")
            }
            Self::Path(error) => return error.hint(),
            Self::Target(error) => return error.hint(),
            Self::Engine { .. } | Self::Archive { .. } | Self::Thread { .. } => return None,
        })
    }
}

/// With that flag; a container that is there keeps its image.
fn anew(reused: Option<&str>, flag: &str) -> String {
    match reused {
        Some(name) => format!("`pgferry container rm {name}`, then restore with `{flag}`"),
        None => format!("`{flag}`"),
    }
}

fn pull_hint(image: &str, said: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if has(&["manifest unknown", "not found", "manifest for"]) {
        return format!("is {image} spelled right? `--image` names another one");
    }
    if has(&["denied", "unauthorized", "authentication required"]) {
        return format!(
            "is {image} spelled right? of a private registry: `docker pull {image}` first"
        );
    }
    if has(&["toomanyrequests"]) {
        return format!(
            "the registry limits anonymous pulls: `docker login`, then `docker pull {image}`"
        );
    }
    format!(
        "the engine needs a network to pull it; where there is one, `docker save {image}` makes a file for `docker load`"
    )
}

/// The image of that major, of the same family as far as it can be told.
fn image_of(image: &str, major: u32) -> String {
    let (repository, tag) = image.rsplit_once(':').unwrap_or((image, ""));
    match repository {
        "pgvector/pgvector" => format!("pgvector/pgvector:pg{major}"),
        _ if tag.contains("alpine") || tag.is_empty() => format!("postgres:{major}-alpine"),
        _ => format!("postgres:{major}"),
    }
}

/// A public image that has what the official one lacks, where one such extension is all that is missing.
fn image_with(names: &[String], major: u32) -> Option<String> {
    let is = |one: &str| names.iter().all(|name| name.starts_with(one));
    if is("postgis") {
        Some(format!("postgis/postgis:{major}-3.5-alpine"))
    } else if is("vector") {
        Some(format!("pgvector/pgvector:pg{major}"))
    } else if is("timescaledb") {
        Some(format!("timescale/timescaledb:latest-pg{major}"))
    } else {
        None
    }
}

/// Says what the engine was asked for when it fails.
pub(super) trait Asked<T> {
    fn asked(self, action: &str) -> Result<T, ContainerError>;
}

impl<T> Asked<T> for Result<T, EngineError> {
    fn asked(self, action: &str) -> Result<T, ContainerError> {
        self.map_err(|source| ContainerError::Engine {
            action: action.to_owned(),
            source: Box::new(source),
        })
    }
}

fn status(error: &EngineError) -> Option<u16> {
    match error {
        EngineError::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// There is no such container, volume, image or file.
pub(super) fn is_absent(error: &EngineError) -> bool {
    status(error) == Some(404)
}

/// It is in a state that does not allow it, such as being removed.
pub(super) fn is_conflict(error: &EngineError) -> bool {
    status(error) == Some(409)
}

/// What it was asked for can't be meant.
pub(super) fn is_malformed(error: &EngineError) -> bool {
    status(error) == Some(400)
}

/// It is so already: started, or stopped.
pub(super) fn is_so_already(error: &EngineError) -> bool {
    status(error) == Some(304)
}

/// The port is somebody else's: the words of Docker, of its proxy, and of podman.
pub(super) fn is_port_taken(error: &EngineError) -> bool {
    match error {
        EngineError::DockerResponseServerError { message, .. } => [
            "port is already allocated",
            "address already in use",
            "ports are not available",
        ]
        .iter()
        .any(|words| message.contains(words)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_that_fits_is_of_the_same_family() {
        for (image, fits) in [
            ("postgres:alpine", "postgres:18-alpine"),
            ("postgres:15.4-alpine3.18", "postgres:18-alpine"),
            ("postgres", "postgres:18-alpine"),
            ("postgres:16-bookworm", "postgres:18"),
            ("pgvector/pgvector:pg17", "pgvector/pgvector:pg18"),
        ] {
            assert_eq!(image_of(image, 18), fits, "{image}");
        }
        let names = ["postgis".to_owned(), "postgis_topology".to_owned()];
        assert_eq!(
            image_with(&names, 17).as_deref(),
            Some("postgis/postgis:17-3.5-alpine")
        );
        assert_eq!(
            image_with(&["vector".to_owned(), "postgis".to_owned()], 17),
            None
        );
    }
}
