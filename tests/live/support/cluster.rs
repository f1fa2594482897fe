//! Throwaway PostgreSQL servers, with durability off.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::unistd::{User, chown, geteuid};

use super::run_directory::{fresh_directory, sweep};

const SUPERUSER: &str = "ferry";

/// A server of the newest PostgreSQL on the machine: on a port of 127.0.0.1 and on a socket, each with a SCRAM password.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    programs: PathBuf,
    owner: Option<User>,
    port: u16,
    password: String,
}

impl Cluster {
    /// The server that tests share which are content with databases of their own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// A server for one test, with these settings besides the usual ones. It ends with the value.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let mut cluster = Self {
            directory: fresh_directory("cluster"),
            programs: programs(),
            owner: unprivileged_owner(),
            port: 0,
            password: random_password(),
        };
        if let Some(owner) = &cluster.owner {
            chown(&cluster.directory, Some(owner.uid), Some(owner.gid))
                .expect("root can give a directory away");
        }
        cluster.initialize(settings);
        cluster.port = cluster.start_on_a_free_port();
        cluster
    }

    /// Of the server's first process.
    pub fn process_id(&self) -> u32 {
        let file = self.directory.join("data/postmaster.pid");
        let text = fs::read_to_string(&file).expect("a server that runs has this file");
        let line = text.lines().next().expect("its first line is the process");
        line.trim().parse().expect("it is a number")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the server's socket is, in the form that `PGHOST` takes.
    pub fn socket_directory(&self) -> &Path {
        &self.directory
    }

    pub fn password(&self) -> &str {
        &self.password
    }

    /// The `psql`, `pg_dump` … of the server's own version are here.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The `PG*` variables that lead to `database`, over TCP.
    pub fn environment(&self, database: &str) -> Vec<(&'static str, String)> {
        vec![
            ("PGHOST", "127.0.0.1".to_owned()),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", SUPERUSER.to_owned()),
            ("PGPASSWORD", self.password.clone()),
            ("PGDATABASE", database.to_owned()),
        ]
    }

    /// The same as a connection URL. `database` must not need percent-encoding.
    pub fn url(&self, database: &str) -> String {
        let Self { port, password, .. } = self;
        format!("postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}")
    }

    pub fn create_database(&self, name: &str) {
        self.output(
            "createdb",
            "postgres",
            &["--template=template0", "--", name],
        );
    }

    /// An empty database under a name that no other test has.
    pub fn fresh_database(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("fresh-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.create_database(&name);
        name
    }

    /// What `sql` prints: values alone, columns separated by `|`, no final newline. An error fails the test.
    pub fn psql(&self, database: &str, sql: &str) -> String {
        let arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql];
        let output = self.output("psql", database, &arguments);
        let printed = String::from_utf8(output).expect("psql prints UTF-8 here");
        printed.trim_end_matches('\n').to_owned()
    }

    /// Runs the SQL script `tests/data/<file>` with psql variables, such as `("scale", "1")`.
    pub fn load(&self, database: &str, file: &str, variables: &[(&str, &str)]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data")
            .join(file);
        let mut arguments: Vec<String> =
            ["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f"]
                .map(str::to_owned)
                .to_vec();
        arguments.push(path.display().to_string());
        for (name, value) in variables {
            arguments.push(format!("--variable={name}={value}"));
        }
        self.output("psql", database, &arguments);
    }

    /// What `pg_dump` prints with these arguments.
    ///
    /// The key of `\restrict`, which is another on every run, stands as `KEY`, so that two plain dumps can be compared.
    pub fn dump(&self, database: &str, arguments: &[&str]) -> Vec<u8> {
        let dump = self.output("pg_dump", database, arguments);
        if dump.starts_with(b"PGDMP") {
            return dump;
        }
        let mut lines = Vec::with_capacity(dump.len());
        for line in dump.split_inclusive(|byte| *byte == b'\n') {
            match [b"\\restrict ".as_slice(), b"\\unrestrict "]
                .into_iter()
                .find(|word| line.starts_with(word))
            {
                Some(word) => lines.extend_from_slice(&[word, b"KEY\n"].concat()),
                None => lines.extend_from_slice(line),
            }
        }
        lines
    }

    /// Runs a client program and returns what it prints; a failure of the program fails the test.
    pub fn output(&self, program: &str, database: &str, arguments: &[impl AsRef<str>]) -> Vec<u8> {
        let mut command = Command::new(self.programs.join(program));
        command
            .args(arguments.iter().map(AsRef::as_ref))
            .env_clear();
        command
            .envs(self.environment(database))
            .env("PGCLIENTENCODING", "UTF8");
        succeeded(&mut command).stdout
    }

    /// Stops the server as a power cut would and starts it again on the same port.
    pub fn crash_and_restart(&self) {
        succeeded(&mut self.control(&["stop", "--mode=immediate"]));
        succeeded(&mut self.control(&["start", "--log=log"]));
    }

    fn initialize(&self, settings: &[(&str, &str)]) {
        let password_file = self.private_file("password", &self.password);
        let mut command = self.as_owner("initdb");
        command.args([
            "--pgdata=data",
            "--auth=scram-sha-256",
            "--pwfile=password",
            "--no-sync",
        ]);
        command
            .args(["--encoding=UTF8", "--locale=C"])
            .arg(format!("--username={SUPERUSER}"));
        succeeded(&mut command);
        fs::remove_file(password_file).expect("its directory can be written to");

        let socket_directory = self.directory.display().to_string();
        let own = [
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", &socket_directory),
            // Not synchronous_commit, which gains nothing more and would lose what was committed just before a crash.
            ("fsync", "off"),
            ("full_page_writes", "off"),
        ];
        for (name, value) in own.iter().chain(settings) {
            self.append_setting(name, value);
        }
    }

    /// Between asking the system for a free port and the server's taking it, another process can be faster: then again.
    fn start_on_a_free_port(&self) -> u16 {
        let log = self.directory.join("log");
        for _ in 0..5 {
            let free =
                TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
            let port = free.expect("loopback has a free port").port();
            self.append_setting("port", &port.to_string());
            let started = self
                .control(&["start", "--log=log"])
                .output()
                .expect("pg_ctl can be run");
            if started.status.success() {
                return port;
            }
            let said = fs::read_to_string(&log).unwrap_or_default();
            assert!(
                said.contains("could not bind"),
                "PostgreSQL did not start:\n{said}"
            );
            fs::remove_file(&log).expect("the log can be removed");
        }
        panic!("five ports in a row were taken between being found free and being used");
    }

    /// A file that only the cluster's owner, or root, can read.
    fn private_file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.join(name);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .expect("the directory can be written to");
        file.write_all(text.as_bytes()).expect("there is room");
        if let Some(owner) = &self.owner {
            chown(&path, Some(owner.uid), Some(owner.gid)).expect("root can give a file away");
        }
        path
    }

    /// Of two lines that set the same thing, the server takes the later one.
    fn append_setting(&self, name: &str, value: &str) {
        let file = self.directory.join("data/postgresql.conf");
        let written = fs::OpenOptions::new()
            .append(true)
            .open(file)
            .and_then(|mut file| writeln!(file, "{name} = '{value}'"));
        written.expect("its owner, or root, may write it");
    }

    fn control(&self, arguments: &[&str]) -> Command {
        let mut command = self.as_owner("pg_ctl");
        command
            .args(["--pgdata=data", "--wait", "--silent"])
            .args(arguments);
        command
    }

    /// A server program, to be run in the cluster's directory by the user that owns it.
    fn as_owner(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(&self.directory).env_clear();
        if let Some(owner) = &self.owner {
            command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        sweep(&self.directory);
    }
}

/// The newest server's programs, as `script/postgres-bin` finds them.
fn programs() -> PathBuf {
    let finder = Path::new(env!("CARGO_MANIFEST_DIR")).join("script/postgres-bin");
    let found = Command::new(finder)
        .output()
        .expect("script/postgres-bin can be run");
    assert!(
        found.status.success(),
        "no PostgreSQL server on this machine: script/bootstrap installs one"
    );
    let path = String::from_utf8(found.stdout).expect("a path in UTF-8");
    PathBuf::from(path.trim_end())
}

/// PostgreSQL refuses to run as root, so root hands it to the packaged user, or to nobody.
fn unprivileged_owner() -> Option<User> {
    if !geteuid().is_root() {
        return None;
    }
    let found = ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| User::from_name(name).ok().flatten());
    Some(found.expect("this system has a user nobody"))
}

fn random_password() -> String {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .expect("a random source");
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn succeeded(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: {}\n{said}",
        command.get_program().display(),
        output.status
    );
    output
}
