//! What a report says of a finding, and what it does not.

use super::{in_copy, report, report_with};
use pgferry_core::anonymize::oracle::{Coat, KeptColumn, OracleOptions, OracleReport, Site};

const DUMP: &str = r#"--
-- PostgreSQL database dump, by admin@infinite.example
--
SET standard_conforming_strings = on;
CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $_$
COPY public.fake (a) FROM stdin;
SELECT 'inner@infinite.example' $_$;
COPY public."ta ble" (id, "e@mail") FROM stdin;
1	ann@example.net
2	{"a": "bob\\u0040example.net"}
\.

COMMENT ON COLUMN public.t.a IS E'x\tann\100example.net';
SELECT pg_catalog.lowrite(0, '\x3c616e6e406578616d706c652e6e65743e');
-- the end: eve@example.net
"#;

#[test]
fn names_places_coats_and_shapes() {
    let report = report(DUMP.as_bytes());
    let lines: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    let at = |text: &str, sign: usize| DUMP.find(text).unwrap() + sign;
    let expected = [
        format!(
            "line 2, byte {}: between statements: aaaaa@aaaaaaaa.aaaaaaa (plain)",
            at("admin@", 5)
        ),
        format!(
            "line 7, byte {}: statement at line 5 (CREATE FUNCTION public.f): aaaaa@aaaaaaaa.aaaaaaa (plain)",
            at("inner@", 5)
        ),
        format!(
            "line 9, byte {}: public.\"ta ble\" column 2 (e?mail): aaa@aaaaaaa.aaa (plain)",
            at("ann@", 3)
        ),
        format!(
            "line 10, byte {}: public.\"ta ble\" column 2 (e?mail): aaa@aaaaaaa.aaa (copy escape + unicode escape)",
            at("40example", 0)
        ),
        format!(
            "line 13, byte {}: statement at line 13 (COMMENT ON COLUMN public.t.a IS E): aaa@aaaaaaa.aaa (string escape)",
            at("100example", 0)
        ),
        format!(
            "line 14, byte {}: statement at line 14 (SELECT pg_catalog.lowrite): aaa@aaaaaaa.aaa (large object)",
            at("406578", 0)
        ),
        format!(
            "line 15, byte {}: between statements: aaa@aaaaaaa.aaa (plain)",
            at("eve@", 3)
        ),
    ];
    assert_eq!(lines, expected);
    assert_eq!(
        (report.bytes, report.total, report.kept),
        (DUMP.len() as u64, 7, 0)
    );
    assert!(!report.is_clean());
}

#[test]
fn shapes_hold_no_value() {
    for (text, shape) in [
        (
            "Ann.Lee+news-1_x@Mail7.Example.org",
            "aaa.aaa+aaaa-9_a@aaaa9.aaaaaaa.aaa",
        ),
        ("ünï@exämple.org", "uau@aauaaaa.aaa"),
        ("\"q uoted\"@example.net", "*a*aaaaa*@aaaaaaa.aaa"),
        ("я%40пример.рф", "u@uuuuuu.uu"),
    ] {
        let report = report(&in_copy(text.as_bytes()));
        assert_eq!(report.findings.first().unwrap().shape, shape, "{text}");
    }
    let long = format!("{}@example.net", "x".repeat(200));
    assert_eq!(
        report(long.as_bytes()).findings.first().unwrap().shape,
        "a".repeat(80)
    );
}

#[test]
fn coats_are_listed_from_outside_in() {
    for (text, coats) in [
        (r"ann\100example.net", &[Coat::CopyEscape][..]),
        (
            r#"{"j": "{\\"mail\\": \\"ann\\\\u0040example.net\\"}"}"#,
            &[Coat::CopyEscape, Coat::InnerEscape, Coat::Unicode],
        ),
        ("ann&amp;#64;example%2Enet", &[Coat::Xml, Coat::Url]),
        ("ann=40example.net", &[Coat::QuotedPrintable]),
        ("ann＠example.net", &[Coat::WideForm]),
        (
            r"\\x616e6e2534306578616d706c652e6e6574",
            &[Coat::ByteaHex, Coat::Url],
        ),
        (
            r"\\x61006e006e0040006500780061002e006e0065007400",
            &[Coat::ByteaHex, Coat::Utf16],
        ),
    ] {
        let report = report(&in_copy(text.as_bytes()));
        assert_eq!(report.findings.first().unwrap().coats, coats, "{text}");
    }
}

#[test]
fn rules_that_keep_are_honoured() {
    let options = OracleOptions {
        allowed_addresses: vec!["Info@Club.example.org".into()],
        allowed_domains: vec!["kept.example".into()],
        kept_columns: vec![KeptColumn {
            table: "public.t".into(),
            column: "value".into(),
        }],
    };
    let keep = |text: &str| {
        let report = report_with(options.clone(), text.as_bytes());
        (report.total, report.kept, report.accepted)
    };
    assert_eq!(
        keep("x info@club.example.org %3CINFO%40club.example.org x@kept.example"),
        (0, 0, 3)
    );
    assert_eq!(
        keep("xinfo@club.example.org y@sub.kept.example y@kept.example.net"),
        (3, 0, 0)
    );
    let dump = "COPY public.t (id, value) FROM stdin;\nann@example.net\tbob@example.net\n\\.\nCOPY public.u (value) FROM stdin;\nann@example.net\n\\.\nINSERT INTO public.t (value) VALUES ('ann@example.net');\n";
    assert_eq!(keep(dump), (3, 1, 0));
    // What follows the statement on its line is no row.
    let dump = "COPY public.t (id, value) FROM stdin; --\tann@example.net\n\\.\n";
    assert_eq!(keep(dump), (1, 0, 0));
    // A string that looks like the column's COPY is none: what it holds is found.
    let forged = "INSERT INTO x VALUES ('\nCOPY public.t (id, value) FROM stdin;\n1\tann@example.net\n\\.\n');\n";
    assert_eq!(keep(forged), (1, 0, 0));
}

#[test]
fn a_value_in_hex_has_the_place_of_its_own_row() {
    let long = "20".repeat(100_000);
    let hex = "616e6e406578616d706c652e6e6574";
    let dump =
        format!("COPY t (a, b) FROM stdin;\n1\t\\\\x{long}{hex}{long}\n\\\\x{hex}\t2\n\\.\n");
    let report = report(dump.as_bytes());
    let places: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.line, finding.offset, finding.site.clone()))
        .collect();
    let site = |column, name: &str| Site::Copy {
        table: "t".into(),
        column,
        name: Some(name.into()),
    };
    let sign = |at: usize| u64::try_from(at + 6).unwrap();
    assert_eq!(
        places,
        [
            (2, sign(dump.find(hex).unwrap()), site(2, "b")),
            (3, sign(dump.rfind(hex).unwrap()), site(1, "a"))
        ]
    );
}

/// `pg_dump` cuts large objects into calls wherever it likes.
#[test]
fn large_objects_are_read_across_calls() {
    let hex = "3c616e6e406578616d706c652e6e65743e";
    for cut in (2..hex.len()).step_by(2) {
        for (open, total) in [
            ("');\nSELECT pg_catalog.lowrite(0, '\\x", 1),
            (
                "');\nSELECT pg_catalog.lo_close(0);\nSELECT pg_catalog.lowrite(0, '\\x",
                2,
            ),
        ] {
            let (first, second) = hex.split_at(cut);
            let dump = format!(
                "SELECT pg_catalog.lowrite(0, '\\x{}{first}{open}{second}{}');\n",
                "00".repeat(9),
                "00".repeat(9)
            );
            let report = report(dump.as_bytes());
            if total == 1 {
                assert_eq!(report.total, 1, "cut at {cut}");
                let sign = dump
                    .find("406578")
                    .unwrap_or_else(|| dump.find("40").unwrap());
                let finding = report.findings.first().unwrap();
                assert_eq!(finding.offset, u64::try_from(sign).unwrap(), "cut at {cut}");
                assert_eq!(finding.line, if cut > 8 { 1 } else { 2 }, "cut at {cut}");
                assert_eq!(finding.coats, [Coat::LargeObject]);
            } else {
                assert!(
                    report.total <= 1,
                    "cut at {cut}: two objects hold one address at most"
                );
            }
        }
    }
}

#[test]
fn keeps_the_first_findings_and_counts_all() {
    let rows: Vec<String> = (0..1000)
        .map(|row| format!("{row}\tuser.{row}@example.net\n"))
        .collect();
    let rows = rows.concat();
    let report = report(format!("COPY t (a, b) FROM stdin;\n{rows}\\.\n").as_bytes());
    assert_eq!(report.total, 1000);
    assert_eq!(report.findings.len(), OracleReport::FINDINGS);
    let lines: Vec<u64> = report.findings.iter().map(|finding| finding.line).collect();
    assert_eq!(lines, (2..102).collect::<Vec<u64>>());
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.shape.starts_with("aaaa.9"))
    );
}

/// What is found in one call after the next has begun is named by its own.
#[test]
fn every_call_of_a_large_object_has_its_line() {
    let hex = "3c616e6e406578616d706c652e6e65743e";
    let call = |filler: usize| {
        format!(
            "SELECT pg_catalog.lowrite(0, '\\x{hex}{}{hex}');\n",
            "20".repeat(filler)
        )
    };
    let calls: Vec<String> = (0..40)
        .map(|call_number| call(16_350 - call_number * 400))
        .collect();
    let report = report(calls.concat().as_bytes());
    let lines: Vec<u64> = report.findings.iter().map(|finding| finding.line).collect();
    let expected: Vec<u64> = (1..=40).flat_map(|line| [line, line]).collect();
    assert_eq!(lines, expected);
    for finding in &report.findings {
        assert!(matches!(finding.site, Site::Statement { line, .. } if line == finding.line));
    }
}
