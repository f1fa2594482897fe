//! What is in the way: strangers, ports, dumps that do not fit.

use std::net::TcpListener;

use serde_json::json;

use super::super::support::Containers;
use super::{UsualPort, dump, place, small};

#[test]
fn a_strangers_container_or_volume_is_never_touched() {
    let containers = Containers::new();
    let workspace = place(&containers);
    let name = containers.name("theirs");
    workspace.write("t.sql", small("one\n"));
    let created = json!({ "Image": "postgres:alpine", "Cmd": ["sleep", "600"], "Entrypoint": [] });
    containers.ask(
        "POST",
        &format!("/containers/create?name={name}"),
        Some(&created),
    );
    let before = containers.get(&format!("/containers/{name}/json"));
    let arguments = ["restore", "t.sql", "--into", "container", "--name", &name];
    let refused = workspace.pgferry(&arguments).expect_code(7);
    assert!(
        refused.stderr.contains(&format!(
            "error: the container `{name}` is not pgferry's: it has none of its labels"
        )),
        "{refused}"
    );
    for command in ["stop", "start", "rm", "url", "psql", "logs"] {
        workspace
            .pgferry(&["container", command, &name])
            .expect_code(7);
    }
    assert_eq!(containers.get(&format!("/containers/{name}/json")), before);

    let name = containers.name("volume");
    let volume = containers.ask("POST", "/volumes/create", Some(&json!({ "Name": name })));
    let arguments = ["restore", "t.sql", "--into", "container", "--name", &name];
    let refused = workspace.pgferry(&arguments).expect_code(7);
    assert!(refused.stderr.contains("the volume"), "{refused}");
    assert_eq!(containers.get(&format!("/volumes/{name}")), volume);
    assert_eq!(containers.all().len(), 1);
}

#[test]
fn a_port_that_is_taken_is_named_or_passed_over() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("t.sql", small("one\n"));
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let name = containers.name("fixed");
    let arguments = [
        "restore",
        "t.sql",
        "--into",
        "container",
        "--name",
        &name,
        "--port",
        &port,
    ];
    let failed = workspace.pgferry(&arguments).expect_code(6);
    assert_eq!(
        failed.stderr,
        format!(
            "error: port {port} of 127.0.0.1 is taken\nhint: without `--port` the next free one is taken\n"
        )
    );
    containers.expect_nothing_left();

    // The usual port is taken already, or now.
    let usual = UsualPort::hold(&containers);
    let name = containers.name("free");
    let arguments = ["restore", "t.sql", "--into", "container", "--name", &name];
    workspace.pgferry(&arguments).expect_code(0);
    let inspected = containers.get(&format!("/containers/{name}/json"));
    let binding = &inspected["HostConfig"]["PortBindings"]["5432/tcp"][0]["HostPort"];
    assert_ne!(binding, "5432");
    drop(usual);

    // A reused one keeps its port, image and user.
    let differs = ["--port", &port];
    let arguments = [&arguments[..], &differs].concat();
    let refused = workspace.pgferry(&arguments).expect_code(2);
    assert!(
        refused.stderr.contains(&format!(
            "exists with port {}, not {port}",
            binding.as_str().unwrap()
        )),
        "{refused}"
    );
}

#[test]
fn a_dump_that_the_image_is_too_old_for_is_refused_before_a_container_is_made() {
    let containers = Containers::new();
    let workspace = place(&containers);
    let name = containers.name("newer");
    let newer = small("one\n").replace("version 15.1", "version 99.1");
    workspace.write("t.sql", newer);
    let refused = workspace
        .pgferry(&["restore", "t.sql", "--into", "container", "--name", &name])
        .expect_code(7);
    insta::assert_snapshot!(refused.stderr);
    workspace.write(
        "t.sql",
        dump("CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;"),
    );
    let refused = workspace
        .pgferry(&["restore", "t.sql", "--into", "container", "--name", &name])
        .expect_code(6);
    insta::assert_snapshot!(refused.stderr);
    containers.expect_nothing_left();
}

/// A dump that is refused while the server starts takes the container with it.
#[test]
fn a_dump_that_is_refused_leaves_no_container() {
    let containers = Containers::new();
    let workspace = place(&containers);
    let name = containers.name("cut");
    let whole = small("one\n");
    workspace.write("t.sql", &whole.as_bytes()[..whole.len() - 60]);
    workspace
        .pgferry(&["restore", "t.sql", "--into", "container", "--name", &name])
        .expect_code(5);
    workspace.write(
        "t.sql",
        dump("CREATE TABLE t (a int);\nINSERT INTO t VALUES ('x');"),
    );
    workspace
        .pgferry(&["restore", "t.sql", "--into", "container", "--name", &name])
        .expect_code(6);
    containers.expect_nothing_left();
}
