//! Images: those that can't be had, and those that differ.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::json;

use super::super::support::{Containers, EngineAnswer as Answer, FakeEngine, Workspace};
use super::{place, select, small};

const API: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/script/docker-api");

/// An image like the tests', changed, for as long as the value lives.
struct Variant<'a> {
    containers: &'a Containers,
    name: String,
}

impl<'a> Variant<'a> {
    /// Its file system after `script`, run by a shell in it, and these instructions of a Dockerfile besides its environment.
    fn new(containers: &'a Containers, what: &str, script: &str, instructions: &[&str]) -> Self {
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

#[test]
fn the_temporary_server_is_not_taken_for_the_real_one() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("t.sql", small("one\n"));
    let script = "echo 'SELECT pg_sleep(3);' >/docker-entrypoint-initdb.d/slow.sql";
    let image = Variant::new(&containers, "slow", script, &[]);
    let name = containers.name("waiting");
    let arguments = [
        "restore",
        "t.sql",
        "--into",
        "container",
        "--name",
        &name,
        "--image",
        &image.name,
    ];
    workspace.pgferry(&arguments).expect_code(0);
    let log = workspace
        .pgferry(&["container", "logs", &name])
        .expect_code(0);
    assert!(
        log.text().contains("PostgreSQL init process complete"),
        "{log}"
    );
    workspace
        .pgferry(&["container", "rm", &name])
        .expect_code(0);
}

#[test]
fn the_data_of_18_and_later_lies_in_the_volume_too() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("t.sql", small("one\n"));
    let instructions = [
        "ENV PG_MAJOR=18",
        "ENV PGDATA=/var/lib/postgresql/18/docker",
        "VOLUME /var/lib/postgresql",
    ];
    let image = Variant::new(&containers, "eighteen", "true", &instructions);
    let name = containers.name("site");
    let arguments = [
        "restore",
        "t.sql",
        "--into",
        "container",
        "--name",
        &name,
        "--image",
        &image.name,
    ];
    workspace.pgferry(&arguments).expect_code(0);
    let inspected = containers.get(&format!("/containers/{name}/json"));
    let mount = inspected["Mounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|mount| mount["Name"] == *name)
        .unwrap_or_else(|| panic!("{inspected:#}"));
    assert_eq!(mount["Destination"], "/var/lib/postgresql");
    assert_eq!(
        select(&workspace, &name, "SHOW data_directory"),
        "/var/lib/postgresql/18/docker"
    );
    workspace
        .pgferry(&["container", "rm", &name])
        .expect_code(0);
}

fn on_fake(engine: &FakeEngine, arguments: &[&str]) -> (i32, String) {
    let workspace = Workspace::new().with("DOCKER_HOST", engine.address());
    workspace.write("t.sql", small("one\n"));
    let outcome =
        workspace.pgferry(&[&["restore", "t.sql", "--into", "container"], arguments].concat());
    (outcome.code, outcome.stderr)
}

fn absent() -> Answer {
    Answer::error(404, "No such object")
}

fn without_anything() -> FakeEngine {
    FakeEngine::new()
        .on("GET", "/containers/*/json", absent())
        .on("GET", "/volumes/*", absent())
        .on("GET", "/images/*/json", absent())
}

#[test]
fn an_image_that_can_not_be_had_is_named_at_once() {
    let cases = [
        (
            Answer::error(
                500,
                "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution",
            ),
            &[][..],
        ),
        (
            Answer::failed_pull("manifest for postgres:alpin not found: manifest unknown"),
            &["--image", "postgres:alpin"],
        ),
        (
            Answer::error(
                404,
                "pull access denied for mine, repository does not exist or may require 'docker login'",
            ),
            &["--image", "mine"],
        ),
        (absent(), &["--pull", "never"]),
    ];
    let mut transcript = String::new();
    for (answer, flags) in cases {
        let engine = without_anything().on("POST", "/images/create", answer);
        let (code, stderr) = on_fake(&engine, flags);
        writeln!(transcript, "{flags:?}: {code}\n{stderr}").unwrap();
        assert!(engine.asked("POST", "/containers/create").is_empty());
    }
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_pull_says_what_it_took() {
    let image =
        json!({ "Config": { "Env": ["PG_MAJOR=15", "PGDATA=/data"], "Volumes": { "/data": {} } } });
    let engine = FakeEngine::new()
        .on("GET", "/containers/*/json", absent())
        .on("GET", "/volumes/*", absent())
        .on("GET", "/images/*/json", absent())
        .on("GET", "/images/*/json", Answer::json(&image))
        .on(
            "POST",
            "/images/create",
            Answer::pull("alpine", &[("4f4fb700ef54", 3_600_000), ("a3ed95caeb02", 101_000_000)]),
        )
        .on("POST", "/volumes/create", Answer::status(201, &json!({
            "Name": "pgferry-t", "Driver": "local", "Mountpoint": "/x", "Labels": {}, "Scope": "local", "Options": {},
        })))
        .on("POST", "/containers/create", Answer::error(409, "Conflict. The container name is already in use"));
    let (code, stderr) = on_fake(&engine, &[]);
    let seconds = stderr
        .split_once(" in ")
        .and_then(|(_, rest)| Some(rest.split_once('\n')?.0.to_owned()))
        .unwrap_or_default();
    insta::assert_snapshot!(format!("{code}\n{}", stderr.replace(&seconds, "[TIME]")));
}
