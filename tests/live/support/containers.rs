//! The real Docker engine, and a guard that leaves nothing of a test's containers behind.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};

use super::run_directory::run_directory;

/// Names for a test's containers, on the engine that the tests use, and the end of whatever got such a name.
///
/// All containers, volumes and networks whose names begin with the guard's prefix go when it is dropped, by force; when the
/// test process is killed, the sweeper removes them. Volumes that were mounted into one of the containers must be gone with
/// it: one that is left, without its container, fails the test.
#[derive(Debug)]
pub struct Containers {
    address: &'static str,
    prefix: String,
    events: Child,
    mounted: Arc<Mutex<BTreeSet<String>>>,
}

/// A container that exists, whether it runs or not.
#[derive(Debug, Clone)]
pub struct Container {
    pub id: String,
    pub name: String,
    /// `running`, `exited`, `created` …
    pub state: String,
    pub labels: Value,
}

impl Containers {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let of_process = format!("pgferry-live-{}-", process::id());
        let prefix = format!("{of_process}{}-", COUNT.fetch_add(1, Ordering::Relaxed));
        // For the sweeper, before there is anything to sweep.
        let address = address();
        let note = format!("{address}\n{of_process}\n");
        fs::write(run_directory().join("containers"), note).expect("the directory is ours");

        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("the clock is right");
        let filters = json!({ "type": ["container", "volume"], "event": ["create", "mount"] });
        let path = format!(
            "/events?since={}&filters={}",
            now.as_secs(),
            encoded(&filters.to_string())
        );
        let mut events = api_command(address, &["GET", &path, "--no-buffer", "--max-time", "600"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Its own group, which ends with the guard, curl included; at the latest after the ten minutes above.
            .process_group(0)
            .spawn()
            .expect("script/docker-api can be run");
        let lines = BufReader::new(events.stdout.take().expect("its standard output is a pipe"));
        let mounted = Arc::new(Mutex::new(BTreeSet::new()));
        let (seen, begins) = (Arc::clone(&mounted), prefix.clone());
        thread::spawn(move || {
            let mut ours = BTreeSet::new();
            for line in lines.lines().map_while(Result::ok) {
                let Ok(event) = serde_json::from_str::<Value>(&line) else {
                    continue;
                };
                let attributes = &event["Actor"]["Attributes"];
                let id = event["Actor"]["ID"].as_str().unwrap_or_default().to_owned();
                if event["Type"] == "container" {
                    if attributes["name"]
                        .as_str()
                        .is_some_and(|name| name.starts_with(&begins))
                    {
                        ours.insert(id);
                    }
                } else if attributes["container"]
                    .as_str()
                    .is_some_and(|container| ours.contains(container))
                {
                    lock(&seen).insert(id);
                }
            }
        });
        Self {
            address,
            prefix,
            events,
            mounted,
        }
    }

    /// For `DOCKER_HOST`.
    pub fn address(&self) -> &'static str {
        self.address
    }

    /// A name that no other test uses, on this machine or another that shares the engine.
    pub fn name(&self, what: &str) -> String {
        format!("{}{what}", self.prefix)
    }

    /// Those that exist now under such names.
    pub fn all(&self) -> Vec<Container> {
        self.listed(&self.named_so())
            .expect("the engine lists containers")
    }

    fn named_so(&self) -> Value {
        json!({ "name": [format!("^/{}", self.prefix)] })
    }

    /// Those that exist now with a label, given as `NAME` or `NAME=VALUE`, whoever made them.
    pub fn labelled(&self, label: &str) -> Vec<Container> {
        self.listed(&json!({ "label": [label] }))
            .expect("the engine lists containers")
    }

    fn listed(&self, filters: &Value) -> Result<Vec<Container>, String> {
        let filters = encoded(&filters.to_string());
        let answer = self.try_get(&format!("/containers/json?all=1&filters={filters}"))?;
        let entries = answer.as_array().into_iter().flatten();
        Ok(entries
            .map(|entry| Container {
                id: text(&entry["Id"]),
                name: text(&entry["Names"][0]).trim_start_matches('/').to_owned(),
                state: text(&entry["State"]),
                labels: entry["Labels"].clone(),
            })
            .collect())
    }

    /// Whether any container of the engine's has this port of the machine.
    pub fn publishes(&self, port: u16) -> bool {
        let filters = encoded(&json!({ "publish": [port.to_string()] }).to_string());
        let published = self.get(&format!("/containers/json?filters={filters}"));
        let entries = published.as_array().into_iter().flatten();
        entries
            .filter_map(|entry| entry["Ports"].as_array())
            .flatten()
            .any(|mapping| mapping["PublicPort"] == port)
    }

    /// The volumes that were ever mounted into one of these containers and still exist.
    ///
    /// Events may come a moment late: right after a container was started one may be missing.
    pub fn volumes(&self) -> Vec<String> {
        let mounted = lock(&self.mounted).clone();
        mounted
            .into_iter()
            .filter(|name| self.try_get(&format!("/volumes/{name}")).is_ok())
            .collect()
    }

    /// What the engine says at `path`: `/containers/NAME/json`. A refusal fails the test.
    pub fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None)
    }

    /// The same, where a refusal is an answer: its text comes back.
    pub fn try_get(&self, path: &str) -> Result<Value, String> {
        let said = self.send("GET", path, None)?;
        serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))
    }

    /// Any request, such as `POST`, `/containers/create?name=…`, a document. A refusal fails the test.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let said = self
            .send(method, path, body)
            .unwrap_or_else(|said| panic!("{method} {path}: {said}"));
        if said.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&said).unwrap_or(Value::String(said))
        }
    }

    /// Fails the test when a container, or a volume of one, is there still.
    pub fn expect_nothing_left(&self) {
        let left = self.all();
        assert!(left.is_empty(), "containers were left behind: {left:?}");
        let volumes = self.volumes();
        assert!(volumes.is_empty(), "volumes were left behind: {volumes:?}");
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        // The engine may be what failed: nothing here panics before everything was tried.
        let containers = self.listed(&self.named_so()).unwrap_or_default();
        let held: BTreeSet<String> = containers
            .iter()
            .flat_map(|container| self.mounts(&container.id))
            .collect();
        let mut orphans = self.volumes();
        orphans.retain(|name| !held.contains(name));

        for container in &containers {
            // Its anonymous volumes go with it.
            self.remove(&format!("/containers/{}?force=1&v=1", container.id));
        }
        for name in self.volumes() {
            self.remove(&format!("/volumes/{name}?force=1"));
        }
        let filters = encoded(&json!({ "name": [self.prefix] }).to_string());
        let volumes = self
            .try_get(&format!("/volumes?filters={filters}"))
            .unwrap_or_default();
        let networks = self
            .try_get(&format!("/networks?filters={filters}"))
            .unwrap_or_default();
        for (kind, list) in [("volumes", &volumes["Volumes"]), ("networks", &networks)] {
            for entry in list.as_array().into_iter().flatten() {
                self.remove(&format!("/{kind}/{}", text(&entry["Name"])));
            }
        }
        killpg(
            Pid::from_raw(self.events.id().cast_signed()),
            Signal::SIGKILL,
        )
        .ok();
        self.events.wait().ok();
        assert!(
            orphans.is_empty() || thread::panicking(),
            "volumes were left behind without their container: {orphans:?}"
        );
    }
}

impl Containers {
    /// The body of the answer; an error status is an error with the body.
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<String, String> {
        let mut command = api_command(self.address, &[method, path]);
        if let Some(body) = body {
            command.args([
                "-H",
                "Content-Type: application/json",
                "--data-raw",
                &body.to_string(),
            ]);
        }
        let output = command.output().expect("script/docker-api can be run");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(said)
        } else {
            Err(said + &String::from_utf8_lossy(&output.stderr))
        }
    }

    /// The volumes of a container; none when it has just gone.
    fn mounts(&self, id: &str) -> Vec<String> {
        let container = self
            .try_get(&format!("/containers/{id}/json"))
            .unwrap_or_default();
        let mounts = container["Mounts"].as_array().into_iter().flatten();
        mounts
            .filter_map(|mount| mount["Name"].as_str().map(str::to_owned))
            .collect()
    }

    /// What is no longer there, or in use by another, is not ours to remove.
    fn remove(&self, path: &str) {
        self.send("DELETE", path, None).ok();
    }
}

/// The engine that `script/docker-api` finds. Without one, every container test fails with its reason.
fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let found = Command::new(script())
            .arg("--address")
            .output()
            .expect("script/docker-api can be run");
        assert!(
            found.status.success(),
            "{}",
            String::from_utf8_lossy(&found.stderr)
        );
        String::from_utf8(found.stdout)
            .expect("an address in UTF-8")
            .trim_end()
            .to_owned()
    })
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("script/docker-api")
}

fn api_command(address: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(script());
    command
        .args(arguments)
        .env("DOCKER_HOST", address)
        .stdin(Stdio::null());
    command
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
