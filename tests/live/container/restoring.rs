//! A restore that runs until something happens to it.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::LONG;
use super::ground::Ground;

pub struct Restoring(Child);

/// How it ended.
pub struct Ended {
    pub code: i32,
    pub stderr: String,
    pub took: Duration,
}

impl Restoring {
    /// Into the ground's container, as the database `site`.
    pub fn start(ground: &Ground, file: &str) -> Self {
        let mut command = ground.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args(["restore", file, "--into", "container", "--trust"])
            .args(["--as", "site", "--name", &ground.name])
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    pub fn until(mut self, happened: impl Fn() -> bool) -> Self {
        let started = Instant::now();
        while !happened() {
            if let Some(status) = self.0.try_wait().unwrap() {
                let ended = self.end();
                panic!("it ended by itself, {status}: {}", ended.stderr);
            }
            assert!(started.elapsed() < LONG, "it did not come that far");
            std::thread::yield_now();
        }
        self
    }

    /// Has it end, and waits for that.
    pub fn signal(self, signal: Signal) -> Ended {
        kill(Pid::from_raw(self.0.id().cast_signed()), signal).unwrap();
        self.end()
    }

    pub fn end(self) -> Ended {
        let waiting = Instant::now();
        let output = self.0.wait_with_output().unwrap();
        let took = waiting.elapsed();
        assert!(took < Duration::from_secs(30));
        Ended {
            code: output.status.code().unwrap_or(-1),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took,
        }
    }
}

impl Ended {
    pub fn expect(self, code: i32, stderr: &str) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (code, stderr));
        self
    }
}
