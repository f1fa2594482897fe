//! Archives that are cut off, changed or made up: an error that says where, never a panic, never success.

use crate::support::{ARCHIVES, parse};

#[test]
fn an_archive_cut_off_anywhere_is_an_error() {
    for (name, bytes) in ARCHIVES {
        // Every length of one short archive is read from its start; in the others the lengths are sampled.
        let step = if bytes.len() < 2000 { 1 } else { 97 };
        for length in (0..bytes.len()).step_by(step) {
            let error = parse([&bytes[..length]]).expect_err(name);
            assert_eq!(error.offset, length as u64, "{name}: {error}");
        }
    }
}
