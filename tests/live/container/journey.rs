//! What a container goes through, and the ways to its server.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use serde_json::{Value, json};

use super::super::support::{Cluster, Containers, Workspace};
use super::{LONG, UsualPort, free_port, password_files, place, select, small};

const OLD: &str = "infinite-prod.2026-11-20T04:00:00.gz";
const NEW: &str = "infinite-prod.2026-11-21T04:00:00.gz";

/// The sample site at scale 1, compressed.
fn site() -> &'static [u8] {
    static SITE: OnceLock<Vec<u8>> = OnceLock::new();
    SITE.get_or_init(|| {
        let cluster = Cluster::shared();
        let database = cluster.fresh_database();
        cluster.load(&database, "site.sql", &[("scale", "1")]);
        let dump = cluster.dump(
            &database,
            &["--no-owner", "--no-acl", "--clean", "--if-exists"],
        );
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, &dump).unwrap();
        gzip.finish().unwrap()
    })
}

#[test]
fn versions_go_into_a_container_one_after_another() {
    let containers = Containers::new();
    let workspace = place(&containers);
    let name = containers.name("site");
    workspace.write(OLD, site());
    let restore = |file: &str, flags: &[&str]| {
        let mut arguments = vec!["restore", file, "--into", "container", "--name", &name];
        arguments.extend(flags);
        workspace.pgferry(&arguments).expect_code(0)
    };
    let port = free_port();
    let settings = [
        "--user",
        "infinite",
        "--as",
        "infinite-local",
        "--port",
        &port,
    ];
    let first = restore(OLD, &settings);
    let receipt = format!(
        "restored infinite-prod of 2026-11-20 04:00 (10 tables, 38,059 rows) into infinite-local in the container {name} in "
    );
    assert!(first.stderr.contains(&receipt), "{first}");
    // The line below the receipt works as it stands.
    let line = first.stderr.lines().last().unwrap();
    assert!(line.starts_with("PGPASSFILE="), "{first}");
    let mut shell = workspace.command("/bin/sh");
    shell.args([
        "-c",
        &format!("{line} -XAtqc 'SELECT count(*) FROM events'"),
    ]);
    assert_eq!(workspace.run(shell, b"").expect_code(0).text(), "3000");
    let [container] = &containers.all()[..] else {
        panic!("{:?}", containers.all());
    };
    assert_eq!(container.labels["pgferry.database"], "infinite-prod");
    assert_eq!(container.labels["pgferry.taken-at"], "2026-11-20T04:00:00Z");
    let inspected = containers.get(&format!("/containers/{name}/json"));
    let environment = inspected["Config"]["Env"].to_string();
    assert!(!environment.contains("POSTGRES_PASSWORD="), "{environment}");
    let binding = &inspected["HostConfig"]["PortBindings"]["5432/tcp"][0];
    assert_eq!(binding["HostIp"], "127.0.0.1");
    assert_eq!(
        select(&workspace, &name, "SHOW fsync; SHOW autovacuum"),
        "off\non"
    );

    workspace.write(NEW, two_rows());
    let second = restore(NEW, &["--as", "infinite-local"]);
    assert!(
        second
            .stderr
            .contains("restored infinite-prod of 2026-11-21 04:00 (1 table, 2 rows)"),
        "{second}"
    );
    assert_eq!(containers.all()[0].id, container.id, "it is the same one");
    let databases = "SELECT datname FROM pg_database WHERE datname LIKE 'infinite%' ORDER BY 1";
    assert_eq!(select(&workspace, &name, databases), "infinite-local");
    assert_eq!(select(&workspace, &name, "SELECT a FROM t"), "one\ntwo");

    let listed = workspace
        .pgferry(&["container", "list", "--json"])
        .expect_code(0);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ours = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|listed| listed["name"] == *name)
        .unwrap();
    assert_eq!(ours["state"], "running");
    assert_eq!(ours["database"], "infinite-local");
    assert_eq!(ours["restored"], "infinite-prod of 2026-11-21 04:00");

    let url = workspace
        .pgferry(&["container", "url", &name])
        .expect_code(0);
    let mut psql = workspace.command(Cluster::shared().programs().join("psql"));
    psql.args([url.text(), "-XAtqc", "SELECT count(*) FROM t"]);
    assert_eq!(workspace.run(psql, b"").expect_code(0).text(), "2");

    workspace
        .pgferry(&["container", "stop", &name])
        .expect_code(0);
    assert_eq!(containers.all()[0].state, "exited");
    let started = workspace
        .pgferry(&["container", "start", &name])
        .expect_code(0);
    assert!(started.stderr.contains("PGPASSFILE="), "{started}");
    assert_eq!(select(&workspace, &name, "SELECT count(*) FROM t"), "2");
    let log = workspace
        .pgferry(&["container", "logs", &name, "--tail", "20"])
        .expect_code(0);
    assert!(log.text().contains("ready to accept connections"), "{log}");

    assert_eq!(password_files(&workspace), [format!("{name}.pgpass")]);
    workspace
        .pgferry(&["container", "rm", &name])
        .expect_code(0);
    containers.expect_nothing_left();
    assert!(password_files(&workspace).is_empty());
    workspace
        .pgferry(&["container", "stop", &name])
        .expect_code(3);
}

fn two_rows() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, small("one\ntwo\n").as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn one_that_is_ephemeral_goes_when_it_stops_with_its_data() {
    let containers = Containers::new();
    let workspace = place(&containers);
    let name = containers.name("site");
    workspace.write("t.sql", small("one\n"));
    workspace
        .pgferry(&[
            "restore",
            "t.sql",
            "--into",
            "container",
            "--name",
            &name,
            "--ephemeral",
            "--durable",
        ])
        .expect_code(0);
    assert_eq!(select(&workspace, &name, "SHOW fsync"), "on");
    workspace
        .pgferry(&["container", "stop", &name])
        .expect_code(0);
    let stopped = Instant::now();
    while !containers.all().is_empty() {
        assert!(stopped.elapsed() < LONG, "the engine removes it");
    }
    containers.expect_nothing_left();
}

/// Where the published port is somebody else's loopback, as inside of another container.
#[test]
fn elsewhere_the_containers_own_address_is_taken_or_its_own_psql() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("t.sql", small("one\n"));
    // Its network is where pgferry runs.
    let other = containers.name("devcontainer");
    let created = json!({ "Image": "postgres:alpine", "Cmd": ["sleep", "600"], "Entrypoint": [] });
    containers.ask(
        "POST",
        &format!("/containers/create?name={other}"),
        Some(&created),
    );
    containers.ask("POST", &format!("/containers/{other}/start"), None);
    let inspected = containers.get(&format!("/containers/{other}/json"));
    let process = inspected["State"]["Pid"].to_string();
    let name = containers.name("site");
    let pgferry = env!("CARGO_BIN_EXE_pgferry");
    let restore = [
        "-v",
        "restore",
        "t.sql",
        "--into",
        "container",
        "--name",
        &name,
    ];
    let within = |program: &str, arguments: &[&str]| {
        let mut command = privileged(&workspace, program);
        command.args(arguments).arg(pgferry).args(restore);
        workspace.run(command, b"").expect_code(0).stderr
    };
    // In there the usual port is free, so that only the engine can say that it is taken.
    let usual = UsualPort::hold(&containers);
    let stderr = within("nsenter", &["--net", "--target", &process]);
    drop(usual);
    let inspected = containers.get(&format!("/containers/{name}/json"));
    let binding = &inspected["HostConfig"]["PortBindings"]["5432/tcp"][0]["HostPort"];
    assert_ne!(binding, "5432");
    assert!(
        stderr.contains("the server answers over the container's own address 172."),
        "{stderr}"
    );
    assert!(
        stderr.lines().last().unwrap().contains(" psql -h 172."),
        "{stderr}"
    );

    // No network at all, and then no psql either.
    let stderr = within("unshare", &["--net"]);
    assert!(
        stderr.contains("the server answers over psql inside the container"),
        "{stderr}"
    );
    let programs = Cluster::shared().programs().display().to_string();
    let hidden = format!("mount -t tmpfs none {programs} && exec \"$@\"");
    let stderr = within("unshare", &["--mount", "sh", "-c", &hidden, "sh"]);
    assert!(
        stderr.contains("the server answers over psql inside the container"),
        "{stderr}"
    );
    assert_eq!(
        stderr.lines().last(),
        Some(format!("pgferry container psql {name}").as_str())
    );
    let mut psql = privileged(&workspace, "unshare");
    psql.args(["--net", pgferry, "container", "psql", &name, "--", "-XAt"]);
    let printed = workspace.run(psql, b"SELECT a FROM t;\n").expect_code(0);
    assert_eq!(printed.text(), "one");
}

/// Root's programs for a network or a file system of one's own.
fn privileged(workspace: &Workspace, program: &str) -> Command {
    if nix::unistd::geteuid().is_root() {
        return workspace.command(program);
    }
    let mut sudo = workspace.command("sudo");
    sudo.args(["--non-interactive", "--preserve-env", program]);
    sudo
}
