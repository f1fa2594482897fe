//! Rates of the gzip module against flate2's own reader, on a plain dump or on made-up rows.
//!
//! `cargo bench -p pgferry-core --bench gzip [-- FILE.sql]`; each figure is the best of five runs on one thread.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::expect_used, reason = "a panic is how a benchmark fails")]

use flate2::read::{GzEncoder, MultiGzDecoder};
use flate2::{Compression, Crc};
use pgferry_core::gzip::block::{Compressor, Level, next_block};
use pgferry_core::gzip::index::{Footer, Index, Kind};
use pgferry_core::gzip::member::Decompressor;
use pgferry_core::gzip::{Checksums, Reader, Rows, SeekableWriter};
use std::fs::File;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

fn main() {
    // Cargo adds `--bench`.
    let path = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let raw = path.map_or_else(made_up, |path| read_file(&path));
    println!("{} bytes of SQL", raw.len());

    for level in 1..=9 {
        let level = Level::new(level).expect("1 to 9");
        let mut size = 0;
        let best = best(|| size = seekable(&raw, level).len());
        report(
            &format!("write blocks, level {}", level.get()),
            best,
            raw.len(),
            Some(size),
        );
    }
    let mut whole = Vec::new();
    let encoding = best(|| {
        whole.clear();
        let six = Compression::new(6);
        GzEncoder::new(&raw[..], six)
            .read_to_end(&mut whole)
            .expect("memory takes all");
    });
    report(
        "write one stream, flate2, level 6",
        encoding,
        raw.len(),
        Some(whole.len()),
    );

    let members = seekable(&raw, Level::default());
    for (what, file) in [("one member", &whole), ("seekable", &members)] {
        let ours = best(|| drain(Reader::new(&file[..]), raw.len()));
        report(&format!("read {what}, Reader"), ours, raw.len(), None);
        let theirs = best(|| drain(MultiGzDecoder::new(&file[..]), raw.len()));
        report(
            &format!("read {what}, flate2 MultiGzDecoder"),
            theirs,
            raw.len(),
            None,
        );
    }
    let by_index = best(|| assert_eq!(read_by_index(&members), raw.len()));
    report(
        "read seekable by its index, one thread",
        by_index,
        raw.len(),
        None,
    );

    report(
        "CRC-32 and Adler-32",
        best(|| assert_eq!(Checksums::of(&raw).bytes, raw.len() as u64)),
        raw.len(),
        None,
    );
    let mut crc = Crc::new();
    report(
        "CRC-32 alone, flate2",
        best(|| crc.update(&raw)),
        raw.len(),
        None,
    );
}

fn best(mut run: impl FnMut()) -> Duration {
    let timed = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..RUNS).map(timed).min().unwrap_or_default()
}

fn report(what: &str, best: Duration, bytes: usize, size: Option<usize>) {
    let micros = best.as_micros().max(1);
    let rate = bytes as u128 / micros;
    let size = size
        .map(|size| format!("{size:>12} bytes"))
        .unwrap_or_default();
    println!("{what:<42} {rate:>6} MB/s {size}");
}

/// As `io::copy`, with the buffer that restore and verify use.
fn drain(mut reader: impl Read, expected: usize) {
    let mut room = vec![0; 256 * 1024];
    let mut total = 0;
    loop {
        match reader.read(&mut room).expect("a right file") {
            0 => break,
            count => total += count,
        }
    }
    assert_eq!(total, expected);
}

fn seekable(raw: &[u8], level: Level) -> Vec<u8> {
    let (mut compressor, mut writer) = (Compressor::new(level), SeekableWriter::new());
    let (mut file, mut block, mut rest) = (Vec::with_capacity(raw.len() / 2), Vec::new(), raw);
    writer.begin(Kind::Preamble).expect("the first section");
    while let Some(length) = next_block(rest, true) {
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        let contents = compressor.compress(piece, &mut block);
        let frame = writer.block(&block, contents, Rows::NONE).expect("a block");
        for part in [&frame.head[..], &block, &frame.tail] {
            file.write_all(part).expect("memory takes all");
        }
    }
    file.extend(writer.finish().bytes);
    file
}

fn read_by_index(file: &[u8]) -> usize {
    let position = |offset: u64| usize::try_from(offset).expect("it is in memory");
    let footer = Footer::parse(file, file.len() as u64)
        .expect("a right footer")
        .expect("a footer");
    let range = footer.index_range();
    let index = Index::parse(&file[position(range.start)..position(range.end)], &footer)
        .expect("a right index");
    let (mut decompressor, mut raw, mut total) = (Decompressor::new(), Vec::new(), 0);
    for member in index.members(0..index.member_count()) {
        let start = position(member.offset);
        let bytes = &file[start..start + member.size as usize];
        decompressor
            .decompress(bytes, &member, &mut raw)
            .expect("a right member");
        total += raw.len();
    }
    total
}

#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark's input is a file of the caller's"
)]
fn read_file(path: &str) -> Vec<u8> {
    let mut raw = Vec::new();
    let read = File::open(path).and_then(|mut file| file.read_to_end(&mut raw));
    read.map_err(|error: io::Error| format!("{path}: {error}"))
        .expect("the file to measure with");
    raw
}

/// 64 MB of rows like those of a request log.
fn made_up() -> Vec<u8> {
    let mut raw = Vec::with_capacity(64_100_000);
    let mut seed = 1_u64;
    while raw.len() < 64_000_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (second, path) = (seed >> 58, seed >> 50 & 0xfff);
        writeln!(
            raw,
            "{}\t2024-01-01 00:00:{second:02}+00\tGET\t/events/{path:x}\t200\t{}",
            raw.len(),
            seed >> 57
        )
        .expect("memory takes all");
    }
    raw
}
