//! How fast the masker is on each kind of input, made up here: `cargo bench -p pgferry-core --bench masker`. Prints GB/s,
//! the best of some runs. The `anonymize` benchmark takes whole dumps.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use pgferry_core::anonymize::{Anonymizer, Columns, Key, Options, Rules};

/// As a reader of a file or a decompressor would hand it over.
const PIECE: usize = 256 * 1024;
const SIZE: usize = 100_000_000;
const RUNS: u32 = 7;

fn measure(name: &str, dump: &[u8], options: &Options) {
    let mut output = Vec::with_capacity(2 * PIECE);
    let mut replaced = 0;
    let best = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let mut anonymizer = Anonymizer::new(options.clone());
            for piece in black_box(dump).chunks(PIECE) {
                output.clear();
                anonymizer
                    .feed(piece, &mut output)
                    .expect("the dump is one that passes");
                black_box(&output);
            }
            replaced = anonymizer
                .finish(&mut output)
                .expect("the dump is whole")
                .replaced;
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
            "{name:<24} {:6.2} GB/s  {replaced} addresses",
            dump.len() as f64 / best.as_secs_f64() / 1e9
        );
    }
}

fn rows(line: impl Fn(usize) -> String) -> Vec<u8> {
    let mut dump = String::from("COPY public.t (a, b, c, d) FROM stdin;\n");
    for number in 0.. {
        if dump.len() > SIZE {
            break;
        }
        dump.push_str(&line(number));
    }
    dump.push_str("\\.\n");
    dump.into_bytes()
}

/// Something like the hash of a number.
fn hash(number: usize) -> String {
    let number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{number:016x}{:016x}", number.rotate_left(29))
}

fn main() {
    let mut options = Options {
        key: Some(Key::new(b"bench")),
        ..Options::default()
    };
    let prose = "the music of lexington night show gallery artist with live free opening reception at community ".repeat(9);
    let log = rows(|n| {
        format!(
            "{n}\t2024-01-01 00:{:02}:00+00\tGET /events/{}\t200\n",
            n % 60,
            hash(n)
        )
    });
    measure("rows without addresses", &log, &options);
    let events = rows(|n| {
        format!(
            "{}\tOrganizer {n} <org{}@club.example.com>\t<h2>{prose}</h2>\\n\\tinfo{n}@club.example.com\t{{mailto:desk{n}@club.example.com}}\n",
            hash(n),
            n % 900
        )
    });
    measure("three addresses a row", &events, &options);
    let users = rows(|n| {
        format!(
            "{n}\tuser.{n}@mail{}.example.org\tnick{n}\t{{\"reply_to\": \"reply+{n}@mail.example.org\"}}\n",
            n % 97
        )
    });
    measure("two addresses, short", &users, &options);
    let mut unique = Columns::default();
    unique.set_unique("t.b".parse().expect("a name"));
    measure(
        "one of them with a token",
        &users,
        &Options {
            columns: unique,
            ..options.clone()
        },
    );
    let coats = rows(|n| {
        format!(
            "{n}\tmailto:a{n}%40b.example\tx&#64;y.example &lt;é&gt; 100%\t{{\"a\": \"b\\\\u0040c.example\\\\n\"}}\n"
        )
    });
    measure("coats", &coats, &options);
    let bytes = rows(|n| format!("{n}\t\\\\x{}\tx\ty\n", hash(n).repeat(20)));
    measure("bytea", &bytes, &options);
    let mut inserts = String::new();
    for number in 0.. {
        if inserts.len() > SIZE {
            break;
        }
        writeln!(
            inserts,
            "INSERT INTO public.t VALUES ({number}, 'user.{number}@example.org', NULL, '{}');",
            hash(number)
        )
        .expect("a string takes everything");
    }
    measure("inserts", inserts.as_bytes(), &options);
    let rules = r#"{"columns": {"t": {"b": {"fake": "name"}, "c": "mask", "d": "hash"}}}"#;
    options.rules = serde_json::from_str::<Rules>(rules).expect("rules");
    measure("rules for three columns", &users, &options);
}
