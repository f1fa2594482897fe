#![no_main]

#[path = "../properties/scan.rs"]
mod scan;

libfuzzer_sys::fuzz_target!(|input: &[u8]| scan::holds(input));
