//! What the engine knows of a container of ours, and the record that lies in it.

use std::collections::HashMap;

use bollard::models::ContainerInspectResponse;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The mark of a container that is pgferry's: random, and part of its server's `cluster_name`, so that whoever reaches
/// a server can tell that it is this one.
pub(super) const ID: &str = "pgferry.id";
pub(super) const USER: &str = "pgferry.user";
/// The database that the first dump was made of, its version and time, and the pgferry that made the container.
pub(super) const DATABASE: &str = "pgferry.database";
pub(super) const VERSION: &str = "pgferry.version";
pub(super) const TAKEN_AT: &str = "pgferry.taken-at";
pub(super) const TOOL: &str = "pgferry.tool";
/// The machine and the user that made it: only they may tell whether a restore into it is still under way.
pub(super) const MAKER: &str = "pgferry.maker";
pub(super) const DURABLE: &str = "pgferry.durable";
pub(super) const PORT: &str = "5432/tcp";

/// A container of pgferry's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    pub name: String,
    /// `running`, `exited` …
    pub state: String,
    pub image: String,
    /// The superuser of its server.
    pub user: String,
    /// On 127.0.0.1 of the engine's machine.
    pub port: Option<u16>,
    pub is_ephemeral: bool,
    pub is_durable: bool,
    pub(super) id: String,
    /// The engine's own id: another container of the same name has another one.
    pub(super) key: String,
    pub(super) maker: String,
    pub is_running: bool,
    pub(super) exit_code: Option<i64>,
    /// Of its own, in the engine's networks.
    pub(super) addresses: Vec<String>,
}

impl Container {
    /// `None` for a container that is not pgferry's.
    pub(super) fn of(inspected: ContainerInspectResponse) -> Option<Self> {
        let config = inspected.config.unwrap_or_default();
        let mut labels: HashMap<String, String> = config.labels.unwrap_or_default();
        let id = labels.remove(ID)?;
        let state = inspected.state.unwrap_or_default();
        let host = inspected.host_config.unwrap_or_default();
        let bindings = host.port_bindings.unwrap_or_default();
        let binding = bindings
            .get(PORT)
            .and_then(Option::as_ref)
            .and_then(|bound| bound.first());
        let mut addresses: Vec<String> = inspected
            .network_settings
            .and_then(|settings| settings.networks)
            .unwrap_or_default()
            .into_values()
            .filter_map(|network| network.ip_address)
            .filter(|address| !address.is_empty())
            .collect();
        addresses.sort();
        let name = inspected.name.unwrap_or_default();
        let name = name.trim_start_matches('/').to_owned();
        Some(Self {
            key: inspected.id.unwrap_or_else(|| name.clone()),
            name,
            state: state
                .status
                .map_or_else(|| "unknown".to_owned(), |status| status.to_string()),
            image: config.image.unwrap_or_default(),
            user: labels.remove(USER).unwrap_or_else(|| "postgres".to_owned()),
            port: binding.and_then(|bound| bound.host_port.as_ref()?.parse().ok()),
            is_ephemeral: host.auto_remove.unwrap_or_default(),
            is_durable: labels.contains_key(DURABLE),
            id,
            maker: labels.remove(MAKER).unwrap_or_default(),
            is_running: state.running.unwrap_or_default(),
            exit_code: state.exit_code,
            addresses,
        })
    }

    /// What its server says as `cluster_name`.
    pub(super) fn cluster_name(&self) -> String {
        cluster_name(&self.id)
    }
}

pub(super) fn cluster_name(id: &str) -> String {
    format!("pgferry-{id}")
}

/// What a container holds: `/etc/pgferry/record.json`, written after each complete restore.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The database in the container.
    pub database: String,
    /// What it was restored from: `infinite-prod of 2026-11-21 04:00`, or a file's name.
    pub restored: String,
    /// The store's id of that version.
    pub version: Option<String>,
    pub taken_at: Option<Timestamp>,
    pub restored_at: Timestamp,
}
