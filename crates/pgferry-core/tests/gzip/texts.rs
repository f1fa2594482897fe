//! The errors as a user reads them.

use pgferry_core::gzip::{Error, HeaderFault, WriteError, index};

#[test]
fn errors_of_a_file() {
    let (member, offset) = (3, 1234);
    let cases = [
        (
            Error::NotGzip,
            "not a gzip file: it does not start with the bytes 1f 8b",
        ),
        (
            Error::Truncated { member, offset },
            "cut off: gzip member 3 is not complete at byte 1234, where the file ends",
        ),
        (
            Error::Header {
                member,
                offset,
                fault: HeaderFault::Method(7),
            },
            "the header of gzip member 3 at byte 1234 names compression method 7, which does not exist",
        ),
        (
            Error::Header {
                member,
                offset,
                fault: HeaderFault::Flags(0x20),
            },
            "the header of gzip member 3 at byte 1234 has flags that are not known (0x20)",
        ),
        (
            Error::Header {
                member,
                offset,
                fault: HeaderFault::Checksum {
                    stored: 1,
                    computed: 0xabcd,
                },
            },
            "the header of gzip member 3 at byte 1234 has a checksum of its own, 0001, that does not match abcd",
        ),
        (
            Error::Corrupt { member, offset },
            "corrupt compressed data in gzip member 3, near byte 1234",
        ),
        (
            Error::Checksum {
                member,
                offset,
                stored: 1,
                computed: 0xabcd,
            },
            "checksum mismatch in gzip member 3: the trailer at byte 1234 says 00000001, the contents have 0000abcd",
        ),
        (
            Error::Length {
                member,
                offset,
                stored: 1,
                computed: 2,
            },
            "length mismatch in gzip member 3: the trailer at byte 1234 says 1 bytes, the contents have 2 (modulo 2^32)",
        ),
        (
            Error::TrailingGarbage { member, offset },
            "trailing garbage after gzip member 3, at byte 1234",
        ),
        (
            Error::IndexMismatch {
                member,
                offset,
                what: "other size",
            },
            "gzip member 3 at byte 1234 is not what the file's index says of it: other size",
        ),
        (
            Error::TooLarge {
                member,
                offset,
                limit: 5,
            },
            "more than 5 bytes come out of this gzip file (in member 3, at byte 1234): refused as a possible gzip bomb",
        ),
        (
            Error::RatioTooHigh {
                member,
                offset,
                limit: 250,
            },
            "this gzip file grows more than 250 fold when decompressed (in member 3, at byte 1234): refused as a possible gzip bomb",
        ),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn errors_of_an_index() {
    use index::Error;
    let cases = [
        (
            Error::FooterChecksum,
            "the footer of the index does not match its own checksum",
        ),
        (
            Error::Version(2),
            "the index has version 2, of which this pgferry knows nothing",
        ),
        (
            Error::TooLarge { bytes: 9, limit: 8 },
            "an index of 9 bytes is more than the 8 that are read",
        ),
        (
            Error::Place {
                offset: 7,
                bytes: 8,
                file: 9,
            },
            "the footer says that 8 bytes of index start at byte 7, which does not fit a file of 9 bytes",
        ),
        (
            Error::Part { offset: 7 },
            "no part of the index at byte 7, where one must be",
        ),
        (
            Error::Checksum,
            "the index does not match the checksum in its footer",
        ),
        (
            Error::Malformed {
                offset: 7,
                what: "the end",
            },
            "malformed index: the end at byte 7 of it",
        ),
        (
            Error::Sum {
                what: "sizes of its members",
                sum: 7,
                expected: 8,
            },
            "the index contradicts the file: sizes of its members add up to 7, not to 8",
        ),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn errors_of_the_writer() {
    let cases = [
        (WriteError::NoSection, "a block before the first section"),
        (
            WriteError::SectionOrder,
            "a preamble that is not the first section, or a section after the post-data",
        ),
        (
            WriteError::BlockTooLarge {
                raw: 99,
                compressed: 9,
            },
            "a block of 99 bytes, compressed 9: a member holds at most 16777216",
        ),
        (
            WriteError::Rows { rows: 3, raw: 2 },
            "3 rows in a block of 2 bytes, or rows outside a table",
        ),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
}
