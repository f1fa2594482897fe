//! Runs that end before their time, and servers that do.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::ground::Ground;
use super::restoring::Restoring;
use super::variant::Variant;
use super::{endless, free_port};

/// What a Ctrl-C may take that has nothing to wait for.
const SOON: Duration = Duration::from_secs(4);

#[test]
fn an_interruption_at_any_step_leaves_nothing_of_a_new_container() {
    let ground = Ground::new("new");
    ground.workspace.write("t.sql", endless());
    let steps: [(&str, &dyn Fn() -> bool); 3] = [
        ("made", &|| !ground.containers.all().is_empty()),
        ("started", &|| ground.is_running()),
        ("loading", &|| ground.is_loading()),
    ];
    for (step, happened) in steps {
        let ended = Restoring::start(&ground, "t.sql")
            .until(happened)
            .signal(Signal::SIGINT)
            .expect(130, "error: interrupted\n");
        assert!(ended.took < SOON, "{step}: {:?}", ended.took);
        ground.containers.expect_nothing_left();
        assert!(ground.files().is_empty(), "{step}: {:?}", ground.files());
    }
}

#[test]
fn an_interruption_leaves_a_container_that_was_there_as_it_was() {
    let ground = Ground::filled("old");
    ground.workspace.write("endless.sql", endless());
    ground.container("stop").expect_code(0);
    Restoring::start(&ground, "endless.sql")
        .until(|| ground.is_loading())
        .signal(Signal::SIGTERM)
        .expect(130, "error: terminated\n");
    assert_eq!(ground.state()["Status"], "exited", "it is stopped again");
    assert_eq!(ground.select("SELECT a FROM t"), "one");
    let databases = "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1";
    assert_eq!(ground.select(databases), "postgres\nsite");
    assert_eq!(ground.select("SHOW autovacuum"), "on");
}

/// A shell that is the first process of a container is sent no signal that it has no trap for.
#[test]
fn an_interruption_while_a_container_starts_is_not_lost() {
    let ground = Ground::new("starting");
    // Slow once, for as long as the file says.
    let slow = r#"ENTRYPOINT ["sh", "-c", "s=$(cat /tmp/slow); rm -f /tmp/slow; sleep ${s:-0}; exec docker-entrypoint.sh \"$@\"", "sh"]"#;
    let image = Variant::new(&ground.containers, "slow", "true", &[slow]);
    let port = free_port();
    let flags = ["--as", "site", "--image", &image.name, "--port", &port];
    ground.restore("t.sql", &flags).expect_code(0);
    // For a moment, after which the server stops in order; and for longer than anybody waits.
    for (seconds, exit_code) in [(1, 0), (60, 137)] {
        ground.select(&format!("COPY (SELECT {seconds}) TO '/tmp/slow'"));
        ground.container("stop").expect_code(0);
        let ended = Restoring::start(&ground, "t.sql")
            .until(|| ground.is_running())
            .signal(Signal::SIGINT)
            .expect(130, "error: interrupted\n");
        assert!(ended.took < SOON, "{:?}", ended.took);
        let state = ground.state();
        assert_eq!(state["Status"], "exited");
        assert_eq!(state["ExitCode"], exit_code, "{state}");
        assert_eq!(ground.select("SELECT a FROM t"), "one");
    }
    // Before its image.
    ground.container("rm").expect_code(0);
}

#[test]
fn what_a_killed_run_left_is_refused_and_goes_with_the_next_one() {
    let ground = Ground::new("killed");
    ground.workspace.write("endless.sql", endless());
    Restoring::start(&ground, "endless.sql")
        .until(|| ground.is_loading())
        .signal(Signal::SIGKILL);
    let left = ground.inspected()["Id"].clone();
    for command in ["url", "psql", "start"] {
        let refused = ground.container(command).expect_code(7);
        assert_eq!(
            refused.stderr,
            format!(
                "error: nothing was restored into the container `{0}` to the end: the run that made it is still under way, \
                 or was killed\n\
                 hint: wait for it; if nothing goes on, `pgferry container rm {0}` removes it, and so does the next restore into it\n",
                ground.name
            ),
            "{command}"
        );
    }
    let listed = ground.workspace.pgferry(&["container", "list"]);
    assert!(listed.text().contains("unfinished"), "{listed}");
    // The statement that never ends goes on in there, but nobody is left who waits for it.
    ground.restore("t.sql", &[]).expect_code(0);
    assert_ne!(ground.inspected()["Id"], left);
    assert_eq!(ground.select("SELECT a FROM t"), "one");

    // A volume alone is no obstacle either.
    let path = format!("/containers/{}?force=1", ground.name);
    ground.containers.ask("DELETE", &path, None);
    ground.restore("t.sql", &[]).expect_code(0);
    ground.container("rm").expect_code(0);
    ground.containers.expect_nothing_left();
}

#[test]
fn a_container_that_ends_halfway_is_told_of_and_removed() {
    let ground = Ground::new("dying");
    ground.workspace.write("endless.sql", endless());
    // One that is killed, and one that is told to stop: its server ends all connections, and itself a little later.
    for (signal, end) in [
        ("SIGKILL", "exit code 137: it was killed"),
        ("SIGINT", "exit code 0"),
    ] {
        let ended = Restoring::start(&ground, "endless.sql")
            .until(|| {
                let is_loading = ground.is_loading();
                if is_loading {
                    let path = format!("/containers/{}/kill?signal={signal}", ground.name);
                    ground.containers.ask("POST", &path, None);
                }
                is_loading
            })
            .end();
        assert_eq!(ended.code, 6, "{}", ended.stderr);
        let message = format!(
            "error: the server in the container `{}` ended with {end}\n",
            ground.name
        );
        assert!(ended.stderr.starts_with(&message), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("ready to accept connections"),
            "its log: {}",
            ended.stderr
        );
        ground.containers.expect_nothing_left();
    }
}

/// Its connections end first, then it does, then its container, and then the engine says so.
#[test]
fn a_server_that_ends_before_its_container_does_is_told_of() {
    let ground = Ground::new("lingering");
    ground.workspace.write("endless.sql", endless());
    let lingering = r#"ENTRYPOINT ["sh", "-c", "docker-entrypoint.sh \"$@\"; code=$?; sleep 2; exit $code", "sh"]"#;
    let image = Variant::new(&ground.containers, "lingering", "true", &[lingering]);
    ground
        .restore("t.sql", &["--as", "site", "--image", &image.name])
        .expect_code(0);
    let restoring = Restoring::start(&ground, "endless.sql").until(|| ground.is_loading());
    ground.psql(&[
        "-Xc",
        "COPY (SELECT) TO PROGRAM 'kill -INT $(head -n 1 postmaster.pid)'",
    ]);
    let ended = restoring.end();
    let message = format!(
        "error: the server in the container `{}` ended with exit code 0\n",
        ground.name
    );
    assert!(ended.stderr.starts_with(&message), "{}", ended.stderr);
    assert_eq!(ended.code, 6);
    assert_eq!(ground.select("SELECT a FROM t"), "one");
    // The shell takes no signal; it need not be waited for.
    ground.container("rm").expect_code(0);
}
