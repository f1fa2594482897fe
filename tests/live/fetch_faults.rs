//! A line and a store that fail while a version is fetched: only whole, right bytes ever get the final name.

use std::fs;
use std::process::Child;
use std::time::Duration;

use super::support::{Fault, On, Outcome, Proxy, S3Server, Workspace};

pub const MIB: usize = 1 << 20;
pub const KEY: &str = "db/infinite-prod.anon.gz";

/// A version in a bucket, a proxy before it, and somebody who fetches.
pub struct Ground {
    pub bucket: String,
    pub body: Vec<u8>,
    pub version: String,
    pub proxy: Proxy,
    pub workspace: Workspace,
}

/// Bytes that look alike nowhere. They need not be gzip: the store has their checksum.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 56) as u8
        })
        .collect()
}

/// Stores a version as pgferry's uploads do: the store knows the CRC-64/NVME of the whole.
pub fn put(bucket: &str, key: &str, body: &[u8]) -> String {
    let latin1: String = body.iter().map(|&byte| char::from(byte)).collect();
    let put = S3Server::shared().call(
        "put_object",
        &serde_json::json!({
            "Bucket": bucket, "Key": key, "Body": latin1, "ChecksumAlgorithm": "CRC64NVME",
        }),
    );
    put["VersionId"].as_str().unwrap_or("null").to_owned()
}

impl Ground {
    pub fn new(length: usize) -> Self {
        let s3 = S3Server::shared();
        let bucket = s3.fresh_bucket();
        let body = noise(length as u64, length);
        let version = put(&bucket, KEY, &body);
        let proxy = Proxy::before(s3.endpoint());
        let workspace = Workspace::new()
            .with_s3(s3, &bucket, "db")
            .with("PGFERRY_DATABASE", "infinite-prod")
            .with("AWS_ENDPOINT_URL", proxy.endpoint());
        Self {
            bucket,
            body,
            version,
            proxy,
            workspace,
        }
    }

    pub fn fetch(&self) -> Outcome {
        self.workspace.pgferry(&["fetch"])
    }

    /// Fetched, and right.
    pub fn expect_whole(&self, outcome: &Outcome) {
        assert_eq!(outcome.code, 0, "{outcome}");
        assert!(fs::read(outcome.text()).unwrap() == self.body, "{outcome}");
        self.expect_nothing_unfinished();
    }

    /// Files in the cache, but for its lock.
    pub fn cached(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut directories = vec![self.workspace.path("cache")];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).unwrap().flatten() {
                if entry.file_type().unwrap().is_dir() {
                    directories.push(entry.path());
                } else {
                    found.push(entry.file_name().into_string().unwrap());
                }
            }
        }
        found.sort();
        found
    }

    pub fn expect_nothing_unfinished(&self) {
        assert_eq!(self.cached(), ["infinite-prod.anon.gz"]);
    }

    /// Bytes that were asked for in ranges so far.
    pub fn asked_for(&self) -> usize {
        let ranges = self.proxy.requests(&ranged());
        ranges
            .iter()
            .map(|request| {
                let range = request.header("range").unwrap();
                let (first, last) = range.trim_start_matches("bytes=").split_once('-').unwrap();
                last.parse::<usize>().unwrap() + 1 - first.parse::<usize>().unwrap()
            })
            .sum()
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    }
}

/// The requests that carry the version's bytes.
pub fn ranged() -> On {
    On::method("GET").with_header("range")
}

pub fn stderr(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), text)
}

#[test]
fn a_version_comes_in_ranges_through_several_connections() {
    let ground = Ground::new(24 * MIB + 12_345);
    ground.expect_whole(&ground.fetch());
    assert_eq!(ground.asked_for(), ground.body.len());
    let ranges = ground.proxy.requests(&ranged());
    assert!(ranges.len() > 6, "{ranges:?}");
    for range in &ranges {
        assert!(range.target.contains("versionId="), "{range:?}");
        assert!(range.header("if-match").is_some(), "{range:?}");
    }
    let one = Ground::new(3 * MIB);
    let fetched = one.workspace.pgferry(&["fetch", "--connections", "1"]);
    one.expect_whole(&fetched);
    let empty = Ground::new(0);
    empty.expect_whole(&empty.fetch());
}

#[test]
fn a_connection_that_breaks_costs_its_own_range_alone() {
    for fault in [
        Fault::Reset { after: 700_000 },
        Fault::Shorten { after: 700_000 },
        Fault::Lose,
    ] {
        let ground = Ground::new(12 * MIB);
        ground.proxy.inject(fault.clone(), ranged().times(3));
        ground.expect_whole(&ground.fetch());
        let excess = ground.asked_for() - ground.body.len();
        assert!(excess > 0 && excess <= 6 * MIB, "{fault:?}: {excess}");
    }
}

#[test]
fn a_store_that_asks_for_less_is_asked_again_and_then_given_up() {
    let ground = Ground::new(6 * MIB);
    ground.proxy.inject(Fault::slow_down(), ranged().times(3));
    ground.expect_whole(&ground.fetch());

    let ground = Ground::new(6 * MIB);
    ground
        .proxy
        .inject(Fault::slow_down(), ranged().but_the_first(2));
    let failed = ground.fetch();
    assert_eq!(failed.code, 1, "{failed}");
    assert!(failed.stderr.contains("SlowDown"), "{failed}");
    assert!(failed.stderr.contains("it goes on from what has arrived"));
    assert!(
        !ground
            .cached()
            .contains(&"infinite-prod.anon.gz".to_owned())
    );
    // Two of them at first, then one at a time with pauses: no storm.
    assert!(ground.proxy.requests(&ranged()).len() < 40);
    ground.proxy.heal();
    let before = ground.asked_for();
    let fetched = ground.fetch();
    ground.expect_whole(&fetched);
    assert!(fetched.stderr.contains("going on with"), "{fetched}");
    assert!(ground.asked_for() - before < ground.body.len(), "{fetched}");
}

#[test]
fn something_else_than_the_range_is_not_written() {
    let claim = Fault::Claim {
        header: "Content-Range",
        value: "bytes 0-99/12582912".to_owned(),
    };
    for fault in [Fault::Withhold("range"), claim] {
        let ground = Ground::new(12 * MIB);
        ground.proxy.inject(fault.clone(), ranged().times(2));
        ground.expect_whole(&ground.fetch());

        let ground = Ground::new(12 * MIB);
        ground
            .proxy
            .inject(fault.clone(), ranged().but_the_first(1));
        let failed = ground.fetch();
        assert_eq!(failed.code, 5, "{fault:?}\n{failed}");
        assert!(failed.stderr.contains("was asked for"), "{failed}");
        assert!(failed.stderr.contains("--output -"), "{failed}");
        assert!(
            !ground
                .cached()
                .contains(&"infinite-prod.anon.gz".to_owned())
        );
    }
    // Where it never serves ranges, one stream does.
    let ground = Ground::new(3 * MIB);
    ground.proxy.inject(Fault::Withhold("range"), On::any());
    let piped = ground.workspace.pgferry(&["fetch", "--output", "-"]);
    assert!(
        piped.code == 0 && piped.stdout == ground.body,
        "{}",
        piped.stderr
    );
}

#[test]
fn a_flipped_bit_costs_one_more_download_and_then_is_an_error() {
    let ground = Ground::new(5 * MIB);
    let flip = Fault::Flip { offset: 1000 };
    ground.proxy.inject(flip.clone(), ranged().times(1));
    let fetched = ground.fetch();
    ground.expect_whole(&fetched);
    assert!(
        fetched.stderr.contains("fetching all of it again"),
        "{fetched}"
    );
    assert_eq!(ground.asked_for(), 2 * ground.body.len());

    let ground = Ground::new(5 * MIB);
    ground.proxy.inject(flip.clone(), ranged());
    let failed = ground.fetch();
    assert_eq!(failed.code, 5, "{failed}");
    assert!(failed.stderr.contains("is corrupt"), "{failed}");
    assert_eq!(ground.asked_for(), 2 * ground.body.len());
    assert_eq!(ground.cached(), [""; 0], "what is wrong is not kept");

    // What has been written to a stream can only be told of.
    let piped = ground.workspace.pgferry(&["fetch", "--output", "-"]);
    assert_eq!(piped.code, 0);
    ground
        .proxy
        .inject(flip, On::method("GET").containing("versionId="));
    let piped = ground.workspace.pgferry(&["fetch", "--output", "-"]);
    assert_eq!(piped.code, 5, "{}", piped.stderr);
}

/// The old uploads of `aws s3 cp` have a CRC-32, or none that is of the whole; then the gzip's own decides.
#[test]
fn other_checksums_are_held_to_as_well() {
    let s3 = S3Server::shared();
    for algorithm in ["CRC32", "CRC32C", "SHA256"] {
        let ground = Ground::new(0);
        let body = noise(7, 2 * MIB);
        let latin1: String = body.iter().map(|&byte| char::from(byte)).collect();
        let object = serde_json::json!({"Bucket": ground.bucket, "Key": KEY, "Body": latin1, "ChecksumAlgorithm": algorithm});
        s3.call("put_object", &object);
        let ground = Ground { body, ..ground };
        ground
            .proxy
            .inject(Fault::Flip { offset: 9 }, ranged().times(1));
        let fetched = ground.fetch();
        assert!(fetched.stderr.contains("again"), "{algorithm}\n{fetched}");
        assert!(fs::read(fetched.text()).unwrap() == ground.body);
    }
    // What the manifest says, which uploads write beside the object.
    let ground = Ground::new(0);
    let object = serde_json::json!({
        "Bucket": ground.bucket, "Key": KEY, "Body": "x", "ChecksumAlgorithm": "CRC64NVME",
        "Metadata": {"sha256": "0".repeat(64)},
    });
    s3.call("put_object", &object);
    let refused = ground.fetch();
    assert_eq!(refused.code, 5, "{refused}");
    assert!(refused.stderr.contains("SHA-256"), "{refused}");
}

/// While the version is on its way, somebody changes the key.
fn meanwhile(ground: &Ground, change: impl FnOnce()) -> (i32, String, String) {
    ground.proxy.inject(
        Fault::Delay(Duration::from_secs(3)),
        ranged().but_the_first(1).times(1),
    );
    let child = ground.start(&["fetch", "--connections", "1"]);
    ground.proxy.await_requests(&ranged(), 2);
    change();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

#[test]
fn what_is_fetched_is_the_version_that_was_chosen() {
    let s3 = S3Server::shared();
    let ground = Ground::new(6 * MIB);
    let (code, path, stderr) = meanwhile(&ground, || {
        put(&ground.bucket, KEY, b"another");
    });
    assert_eq!(code, 0, "{stderr}");
    assert!(fs::read(path).unwrap() == ground.body);

    let ground = Ground::new(6 * MIB);
    let (code, _, stderr) = meanwhile(&ground, || {
        let version =
            serde_json::json!({"Bucket": ground.bucket, "Key": KEY, "VersionId": ground.version});
        s3.call("delete_object", &version);
    });
    assert_eq!(code, 3, "{stderr}");
    assert!(
        stderr.contains("is gone: it was deleted or replaced"),
        "{stderr}"
    );
    assert!(stderr.contains("`pgferry versions`"), "{stderr}");
    assert_eq!(ground.cached(), [""; 0]);
    assert!(
        ground.proxy.requests(&ranged()).len() <= 3,
        "it stopped at once"
    );

    let ground = Ground::new(0);
    let unversioned = serde_json::json!({"Bucket": ground.bucket, "VersioningConfiguration": {"Status": "Suspended"}});
    s3.call("put_bucket_versioning", &unversioned);
    put(&ground.bucket, KEY, &noise(2, 6 * MIB));
    let (code, _, stderr) = meanwhile(&ground, || {
        put(&ground.bucket, KEY, b"another");
    });
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("deleted or replaced"), "{stderr}");
}

#[test]
fn credentials_are_looked_up_again_once() {
    let expired = Fault::s3_error(400, "ExpiredToken", "The provided token has expired.");
    let ground = Ground::new(6 * MIB);
    ground
        .proxy
        .inject(expired.clone(), ranged().but_the_first(1).times(1));
    ground.expect_whole(&ground.fetch());

    let ground = Ground::new(6 * MIB);
    ground.proxy.inject(expired, ranged().but_the_first(1));
    let failed = ground.workspace.pgferry(&["fetch", "--connections", "1"]);
    assert_eq!(failed.code, 4, "{failed}");
    assert!(failed.stderr.contains("aws sso login"), "{failed}");
    ground.proxy.heal();
    let fetched = ground.fetch();
    ground.expect_whole(&fetched);
    assert!(fetched.stderr.contains("going on with"), "{fetched}");
}

#[test]
fn what_will_not_change_is_not_tried_again() {
    let ground = Ground::new(6 * MIB);
    let denied = Fault::s3_error(403, "AccessDenied", "Access Denied");
    ground.proxy.inject(denied, ranged());
    let failed = ground.workspace.pgferry(&["fetch", "--connections", "1"]);
    assert_eq!(failed.code, 4, "{failed}");
    assert_eq!(ground.proxy.requests(&ranged()).len(), 1);
}

#[test]
fn a_stalled_connection_is_noticed() {
    let ground = Ground::new(6 * MIB);
    ground
        .proxy
        .inject(Fault::Stall { after: 400_000 }, ranged().times(1));
    let started = std::time::Instant::now();
    ground.expect_whole(&ground.fetch());
    let took = started.elapsed();
    assert!(
        took > Duration::from_secs(19) && took < Duration::from_secs(40),
        "{took:?}"
    );
    assert!(ground.asked_for() < 2 * ground.body.len());
}

#[test]
fn a_stream_goes_on_where_it_broke() {
    let ground = Ground::new(6 * MIB);
    let reading = On::method("GET").containing("versionId=");
    ground
        .proxy
        .inject(Fault::Shorten { after: 3_000_000 }, reading.times(1));
    let piped = ground.workspace.pgferry(&["fetch", "--output", "-"]);
    assert!(
        piped.code == 0 && piped.stdout == ground.body,
        "{}",
        piped.stderr
    );
    assert_eq!(ground.proxy.requests(&ranged()).len(), 1);
    assert!(ground.asked_for() < 4 * MIB);
}
