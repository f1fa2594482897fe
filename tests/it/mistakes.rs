//! What goes wrong without any service: texts, hints and exit codes.

use std::fs;
use std::path::{Path, PathBuf};

use super::binary::Place;

#[test]
fn stores_that_hold_nothing() {
    let place = Place::new();
    let store = place.store();
    let mut transcripts = vec![
        place.transcript(&["versions"]),
        place.transcript(&["versions", "--store", &store]),
        place.transcript(&["versions", "--store", &format!("{store}/nowhere")]),
        place.transcript(&["fetch", "--store", &store, "--database", "infinite-prod"]),
    ];
    place.version("infinite-prod.anon.2026-11-01T04:00:00.gz", "-- a\n");
    for arguments in [
        &["fetch", "~1"][..],
        &["fetch", "@2026-10-31"],
        &["fetch", "q"],
        &["fetch", "~one"],
        &["fetch", "--kind", "full"],
        &["fetch", "--pick"],
        &["versions", "--database", "infinite-staging"],
        &["restore", "nowhere.sql", "--into", "local"],
        &["restore", "/nowhere/infinite-prod.gz", "--into", "local"],
    ] {
        let arguments: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--store", &store])
            .collect();
        transcripts.push(place.transcript(&arguments));
    }
    place.version("infinite-staging.anon.2026-11-01T04:00:00.gz", "-- a\n");
    transcripts.push(place.transcript(&["fetch", "--store", &store]));
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

#[test]
fn command_lines_that_mean_nothing() {
    let place = Place::new();
    let transcripts = [
        place.transcript(&["fecth"]),
        place.transcript(&["versions", "--kind", "everything"]),
        place.transcript(&["fetch", "--database", "../etc"]),
        place.transcript(&["restore", "--url", "mysql://localhost/x"]),
        place.transcript(&[
            "restore",
            "--url",
            "postgres://localhost/x",
            "--into",
            "local",
        ]),
    ];
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

/// The full dump of `oddities.sql` cut and changed: none of it may reach a server, so none is needed.
#[test]
fn files_that_are_no_whole_dump_are_refused_before_a_server_is_asked() {
    let place = Place::new();
    let dump = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE t (a text);\n\nCOPY t (a) FROM stdin;\nx\n\\.\n\n\
        --\n-- PostgreSQL database dump complete\n--\n\n";
    place.version("whole.gz", dump);
    let gzip = fs::read(place.path("store/whole.gz")).unwrap();
    let half = dump.find("\\.").unwrap();
    place.write("work/truncated.gz", &gzip[..gzip.len() - 6]);
    place.write("work/garbage.gz", [&gzip[..], b"garbage"].concat());
    let mut flipped = gzip.clone();
    flipped[gzip.len() - 8] ^= 1;
    place.write("work/flipped.gz", flipped);
    place.write("work/cut-in-copy.sql", &dump.as_bytes()[..half]);
    place.write("work/no-trailer.sql", &dump.as_bytes()[..half + 4]);
    place.write(
        "work/meta.sql",
        dump.replace("CREATE", "\\! touch owned\nCREATE"),
    );
    place.write(
        "work/program.sql",
        dump.replace("FROM stdin;\nx\n\\.", "FROM PROGRAM 'touch owned';"),
    );
    place.write(
        "work/rollback.sql",
        dump.replace("CREATE", "ROLLBACK;\nCREATE"),
    );
    place.write("work/empty.sql", "");
    place.write("work/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    place.write("work/dump.zst", b"\x28\xb5\x2f\xfd\0\0\0");
    place.write("work/script.sql", "CREATE TABLE t (a text);\n");
    let transcripts: Vec<String> = [
        "truncated.gz",
        "garbage.gz",
        "flipped.gz",
        "cut-in-copy.sql",
        "no-trailer.sql",
        "meta.sql",
        "program.sql",
        "rollback.sql",
        "empty.sql",
        "picture.png",
        "dump.zst",
        "script.sql",
        ".",
    ]
    .iter()
    .map(|name| place.transcript(&["restore", name, "--into", "local", "--quiet"]))
    .collect();
    assert!(!place.path("work/owned").exists());
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

/// What was fetched is in the cache, where a disk may spoil it; only that can be fetched again.
#[test]
fn a_version_that_is_spoiled_in_the_cache_is_fetched_again() {
    let place = Place::new();
    let store = place.store();
    let dump = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE t (a text);\n\n\
        --\n-- PostgreSQL database dump complete\n--\n\n";
    place.version("infinite-prod.anon.2026-11-01T04:00:00.gz", dump);
    let verify = ["verify", "--store", &store];
    place.transcript(&verify);
    let cached = walk(&place.path("home"))
        .into_iter()
        .find(|path| path.ends_with("infinite-prod.anon.gz"))
        .unwrap();
    let mut gzip = fs::read(&cached).unwrap();
    let checksum = gzip.len() - 8;
    gzip[checksum] ^= 1;
    fs::write(&cached, gzip).unwrap();
    let transcripts = [
        place.transcript(&verify),
        place.transcript(&["restore", "--into", "local", "--store", &store]),
        place.transcript(&["verify", cached.to_str().unwrap()]),
        place.transcript(&["verify", "--store", &store, "--force"]),
    ];
    // The cache's names hold the store's.
    let directory = place.path("store").parent().unwrap().to_owned();
    let name = directory.file_name().unwrap().to_str().unwrap().to_owned();
    insta::assert_snapshot!(transcripts.join("\n\n").replace(&name, "[NAME]"));
}

fn walk(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn a_cache_that_can_not_be_written_is_named_before_anything_else() {
    let place = Place::new();
    let cache = place.write("occupied", "a file").join("cache");
    // The store is not there either, but the cache is looked at first.
    let place = place
        .with("PGFERRY_CACHE_DIR", cache.display())
        .with("S3_BUCKET", "b");
    insta::assert_snapshot!(place.transcript(&["fetch", "--database", "infinite-prod"]));
}

#[test]
fn a_full_disk_is_named() {
    let place = Place::new();
    place.version("infinite-prod.anon.2026-11-01T04:00:00.gz", "-- a\n");
    insta::assert_snapshot!(place.transcript(&[
        "fetch",
        "--store",
        &place.store(),
        "--output",
        "/dev/full"
    ]));
}
