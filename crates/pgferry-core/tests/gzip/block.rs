use crate::sample::sql;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use pgferry_core::gzip::block::{Compressor, END_BLOCK, Level, RAW_SIZE, next_block};
use pgferry_core::gzip::member::Frame;
use pgferry_core::gzip::{Checksums, ZlibStream};
use proptest::prelude::*;
use std::io::Read;

fn levels() -> impl Iterator<Item = Level> {
    (1..=9).filter_map(Level::new)
}

/// Bytes that deflate cannot make smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    next.flatten().take(length).collect()
}

/// The blocks as a zlib stream, read by flate2.
fn through_zlib(blocks: &[(Vec<u8>, Checksums)], level: Level) -> Vec<u8> {
    let mut stream = ZlibStream::header(level).to_vec();
    let mut zlib = ZlibStream::new();
    for (block, contents) in blocks {
        stream.extend(block);
        zlib.block(*contents);
    }
    stream.extend(zlib.finish());
    let mut decoder = ZlibDecoder::new(&stream[..]);
    let mut raw = Vec::new();
    decoder.read_to_end(&mut raw).unwrap();
    assert_eq!(decoder.total_in(), stream.len() as u64);
    raw
}

/// The blocks as members, read by flate2.
fn through_gzip(blocks: &[(Vec<u8>, Checksums)]) -> Vec<u8> {
    let mut file = Vec::new();
    for (block, contents) in blocks {
        let frame = Frame::new(block.len(), *contents).unwrap();
        file.extend(frame.head);
        file.extend(block);
        file.extend(frame.tail);
    }
    let mut raw = Vec::new();
    MultiGzDecoder::new(&file[..])
        .read_to_end(&mut raw)
        .unwrap();
    raw
}

#[test]
fn the_same_blocks_make_a_zlib_stream_and_gzip_members() {
    let raws = [
        sql(RAW_SIZE),
        vec![b'x'; 100_000],
        noise(70_000),
        b"\\.\n\n\n".to_vec(),
        vec![],
        sql(3000),
    ];
    for level in levels() {
        let mut compressor = Compressor::new(level);
        let blocks: Vec<_> = raws
            .iter()
            .map(|raw| {
                let mut block = b"left over from before".to_vec();
                let contents = compressor.compress(raw, &mut block);
                assert_eq!(contents, Checksums::of(raw));
                (block, contents)
            })
            .collect();
        assert_eq!(
            through_zlib(&blocks, level),
            raws.concat(),
            "level {}",
            level.get()
        );
        assert_eq!(
            through_gzip(&blocks),
            raws.concat(),
            "level {}",
            level.get()
        );
    }
}

#[test]
fn a_block_depends_on_its_contents_and_level_only() {
    let raw = sql(200_000);
    for level in levels() {
        let mut fresh = Vec::new();
        Compressor::new(level).compress(&raw, &mut fresh);
        let mut used = Compressor::new(level);
        let mut again = Vec::new();
        for other in [noise(300_000), raw[..1000].to_vec(), raw.clone()] {
            used.compress(&other, &mut again);
        }
        assert!(fresh == again, "level {}", level.get());
        assert_eq!(
            fresh[fresh.len() - 4..],
            [0, 0, 0xff, 0xff],
            "ends at a sync flush"
        );
    }
}

#[test]
fn the_buffer_is_not_grown_again() {
    let mut compressor = Compressor::new(Level::default());
    let mut block = Vec::new();
    compressor.compress(&noise(RAW_SIZE), &mut block);
    let capacity = block.capacity();
    for raw in [sql(RAW_SIZE), noise(RAW_SIZE), vec![0; RAW_SIZE]] {
        compressor.compress(&raw, &mut block);
        assert_eq!(block.capacity(), capacity);
    }
    assert!(block.len() < 2000, "zeros are small");
    for level in levels() {
        let mut small = Vec::new();
        Compressor::new(level).compress(&noise(100_000), &mut small);
        assert!(small.len() < 100_000 * 9 / 8 + 64, "level {}", level.get());
    }
}

#[test]
fn the_default_level_is_as_small_as_promised() {
    let raw = sql(4 * RAW_SIZE);
    let (mut compressor, mut block, mut start, mut total) =
        (Compressor::new(Level::default()), Vec::new(), 0, 0);
    while let Some(length) = next_block(&raw[start..], true) {
        compressor.compress(&raw[start..start + length], &mut block);
        total += block.len();
        start += length;
    }
    let mut whole = Vec::new();
    let six = flate2::Compression::new(6);
    flate2::read::DeflateEncoder::new(&raw[..], six)
        .read_to_end(&mut whole)
        .unwrap();
    assert!(
        total < whole.len() * 105 / 100,
        "{total} against {}",
        whole.len()
    );
}

proptest! {
    #[test]
    fn blocks_round_trip(
        raws in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..2000),
            prop::collection::vec(0..3_u8, 0..2000),
        ], 1..5),
        level in 1..=9_u8,
    ) {
        let level = Level::new(level).unwrap();
        let mut compressor = Compressor::new(level);
        let blocks: Vec<_> = raws.iter().map(|raw| {
            let mut block = Vec::new();
            let contents = compressor.compress(raw, &mut block);
            (block, contents)
        }).collect();
        prop_assert_eq!(through_zlib(&blocks, level), raws.concat());
        prop_assert_eq!(through_gzip(&blocks), raws.concat());
        prop_assert!(blocks.iter().all(|(block, _)| !block.ends_with(&END_BLOCK)));
    }
}
