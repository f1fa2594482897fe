//! The leak oracle: an independent search of an anonymised plain SQL dump for addresses that are still there.
//!
//! It shares no code with the masker, so that a mistake made there is not made here again. It does not parse values at
//! all: wherever the bytes hold an `@` or a coat of one (`%40`, `&#64;`, `\\u0040`, the bytes of a bytea in hex …), it
//! takes the neighbourhood, decodes it coat by coat until nothing is left to decode, and looks at each of those readings
//! for an address.
//!
//! Invariants:
//! - What is found depends on the bytes alone: not on how they were split, and not on what the oracle believes to be a
//!   COPY section or a string. The dump's syntax is followed only to *name* the place of a finding, and for columns that
//!   a rule keeps; an address in a place that was not understood is reported, never passed over.
//! - An address that is one of ours in any reading is accepted: ours stand at the reserved domain `example.com`, so
//!   nobody is behind them, whatever surrounds them. Everything else that is an address in any reading is found.
//! - Memory is constant: a window of some 40 KiB for each level of hex, whatever the length of a line.
//! - A report holds shapes (`aaa.a@aaaaaaa.aaa`), never values.
//!
//! What it cannot see: compressed or encrypted values, base64 in any form, hex without `\x` before it, addresses in
//! multi-byte encodings that use ASCII bytes (SJIS, BIG5, GBK as client encodings), addresses spelt out (`ann at
//! example`), hosts without a dot or given as `[192.0.2.1]`, a one-letter local part straight after a backslash
//! (`\n@example.net` is read as a line end and a handle), top-level names of one letter, more than ten coats
//! on top of each other, and local parts that end in none of a letter, a digit, `._+-` and a quote.

mod accepted;
mod address;
mod chance;
mod copy_header;
mod escapes;
mod examine;
mod hex;
mod letter;
mod lexer;
mod neighbourhood;
mod options;
mod place;
mod report;
mod scan;
mod seeds;
mod stream;
mod view;

pub use options::{KeptColumn, OracleOptions};
pub use report::{Coat, Finding, OracleReport, Site};
pub use stream::Oracle;
