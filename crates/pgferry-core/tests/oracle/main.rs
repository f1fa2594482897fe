//! The leak oracle from outside: coats it must see through, text it must leave alone, whole dumps, any split.

mod coats;
mod dumps;
mod places;
mod speed;
mod splits;

use pgferry_core::anonymize::oracle::{Oracle, OracleOptions, OracleReport};

/// The report on some bytes, in one piece.
fn report(bytes: &[u8]) -> OracleReport {
    report_with(OracleOptions::default(), bytes)
}

fn report_with(options: OracleOptions, bytes: &[u8]) -> OracleReport {
    let mut oracle = Oracle::new(options);
    oracle.feed(bytes);
    oracle.finish()
}

/// A dump with one row of one COPY.
fn in_copy(value: &[u8]) -> Vec<u8> {
    [
        b"SET client_encoding = 'UTF8';\n\nCOPY public.t (id, value) FROM stdin;\n1\t",
        value,
        b"\n\\.\n\nSELECT 1;\n",
    ]
    .concat()
}
