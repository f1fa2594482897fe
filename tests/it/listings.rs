//! `versions` and `fetch` over a directory.

use std::fs;

use super::binary::Place;

fn place() -> Place {
    let place = Place::new();
    for (stamp, rows) in [
        ("2026-11-01T04:00:00", 10),
        ("2026-11-02T04:00:00", 400),
        ("2026-11-03T04:00:00", 390),
    ] {
        let lines: Vec<String> = (0..rows)
            .map(|row| format!("-- {}", row * 7919 % 1013))
            .collect();
        place.version(&format!("infinite-prod.anon.{stamp}.gz"), &lines.join("\n"));
    }
    place.version("infinite-prod.2026-11-03T04:00:00.gz", "-- full\n");
    place.write(
        "store/infinite-prod.anon.2026-11-03T04:00:00.gz.part",
        "not a version",
    );
    place.write("store/notes.txt", "not a version either");
    place
}

/// Ages grow from day to day, and the column with them.
fn without_ages(transcript: &str) -> String {
    let lines = transcript.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let age = words.iter().position(|word| *word == "days");
        let kept = words
            .iter()
            .enumerate()
            .filter(|(index, _)| age.is_none_or(|age| index + 1 != age));
        kept.map(|(_, word)| *word).collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn versions_are_listed_newest_first() {
    let place = place();
    let store = place.store();
    insta::assert_snapshot!(without_ages(
        &place.transcript(&["versions", "--store", &store])
    ));
    insta::assert_snapshot!(without_ages(&place.transcript(&[
        "versions", "--store", &store, "--kind", "all", "--limit", "2"
    ])));
}

#[test]
fn versions_are_printed_as_json() {
    let place = place();
    let output = place
        .command(&["ls", "--store", &place.store(), "--json", "--limit", "1"])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let [version] = json.as_array().unwrap().as_slice() else {
        panic!("{json}")
    };
    assert_eq!(version["selector"], "latest");
    assert_eq!(version["id"], "2026-11-03T04:00:00");
    assert_eq!(version["taken_at"], "2026-11-03T04:00:00Z");
    assert_eq!(version["kind"], "anon");
    assert_eq!(version["is_delete_marker"], false);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = place();
    let mut command = place.command(&["versions", "--store", &place.store()]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command.stdout(writer).output().unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap().as_str()
        ),
        (Some(0), "")
    );
}

#[test]
fn every_selector_fetches_its_version() {
    let place = place();
    let store = place.store();
    for (selector, stamp) in [
        ("latest", "2026-11-03T04:00:00"),
        ("~1", "2026-11-02T04:00:00"),
        ("@2026-11-02", "2026-11-02T04:00:00"),
        ("@2026-11-02T03:59", "2026-11-01T04:00:00"),
        ("2026-11-01", "2026-11-01T04:00:00"),
        ("infinite-prod.anon.gz", "2026-11-03T04:00:00"),
        (
            "infinite-prod.anon.2026-11-02T04:00:00.gz",
            "2026-11-02T04:00:00",
        ),
    ] {
        let output = place
            .command(&["fetch", selector, "--store", &store])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{selector}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let path = String::from_utf8(output.stdout).unwrap();
        let fetched = fs::read(path.trim_end()).unwrap();
        let stored = fs::read(place.path(&format!("store/infinite-prod.anon.{stamp}.gz"))).unwrap();
        assert!(fetched == stored, "{selector}");
    }
    let output = place
        .command(&["fetch", "infinite-prod.gz", "--store", &store])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .ends_with("infinite-prod.gz\n")
    );
}

#[test]
fn a_cached_version_is_not_read_again() {
    let place = place();
    let store = place.store();
    let first = place.transcript(&["fetch", "--store", &store]);
    assert!(
        first.contains("! fetched infinite-prod of 2026-11-03 04:00"),
        "{first}"
    );
    let second = place.transcript(&["fetch", "--store", &store]);
    assert!(
        second.contains("! infinite-prod of 2026-11-03 04:00 is in the cache"),
        "{second}"
    );
    let forced = place.transcript(&["fetch", "--store", &store, "--force"]);
    assert!(forced.contains("! fetched infinite-prod"), "{forced}");
}

#[test]
fn an_output_file_appears_whole_and_a_device_stays_a_device() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let place = place();
    let store = place.store();
    place.write("work/out.gz", "what was there");
    place
        .command(&["fetch", "--store", &store, "--output", "out.gz"])
        .output()
        .unwrap();
    let stored = fs::read(place.path("store/infinite-prod.anon.2026-11-03T04:00:00.gz")).unwrap();
    assert!(fs::read(place.path("work/out.gz")).unwrap() == stored);
    assert_eq!(
        fs::metadata(place.path("work/out.gz"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    assert_eq!(
        fs::read_dir(place.path("work")).unwrap().count(),
        1,
        "nothing else is left there"
    );

    let piped = place
        .command(&["fetch", "--store", &store, "--output", "-", "--quiet"])
        .output()
        .unwrap();
    assert!(piped.stdout == stored && piped.stderr.is_empty());

    place
        .command(&["fetch", "--store", &store, "--output", "/dev/null"])
        .output()
        .unwrap();
    assert!(
        fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
}

#[test]
fn links_in_a_store_are_not_followed() {
    let place = place();
    let secret = place.write("secret", "root's own");
    std::os::unix::fs::symlink(
        secret,
        place.path("store/infinite-prod.anon.2026-11-09T04:00:00.gz"),
    )
    .unwrap();
    let transcript = place.transcript(&["versions", "--store", &place.store()]);
    assert!(!transcript.contains("2026-11-09"), "{transcript}");
}

#[test]
fn what_is_corrupt_in_the_store_never_reaches_the_cache() {
    let place = place();
    let path = place.path("store/infinite-prod.anon.2026-11-03T04:00:00.gz");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    let place = place.with("PGFERRY_CACHE_DIR", "cache");
    let transcript = place.transcript(&["fetch", "--store", &place.store(), "--quiet"]);
    insta::assert_snapshot!(transcript);
    let mut find = std::process::Command::new("find");
    let found = find
        .arg(place.path("work/cache"))
        .args(["-type", "f"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(found.stdout).unwrap(), "");
}

#[test]
fn a_chart_draws_sizes_and_names_gaps() {
    let place = place();
    place.version("infinite-prod.anon.2026-11-07T04:00:00.gz", "-- later\n");
    let drawn = place.transcript(&["versions", "--store", &place.store(), "--chart"]);
    let lines: Vec<&str> = drawn.lines().collect();
    // What a pipe gets has no colours, and 80 columns.
    assert!(!drawn.contains('\u{1b}'), "{drawn}");
    let is_braille = |c: char| ('\u{2801}'..='\u{28ff}').contains(&c);
    let drawing = lines.iter().filter(|line| line.contains(is_braille));
    assert!(drawing.clone().count() >= 3, "{drawn}");
    assert!(
        drawing.clone().all(|line| line.chars().count() <= 82),
        "{drawn}"
    );
    assert!(
        drawn.contains("2026-11-01 ") && drawn.contains(" 2026-11-07"),
        "{drawn}"
    );
    let gap = "gap: 4 days, 2026-11-03 04:00 to 2026-11-07 04:00";
    assert!(drawn.contains(gap), "{drawn}");
    assert_eq!(drawn.matches("█").count(), 1, "{drawn}");
    assert!(
        drawn.contains("gap: nothing since 2026-11-07 04:00"),
        "{drawn}"
    );
}
