//! Gzip files built by hand, so that each part of the format can be there, absent or wrong.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

pub const FHCRC: u8 = 2;
pub const FEXTRA: u8 = 4;
pub const FNAME: u8 = 8;
pub const FCOMMENT: u8 = 16;

/// One member with the optional parts that `flags` names.
pub fn member(raw: &[u8], flags: u8) -> Vec<u8> {
    let mut out = header(flags);
    let mut encoder = DeflateEncoder::new(&mut out, Compression::new(6));
    encoder.write_all(raw).unwrap();
    encoder.finish().unwrap();
    out.extend(trailer(raw));
    out
}

pub fn header(flags: u8) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3];
    if flags & FEXTRA != 0 {
        out.extend([7, 0, b'A', b'p', 3, 0, 0x1f, 0x8b, 0]);
    }
    if flags & FNAME != 0 {
        out.extend(b"infinite-prod.sql\0");
    }
    if flags & FCOMMENT != 0 {
        out.extend(b"a comment\0");
    }
    if flags & FHCRC != 0 {
        let [low, high, ..] = crc(&out).to_le_bytes();
        out.extend([low, high]);
    }
    out
}

pub fn trailer(raw: &[u8]) -> Vec<u8> {
    let length = u32::try_from(raw.len()).unwrap();
    [crc(raw).to_le_bytes(), length.to_le_bytes()].concat()
}

pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Text that compresses about as a dump does, the same for the same length.
pub fn sql(length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 100);
    let mut seed = 0x2545_f491_u32;
    let mut row = 0;
    while out.len() < length {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        row += 1;
        let line = format!(
            "{row}\t2024-01-01 00:00:{:02}+00\t{seed:08x}\t/events/{}\t\\N\n",
            seed % 60,
            seed >> 20
        );
        out.extend(line.as_bytes());
    }
    out.truncate(length);
    out
}
