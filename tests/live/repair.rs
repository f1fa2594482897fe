//! Old anonymised dumps: the script that made them wrote one address for all, in unique columns too.

use std::fs;

use super::support::{Cluster, Outcome, Workspace};

const FLAGS: [&str; 4] = ["--no-owner", "--no-acl", "--clean", "--if-exists"];

/// What the script ran its dumps through.
const SCRIPT: &str = r"s/[\w._+-]+\@[\w._-]+\.[\w_-]+/nobody\@example.com/g";

const PASS: &str = "reading the dump for its keys";

struct Ground {
    original: String,
    copy: String,
    workspace: Workspace,
}

impl Ground {
    fn of(file: &str, variables: &[(&str, &str)]) -> Self {
        let cluster = Cluster::shared();
        let (original, copy) = (cluster.fresh_database(), cluster.fresh_database());
        cluster.load(&original, file, variables);
        let workspace = Workspace::new().with_database(cluster, &copy);
        Self {
            original,
            copy,
            workspace,
        }
    }

    fn ask(&self, database: &str, sql: &str) -> String {
        let mut psql = self.workspace.command("psql");
        psql.args(["-XAtqc", sql, "-v", "ON_ERROR_STOP=1", "--dbname", database]);
        let asked = self.workspace.run(psql, b"").expect_code(0);
        asked.text().to_owned()
    }

    /// As the script made them, before gzip.
    fn legacy(&self) -> Vec<u8> {
        let dump = Cluster::shared().dump(&self.original, &FLAGS);
        let mut perl = self.workspace.command("perl");
        perl.args(["-pe", SCRIPT]);
        self.workspace.run(perl, &dump).expect_code(0).stdout
    }

    fn zipped(&self, dump: &[u8]) -> Vec<u8> {
        let mut gzip = self.workspace.command("gzip");
        gzip.arg("-c");
        self.workspace.run(gzip, dump).expect_code(0).stdout
    }

    fn restore(&self, file: &str, more: &[&str]) -> Outcome {
        let arguments = ["-v", "restore", file, "--yes"];
        self.workspace.pgferry(&[&arguments[..], more].concat())
    }

    fn keys(&self, database: &str) -> String {
        let keys = "SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype <> 'c' AND conrelid <> 0 ORDER BY 1, 2";
        let indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
        format!(
            "{}\n{}",
            self.ask(database, keys),
            self.ask(database, indexes)
        )
    }
}

#[test]
fn a_dump_whose_keys_the_script_broke_is_restored_with_all_of_them() {
    let ground = Ground::of("site.sql", &[("scale", "1")]);
    let legacy = ground.legacy();
    ground.workspace.write("site.anon.sql", &legacy);
    ground
        .workspace
        .write("site.anon.gz", ground.zipped(&legacy));

    // What people had.
    let mut psql = ground.workspace.command("psql");
    psql.args([
        "-X",
        "-q",
        "-1",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        "site.anon.sql",
    ]);
    let stock = ground.workspace.run(psql, b"").expect_code(3);
    let said = "could not create unique index";
    assert!(stock.stderr.contains(said), "{stock}");

    let expected = ground.keys(&ground.original);
    for file in ["site.anon.gz", "site.anon.sql"] {
        for way in [
            &["--jobs", "1"][..],
            &["--jobs", "2"],
            &["--via", "psql"],
            &["--in-place"],
        ] {
            let restored = ground.restore(file, way).expect_code(0);
            for note in [
                "note: 999 repeated addresses in users.identifier were made unique (nobody+N@example.com)",
                "note: 99 repeated addresses in newsletter_subscriptions.identifier were made unique",
            ] {
                assert!(restored.stderr.contains(note), "{note}: {restored}");
            }
            assert!(ground.keys(&ground.copy) == expected, "{file}, {way:?}");
            for (sql, answer) in [
                (
                    "SELECT count(*), count(DISTINCT identifier) FROM users",
                    "1000|1000",
                ),
                (
                    "SELECT min(identifier) FROM users",
                    "nobody+100@example.com",
                ),
                (
                    "SELECT count(*) FROM users WHERE identifier = 'nobody@example.com'",
                    "1",
                ),
                (
                    "SELECT count(*) FROM newsletter_subscriptions JOIN users USING (identifier)",
                    "100",
                ),
                // What is in no key stays as the script left it.
                ("SELECT DISTINCT contact FROM venues", "nobody@example.com"),
            ] {
                assert_eq!(ground.ask(&ground.copy, sql), answer, "{sql}");
            }
        }
    }
}

#[test]
fn who_wants_no_repair_gets_none() {
    let ground = Ground::of("site.sql", &[("scale", "1")]);
    let zipped = ground.zipped(&ground.legacy());
    ground.workspace.write("site.anon.gz", &zipped);
    ground.workspace.write("site.gz", &zipped);
    ground.ask(&ground.copy, "CREATE TABLE kept AS SELECT 7 AS seven");
    for (file, flags) in [
        ("site.anon.gz", &["--no-repair-duplicates"][..]),
        ("site.gz", &[]),
    ] {
        let failed = ground.restore(file, flags).expect_code(6);
        assert!(failed.stderr.contains("23505"), "{failed}");
        assert!(!failed.stderr.contains(PASS), "{failed}");
        let hint = "`--repair-duplicates` numbers it";
        assert!(failed.stderr.contains(hint), "{failed}");
        assert_eq!(ground.ask(&ground.copy, "SELECT seven FROM kept"), "7");
    }
    let restored = ground
        .restore("site.gz", &["--repair-duplicates", "--json"])
        .expect_code(0);
    let receipt: serde_json::Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert!(
        receipt["notes"]
            .to_string()
            .contains("999 repeated addresses in users.identifier"),
        "{receipt}"
    );
}

/// Keys over expressions, over several columns, of domains and of citext, and what refers to them.
#[test]
fn keys_of_all_kinds_hold() {
    let ground = Ground::of("oddities.sql", &[]);
    // The script made it too long for its column, which is another matter.
    ground.ask(&ground.original, "UPDATE contacts SET short = NULL");
    let more = "INSERT INTO members VALUES (2, 'n@example.net'), (2, 'o@example.net');
        INSERT INTO typed (e) VALUES ('one@example.net'), ('two@example.net');";
    ground.ask(&ground.original, more);
    ground.workspace.write("odd.anon.sql", ground.legacy());
    let expected = ground.keys(&ground.original);
    for jobs in ["1", "3"] {
        let restored = ground
            .restore("odd.anon.sql", &["--trust", "--jobs", jobs])
            .expect_code(0);
        assert!(ground.keys(&ground.copy) == expected, "{restored}");
        let members = "SELECT org, email FROM members ORDER BY 1, 2";
        assert_eq!(
            ground.ask(&ground.copy, members),
            "1|nobody+1@example.com\n1|nobody@example.com\n2|nobody+1@example.com\n2|nobody+2@example.com\n2|nobody@example.com"
        );
        let links = "SELECT count(*) FROM contact_links JOIN contacts ON backup_email = other";
        assert_eq!(ground.ask(&ground.copy, links), "2");
    }
}

#[test]
fn a_backup_of_pgferrys_own_is_read_once() {
    let ground = Ground::of("site.sql", &[("scale", "1")]);
    let host = Workspace::new().with_database(Cluster::shared(), &ground.original);
    host.pgferry(&["backup", "--no-upload"]).expect_code(0);
    let made = fs::read(host.path(format!("backups/{}.anon.gz", ground.original))).unwrap();
    ground.workspace.write("site.anon.gz", made);
    let restored = ground
        .restore("site.anon.gz", &["--jobs", "2"])
        .expect_code(0);
    assert!(!restored.stderr.contains(PASS), "{restored}");
    assert!(!restored.stderr.contains("made unique"), "{restored}");
}

/// The store says of which kind a version is.
#[test]
fn a_version_of_the_anonymised_kind_is_repaired() {
    let ground = Ground::of("site.sql", &[("scale", "1")]);
    let zipped = ground.zipped(&ground.legacy());
    let store = ground.workspace.path("store");
    fs::create_dir(&store).unwrap();
    for name in [
        "site.anon.2026-11-01T04:00:00.gz",
        "site.2026-11-01T04:00:00.gz",
    ] {
        fs::write(store.join(name), &zipped).unwrap();
    }
    let url = format!("file://{}", store.display());
    let restore = |kind: &str| {
        let mut pgferry = ground.workspace.command(env!("CARGO_BIN_EXE_pgferry"));
        pgferry
            .args(["-v", "restore", "--yes"])
            .env("PGFERRY_STORE", &url)
            .env("PGFERRY_KIND", kind);
        ground.workspace.run(pgferry, b"")
    };
    let restored = restore("anon").expect_code(0);
    assert!(
        restored.stderr.contains("999 repeated addresses"),
        "{restored}"
    );
    let failed = restore("full").expect_code(6);
    assert!(!failed.stderr.contains(PASS), "{failed}");
}
