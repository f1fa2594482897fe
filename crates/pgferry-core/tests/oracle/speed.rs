//! How fast the oracle reads, by what it reads:
//! `cargo test --release -p pgferry-core --test oracle speed -- --ignored --nocapture`

use std::fmt::Write as _;
use std::time::Instant;

use pgferry_core::anonymize::oracle::{Oracle, OracleOptions};

/// The bytes of one measured dump.
const LENGTH: usize = 64 * 1024 * 1024;

/// One row of COPY data, by its number.
type Row = fn(usize) -> String;

const ROWS: [(&str, Row); 9] = [
    ("log without addresses", |row| {
        let hash = row.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!(
            "{row}\t2024-01-01 00:00:{:02}+00\t{hash:016x}-{hash:016x}\tGET\t/events/{hash:016x}\t200\t{}\n",
            row % 60,
            row % 97
        )
    }),
    ("prose without addresses", |row| {
        format!(
            "{row}\tthe music of lexington night show gallery artist with and live free\\nopening at community theatre {row}\n"
        )
    }),
    ("ours in every row", |row| {
        format!(
            "{row}\tnobody+{row:012}@example.com\tPartner {row}\thttps://img.example.org/u/{row}.png\tnobody@example.com\n"
        )
    }),
    ("an address in every row", |row| {
        format!(
            "{row}\tuser.{row}@mail{}.example.org\tPartner {row}\thttps://img.example.org/u/{row}.png\n",
            row % 97
        )
    }),
    ("ours in coats in every row", |row| {
        format!(
            "{row}\t{{\"by\": \"nobody\\\\u0040example.com\"}}\t<a href=\"mailto:nobody%40example.com\">nobody&#64;example.com</a>\n"
        )
    }),
    ("handles and quotes", |row| {
        format!("{row}\tthanks @handle.name, {{\"a\": \"@john.doe\", \"n\": 3}} 3@4 x@y\n")
    }),
    ("numbers", |row| {
        format!("{row}\t4064100 1040 0640 20240101T104064 {row}\n")
    }),
    ("bytea of any bytes", |row| {
        let mut line = format!("{row}\t\\\\x");
        let mut state = row as u64 + 1;
        for _ in 0..2000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let written = write!(line, "{state:016x}");
            assert!(written.is_ok());
        }
        line + "\n"
    }),
    ("bytea of hashes", |row| {
        let hash = (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!(
            "{row}\t\\\\x{hash:016x}{:016x}{hash:016x}{:016x}\n",
            hash.rotate_left(7),
            hash.rotate_left(21)
        )
    }),
];

#[test]
#[ignore = "measures, and needs a release build"]
#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "prints rates"
)]
fn rates() {
    for (name, row) in ROWS {
        let mut dump = String::from("COPY public.t (id, a, b, c) FROM stdin;\n");
        let mut number = 0;
        while dump.len() < LENGTH {
            dump.push_str(&row(number));
            number += 1;
        }
        let mut best = f64::INFINITY;
        let mut report = None;
        for _ in 0..5 {
            let start = Instant::now();
            let mut oracle = Oracle::new(OracleOptions::default());
            dump.as_bytes()
                .chunks(64 * 1024)
                .for_each(|piece| oracle.feed(piece));
            report = Some(oracle.finish());
            best = best.min(start.elapsed().as_secs_f64());
        }
        let report = report.unwrap();
        let rate = dump.len() as f64 / 1e6 / best;
        println!(
            "{name:<28} {rate:>6.0} MB/s, {} found, {} accepted",
            report.total, report.accepted
        );
    }
}
