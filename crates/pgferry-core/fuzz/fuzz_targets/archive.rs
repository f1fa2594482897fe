//! Any bytes as an archive: no panic, and what is read is written again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The body is a test's, so that the ordinary tests replay it.
#[path = "../../tests/archive/fuzz.rs"]
mod body;

fuzz_target!(|bytes: &[u8]| body::check(bytes));
