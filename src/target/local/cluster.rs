//! Making, starting, stopping and removing a cluster.

use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pgferry_core::backup::Database;
use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ClusterError;
use super::user::{give, server_user};
use crate::error::OnPath;
use crate::lock::{self, Lock, LockError};
use crate::process::{Invocation, RunAs};
use crate::store::create_private_directory;
use crate::target::{Access, Address, Connection};

/// Reached over the socket only, by whoever owns the directory.
const SUPERUSER: &str = "postgres";
/// Owns the databases and loads them. No superuser: what a dump makes the server do, it does without a superuser's rights
/// to files and programs.
const OWNER: &str = "pgferry";
const PASSWORD_LENGTH: usize = 24;
/// `sun_path` holds 107 bytes and the socket's name about 20 of them.
const LONGEST_SOCKET_DIRECTORY: usize = 85;
const SECONDS_TO_START: &str = "60";
/// Lines of the server's log that an error shows.
const LOG_TAIL: usize = 12;

/// What a throwaway server can do without: all durability. Its other settings are the defaults.
const CONFIGURATION: &str = "\
listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 8GB
checkpoint_timeout = 1h
maintenance_work_mem = 256MB
autovacuum_naptime = 10min
logging_collector = off
password_encryption = 'scram-sha-256'
include_if_exists = 'pgferry.conf'
";

/// All clusters of this user.
#[derive(Debug, Clone)]
pub struct Clusters {
    root: PathBuf,
}

/// One cluster.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    record: Record,
    run_as: Option<RunAs>,
}

/// `cluster.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    name: Database,
    port: u16,
    password: String,
    /// The database that was restored last.
    #[serde(default)]
    database: Option<String>,
    /// What it was restored from.
    #[serde(default)]
    restored: Option<Restored>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Restored {
    title: String,
    at: Timestamp,
}

/// What `pgferry local list` shows.
#[derive(Debug, Clone, Serialize)]
pub struct ClusterFacts {
    pub name: Database,
    pub running: bool,
    pub port: u16,
    pub restored: Option<String>,
    pub restored_at: Option<Timestamp>,
    pub directory: PathBuf,
}

impl Clusters {
    /// In the data directory that the settings name.
    pub fn new(data_directory: &Path) -> Self {
        Self {
            root: data_directory.join("local"),
        }
    }

    /// Those of test restores, which nobody but the run that makes them knows of.
    pub fn of_test_restores(data_directory: &Path) -> Self {
        Self {
            root: data_directory.join("test-restore"),
        }
    }

    /// The clusters' names, sorted.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub fn names(&self) -> Result<Vec<Database>, ClusterError> {
        let entries = match std::fs::read_dir(&self.root) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.on_path("read", &self.root)?,
        };
        let mut names: Vec<Database> = entries
            .flatten()
            .filter(|entry| entry.path().join("cluster.json").is_file())
            .filter_map(|entry| Database::new(entry.file_name().to_str()?).ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// # Errors
    /// [`ClusterError::Unknown`].
    pub fn open(&self, name: &Database) -> Result<Cluster, ClusterError> {
        let directory = self.root.join(name.as_str());
        let path = directory.join("cluster.json");
        let json = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let others = self.names()?.iter().map(ToString::to_string).collect();
                return Err(ClusterError::Unknown {
                    name: name.to_string(),
                    others,
                });
            }
            json => json.on_path("read", &path)?,
        };
        let record = serde_json::from_slice(&json).map_err(|source| ClusterError::Record {
            path: path.display().to_string(),
            source,
        })?;
        Ok(Cluster {
            directory,
            record,
            run_as: server_user()?,
        })
    }

    /// The right to change the cluster of that name.
    ///
    /// # Errors
    /// [`ClusterError::Busy`] when another process has it.
    pub fn lock(&self, name: &Database) -> Result<Lock, ClusterError> {
        create_private_directory(&self.root)?;
        lock::take(&self.root.join(format!(".{name}.lock")), Timestamp::now()).map_err(|error| {
            match error {
                LockError::Path(error) => error.into(),
                LockError::Held { .. } | LockError::Planted { .. } => ClusterError::Busy {
                    name: name.to_string(),
                    reason: error.to_string(),
                },
            }
        })
    }

    /// The cluster of that name, running; made if there is none. The caller holds its lock.
    ///
    /// # Errors
    /// [`ClusterError`]; of a cluster that could not be made nothing is left.
    pub async fn ensure(&self, name: &Database) -> Result<Cluster, ClusterError> {
        let mut cluster = match self.open(name) {
            Err(ClusterError::Unknown { .. }) => self.make(name).await?,
            opened => opened?,
        };
        cluster.start().await?;
        Ok(cluster)
    }

    async fn make(&self, name: &Database) -> Result<Cluster, ClusterError> {
        let run_as = server_user()?;
        create_private_directory(&self.root)?;
        if run_as.is_some() {
            // The server's user has to pass through to its own directory, and may not look around.
            for above in self.root.ancestors().take(2) {
                std::fs::set_permissions(above, std::fs::Permissions::from_mode(0o711))
                    .on_path("open", above)?;
            }
        }
        let directory = self.root.join(name.as_str());
        let unfinished = Unfinished(Some(directory.clone()));
        if directory.exists() {
            // Without a record: a run that was killed while it made the cluster.
            std::fs::remove_dir_all(&directory).on_path("remove", &directory)?;
        }
        create_private_directory(&directory)?;
        give(&directory, run_as)?;
        let data = directory.join("data");
        Invocation::new("initdb")?
            .args([
                "--no-sync",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ])
            .args(["--username", SUPERUSER, "--pgdata"])
            .arg(&data)
            .run_as(run_as)
            .current_dir(&directory)
            .run()
            .await
            .map_err(|source| ClusterError::Make {
                name: name.to_string(),
                source,
            })?;
        let configuration = data.join("postgresql.conf");
        let opened = std::fs::File::options().append(true).open(&configuration);
        let mut file = opened.on_path("write", &configuration)?;
        std::io::Write::write_all(&mut file, CONFIGURATION.as_bytes())
            .on_path("write", &configuration)?;
        let password = Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH);
        let record = Record {
            name: name.clone(),
            port: free_port(),
            password,
            database: None,
            restored: None,
        };
        let mut cluster = Cluster {
            directory,
            record,
            run_as,
        };
        cluster.start().await?;
        let make_owner = format!(
            "CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{}';",
            cluster.record.password
        );
        cluster
            .administration("postgres")
            .query(&make_owner)
            .await?;
        cluster.save()?;
        unfinished.keep();
        Ok(cluster)
    }
}

/// Removes a cluster that was not finished.
struct Unfinished(Option<PathBuf>);

impl Unfinished {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(directory) = self.0.take() {
            stop_at_once(&directory);
            // What an interrupted initdb had started may still be writing.
            for _ in 0..100 {
                drop(std::fs::remove_dir_all(&directory));
                if !directory.exists() {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }
}

/// Ends the server of the cluster in `directory`, if one runs.
fn stop_at_once(directory: &Path) {
    use nix::sys::signal::{Signal, kill};
    let Some(pid) = postmaster(directory) else {
        return;
    };
    // SIGQUIT is PostgreSQL's immediate shutdown. Nothing is left to wait for if it can't be sent.
    if kill(pid, Signal::SIGQUIT).is_err() {
        return;
    }
    for _ in 0..100 {
        if kill(pid, None).is_err() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// The server's process, if it is alive. A number that was given to another process since is not believed.
fn postmaster(directory: &Path) -> Option<nix::unistd::Pid> {
    let data = directory.join("data");
    let pid_file = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid = nix::unistd::Pid::from_raw(pid_file.lines().next()?.trim().parse().ok()?);
    nix::sys::signal::kill(pid, None).ok()?;
    // A server stands in its data directory. Where the system doesn't tell, the file has to do.
    match std::fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(stands_in) => (data.canonicalize().ok()? == stands_in).then_some(pid),
        Err(_) if Path::new("/proc/self").exists() => None,
        Err(_) => Some(pid),
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_or(0, |address| address.port())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

impl Cluster {
    pub fn name(&self) -> &Database {
        &self.record.name
    }

    pub fn is_running(&self) -> bool {
        postmaster(&self.directory).is_some()
    }

    /// The database that was restored last.
    pub fn database(&self) -> Option<&str> {
        self.record.database.as_deref()
    }

    pub fn facts(&self) -> ClusterFacts {
        let restored = self.record.restored.as_ref();
        ClusterFacts {
            name: self.record.name.clone(),
            running: self.is_running(),
            port: self.record.port,
            restored: restored.map(|restored| restored.title.clone()),
            restored_at: restored.map(|restored| restored.at),
            directory: self.directory.clone(),
        }
    }

    /// `postgres://…`, with the password, to the database that was restored last.
    pub fn url(&self) -> String {
        self.address().url()
    }

    /// The same, for other programs.
    pub fn address(&self) -> Address {
        let database = self.record.database.as_deref().unwrap_or("postgres");
        Address {
            host: "127.0.0.1".to_owned(),
            port: self.record.port.to_string(),
            user: OWNER.to_owned(),
            password: Some(self.record.password.clone()),
            database: database.to_owned(),
            is_of_the_environment: false,
        }
    }

    /// Over the socket, as the databases' owner.
    pub fn connection(&self, database: &str) -> Access {
        Connection::from_socket(&self.socket_directory(), self.record.port, OWNER, database).into()
    }

    /// Over the socket, as the superuser.
    pub fn administration(&self, database: &str) -> Access {
        Connection::from_socket(
            &self.socket_directory(),
            self.record.port,
            SUPERUSER,
            database,
        )
        .into()
    }

    /// How CREATE DATABASE for the owner ends.
    pub const DATABASE_OPTIONS: &str = "OWNER pgferry";

    /// Starts the server unless it runs.
    ///
    /// # Errors
    /// [`ClusterError::Start`] shows the end of the server's log.
    pub async fn start(&mut self) -> Result<(), ClusterError> {
        if self.is_running() {
            return Ok(());
        }
        if !is_free(self.record.port) {
            self.record.port = free_port();
            if self.directory.join("cluster.json").exists() {
                self.save()?;
            }
        }
        let socket_directory = self.socket_directory();
        create_private_directory(&socket_directory)?;
        give(&socket_directory, self.run_as)?;
        // pg_ctl hands its arguments to a shell: they are constants, and what differs stands in a file.
        let settings = format!(
            "port = {}\nunix_socket_directories = '{}'\n",
            self.record.port,
            socket_directory.display().to_string().replace('\'', "''")
        );
        let file = self.directory.join("data/pgferry.conf");
        std::fs::write(&file, settings).on_path("write", &file)?;
        give(&file, self.run_as)?;
        let log = self.directory.join("log");
        let started = Invocation::new("pg_ctl")?
            .args(["start", "--wait", "--silent", "--timeout", SECONDS_TO_START])
            .args(["--pgdata=data", "--log=log"])
            .run_as(self.run_as)
            .current_dir(&self.directory)
            .run()
            .await;
        started.map_err(|source| ClusterError::Start {
            name: self.record.name.to_string(),
            log: tail(&log),
            source,
        })
    }

    /// # Errors
    /// When the server does not stop.
    pub async fn stop(&self) -> Result<(), ClusterError> {
        if !self.is_running() {
            return Ok(());
        }
        Invocation::new("pg_ctl")?
            .args(["stop", "--wait", "--silent", "--mode=fast", "--pgdata=data"])
            .run_as(self.run_as)
            .current_dir(&self.directory)
            .run()
            .await?;
        Ok(())
    }

    /// Stops the server and removes all of the cluster.
    ///
    /// # Errors
    /// When something can't be removed.
    pub fn remove(self) -> Result<(), ClusterError> {
        stop_at_once(&self.directory);
        let socket_directory = self.socket_directory();
        if !socket_directory.starts_with(&self.directory) {
            drop(std::fs::remove_dir_all(socket_directory));
        }
        Ok(std::fs::remove_dir_all(&self.directory).on_path("remove", &self.directory)?)
    }

    /// Notes what the cluster holds now.
    ///
    /// # Errors
    /// When the record can't be written.
    pub fn restored(
        &mut self,
        database: &str,
        title: &str,
        at: Timestamp,
    ) -> Result<(), ClusterError> {
        self.record.database = Some(database.to_owned());
        self.record.restored = Some(Restored {
            title: title.to_owned(),
            at,
        });
        self.save()
    }

    fn save(&self) -> Result<(), ClusterError> {
        let path = self.directory.join("cluster.json");
        let json =
            serde_json::to_vec_pretty(&self.record).map_err(|source| ClusterError::Record {
                path: path.display().to_string(),
                source,
            })?;
        // Mode 0600: it holds the password.
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)
            .on_path("write to", &self.directory)?;
        std::io::Write::write_all(&mut file, &json).on_path("write", &path)?;
        file.persist(&path)
            .map_err(|error| error.error)
            .on_path("write", &path)?;
        Ok(())
    }

    /// `run` beside the data, or a private directory of the system's where that path would be too long for a socket.
    fn socket_directory(&self) -> PathBuf {
        let beside = self.directory.join("run");
        if beside.as_os_str().len() <= LONGEST_SOCKET_DIRECTORY {
            return beside;
        }
        let digest = Sha256::digest(self.directory.as_os_str().as_bytes());
        let name = base16ct::lower::encode_string(digest.get(..8).unwrap_or_default());
        let uid = self.run_as.map_or_else(
            || nix::unistd::Uid::effective().as_raw(),
            |run_as| run_as.uid,
        );
        std::env::temp_dir().join(format!("pgferry-{uid}-{name}"))
    }
}

fn tail(log: &Path) -> String {
    let text = std::fs::read(log)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(LOG_TAIL)..)
        .unwrap_or_default()
        .join("\n")
}
