//! Runs that end before their time, and servers that do.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::super::support::{Containers, Workspace};
use super::{LONG, dump, free_port, password_files, place, select, small};

/// One that takes as long as the test does, as code that a trusted dump may run.
fn endless() -> String {
    dump("CREATE TABLE public.t (a text);\nSELECT pg_sleep(600);")
}

/// A restore that runs until something that happens to it.
struct Restoring(Child);

impl Restoring {
    fn start(workspace: &Workspace, name: &str, file: &str) -> Self {
        let mut command = workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args([
                "restore",
                file,
                "--into",
                "container",
                "--trust",
                "--as",
                "site",
                "--name",
                name,
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    fn until(mut self, happened: impl Fn() -> bool) -> Self {
        let started = Instant::now();
        while !happened() {
            assert!(self.0.try_wait().unwrap().is_none(), "it ended by itself");
            assert!(started.elapsed() < LONG, "it did not come that far");
            std::thread::yield_now();
        }
        self
    }

    fn signal(self, signal: Signal) -> Self {
        kill(Pid::from_raw(self.0.id().cast_signed()), signal).unwrap();
        self
    }

    fn end(self) -> (i32, String) {
        let ended = Instant::now();
        let output = self.0.wait_with_output().unwrap();
        assert!(ended.elapsed() < Duration::from_secs(30));
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }
}

/// Whether the server in the container runs the statement that never ends.
fn is_loading(containers: &Containers, name: &str) -> bool {
    let processes = containers
        .try_get(&format!("/containers/{name}/top"))
        .unwrap_or_default();
    processes["Processes"].to_string().contains(" SELECT\"")
}

fn exists(containers: &Containers, name: &str) -> bool {
    containers
        .all()
        .iter()
        .any(|container| container.name == name)
}

#[test]
fn an_interruption_at_any_step_leaves_nothing_of_a_new_container() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("t.sql", endless());
    let name = containers.name("new");
    let steps: [(&str, &dyn Fn() -> bool); 3] = [
        ("made", &|| exists(&containers, &name)),
        ("started", &|| {
            containers
                .all()
                .iter()
                .any(|container| container.state == "running")
        }),
        ("loading", &|| is_loading(&containers, &name)),
    ];
    for (step, happened) in steps {
        let (code, stderr) = Restoring::start(&workspace, &name, "t.sql")
            .until(happened)
            .signal(Signal::SIGINT)
            .end();
        assert_eq!(
            (code, stderr.as_str()),
            (130, "error: interrupted\n"),
            "{step}"
        );
        containers.expect_nothing_left();
        assert!(password_files(&workspace).is_empty(), "{step}");
    }
}

#[test]
fn an_interruption_leaves_a_container_that_was_there_as_it_was() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("old.sql", small("old\n"));
    workspace.write("t.sql", endless());
    let name = containers.name("old");
    workspace
        .pgferry(&[
            "restore",
            "old.sql",
            "--into",
            "container",
            "--as",
            "site",
            "--name",
            &name,
            "--port",
            &free_port(),
        ])
        .expect_code(0);
    workspace
        .pgferry(&["container", "stop", &name])
        .expect_code(0);
    let (code, stderr) = Restoring::start(&workspace, &name, "t.sql")
        .until(|| is_loading(&containers, &name))
        .signal(Signal::SIGTERM)
        .end();
    assert_eq!((code, stderr.as_str()), (130, "error: terminated\n"));
    assert_eq!(containers.all()[0].state, "exited", "it is stopped again");
    assert_eq!(select(&workspace, &name, "SELECT a FROM t"), "old");
    let databases = "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1";
    assert_eq!(select(&workspace, &name, databases), "postgres\nsite");
    assert_eq!(select(&workspace, &name, "SHOW autovacuum"), "on");
}

#[test]
fn what_a_killed_run_left_goes_with_the_next_one() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("endless.sql", endless());
    workspace.write("t.sql", small("one\n"));
    let name = containers.name("killed");
    Restoring::start(&workspace, &name, "endless.sql")
        .until(|| is_loading(&containers, &name))
        .signal(Signal::SIGKILL)
        .end();
    let left = containers.all()[0].id.clone();
    let arguments = ["restore", "t.sql", "--into", "container", "--name", &name];
    workspace.pgferry(&arguments).expect_code(0);
    assert_ne!(containers.all()[0].id, left);
    assert_eq!(select(&workspace, &name, "SELECT a FROM t"), "one");

    // A volume alone is no obstacle either.
    containers.ask("DELETE", &format!("/containers/{name}?force=1"), None);
    workspace.pgferry(&arguments).expect_code(0);
    workspace
        .pgferry(&["container", "rm", &name])
        .expect_code(0);
    containers.expect_nothing_left();
}

#[test]
fn a_container_that_is_killed_halfway_is_told_of_and_removed() {
    let containers = Containers::new();
    let workspace = place(&containers);
    workspace.write("t.sql", endless());
    let name = containers.name("dying");
    let (code, stderr) = Restoring::start(&workspace, &name, "t.sql")
        .until(|| {
            let loading = is_loading(&containers, &name);
            if loading {
                containers.ask("POST", &format!("/containers/{name}/kill"), None);
            }
            loading
        })
        .end();
    assert_eq!(code, 6, "{stderr}");
    let message = format!(
        "error: the server in the container `{name}` ended with exit code 137: it was killed\n"
    );
    assert!(stderr.starts_with(&message), "{stderr}");
    assert!(
        stderr.contains("ready to accept connections"),
        "its log: {stderr}"
    );
    containers.expect_nothing_left();
}
