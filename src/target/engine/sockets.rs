//! Where engines listen on this machine when nobody says otherwise.

use std::path::PathBuf;

use super::address::Address;
use crate::settings::Environment;

/// In the order in which they are tried, each with what it is known as.
pub(super) fn usual(environment: &Environment) -> Vec<(Address, &'static str)> {
    let runtime = environment.variable("XDG_RUNTIME_DIR").map_or_else(
        || PathBuf::from(format!("/run/user/{}", nix::unistd::Uid::effective())),
        PathBuf::from,
    );
    let home = environment.home.as_deref();
    let colima = match environment.variable("COLIMA_HOME") {
        Some(directory) => Some(PathBuf::from(directory)),
        None => home.map(|home| home.join(".colima")),
    };
    let candidates = [
        (
            Some(PathBuf::from("/var/run/docker.sock")),
            "default socket",
        ),
        (
            home.map(|home| home.join(".docker/run/docker.sock")),
            "Docker Desktop",
        ),
        (
            home.map(|home| home.join(".docker/desktop/docker.sock")),
            "Docker Desktop",
        ),
        (
            colima.map(|colima| colima.join("default/docker.sock")),
            "Colima",
        ),
        (Some(runtime.join("docker.sock")), "rootless Docker"),
        (Some(runtime.join("podman/podman.sock")), "rootless Podman"),
        (Some(PathBuf::from("/run/podman/podman.sock")), "Podman"),
    ];
    candidates
        .into_iter()
        .filter_map(|(path, name)| Some((Address::Unix(path?), name)))
        .collect()
}
