//! How fast dumps are anonymised and searched for addresses, each on one core, with the keys of the dump known as for a
//! file: `cargo bench -p pgferry-core --bench anonymize -- FILE [FILE …]`. Prints GB/s, the best of some runs.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Instant;

use pgferry_core::anonymize::oracle::{Oracle, OracleOptions};
use pgferry_core::anonymize::{Anonymizer, Columns, Key, Options, Rules};
use pgferry_core::dump::Scanner;
use pgferry_core::dump::schema::Schema;

/// As a reader of a file or a decompressor would hand it over.
const PIECE: usize = 256 * 1024;
const RUNS: u32 = 5;

fn definitions(dump: &[u8]) -> Schema {
    let mut schema = Schema::new();
    let mut scanner = Scanner::new();
    for piece in dump.chunks(PIECE) {
        let Ok(()) = scanner.feed::<Infallible>(piece, &mut |event| {
            schema.observe(&event);
            Ok(())
        });
    }
    schema
}

fn anonymize(dump: &[u8], columns: &Columns, keep: Option<&mut Vec<u8>>) -> u64 {
    let options = Options {
        key: Some(Key::new(b"bench")),
        columns: columns.clone(),
        rules: Rules::default(),
    };
    let mut anonymizer = Anonymizer::new(options);
    let mut output = Vec::new();
    let mut kept = keep;
    for piece in dump.chunks(PIECE) {
        output.clear();
        anonymizer
            .feed(piece, &mut output)
            .expect("the dump can be anonymised");
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(black_box(&output));
        }
    }
    output.clear();
    let report = anonymizer.finish(&mut output).expect("the dump is whole");
    if let Some(kept) = &mut kept {
        kept.extend_from_slice(&output);
    }
    report.replaced
}

fn search(dump: &[u8]) -> u64 {
    let mut oracle = Oracle::new(OracleOptions::default());
    for piece in dump.chunks(PIECE) {
        oracle.feed(piece);
    }
    oracle.finish().total
}

#[expect(clippy::print_stdout, reason = "the result")]
fn measure(what: &str, bytes: usize, mut work: impl FnMut() -> u64) {
    let mut best = f64::INFINITY;
    let mut result = 0;
    for _ in 0..RUNS {
        let started = Instant::now();
        result = black_box(work());
        best = best.min(started.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for the eye")]
    let rate = bytes as f64 / best / 1e9;
    println!("{what:<44} {rate:8.2} GB/s   {result} addresses");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads what it is given"
)]
fn main() {
    for path in std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
    {
        let dump = std::fs::read(&path).expect("the dump can be read");
        let name = path.rsplit('/').next().unwrap_or_default();
        let columns = Columns::from(&definitions(&dump));
        measure(&format!("definitions, {name}"), dump.len(), || {
            definitions(&dump).tables().len() as u64
        });
        measure(&format!("anonymise, {name}"), dump.len(), || {
            anonymize(&dump, &columns, None)
        });
        let mut anonymised = Vec::with_capacity(dump.len());
        anonymize(&dump, &columns, Some(&mut anonymised));
        measure(
            &format!("leak oracle, {name}, anonymised"),
            anonymised.len(),
            || search(&anonymised),
        );
    }
}
