//! A zlib stream (RFC 1950) put together from blocks that were compressed before.
//!
//! This is the form in which a custom archive holds a table's data: two bytes of header, the blocks, an end block, the
//! Adler-32 of all contents.

use super::Checksums;
use super::block::{END_BLOCK, Level};

/// Collects the checksum of a stream while its blocks are written.
#[derive(Debug, Clone, Copy, Default)]
pub struct ZlibStream {
    contents: Checksums,
}

impl ZlibStream {
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes before the first block: deflate, 32 KiB window, no dictionary, and the level as zlib itself notes it.
    pub fn header(level: Level) -> [u8; 2] {
        match level.get() {
            1 => [0x78, 0x01],
            2..=5 => [0x78, 0x5e],
            6 => [0x78, 0x9c],
            _ => [0x78, 0xda],
        }
    }

    /// To be called for each block, in order.
    pub fn block(&mut self, contents: Checksums) {
        self.contents = self.contents.followed_by(contents);
    }

    /// The bytes after the last block.
    pub fn finish(&self) -> [u8; 6] {
        let [end0, end1] = END_BLOCK;
        let [a, b, c, d] = self.contents.adler32.to_be_bytes();
        [end0, end1, a, b, c, d]
    }
}
