//! Blocks: the pieces that a stream is cut into, each compressed by itself.
//!
//! A compressed block refers to nothing before it and ends at a sync flush, that is on a byte boundary and without an
//! end block. So the same bytes may stand as the body of a gzip member, and in a row with others in the zlib stream of a
//! custom archive: compressed once, used in every output that holds the same rows.

use super::Checksums;
use super::inflate::Inflater;
use flate2::{Compress, Compression, FlushCompress, FlushDecompress};

/// Raw bytes of a block. Larger blocks compress a little better, smaller ones give a finer index and need less memory;
/// at this size the loss against one long stream is below 2%.
pub const RAW_SIZE: usize = 512 * 1024;

/// An empty final block with fixed codes (RFC 1951, section 3.2.6): ends a deflate stream after a sync flush.
pub const END_BLOCK: [u8; 2] = [0x03, 0x00];

/// How hard to compress, 1 (fast) to 9 (small).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// `None` outside 1 to 9.
    pub fn new(level: u8) -> Option<Self> {
        (1..=9).contains(&level).then_some(Self(level))
    }

    pub fn get(self) -> u8 {
        self.0
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Within 5% of the size that `gzip -6` makes of a dump, at several times its rate (docs/performance.md).
impl Default for Level {
    fn default() -> Self {
        Self(4)
    }
}

/// Compresses blocks, one after the other, and carries nothing from one to the next. Takes about 300 KiB; make one a
/// thread and keep it.
#[derive(Debug)]
pub struct Compressor {
    deflate: Compress,
}

impl Compressor {
    pub fn new(level: Level) -> Self {
        let level = Compression::new(u32::from(level.get()));
        Self {
            deflate: Compress::new(level, false),
        }
    }

    /// Replaces the contents of `compressed` by the block and says what is in it. The buffer's capacity is used again,
    /// so from the second block on nothing is allocated. No bytes in gives no bytes out.
    pub fn compress(&mut self, raw: &[u8], compressed: &mut Vec<u8>) -> Checksums {
        compressed.clear();
        if raw.is_empty() {
            return Checksums::EMPTY;
        }
        self.deflate.reset();
        // Fixed codes, which level 1 uses, take up to nine bits a byte.
        compressed.reserve(raw.len() + raw.len() / 8 + 64);
        let mut rest = raw;
        loop {
            let before = self.deflate.total_in();
            self.deflate
                .compress_vec(rest, compressed, FlushCompress::Sync)
                .expect("deflate takes any bytes in a state that was just reset");
            let taken = super::as_usize(self.deflate.total_in() - before);
            rest = rest.get(taken..).unwrap_or_default();
            if rest.is_empty() && compressed.len() < compressed.capacity() {
                return Checksums::of(raw);
            }
            compressed.reserve(raw.len() / 8 + 64);
        }
    }
}

/// Where to end the next block: how many bytes from the front of `pending` are one, `None` when more must come first.
///
/// `pending` starts where the last block ended, or at the start of the section, and `ends` says that the section has no
/// more bytes. A block ends after a line of at most [`RAW_SIZE`] bytes, or in the middle of a longer line. The answer
/// follows from the section's bytes alone, not from how they came in, so the same table is cut in the same places in
/// every output.
pub fn next_block(pending: &[u8], ends: bool) -> Option<usize> {
    if pending.len() <= RAW_SIZE {
        return (ends && !pending.is_empty()).then_some(pending.len());
    }
    let window = pending.get(..RAW_SIZE)?;
    Some(memchr::memrchr(b'\n', window).map_or(RAW_SIZE, |newline| newline + 1))
}

/// Cuts a section into blocks while its bytes come in.
#[derive(Debug, Default)]
pub struct Cutter {
    /// Starts where the last block ended.
    pending: Vec<u8>,
    held: usize,
}

impl Cutter {
    pub fn new() -> Self {
        Self::default()
    }

    /// Never cuts into the section's last `held` bytes, so that [`Self::strip_end`] finds them.
    pub fn holding(held: usize) -> Self {
        Self {
            pending: Vec::new(),
            held,
        }
    }

    /// Takes the section's next bytes, and hands on the blocks that end in them.
    ///
    /// # Errors
    /// Only what `sink` returns.
    pub fn feed<E>(
        &mut self,
        bytes: &[u8],
        sink: &mut impl FnMut(Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.pending.extend_from_slice(bytes);
        self.cut(self.held, false, sink)
    }

    /// Takes `end` off the section, if that is how it ends. All its bytes must have come.
    pub fn strip_end(&mut self, end: &[u8]) -> bool {
        let found = end.len() <= self.held && self.pending.ends_with(end);
        if found {
            self.pending.truncate(self.pending.len() - end.len());
        }
        found
    }

    /// Ends the section and hands on its last block; the next section may begin.
    ///
    /// # Errors
    /// Only what `sink` returns.
    pub fn finish<E>(&mut self, sink: &mut impl FnMut(Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        self.cut(0, true, sink)
    }

    fn cut<E>(
        &mut self,
        held: usize,
        ends: bool,
        sink: &mut impl FnMut(Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            let settled = self.pending.len().saturating_sub(held);
            let window = self.pending.get(..settled).unwrap_or_default();
            let Some(length) = next_block(window, ends) else {
                return Ok(());
            };
            let mut rest = Vec::new();
            if length < self.pending.len() {
                // Most blocks are as large as they may be.
                rest.reserve(RAW_SIZE + RAW_SIZE / 8);
                rest.extend_from_slice(self.pending.get(length..).unwrap_or_default());
            }
            self.pending.truncate(length);
            sink(std::mem::replace(&mut self.pending, rest))?;
        }
    }
}

/// Decompresses blocks, each by itself. Make one a thread and keep it.
#[derive(Debug)]
pub struct Decompressor {
    inflater: Inflater,
}

impl Default for Decompressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Decompressor {
    pub fn new() -> Self {
        Self {
            inflater: Inflater::new(),
        }
    }

    /// Replaces the contents of `raw` by those of the block, which are `contents`; false if they are not.
    pub fn decompress(
        &mut self,
        compressed: &[u8],
        contents: Checksums,
        raw: &mut Vec<u8>,
    ) -> bool {
        if contents.bytes > super::member::MAX_RAW_SIZE {
            raw.clear();
            return false;
        }
        // One more than there may be, so that too many are noticed.
        let room = contents.bytes + 1;
        let inflated = self
            .inflater
            .inflate(compressed, room, FlushDecompress::Sync, raw);
        inflated.status.is_ok()
            && inflated.read == super::as_u64(compressed.len())
            && Checksums::of(raw) == contents
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cutter_cuts_as_next_block_does_and_keeps_the_end_back() {
        let section: Vec<u8> = (0..2 * RAW_SIZE + 5000)
            .map(|at| if at % 700 < 3 { b'\n' } else { b'r' })
            .chain(*b"\\.\n\n\n")
            .collect();
        let rows = section.len() - 5;
        let expected = cut(&section[..rows], rows);
        for step in [1, 1000, RAW_SIZE, 3 * RAW_SIZE] {
            let mut blocks = Vec::new();
            let mut sink = |block: Vec<u8>| {
                blocks.push(block);
                Ok::<_, ()>(())
            };
            let mut cutter = Cutter::holding(5);
            for piece in section.chunks(step) {
                cutter.feed(piece, &mut sink).unwrap();
            }
            assert!(!cutter.strip_end(b"other"));
            assert!(cutter.strip_end(b"\\.\n\n\n"));
            cutter.finish(&mut sink).unwrap();
            let lengths: Vec<_> = blocks.iter().map(Vec::len).collect();
            assert_eq!(lengths, expected, "{step} at a time");
            assert!(blocks.concat() == section[..rows]);
        }
    }

    #[test]
    fn blocks_are_decompressed_by_themselves_and_checked() {
        let raw: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut compressed = Vec::new();
        let contents = Compressor::new(Level::default()).compress(&raw, &mut compressed);
        let (mut decompressor, mut found) = (Decompressor::new(), Vec::new());
        for _ in 0..2 {
            assert!(decompressor.decompress(&compressed, contents, &mut found));
            assert!(found == raw);
        }
        let other = Checksums::of(&raw[1..]);
        assert!(!decompressor.decompress(&compressed, other, &mut found));
        assert!(!decompressor.decompress(&compressed[..1000], contents, &mut found));
        compressed[500] ^= 1;
        assert!(!decompressor.decompress(&compressed, contents, &mut found));
    }

    #[test]
    fn blocks_end_after_lines_and_long_lines_are_cut() {
        assert_eq!(next_block(b"", true), None);
        assert_eq!(next_block(b"a\nb", false), None);
        assert_eq!(next_block(b"a\nb", true), Some(3));
        let mut section = vec![b'x'; RAW_SIZE];
        // It may go on or not: wait.
        assert_eq!(next_block(&section, false), None);
        assert_eq!(next_block(&section, true), Some(RAW_SIZE));
        section.push(b'\n');
        assert_eq!(next_block(&section, false), Some(RAW_SIZE));
        section[1000] = b'\n';
        assert_eq!(next_block(&section, false), Some(1001));
        assert_eq!(next_block(&section, true), Some(1001));
        section[RAW_SIZE - 1] = b'\n';
        assert_eq!(next_block(&section, true), Some(RAW_SIZE));
    }

    #[test]
    fn cutting_does_not_depend_on_how_bytes_come_in() {
        let section: Vec<u8> = (0..2 * RAW_SIZE + 5000)
            .map(|at| if at % 700 < 3 { b'\n' } else { b'r' })
            .collect();
        let whole = cut(&section, section.len());
        assert_eq!(whole.iter().sum::<usize>(), section.len());
        for step in [1000, 65_536, RAW_SIZE, RAW_SIZE + 1, 3 * RAW_SIZE / 2] {
            assert_eq!(cut(&section, step), whole, "{step} at a time");
        }
    }

    fn cut(section: &[u8], step: usize) -> Vec<usize> {
        let (mut blocks, mut start, mut known) = (Vec::new(), 0, 0);
        while start < section.len() {
            known = (known + step).min(section.len());
            while let Some(length) = next_block(&section[start..known], known == section.len()) {
                blocks.push(length);
                start += length;
            }
        }
        blocks
    }

    #[test]
    fn levels() {
        assert_eq!([Level::new(0), Level::new(10)], [None, None]);
        assert_eq!(Level::new(9).map(Level::get), Some(9));
    }
}
