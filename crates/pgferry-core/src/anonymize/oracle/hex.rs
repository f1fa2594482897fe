//! A value in hex: its bytes are searched like a dump of their own, as the digits come.
//!
//! `pg_dump` writes a large object as one `lowrite` call for each 16 KiB (`LOBBUFSIZE` of `pg_backup_archiver.h`). Calls that
//! follow each other are searched as one, for an address may begin in one and end in the next.

use std::collections::VecDeque;

use super::accepted::Accepted;
use super::report::{Coat, Coats};
use super::scan::{Event, Scan};

/// What stands between the digits of one `lowrite` and the next, up to the backslashes of `\x`.
const BETWEEN_CALLS: &[u8] = b"');\nSELECT pg_catalog.lowrite(0, '";
/// What precedes the digits of a `lowrite`.
const CALL: &[u8] = b"lowrite(0, '";
/// How many bytes after the end of the digits say whether another call follows.
pub(super) const LOOKAHEAD: usize = BETWEEN_CALLS.len() + 3;

/// A value in hex that is being read.
#[derive(Debug)]
pub(super) struct HexValue {
    inner: Box<Scan>,
    /// Where calls begin: in the value, and in the dump. Never empty; ends are dropped once nothing refers to them.
    calls: VecDeque<(u64, u64)>,
    large_object: bool,
    /// The first digit of a byte.
    half: Option<u8>,
}

impl HexValue {
    /// Begins with the digits at an offset of the dump. `before` ends in `\x`.
    pub(super) fn begin(inner: Box<Scan>, before: &[u8], offset: u64) -> Self {
        let before = before.strip_suffix(b"x").unwrap_or(before);
        let before = before.strip_suffix(b"\\").unwrap_or(before);
        let before = before.strip_suffix(b"\\").unwrap_or(before);
        Self {
            inner,
            calls: VecDeque::from([(0, offset)]),
            large_object: before.ends_with(CALL),
            half: None,
        }
    }

    /// Reads the digits at the start of the bytes and returns how many there were.
    pub(super) fn digits(
        &mut self,
        bytes: &[u8],
        accepted: &Accepted,
        events: &mut Vec<Event>,
    ) -> usize {
        let mut decoded = [0; 2048];
        let mut rest = bytes;
        // A byte whose digits came in two pieces.
        if let (Some(high), Some((&digit, after))) = (self.half, rest.split_first())
            && let Some(low) = nibble(digit)
        {
            self.half = None;
            self.search(&[high << 4 | low], accepted, events);
            rest = after;
        }
        loop {
            let mut length = 0;
            for (slot, pair) in decoded.iter_mut().zip(rest.chunks_exact(2)) {
                let &[high, low] = pair else { break };
                let (Some(high), Some(low)) = (nibble(high), nibble(low)) else {
                    break;
                };
                *slot = high << 4 | low;
                length += 1;
            }
            let Some((decoded, after)) = decoded
                .get(..length)
                .zip(rest.get(length.saturating_mul(2)..))
            else {
                break;
            };
            rest = after;
            if decoded.is_empty() {
                break;
            }
            self.search(decoded, accepted, events);
        }
        if self.half.is_none()
            && let Some((&digit, after)) = rest.split_first()
            && let Some(high) = nibble(digit)
        {
            self.half = Some(high);
            rest = after;
        }
        bytes.len().saturating_sub(rest.len())
    }

    /// The length of what stands between these digits, which have ended, and those of the next call of the same large
    /// object, if one follows.
    pub(super) fn next_call(&self, after: &[u8]) -> Option<usize> {
        let rest = after
            .strip_prefix(BETWEEN_CALLS)
            .filter(|_| self.large_object && self.half.is_none())?;
        let rest = rest
            .strip_prefix(b"\\")
            .filter(|rest| rest.starts_with(b"\\"))
            .unwrap_or(rest);
        after.len().checked_sub(rest.strip_prefix(b"\\x")?.len())
    }

    /// Goes on with the next call, whose digits begin at an offset of the dump.
    pub(super) fn resume(&mut self, offset: u64) {
        let searched = self.inner.searched();
        while self
            .calls
            .get(1)
            .is_some_and(|&(start, _)| start <= searched)
        {
            self.calls.pop_front();
        }
        self.calls.push_back((self.inner.taken(), offset));
    }

    /// Ends the value. Returns the search for another use, and how many addresses were found that may stay.
    pub(super) fn end(mut self, accepted: &Accepted, events: &mut Vec<Event>) -> (Box<Scan>, u64) {
        self.inner.search(true, accepted);
        self.hand_on(events);
        let found = self.inner.accepted();
        (self.inner, found)
    }

    fn search(&mut self, mut bytes: &[u8], accepted: &Accepted, events: &mut Vec<Event>) {
        while !bytes.is_empty() {
            bytes = self.inner.fill(bytes);
            if self.inner.is_full() {
                self.inner.search(false, accepted);
                self.hand_on(events);
                self.inner.discard();
            }
        }
    }

    /// Hands on what was found, by its place in the dump.
    fn hand_on(&mut self, events: &mut Vec<Event>) {
        let coat = Coats::of(if self.large_object {
            Coat::LargeObject
        } else {
            Coat::ByteaHex
        });
        for event in self.inner.events() {
            events.push(match event {
                Event::Foreign {
                    offset,
                    coats,
                    shape,
                    ..
                } => {
                    let call = self.calls.iter().rev().find(|&&(start, _)| start <= offset);
                    let &(start, dump) = call.or_else(|| self.calls.front()).unwrap_or(&(0, 0));
                    let offset =
                        dump.saturating_add(offset.saturating_sub(start).saturating_mul(2));
                    Event::Foreign {
                        offset,
                        coats: coats.and(coat),
                        shape,
                        inner: true,
                    }
                }
                Event::HexBegins { .. } => continue,
            });
        }
    }
}

/// The values of hex digits; of any other byte, one too great.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [16; 256];
    let mut value: u8 = 0;
    while value < 16 {
        nibbles[b"0123456789abcdef"[value as usize] as usize] = value;
        nibbles[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    nibbles
};

fn nibble(byte: u8) -> Option<u8> {
    NIBBLES
        .get(usize::from(byte))
        .copied()
        .filter(|&value| value < 16)
}
