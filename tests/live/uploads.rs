//! From a host into a bucket, over a line and into a store that fail.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use nix::sys::signal::Signal;
use pgferry_core::backup::{
    ArtefactRecord, Database, Kind, MANIFEST_VERSION, Manifest, SetFile, ToolRecord, UploadState,
};
use serde_json::json;
use sha2::Digest as _;

use super::interruption::interrupted;
use super::proxy::get;
use super::support::{Cluster, Fault, On, Proxy, S3Server, Workspace};

const MIB: usize = 1 << 20;
const LARGE: usize = 20 * MIB + 12_345;

/// A host with a bucket behind a proxy, and sets that were made there.
struct Host {
    workspace: Workspace,
    proxy: Proxy,
    bucket: String,
    database: Database,
}

impl Host {
    fn new() -> Self {
        let s3 = S3Server::shared();
        let (bucket, proxy) = (s3.fresh_bucket(), Proxy::before(s3.endpoint()));
        let workspace = Workspace::new()
            .with_s3(s3, &bucket, "db")
            .with("AWS_ENDPOINT_URL", proxy.endpoint())
            .with("PGDATABASE", "app");
        Self {
            workspace,
            proxy,
            bucket,
            database: Database::new("app").unwrap(),
        }
    }

    /// A set that waits to be uploaded, whose archive has `size` bytes.
    fn pending(&self, taken_at: &str, size: usize) -> Manifest {
        let taken_at: Timestamp = taken_at.parse().unwrap();
        let mut artefacts = BTreeMap::new();
        for (kind, size) in [(Kind::Dump, size), (Kind::Full, 2000), (Kind::Anon, 1000)] {
            let mut content = noise(size, taken_at.as_second().cast_unsigned() + kind as u64);
            if kind != Kind::Dump {
                content = gzip(&content);
            }
            let file = SetFile::from(kind).stamped_name(&self.database, taken_at);
            fs::write(self.backups(&file), &content).unwrap();
            let record = ArtefactRecord {
                file,
                size: content.len() as u64,
                sha256: base16ct::lower::encode_string(&sha2::Sha256::digest(&content)),
                crc64nvme: Some(crc64nvme(&content)),
                raw_size: None,
                raw_sha256: None,
                raw_crc64nvme: None,
            };
            artefacts.insert(kind, record);
        }
        let manifest = Manifest {
            manifest_version: MANIFEST_VERSION,
            database: self.database.clone(),
            taken_at,
            tool: ToolRecord {
                name: "pgferry".to_owned(),
                version: "0.1.0".to_owned(),
            },
            server_version: "15.18".to_owned(),
            pg_dump_version: "15.18".to_owned(),
            artefacts,
            snapshot_at: None,
            tables: Vec::new(),
            extensions: Vec::new(),
            addresses_replaced: 0,
            anonymized: Vec::new(),
            rules_sha256: None,
            verification: None,
            upload: UploadState::Pending,
            uploads: BTreeMap::new(),
            test_restore: None,
        };
        fs::write(self.manifest_path(taken_at), manifest.to_json()).unwrap();
        manifest
    }

    fn backups(&self, name: &str) -> std::path::PathBuf {
        self.workspace.path("backups").join(name)
    }

    fn manifest_path(&self, taken_at: Timestamp) -> std::path::PathBuf {
        self.backups(&SetFile::Manifest.stamped_name(&self.database, taken_at))
    }

    fn manifest(&self, taken_at: Timestamp) -> Manifest {
        Manifest::from_json(&fs::read(self.manifest_path(taken_at)).unwrap()).unwrap()
    }

    fn key(&self, file: impl Into<SetFile>) -> String {
        format!("db/{}", file.into().current_name(&self.database))
    }

    /// The version ids of a file, oldest first.
    fn versions(&self, file: impl Into<SetFile>) -> Vec<String> {
        let key = self.key(file);
        let mut versions = S3Server::shared().versions(&self.bucket, &key);
        versions.retain(|version| version.key == key);
        versions.reverse();
        versions
            .into_iter()
            .map(|version| version.version_id)
            .collect()
    }

    /// The set is in the bucket, once, as it is here; nothing is left over.
    fn assert_uploaded(&self, made: &Manifest) {
        let manifest = self.manifest(made.taken_at);
        assert_eq!(manifest.upload, UploadState::Done);
        let s3 = S3Server::shared();
        for (kind, record) in &made.artefacts {
            let upload = &manifest.uploads[kind];
            assert_eq!(
                upload.location,
                format!("s3://{}/{}", self.bucket, self.key(*kind))
            );
            let head = s3.call(
                "head_object",
                &json!({"Bucket": self.bucket, "Key": self.key(*kind), "VersionId": upload.version_id, "ChecksumMode": "ENABLED"}),
            );
            assert_eq!(head["ContentLength"], record.size, "{kind}");
            assert_eq!(head["Metadata"]["sha256"], record.sha256, "{kind}");
            let path = format!(
                "/{}/{}?versionId={}",
                self.bucket,
                self.key(*kind),
                upload.version_id
            );
            let stored = get(&self.proxy, &path).body;
            assert!(
                stored == fs::read(self.backups(&record.file)).unwrap(),
                "{kind}"
            );
        }
        let newest = self.versions(SetFile::Manifest).pop();
        let stored = s3.get_object(
            &self.bucket,
            &self.key(SetFile::Manifest),
            newest.as_deref(),
        );
        assert!(stored == manifest.to_json());
        self.assert_nothing_unfinished();
    }

    fn assert_nothing_unfinished(&self) {
        assert_eq!(self.unfinished(), Vec::<String>::new());
        assert!(!self.journal().exists());
    }

    fn journal(&self) -> std::path::PathBuf {
        self.backups(".pgferry-app.uploads.json")
    }

    /// The ids of the multipart uploads that were begun and not ended.
    fn unfinished(&self) -> Vec<String> {
        let listed =
            S3Server::shared().call("list_multipart_uploads", &json!({"Bucket": self.bucket}));
        let uploads = listed["Uploads"].as_array().cloned().unwrap_or_default();
        uploads
            .iter()
            .map(|upload| upload["UploadId"].as_str().unwrap().to_owned())
            .collect()
    }

    fn upload_pending(&self) -> super::support::Outcome {
        self.workspace.pgferry(&["backup", "--upload-pending"])
    }
}

/// Bytes that can't be compressed, different for each seed.
fn noise(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.flatten().take(count).collect()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

fn crc64nvme(content: &[u8]) -> String {
    BASE64_STANDARD.encode(crc_fast::crc64_nvme(content).to_be_bytes())
}

fn part(number: u32) -> On {
    On::method("PUT").containing(&format!("partNumber={number}&"))
}

fn completion() -> On {
    On::method("POST").containing("uploadId=")
}

#[test]
fn a_large_file_goes_up_in_parts_and_is_held_to_the_checksum_of_the_whole() {
    let host = Host::new();
    let made = host.pending("2026-11-01T04:00:00Z", LARGE);
    let run = host.upload_pending().expect_code(0);
    assert_eq!(run.stderr.matches("uploaded s3://").count(), 3, "{run}");

    let begun = host
        .proxy
        .requests(&On::method("POST").containing("uploads"));
    assert_eq!(begun.len(), 1);
    let said = |request: &super::support::Request, name: &str| {
        request.header(name).unwrap_or("nothing").to_owned()
    };
    assert_eq!(said(&begun[0], "x-amz-checksum-algorithm"), "CRC64NVME");
    assert_eq!(said(&begun[0], "x-amz-checksum-type"), "FULL_OBJECT");
    let parts = host
        .proxy
        .requests(&On::method("PUT").containing("partNumber="));
    assert_eq!(parts.len(), 3);
    for part in &parts {
        assert_eq!(said(part, "x-amz-trailer"), "x-amz-checksum-crc64nvme");
    }
    let completed = host.proxy.requests(&completion());
    assert_eq!(completed.len(), 1);
    let record = &made.artefacts[&Kind::Dump];
    for (name, value) in [
        ("x-amz-checksum-type", "FULL_OBJECT"),
        (
            "x-amz-checksum-crc64nvme",
            record.crc64nvme.as_deref().unwrap(),
        ),
        ("x-amz-mp-object-size", &record.size.to_string()),
    ] {
        assert_eq!(said(&completed[0], name), value);
    }
    // Small files in one request each; each is asked for by its version; the manifest goes last.
    let whole: Vec<String> = host
        .proxy
        .requests(&On::method("PUT").with_header("x-amz-checksum-crc64nvme"))
        .iter()
        .map(|request| request.target.split('?').next().unwrap().to_owned())
        .collect();
    let path = |file: SetFile| format!("/{}/{}", host.bucket, host.key(file));
    assert_eq!(
        whole,
        [Kind::Anon.into(), Kind::Full.into(), SetFile::Manifest].map(path)
    );
    let heads = host
        .proxy
        .requests(&On::method("HEAD").containing("versionId="));
    assert_eq!(heads.len(), 4);
    assert!(
        heads
            .iter()
            .all(|head| said(head, "x-amz-checksum-mode") == "ENABLED")
    );
    let all = host.proxy.requests(&On::any());
    assert_eq!(all.last(), heads.last());

    host.assert_uploaded(&made);
    let again = host.upload_pending().expect_code(0);
    assert!(
        again.stderr.contains("nothing of app is pending"),
        "{again}"
    );
}

/// Whatever happens once or twice, the set arrives, and only once.
fn overcome(faults: impl IntoIterator<Item = (Fault, On)>) {
    for (fault, on) in faults {
        let host = Host::new();
        let made = host.pending("2026-11-01T04:00:00Z", LARGE);
        let what = format!("{fault:?} {on:?}");
        host.proxy.inject(fault, on);
        let run = host.upload_pending();
        assert_eq!(run.code, 0, "{what}\n{run}");
        host.assert_uploaded(&made);
        assert_eq!(host.versions(Kind::Dump).len(), 1, "{what}");
    }
}

#[test]
fn a_line_that_breaks_is_overcome() {
    overcome([
        (Fault::CutRequest { after: 3_000_000 }, part(2).times(2)),
        (Fault::Lose, part(1).times(1)),
    ]);
}

#[test]
fn a_part_that_fails_is_sent_again() {
    overcome([
        (internal_error(500), part(1).times(2)),
        (internal_error(200), part(3).times(1)),
        (Fault::slow_down(), part(2).times(2)),
    ]);
}

#[test]
fn a_completion_that_fails_is_tried_again() {
    overcome([
        (internal_error(200), completion().times(2)),
        (Fault::slow_down(), completion().times(1)),
        (Fault::Lose, completion().times(1)),
        (internal_error(503), On::method("HEAD").times(1)),
    ]);
}

/// Amazon's S3 forgets an upload once it is completed: the second try is told that there is none.
#[test]
fn a_completion_whose_answer_was_lost_is_found_again() {
    let host = Host::new();
    let made = host.pending("2026-11-01T04:00:00Z", LARGE);
    host.proxy.inject(Fault::Lose, completion().times(1));
    host.proxy.inject(
        Fault::s3_error(404, "NoSuchUpload", "The specified upload does not exist."),
        completion().but_the_first(1),
    );
    host.upload_pending().expect_code(0);
    host.assert_uploaded(&made);
    assert_eq!(host.versions(Kind::Dump).len(), 1);

    // It is another content that is there.
    let newer = host.pending("2026-11-02T04:00:00Z", LARGE);
    host.proxy.heal();
    host.proxy
        .inject(internal_error(500), completion().times(1));
    host.proxy.inject(
        Fault::s3_error(404, "NoSuchUpload", "The specified upload does not exist."),
        completion().but_the_first(1),
    );
    let failed = host.upload_pending().expect_code(1);
    assert!(
        failed.stderr.contains("somebody aborted the upload"),
        "{failed}"
    );
    assert_eq!(host.manifest(newer.taken_at).upload, UploadState::Pending);
    host.assert_nothing_unfinished();
}

/// S3 may say so with the status 200 too.
fn internal_error(status: u16) -> Fault {
    Fault::s3_error(status, "InternalError", "Please try again.")
}

#[test]
fn what_arrives_garbled_is_noticed_and_sent_again_by_the_next_run() {
    for (file, on) in [
        (Kind::Dump, part(2)),
        (Kind::Anon, On::method("PUT").containing("app.anon.gz")),
    ] {
        let host = Host::new();
        let made = host.pending("2026-11-01T04:00:00Z", LARGE);
        // moto looks at no checksum of a part, and takes the whole's of small files for granted.
        let fault = match file {
            Kind::Dump => Fault::FlipRequest { offset: 100_000 },
            _ => Fault::s3_error(
                400,
                "BadDigest",
                "The CRC64NVME you specified did not match.",
            ),
        };
        host.proxy.inject(fault, on.times(1));
        let failed = host.upload_pending().expect_code(5);
        assert!(
            failed
                .stderr
                .contains(&format!("{} did not arrive whole", host.key(file))),
            "{failed}"
        );
        assert_eq!(host.manifest(made.taken_at).upload, UploadState::Pending);
        host.assert_nothing_unfinished();
        host.upload_pending().expect_code(0);
        host.assert_uploaded(&made);
    }
}

#[test]
fn a_store_that_stays_down_leaves_nothing_begun_and_the_set_waiting() {
    let host = Host::new();
    let made = host.pending("2026-11-01T04:00:00Z", LARGE);
    host.proxy.inject(Fault::slow_down(), part(3));
    let failed = host.upload_pending().expect_code(1);
    assert!(
        failed
            .stderr
            .contains("the set of 2026-11-01 04:00:00 is kept on this host, but was not uploaded")
            && failed.stderr.contains("SlowDown")
            && failed
                .stderr
                .contains("hint: `pgferry backup --upload-pending` uploads it"),
        "{failed}"
    );
    // What had arrived is not sent again.
    let manifest = host.manifest(made.taken_at);
    assert_eq!(manifest.uploads.len(), 2);
    assert_eq!(manifest.upload, UploadState::Pending);
    host.assert_nothing_unfinished();
    host.proxy.heal();
    host.upload_pending().expect_code(0);
    host.assert_uploaded(&made);
    assert_eq!(host.versions(Kind::Anon).len(), 1);
}

#[test]
fn what_waits_goes_up_before_the_new_set_and_what_shall_stay_does_not() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.psql(&database, "CREATE TABLE t (a text)");
    let mut host = Host::new();
    host.database = Database::new(&*database).unwrap();
    host.workspace = host.workspace.with_database(cluster, &database);
    let made = |arguments: &[&str], code| {
        let run = host.workspace.pgferry(arguments).expect_code(code);
        let path = host.backups(&SetFile::Manifest.current_name(&host.database));
        let newest = Manifest::from_json(&fs::read(path).unwrap()).unwrap();
        (run, newest)
    };
    let (_, stays) = made(&["backup", "--no-upload"], 0);
    assert_eq!(stays.upload, UploadState::Never);
    host.proxy.inject(internal_error(500), On::any());
    let (failed, first) = made(&["backup"], 1);
    assert!(failed.stderr.contains("was not uploaded"), "{failed}");
    assert_eq!(first.upload, UploadState::Pending);
    let (failed, second) = made(&["backup"], 1);
    assert!(failed.stderr.contains(", nor was a newer one"), "{failed}");
    host.proxy.heal();
    let (_, third) = made(&["backup"], 0);

    let order: Vec<String> = [&first, &second, &third]
        .map(|set| {
            host.manifest(set.taken_at).uploads[&Kind::Anon]
                .version_id
                .clone()
        })
        .into();
    assert_eq!(host.versions(Kind::Anon), order);
    assert_eq!(host.versions(SetFile::Manifest).len(), 3);
    for set in [&first, &second, &third] {
        assert_eq!(host.manifest(set.taken_at).upload, UploadState::Done);
    }
    assert_eq!(host.manifest(stays.taken_at), stays);
    let (nothing, newest) = made(&["backup", "--upload-pending", "--json"], 0);
    assert_eq!(nothing.text(), "[]");
    assert_eq!(
        newest,
        host.manifest(third.taken_at),
        "the links still show it"
    );

    // One that waits and has rotted keeps the new one from nothing, and is told of.
    let later = third.taken_at + SignedDuration::from_secs(1);
    let rotten = host.pending(&later.to_string(), 3000);
    fs::write(host.backups(&rotten.artefacts[&Kind::Dump].file), "rot").unwrap();
    let (warned, fourth) = made(&["backup"], 8);
    assert!(
        warned.stderr.contains("warning: the set of") && warned.stderr.contains("was not uploaded"),
        "{warned}"
    );
    assert_eq!(fourth.upload, UploadState::Done);
    assert_eq!(host.versions(Kind::Dump).len(), 4);
}

#[test]
fn both_stores_take_what_waits_in_the_order_of_time() {
    let directory = Workspace::new();
    let url = format!("file://{}", directory.path("work").display());
    for store in [None, Some(url)] {
        let mut host = Host::new();
        if let Some(url) = store {
            host.workspace = host.workspace.with("PGFERRY_STORE", url);
        }
        let newer = host.pending("2026-11-02T04:00:00Z", 3000);
        let older = host.pending("2026-11-01T04:00:00Z", 3000);
        host.upload_pending().expect_code(0);
        for (selector, made) in [("~1", &older), ("latest", &newer)] {
            host.workspace
                .pgferry(&["fetch", "-o", "fetched", selector])
                .expect_code(0);
            let fetched = fs::read(host.workspace.path("work/fetched")).unwrap();
            let record = &made.artefacts[&Kind::Anon];
            assert!(fetched == fs::read(host.backups(&record.file)).unwrap());
            let manifest = host.manifest(made.taken_at);
            assert_eq!(manifest.upload, UploadState::Done);
            assert_eq!(manifest.uploads.len(), 3);
        }
        let again = host.upload_pending().expect_code(0);
        assert!(again.stderr.contains("is pending"), "{again}");
    }
}

#[test]
fn a_set_that_has_rotted_is_left_out_and_the_others_go_up() {
    let host = Host::new();
    let rotten = host.pending("2026-11-01T04:00:00Z", 3000);
    let sound = host.pending("2026-11-02T04:00:00Z", 3000);
    let path = host.backups(&rotten.artefacts[&Kind::Full].file);
    let mut content = fs::read(&path).unwrap();
    content[1234] ^= 1;
    fs::write(&path, content).unwrap();
    let run = host.upload_pending().expect_code(5);
    assert!(
        run.stderr.contains(&format!(
            "error: the set of 2026-11-01 04:00:00 was not uploaded: {} is not what it was",
            path.display()
        )),
        "{run}"
    );
    host.assert_uploaded(&sound);
    assert_eq!(
        host.versions(Kind::Anon).len(),
        1,
        "nothing of the rotten one"
    );
    // Were it mended now, it would become the newest version.
    let again = host.upload_pending().expect_code(0);
    assert!(
        again.stderr.contains("nothing of app is pending"),
        "{again}"
    );
}

#[test]
fn an_upload_that_is_interrupted_is_aborted_at_once() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let host = Host::new();
        let made = host.pending("2026-11-01T04:00:00Z", LARGE);
        host.proxy.inject(Fault::Limit(100_000), part(2));
        let mut command = host.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command.args(["backup", "--upload-pending"]);
        let (code, stderr) = interrupted(command, signal, || {
            !host.proxy.requests(&part(2)).is_empty()
        });
        assert_eq!(code, 130, "{stderr}");
        host.assert_nothing_unfinished();
        host.proxy.heal();
        host.upload_pending().expect_code(0);
        host.assert_uploaded(&made);
    }
}

#[test]
fn what_a_killed_run_began_is_aborted_by_the_next_and_nobody_elses() {
    let host = Host::new();
    let made = host.pending("2026-11-01T04:00:00Z", LARGE);
    let others = S3Server::shared().call(
        "create_multipart_upload",
        &json!({"Bucket": host.bucket, "Key": host.key(Kind::Dump)}),
    );
    host.proxy.inject(Fault::Limit(100_000), part(2));
    let mut command = host.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    let mut killed = command
        .args(["backup", "--upload-pending"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    host.proxy.await_requests(&part(2), 1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(host.unfinished().len(), 2);
    assert!(host.journal().exists());

    host.proxy.heal();
    let run = host.upload_pending().expect_code(0);
    assert!(
        run.stderr
            .contains("aborted 1 unfinished upload of an earlier run"),
        "{run}"
    );
    assert_eq!(host.unfinished(), [others["UploadId"].as_str().unwrap()]);
    assert!(!host.journal().exists());
    assert_eq!(host.manifest(made.taken_at).upload, UploadState::Done);
}

#[test]
fn a_store_that_takes_no_checksums_is_served_without() {
    let host = Host::new();
    let made = host.pending("2026-11-01T04:00:00Z", LARGE);
    let refusal = Fault::s3_error(
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented.",
    );
    let checksums = [
        "x-amz-sdk-checksum-algorithm",
        "x-amz-checksum-algorithm",
        "x-amz-checksum-type",
        "x-amz-checksum-crc64nvme",
        "x-amz-checksum-crc32",
        "x-amz-trailer",
        "x-amz-mp-object-size",
    ]
    .map(|header| On::any().with_header(header));
    for on in &checksums {
        host.proxy.inject(refusal.clone(), on.clone());
    }
    let refused = host.upload_pending().expect_code(2);
    let told = refused.stderr.replace(&host.proxy.endpoint(), "[ENDPOINT]");
    insta::assert_snapshot!(told);

    let sent = || checksums.each_ref().map(|on| host.proxy.requests(on).len());
    let before = sent();
    host.workspace
        .write("pgferry.toml", "[s3]\nchecksums = \"when_required\"\n");
    host.upload_pending().expect_code(0);
    assert_eq!(sent(), before);
    host.assert_uploaded(&made);
}
