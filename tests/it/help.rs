//! The help texts, as a newcomer reads them.

use std::time::{Duration, Instant};

use super::binary::Place;

#[test]
fn every_command_explains_itself() {
    let place = Place::new();
    for command in [
        "",
        "versions",
        "fetch",
        "restore",
        "status",
        "reset",
        "snapshot",
        "snapshot save",
        "snapshot restore",
        "backup",
        "container",
        "container psql",
        "local",
        "cache",
        "cache rm",
        "config",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let name = if command.is_empty() {
            "pgferry"
        } else {
            &command.replace(' ', "-")
        };
        insta::assert_snapshot!(format!("help-{name}"), place.transcript(&arguments));
    }
}

#[test]
fn without_a_command_the_help_is_shown() {
    let transcript = Place::new().transcript(&[]);
    assert!(transcript.contains("Usage: pgferry"), "{transcript}");
    assert!(transcript.ends_with("exit 2"), "{transcript}");
}

/// The figure in docs/performance.md is measured elsewhere; this only notices a start that does work it should not.
#[test]
fn help_starts_neither_a_runtime_nor_the_network() {
    let started = Instant::now();
    Place::new().command(&["--help"]).output().unwrap();
    assert!(started.elapsed() < Duration::from_secs(1));
}
