//! How fast a dump is surveyed, by what is in it:
//! `cargo test --release -p pgferry-core --test survey speed -- --ignored --nocapture`

use std::time::Instant;

use pgferry_core::anonymize::survey::Survey;

const SITE: &[u8] = include_bytes!("../data/site.sql");
const SITE_INSERTS: &[u8] = include_bytes!("../data/site.inserts.sql");

/// The bytes of one measured dump, at least.
const LENGTH: usize = 64 * 1024 * 1024;
/// As a reader of a file would hand it over.
const PIECE: usize = 256 * 1024;

/// The dump's statements once, its rows as often as it takes. Repeating a dump as a whole would measure definitions.
fn grown(dump: &[u8], begins: &[u8], ends: &[u8]) -> Vec<u8> {
    let start = memchr::memmem::find(dump, begins).unwrap_or_default();
    let (before, rest) = dump.split_at(start);
    let end = memchr::memmem::rfind(rest, ends).map_or(rest.len(), |end| end + ends.len());
    let (rows, after) = rest.split_at(end);
    let mut grown = before.to_vec();
    while grown.len() < LENGTH {
        grown.extend_from_slice(rows);
    }
    grown.extend_from_slice(after);
    grown
}

#[test]
#[ignore = "a measurement"]
#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "what was measured"
)]
fn speed() {
    let dumps = [
        ("rows", grown(SITE, b"COPY public.", b"\n\\.\n")),
        ("inserts", grown(SITE_INSERTS, b"INSERT INTO ", b");\n")),
    ];
    for (name, dump) in dumps {
        let best = (0..5)
            .map(|_| {
                let start = Instant::now();
                let mut survey = Survey::new();
                for piece in dump.chunks(PIECE) {
                    survey.feed(piece);
                }
                assert!(!survey.finish().tables.is_empty());
                start.elapsed()
            })
            .min()
            .unwrap_or_default();
        println!(
            "{name:>8}: {:.0} MB/s",
            dump.len() as f64 / 1e6 / best.as_secs_f64()
        );
    }
}
