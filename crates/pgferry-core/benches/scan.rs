//! How fast dumps are scanned and filtered: `cargo bench -p pgferry-core --bench scan [-- FILE]`.
//!
//! Without a file it scans rows and statements of its own making. Prints GB/s, the best of some runs.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use pgferry_core::dump::{Event, LoadFilter, LoadOptions, Scanner};

/// As a reader of a file or a decompressor would hand it over.
const PIECE: usize = 256 * 1024;
const RUNS: u32 = 7;

fn scan(dump: &[u8]) -> u64 {
    let mut events = 0_u64;
    let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
        black_box(event.raw());
        events += 1;
        Ok(())
    };
    let mut scanner = Scanner::new();
    for piece in dump.chunks(PIECE) {
        let Ok(()) = scanner.feed(piece, &mut sink);
    }
    let Ok(_) = scanner.finish(&mut sink);
    events
}

fn filter(dump: &[u8]) -> u64 {
    let mut filter = LoadFilter::new(LoadOptions::default());
    let mut output = Vec::new();
    let mut bytes = 0;
    for piece in dump.chunks(PIECE) {
        output.clear();
        filter
            .feed(piece, &mut output)
            .expect("the dump is one that passes");
        bytes += black_box(&output).len() as u64;
    }
    bytes
}

fn measure(name: &str, dump: &[u8], work: impl Fn(&[u8]) -> u64) {
    let best = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(work(black_box(dump)));
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    #[expect(
        clippy::print_stdout,
        clippy::cast_precision_loss,
        reason = "a benchmark's result"
    )]
    {
        println!(
            "{name:24} {:6.2} GB/s  {:7.1} MB",
            dump.len() as f64 / best.as_secs_f64() / 1e9,
            dump.len() as f64 / 1e6
        );
    }
}

/// Rows without and with escapes, and statements as `--inserts` writes them.
fn made() -> [(&'static str, Vec<u8>); 3] {
    let header = "-- PostgreSQL database dump\n";
    let mut short = format!("{header}COPY public.log (id, at, path) FROM stdin;\n");
    let mut long = format!("{header}COPY public.pages (id, body) FROM stdin;\n");
    let mut inserts = header.to_owned();
    for index in 0..400_000 {
        writeln!(
            short,
            "{index}\t2024-01-01 00:00:00+00\tGET\t/events/{index:032x}\t200\t12.3"
        )
        .expect("memory");
    }
    for index in 0..40_000 {
        let body = "some text with \\n and a \\t and \\\\. in it ".repeat(20);
        writeln!(long, "{index}\t{body}").expect("memory");
    }
    for index in 0..200_000 {
        writeln!(inserts, "INSERT INTO public.log VALUES ({index}, '2024-01-01 00:00:00+00', 'it''s /events/{index:032x}', 200, 12.3);")
            .expect("memory");
    }
    short.push_str("\\.\n");
    long.push_str("\\.\n");
    [
        ("short rows", short.into_bytes()),
        ("escaped rows", long.into_bytes()),
        ("inserts", inserts.into_bytes()),
    ]
}

fn main() {
    let files: Vec<_> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    for file in &files {
        #[expect(
            clippy::disallowed_methods,
            reason = "a benchmark may read what it measures"
        )]
        let dump = std::fs::read(file).expect("the file can be read");
        measure("scan", &dump, scan);
        measure("filter", &dump, filter);
    }
    if files.is_empty() {
        for (name, dump) in made() {
            measure(&format!("scan, {name}"), &dump, scan);
            measure(&format!("filter, {name}"), &dump, filter);
        }
    }
}
