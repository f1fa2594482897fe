//! The fuzzers' corpus, replayed.

use std::path::Path;

#[path = "../fuzz/properties/copy_text.rs"]
mod copy_text;
#[path = "../fuzz/properties/masker.rs"]
mod masker;
#[path = "../fuzz/properties/scan.rs"]
mod scan;

fn replay(corpus: &str, holds: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(corpus);
    let mut files = 0;
    for entry in folder.read_dir().expect("the corpus is in the repository") {
        let path = entry.expect("the corpus can be listed").path();
        #[expect(clippy::disallowed_methods, reason = "a test may read its own files")]
        let input = std::fs::read(&path).expect("the corpus can be read");
        holds(&input);
        // What is cut off must hold as well.
        for length in 0..input.len().min(300) {
            holds(input.get(..length).unwrap_or_default());
        }
        files += 1;
    }
    assert!(files > 0, "no corpus in {}", folder.display());
}

#[test]
fn the_scanner_holds() {
    replay("scan", scan::holds);
}

#[test]
fn copy_text_holds() {
    replay("copy_text", copy_text::holds);
}

#[test]
fn the_masker_holds() {
    replay("masker", masker::holds);
    replay("scan", masker::holds);
}
