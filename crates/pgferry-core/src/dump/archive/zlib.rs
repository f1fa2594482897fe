use zlib_rs::adler32::{adler32, adler32_combine};

/// Frames a zlib stream (RFC 1950) around deflate blocks that were compressed elsewhere, on many cores or for another
/// file too.
///
/// ```text
/// stream = HEADER piece* trailer
/// ```
/// A piece is raw deflate that refers to nothing before it and ends on a byte, at a sync or full flush, without a last
/// block. The trailer is an empty last block and the Adler-32 of everything that was compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZlibStream {
    checksum: u32,
}

impl Default for ZlibStream {
    fn default() -> Self {
        Self::new()
    }
}

impl ZlibStream {
    /// Deflate with a window of 32 KiB, at the default level; what level it says has no meaning to a decoder.
    pub const HEADER: [u8; 2] = [0x78, 0x9c];

    pub const fn new() -> Self {
        // The Adler-32 of nothing.
        Self { checksum: 1 }
    }

    /// The Adler-32 of bytes before their compression, as [`Self::piece`] takes it. To be computed where the bytes are.
    pub fn checksum(uncompressed: &[u8]) -> u32 {
        adler32(1, uncompressed)
    }

    /// Counts a piece that follows, by the Adler-32 and the number of the bytes that it decodes to.
    pub fn piece(&mut self, checksum: u32, length: u64) {
        self.checksum = adler32_combine(self.checksum, checksum, length);
    }

    /// The bytes that follow the last piece.
    pub fn trailer(&self) -> [u8; 6] {
        // An empty block with the fixed code, marked as the last: RFC 1951, 3.2.6.
        let [a, b, c, d] = self.checksum.to_be_bytes();
        [0x03, 0x00, a, b, c, d]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    fn piece(bytes: &[u8]) -> Vec<u8> {
        let mut state = Compress::new(Compression::new(4), false);
        let mut out = Vec::with_capacity(bytes.len() + 100);
        state
            .compress_vec(bytes, &mut out, FlushCompress::Sync)
            .unwrap();
        assert_eq!(state.total_in(), bytes.len() as u64);
        out
    }

    #[test]
    fn pieces_make_a_stream_that_zlib_reads() {
        let row = b"42\tann@example.net\tsome text that repeats, some text that repeats\n";
        for lengths in [vec![], vec![0], vec![1], vec![70_000, 0, 1, 65_521 * 3]] {
            let mut stream = ZlibStream::new();
            let mut plain = Vec::new();
            let mut compressed = ZlibStream::HEADER.to_vec();
            for length in lengths {
                let bytes: Vec<u8> = row.iter().copied().cycle().take(length).collect();
                compressed.extend(piece(&bytes));
                stream.piece(ZlibStream::checksum(&bytes), bytes.len() as u64);
                plain.extend(bytes);
            }
            compressed.extend(stream.trailer());
            let mut decoded = Vec::new();
            let mut reader = flate2::read::ZlibDecoder::new(compressed.as_slice());
            reader.read_to_end(&mut decoded).unwrap();
            assert!(decoded == plain);
            assert_eq!(reader.total_in(), compressed.len() as u64);
        }
    }
}
