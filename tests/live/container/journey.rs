//! What a container goes through, and the ways to its server.

use std::sync::OnceLock;
use std::time::Instant;

use serde_json::{Value, json};

use super::super::support::Cluster;
use super::ground::Ground;
use super::{LONG, UsualPort, free_port, small};

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
    let ground = Ground::new("site");
    let (containers, workspace, name) = (&ground.containers, &ground.workspace, &ground.name);
    workspace.write(OLD, site());
    let port = free_port();
    let settings = [
        "--user",
        "infinite",
        "--as",
        "infinite-local",
        "--port",
        &port,
    ];
    let first = ground.restore(OLD, &settings).expect_code(0);
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
    let inspected = ground.inspected();
    let environment = inspected["Config"]["Env"].to_string();
    assert!(!environment.contains("POSTGRES_PASSWORD="), "{environment}");
    let binding = &inspected["HostConfig"]["PortBindings"]["5432/tcp"][0];
    assert_eq!(binding["HostIp"], "127.0.0.1");
    assert_eq!(ground.select("SHOW fsync; SHOW autovacuum"), "off\non");

    workspace.write(NEW, two_rows());
    let second = ground
        .restore(NEW, &["--as", "infinite-local"])
        .expect_code(0);
    assert!(
        second
            .stderr
            .contains("restored infinite-prod of 2026-11-21 04:00 (1 table, 2 rows)"),
        "{second}"
    );
    assert_eq!(containers.all()[0].id, container.id, "it is the same one");
    let databases = "SELECT datname FROM pg_database WHERE datname LIKE 'infinite%' ORDER BY 1";
    assert_eq!(ground.select(databases), "infinite-local");
    assert_eq!(ground.select("SELECT a FROM t"), "one\ntwo");

    let listed = workspace
        .pgferry(&["container", "list", "--json"])
        .expect_code(0);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ours = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|listed| listed["name"] == **name)
        .unwrap();
    assert_eq!(ours["state"], "running");
    assert_eq!(ours["database"], "infinite-local");
    assert_eq!(ours["restored"], "infinite-prod of 2026-11-21 04:00");

    let url = ground.container("url").expect_code(0);
    let mut psql = workspace.command(Cluster::shared().programs().join("psql"));
    psql.args([url.text(), "-XAtqc", "SELECT count(*) FROM t"]);
    assert_eq!(workspace.run(psql, b"").expect_code(0).text(), "2");

    ground.container("stop").expect_code(0);
    assert_eq!(ground.state()["Status"], "exited");
    let started = ground.container("start").expect_code(0);
    assert!(started.stderr.contains("PGPASSFILE="), "{started}");
    assert_eq!(ground.select("SELECT count(*) FROM t"), "2");
    let log = workspace
        .pgferry(&["container", "logs", name, "--tail", "20"])
        .expect_code(0);
    assert!(log.text().contains("ready to accept connections"), "{log}");

    assert_eq!(ground.files(), [format!("{name}.pgpass")]);
    ground.container("rm").expect_code(0);
    containers.expect_nothing_left();
    assert!(ground.files().is_empty());
    ground.container("stop").expect_code(3);
}

fn two_rows() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, small("one\ntwo\n").as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn one_that_is_ephemeral_goes_when_it_stops_with_its_data() {
    let ground = Ground::new("site");
    ground
        .restore("t.sql", &["--ephemeral", "--durable"])
        .expect_code(0);
    assert_eq!(ground.select("SHOW fsync"), "on");
    ground.container("stop").expect_code(0);
    let stopped = Instant::now();
    while !ground.containers.all().is_empty() {
        assert!(stopped.elapsed() < LONG, "the engine removes it");
    }
    ground.containers.expect_nothing_left();
    assert!(ground.files().is_empty());
}

/// Where the published port is somebody else's loopback, as inside of another container.
#[test]
fn elsewhere_the_containers_own_address_is_taken_or_its_own_psql() {
    let ground = Ground::new("site");
    let (containers, workspace, name) = (&ground.containers, &ground.workspace, &ground.name);
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
    let pgferry = env!("CARGO_BIN_EXE_pgferry");
    let restore = [
        "-v",
        "restore",
        "t.sql",
        "--into",
        "container",
        "--name",
        name,
    ];
    let within = |program: &str, arguments: &[&str]| {
        let mut command = ground.privileged(program);
        command.args(arguments).arg(pgferry).args(restore);
        workspace.run(command, b"").expect_code(0).stderr
    };
    // In there the usual port is free, so that only the engine can say that it is taken.
    let usual = UsualPort::hold(containers);
    let stderr = within("nsenter", &["--net", "--target", &process]);
    drop(usual);
    assert_ne!(ground.port(), UsualPort::NUMBER);
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
    let mut psql = ground.privileged("unshare");
    psql.args(["--net", pgferry, "container", "psql", name, "--", "-XAt"]);
    let printed = workspace.run(psql, b"SELECT a FROM t;\n").expect_code(0);
    assert_eq!(printed.text(), "one");
}

#[test]
fn psql_ends_with_its_own_exit_code_wherever_it_runs() {
    let ground = Ground::filled("codes");
    for (arguments, input, code) in [
        (&["-X", "-c", "SELECT 1/0"][..], "", 1),
        (&["-X", "-v", "ON_ERROR_STOP=1"], "SELECT 1/0;\n", 3),
        (&["-X", "-d", "nowhere"], "", 2),
        (&["-X"], "SELECT 1/0;\n", 0),
    ] {
        let command = [
            &[env!("CARGO_BIN_EXE_pgferry"), "container", "psql"],
            &[ground.name.as_str(), "--"][..],
            arguments,
        ]
        .concat();
        let mut here = ground.workspace.command(command[0]);
        here.args(&command[1..]);
        let mut inside = ground.privileged("unshare");
        inside.arg("--net").args(&command);
        for psql in [here, inside] {
            let ended = ground
                .workspace
                .run(psql, input.as_bytes())
                .expect_code(code);
            assert!(!ended.stderr.contains("hint:"), "{ended}");
            assert!(!ended.stderr.contains("exit code"), "{ended}");
        }
    }
}
