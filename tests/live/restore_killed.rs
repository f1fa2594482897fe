//! A restore that is shot down at every phase: the database that was there stays, and the next restore finds nothing in its
//! way.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::{Cluster, Workspace};

/// What pgferry runs in each phase; the dump's function sleeps under a statement that begins like this.
const PHASES: [&str; 4] = ["COPY", "CREATE INDEX", "REFRESH", "ANALYZE"];

/// Rows, an index and a materialized view, whose function holds up one phase.
fn dump(held_up: &str, row: &str) -> String {
    format!(
        "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nSET check_function_bodies = false;\n\n\
         CREATE FUNCTION public.hold(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN\n\
         IF current_query() LIKE '{held_up}%' THEN PERFORM pg_catalog.pg_sleep(600); END IF; RETURN a; END $$;\n\
         CREATE TABLE public.t (a text, CONSTRAINT held CHECK ((public.hold(a) IS NOT NULL)));\n\
         CREATE MATERIALIZED VIEW public.m AS SELECT public.hold(t.a) AS a FROM public.t WITH NO DATA;\n\
         COPY public.t (a) FROM stdin;\n{row}\n\\.\n\
         CREATE INDEX i ON public.t USING btree (public.hold(a));\n\
         REFRESH MATERIALIZED VIEW public.m;\n\
         --\n-- PostgreSQL database dump complete\n--\n\n"
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Pgferry,
    Backend,
    Server,
}

struct Place {
    cluster: Cluster,
    workspace: Workspace,
}

impl Place {
    fn new() -> Self {
        let cluster = Cluster::start(&[]);
        cluster.create_database("site");
        let workspace = Workspace::new().with_database(&cluster, "site");
        let place = Self { cluster, workspace };
        place.restore_well("first");
        place
    }

    fn restore_well(&self, row: &str) {
        self.workspace.write("site.sql", dump("nothing", row));
        self.workspace
            .pgferry(&["restore", "site.sql", "--yes", "--jobs", "2"])
            .expect_code(0);
        assert_eq!(self.row(), row);
        assert_eq!(
            self.databases(),
            "postgres site",
            "nothing is left beside it"
        );
    }

    fn row(&self) -> String {
        self.cluster
            .psql("site", "SELECT t.a FROM t JOIN m USING (a)")
    }

    fn databases(&self) -> String {
        self.cluster.psql(
            "postgres",
            "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate",
        )
    }

    fn begin(&self, held_up: &str) -> Child {
        self.workspace.write("site.sql", dump(held_up, "never"));
        let mut command = self.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        command
            .args(["restore", "site.sql", "--yes", "--jobs", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Waits for a process of the server's that is described by `condition`.
    fn await_backend(&self, child: &mut Child, condition: &str) -> i32 {
        let sql = format!("SELECT pid FROM pg_stat_activity WHERE {condition} LIMIT 1");
        let started = Instant::now();
        loop {
            let found = self.cluster.psql("postgres", &sql);
            if !found.is_empty() {
                return found.parse().unwrap();
            }
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            assert!(started.elapsed() < Duration::from_mins(1), "{condition}");
        }
    }

    fn shoot(&self, victim: Victim, child: &Child, backend: i32) {
        let kill = |pid| kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        match victim {
            Victim::Pgferry => kill(child.id().cast_signed()),
            // Whereupon the server ends all others, and starts again by itself.
            Victim::Backend => kill(backend),
            Victim::Server => self.cluster.crash_and_restart(),
        }
    }

    /// The exit code and what was said, soon.
    fn end(&self, mut child: Child, victim: Victim) {
        if victim == Victim::Pgferry {
            // Its psql may outlive it, and holds the other end of the pipe.
            assert_eq!(child.wait().unwrap().code(), None);
            return;
        }
        let shot = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert!(shot.elapsed() < Duration::from_secs(30), "it went on");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(6), "{said}");
        assert!(!said.contains("restored "), "{said}");
        self.await_server();
    }

    fn await_server(&self) {
        let started = Instant::now();
        loop {
            let mut command = self.workspace.command("psql");
            command.args(["-XAtqc", "SELECT 1"]);
            if command.output().unwrap().status.success() {
                return;
            }
            assert!(started.elapsed() < Duration::from_mins(1));
        }
    }
}

fn shot_at_every_phase(victim: Victim) {
    let place = Place::new();
    for (number, phase) in PHASES.iter().enumerate() {
        let before = place.row();
        let mut child = place.begin(phase);
        let condition =
            format!("datname ~ '^site__new' AND wait_event = 'PgSleep' AND query LIKE '{phase}%'");
        let backend = place.await_backend(&mut child, &condition);
        place.shoot(victim, &child, backend);
        place.end(child, victim);
        assert_eq!(place.row(), before, "{victim:?} in {phase}");
        place.restore_well(&format!("row {number}"));
    }
}

#[test]
fn pgferry_is_killed() {
    shot_at_every_phase(Victim::Pgferry);
}

#[test]
fn a_backend_is_killed() {
    shot_at_every_phase(Victim::Backend);
}

#[test]
fn the_server_is_killed() {
    shot_at_every_phase(Victim::Server);
}

/// The new database is complete, and waits for its name.
#[test]
fn the_swap_is_all_or_nothing() {
    for victim in [Victim::Pgferry, Victim::Backend, Victim::Server] {
        let place = Place::new();
        // As long as somebody's transaction says something of the database, it can't be renamed.
        let mut blocking = place.workspace.command("psql");
        let mut blocking = blocking
            .args(["-XAtq", "-d", "postgres"])
            .args([
                "-c",
                "BEGIN; COMMENT ON DATABASE site IS 'x'; SELECT pg_sleep(600)",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        place.await_backend(&mut blocking, "wait_event = 'PgSleep'");
        let mut child = place.begin("nothing");
        let renaming = place.await_backend(
            &mut child,
            "wait_event_type = 'Lock' AND query LIKE '%RENAME TO%'",
        );
        place.shoot(victim, &child, renaming);
        place.end(child, victim);
        blocking.kill().unwrap();
        blocking.wait().unwrap();
        let blocked = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE 'BEGIN; COMMENT%'";
        place.cluster.psql("postgres", blocked);
        // What was sent before is still done by a server that lives, as a whole.
        let renaming = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%RENAME TO%' AND pid <> pg_backend_pid()";
        let started = Instant::now();
        while place.cluster.psql("postgres", renaming) != "0" {
            assert!(started.elapsed() < Duration::from_mins(1), "{victim:?}");
        }
        let row = place.row();
        let may_be_new = victim == Victim::Pgferry && row == "never";
        assert!(row == "first" || may_be_new, "{victim:?}: {row}");
        place.restore_well("after");
    }
}
