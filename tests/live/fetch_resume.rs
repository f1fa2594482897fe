//! Downloads that are killed, interrupted and begun twice at the same time.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::fetch_faults::{Ground, MIB, ranged, stderr};
use super::support::{Fault, On};

/// Bytes a second of each connection: slow enough to be caught in the middle.
const SLOW: u64 = 3_000_000;

fn await_that(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn file_in_cache(ground: &Ground, suffix: &str) -> Option<std::path::PathBuf> {
    let versions = ground.workspace.path("cache/versions");
    let stores = fs::read_dir(versions).ok()?.flatten();
    let directories = stores.flat_map(|store| fs::read_dir(store.path()).into_iter().flatten());
    directories
        .flatten()
        .flat_map(|version| fs::read_dir(version.path()).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().ends_with(suffix))
}

fn journal_length(ground: &Ground) -> u64 {
    let journal = file_in_cache(ground, ".journal").and_then(|path| path.metadata().ok());
    journal.map_or(0, |metadata| metadata.len())
}

#[test]
fn killed_again_and_again_it_gets_there_and_fetches_nothing_twice() {
    let ground = Ground::new(24 * MIB);
    ground.proxy.inject(Fault::Limit(SLOW), ranged());
    let mut resumed = 0;
    for round in 0..12 {
        let before = journal_length(&ground);
        let mut child = ground.start(&["fetch", "--connections", "2"]);
        // At another step each time: at once, in the middle of a range, when one is done, when two are.
        if round % 4 == 0 {
            std::thread::sleep(Duration::from_millis(40 * round));
        } else {
            let more = 60 * (round % 4);
            while journal_length(&ground) < before + more && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        child.kill().ok();
        let (_, text) = stderr(child);
        resumed += usize::from(text.contains("going on with"));
        if file_in_cache(&ground, "/infinite-prod.anon.gz").is_some() {
            break;
        }
    }
    assert!(resumed > 2, "it was resumed {resumed} times");
    ground.proxy.heal();
    ground.expect_whole(&ground.fetch());
    let excess = ground.asked_for() - ground.body.len();
    // At most what both connections were about, each time.
    assert!(excess < 12 * 2 * 4 * MIB, "{excess}");
}

/// Leaves a download halfway, as a kill does.
fn halfway() -> Ground {
    let ground = Ground::new(12 * MIB);
    ground.proxy.inject(Fault::Limit(SLOW), ranged());
    let mut child = ground.start(&["fetch"]);
    await_that("a range arrives", || journal_length(&ground) > 400);
    child.kill().unwrap();
    child.wait().unwrap();
    ground.proxy.heal();
    ground
}

#[test]
fn what_went_bad_on_the_disk_or_is_of_another_version_is_fetched_again() {
    let ground = halfway();
    let partial = file_in_cache(&ground, ".partial").unwrap();
    let mode = partial.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(partial.metadata().unwrap().len(), ground.body.len() as u64);
    let zeros = vec![0; ground.body.len()];
    fs::write(&partial, zeros).unwrap();
    let fetched = ground.fetch();
    ground.expect_whole(&fetched);
    assert!(!fetched.stderr.contains("going on"), "{fetched}");
    assert!(!fetched.stderr.contains("again"), "{fetched}");

    let ground = halfway();
    let journal = file_in_cache(&ground, ".journal").unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    // A line that does not match its checksum is none, and neither is what follows.
    fs::write(
        &journal,
        text.replacen(&ground.version, "another-version", 1),
    )
    .unwrap();
    let fetched = ground.fetch();
    ground.expect_whole(&fetched);
    assert!(!fetched.stderr.contains("going on"), "{fetched}");

    let ground = halfway();
    let journal = file_in_cache(&ground, ".journal").unwrap();
    let torn = fs::OpenOptions::new().append(true).open(journal);
    torn.unwrap().write_all(b"0123456789abcdef {\"off").unwrap();
    let fetched = ground.fetch();
    ground.expect_whole(&fetched);
    assert!(fetched.stderr.contains("going on"), "{fetched}");
}

#[test]
fn an_interrupted_download_goes_on_in_a_file_too() {
    let ground = Ground::new(12 * MIB);
    ground.proxy.inject(Fault::Limit(SLOW), ranged());
    let arguments = ["fetch", "--output", "here.gz"];
    let child = ground.start(&arguments);
    let work = |name: &str| ground.workspace.path("work").join(name);
    await_that("a range arrives", || {
        let journal = work(".pgferry-here.gz.journal").metadata();
        journal.is_ok_and(|metadata| metadata.len() > 300)
    });
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let (code, text) = stderr(child);
    assert_eq!(code, 130, "{text}");
    assert!(!work("here.gz").exists());
    ground.proxy.heal();
    let fetched = ground.workspace.pgferry(&arguments).expect_code(0);
    assert!(fetched.stderr.contains("going on with"), "{fetched}");
    assert!(fs::read(work("here.gz")).unwrap() == ground.body);
    let left = fs::read_dir(work("")).unwrap().count();
    assert_eq!(left, 1, "nothing else is left");
}

#[test]
fn two_at_the_same_time_download_once() {
    let ground = Ground::new(12 * MIB);
    ground.proxy.inject(Fault::Limit(SLOW), ranged());
    let first = ground.start(&["fetch"]);
    ground.proxy.await_requests(&ranged(), 1);
    let second = ground.fetch();
    let (code, text) = stderr(first);
    assert_eq!(code, 0, "{text}");
    ground.expect_whole(&second);
    assert!(
        second.stderr.contains("waiting for infinite-prod of"),
        "{second}"
    );
    assert!(second.stderr.contains("is in the cache"), "{second}");
    assert_eq!(ground.asked_for(), ground.body.len());
}

#[test]
fn who_waits_goes_on_when_the_first_one_dies() {
    let ground = Ground::new(12 * MIB);
    ground.proxy.inject(Fault::Limit(SLOW / 4), ranged());
    let mut first = ground.start(&["fetch"]);
    await_that("a range arrives", || journal_length(&ground) > 400);
    let second = ground.start(&["fetch"]);
    // It has listed the versions, and now can only wait.
    ground
        .proxy
        .await_requests(&On::method("GET").containing("versions"), 2);
    std::thread::sleep(Duration::from_millis(200));
    first.kill().unwrap();
    first.wait().unwrap();
    ground.proxy.heal();
    let (code, text) = stderr(second);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("waiting for") && text.contains("going on with"),
        "{text}"
    );
    ground.expect_whole(&ground.fetch());
}
