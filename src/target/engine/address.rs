//! Where an engine listens, and the client that gets there.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use bollard::{API_DEFAULT_VERSION, Docker};
use tokio::net::UnixStream;
use url::{Host, Url};

use super::{Unanswered, error, ssh};
use crate::ssh::Destination;

/// Seconds until a request fails whose answer has not begun. Starting and stopping containers takes a while.
const REQUEST: u64 = 120;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    Unix(PathBuf),
    Tcp {
        /// Host and port, with the brackets of an IPv6 address.
        authority: String,
        tls: Option<TlsFiles>,
    },
    Ssh(Destination),
}

/// Files in PEM for a connection over TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TlsFiles {
    pub certificate_authority: PathBuf,
    /// A client need not have them; an engine may ask for them.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl TlsFiles {
    /// Docker's names for them.
    pub fn in_directory(directory: &Path) -> Self {
        Self {
            certificate_authority: directory.join("ca.pem"),
            certificate: directory.join("cert.pem"),
            key: directory.join("key.pem"),
        }
    }
}

/// What kind of TLS the place that names an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tls {
    /// None, unless the address itself says `https`; then with these files.
    AsAddressSays(TlsFiles),
    With(TlsFiles),
}

impl Address {
    /// Reads an address as `DOCKER_HOST` and contexts hold it.
    ///
    /// # Errors
    /// Why it is none; the text never repeats the address, which may hold a password.
    pub fn parse(text: &str, tls: Tls) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix://") {
            if path.is_empty() {
                return Err("it names no socket".to_owned());
            }
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        // As for docker, what has no scheme is a host and a port.
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("tcp://{text}"))
        };
        let url = url.map_err(|error| error.to_string())?;
        if url.password().is_some() {
            return Err("it holds a password, which has no place there".to_owned());
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err("it goes on after the host and the port".to_owned());
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return Err("it names no host".to_owned());
        };
        if url.scheme() == "ssh" {
            return Ok(Self::Ssh(Destination::of(&url)?));
        }
        let tls = match (url.scheme(), tls) {
            ("http", _) | ("tcp", Tls::AsAddressSays(_)) => None,
            ("tcp" | "https", Tls::With(files)) | ("https", Tls::AsAddressSays(files)) => {
                Some(files)
            }
            (scheme, _) => {
                return Err(format!(
                    "`{scheme}` is not known; unix, tcp, http, https and ssh are"
                ));
            }
        };
        if !url.username().is_empty() {
            return Err("it names a user, which has no place there".to_owned());
        }
        let port = url.port().unwrap_or(match (url.scheme(), &tls) {
            ("http", _) => 80,
            ("https", _) => 443,
            (_, Some(_)) => 2376,
            (_, None) => 2375,
        });
        Ok(Self::Tcp {
            authority: format!("{host}:{port}"),
            tls,
        })
    }

    pub fn remote_host(&self) -> Option<&str> {
        match self {
            Self::Unix(_) => None,
            Self::Ssh(destination) => Some(&destination.host),
            Self::Tcp { authority, .. } => {
                let (host, _) = authority.rsplit_once(':')?;
                let host = host.trim_matches(['[', ']']);
                let is_loopback = match Host::parse(host) {
                    Ok(Host::Domain(name)) => name == "localhost",
                    Ok(Host::Ipv4(address)) => address.is_loopback(),
                    _ => host
                        .parse::<IpAddr>()
                        .is_ok_and(|address| address.is_loopback()),
                };
                (!is_loopback).then_some(host)
            }
        }
    }

    /// A client that has not asked anything yet.
    pub async fn connect(&self) -> Result<Docker, Unanswered> {
        let client = match self {
            Self::Unix(path) => {
                // The client would say less about what is wrong with a socket.
                UnixStream::connect(path)
                    .await
                    .map_err(|error| unanswered_socket(path, &error))?;
                Docker::connect_with_unix(&path.to_string_lossy(), REQUEST, API_DEFAULT_VERSION)
            }
            Self::Tcp {
                authority,
                tls: None,
            } => Docker::connect_with_http(authority, REQUEST, API_DEFAULT_VERSION),
            Self::Tcp {
                authority,
                tls: Some(files),
            } => {
                // The AWS SDK's provider, named since the process may hold more than one.
                drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
                let TlsFiles {
                    certificate_authority,
                    certificate,
                    key,
                } = files;
                // Without a file of its own, the system's authorities are what is left.
                let own = if certificate_authority.exists() {
                    certificate_authority
                } else {
                    Path::new("/dev/null")
                };
                Docker::connect_with_ssl(
                    authority,
                    key,
                    certificate,
                    own,
                    REQUEST,
                    API_DEFAULT_VERSION,
                )
            }
            Self::Ssh(destination) => ssh::connect(destination.clone(), REQUEST),
        };
        client.map_err(|error| Unanswered::Because(error::innermost(&error)))
    }
}

pub(super) fn unanswered_socket(path: &Path, error: &io::Error) -> Unanswered {
    match error.kind() {
        io::ErrorKind::PermissionDenied if path.exists() => Unanswered::NotPermitted,
        // In a directory that is closed to this user there need not be one.
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => Unanswered::Absent,
        io::ErrorKind::ConnectionRefused => {
            Unanswered::Because("nothing listens on the socket".to_owned())
        }
        _ => Unanswered::Because(error.to_string()),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp { authority, .. } => write!(f, "tcp://{authority}"),
            Self::Ssh(destination) => write!(f, "ssh://{destination}"),
        }
    }
}
