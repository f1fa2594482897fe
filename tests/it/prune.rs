//! `backup --prune-only`: which sets go, and why.

use std::fs;

use sha2::{Digest, Sha256};

use super::binary::Place;

const CONTENT: &[u8] = b"what the set holds";

/// Writes a set of one artefact, whose manifest says that it is of `content`.
fn set(place: &Place, stamp: &str, content: &[u8], uploaded: bool) {
    let file = format!("site.anon.{stamp}.gz");
    place.write(&format!("backups/{file}"), content);
    let sha256 = Sha256::digest(CONTENT);
    let uploads = if uploaded {
        r#"{"anon": {"location": "s3://b/db/site.anon.gz", "version_id": "v"}}"#
    } else {
        "{}"
    };
    let manifest = format!(
        r#"{{"manifest_version": 1, "database": "site", "taken_at": "{stamp}Z",
            "tool": {{"name": "pgferry", "version": "0.1.0"}}, "server_version": "15", "pg_dump_version": "15",
            "artefacts": {{"anon": {{"file": "{file}", "size": {}, "sha256": "{}"}}}},
            "tables": [], "addresses_replaced": 0, "uploads": {uploads}}}"#,
        CONTENT.len(),
        base16ct::lower::encode_string(&sha256),
    );
    place.write(&format!("backups/site.{stamp}.json"), manifest);
}

/// Six old sets of which the newer ones are no good in one way or another.
fn place() -> Place {
    let place = Place::new();
    let place = Place::with(place, "PGDATABASE", "site");
    let directory = place.path("backups").display().to_string();
    let place = place.with("BACKUP_DIR", directory);
    set(&place, "2026-01-01T04:00:00", CONTENT, true);
    set(&place, "2026-01-02T04:00:00", CONTENT, true);
    set(&place, "2026-01-03T04:00:00", CONTENT, false);
    set(&place, "2026-01-04T04:00:00", b"what the set h0lds", true);
    place.write("backups/site.dump.2026-01-05T04:00:00", "no manifest");
    set(&place, "2026-01-06T04:00:00", b"cut off", true);
    set(&place, "2026-01-07T04:00:00", b"cut", true);
    set(&place, "2100-01-01T04:00:00", CONTENT, true);
    place.write("backups/other.dump.2026-01-01T04:00:00", "a stranger's");
    place
}

/// Ages grow from day to day.
fn without_ages(transcript: &str) -> String {
    let lines = transcript.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let age = words.windows(2).position(|pair| {
            pair[1] == "days" && pair[0].parse::<u32>().is_ok_and(|days| days > 10)
        });
        let kept = words
            .iter()
            .enumerate()
            .map(|(index, word)| if age == Some(index) { "N" } else { word });
        kept.collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn names(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.path("backups")).unwrap().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

#[test]
fn a_dry_run_shows_what_and_why_and_removes_nothing() {
    let place = place();
    let before = names(&place);
    insta::assert_snapshot!(without_ages(&place.transcript(&[
        "backup",
        "--prune-only",
        "--dry-run"
    ])));
    assert_eq!(names(&place), before);
}

#[test]
fn the_last_good_sets_outlive_newer_ones_that_are_not() {
    let place = place();
    insta::assert_snapshot!(without_ages(&place.transcript(&["backup", "--prune-only"])));
    insta::assert_snapshot!(names(&place).join("\n"));
}

#[test]
fn the_sets_are_printed_as_json() {
    let place = place();
    let output = place
        .command(&["backup", "--prune-only", "--dry-run", "--json"])
        .output()
        .unwrap();
    let sets: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &sets[0];
    assert_eq!(first["set"], "2100-01-01T04:00:00Z");
    assert!(first["age_seconds"].as_i64().unwrap() < 0);
    assert_eq!(first["why"], "dated in the future");
    let last = sets.as_array().unwrap().last().unwrap();
    assert_eq!(last["database"], "site");
    assert_eq!(
        (&last["verified"], &last["uploaded"], &last["removed"]),
        (&true.into(), &true.into(), &true.into())
    );
}

#[test]
fn a_current_name_never_dangles() {
    let place = place();
    std::os::unix::fs::symlink(
        "site.anon.2026-01-01T04:00:00.gz",
        place.path("backups/site.anon.gz"),
    )
    .unwrap();
    place.transcript(&["backup", "--prune-only"]);
    assert!(place.path("backups/site.anon.gz").exists());
}

#[test]
fn mistakes_are_told() {
    let empty = Place::new().with("PGDATABASE", "site");
    let nothing = empty.transcript(&["backup", "--prune-only"]);
    fs::create_dir(empty.path("home/backups")).unwrap();
    let transcripts = [
        nothing,
        empty.transcript(&["backup", "--prune-only"]),
        empty.transcript(&["backup", "--dry-run"]),
        empty.transcript(&["backup", "--prune-only", "--test-restore"]),
        empty.transcript(&["backup", "--test-restore=moon"]),
        empty.transcript(&["versions", "--database", "a,b"]),
        Place::new().transcript(&["backup", "--prune-only"]),
        Place::new().transcript(&["backup"]),
    ];
    insta::assert_snapshot!(transcripts.join("\n\n"));
}
