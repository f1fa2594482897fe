//! CRC-32 and Adler-32 of a run of bytes, and of runs put together.

use zlib_rs::{
    adler32::{adler32, adler32_combine},
    crc32::{crc32, crc32_combine},
};

/// Length and both checksums of some bytes: what a gzip trailer (CRC-32, RFC 1952) and the end of a zlib stream
/// (Adler-32, RFC 1950) say about their contents.
///
/// The sums of a whole file come from those of its blocks, so nothing is read a second time and blocks may be summed on
/// several threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksums {
    pub bytes: u64,
    pub crc32: u32,
    pub adler32: u32,
}

impl Checksums {
    /// Of no bytes.
    pub const EMPTY: Self = Self {
        bytes: 0,
        crc32: 0,
        adler32: 1,
    };

    pub fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: super::as_u64(bytes.len()),
            crc32: crc32(0, bytes),
            adler32: adler32(1, bytes),
        }
    }

    /// These bytes followed by those that `next` describes.
    #[must_use]
    pub fn followed_by(self, next: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(next.bytes),
            crc32: crc32_combine(self.crc32, next.crc32, next.bytes),
            adler32: adler32_combine(self.adler32, next.adler32, next.bytes),
        }
    }
}

impl Default for Checksums {
    fn default() -> Self {
        Self::EMPTY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_sums() {
        let sums = Checksums::of(b"123456789");
        assert_eq!(
            (sums.bytes, sums.crc32, sums.adler32),
            (9, 0xcbf4_3926, 0x091e_01de)
        );
        assert_eq!(Checksums::of(b""), Checksums::EMPTY);
    }

    #[test]
    fn long_runs_combine() {
        // Past the modulus of Adler-32 and many times its deferred reduction.
        let bytes = vec![0xff; 1_000_000];
        let (head, tail) = bytes.split_at(65_521);
        assert_eq!(
            Checksums::of(head).followed_by(Checksums::of(tail)),
            Checksums::of(&bytes)
        );
    }

    proptest! {
        #[test]
        fn pieces_combine_to_the_whole(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..6)) {
            let combined = pieces.iter().map(|piece| Checksums::of(piece)).fold(Checksums::EMPTY, Checksums::followed_by);
            prop_assert_eq!(combined, Checksums::of(&pieces.concat()));
        }
    }
}
