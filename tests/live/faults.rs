//! What users run into with services: texts, hints and exit codes, as transcripts.

use std::fs;

use super::support::{Cluster, Outcome, S3Server, Workspace};

/// Exit code and standard error, with what differs between runs taken out.
fn told(outcome: &Outcome, replaced: &[(&str, &str)]) -> String {
    let text = format!("{}exit {}", outcome.stderr, outcome.code);
    replaced
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

#[test]
fn s3_without_credentials() {
    let s3 = S3Server::shared();
    let workspace = Workspace::new()
        .with_s3(s3, &s3.fresh_bucket(), "db")
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY");
    let outcome = workspace.pgferry(&["versions", "--database", "infinite-prod"]);
    insta::assert_snapshot!(told(&outcome, &[]));
}

#[test]
fn s3_with_a_wrong_bucket() {
    let workspace = Workspace::new().with_s3(S3Server::shared(), "no-such-bucket", "db");
    insta::assert_snapshot!(told(
        &workspace.pgferry(&["versions", "--database", "infinite-prod"]),
        &[]
    ));
}

#[test]
fn s3_without_such_a_version() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    s3.put_object(&bucket, "db/infinite-prod.anon.gz", b"x");
    let workspace = Workspace::new().with_s3(s3, &bucket, "db");
    insta::assert_snapshot!(told(
        &workspace.pgferry(&["fetch", "nothing-like-it"]),
        &[(&bucket, "[BUCKET]")]
    ));
}

#[test]
fn s3_that_can_not_be_reached() {
    let s3 = S3Server::shared();
    // A port that nobody listens on: the listener is gone when the address is used.
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let workspace = Workspace::new()
        .with_s3(s3, "bucket", "db")
        .with("AWS_ENDPOINT_URL", format!("http://{address}"));
    let outcome = workspace.pgferry(&["versions", "--database", "infinite-prod"]);
    insta::assert_snapshot!(told(&outcome, &[(&address.to_string(), "[ADDRESS]")]));
}

/// A mount namespace of its own hides the programs that pgferry finds off the path.
#[test]
fn no_psql_on_the_path() {
    let workspace = Workspace::new();
    workspace.write("dump.sql", DUMP);
    let mut command = workspace.command("unshare");
    let script = "for directory in /usr/lib/postgresql /usr/pgsql-*; do [ ! -d $directory ] || mount -t tmpfs tmpfs $directory; done
        PATH=/nowhere exec \"$0\" restore dump.sql";
    command.args([
        "--map-root-user",
        "--mount",
        "/bin/sh",
        "-c",
        script,
        env!("CARGO_BIN_EXE_pgferry"),
    ]);
    let outcome = workspace.run(command, b"");
    insta::assert_snapshot!(told(&outcome, &[]));
}

#[test]
fn servers_that_do_not_let_one_in() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    let port = cluster.port().to_string();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let replaced = [
        (port.as_str(), "[PORT]"),
        (&nobody, "[NOBODY]"),
        (&database, "[DATABASE]"),
    ];
    let place = || {
        let workspace = Workspace::new().with_database(cluster, &database);
        workspace.write("dump.sql", DUMP);
        workspace
    };
    let transcripts: Vec<String> = [
        ("refused connection", place().with("PGPORT", &nobody)),
        (
            "wrong password",
            place().with("PGPASSWORD", "wrong-password"),
        ),
        ("no password", place().without("PGPASSWORD")),
        (
            "wrong database",
            place().with("PGDATABASE", "no-such-database"),
        ),
        ("wrong role", place().with("PGUSER", "no-such-role")),
        ("no TLS", place().with("PGSSLMODE", "require")),
    ]
    .iter()
    .map(|(what, workspace)| {
        format!(
            "# {what}\n{}",
            told(&workspace.pgferry(&["restore", "dump.sql"]), &replaced)
        )
    })
    .collect();
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

#[test]
fn a_target_on_another_host_is_refused_before_it_is_changed() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    let workspace = Workspace::new().with_database(cluster, &database);
    workspace.write("dump.sql", DUMP);
    // The same server under a name that could be anybody's.
    let hosts = fs::read_to_string("/etc/hostname").unwrap();
    let workspace = workspace
        .with("PGHOSTADDR", "127.0.0.1")
        .with("PGHOST", hosts.trim());
    let refused = workspace.pgferry(&["restore", "dump.sql"]);
    insta::assert_snapshot!(told(
        &refused,
        &[(hosts.trim(), "[HOST]"), (&database, "[DATABASE]")]
    ));
    workspace
        .pgferry(&["restore", "dump.sql", "--allow-host", hosts.trim()])
        .expect_code(0);
}

#[test]
fn an_archive_is_recognised_whatever_its_name_and_a_broken_one_refused() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(
        &database,
        "CREATE TABLE t AS SELECT generate_series(1, 1000) AS i",
    );
    let archive = cluster.dump(&database, &["--format=custom"]);
    let copy = cluster.fresh_database();
    let workspace = Workspace::new().with_database(cluster, &copy);
    workspace.write("looks-plain.sql", &archive);
    workspace
        .pgferry(&["restore", "looks-plain.sql"])
        .expect_code(0);
    assert_eq!(cluster.psql(&copy, "SELECT count(*) FROM t"), "1000");
    let end = archive.len() - 200;
    workspace.write("cut.dump", &archive[..end]);
    let refused = workspace.pgferry(&["restore", "cut.dump", "--yes", "--jobs", "2"]);
    let place = format!("byte {end} of");
    insta::assert_snapshot!(told(&refused, &[(&place, "byte END of")]));
    assert_eq!(cluster.psql(&copy, "SELECT count(*) FROM t"), "1000");
}

/// A file system of one megabyte, in a mount namespace that ends with the command.
#[test]
fn a_disk_that_fills_up() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    let mut noise = Vec::new();
    let mut state = 1_u32;
    noise.resize_with(3_000_000, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let version = s3.put_object(&bucket, "db/infinite-prod.anon.gz", &noise);
    let workspace = Workspace::new().with_s3(s3, &bucket, "db");
    let mut command = workspace.command("unshare");
    let script = "mount -t tmpfs -o size=1m tmpfs \"$PGFERRY_CACHE_DIR\" && exec \"$0\" fetch";
    command.args([
        "--map-root-user",
        "--mount",
        "/bin/sh",
        "-c",
        script,
        env!("CARGO_BIN_EXE_pgferry"),
    ]);
    let outcome = workspace.run(command, b"");
    let cache = workspace.path("cache").display().to_string();
    let replaced = [
        (cache.as_str(), "[CACHE]"),
        (&version, "[VERSION]"),
        (&bucket, "[BUCKET]"),
    ];
    insta::assert_snapshot!(told(&outcome, &replaced));
}
