#![no_main]

#[path = "../properties/copy_text.rs"]
mod copy_text;

libfuzzer_sys::fuzz_target!(|input: &[u8]| copy_text::holds(input));
