#![no_main]

#[path = "../properties/masker.rs"]
mod masker;

libfuzzer_sys::fuzz_target!(|input: &[u8]| masker::holds(input));
