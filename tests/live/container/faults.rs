//! What is in the way: strangers, ports, dumps that do not fit.

use std::net::TcpListener;

use serde_json::json;

use super::ground::Ground;
use super::{UsualPort, dump, small};

const POSTGIS: &str = "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;";

#[test]
fn a_strangers_container_or_volume_is_never_touched() {
    let mut ground = Ground::new("theirs");
    let created = json!({ "Image": "postgres:alpine", "Cmd": ["sleep", "600"], "Entrypoint": [] });
    let path = format!("/containers/create?name={}", ground.name);
    ground.containers.ask("POST", &path, Some(&created));
    let before = ground.inspected();
    let refused = ground.restore("t.sql", &[]).expect_code(7);
    assert!(
        refused.stderr.contains(&format!(
            "error: the container `{}` is not pgferry's: it has none of its labels",
            ground.name
        )),
        "{refused}"
    );
    for command in ["stop", "start", "rm", "url", "psql", "logs"] {
        ground.container(command).expect_code(7);
    }
    assert_eq!(ground.inspected(), before);

    ground.name = ground.containers.name("volume");
    let wanted = json!({ "Name": ground.name });
    let volume = ground
        .containers
        .ask("POST", "/volumes/create", Some(&wanted));
    let refused = ground.restore("t.sql", &[]).expect_code(7);
    assert!(refused.stderr.contains("the volume"), "{refused}");
    ground.container("rm").expect_code(3);
    let path = format!("/volumes/{}", ground.name);
    assert_eq!(ground.containers.get(&path), volume);
    assert_eq!(ground.containers.all().len(), 1);
}

#[test]
fn a_port_that_is_taken_is_named_or_passed_over() {
    let mut ground = Ground::new("fixed");
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let failed = ground.restore("t.sql", &["--port", &port]).expect_code(6);
    assert_eq!(
        failed.stderr,
        format!(
            "error: port {port} of 127.0.0.1 is taken\nhint: without `--port` the next free one is taken\n"
        )
    );
    ground.containers.expect_nothing_left();

    // The usual port is taken already, or now.
    let usual = UsualPort::hold(&ground.containers);
    ground.name = ground.containers.name("free");
    ground.restore("t.sql", &[]).expect_code(0);
    let is = ground.port();
    assert_ne!(is, UsualPort::NUMBER);
    drop(usual);

    // A reused one keeps its port, image and user.
    let refused = ground.restore("t.sql", &["--port", &port]).expect_code(2);
    assert!(
        refused
            .stderr
            .contains(&format!("exists with port {is}, not {port}")),
        "{refused}"
    );
}

/// Somebody else got the port while the container was stopped.
#[test]
fn a_stopped_container_whose_port_is_taken_says_what_to_do() {
    let ground = Ground::filled("stopped");
    let port = ground.port();
    ground.container("stop").expect_code(0);
    let taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let told = format!(
        "error: port {port} of 127.0.0.1, which the container `{0}` has, is taken by now\n\
         hint: end what listens there and run the same command again; or make it anew, at a free port: \
         `pgferry container rm {0}`, then restore\n",
        ground.name
    );
    for command in ["start", "url", "psql"] {
        assert_eq!(ground.container(command).expect_code(6).stderr, told);
    }
    assert_eq!(ground.restore("t.sql", &[]).expect_code(6).stderr, told);
    drop(taken);
    assert_eq!(ground.select("SELECT a FROM t"), "one");
}

#[test]
fn a_dump_that_the_image_is_too_old_for_is_refused_before_a_container_is_made() {
    let ground = Ground::new("newer");
    let newer = small("one\n").replace("version 15.1", "version 99.1");
    ground.workspace.write("t.sql", newer);
    insta::assert_snapshot!(ground.restore("t.sql", &[]).expect_code(7).stderr);
    ground.workspace.write("t.sql", dump(POSTGIS));
    insta::assert_snapshot!(ground.restore("t.sql", &[]).expect_code(6).stderr);
    ground.containers.expect_nothing_left();
}

#[test]
fn an_extension_that_a_container_lacks_takes_another_container() {
    let ground = Ground::filled("lacking");
    ground.workspace.write("postgis.sql", dump(POSTGIS));
    let refused = ground
        .restore("postgis.sql", &["--as", "site"])
        .expect_code(6);
    let major = ground.select("SELECT current_setting('server_version_num')::int / 10000");
    assert_eq!(
        refused.stderr,
        format!(
            "error: the image postgres:alpine lacks the extension `postgis`, which the dump needs\n\
             hint: take an image that has it: `pgferry container rm {}`, then restore with \
             `--image postgis/postgis:{major}-3.5-alpine`; `--skip-missing-extensions` leaves it out\n",
            ground.name
        )
    );
    assert_eq!(ground.select("SELECT a FROM t"), "one");
}

/// A dump that is refused while the server starts takes the container with it.
#[test]
fn a_dump_that_is_refused_leaves_no_container() {
    let ground = Ground::new("cut");
    let whole = small("one\n");
    ground
        .workspace
        .write("t.sql", &whole.as_bytes()[..whole.len() - 60]);
    ground.restore("t.sql", &[]).expect_code(5);
    ground.workspace.write(
        "t.sql",
        dump("CREATE TABLE t (a int);\nINSERT INTO t VALUES ('x');"),
    );
    ground.restore("t.sql", &[]).expect_code(6);
    ground.containers.expect_nothing_left();
}
