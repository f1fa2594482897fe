//! Archives that are cut off, changed or made up: an error that says where, never a panic, never success.

use pgferry_core::dump::archive::{ArchiveReader, Compression, Problem};
use proptest::prelude::*;

use crate::support::{ARCHIVES, archive, parse};
use crate::{fuzz, made};

#[test]
fn an_archive_cut_off_anywhere_is_an_error() {
    for (name, bytes) in ARCHIVES {
        let mut reader = ArchiveReader::new();
        for (length, byte) in bytes.chunks(1).enumerate() {
            let error = reader.finish().expect_err(name);
            assert_eq!(error.offset, length as u64, "{name}: {error}");
            assert!(
                matches!(
                    error.problem,
                    Problem::Truncated | Problem::MissingBlocks { .. }
                ),
                "{name} at {length}: {error}"
            );
            let mut input = byte;
            while reader.next(&mut input).expect(name).is_some() {}
        }
        reader.finish().expect(name);
    }
}

#[test]
fn bytes_after_the_end_are_an_error() {
    for (name, bytes) in ARCHIVES {
        for more in [0, 1, 3] {
            let error = parse([*bytes, &[more]]).expect_err(name);
            assert_eq!(error.problem, Problem::TrailingBytes, "{name}");
            assert_eq!(error.offset, bytes.len() as u64, "{name}");
        }
    }
}

#[test]
fn an_error_stays() {
    let mut reader = ArchiveReader::new();
    let error = reader.next(&mut b"PGDUMP".as_slice()).unwrap_err();
    assert_eq!(error.offset, 3);
    assert_eq!(reader.next(&mut b"anything".as_slice()).unwrap_err(), error);
    assert_eq!(reader.finish().unwrap_err(), error);
}

#[test]
fn one_bit_changed_anywhere_is_no_panic() {
    for (index, bytes) in made::archives().iter().enumerate() {
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut input = vec![u8::try_from(index).unwrap()];
                input.extend_from_slice(bytes);
                input[position + 1] ^= 1 << bit;
                fuzz::check(&input);
            }
        }
    }
}

#[test]
fn the_corpus_passes() {
    for (_, bytes) in ARCHIVES {
        for length in [0, 1, 255] {
            fuzz::check(&[&[length], *bytes].concat());
        }
    }
    for archive in made::archives() {
        fuzz::check(&[&[0], archive.as_slice()].concat());
    }
    fuzz::check(&[]);
    fuzz::check(b"\0PGDMP");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn bits_changed_in_a_real_archive_are_no_panic(
        which in 0..ARCHIVES.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        length in any::<u8>(),
    ) {
        let mut input = [&[length], ARCHIVES[which].1].concat();
        for (place, byte) in changes {
            let place = 1 + place.index(input.len() - 1);
            input[place] ^= byte;
        }
        fuzz::check(&input);
    }

    #[test]
    fn bytes_made_up_behind_the_magic_are_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), minor in 12_u8..17) {
        let mut input = vec![255];
        input.extend_from_slice(b"PGDMP\x01");
        input.extend_from_slice(&[minor, 0, 4, 8, 1]);
        input.extend_from_slice(&bytes);
        fuzz::check(&input);
    }
}

/// Replaces the first occurrence of some bytes, which must be there.
fn replaced(archive: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = archive
        .windows(from.len())
        .position(|window| window == from)
        .expect("the bytes to replace");
    [&archive[..at], to, &archive[at + from.len()..]].concat()
}

/// An integer as an archive stores it.
fn int(value: i32) -> Vec<u8> {
    [
        &[u8::from(value < 0)][..],
        &value.unsigned_abs().to_le_bytes(),
    ]
    .concat()
}

fn text(value: &str) -> Vec<u8> {
    [
        int(i32::try_from(value.len()).unwrap()),
        value.as_bytes().to_vec(),
    ]
    .concat()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of every error")]
fn errors_say_what_and_where() {
    let good = made::archive(14, Compression::NONE).unwrap();
    let newer = made::archive(16, Compression::NONE).unwrap();
    let table = [
        &[1][..],
        &int(3),
        &int(17),
        b"1\tone\n2\ttwo\n\\.\n\n\n",
        &int(0),
    ]
    .concat();
    let data = good
        .windows(table.len())
        .position(|window| window == table)
        .unwrap();
    let entry = [int(3), int(1), text("1259")].concat();
    let at = |index: usize, byte: u8, archive: &[u8]| {
        let mut changed = archive.to_vec();
        changed[index] = byte;
        changed
    };
    for (changed, expected) in [
        (
            b"-- PostgreSQL database dump".to_vec(),
            "not a custom archive of pg_dump: it does not begin with PGDMP (in the header, byte 0 of the archive)",
        ),
        (
            b"PGDMP\x01\x0b\x00".to_vec(),
            "archive format 1.11-0 is not supported: 1.12 to 1.16 are, as pg_dump 12 to 18 write them (in the header, byte 7 of the archive)",
        ),
        (
            at(6, 17, &good),
            "archive format 1.17-0 is not supported: 1.12 to 1.16 are, as pg_dump 12 to 18 write them (in the header, byte 7 of the archive)",
        ),
        (
            at(8, 8, &good),
            "archive with integers of 8 bytes: only 4 are supported, as pg_dump writes them everywhere (in the header, byte 8 of the archive)",
        ),
        (
            at(9, 4, &good),
            "archive with file offsets of 4 bytes: only 8 are supported, as pg_dump writes them everywhere (in the header, byte 9 of the archive)",
        ),
        (
            at(10, 3, &good),
            "archive is of format 3, not 1, the custom format (in the header, byte 10 of the archive)",
        ),
        (
            at(11, 2, &good),
            "not an integer: its sign is wrong or its value does not fit into 32 bits (in the header, byte 11 of the archive)",
        ),
        (
            at(12, 10, &good),
            "compression level 10 is not between -1 and 9 (in the header, byte 11 of the archive)",
        ),
        (
            at(11, 4, &newer),
            "unknown compression algorithm 4 (in the header, byte 11 of the archive)",
        ),
        (
            replaced(&good, &text("shop"), &int(-2)),
            "-2 is no length of a string (in the header, byte 51 of the archive)",
        ),
        (
            replaced(&good, b"shop", b"sh\0p"),
            "a string holds a NUL byte (in the header, byte 51 of the archive)",
        ),
        (
            replaced(&good, &[int(4), int(1), int(0)].concat(), &int(-4)),
            "-4 is no number of entries (at the start of the table of contents, byte 75 of the archive)",
        ),
        (
            replaced(&good, &entry, &[int(1), int(1), text("1259")].concat()),
            "dump id 1 is used twice (in entry 2 of 4 of the table of contents, byte 219 of the archive)",
        ),
        (
            replaced(&good, &entry, &[int(-3), int(1), text("1259")].concat()),
            "-3 is no dump id (in entry 2 of 4 of the table of contents, byte 219 of the archive)",
        ),
        (
            replaced(&good, &entry, &[int(3), int(2), text("1259")].concat()),
            "2 does not say whether there are data (in entry 2 of 4 of the table of contents, byte 224 of the archive)",
        ),
        (
            replaced(&good, &entry, &[int(3), int(0), text("1259")].concat()),
            "the entry says both that it has data and that it has none (in entry 2 of 4 of the table of contents, TABLE DATA public.items, byte 396 of the archive)",
        ),
        (
            replaced(&good, &entry, &[int(3), int(1), text("0125")].concat()),
            "0125 is no oid (in entry 2 of 4 of the table of contents, byte 229 of the archive)",
        ),
        (
            replaced(
                &good,
                &[text("TABLE DATA"), int(3)].concat(),
                &[text("TABLE DATA"), int(5)].concat(),
            ),
            "5 is no section (in entry 2 of 4 of the table of contents, TABLE DATA items, byte 278 of the archive)",
        ),
        (
            replaced(&good, &text("false"), &text("FALSE")),
            "FALSE does not say whether a table has oids (in entry 1 of 4 of the table of contents, EXTENSION citext, byte 181 of the archive)",
        ),
        (
            replaced(&good, &text("7"), &text("+")),
            "+ is no dependency (in entry 1 of 4 of the table of contents, EXTENSION citext, byte 199 of the archive)",
        ),
        (
            replaced(&good, &table, &[&[2][..], &table[1..]].concat()),
            "2 is no type of a block of data (between blocks of data, byte 683 of the archive)",
        ),
        (
            replaced(&good, &table, &[&[1][..], &int(9), &table[6..]].concat()),
            "block of data for dump id 9, which no entry has (between blocks of data, byte 684 of the archive)",
        ),
        (
            replaced(&good, &table, &[&[1][..], &int(1), &table[6..]].concat()),
            "block of data for EXTENSION citext, where that for TABLE DATA public.items must come (between blocks of data, byte 684 of the archive)",
        ),
        (
            replaced(&good, &table, &[&[3][..], &table[1..]].concat()),
            "block of the wrong type for TABLE DATA public.items (between blocks of data, byte 684 of the archive)",
        ),
        (
            replaced(
                &good,
                &table,
                &[&table[..6], &int(-17), &table[11..]].concat(),
            ),
            "-17 is no length of a chunk of data (in TABLE DATA public.items, byte 689 of the archive)",
        ),
        (
            replaced(&good, b"half", b""),
            "archive is cut off (in large object 2147483648 of BLOBS BLOBS, byte 775 of the archive)",
        ),
        (
            replaced(
                &good,
                &table,
                &[&table[..6], &int(16), &table[12..]].concat(),
            ),
            "block of data for BLOBS BLOBS is at byte 715, not at 716 as its entry says (between blocks of data, byte 716 of the archive)",
        ),
        (
            good[..data].to_vec(),
            "archive is cut off: 2 entries have no data, the first is TABLE DATA public.items (between blocks of data, byte 683 of the archive)",
        ),
        (
            good[..data + 17].to_vec(),
            "archive is cut off (in TABLE DATA public.items, byte 700 of the archive)",
        ),
    ] {
        let message = parse([changed.as_slice()])
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert_eq!(message, expected);
    }
}

#[test]
fn a_table_of_contents_has_a_limit() {
    let bytes = archive("odd-15");
    let outcome = |limit| {
        let mut reader = ArchiveReader::with_toc_limit(limit);
        let mut input = bytes;
        loop {
            match reader.next(&mut input) {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.problem),
            }
        }
    };
    assert_eq!(outcome(10_000), Err(Problem::TocTooLarge { limit: 10_000 }));
    assert_eq!(outcome(bytes.len() as u64), Ok(()));
    // A length is refused before its bytes come, and nothing is allocated for it.
    let mut input = b"PGDMP\x01\x10\x00\x04\x08\x01\x00".to_vec();
    input.extend(std::iter::repeat_n(int(0), 7).flatten());
    input.extend(int(i32::MAX));
    let problem = parse([input.as_slice()]).unwrap_err().problem;
    assert_eq!(
        problem,
        Problem::TocTooLarge {
            limit: pgferry_core::dump::archive::DEFAULT_TOC_LIMIT
        }
    );
}
