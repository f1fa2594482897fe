use crate::sample::{FCOMMENT, FEXTRA, FHCRC, FNAME, crc, header, member, sql, trailer};
use pgferry_core::gzip::{Decoder, Error, HeaderFault, Limits, Position, Reader};
use proptest::prelude::*;
use std::io::{self, Read};

fn read(file: &[u8]) -> Result<Vec<u8>, Error> {
    read_with(file, Limits::default())
}

fn read_with(file: &[u8], limits: Limits) -> Result<Vec<u8>, Error> {
    let mut contents = Vec::new();
    match Reader::with_limits(file, limits).read_to_end(&mut contents) {
        Ok(_) => Ok(contents),
        Err(error) => Err(Error::of(&error).expect("a gzip error").clone()),
    }
}

/// Pushes the file in pieces of `input` bytes and takes contents in pieces of `output`.
fn push(file: &[u8], input: usize, output: usize) -> Result<(Vec<u8>, Position), Error> {
    let mut decoder = Decoder::new(Limits::default());
    let mut contents = Vec::new();
    let mut room = vec![0; output];
    for piece in file.chunks(input) {
        let mut rest = piece;
        loop {
            let step = decoder.decode(rest, &mut room)?;
            contents.extend(&room[..step.produced]);
            rest = &rest[step.consumed..];
            if step.produced < output {
                break;
            }
        }
        assert!(rest.is_empty(), "input is left although there was room");
    }
    decoder.finish()?;
    Ok((contents, decoder.position()))
}

#[test]
fn reads_every_combination_of_header_parts() {
    for bits in 0..16_u8 {
        let flags = bits << 1;
        assert_eq!(
            read(&member(b"SELECT 1;\n", flags)).unwrap(),
            b"SELECT 1;\n",
            "flags {flags}"
        );
    }
    // FTEXT says nothing that matters.
    assert_eq!(read(&member(b"x", 1)).unwrap(), b"x");
}

#[test]
fn reads_all_members_and_empty_ones() {
    let big = sql(700_000);
    let file = [
        member(b"", 0),
        member(&big, FNAME),
        member(b"", FEXTRA),
        member(b"end\n", 0),
    ]
    .concat();
    let expected = [&big[..], b"end\n"].concat();
    assert_eq!(read(&file).unwrap(), expected);
    let (contents, position) = push(&file, 1000, 777).unwrap();
    assert_eq!(contents, expected);
    assert_eq!(
        position,
        Position {
            compressed: file.len() as u64,
            raw: expected.len() as u64,
            members: 4
        }
    );
}

#[test]
fn any_split_gives_the_same() {
    let all = FEXTRA | FNAME | FCOMMENT | FHCRC;
    let file = [
        member(&sql(300), all),
        member(b"", 0),
        member(b"tail", FHCRC),
        vec![0; 5],
    ]
    .concat();
    let expected = read(&file).unwrap();
    for input in 1..file.len() {
        for output in [1, 2, 7, 300, 304, 305, 1000] {
            assert_eq!(
                push(&file, input, output).unwrap().0,
                expected,
                "pieces of {input}, room for {output}"
            );
        }
    }
}

#[test]
fn zero_padding_is_accepted_at_the_end_only() {
    let one = member(b"one", 0);
    for zeros in [1, 2, 511, 400_000] {
        assert_eq!(
            read(&[&one[..], &vec![0; zeros]].concat()).unwrap(),
            b"one",
            "{zeros} zeros"
        );
    }
    let end = one.len() as u64;
    assert_eq!(
        read(&[&one[..], &[0; 3], &one].concat()),
        Err(Error::TrailingGarbage {
            member: 1,
            offset: end + 3
        })
    );
    assert_eq!(read(&[&[0; 3], &one[..]].concat()), Err(Error::NotGzip));
    assert_eq!(read(&[0; 30]), Err(Error::NotGzip));
}

#[test]
fn refuses_what_is_not_a_gzip_file() {
    let one = member(b"one", 0);
    let (end, two) = (one.len() as u64, [&one[..], &one].concat());
    let cases: [(&str, Vec<u8>, Error); 9] = [
        (
            "empty",
            vec![],
            Error::Truncated {
                member: 1,
                offset: 0,
            },
        ),
        ("plain SQL", b"-- PostgreSQL".to_vec(), Error::NotGzip),
        ("an archive", b"PGDMP".to_vec(), Error::NotGzip),
        (
            "half a magic number",
            vec![0x1f],
            Error::Truncated {
                member: 1,
                offset: 1,
            },
        ),
        ("compress(1)", vec![0x1f, 0x9d, 0x90], Error::NotGzip),
        (
            "garbage",
            [&two[..], b"garbage"].concat(),
            Error::TrailingGarbage {
                member: 2,
                offset: 2 * end,
            },
        ),
        (
            "garbage that begins as a member does",
            [&one[..], &[0x1f, 0x20]].concat(),
            Error::TrailingGarbage {
                member: 1,
                offset: end,
            },
        ),
        (
            "half a magic number behind",
            [&one[..], &[0x1f]].concat(),
            Error::Truncated {
                member: 2,
                offset: end + 1,
            },
        ),
        (
            "a header behind",
            [&one[..], &header(FNAME)[..20]].concat(),
            Error::Truncated {
                member: 2,
                offset: end + 20,
            },
        ),
    ];
    for (case, file, expected) in cases {
        assert_eq!(read(&file), Err(expected), "{case}");
    }
}

#[test]
fn refuses_headers_that_the_format_forbids() {
    let fault = |file: &[u8]| match read(file) {
        Err(Error::Header {
            member: 1,
            offset: 0,
            fault,
        }) => fault,
        other => panic!("{other:?}"),
    };
    let mut file = member(b"x", FHCRC | FNAME);
    file[2] = 7;
    assert_eq!(fault(&file), HeaderFault::Method(7));
    file[2] = 8;
    file[3] |= 0x20;
    assert_eq!(fault(&file), HeaderFault::Flags(0x2a));
    file[3] &= !0x20;
    file[12] ^= 1;
    assert!(matches!(fault(&file), HeaderFault::Checksum { .. }));
    file[12] ^= 1;
    assert_eq!(read(&file).unwrap(), b"x");
}

#[test]
fn compares_checksum_and_length_of_each_member() {
    let first = member(b"first", 0);
    let (start, mut file) = (first.len(), [first, member(b"second", 0)].concat());
    let offset = (file.len() - 8) as u64;
    let end = file.len();
    file[end - 8] ^= 1;
    let computed = crc(b"second");
    let expected = Error::Checksum {
        member: 2,
        offset,
        stored: computed ^ 1,
        computed,
    };
    assert_eq!(read(&file), Err(expected));
    file[end - 8] ^= 1;
    file[end - 1] ^= 1;
    let expected = Error::Length {
        member: 2,
        offset,
        stored: 6 | 1 << 24,
        computed: 6,
    };
    assert_eq!(read(&file), Err(expected));
    file[end - 1] ^= 1;
    file[start - 5] ^= 0x80;
    assert!(matches!(
        read(&file),
        Err(Error::Checksum { member: 1, .. })
    ));
}

#[test]
fn says_where_the_deflate_stream_is_corrupt() {
    let first = member(&sql(1000), 0);
    let mut file = [first.clone(), header(0)].concat();
    // A final block of the type that does not exist.
    file.extend([7, 0, 0]);
    match read(&file) {
        Err(Error::Corrupt { member: 2, offset }) => {
            assert!(
                (first.len() + 10..=first.len() + 13).contains(&usize::try_from(offset).unwrap()),
                "{offset}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let first = member(&sql(400), FEXTRA | FNAME | FCOMMENT | FHCRC);
    let file = [first.clone(), member(b"second", 0)].concat();
    for length in 0..file.len() {
        if length == first.len() {
            continue;
        }
        let member = 1 + u64::from(length > first.len());
        let expected = Error::Truncated {
            member,
            offset: length as u64,
        };
        assert_eq!(read(&file[..length]), Err(expected), "cut to {length}");
    }
}

#[test]
fn a_flipped_bit_is_refused_or_changes_nothing() {
    let raw = sql(400);
    let file = [
        member(&raw, FEXTRA | FNAME),
        member(b"", FHCRC),
        member(b"second", 0),
    ]
    .concat();
    let expected = [&raw[..], b"second"].concat();
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << bit;
            if let Ok(contents) = read(&flipped) {
                assert_eq!(contents, expected, "bit {bit} of byte {at}");
            }
        }
    }
}

#[test]
fn limits_stop_a_bomb_while_it_is_read() {
    let bomb = member(&vec![0; 4_000_000], 0);
    let none = Limits::NONE;
    assert_eq!(read_with(&bomb, none).unwrap().len(), 4_000_000);
    let exact = Limits {
        max_raw_bytes: Some(4_000_000),
        ..none
    };
    assert_eq!(read_with(&bomb, exact).unwrap().len(), 4_000_000);
    let below = Limits {
        max_raw_bytes: Some(3_999_999),
        ..none
    };
    assert!(matches!(
        read_with(&bomb, below),
        Err(Error::TooLarge {
            member: 1,
            limit: 3_999_999,
            ..
        })
    ));
    let ratio = Limits {
        max_ratio: Some(250),
        ratio_from: 1_000_000,
        ..none
    };
    assert!(matches!(
        read_with(&bomb, ratio),
        Err(Error::RatioTooHigh {
            member: 1,
            limit: 250,
            ..
        })
    ));
    let later = Limits {
        ratio_from: 4_000_001,
        ..ratio
    };
    assert_eq!(read_with(&bomb, later).unwrap().len(), 4_000_000);
    // The default lets ordinary files of any size through.
    assert_eq!(read(&member(&sql(2_000_000), 0)).unwrap().len(), 2_000_000);
}

#[test]
fn a_name_without_end_costs_no_memory() {
    let start = [&header(0)[..3], &[FNAME, 0, 0, 0, 0, 0, 3]].concat();
    let endless = start.chain(io::repeat(b'n').take(50_000_000));
    let error = Reader::new(endless).read(&mut [0; 100]).unwrap_err();
    assert_eq!(
        Error::of(&error),
        Some(&Error::Truncated {
            member: 1,
            offset: 50_000_010
        })
    );
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

struct Failing;
impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::ConnectionReset, "reset"))
    }
}

#[test]
fn an_error_stays_and_a_source_error_passes_through() {
    let mut reader = Reader::new(&b"not gzip"[..]);
    for _ in 0..2 {
        let error = reader.read(&mut [0; 10]).unwrap_err();
        assert_eq!(Error::of(&error), Some(&Error::NotGzip));
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    let file = member(b"abc", 0);
    let mut reader = Reader::new(file[..15].chain(Failing));
    let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(
        (error.kind(), Error::of(&error)),
        (io::ErrorKind::ConnectionReset, None)
    );
}

#[test]
fn the_position_can_be_read_on_the_way() {
    let file = [member(&sql(600_000), 0), member(&sql(600_000), 0)].concat();
    let mut reader = Reader::new(&file[..]);
    let mut room = vec![0; 100_000];
    let mut raw = 0;
    let mut last = reader.position();
    loop {
        let count = reader.read(&mut room).unwrap();
        raw += count as u64;
        let position = reader.position();
        assert_eq!(position.raw, raw);
        assert!(position.compressed >= last.compressed && position.members >= last.members);
        last = position;
        if count == 0 {
            break;
        }
    }
    assert_eq!(
        last,
        Position {
            compressed: file.len() as u64,
            raw: 1_200_000,
            members: 2
        }
    );
    // A trailer with a length of its own: modulo 2^32 is the format's, here just the plain case.
    assert_eq!(&file[file.len() - 8..], &trailer(&sql(600_000))[..]);
}

proptest! {
    #[test]
    fn reads_what_flate2_writes(
        members in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..3000), 0..32_u8), 1..5),
        padding in 0..20_usize,
        input in 1..4000_usize,
        output in 1..4000_usize,
    ) {
        let mut file: Vec<u8> = members.iter().flat_map(|(raw, flags)| member(raw, *flags)).collect();
        file.extend(vec![0; padding]);
        let expected: Vec<u8> = members.iter().flat_map(|(raw, _)| raw.clone()).collect();
        prop_assert_eq!(&push(&file, input, output).unwrap().0, &expected);
        prop_assert_eq!(&read(&file).unwrap(), &expected);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), flags in 0..32_u8) {
        prop_assert!(read(&bytes).is_err());
        let file = [header(flags), bytes].concat();
        let split = push(&file, 3, 5).map(|(contents, _)| contents);
        prop_assert_eq!(read(&file).is_ok(), split.is_ok());
    }
}
