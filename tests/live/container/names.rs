//! Names that others give: of databases, files and containers.

use super::ground::Ground;

/// The line below the receipt, run by a shell as it stands.
fn run_line(ground: &Ground, stderr: &str) -> String {
    let (_, line) = stderr.split_once("\nPGPASSFILE=").unwrap();
    let line = line.trim_end();
    let mut shell = ground.workspace.command("/bin/sh");
    let script = format!("PGPASSFILE={line} -XAtqc 'SELECT current_database()'");
    shell.args(["-c", &script]);
    let outcome = ground.workspace.run(shell, b"").expect_code(0);
    outcome.text().to_owned()
}

#[test]
fn whatever_a_database_is_called_the_line_below_the_receipt_leads_to_it() {
    let ground = Ground::new("names");
    let longest = "d".repeat(63);
    // As long, and alike in its first 62 bytes.
    let alike = format!("{}e", "d".repeat(62));
    for name in [
        "it's \"quoted\"",
        "host=nowhere",
        "postgres://x",
        "postgresql://u@nowhere/x?sslmode=require",
        "a b  c",
        "$(touch x) `y` \\ %",
        "-x",
        "größe",
        &longest,
        &alike,
    ] {
        // Without a value that begins with a dash, which clap takes for a flag.
        let called = format!("--as={name}");
        let restored = ground.restore("t.sql", &[&called]).expect_code(0);
        assert_eq!(run_line(&ground, &restored.stderr), name);
        let again = ground.container("start").expect_code(0);
        assert_eq!(run_line(&ground, &format!("\n{}", again.stderr)), name);
        assert_eq!(ground.select("SELECT current_database()"), name);
        let url = ground.container("url").expect_code(0);
        let mut psql = ground.workspace.command("psql");
        psql.args([url.text(), "-XAtqc", "SELECT a FROM t"]);
        assert_eq!(ground.workspace.run(psql, b"").expect_code(0).text(), "one");
    }
    // Once more, in the place of the one that is there.
    ground.workspace.write("t.sql", super::small("two\n"));
    for name in ["it's \"quoted\"", &longest, &alike] {
        ground.restore("t.sql", &["--as", name]).expect_code(0);
        assert_eq!(
            ground.select("SELECT current_database(), a FROM t"),
            format!("{name}|two")
        );
    }
    assert_eq!(
        ground.select("SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_\\_%'"),
        "0",
        "none is left beside another"
    );
    for name in ["two\nlines", "\u{1b}[2J"] {
        let refused = ground.restore("t.sql", &["--as", name]).expect_code(2);
        assert!(refused.stderr.contains("control characters"), "{refused}");
    }
}

#[test]
fn a_database_is_called_as_the_file_without_its_endings() {
    let ground = Ground::new("stems");
    let sql = super::small("one\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, sql.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    for file in [
        "site.sql.gz",
        "site.sql",
        "site.dump.gz",
        "site.anon.gz",
        "site.anon.sql.gz",
        "site.SQL.GZ",
        "site.anon.2026-11-20T04:00:00.gz",
    ] {
        let is_compressed = file.to_lowercase().ends_with("gz");
        let path = ground.workspace.write(
            file,
            if is_compressed {
                gzip.as_slice()
            } else {
                sql.as_bytes()
            },
        );
        let word = path.to_str().unwrap();
        let restored = ground.restore(word, &[]).expect_code(0);
        let into = format!(" into site in the container {} in ", ground.name);
        assert!(restored.stderr.contains(&into), "{restored}");
    }
}

#[test]
fn a_name_that_is_too_long_for_a_container_is_refused() {
    let mut ground = Ground::new("x");
    let room = 63 - ground.name.len();
    let longest = format!("{}{}", ground.name, "y".repeat(room));
    ground.name = format!("{longest}y");
    let refused = ground.restore("t.sql", &[]).expect_code(2);
    assert_eq!(
        refused.stderr,
        format!(
            "error: `{longest}y` is no name for a container\n\
             hint: letters, digits, `_`, `.` and `-` make a name, 63 at most; `--name` gives one\n"
        )
    );
    ground.name = longest;
    ground.restore("t.sql", &["--ephemeral"]).expect_code(0);
    ground.container("rm").expect_code(0);
}
