//! The real binary in a directory of its own, and transcripts of what it said.

use std::fmt::Display;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A home, and a directory to run in.
pub struct Place {
    directory: TempDir,
    environment: Vec<(String, String)>,
}

impl Place {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["home", "work", "store"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        Self {
            directory,
            environment: Vec::new(),
        }
    }

    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A file in the directory that the binary runs in, or elsewhere in the place.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// The command line, its output and its exit code, with the place written as `[PLACE]`.
    pub fn transcript(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let (stdout, stderr) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        let mut transcript = format!("$ pgferry {}\n{stdout}", arguments.join(" "));
        for line in stderr.lines() {
            transcript.push_str("! ");
            transcript.push_str(line);
            transcript.push('\n');
        }
        transcript.push_str("exit ");
        transcript.push_str(&output.status.code().unwrap().to_string());
        transcript.replace(self.directory.path().to_str().unwrap(), "[PLACE]")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path("work"));
        command
    }

    /// The directory store, as a URL.
    pub fn store(&self) -> String {
        format!("file://{}", self.path("store").display())
    }

    /// A version in the directory store: a gzip of `sql`.
    pub fn version(&self, name: &str, sql: &str) {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gzip, sql.as_bytes()).unwrap();
        self.write(&format!("store/{name}"), gzip.finish().unwrap());
    }
}
