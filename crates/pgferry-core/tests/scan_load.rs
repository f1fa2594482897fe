//! The load filter: real dumps pass, hostile ones do not, cut ones are told apart.

use pgferry_core::dump::{Hazard, LoadError, LoadFilter, LoadOptions, Note, ScriptReport};

const ODDITIES: &[u8] = include_bytes!("data/oddities.sql");
const SITE: &[u8] = include_bytes!("data/site.sql");
const INSERTS: &[u8] = include_bytes!("data/oddities.inserts.sql");

const HEADER: &str = "--\n-- PostgreSQL database dump\n--\n\n";
const TRAILER: &str = "--\n-- PostgreSQL database dump complete\n--\n\n";

/// With the filter's own statements. What the dump's may be is `script_statement`'s business.
const PINNED: LoadOptions = LoadOptions {
    pin_settings: true,
    ..UNPINNED
};

/// The dump as it is, without statements of the filter's own.
const UNPINNED: LoadOptions = LoadOptions {
    any_statement: true,
    server_major: None,
    server_files: false,
    code_blocks: false,
    pin_settings: false,
    parts: None,
};

fn load(dump: &[u8], options: LoadOptions) -> (Vec<u8>, Result<ScriptReport, LoadError>) {
    let mut filter = LoadFilter::new(options);
    let mut output = Vec::new();
    let fed = filter.feed(dump, &mut output);
    let result = match fed {
        Ok(()) => filter.finish(&mut output),
        Err(error) => Err(error),
    };
    (output, result)
}

fn refused(body: &str) -> LoadError {
    let (output, result) = load(format!("{HEADER}{body}\n{TRAILER}").as_bytes(), UNPINNED);
    let error = result.expect_err(body);
    assert!(!String::from_utf8_lossy(&output).contains("evil"), "{body}");
    error
}

#[test]
fn a_real_dump_passes_but_for_what_must_go() {
    for dump in [ODDITIES, SITE, INSERTS] {
        let (output, result) = load(
            dump,
            LoadOptions {
                server_major: Some(16),
                ..UNPINNED
            },
        );
        let report = result.unwrap();
        let gone = |line: &str| {
            line.starts_with("\\restrict")
                || line.starts_with("\\unrestrict")
                || line == "BEGIN;"
                || line == "COMMIT;"
        };
        let expected: Vec<_> = std::str::from_utf8(dump)
            .unwrap()
            .split('\n')
            .map(|line| if gone(line) { "" } else { line })
            .collect();
        assert_eq!(std::str::from_utf8(&output).unwrap(), expected.join("\n"));
        assert!(report.complete);
        assert_eq!(report.bytes, dump.len() as u64);
        assert_eq!(
            report.server_version.as_deref(),
            Some("15.18 (Debian 15.18-0+deb12u1)")
        );
        assert_eq!(report.dump_version, report.server_version);
        assert_eq!(report.encoding.as_deref(), Some("UTF8"));
    }
}

#[test]
fn the_report_counts_rows_in_order() {
    let report = load(ODDITIES, UNPINNED).1.unwrap();
    let odd = report
        .tables
        .iter()
        .find(|load| load.table.to_string() == "\"we\"\"ird.schema\".\"ta ble;\"")
        .unwrap();
    assert_eq!(odd.rows, 7);
    let counts: Vec<_> = report
        .tables
        .iter()
        .map(|load| (load.table.to_string(), load.rows))
        .collect();
    assert!(counts.contains(&("public.no_columns".to_owned(), 2)));
    assert!(counts.contains(&("public.empty_table".to_owned(), 0)));
    assert!(matches!(
        report.notes.as_slice(),
        [Note::TransactionDropped { .. }]
    ));
    let inserts = load(INSERTS, UNPINNED).1.unwrap();
    assert_eq!(inserts.tables, []);
    assert!(inserts.inserts > 50);
}

#[test]
fn pieces_change_nothing() {
    let whole = load(ODDITIES, UNPINNED);
    for size in [1, 2, 3, 7, 4096] {
        let mut filter = LoadFilter::new(UNPINNED);
        let mut output = Vec::new();
        for piece in ODDITIES.chunks(size) {
            filter.feed(piece, &mut output).unwrap();
        }
        assert_eq!(
            (filter.finish(&mut output), output),
            (whole.1.clone(), whole.0.clone())
        );
    }
}

#[test]
fn settings_of_newer_servers_are_left_out_and_named() {
    let dump = format!(
        "{HEADER}SET lock_timeout = 0;\nSET transaction_timeout = 0;\nSELECT 1;\n{TRAILER}"
    );
    let expected = dump.replace("SET transaction_timeout = 0;", "");
    let old = load(
        dump.as_bytes(),
        LoadOptions {
            server_major: Some(15),
            ..UNPINNED
        },
    );
    assert_eq!(old.0, expected.as_bytes());
    assert_eq!(
        old.1.unwrap().notes,
        [Note::SettingDropped {
            line: 6,
            name: "transaction_timeout".to_owned(),
            since: 17
        }]
    );
    for server_major in [Some(17), Some(18), None] {
        assert_eq!(
            load(
                dump.as_bytes(),
                LoadOptions {
                    server_major,
                    ..UNPINNED
                }
            )
            .0,
            dump.as_bytes()
        );
    }
}

#[test]
fn no_meta_command_comes_through() {
    let commands = [
        ("\\! evil", "\\!"),
        ("SELECT 1;\n \\! evil", "\\!"),
        ("SELECT 1 \\g |evil", "\\g"),
        ("SELECT 'echo evil' \\gexec", "\\gexec"),
        ("\\o |evil", "\\o"),
        ("\\copy t from program 'evil'", "\\copy"),
        ("\\connect evil", "\\connect"),
        ("\\i /evil", "\\i"),
        ("\\set ON_ERROR_STOP off evil", "\\set"),
        ("\\restrict `evil`", "\\restrict"),
        ("\\unrestrict `evil`", "\\unrestrict"),
        ("\\unrestrict x \\! evil", "\\unrestrict"),
        ("\\unrestrict x`evil`", "\\unrestrict"),
        ("\\unrestrict :evil", "\\unrestrict"),
        ("\\restrict", "\\restrict"),
        ("SELECT 1; \\restrict evil", "\\restrict"),
        ("SELECT\n\\restrict evil\n1;", "\\restrict"),
        ("\\.", "\\."),
        ("-- \r\\! evil", "\\!"),
        ("SELECT 1\\; SELECT 2;", "\\;"),
    ];
    for (body, expected) in commands {
        let LoadError::MetaCommand { command, line } = refused(body) else {
            panic!("{body}")
        };
        assert_eq!(command, expected, "{body}");
        assert!(line >= 5, "{body}");
    }
    // Behind the trailer too.
    let text = format!("{HEADER}{TRAILER}\\! evil\n");
    assert!(matches!(
        load(text.as_bytes(), UNPINNED).1,
        Err(LoadError::MetaCommand { line: 9, .. })
    ));
}

#[test]
fn no_transaction_control_comes_through() {
    for body in [
        "ROLLBACK;",
        "abort;",
        "END;",
        "START TRANSACTION;",
        "SAVEPOINT evil;",
        "RELEASE evil;",
        "PREPARE TRANSACTION 'evil';",
        "COMMIT PREPARED 'evil';",
        "COMMIT AND CHAIN;",
        "BEGIN ISOLATION LEVEL SERIALIZABLE;",
        "COMMIT WORK;",
        "SELECT 1; COMMIT;",
        "SELECT 1;/**/BEGIN;",
        " COMMIT;",
        "/* x */ COMMIT;",
        "/* x */\nCOMMIT /* y */ AND NO CHAIN;",
    ] {
        assert!(
            matches!(refused(body), LoadError::TransactionControl { .. }),
            "{body}"
        );
    }
    for body in [
        "CREATE FUNCTION begin() RETURNS int AS 'x'; COMMIT; END;",
        "SELECT E''\n'\\''; COMMIT; --'';",
    ] {
        assert!(
            matches!(refused(body), LoadError::Ambiguous { .. }),
            "{body}"
        );
    }
    let (output, result) = load(
        format!("{HEADER}BEGIN;\ncommit\n/*x*/;\nEXPLAIN SELECT 1;\n{TRAILER}").as_bytes(),
        UNPINNED,
    );
    assert!(result.is_ok());
    assert_eq!(
        String::from_utf8(output).unwrap(),
        format!("{HEADER}\n\n\nEXPLAIN SELECT 1;\n{TRAILER}")
    );
}

#[test]
fn the_server_reads_and_writes_nothing_but_rows() {
    assert_eq!(
        refused("COPY a.t (x) FROM PROGRAM 'evil';"),
        LoadError::CopyProgram {
            line: 5,
            table: "a.t".to_owned()
        }
    );
    assert!(matches!(
        refused("copy t from/**/PrOgRaM E'evil';"),
        LoadError::CopyProgram { .. }
    ));
    assert!(matches!(
        refused("COPY t FROM '/evil';"),
        LoadError::CopyFile { .. }
    ));
    assert!(matches!(
        refused("COPY t TO '/evil';"),
        LoadError::CopyTo { .. }
    ));
    assert!(matches!(
        refused("COPY (SELECT 'evil') TO PROGRAM 'evil';"),
        LoadError::CopyTo { .. }
    ));
    assert!(matches!(
        refused("COPY t FROM stdin (FORMAT binary);\nevil"),
        LoadError::CopyBinary { .. }
    ));
    assert!(matches!(
        refused("COPY U&\"evil\" FROM PROGRAM 'evil';"),
        LoadError::CopyUnreadable { .. }
    ));
    let hidden = format!("COPY t FROM /*{}*/ PROGRAM 'evil';", "x".repeat(300_000));
    assert!(matches!(refused(&hidden), LoadError::CopyUnreadable { .. }));
    let options = LoadOptions {
        server_files: true,
        ..UNPINNED
    };
    let allowed =
        format!("{HEADER}COPY t FROM PROGRAM 'x';\nCOPY t FROM 'x';\nCOPY t TO 'x';\n{TRAILER}");
    assert_eq!(
        load(allowed.as_bytes(), options.clone()).0,
        allowed.as_bytes()
    );
    assert!(load(allowed.as_bytes(), options).1.is_ok());
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    assert_eq!(
        refused("SELECT 1a$$;"),
        LoadError::Ambiguous {
            line: 5,
            hazard: Hazard::NumberJunk
        }
    );
    assert!(matches!(
        refused("SELECT :LAST_ERROR_MESSAGE;"),
        LoadError::Ambiguous {
            hazard: Hazard::Variable,
            ..
        }
    ));
    assert!(matches!(
        refused("COPY t FROM stdin; SELECT 1;"),
        LoadError::Ambiguous {
            hazard: Hazard::TextAfterCopy,
            ..
        }
    ));
    assert_eq!(
        refused("SET client_encoding = 'sjis';"),
        LoadError::Encoding {
            line: 5,
            encoding: "sjis".to_owned()
        }
    );
    assert_eq!(
        refused("SELECT '\0evil';"),
        LoadError::ZeroByte {
            line: 5,
            offset: 43
        }
    );
    assert!(matches!(
        refused("COPY t FROM stdin;\n\0\n\\.\n"),
        LoadError::ZeroByte { line: 6, .. }
    ));
}

#[test]
fn psql_is_not_made_to_skip_what_follows_a_copy() {
    let copy = "COPY t FROM stdin;\n1\n\\.\n";
    let hidden = "SELECT '\n\\.\n\\! id\n';\n";
    for (between, left) in [
        (";\n", "\n"),
        ("/* x */ ;;\n-- y\n;\n", "/* x */ \n-- y\n\n"),
    ] {
        let dump = |between| format!("{HEADER}{copy}{between}{hidden}{TRAILER}");
        let (output, result) = load(dump(between).as_bytes(), UNPINNED);
        assert!(result.is_ok(), "{between}");
        assert_eq!(String::from_utf8(output).unwrap(), dump(left));
    }
    for between in [
        "(SELECT 'evil');\n",
        "\"evil\";\n",
        "'evil';",
        "$$evil$$;",
        "(/* x */ SELECT 'evil');",
    ] {
        assert_eq!(
            refused(&format!("{copy}{between}\n{hidden}")),
            LoadError::NoKeyword { line: 8 }
        );
    }
}

#[test]
fn what_decides_how_psql_reads_is_set_again_after_every_statement() {
    let body = "SELECT f(); -- x\nSET client_encoding = 'LATIN1';\nSET standard_conforming_strings = off;\nBEGIN;\nCOPY t FROM stdin;\n1\n\\.\nTABLE\nt;TABLE t;\n";
    let dump = format!("{HEADER}{body}{TRAILER}");
    let (output, result) = load(dump.as_bytes(), PINNED);
    assert!(result.is_ok());
    let first = " SET standard_conforming_strings = on; RESET client_encoding;";
    let later = " SET standard_conforming_strings = off; SET client_encoding = 'LATIN1';";
    let expected = format!("{first}{HEADER}{body}{TRAILER}")
        .replace("f();", &format!("f();{first}"))
        .replace("BEGIN;", "")
        .replace("stdin;", &format!("stdin;{later}"))
        .replace("t;", &format!("t;{later}"));
    assert_eq!(String::from_utf8(output).unwrap(), expected);
    let odd = load(
        format!("{HEADER}SET client_encoding = 'x'';y';\n{TRAILER}").as_bytes(),
        PINNED,
    );
    assert!(matches!(odd.1, Err(LoadError::Encoding { line: 5, .. })));
}

#[test]
fn the_output_ends_with_a_line() {
    for end in ["", "-- x", "/* x */"] {
        let (output, result) = load(format!("{HEADER}{TRAILER}{end}").as_bytes(), UNPINNED);
        assert!(result.is_ok());
        assert!(output.ends_with(b"\n"), "{end}");
    }
}

#[test]
fn rows_that_look_like_commands_are_rows() {
    let dump = format!("{HEADER}COPY t FROM stdin;\n\\! id\nCOMMIT;\n\\.\n{TRAILER}");
    let (output, result) = load(dump.as_bytes(), UNPINNED);
    assert_eq!(output, dump.as_bytes());
    assert_eq!(result.unwrap().tables.first().unwrap().rows, 2);
}

#[test]
fn incomplete_dumps_are_told_apart() {
    let error = |dump: &[u8]| load(dump, UNPINNED).1.expect_err("is incomplete");
    assert_eq!(error(b""), LoadError::Empty);
    assert_eq!(error(b"SELECT 1;\n"), LoadError::NotADump { line: 1 });
    assert_eq!(error(b"-- hello\n\n"), LoadError::NotADump { line: 1 });
    assert_eq!(error(b"\n\\! id\n"), LoadError::NotADump { line: 2 });
    let text = |body: &str| error(format!("{HEADER}{body}").as_bytes());
    assert_eq!(text(""), LoadError::MissingTrailer { offset: 35 });
    assert_eq!(text("/* x"), LoadError::MissingTrailer { offset: 39 });
    assert_eq!(
        text("COPY s.t FROM stdin;\n1\n2"),
        LoadError::TruncatedInCopy {
            table: "s.t".to_owned(),
            line: 7,
            offset: 59
        }
    );
    assert_eq!(
        text("COPY s.t FROM stdin;"),
        LoadError::TruncatedInCopy {
            table: "s.t".to_owned(),
            line: 5,
            offset: 55
        }
    );
    assert_eq!(
        text("SELECT 1;\nSELECT\n2"),
        LoadError::TruncatedInStatement { line: 6 }
    );
    assert_eq!(
        text("SELECT '\n-- PostgreSQL database dump complete\n"),
        LoadError::TruncatedInStatement { line: 5 }
    );
    assert!(matches!(
        text(&format!("{TRAILER}{HEADER}SELECT 1;\n")),
        LoadError::MissingTrailer { .. }
    ));
}

#[test]
fn no_prefix_of_a_dump_is_complete() {
    let end = ODDITIES.len() - "--\n\n\\unrestrict \n\n".len() - 63;
    assert!(ODDITIES[..end].ends_with(b"dump complete\n"));
    for length in (0..end).step_by(61).chain([end - 2]) {
        assert!(
            load(&ODDITIES[..length], UNPINNED).1.is_err(),
            "{length} bytes"
        );
    }
}

#[test]
fn the_table_that_is_read_is_known() {
    let mut filter = LoadFilter::new(UNPINNED);
    let mut output = Vec::new();
    let mut current = |filter: &mut LoadFilter, text: &str| {
        filter.feed(text.as_bytes(), &mut output).unwrap();
        filter.current_table().map(ToString::to_string)
    };
    assert_eq!(current(&mut filter, HEADER), None);
    assert_eq!(
        current(&mut filter, "COPY s.t (a) FROM stdin;\n1\n"),
        Some("s.t".to_owned())
    );
    assert_eq!(current(&mut filter, "\\.\n"), None);
}

#[test]
fn the_report_names_the_extensions_once_each() {
    let dump = format!(
        "{HEADER}CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public;\n\
         COMMENT ON EXTENSION \"uuid-ossp\" IS 'generate UUIDs';\nCREATE EXTENSION postgis;\n\
         CREATE EXTENSION IF NOT EXISTS postgis;\n{TRAILER}"
    );
    let report = load(dump.as_bytes(), PINNED).1.unwrap();
    assert_eq!(report.extensions, ["uuid-ossp", "postgis"]);

    let mut filter = LoadFilter::new(PINNED);
    let mut output = Vec::new();
    let rows = dump.find(TRAILER).unwrap();
    filter.feed(&dump.as_bytes()[..rows], &mut output).unwrap();
    assert_eq!(filter.extensions(), report.extensions);
    assert!(!filter.has_rows());
    filter
        .feed(b"COPY public.t (a) FROM stdin;\n", &mut output)
        .unwrap();
    assert!(filter.has_rows());
}
