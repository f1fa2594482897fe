//! Decoded bytes that know where they came from.

use std::ops::Range;

/// Decoded bytes; each knows the range of raw bytes that it stands for.
///
/// Raw bytes that decode to nothing (a soft line break) lie between two ranges.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    origins: Vec<(u32, u32)>,
}

impl View {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.origins.clear();
    }

    pub(super) fn push(&mut self, byte: u8, origin: Range<usize>) {
        self.bytes.push(byte);
        // Views span a few kilobytes of a buffer that is far below 4 GiB.
        let start = u32::try_from(origin.start).unwrap_or(u32::MAX);
        let end = u32::try_from(origin.end).unwrap_or(u32::MAX);
        self.origins.push((start, end));
    }

    /// All bytes of a character come from the same raw bytes.
    pub(super) fn push_character(&mut self, character: char, origin: &Range<usize>) {
        let mut buffer = [0; 4];
        for &byte in character.encode_utf8(&mut buffer).as_bytes() {
            self.push(byte, origin.clone());
        }
    }

    /// Plain bytes, the first of which stands at `start`.
    pub(super) fn extend(&mut self, bytes: &[u8], start: usize) {
        for (index, &byte) in bytes.iter().enumerate() {
            self.push(byte, start + index..start + index + 1);
        }
    }

    /// Where the bytes in `range` came from.
    pub(super) fn origin(&self, range: Range<usize>) -> Option<Range<usize>> {
        let &(start, _) = self.origins.get(range.start)?;
        let &(_, end) = self.origins.get(range.end.checked_sub(1)?)?;
        Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// The first decoded byte at or after `from` that stands for the raw byte at `raw`, or for one after it.
    pub(super) fn index_of(&self, from: usize, raw: usize) -> usize {
        let raw = u32::try_from(raw).unwrap_or(u32::MAX);
        let rest = self.origins.get(from..).unwrap_or_default();
        from + rest.partition_point(|&(_, end)| end <= raw)
    }
}
