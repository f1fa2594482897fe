//! Rows that are read from their blocks: the same as by reading all of the archive, and none of a damaged one.

use pgferry_core::dump::archive::{
    ArchiveReader, Block, BlockRows, Compression, DataError, END_OF_ROWS, Event, Header, StandIn,
    Toc, WriteError, recorded_blocks,
};
use proptest::prelude::*;

use crate::made;
use crate::support::{ARCHIVES, archive, contents, decodable, parse};

type Contents = Vec<(String, Option<u32>, Vec<u8>)>;

#[derive(Debug)]
struct Failed;

impl From<DataError> for Failed {
    fn from(error: DataError) -> Self {
        assert!(!error.to_string().is_empty());
        Self
    }
}

impl From<WriteError> for Failed {
    fn from(_: WriteError) -> Self {
        Self
    }
}

/// Header, table of contents, and the blocks as the table of contents or the archive itself tells.
fn opened(bytes: &[u8]) -> Result<(Header, Toc, Vec<Block>), Failed> {
    let mut reader = ArchiveReader::new();
    let mut input = bytes;
    while reader.toc().is_none() {
        if reader.next(&mut input).map_err(DataError::from)?.is_none() {
            return Err(Failed);
        }
    }
    let header = reader.header().unwrap().clone();
    let toc = reader.toc().unwrap().clone();
    if let Some(blocks) = recorded_blocks(&toc, reader.offset(), bytes.len() as u64) {
        return Ok((header, toc, blocks));
    }
    let mut blocks: Vec<Block> = Vec::new();
    while let Some(event) = reader.next(&mut input).map_err(DataError::from)? {
        let offset = reader.offset();
        match event {
            Event::BlockStart { entry } => blocks.push(Block {
                entry,
                range: offset - 6..offset,
            }),
            Event::BlockEnd { .. } => blocks.last_mut().unwrap().range.end = offset,
            _ => {}
        }
    }
    reader.finish().map_err(DataError::from)?;
    Ok((header, toc, blocks))
}

/// Everything in it: rows from their blocks, the rest by way of a stand-in. In the form of [`contents`].
fn restored(bytes: &[u8], piece: usize) -> Result<Contents, Failed> {
    let (header, toc, blocks) = opened(bytes)?;
    let mut out = Vec::new();
    let mut stand_in = StandIn::new(&header, &toc)?;
    stand_in.start(&mut out)?;
    let mut rows_of = Vec::new();
    for block in &blocks {
        let entry = &toc.entries()[block.entry];
        let range =
            usize::try_from(block.range.start).unwrap()..usize::try_from(block.range.end).unwrap();
        let stored = bytes.get(range).ok_or(Failed)?;
        if entry.holds_rows() {
            let mut rows = Vec::new();
            let mut reader = BlockRows::new(&header, entry, block.range.start)?;
            for piece in stored.chunks(piece) {
                reader.feed(piece, &mut |part| -> Result<(), Failed> {
                    rows.extend_from_slice(part);
                    Ok(())
                })?;
            }
            reader.finish()?;
            rows_of.push((entry.to_string(), rows));
            stand_in.without_rows(block.entry, &mut out)?;
        } else {
            let mut reader =
                ArchiveReader::of_block(header.clone(), entry.clone(), block.range.start)
                    .map_err(|_problem| Failed)?;
            for mut piece in stored.chunks(piece) {
                while let Some(event) = reader.next(&mut piece).map_err(DataError::from)? {
                    stand_in.copy::<Failed>(block.entry, &event, &mut out)?;
                }
            }
            reader.finish().map_err(DataError::from)?;
        }
    }
    let parsed = parse([&out[..]]).map_err(DataError::from)?;
    assert_eq!(parsed.header.compression, Compression::NONE);
    let mut rows_of = rows_of.into_iter().peekable();
    let mut all = contents(&parsed);
    for (entry, object, data) in &mut all {
        if *data == END_OF_ROWS
            && object.is_none()
            && let Some((_, rows)) = rows_of.next_if(|(of, _)| of == entry)
        {
            data.splice(..0, rows);
        }
    }
    assert!(rows_of.next().is_none());
    Ok(all)
}

#[test]
fn blocks_hold_what_the_archive_holds() {
    for (name, bytes) in ARCHIVES {
        let parsed = parse([*bytes]).unwrap();
        if !decodable(&parsed) {
            continue;
        }
        let expected = contents(&parsed);
        for piece in [1, 7, 4096, usize::MAX] {
            assert!(
                restored(bytes, piece).unwrap() == expected,
                "{name}, {piece}"
            );
        }
    }
}

/// A table and large objects, of some hundred bytes.
fn small(compression: Compression) -> Vec<u8> {
    made::with_rows(14, compression, b"1\tone\n2\ttwo\n3\t\\\\.\n\\.\n\n\n").unwrap()
}

#[test]
fn an_archive_that_is_cut_off_anywhere_is_not_restored() {
    for compression in [Compression::NONE, Compression::gzip(6)] {
        let small = small(compression);
        assert!(restored(&small, 64).is_ok());
        for bytes in [&small[..], archive("odd-15-level-1")] {
            for length in 0..bytes.len() {
                assert!(restored(&bytes[..length], 64).is_err(), "{length} bytes");
            }
        }
    }
    let bytes = archive("odd-15");
    for length in (0..bytes.len()).step_by(37) {
        assert!(restored(&bytes[..length], 4096).is_err(), "{length} bytes");
    }
}

#[test]
fn a_changed_bit_of_compressed_data_is_noticed() {
    let bytes = small(Compression::gzip(6));
    let expected = restored(&bytes, 64).unwrap();
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << bit;
            match restored(&changed, 64) {
                Err(Failed) => {}
                // A name of the table of contents, the number of a large object, a bit that pads compressed data: no rows
                // are lost by these.
                Ok(all) => {
                    assert_eq!(all.len(), expected.len());
                    for (one, other) in all.iter().zip(&expected) {
                        assert_eq!(one.2, other.2, "byte {index}, bit {bit}");
                    }
                }
            }
        }
    }
}

#[test]
fn rows_end_where_pg_dump_ends_them_and_nowhere_else() {
    for (data, is_good) in [
        (&b"\\.\n\n\n"[..], true),
        (b"1\n\\.\n\n\n", true),
        (b"1\\.\n\\.\n\n\n", true),
        (b"\\\\.\n\\.\n\n\n", true),
        (b"\n\n\\.x\n\\.\n\n\n", true),
        (b"", false),
        (b"1\n", false),
        (b"1\n\\.\n\n", false),
        (b"1\n\\.\n\n\n\n", false),
        (b"1\\.\n\n\n", false),
        (b"\\.\nDROP TABLE t;\n\\.\n\n\n", false),
        (b"1\n\\.\r\nDROP TABLE t;\n\\.\n\n\n", false),
        (b"1\n\\.\n\\.\n\n\n", false),
    ] {
        for compression in [Compression::NONE, Compression::gzip(1)] {
            let bytes = made::with_rows(14, compression, data).unwrap();
            for piece in [1, 2, 3, 64] {
                assert_eq!(
                    restored(&bytes, piece).is_ok(),
                    is_good,
                    "{:?}",
                    String::from_utf8_lossy(data)
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_an_archive_holds_is_no_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        piece in 1_usize..500,
    ) {
        for name in ["odd-15", "odd-15-z0-pipe", "site-15-pipe"] {
            let mut bytes = archive(name).to_vec();
            for (index, value) in &changes {
                let index = index.index(bytes.len());
                bytes[index] = *value;
            }
            drop(restored(&bytes, piece));
        }
    }
}
