//! Custom archives whose rows sessions read from the archive's blocks.

use std::fs;

use pgferry_core::dump::archive::{ArchiveReader, Event};

use super::support::{Cluster, Outcome, Workspace, ordered};

const FLAGS: [&str; 4] = ["--no-owner", "--no-acl", "--clean", "--if-exists"];

/// A pseudonym does not fit into varchar(12), so the column needs a rule.
const RULES: &str = "[anonymize.columns.\"public.contacts\"]\nshort = \"null\"\n";

const NATIVE: &str = "reading rows from the archive's blocks";

/// A database, a workspace of its own for the copy, and the copy.
struct Ground {
    cluster: &'static Cluster,
    original: String,
    copy: String,
    workspace: Workspace,
}

impl Ground {
    fn of(file: &str, variables: &[(&str, &str)]) -> Self {
        let cluster = Cluster::shared();
        let original = cluster.fresh_database();
        cluster.load(&original, file, variables);
        Self::with(cluster, original)
    }

    fn with(cluster: &'static Cluster, original: String) -> Self {
        let copy = cluster.fresh_database();
        let workspace = Workspace::new().with_database(cluster, &copy);
        Self {
            cluster,
            original,
            copy,
            workspace,
        }
    }

    fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = self.workspace.command("psql");
        psql.args(["-XAtqc", sql, "-v", "ON_ERROR_STOP=1", "--dbname", database]);
        self.workspace
            .run(psql, b"")
            .expect_code(0)
            .text()
            .to_owned()
    }

    /// Written to a file, which has the places of its blocks.
    fn archive(&self, flags: &[&str]) -> Vec<u8> {
        let mut pg_dump = self.workspace.command("pg_dump");
        pg_dump
            .args(["--format=custom", "--file=made.dump", "--dbname"])
            .arg(&self.original)
            .args(flags);
        self.workspace.run(pg_dump, b"").expect_code(0);
        fs::read(self.workspace.path("work/made.dump")).unwrap()
    }

    fn restore(&self, archive: impl AsRef<[u8]>, more: &[&str]) -> Outcome {
        self.workspace.write("site.dump", archive);
        let arguments = ["-v", "restore", "site.dump", "--yes", "--trust"];
        self.workspace.pgferry(&[&arguments[..], more].concat())
    }

    fn copied(&self) -> Vec<Vec<u8>> {
        ordered(&self.cluster.dump(&self.copy, &FLAGS))
    }
}

/// What `pg_dump` 17 writes once more, behind the blocks, where its standard output is a file.
fn table_of_contents(archive: &[u8]) -> &[u8] {
    let mut reader = ArchiveReader::new();
    let mut input = archive;
    let mut start = 0;
    loop {
        let event = reader.next(&mut input).unwrap().unwrap();
        let offset = usize::try_from(reader.offset()).unwrap();
        match event {
            Event::Header => start = offset,
            Event::Toc => return &archive[start..offset],
            _ => {}
        }
    }
}

fn round_trip(file: &str, variables: &[(&str, &str)]) {
    let ground = Ground::of(file, variables);
    let host = Workspace::new().with_database(ground.cluster, &ground.original);
    host.write("pgferry.toml", RULES);
    host.pgferry(&["backup", "--no-upload"]);
    let of_backup = fs::read(host.path(format!("backups/{}.dump", ground.original))).unwrap();
    let piped = ground.cluster.dump(&ground.original, &["--format=custom"]);
    let mut appended = piped.clone();
    appended.extend(table_of_contents(&piped));
    let expected = ordered(&ground.cluster.dump(&ground.original, &FLAGS));
    for (archive, what) in [
        (appended, "a file that was appended to"),
        (ground.archive(&[]), "a file"),
        (ground.archive(&["--compress=0"]), "not compressed"),
        (piped, "a pipe"),
        (of_backup, "a backup"),
    ] {
        for jobs in ["2", "8"] {
            let restored = ground.restore(&archive, &["--jobs", jobs]).expect_code(0);
            assert!(restored.stderr.contains(NATIVE), "{what}: {restored}");
            assert!(
                ground.copied() == expected,
                "{jobs} jobs, {what}: the copy differs"
            );
        }
        // In the order of the dump, with the rows of each table: as the old way tells them.
        let native = ground.restore(&archive, &["--json", "--jobs", "2"]);
        let streamed = ground.restore(&archive, &["--json", "--jobs", "1"]);
        assert!(!streamed.stderr.contains(NATIVE), "{streamed}");
        let tables = |outcome: &Outcome| {
            let receipt: serde_json::Value = serde_json::from_slice(&outcome.stdout).unwrap();
            receipt["tables"].clone()
        };
        assert_eq!(tables(&native), tables(&streamed), "{what}");
    }
}

#[test]
fn oddities_come_out_of_an_archive_as_they_went_in() {
    round_trip("oddities.sql", &[]);
}

#[test]
fn a_site_comes_out_of_an_archive_as_it_went_in() {
    round_trip("site.sql", &[("scale", "1")]);
}

/// INSERTs, and dumps in another encoding, go the old way.
#[test]
fn what_blocks_do_not_tell_comes_from_pg_restore() {
    let ground = Ground::of("site.sql", &[("scale", "1")]);
    let expected = ordered(&ground.cluster.dump(&ground.original, &FLAGS));
    for (flags, is_native) in [
        (&["--inserts", "--rows-per-insert=100"][..], false),
        (&["--encoding=LATIN1"], true),
        (&[], true),
    ] {
        let restored = ground
            .restore(ground.archive(flags), &["--jobs", "2"])
            .expect_code(0);
        assert_eq!(restored.stderr.contains(NATIVE), is_native, "{restored}");
        assert!(ground.copied() == expected, "{flags:?}: the copy differs");
    }
}

#[test]
fn damage_is_told_and_changes_nothing() {
    let cluster = Cluster::shared();
    let ground = Ground::with(cluster, cluster.fresh_database());
    ground.sql(
        &ground.original,
        "CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, 50000) i;
         CREATE TABLE u (a int PRIMARY KEY); INSERT INTO u SELECT generate_series(1, 1000);
         SELECT lo_from_bytea(0, convert_to(repeat('large object ', 40000), 'UTF8'));",
    );
    ground.sql(&ground.copy, "CREATE TABLE kept AS SELECT 7 AS seven");
    for flags in [&[][..], &["--compress=0"]] {
        let good = ground.archive(flags);
        let middle = good.len() / 2;
        let cut = |length: usize| good[..length].to_vec();
        let flipped = |at: usize| {
            let mut bytes = good.clone();
            bytes[at] ^= 4;
            bytes
        };
        let mut trailing = good.clone();
        trailing.push(0);
        let mut piped = ground.cluster.dump(&ground.original, &["--format=custom"]);
        piped.push(0);
        let mut damaged = vec![
            (cut(good.len() - 1), "cut off"),
            (cut(middle), "cut off"),
            (cut(3000), "cut off"),
            (trailing, "bytes follow the last block of data"),
            (piped, "bytes follow the last block of data"),
        ];
        if flags.is_empty() {
            damaged.push((
                flipped(middle),
                "TABLE DATA public.t: compressed data are corrupt",
            ));
            damaged.push((flipped(good.len() - 20), "is corrupt"));
        }
        for (archive, said) in damaged {
            for jobs in ["2", "5"] {
                let failed = ground.restore(&archive, &["--jobs", jobs]).expect_code(5);
                assert!(failed.stderr.contains(said), "{said}: {failed}");
                assert_eq!(ground.sql(&ground.copy, "SELECT seven FROM kept"), "7");
            }
        }
    }
    // What the server refuses is told with its place.
    let good = ground.archive(&["--compress=0"]);
    // Where nothing is compressed, each row is a chunk.
    let text = b"30000\t";
    let at = good.windows(text.len()).position(|window| window == text);
    let mut wrong = good;
    wrong[at.unwrap()] = b'x';
    let failed = ground.restore(&wrong, &["--jobs", "2"]).expect_code(6);
    assert!(
        failed.stderr.contains("line 30000 of the rows of public.t"),
        "{failed}"
    );
    assert_eq!(ground.sql(&ground.copy, "SELECT seven FROM kept"), "7");
}
