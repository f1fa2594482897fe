//! The report depends on the bytes, not on the pieces they come in; and no bytes are too odd to be read.

use proptest::prelude::*;

use super::{in_copy, report};
use pgferry_core::anonymize::oracle::{Oracle, OracleOptions, OracleReport};

const SAMPLES: [&str; 12] = [
    "Ann.Lee+news@Mail.Example.org",
    "пользователь@пример.рф",
    "\"q uoted\"@example.net",
    "ann%2540example%2Enet",
    "ann&amp;#64;example.net",
    r#"{"j": "{\\"mail\\": \\"ann\\\\u0040example.net\\"}"}"#,
    r"x\ny@example.com C:\\x@y\\nz@example.com",
    r"ann@exam=\nple.net",
    r"\\x626f62406578616d706c652e6e6574",
    r"\\x616e6e2534306578616d706c652e6e6574",
    "nobody+a1b2c3d4e5f6@example.com nobody%40example.com",
    "ann@example.net\n\\.\nSELECT pg_catalog.lowrite(0, '\\x3c616e6e406578');\nSELECT pg_catalog.lowrite(0, '\\x616d706c652e6e65743e');",
];

fn in_pieces(bytes: &[u8], length: usize) -> OracleReport {
    let mut oracle = Oracle::new(OracleOptions::default());
    bytes
        .chunks(length.max(1))
        .for_each(|piece| oracle.feed(piece));
    oracle.finish()
}

#[test]
fn every_piece_length_gives_the_same_report() {
    for sample in SAMPLES {
        let dump = in_copy(sample.as_bytes());
        let whole = report(&dump);
        for length in 1..dump.len() {
            assert_eq!(
                in_pieces(&dump, length),
                whole,
                "pieces of {length}: {sample}"
            );
        }
        for cut in 0..=dump.len() {
            let (first, second) = dump.split_at(cut);
            let mut oracle = Oracle::new(OracleOptions::default());
            oracle.feed(first);
            oracle.feed(second);
            assert_eq!(oracle.finish(), whole, "cut at {cut}: {sample}");
        }
    }
}

/// However many bytes precede it, and so wherever the window ends, a sample is found.
#[test]
fn every_distance_from_the_start_gives_the_same_findings() {
    for sample in SAMPLES {
        let dump = in_copy(sample.as_bytes());
        let whole = report(&dump);
        // The first window ends its search at 36 KiB, and is refilled from there in steps of 32 KiB.
        for filler in (36 * 1024 - 200..36 * 1024 + 20)
            .chain(40 * 1024 - 300..40 * 1024 + 100)
            .step_by(3)
        {
            let mut padded = b"--".to_vec();
            padded.resize(filler, b'.');
            padded.push(b'\n');
            padded.extend_from_slice(&dump);
            let found = in_pieces(&padded, 10_007);
            assert_eq!(
                (found.total, found.accepted),
                (whole.total, whole.accepted),
                "after {filler} bytes: {sample}"
            );
            for (found, expected) in found.findings.iter().zip(&whole.findings) {
                assert_eq!(
                    found.offset,
                    expected.offset + filler as u64 + 1,
                    "{sample}"
                );
                assert_eq!(found.line, expected.line + 1, "{sample}");
                assert_eq!(
                    (&found.shape, &found.coats),
                    (&expected.shape, &expected.coats),
                    "{sample}"
                );
            }
        }
    }
}

/// Bytes that mean something to the oracle, more often than others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        prop::sample::select(SAMPLES.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        prop::sample::select(vec![
            "@",
            "%40",
            "\\",
            "\\\\",
            "&#64;",
            "=40",
            "=\n",
            "\\u0040",
            "\\x",
            "40404040404040",
            "a.bc",
            "\"",
            "'",
            "$",
            "$$",
            "--",
            "/*",
            "*/",
            ";",
            "\n",
            "\t",
            "\\.\n",
            "\nCOPY t (a) FROM stdin;\n",
            "E'",
            "\u{FF20}",
            "ü",
            "nobody",
            "example.com",
            "');\nSELECT pg_catalog.lowrite(0, '\\x",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_in_any_pieces(bytes in bytes(), repeat in 1_usize..40, lengths in prop::collection::vec(1_usize..3000, 1..20)) {
        let bytes = bytes.repeat(repeat);
        let whole = report(&bytes);
        let mut oracle = Oracle::new(OracleOptions::default());
        let mut rest = bytes.as_slice();
        for length in lengths.iter().cycle() {
            let (piece, after) = rest.split_at(rest.len().min(*length));
            oracle.feed(piece);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(oracle.finish(), whole);
    }

    #[test]
    fn an_address_between_random_bytes_is_found(
        before in prop::collection::vec(any::<u8>(), 0..3000),
        local in "[a-z][a-z0-9.+_-]{0,20}[a-z0-9]",
        domain in "[a-z0-9][a-z0-9-]{0,20}(\\.[a-z]{2,8}){1,2}",
        after in prop::collection::vec(any::<u8>(), 0..3000),
    ) {
        let suffix = domain.rsplit('.').next().unwrap();
        prop_assume!(!["js", "css", "log", "doc", "sql", "xml", "txt", "exe", "gif", "png", "bak", "avi", "bmp", "csv", "ico", "jpg", "pdf", "php", "tgz", "tif", "svg", "htm"].contains(&suffix));
        let address = format!(" {local}@{domain} ");
        let bytes = [&before, address.as_bytes(), &after].concat();
        let offset = (before.len() + 1 + local.len()) as u64;
        let report = report(&bytes);
        prop_assert!(report.findings.iter().any(|finding| finding.offset == offset), "{}", address);
    }
}
