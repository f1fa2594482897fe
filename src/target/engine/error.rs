//! What goes wrong on the way to a Docker engine.

use std::error::Error as StdError;

use crate::error::{Class, Classified, PathError};

const NEEDS_NONE: &str = "`pgferry restore --into local` needs none";

/// Why there is no Docker engine to use.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("no Docker engine was found")]
    NoEngine {
        /// The sockets that are there, and what is wrong with each.
        silent: Vec<String>,
    },
    #[error("this user may not use the Docker engine at {address}")]
    NotPermitted { address: String },
    #[error("the Docker engine at {address} does not answer")]
    Unanswered {
        address: String,
        reason: String,
        /// What to do about the choice of this engine.
        hint: String,
    },
    #[error("{named_by} does not lead to a Docker engine: {reason}")]
    Address { named_by: String, reason: String },
    #[error("there is no Docker context `{name}`, which {named_by} names")]
    NoContext {
        name: String,
        named_by: String,
        others: Vec<String>,
    },
    #[error("can't understand {path}")]
    Json {
        path: String,
        source: serde_json::Error,
    },
    #[error("{named_by} asks for TLS, but there is no {path}")]
    TlsFile { path: String, named_by: String },
    #[error("the Docker engine at {address} refuses a request")]
    Request {
        address: String,
        source: Box<bollard::errors::Error>,
    },
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Classified for EngineError {
    fn class(&self) -> Class {
        match self {
            Self::NoEngine { .. } | Self::Unanswered { .. } | Self::Request { .. } => {
                Class::TargetFailed
            }
            Self::NotPermitted { .. } => Class::AccessDenied,
            Self::Address { .. }
            | Self::NoContext { .. }
            | Self::Json { .. }
            | Self::TlsFile { .. } => Class::Usage,
            Self::Path(error) => error.class(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::NoEngine { silent } => {
                Some(silent.join("\n")).filter(|silent| !silent.is_empty())
            }
            Self::Unanswered { reason, .. } => Some(reason.clone()),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoEngine { .. } if cfg!(target_os = "macos") => {
                format!("start Docker Desktop, or run `colima start`; {NEEDS_NONE}")
            }
            Self::NoEngine { silent } if !silent.is_empty() => {
                format!("`sudo systemctl start docker` starts it; {NEEDS_NONE}")
            }
            Self::NoEngine { .. } => {
                format!("`sudo apt-get install docker.io` installs and starts one; {NEEDS_NONE}")
            }
            Self::NotPermitted { address } if address.contains("podman") => {
                format!(
                    "`systemctl --user start podman.socket` starts one of your own; {NEEDS_NONE}"
                )
            }
            Self::NotPermitted { .. } => {
                format!("run `sudo usermod -aG docker $USER`, then log in again; {NEEDS_NONE}")
            }
            Self::Unanswered { hint, .. } => hint.clone(),
            Self::Address { named_by, .. } => match context_in(named_by) {
                Some(name) => format!(
                    "`docker context inspect {name}` shows it, `export DOCKER_CONTEXT=default` leaves it"
                ),
                None => format!(
                    "set {named_by} to unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST, or unset it"
                ),
            },
            Self::NoContext { others, .. } if others.is_empty() => {
                "`export DOCKER_CONTEXT=default` leads to this machine's".to_owned()
            }
            Self::NoContext { others, .. } => {
                format!(
                    "there are {}, and `default`; DOCKER_CONTEXT names the one to use",
                    others.join(", ")
                )
            }
            Self::Json { .. } => {
                "put it right, or set DOCKER_HOST, which goes before it".to_owned()
            }
            Self::TlsFile { named_by, .. } if context_in(named_by).is_some() => {
                "`docker context update` adds it; DOCKER_HOST goes before contexts".to_owned()
            }
            Self::TlsFile { .. } => {
                "DOCKER_CERT_PATH names the directory of ca.pem, cert.pem and key.pem".to_owned()
            }
            Self::Request { .. } => return None,
            Self::Path(error) => return error.hint(),
        })
    }
}

/// The name in "the Docker context `NAME`".
fn context_in(named_by: &str) -> Option<&str> {
    named_by.split('`').nth(1)
}

/// The cause at the bottom, which says what happened; those above say that a request failed.
pub(super) fn innermost(error: &bollard::errors::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
