//! The cache: what it keeps, what goes from it, and that it is enough where there is no network.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use super::fetch_faults::KEY;
use super::support::{Fault, On, Proxy, S3Server, Seed, Workspace};

const TIMES: [&str; 4] = [
    "2026-11-01T04:00:00Z",
    "2026-11-02T04:00:00Z",
    "2026-11-03T04:00:00Z",
    "2026-11-04T04:00:00Z",
];

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// Four versions of one database.
fn workspace() -> (Workspace, Vec<String>) {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    let bodies = TIMES.map(gzip);
    let seeds: Vec<Seed<'_>> = TIMES
        .iter()
        .zip(&bodies)
        .map(|(time, body)| Seed::Object(time, body))
        .collect();
    let ids = s3.seed(&bucket, KEY, &seeds);
    (Workspace::new().with_s3(s3, &bucket, "db"), ids)
}

fn listed(workspace: &Workspace) -> Vec<serde_json::Value> {
    let listed = workspace.pgferry(&["cache", "list", "--json"]);
    let listed = listed.expect_code(0);
    serde_json::from_slice(&listed.stdout).unwrap()
}

fn versions(workspace: &Workspace) -> Vec<String> {
    let listed = listed(workspace);
    let ids = listed.iter().map(|entry| entry["version"].as_str());
    ids.map(|id| id.unwrap().to_owned()).collect()
}

#[test]
fn it_lists_removes_and_keeps_to_its_limits() {
    let (workspace, ids) = workspace();
    let workspace = workspace.with("PGFERRY_CACHE_KEEP", "3");
    assert!(listed(&workspace).is_empty());
    for back in ["~3", "~2", "~1"] {
        workspace.pgferry(&["fetch", back]).expect_code(0);
    }
    let all = listed(&workspace);
    assert_eq!(all.len(), 3);
    assert_eq!(all[0]["version"], ids[2], "what was used last comes first");
    assert_eq!(all[0]["database"], "infinite-prod");
    assert_eq!(all[0]["kind"], "anon");
    assert_eq!(all[0]["taken_at"], TIMES[2]);
    assert!(all[0]["arrived"].is_null());
    let path = std::path::Path::new(all[0]["path"].as_str().unwrap());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    for directory in path.ancestors().skip(1).take(3) {
        let mode = directory.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", directory.display());
    }

    // The oldest one was used again, so the second oldest goes.
    workspace.pgferry(&["fetch", "~3"]).expect_code(0);
    let fourth = workspace.pgferry(&["fetch"]).expect_code(0);
    assert!(
        fourth
            .stderr
            .contains(&format!("removed version {}", ids[1])),
        "{fourth}"
    );
    assert_eq!(versions(&workspace), [&*ids[3], &ids[0], &ids[2]]);

    let table = workspace.pgferry(&["cache", "list"]).expect_code(0);
    assert_eq!(table.text().lines().count(), 4, "{table}");

    let removed = workspace.pgferry(&["cache", "rm", &ids[0], "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&removed.expect_code(0).stdout).unwrap();
    assert_eq!(json[0]["version"], ids[0]);
    let gone = workspace.pgferry(&["cache", "rm", &ids[0]]).expect_code(3);
    assert!(gone.stderr.contains("pgferry cache list"), "{gone}");

    let workspace = workspace.with("PGFERRY_CACHE_SIZE", "0");
    workspace.pgferry(&["cache", "prune"]).expect_code(0);
    assert!(listed(&workspace).is_empty());
    let left = fs::read_dir(workspace.path("cache/versions")).unwrap();
    assert_eq!(left.count(), 0, "no empty directories are left");
    // What was just asked for stays, whatever the limits say.
    let fetched = workspace.pgferry(&["fetch"]).expect_code(0);
    assert!(fs::read(fetched.text()).unwrap() == gzip(TIMES[3]));
}

#[test]
fn what_is_in_use_stays() {
    let (workspace, ids) = workspace();
    let fetched = workspace.pgferry(&["fetch"]).expect_code(0);
    // A restore, of which the test need only have the mark.
    let mut reader = workspace.command("flock");
    reader.args(["--shared", fetched.text(), "sh", "-c", "echo; read _"]);
    let mut reader = reader
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut begun = [0];
    std::io::Read::read_exact(reader.stdout.as_mut().unwrap(), &mut begun).unwrap();
    let refused = workspace.pgferry(&["cache", "rm", "--all"]).expect_code(7);
    assert!(refused.stderr.contains("in use"), "{refused}");
    let workspace = workspace.with("PGFERRY_CACHE_KEEP", "0");
    workspace.pgferry(&["cache", "prune"]).expect_code(0);
    assert_eq!(versions(&workspace), [&*ids[3]]);
    drop(reader.stdin.take());
    reader.wait().unwrap();
    workspace.pgferry(&["cache", "rm", "--all"]).expect_code(0);
    assert!(listed(&workspace).is_empty());
}

#[test]
fn without_a_network_it_says_what_it_has_and_takes_it_when_told_to() {
    let (workspace, ids) = workspace();
    // Nobody listens there any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    for selector in ["~2", "~1"] {
        workspace.pgferry(&["fetch", selector]).expect_code(0);
    }
    let workspace = workspace.with("AWS_ENDPOINT_URL", format!("http://{nobody}"));
    let refused = workspace
        .pgferry(&["fetch", "--database", "infinite-prod"])
        .expect_code(1);
    let hint = "the cache has infinite-prod of 2026-11-03 04:00, ";
    assert!(refused.stderr.contains(hint), "{refused}");
    assert!(refused.stderr.contains("`--offline` takes it"), "{refused}");
    for (selector, time) in [("latest", TIMES[2]), ("~1", TIMES[1]), (&ids[1], TIMES[1])] {
        let taken = workspace.pgferry(&["fetch", "--offline", selector]);
        let taken = taken.expect_code(0);
        assert!(fs::read(taken.text()).unwrap() == gzip(time), "{taken}");
        assert!(taken.stderr.contains("offline: taking"), "{taken}");
    }
    let none = workspace.pgferry(&["fetch", "--offline", "--kind", "full"]);
    assert!(none.expect_code(3).stderr.contains("pgferry cache list"));
    workspace.pgferry(&["cache", "rm", "--all"]).expect_code(0);
    let none = workspace.pgferry(&["fetch", "--offline"]).expect_code(3);
    assert!(none.stderr.contains("the cache has nothing from"), "{none}");
}

/// Root may write wherever the mode bits say otherwise, but not to a file system that is mounted read-only.
#[test]
fn a_cache_that_can_not_be_written_shows_before_any_network_use() {
    let (workspace, _) = workspace();
    let s3 = S3Server::shared();
    let proxy = Proxy::before(s3.endpoint());
    proxy.inject(Fault::slow_down(), On::any());
    let workspace = workspace.with("AWS_ENDPOINT_URL", proxy.endpoint());
    for (directory, arguments, told) in [
        ("$PGFERRY_CACHE_DIR", "fetch", "the cache can't be used"),
        ("$PWD", "fetch --output here.gz", "can't write to"),
    ] {
        let script = format!(
            "mount --bind \"{directory}\" \"{directory}\" && mount -o remount,bind,ro \"{directory}\" && cd \"$PWD\" && exec \"$0\" {arguments}"
        );
        let mut command = workspace.command("unshare");
        let shell = ["--map-root-user", "--mount", "/bin/sh", "-c", &script];
        command.args(shell).arg(env!("CARGO_BIN_EXE_pgferry"));
        let refused = workspace.run(command, b"").expect_code(1);
        assert!(refused.stderr.contains(told), "{refused}");
        assert!(refused.stderr.contains("hint: "), "{refused}");
    }
    assert_eq!(proxy.requests(&On::any()), []);
}
