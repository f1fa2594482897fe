//! A real S3 API over HTTP: moto's server, from the venv that `script/bootstrap` makes.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

use super::run_directory::fresh_directory;

/// The server, with one account whose credentials are those of [`S3Server::environment`].
#[derive(Debug)]
pub struct S3Server {
    endpoint: String,
    log: PathBuf,
    process: Mutex<Process>,
}

/// Requests go to its standard input and answers come from its standard output; `s3_server.py` says in what form.
#[derive(Debug)]
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A version to be seeded: when it was stored, and its body or that it marks a deletion.
#[derive(Debug, Clone, Copy)]
pub enum Seed<'a> {
    /// Time in ISO 8601, such as `2026-11-01T03:00:00Z`, and body.
    Object(&'a str, &'a [u8]),
    DeleteMarker(&'a str),
}

/// An entry of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    pub key: String,
    pub version_id: String,
    pub is_latest: bool,
    /// None for a delete marker.
    pub size: Option<u64>,
    /// ISO 8601 in UTC, whole seconds.
    pub last_modified: String,
}

impl S3Server {
    /// The server that tests share which are content with buckets of their own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<S3Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A server for one test. It ends with the value.
    pub fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let venv = std::env::var_os("PGFERRY_TEST_VENV")
            .map_or_else(|| root.join("target/venv"), PathBuf::from);
        let python = venv.join("bin/python");
        assert!(
            python.exists(),
            "no {}: script/bootstrap installs the S3 server for the tests",
            python.display()
        );
        let directory = fresh_directory("s3");
        let log = directory.join("log");
        let mut child = Command::new(python)
            .arg(root.join("tests/live/support/s3_server.py"))
            .current_dir(&directory)
            // What the developer's own environment says about AWS, proxies or Python is none of its business.
            .env_clear()
            .envs([
                ("HOME", directory.as_os_str()),
                ("PYTHONUTF8", "1".as_ref()),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("its directory can be written to"))
            // Its own group, so that a Ctrl-C in the terminal reaches the tests only, whose end is its own.
            .process_group(0)
            .spawn()
            .expect("the venv's Python can be run");
        let requests = child.stdin.take().expect("its standard input is a pipe");
        let answers = BufReader::new(child.stdout.take().expect("its standard output is a pipe"));
        let mut process = Process {
            child,
            requests,
            answers,
        };
        let ready = process.answer(&log);
        let endpoint = format!("http://127.0.0.1:{}", ready["port"]);
        Self {
            endpoint,
            log,
            process: Mutex::new(process),
        }
    }

    pub fn process_id(&self) -> u32 {
        let process = self.process.lock().expect("no test panics while it asks");
        process.child.id()
    }

    /// `http://HOST:PORT`
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The variables that lead an AWS SDK here.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", "AKIALIVETESTS".to_owned()),
            (
                "AWS_SECRET_ACCESS_KEY",
                "secret-of-the-live-tests".to_owned(),
            ),
            ("AWS_REGION", "us-east-1".to_owned()),
        ]
    }

    /// A new bucket that keeps versions, under a name that no other test has.
    pub fn fresh_bucket(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("bucket-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.create_bucket(&name);
        name
    }

    pub fn create_bucket(&self, name: &str) {
        self.call("create_bucket", &json!({ "Bucket": name }));
        let versioning = json!({ "Status": "Enabled" });
        self.call(
            "put_bucket_versioning",
            &json!({ "Bucket": name, "VersioningConfiguration": versioning }),
        );
    }

    /// Stores a version, stamped now, and returns its id.
    pub fn put_object(&self, bucket: &str, key: &str, body: &[u8]) -> String {
        let answer = self.call(
            "put_object",
            &json!({ "Bucket": bucket, "Key": key, "Body": text_of(body) }),
        );
        text(&answer["VersionId"])
    }

    /// Puts a delete marker, stamped now, and returns its id.
    pub fn delete_object(&self, bucket: &str, key: &str) -> String {
        text(&self.call("delete_object", &json!({ "Bucket": bucket, "Key": key }))["VersionId"])
    }

    /// The body of a version, or of the current one.
    pub fn get_object(&self, bucket: &str, key: &str, version_id: Option<&str>) -> Vec<u8> {
        let mut arguments = json!({ "Bucket": bucket, "Key": key });
        if let Some(version_id) = version_id {
            arguments["VersionId"] = json!(version_id);
        }
        bytes_of(&text(&self.call("get_object", &arguments)["Body"]))
    }

    /// All versions whose key begins with `prefix`, newest first for each key.
    pub fn versions(&self, bucket: &str, prefix: &str) -> Vec<StoredVersion> {
        let mut found = Vec::new();
        let mut arguments = json!({ "Bucket": bucket, "Prefix": prefix });
        loop {
            let page = self.call("list_object_versions", &arguments);
            for entry in ["Versions", "DeleteMarkers"]
                .iter()
                .filter_map(|list| page[list].as_array())
                .flatten()
            {
                found.push(StoredVersion {
                    key: text(&entry["Key"]),
                    version_id: text(&entry["VersionId"]),
                    is_latest: entry["IsLatest"] == true,
                    size: entry["Size"].as_u64(),
                    last_modified: text(&entry["LastModified"]),
                });
            }
            if page["IsTruncated"] != true {
                break;
            }
            arguments["KeyMarker"] = page["NextKeyMarker"].clone();
            arguments["VersionIdMarker"] = page["NextVersionIdMarker"].clone();
        }
        // A page gives the two lists one after the other.
        found.sort_by(|a, b| {
            (&a.key, b.is_latest, &b.last_modified).cmp(&(&b.key, a.is_latest, &a.last_modified))
        });
        found
    }

    /// Stores versions with times of their own, oldest first, and returns their ids, which are the same on every run.
    pub fn seed(&self, bucket: &str, key: &str, versions: &[Seed<'_>]) -> Vec<String> {
        let versions: Vec<Value> = versions
            .iter()
            .map(|version| match version {
                Seed::Object(at, body) => json!({ "at": at, "body": text_of(body) }),
                Seed::DeleteMarker(at) => json!({ "at": at, "deleted": true }),
            })
            .collect();
        let ids =
            self.ask(&json!({ "seed": { "bucket": bucket, "key": key, "versions": versions } }));
        ids.as_array()
            .expect("a list of ids")
            .iter()
            .map(text)
            .collect()
    }

    /// Any operation of S3 by its name in boto3, such as `put_bucket_lifecycle_configuration`, with its arguments.
    ///
    /// Bodies are strings with one character a byte.
    pub fn call(&self, operation: &str, arguments: &Value) -> Value {
        self.ask(&json!({ "call": operation, "with": arguments }))
    }

    fn ask(&self, request: &Value) -> Value {
        let mut answer = {
            let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
            writeln!(process.requests, "{request}").expect("the server still runs");
            process.answer(&self.log)
        };
        assert!(answer["error"].is_null(), "{}", answer["error"]);
        answer["answer"].take()
    }
}

impl Process {
    fn answer(&mut self, log: &Path) -> Value {
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .expect("the answer is UTF-8");
        assert!(
            !line.is_empty(),
            "the S3 server ended: {}",
            fs::read_to_string(log).unwrap_or_default()
        );
        serde_json::from_str(&line).expect("the answer is JSON")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is reaped.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no string"))
        .to_owned()
}

fn text_of(body: &[u8]) -> String {
    body.iter().copied().map(char::from).collect()
}

fn bytes_of(text: &str) -> Vec<u8> {
    text.chars()
        .map(|character| u8::try_from(u32::from(character)).expect("one character a byte"))
        .collect()
}
