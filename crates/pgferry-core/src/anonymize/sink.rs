//! Where masked bytes go.

use std::collections::VecDeque;

use super::hexadecimal;

/// Takes a value from front to back, some of it replaced.
pub(super) trait Sink {
    /// These bytes of the value stay.
    fn keep(&mut self, bytes: &[u8]);
    /// So many bytes of the value are replaced by these.
    fn replace(&mut self, length: usize, replacement: &[u8]);
}

impl Sink for Vec<u8> {
    fn keep(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn replace(&mut self, _length: usize, replacement: &[u8]) {
        self.extend_from_slice(replacement);
    }
}

/// Raw bytes of the dump that interrupt a value: what stands between two chunks of a large object.
#[derive(Debug, Default)]
pub(super) struct Interruptions {
    /// Bytes of the value that were written so far.
    written: u64,
    /// Raw bytes, and how many bytes of the value stand before them.
    ahead: VecDeque<(u64, Vec<u8>)>,
}

impl Interruptions {
    /// Raw bytes that follow `offset` bytes of the value.
    pub(super) fn add(&mut self, offset: u64, raw: &[u8]) {
        match self.ahead.back_mut() {
            Some((last, bytes)) if *last == offset => bytes.extend_from_slice(raw),
            _ => self.ahead.push_back((offset, raw.to_vec())),
        }
    }

    fn due(&mut self, output: &mut Vec<u8>) {
        while let Some((_, raw)) = self
            .ahead
            .pop_front_if(|(offset, _)| *offset <= self.written)
        {
            output.extend_from_slice(&raw);
        }
    }
}

/// Writes a value in hexadecimal digits.
#[derive(Debug)]
pub(super) struct HexSink<'a> {
    pub(super) output: &'a mut Vec<u8>,
    pub(super) upper_case: bool,
    pub(super) interruptions: &'a mut Interruptions,
}

impl Sink for HexSink<'_> {
    fn keep(&mut self, mut bytes: &[u8]) {
        while let Some(&(offset, _)) = self.interruptions.ahead.front() {
            let room = usize::try_from(offset.saturating_sub(self.interruptions.written))
                .unwrap_or(usize::MAX);
            let Some((before, after)) = bytes.split_at_checked(room) else {
                break;
            };
            hexadecimal::encode(before, self.upper_case, self.output);
            self.interruptions.written = offset;
            self.interruptions.due(self.output);
            bytes = after;
        }
        hexadecimal::encode(bytes, self.upper_case, self.output);
        self.interruptions.written += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }

    fn replace(&mut self, length: usize, replacement: &[u8]) {
        hexadecimal::encode(replacement, self.upper_case, self.output);
        self.interruptions.written += u64::try_from(length).unwrap_or(u64::MAX);
        self.interruptions.due(self.output);
    }
}
