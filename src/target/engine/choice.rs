//! Which engine the user chose, if any.

use std::fmt;
use std::path::PathBuf;

use super::EngineError;
use super::address::{Address, Tls, TlsFiles};
use super::context;
use crate::settings::Environment;

/// The context that stands for no context at all.
const NO_CONTEXT: &str = "default";

/// Why an engine is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Host,
    Context {
        name: String,
    },
    /// What the socket is known as.
    Socket(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("DOCKER_HOST"),
            Self::Context { name } => write!(f, "context `{name}`"),
            Self::Socket(name) => f.write_str(name),
        }
    }
}

/// In the order of the `docker` command: `DOCKER_HOST`, `DOCKER_CONTEXT`, the configuration's current context.
pub(super) fn chosen(environment: &Environment) -> Result<Option<(Address, Origin)>, EngineError> {
    let configuration = configuration(environment);
    if let Some(host) = environment.variable("DOCKER_HOST") {
        let address = of_host(environment, host, configuration)?;
        return Ok(Some((address, Origin::Host)));
    }
    let (name, named_by) = match (environment.variable("DOCKER_CONTEXT"), &configuration) {
        (Some(name), _) => (name.to_owned(), "DOCKER_CONTEXT".to_owned()),
        (None, Some(directory)) => match context::current(directory)? {
            Some(name) => (
                name,
                directory.join(context::CONFIGURATION).display().to_string(),
            ),
            None => return Ok(None),
        },
        (None, None) => return Ok(None),
    };
    if name == NO_CONTEXT {
        return Ok(None);
    }
    let Some(directory) = configuration else {
        return Err(EngineError::NoContext {
            name,
            named_by,
            others: Vec::new(),
        });
    };
    let address = context::address(&directory, &name, &named_by)?;
    Ok(Some((address, Origin::Context { name })))
}

fn of_host(
    environment: &Environment,
    host: &str,
    configuration: Option<PathBuf>,
) -> Result<Address, EngineError> {
    let keys = environment
        .variable("DOCKER_CERT_PATH")
        .map(PathBuf::from)
        .or(configuration);
    let files = TlsFiles::in_directory(&keys.unwrap_or_default());
    let tls = if environment.variable("DOCKER_TLS_VERIFY").is_some() {
        Tls::With(files)
    } else {
        Tls::AsAddressSays(files)
    };
    let address = Address::parse(host, tls).map_err(|reason| EngineError::Address {
        named_by: "DOCKER_HOST".to_owned(),
        reason,
    })?;
    if let Address::Tcp {
        tls: Some(files), ..
    } = &address
    {
        let asked_for = environment.variable("DOCKER_TLS_VERIFY").is_some();
        let wanted = asked_for.then_some(&files.certificate_authority);
        check_files(files, wanted, "DOCKER_HOST")?;
    }
    Ok(address)
}

/// Finds out now what would otherwise be a handshake that fails without a reason.
pub(super) fn check_files(
    files: &TlsFiles,
    wanted: Option<&PathBuf>,
    named_by: &str,
) -> Result<(), EngineError> {
    let pair = [&files.certificate, &files.key];
    let pair_is_wanted = pair.iter().any(|path| path.exists());
    let missing = wanted
        .into_iter()
        .chain(pair.into_iter().filter(|_| pair_is_wanted))
        .find(|path| !path.exists());
    match missing {
        Some(path) => Err(EngineError::TlsFile {
            path: path.display().to_string(),
            named_by: named_by.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Docker's own directory for its settings.
fn configuration(environment: &Environment) -> Option<PathBuf> {
    match environment.variable("DOCKER_CONFIG") {
        Some(directory) => Some(PathBuf::from(directory)),
        None => Some(environment.home.as_ref()?.join(".docker")),
    }
}
