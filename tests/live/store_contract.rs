//! One contract for every kind of store: what is there is listed, chosen and fetched alike, and what fails, fails alike.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::{Fault, On, Outcome, Proxy, S3Server, Seed, Sshd, Workspace};

const NAME: &str = "infinite-prod";
const TIMES: [&str; 3] = [
    "2026-11-01T04:00:00",
    "2026-11-02T04:00:00",
    "2026-11-03T04:00:00",
];

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// Bytes that don't compress, as a gzip of stored blocks.
fn large_gzip(megabytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .take(megabytes << 17)
    .flatten()
    .collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut gzip, &bytes).unwrap();
    gzip.finish().unwrap()
}

enum Kind {
    S3 { bucket: String, proxy: Proxy },
    Ssh(Sshd),
    Directory(PathBuf),
}

/// A store, and a workspace that leads to it.
struct Ground {
    kind: Kind,
    workspace: Workspace,
}

impl Ground {
    fn all() -> [Self; 3] {
        let s3 = S3Server::shared();
        let bucket = s3.fresh_bucket();
        let proxy = Proxy::before(s3.endpoint());
        let to_s3 = Workspace::new()
            .with_s3(s3, &bucket, "db")
            .with("AWS_ENDPOINT_URL", proxy.endpoint());
        let sshd = Sshd::start();
        let to_ssh = sshd.lead(Workspace::new());
        let to_directory = Workspace::new();
        let directory = to_directory.path("backups");
        let url = format!("file://{}", directory.display());
        [
            Self {
                kind: Kind::S3 { bucket, proxy },
                workspace: to_s3,
            },
            Self {
                kind: Kind::Ssh(sshd),
                workspace: to_ssh,
            },
            Self {
                kind: Kind::Directory(directory),
                workspace: to_directory.with("PGFERRY_STORE", url),
            },
        ]
    }

    fn directory(&self) -> Option<PathBuf> {
        match &self.kind {
            Kind::S3 { .. } => None,
            Kind::Ssh(sshd) => Some(sshd.store()),
            Kind::Directory(path) => Some(path.clone()),
        }
    }

    /// Versions of `DATABASE.anon.gz`, oldest first, and the symlink that a host has.
    fn put(&self, database: &str, versions: &[(&str, &[u8])]) {
        let current = format!("{database}.anon.gz");
        if let Kind::S3 { bucket, .. } = &self.kind {
            let utc: Vec<String> = versions
                .iter()
                .map(|(time, _)| format!("{time}Z"))
                .collect();
            let seeds: Vec<Seed<'_>> = utc
                .iter()
                .zip(versions)
                .map(|(time, (_, body))| Seed::Object(time, body))
                .collect();
            S3Server::shared().seed(bucket, &format!("db/{current}"), &seeds);
        }
        if let Some(directory) = self.directory() {
            let mut name = String::new();
            for (time, body) in versions {
                name = format!("{database}.anon.{time}.gz");
                fs::write(directory.join(&name), body).unwrap();
            }
            symlink(&name, directory.join(&current)).unwrap();
        }
    }

    fn three(&self) {
        let bodies = TIMES.map(gzip);
        let versions: Vec<(&str, &[u8])> = TIMES
            .iter()
            .zip(&bodies)
            .map(|(time, body)| (*time, body.as_slice()))
            .collect();
        self.put(NAME, &versions);
    }

    fn pgferry(&self, arguments: &[&str]) -> Outcome {
        self.workspace.pgferry(arguments)
    }

    fn what(&self) -> &str {
        match &self.kind {
            Kind::S3 { .. } => "s3",
            Kind::Ssh(_) => "ssh",
            Kind::Directory(_) => "directory",
        }
    }
}

#[test]
fn versions_are_listed_chosen_and_fetched() {
    for ground in Ground::all() {
        ground.three();
        let listed = ground.pgferry(&["versions", "--json"]).expect_code(0);
        let json: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
        let versions: Vec<(&str, &str, u64)> = json
            .as_array()
            .unwrap()
            .iter()
            .map(|version| {
                (
                    version["selector"].as_str().unwrap(),
                    version["taken_at"].as_str().unwrap(),
                    version["size"].as_u64().unwrap(),
                )
            })
            .collect();
        let size = gzip(TIMES[0]).len() as u64;
        let expected = [
            ("latest", "2026-11-03T04:00:00Z", size),
            ("~1", "2026-11-02T04:00:00Z", size),
            ("~2", "2026-11-01T04:00:00Z", size),
        ];
        assert_eq!(versions, expected, "{}", ground.what());

        let oldest_id = json[2]["id"].as_str().unwrap();
        for (selector, time) in [
            ("latest", TIMES[2]),
            ("~1", TIMES[1]),
            ("@2026-11-02T12:00", TIMES[1]),
            ("infinite-prod.anon.gz", TIMES[2]),
            (oldest_id, TIMES[0]),
        ] {
            let cached = ground.pgferry(&["fetch", selector]).expect_code(0);
            assert!(
                fs::read(cached.text()).unwrap() == gzip(time),
                "{selector}\n{cached}"
            );
            let piped = ground
                .pgferry(&["fetch", selector, "--output", "-"])
                .expect_code(0);
            assert!(piped.stdout == gzip(time), "{selector}\n{piped}");
        }
    }
}

#[test]
fn what_is_missing_is_said() {
    for ground in Ground::all() {
        let empty = ground.pgferry(&["versions"]).expect_code(3);
        assert!(
            empty.stderr.contains("the store holds no backups"),
            "{empty}"
        );
        ground.three();
        let far = ground.pgferry(&["fetch", "~3"]).expect_code(3);
        assert!(far.stderr.contains("the oldest version is `~2`"), "{far}");
        let kind = ground
            .pgferry(&["versions", "--kind", "dump"])
            .expect_code(3);
        assert!(kind.stderr.contains("--kind all"), "{kind}");
        let other = ground
            .pgferry(&["versions", "--database", "other"])
            .expect_code(3);
        assert!(
            other
                .stderr
                .contains("the store has backups of `infinite-prod`"),
            "{other}"
        );
        let nowhere = match &ground.kind {
            Kind::S3 { .. } => "s3://no-such-bucket/db".to_owned(),
            Kind::Ssh(sshd) => format!("{}/nowhere", sshd.url("box")),
            Kind::Directory(path) => format!("file://{}/nowhere", path.display()),
        };
        let nowhere = ground
            .pgferry(&["versions", "--store", &nowhere])
            .expect_code(3);
        assert!(
            nowhere.stderr.contains("does not exist") && nowhere.stderr.contains("pgferry config"),
            "{nowhere}"
        );
    }
}

#[test]
fn odd_names_are_names() {
    let names = [
        "with space",
        "it's $(touch hacked) & `touch hacked`; *",
        "ünïcode",
        "100% \"quoted\"",
        "~root",
        "..stars".trim_start_matches('.'),
    ];
    for ground in Ground::all() {
        for name in names {
            ground.put(name, &[(TIMES[0], &gzip(name))]);
        }
        // None of these is a version.
        if let Some(directory) = ground.directory() {
            fs::write(directory.join("a\nb.anon.2026-11-09T04:00:00.gz"), "x").unwrap();
            fs::write(
                directory.join("ünïcode.anon.2026-11-09T04:00:00.gz.part"),
                "x",
            )
            .unwrap();
            fs::create_dir(directory.join("ünïcode.anon.2026-11-08T04:00:00.gz")).unwrap();
            let link = directory.join("ünïcode.anon.2026-11-07T04:00:00.gz");
            symlink("/etc/passwd", link).unwrap();
        }
        for name in names {
            let arguments = ["versions", "--json", "--database", name];
            let listed = ground.pgferry(&arguments).expect_code(0);
            let json: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
            assert_eq!(json.as_array().unwrap().len(), 1, "{listed}");
            let fetched = ground
                .pgferry(&["fetch", "--database", name])
                .expect_code(0);
            assert!(fs::read(fetched.text()).unwrap() == gzip(name), "{fetched}");
        }
        assert!(!ground.workspace.path("work/hacked").exists());
        assert!(!ground.workspace.path("home/hacked").exists());
        if let Kind::Ssh(sshd) = &ground.kind {
            assert!(!sshd.path("hacked").exists() && !sshd.store().join("hacked").exists());
        }
    }
}

/// A byte that changed on its way, or in the store.
#[test]
fn what_is_damaged_is_refused_and_replaces_nothing() {
    for ground in Ground::all() {
        let good = gzip("good");
        let mut bad = good.clone();
        bad[12] ^= 1;
        let latest = match &ground.kind {
            // What S3 holds is what was uploaded, so it is the way that damages it here.
            Kind::S3 { .. } => &good,
            Kind::Ssh(_) | Kind::Directory(_) => &bad,
        };
        ground.put(NAME, &[(TIMES[0], &good), (TIMES[1], latest)]);
        if let Kind::S3 { proxy, .. } = &ground.kind {
            let version = On::method("GET").containing("versionId=");
            proxy.inject(Fault::Flip { offset: 12 }, version);
        }
        let output = ground.workspace.write("out.gz", "what was there");
        for _ in 0..2 {
            let refused = ground.pgferry(&["fetch", "latest"]).expect_code(5);
            assert!(refused.stderr.contains("is corrupt"), "{refused}");
        }
        ground
            .pgferry(&["fetch", "latest", "--output", "out.gz"])
            .expect_code(5);
        assert_eq!(fs::read(output).unwrap(), b"what was there");
        if let Kind::S3 { proxy, .. } = &ground.kind {
            proxy.heal();
        }
        let older = ground.pgferry(&["fetch", "~1"]).expect_code(0);
        assert!(fs::read(older.text()).unwrap() == good);
    }
}

/// `command` without root's right to read everything.
fn without_privileges(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.command("setpriv");
    let capabilities = "-dac_override,-dac_read_search";
    command
        .args([
            format!("--bounding-set={capabilities}"),
            format!("--inh-caps={capabilities}"),
        ])
        .arg(env!("CARGO_BIN_EXE_pgferry"))
        .args(arguments);
    command
}

#[test]
fn what_may_not_be_read_is_said() {
    for ground in Ground::all() {
        ground.three();
        match &ground.kind {
            Kind::S3 { proxy, .. } => proxy.inject(
                Fault::s3_error(403, "AccessDenied", "Access Denied"),
                On::any(),
            ),
            Kind::Ssh(_) | Kind::Directory(_) => {
                let directory = ground.directory().unwrap();
                fs::set_permissions(directory, fs::Permissions::from_mode(0o000)).unwrap();
            }
        }
        for arguments in [["versions"].as_slice(), &["fetch", "--database", NAME]] {
            let refused = if nix::unistd::geteuid().is_root() {
                let command = without_privileges(&ground.workspace, arguments);
                ground.workspace.run(command, b"")
            } else {
                ground.pgferry(arguments)
            };
            let refused = refused.expect_code(4);
            assert!(refused.stderr.contains("hint: "), "{refused}");
        }
        if let Some(directory) = ground.directory() {
            fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

/// Whatever breaks, and whenever, the next run gets the exact bytes, and before that nothing has the final name.
#[test]
fn an_interrupted_fetch_is_completed_by_the_next_run() {
    for ground in Ground::all() {
        let body = large_gzip(24);
        ground.put(NAME, &[(TIMES[0], &body)]);
        let output = ground.workspace.path("work/out.gz");
        match &ground.kind {
            Kind::S3 { proxy, .. } => {
                let version = On::method("GET").containing("versionId=").times(1);
                proxy.inject(Fault::Reset { after: 1 << 20 }, version);
            }
            Kind::Ssh(sshd) => sshd.cut_after(&[1 << 20]),
            Kind::Directory(_) => {}
        }
        for times in 0.. {
            assert!(times < 3, "{} never gets there", ground.what());
            let outcome = ground.pgferry(&["fetch", "latest", "--output", "out.gz"]);
            if outcome.code == 0 {
                break;
            }
            assert!(!output.exists(), "{outcome}");
            assert!(
                outcome.stderr.contains("run the same command again"),
                "{outcome}"
            );
        }
        assert!(fs::read(&output).unwrap() == body);
        fs::remove_file(&output).unwrap();

        kill_while_it_fetches(&ground);
        assert!(!output.exists() || fs::read(&output).unwrap() == body);
        ground
            .pgferry(&["fetch", "latest", "--output", "out.gz"])
            .expect_code(0);
        assert!(fs::read(&output).unwrap() == body);
    }
}

/// SIGKILL as soon as bytes have arrived beside the final name.
fn kill_while_it_fetches(ground: &Ground) {
    let mut command = ground.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
    let mut child = command
        .args(["--quiet", "fetch", "latest", "--output", "out.gz"])
        .spawn()
        .unwrap();
    let arrives = || {
        let mut entries = fs::read_dir(ground.workspace.path("work"))
            .unwrap()
            .flatten();
        entries.any(|entry| entry.metadata().is_ok_and(|file| file.len() > 0))
    };
    let started = Instant::now();
    while !arrives() && child.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_mins(1));
        std::thread::yield_now();
    }
    let process = Pid::from_raw(i32::try_from(child.id()).unwrap());
    kill(process, Signal::SIGKILL).ok();
    child.wait().unwrap();
}
