//! The ground that the other live tests stand on holds: servers answer, leave nothing behind, and no run hangs.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::kill;
use nix::unistd::Pid;

use serde_json::json;

use super::support::{
    Cluster, Containers, EngineAnswer, FakeEngine, Outcome, S3Server, Seed, StoredVersion,
    Workspace, run_directory,
};

#[test]
fn a_cluster_takes_the_site_and_dumps_it_alike_twice() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.load(&database, "site.sql", &[("scale", "1")]);
    assert_eq!(
        cluster.psql(&database, "SELECT count(*), min(title) <> '' FROM events"),
        "3000|t"
    );

    let first = cluster.dump(&database, &["--no-owner"]);
    assert!(
        first.ends_with(b"-- PostgreSQL database dump complete\n--\n\n\\unrestrict KEY\n\n")
            || !first.contains(&b'\\')
    );
    assert!(
        first == cluster.dump(&database, &["--no-owner"]),
        "two dumps of one database differ"
    );
    assert!(
        cluster
            .dump(&database, &["--format=custom"])
            .starts_with(b"PGDMP")
    );
}

#[test]
fn a_cluster_takes_the_oddities() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.load(&database, "oddities.sql", &[]);
    assert_eq!(
        cluster.psql(&database, "SELECT count(*) FROM contacts"),
        "4"
    );
}

#[test]
fn a_cluster_lets_nobody_in_without_the_password() {
    let cluster = Cluster::shared();
    let socket = cluster.socket_directory().display().to_string();
    for host in ["127.0.0.1", socket.as_str()] {
        let workspace = Workspace::new()
            .with_database(cluster, "postgres")
            .with("PGHOST", host);
        let select = |workspace: &Workspace| -> Outcome {
            let mut psql = workspace.command("psql");
            psql.args(["-XAtw", "-c", "SELECT 1"]);
            workspace.run(psql, b"")
        };
        assert_eq!(select(&workspace).expect_code(0).text(), "1");
        let refused = select(&workspace.with("PGPASSWORD", "wrong")).expect_code(2);
        assert!(
            refused.stderr.contains("password authentication failed"),
            "{refused}"
        );
    }
}

#[test]
fn a_cluster_of_ones_own_has_its_settings_survives_a_crash_and_goes_with_the_value() {
    let cluster = Cluster::start(&[("max_connections", "7")]);
    assert_eq!(cluster.psql("postgres", "SHOW max_connections"), "7");
    cluster.psql("postgres", "CREATE TABLE kept AS SELECT 1 AS one");
    cluster.crash_and_restart();
    assert_eq!(cluster.psql("postgres", "SELECT one FROM kept"), "1");

    let (port, directory) = (cluster.port(), cluster.socket_directory().to_owned());
    assert!(cluster.url("postgres").ends_with(&format!(
        ":{}@127.0.0.1:{port}/postgres",
        cluster.password()
    )));
    drop(cluster);
    assert!(!directory.exists());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn the_s3_server_keeps_versions_and_delete_markers() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    let body: Vec<u8> = (0..=255).collect();
    let first = s3.put_object(&bucket, "db/a.gz", &body);
    let second = s3.put_object(&bucket, "db/a.gz", b"newer");
    assert_eq!(s3.get_object(&bucket, "db/a.gz", Some(&first)), body);
    assert_eq!(s3.get_object(&bucket, "db/a.gz", None), b"newer");
    s3.put_object(&bucket, "other", b"");
    let marker = s3.delete_object(&bucket, "db/a.gz");

    let listed = s3.versions(&bucket, "db/");
    let seen: Vec<_> = listed
        .iter()
        .map(|version| (&version.version_id, version.size, version.is_latest))
        .collect();
    assert_eq!(
        seen,
        [
            (&marker, None, true),
            (&second, Some(5), false),
            (&first, Some(256), false)
        ]
    );
}

#[test]
fn seeded_versions_have_their_times_and_the_same_ids_on_every_run() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    let times: Vec<String> = (0..1200)
        .map(|n| format!("2026-10-{:02}T03:{:02}:00Z", 1 + n / 60, n % 60))
        .collect();
    let seeds: Vec<Seed<'_>> = times
        .iter()
        .enumerate()
        .map(|(n, at)| {
            if n % 100 == 50 {
                Seed::DeleteMarker(at)
            } else {
                Seed::Object(at, b"body")
            }
        })
        .collect();
    let ids = s3.seed(&bucket, "db/a.gz", &seeds);
    assert_eq!(
        ids.first().map(String::as_str),
        Some("a9JEuEVgdiH.KEqjupbMF5hbC8uOOTcP")
    );

    assert_eq!(
        s3.get_object(&bucket, "db/a.gz", ids.first().map(String::as_str)),
        b"body"
    );

    let listed = s3.versions(&bucket, "");
    assert_eq!(listed.len(), 1200);
    let newest = StoredVersion {
        key: "db/a.gz".to_owned(),
        version_id: ids.last().cloned().unwrap(),
        is_latest: true,
        size: Some(4),
        last_modified: times.last().cloned().unwrap(),
    };
    assert_eq!(listed.first(), Some(&newest));
    assert_eq!(
        listed
            .iter()
            .filter(|version| version.size.is_none())
            .count(),
        12
    );
}

#[test]
#[should_panic(expected = "NoSuchBucket")]
fn an_error_of_s3_fails_the_test() {
    S3Server::shared().put_object("no-such-bucket", "key", b"");
}

#[test]
fn a_workspace_lets_nothing_of_the_developers_environment_through() {
    let s3 = S3Server::shared();
    let workspace = Workspace::new()
        .with_s3(s3, "bucket", "db")
        .without("AWS_SECRET_ACCESS_KEY");
    let outcome = workspace.run(workspace.command("env"), b"").expect_code(0);
    let mut names: Vec<&str> = outcome
        .text()
        .lines()
        .filter_map(|line| line.split('=').next())
        .collect();
    names.sort_unstable();
    let expected = [
        "AWS_ACCESS_KEY_ID",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "BACKUP_DIR",
        "HOME",
        "LANG",
        "PATH",
        "PGFERRY_CACHE_DIR",
        "PGFERRY_DATA_DIR",
        "S3_BUCKET",
        "S3_PATH",
        "TMPDIR",
        "TZ",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_run_gives_input_and_gets_output_beyond_what_a_pipe_holds() {
    let workspace = Workspace::new();
    let input = vec![b'x'; 1 << 20];
    assert!(
        workspace
            .run(workspace.command("cat"), &input)
            .expect_code(0)
            .stdout
            == input
    );
    // One that reads none of it.
    assert_eq!(workspace.run(workspace.command("true"), &input).code, 0);
}

fn shell(workspace: &Workspace, script: &str) -> Command {
    let mut command = workspace.command("/bin/sh");
    command.args(["-c", script]);
    command
}

#[test]
#[should_panic(expected = "still running after 100ms")]
fn a_run_that_hangs_is_killed() {
    let workspace = Workspace::new().with_time_limit(Duration::from_millis(100));
    workspace.run(shell(&workspace, "sleep 600 & sleep 600"), b"");
}

#[test]
#[should_panic(expected = "prints the value of PGPASSWORD")]
fn a_run_that_prints_a_password_fails() {
    let workspace = Workspace::new().with("PGPASSWORD", "hunter2");
    workspace.run(
        shell(&workspace, "echo connecting with $PGPASSWORD >&2"),
        b"",
    );
}

#[test]
fn the_binary_runs() {
    let workspace = Workspace::new();
    workspace.pgferry(&["--help"]).expect_code(0);
}

/// From the image of the container tests, with its anonymous volume.
fn create_container(containers: &Containers, what: &str) -> String {
    let name = containers.name(what);
    let image = json!({
        "Image": "postgres:alpine", "Env": ["POSTGRES_PASSWORD=x"], "Labels": { "of-the-harness": &name },
    });
    containers.ask(
        "POST",
        &format!("/containers/create?name={name}"),
        Some(&image),
    );
    name
}

#[test]
fn containers_and_their_volumes_go_with_the_guard() {
    let containers = Containers::new();
    containers.expect_nothing_left();
    let name = create_container(&containers, "one");
    containers.ask("POST", &format!("/containers/{name}/start"), None);
    let listed = containers.all();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].name, listed[0].state.as_str()),
        (&name, "running")
    );
    let container = containers.get(&format!("/containers/{name}/json"));
    assert_eq!(container["Id"], listed[0].id.as_str());
    assert!(containers.address().contains("://"));
    assert_eq!(listed[0].labels["of-the-harness"], name.as_str());
    let labelled = containers.labelled(&format!("of-the-harness={name}"));
    assert_eq!(labelled[0].id, listed[0].id);
    let started = Instant::now();
    while containers.volumes().is_empty() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the event of the mount comes"
        );
        std::thread::yield_now();
    }
    let (volume, second) = (containers.volumes().remove(0), Containers::new());
    drop(containers);
    assert!(second.try_get(&format!("/containers/{name}/json")).is_err());
    assert!(second.try_get(&format!("/volumes/{volume}")).is_err());
}

#[test]
#[should_panic(expected = "volumes were left behind without their container")]
fn a_volume_that_lost_its_container_fails_the_test() {
    let containers = Containers::new();
    let name = create_container(&containers, "loses");
    containers.ask("POST", &format!("/containers/{name}/start"), None);
    while containers.volumes().is_empty() {
        std::thread::yield_now();
    }
    containers.ask("DELETE", &format!("/containers/{name}?force=1"), None);
}

/// curl's exit code, and the body.
fn ask(engine: &FakeEngine, method: &str, path: &str) -> (Option<i32>, String) {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/script/docker-api"));
    command
        .args([method, path, "--max-time", "1"])
        .env("DOCKER_HOST", engine.address());
    let output = command.output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn a_fake_engine_does_as_it_is_told_and_says_what_it_was_asked() {
    let engine = FakeEngine::new()
        .on(
            "POST",
            "/images/create",
            EngineAnswer::pull("alpine", &[("0a1b2c", 400)]),
        )
        .on(
            "POST",
            "/containers/*/start",
            EngineAnswer::error(500, "port is already allocated"),
        )
        .on("POST", "/containers/*/start", EngineAnswer::nothing());
    let ask = |method, path| ask(&engine, method, path);
    assert_eq!(ask("GET", "/_ping"), (Some(0), "OK".to_owned()));
    let (code, pull) = ask("POST", "/v1.41/images/create?fromImage=postgres&tag=alpine");
    assert_eq!(code, Some(0));
    assert!(
        pull.contains(
            r#"{"id":"0a1b2c","progressDetail":{"current":200,"total":400},"status":"Downloading"}"#
        ),
        "{pull}"
    );
    assert_eq!(ask("POST", "/containers/a/start").0, Some(22));
    assert_eq!(ask("POST", "/containers/a/start").0, Some(0));
    assert_eq!(ask("POST", "/containers/b/start").0, Some(0));
    assert_eq!(
        ask("DELETE", "/images/x").1,
        r#"{"message":"the fake engine was not told about DELETE /images/x"}"#
    );

    assert_eq!(engine.asked("POST", "/containers/*/start").len(), 3);
    assert!(
        engine.asked("POST", "/containers/*/start")[0]
            .json()
            .is_null()
    );
    let created = engine.asked("POST", "/images/create").remove(0);
    assert_eq!(created.query, "fromImage=postgres&tag=alpine");
    assert_eq!(engine.requests().len(), 6);
}

#[test]
fn a_fake_engine_breaks_off_falls_silent_and_fails_on_the_way() {
    let engine = FakeEngine::new()
        .on(
            "GET",
            "/containers/*/logs",
            EngineAnswer::log(&[(1, "init"), (2, "ready")]),
        )
        .on(
            "POST",
            "/images/create",
            EngineAnswer::failed_pull("no such host"),
        )
        .on(
            "POST",
            "/images/create",
            EngineAnswer::lines(&[json!({ "status": "Pulling" })]).then_cut(),
        )
        .on(
            "POST",
            "/images/create",
            EngineAnswer::lines(&[json!({ "status": "Pulling" })]).then_silence(),
        )
        .on("GET", "/_ping", EngineAnswer::silence())
        .on("GET", "/containers/json", EngineAnswer::json(&json!([])))
        .on(
            "POST",
            "/containers/create",
            EngineAnswer::status(201, &json!({ "Id": "f00" })),
        );
    let ask = |method, path| ask(&engine, method, path);
    let log = (
        Some(0),
        "\u{1}\0\0\0\0\0\0\u{5}init\n\u{2}\0\0\0\0\0\0\u{6}ready\n".to_owned(),
    );
    assert_eq!(ask("GET", "/containers/a/logs?stdout=1"), log);
    let (code, failed) = ask("POST", "/images/create");
    assert_eq!(code, Some(0));
    assert!(failed.contains(r#""error":"no such host""#), "{failed}");
    let begun = "{\"status\":\"Pulling\"}\r\n".to_owned();
    // curl: 18 is a transfer that ended early, 28 one that took too long.
    assert_eq!(ask("POST", "/images/create"), (Some(18), begun.clone()));
    assert_eq!(ask("POST", "/images/create"), (Some(28), begun));
    assert_eq!(ask("GET", "/_ping"), (Some(28), String::new()));
    assert_eq!(ask("GET", "/containers/json").1, "[]");
    assert_eq!(ask("POST", "/containers/create").1, r#"{"Id":"f00"}"#);
}

/// A process that is killed can clean nothing up. The sweeper holds the standard error that it inherited for as long as
/// it works, so the end of that stream is the end of the clean-up.
#[test]
fn nothing_is_left_of_a_test_process_that_was_killed() {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "harness::victim", "--nocapture"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let line = lines
        .find(|line| line.starts_with("made: "))
        .expect("the victim says what it made");
    let [postgres, s3, container, directory] =
        line.split_whitespace().skip(1).collect::<Vec<_>>()[..]
    else {
        panic!("{line}");
    };
    let servers = [postgres, s3].map(|process| process.parse().unwrap());
    assert!(servers.iter().all(|&process| is_alive(process)));

    victim.kill().unwrap();
    victim
        .stderr
        .take()
        .unwrap()
        .read_to_end(&mut Vec::new())
        .unwrap();
    assert!(!std::path::Path::new(directory).exists());
    let containers = Containers::new();
    assert!(
        containers
            .try_get(&format!("/containers/{container}/json"))
            .is_err()
    );
    let killed = Instant::now();
    while servers.iter().any(|&process| is_alive(process)) {
        assert!(
            killed.elapsed() < Duration::from_secs(20),
            "they go with the victim: {line}"
        );
        std::thread::yield_now();
    }
    victim.wait().unwrap();
}

/// A zombie that nobody has fetched yet is not.
fn is_alive(process: i32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    kill(Pid::from_raw(process), None).is_ok() && !state.contains(") Z ")
}

#[test]
#[ignore = "waits to be killed by the test above"]
#[expect(
    clippy::print_stdout,
    reason = "its standard output is how it talks to the test that runs it"
)]
fn victim() {
    let (postgres, s3) = (
        Cluster::shared().process_id(),
        S3Server::shared().process_id(),
    );
    let containers = Containers::new();
    let container = create_container(&containers, "left");
    println!(
        "made: {postgres} {s3} {container} {}",
        run_directory().display()
    );
    loop {
        std::thread::park();
    }
}
