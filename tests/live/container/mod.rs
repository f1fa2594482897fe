//! Restores into throwaway containers, on a real engine; the faults that it does not have on demand, on a fake one.

mod faults;
mod ground;
mod images;
mod interruption;
mod journey;
mod leftovers;
mod names;
mod restoring;
mod sharing;
mod snapshots;
mod variant;

use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::support::{Containers, Workspace};

const LONG: Duration = Duration::from_mins(2);

/// A dump as pg_dump writes it, with these statements.
fn dump(statements: &str) -> String {
    format!(
        "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.1\n\nSET statement_timeout = 0;\n\n\
         {statements}\n\n--\n-- PostgreSQL database dump complete\n--\n\n"
    )
}

fn small(rows: &str) -> String {
    dump(&format!(
        "DROP TABLE IF EXISTS public.t;\nCREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\n{rows}\\.\n"
    ))
}

/// One that takes as long as the test does, as code that a trusted dump may run.
fn endless() -> String {
    dump("CREATE TABLE public.t (a text);\nSELECT pg_sleep(600);")
}

fn place(containers: &Containers) -> Workspace {
    Workspace::new()
        .with("DOCKER_HOST", containers.address())
        .with_time_limit(Duration::from_mins(5))
}

/// For a container that is stopped and started again, which keeps its port: not one that other tests look for.
fn free_port() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port().to_string()
}

/// Holds the port that a restore without `--port` would take; one test at a time does.
struct UsualPort {
    _turn: MutexGuard<'static, ()>,
    /// `None` where a server that is no test's has it for good.
    _listener: Option<TcpListener>,
}

impl UsualPort {
    const NUMBER: u16 = 5432;

    fn hold(containers: &Containers) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        loop {
            let listener = TcpListener::bind(("127.0.0.1", Self::NUMBER)).ok();
            // Another test's container has it until that test ends.
            let is_a_strangers = || {
                TcpStream::connect(("127.0.0.1", Self::NUMBER)).is_ok()
                    && !containers.publishes(Self::NUMBER)
            };
            if listener.is_some() || (is_a_strangers() && is_a_strangers()) {
                return Self {
                    _turn: turn,
                    _listener: listener,
                };
            }
            assert!(begun.elapsed() < LONG, "port 5432 stays with another test");
        }
    }
}
