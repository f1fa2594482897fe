//! What only hosts have: the user's ssh decides who is let in and how, connections break, and manifests are the checksums.

use std::fs;

use sha2::{Digest as _, Sha256};

use super::support::{Sshd, Workspace};

/// A file that has no checksum of its own.
fn archive(megabytes: usize) -> Vec<u8> {
    (0..megabytes << 20)
        .map(|index| u8::try_from((index * index / 251) % 256).unwrap())
        .collect()
}

fn manifest(sha256: &str, size: usize) -> String {
    serde_json::json!({
        "manifest_version": 1, "database": "site", "taken_at": "2026-11-01T04:00:00Z",
        "tool": {"name": "pgferry", "version": "0.1.0"}, "server_version": "15.18", "pg_dump_version": "15.18",
        "artefacts": {"dump": {"file": "site.dump.2026-11-01T04:00:00", "size": size, "sha256": sha256}},
        "tables": [], "addresses_replaced": 0,
    })
    .to_string()
}

fn put(sshd: &Sshd, body: &[u8], sha256: &str) {
    let store = sshd.store();
    fs::write(store.join("site.dump.2026-11-01T04:00:00"), body).unwrap();
    let manifest = manifest(sha256, body.len());
    fs::write(store.join("site.2026-11-01T04:00:00.json"), manifest).unwrap();
}

fn sum(body: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(body))
}

const FETCH: [&str; 3] = ["fetch", "--kind", "dump"];

/// Exit code and standard error, with what differs between runs taken out.
fn told(workspace: &Workspace, store: &str, replaced: &[(String, &str)]) -> String {
    let outcome = workspace.pgferry(&["versions", "--store", store]);
    let text = format!("{}exit {}", outcome.stderr, outcome.code);
    replaced
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

#[test]
fn a_connection_that_breaks_is_made_again_and_goes_on() {
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new());
    let body = archive(12);
    put(&sshd, &body, &sum(&body));
    sshd.cut_after(&[3 << 20, 4 << 20]);
    let fetched = workspace.pgferry(&FETCH).expect_code(0);
    assert!(fs::read(fetched.text()).unwrap() == body);
    let sent = sshd.sent();
    assert_eq!(sent.len(), 3, "{sent:?}");
    // What was on its way when a connection broke comes twice, and no more than that.
    let again = sent.iter().sum::<u64>() - body.len() as u64;
    assert!(again < 5 << 20, "{sent:?}");
}

#[test]
fn a_host_that_never_comes_back_is_given_up_in_time() {
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new());
    put(&sshd, &archive(4), "");
    sshd.cut_after(&[1 << 20, 0, 0, 0, 0, 0, 0]);
    let broken = workspace.pgferry(&FETCH).expect_code(1);
    assert!(
        broken.stderr.contains("failed after") && broken.stderr.contains("hint: "),
        "{broken}"
    );
    assert!(sshd.sent().len() >= 6, "{:?}", sshd.sent().len());
}

/// An archive says nothing of itself, so its manifest has to.
#[test]
fn what_the_manifest_does_not_say_is_refused() {
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new());
    let body = archive(1);
    put(&sshd, &body, &sum(b"something else"));
    let refused = workspace.pgferry(&FETCH).expect_code(5);
    assert!(
        refused
            .stderr
            .contains("its SHA-256 is not the one that the store has"),
        "{refused}"
    );
    fs::write(sshd.store().join("site.2026-11-01T04:00:00.json"), "{").unwrap();
    // One that can't be read says no more than none.
    let unsaid = workspace.pgferry(&FETCH).expect_code(0);
    assert!(fs::read(unsaid.text()).unwrap() == body);
}

#[test]
fn configurations_jumps_and_homes_are_the_users() {
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new());
    put(&sshd, b"x", &sum(b"x"));
    let path = sshd.store();
    for store in [
        sshd.url("box"),
        // By way of `box`.
        sshd.url("inner"),
        sshd.url(&sshd.destination()),
        // The server says which directory that is.
        "ssh://box/~/store".to_owned(),
        format!("ssh://box{}/", path.display()),
    ] {
        let arguments = ["fetch", "--kind", "dump", "--force", "--store", &store];
        let fetched = workspace.pgferry(&arguments).expect_code(0);
        assert_eq!(fs::read(fetched.text()).unwrap(), b"x", "{store}");
    }
}

#[test]
fn hosts_that_do_not_let_one_in() {
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new());
    let directory = sshd.path("");
    let port = sshd.destination();
    let (user, address) = port.split_once('@').unwrap();
    let (_, port) = address.split_once(':').unwrap();
    let replaced = [
        (directory.display().to_string(), "[DIRECTORY]/"),
        (port.to_owned(), "[PORT]"),
        (format!("{user}@"), "[USER]@"),
        (workspace.path("").display().to_string(), "[WORKSPACE]/"),
    ];
    let path = directory.display();
    let mut transcripts = Vec::new();
    for (what, lines, host) in [
        (
            "unknown host",
            format!("Host *\n UserKnownHostsFile {path}nobody_known"),
            "box",
        ),
        (
            "changed host",
            format!("Host *\n UserKnownHostsFile {path}changed"),
            "box",
        ),
        (
            "no key",
            format!("Host *\n IdentityFile {path}stranger\n IdentitiesOnly yes"),
            "box",
        ),
        ("nobody listens", "Host *\n Port 1".to_owned(), "box"),
        ("no such host", String::new(), "no-such-host.invalid"),
    ] {
        let stranger = fs::read_to_string(sshd.path("stranger.pub")).unwrap();
        fs::write(
            sshd.path("changed"),
            format!("[127.0.0.1]:{port} {stranger}"),
        )
        .unwrap();
        let is_stranger = what == "no key";
        if is_stranger {
            // The first that is said counts, but of keys all do.
            fs::rename(sshd.path("user"), sshd.path("put-away")).unwrap();
        }
        sshd.configure(&lines);
        transcripts.push(format!(
            "{what}\n{}",
            told(&workspace, &sshd.url(host), &replaced)
        ));
        if is_stranger {
            fs::rename(sshd.path("put-away"), sshd.path("user")).unwrap();
        }
    }
    sshd.configure("");
    let server = sshd.path("sshd_config");
    let text = fs::read_to_string(&server).unwrap();
    let text = text
        .lines()
        .filter(|line| !line.starts_with("Subsystem"))
        .collect::<Vec<_>>();
    fs::write(&server, text.join("\n")).unwrap();
    transcripts.push(format!(
        "no SFTP\n{}",
        told(&workspace, &sshd.url("box"), &replaced)
    ));
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

#[test]
fn a_name_that_is_no_text_is_said() {
    use std::os::unix::ffi::OsStrExt as _;
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new());
    put(&sshd, b"x", &sum(b"x"));
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs::write(sshd.store().join(name), "").unwrap();
    let refused = workspace
        .pgferry(&["versions", "--kind", "dump"])
        .expect_code(1);
    assert!(
        refused
            .stderr
            .contains("the name of a file there is not UTF-8")
            && refused
                .stderr
                .contains("hint: find and rename it: `ssh box`"),
        "{refused}"
    );
}

#[test]
fn a_backup_that_could_not_be_uploaded_is_not_made() {
    let sshd = Sshd::start();
    let workspace = sshd.lead(Workspace::new()).with("PGDATABASE", "site");
    for arguments in [["backup"].as_slice(), &["backup", "--upload-pending"]] {
        let refused = workspace.pgferry(arguments).expect_code(2);
        assert!(
            refused.stderr.contains("is a store to read from"),
            "{refused}"
        );
    }
}
