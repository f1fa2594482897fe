//! Images like the tests', changed.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::json;

use super::super::support::Containers;

const API: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/script/docker-api");

/// An image like the tests', changed, for as long as the value lives.
pub struct Variant<'a> {
    containers: &'a Containers,
    pub name: String,
}

impl<'a> Variant<'a> {
    /// Its file system after `script`, run by a shell in it, and these instructions of a Dockerfile besides its environment.
    pub fn new(
        containers: &'a Containers,
        what: &str,
        script: &str,
        instructions: &[&str],
    ) -> Self {
        let name = containers.name(what);
        let maker = containers.name(&format!("{what}-maker"));
        let created =
            json!({ "Image": "postgres:alpine", "Cmd": ["sh", "-c", script], "Entrypoint": [] });
        containers.ask(
            "POST",
            &format!("/containers/create?name={maker}"),
            Some(&created),
        );
        containers.ask("POST", &format!("/containers/{maker}/start"), None);
        containers.ask("POST", &format!("/containers/{maker}/wait"), None);
        let image = containers.get("/images/postgres:alpine/json");
        let environment = image["Config"]["Env"].as_array().unwrap().iter();
        let lines = environment
            .map(|line| format!("ENV {}", line.as_str().unwrap()))
            .chain(
                [
                    r#"ENTRYPOINT ["docker-entrypoint.sh"]"#,
                    r#"CMD ["postgres"]"#,
                ]
                .map(str::to_owned),
            )
            .chain(instructions.iter().map(|&line| line.to_owned()));
        let mut changes = String::new();
        for line in lines {
            changes.push_str("&changes=");
            for byte in line.bytes() {
                write!(changes, "%{byte:02X}").unwrap();
            }
        }
        let pipe = format!(
            "\"$0\" GET /containers/{maker}/export --output - | \
             \"$0\" POST '/images/create?fromSrc=-&repo={name}&tag=latest{changes}' -T -"
        );
        let imported = Command::new("/bin/sh")
            .args(["-c", &pipe, API])
            .env("DOCKER_HOST", containers.address())
            .output()
            .unwrap();
        assert!(imported.status.success(), "{imported:?}");
        containers.ask("DELETE", &format!("/containers/{maker}?v=1"), None);
        Self { containers, name }
    }
}

impl Drop for Variant<'_> {
    fn drop(&mut self) {
        Command::new(API)
            .args(["DELETE", &format!("/images/{}?force=1", self.name)])
            .env("DOCKER_HOST", self.containers.address())
            .output()
            .ok();
    }
}
