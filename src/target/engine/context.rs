//! Docker's contexts: named engines in the user's configuration, one of which may be the current one.
//!
//! `config.json` names the current one. A context is kept below `contexts/`, under the SHA-256 of its name: its address in
//! `meta/ID/meta.json`, its files for TLS in `tls/ID/docker/`.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::EngineError;
use super::address::{Address, Tls, TlsFiles};
use super::choice::check_files;
use crate::error::OnPath as _;

pub(super) const CONFIGURATION: &str = "config.json";

/// More than any of these files holds.
const LONGEST: u64 = 1 << 20;

#[derive(Debug, Deserialize)]
struct Configuration {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Context {
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Endpoints")]
    endpoints: Option<Endpoints>,
}

#[derive(Debug, Deserialize)]
struct Endpoints {
    docker: Option<Endpoint>,
}

#[derive(Debug, Deserialize)]
struct Endpoint {
    #[serde(rename = "Host")]
    host: Option<String>,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_verification: bool,
}

/// The name of the current context, if the configuration names one.
pub(super) fn current(directory: &Path) -> Result<Option<String>, EngineError> {
    let configuration: Option<Configuration> = read(&directory.join(CONFIGURATION))?;
    Ok(configuration
        .and_then(|configuration| configuration.current_context)
        .filter(|name| !name.is_empty()))
}

/// Where the engine of a context is.
pub(super) fn address(
    directory: &Path,
    name: &str,
    named_by: &str,
) -> Result<Address, EngineError> {
    let contexts = directory.join("contexts");
    let id = base16ct::lower::encode_string(&Sha256::digest(name));
    let path = contexts.join("meta").join(&id).join("meta.json");
    let Some(context) = read::<Context>(&path)? else {
        return Err(EngineError::NoContext {
            name: name.to_owned(),
            named_by: named_by.to_owned(),
            others: names(&contexts),
        });
    };
    let named_by = format!("the Docker context `{name}`");
    let refuse = |reason: String| EngineError::Address {
        named_by: named_by.clone(),
        reason,
    };
    let endpoint = context.endpoints.and_then(|endpoints| endpoints.docker);
    let Some((host, skip_verification)) = endpoint.and_then(|endpoint| {
        Some((
            endpoint.host.filter(|host| !host.is_empty())?,
            endpoint.skip_verification,
        ))
    }) else {
        return Err(refuse("it names no Docker engine".to_owned()));
    };
    let files = TlsFiles::in_directory(&contexts.join("tls").join(&id).join("docker"));
    let has_files = [&files.certificate_authority, &files.certificate, &files.key]
        .into_iter()
        .any(|path| path.exists());
    let tls = if has_files {
        Tls::With(files)
    } else {
        Tls::AsAddressSays(files)
    };
    let address = Address::parse(&host, tls).map_err(&refuse)?;
    if let Address::Tcp { tls, .. } = &address {
        if skip_verification {
            return Err(refuse(
                "it skips the verification of TLS, which pgferry does not".to_owned(),
            ));
        }
        if let Some(files) = tls {
            check_files(files, None, &named_by)?;
        }
    }
    Ok(address)
}

/// Those that there are. What can't be read is no context to choose.
fn names(contexts: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(contexts.join("meta")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| read::<Context>(&entry.path().join("meta.json")).ok()??.name)
        .collect();
    names.sort_unstable();
    names
}

/// None where there is no such file.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, EngineError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.on_path("read", path)?,
    };
    let mut text = Vec::new();
    file.take(LONGEST)
        .read_to_end(&mut text)
        .on_path("read", path)?;
    let value = serde_json::from_slice(&text).map_err(|source| EngineError::Json {
        path: path.display().to_string(),
        source,
    })?;
    Ok(Some(value))
}
