//! Images: those that can't be had, and those that differ.

use std::fmt::Write as _;

use serde_json::json;

use super::super::support::{EngineAnswer as Answer, FakeEngine, Workspace};
use super::ground::Ground;
use super::small;
use super::variant::Variant;

#[test]
fn the_temporary_server_is_not_taken_for_the_real_one() {
    let ground = Ground::new("waiting");
    let script = "echo 'SELECT pg_sleep(3);' >/docker-entrypoint-initdb.d/slow.sql";
    let image = Variant::new(&ground.containers, "slow", script, &[]);
    ground
        .restore("t.sql", &["--image", &image.name])
        .expect_code(0);
    let log = ground.container("logs").expect_code(0);
    assert!(
        log.text().contains("PostgreSQL init process complete"),
        "{log}"
    );
    ground.container("rm").expect_code(0);
}

#[test]
fn the_data_of_18_and_later_lies_in_the_volume_too() {
    let ground = Ground::new("site");
    let instructions = [
        "ENV PG_MAJOR=18",
        "ENV PGDATA=/var/lib/postgresql/18/docker",
        "VOLUME /var/lib/postgresql",
    ];
    let image = Variant::new(&ground.containers, "eighteen", "true", &instructions);
    ground
        .restore("t.sql", &["--image", &image.name])
        .expect_code(0);
    let inspected = ground.inspected();
    let mount = inspected["Mounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|mount| mount["Name"] == *ground.name)
        .unwrap_or_else(|| panic!("{inspected:#}"));
    assert_eq!(mount["Destination"], "/var/lib/postgresql");
    assert_eq!(
        ground.select("SHOW data_directory"),
        "/var/lib/postgresql/18/docker"
    );
    ground.container("rm").expect_code(0);
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
fn a_name_that_no_image_has_is_refused() {
    let mut transcript = String::new();
    for name in [
        "",
        " ",
        "Postgres",
        "postgres:",
        "-x",
        "a//b",
        "postgres:a b",
        "http://x/y",
    ] {
        let engine = without_anything();
        let (code, stderr) = on_fake(&engine, &[&format!("--image={name}")]);
        writeln!(transcript, "{name:?}: {code}\n{stderr}").unwrap();
    }
    // What the engine alone refuses.
    let engine = FakeEngine::new()
        .on("GET", "/containers/*/json", absent())
        .on("GET", "/volumes/*", absent())
        .on(
            "GET",
            "/images/*/json",
            Answer::error(400, "invalid reference format"),
        );
    let (code, stderr) = on_fake(&engine, &["--image", "postgres"]);
    writeln!(transcript, "refused: {code}\n{stderr}").unwrap();
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
