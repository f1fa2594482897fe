//! What most of these tests stand on: an engine, a workspace that leads to it, and the name of one container.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::super::support::{Containers, Outcome, Workspace};
use super::{free_port, place, small};

/// Dropped in this order: what the container serves goes before the directory that leads to it.
pub struct Ground {
    pub containers: Containers,
    pub workspace: Workspace,
    pub name: String,
}

impl Ground {
    /// With a dump of one row, `t.sql`.
    pub fn new(what: &str) -> Self {
        let containers = Containers::new();
        let workspace = place(&containers);
        workspace.write("t.sql", small("one\n"));
        let name = containers.name(what);
        Self {
            containers,
            workspace,
            name,
        }
    }

    /// The same, with a container that holds it as `site`, at a port that is its own.
    pub fn filled(what: &str) -> Self {
        let ground = Self::new(what);
        ground
            .restore("t.sql", &["--as", "site", "--port", &free_port()])
            .expect_code(0);
        ground
    }

    pub fn restore(&self, file: &str, flags: &[&str]) -> Outcome {
        self.restore_from(&self.workspace, file, flags)
    }

    /// The same container, from another user's place.
    pub fn restore_from(&self, workspace: &Workspace, file: &str, flags: &[&str]) -> Outcome {
        let arguments = [
            &["restore", file, "--into", "container", "--name", &self.name],
            flags,
        ];
        workspace.pgferry(&arguments.concat())
    }

    /// `pgferry container COMMAND NAME`
    pub fn container(&self, command: &str) -> Outcome {
        self.workspace.pgferry(&["container", command, &self.name])
    }

    /// What the container's psql prints.
    pub fn select(&self, sql: &str) -> String {
        self.psql(&["-XAtqc", sql]).expect_code(0).text().to_owned()
    }

    pub fn psql(&self, arguments: &[&str]) -> Outcome {
        let arguments = [&["container", "psql", &self.name, "--"], arguments];
        self.workspace.pgferry(&arguments.concat())
    }

    /// What the engine says of it.
    pub fn inspected(&self) -> Value {
        self.containers
            .get(&format!("/containers/{}/json", self.name))
    }

    pub fn state(&self) -> Value {
        self.inspected()["State"].clone()
    }

    pub fn is_running(&self) -> bool {
        let containers = self.containers.all();
        let mut named = containers.iter().filter(|one| one.name == self.name);
        named.any(|container| container.state == "running")
    }

    /// Whether its server runs the statement that never ends.
    pub fn is_loading(&self) -> bool {
        let path = format!("/containers/{}/top", self.name);
        let processes = self.containers.try_get(&path).unwrap_or_default();
        processes["Processes"].to_string().contains(" SELECT\"")
    }

    /// The port of 127.0.0.1 at which it is to be published.
    pub fn port(&self) -> u16 {
        let binding = &self.inspected()["HostConfig"]["PortBindings"]["5432/tcp"][0]["HostPort"];
        binding.as_str().unwrap().parse().unwrap()
    }

    /// What the user's data directory holds of containers, in order.
    pub fn files(&self) -> Vec<String> {
        let directory = self.workspace.path("state/container");
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Root's programs for a network or a file system of one's own.
    pub fn privileged(&self, program: &str) -> Command {
        if nix::unistd::geteuid().is_root() {
            return self.workspace.command(program);
        }
        let mut sudo = self.workspace.command("sudo");
        sudo.args(["--non-interactive", "--preserve-env", program]);
        sudo
    }
}
