//! Finds addresses in raw bytes and replaces them, whatever they wear.
//!
//! One buffer at a time: [`Candidates`] says where to look. Most addresses stand between bytes that need no decoding,
//! and take the fast way. Around all others the raw bytes of the value are decoded, a few kilobytes at most, once for
//! each reading (see `coats`), and the address found there leads back to the raw bytes that are replaced. What stands
//! for the `@` stays as it is, so the coat stays whole.
//!
//! The decision about a candidate depends on at most [`REACH`] raw bytes on either side of it and on nothing else, so
//! it is the same wherever a buffer ends.

use std::ops::Range;

use super::address::{self, Dialect, Text};
use super::candidates::{Ahead, Candidate, Candidates};
use super::coats::{self, Backslash, Doubt};
use super::pseudonym::{self, Key};
use super::quoting::Quoting;
use super::view::View;

/// How far from an `@` its address may reach, in raw bytes. RFC 5321 allows 320 characters in all, and the thickest coat
/// takes some ten bytes for one. An address that reaches further is cut there, and a blank keeps what is left apart.
pub(super) const REACH: usize = 2048;
/// Raw bytes that the fast way looks at, to either side.
const FAST_REACH: usize = 256;
/// Bytes of a candidate's coat that can stand before the candidate's position.
pub(super) const COAT: usize = 64;

/// How the bytes of a buffer are to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) quoting: Quoting,
    pub(super) dialect: Dialect,
    pub(super) backslash: Backslash,
}

/// What was found at a candidate.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    /// More bytes have to be known.
    Incomplete,
    Address(Address),
}

/// An address in raw bytes. Decoded, it stands in [`Masker::decoded`].
#[derive(Debug)]
pub(super) struct Address {
    /// All of it.
    pub(super) raw: Range<usize>,
    /// What stands for its `@`.
    at: Range<usize>,
    /// What stands before or after it would be read as a part of the pseudonym: it takes a blank.
    pub(super) cut: (bool, bool),
}

#[derive(Debug)]
pub(super) struct Masker {
    candidates: Candidates,
    key: Key,
    /// The value as its quoting decodes it, then one view for each reading, least doubtful first.
    views: [View; 5],
    decoded: Vec<u8>,
    replacement: Vec<u8>,
}

impl Masker {
    pub(super) fn new(key: Key) -> Self {
        Self {
            candidates: Candidates::new(),
            key,
            views: Default::default(),
            decoded: Vec::new(),
            replacement: Vec::new(),
        }
    }

    pub(super) fn start(&self, bytes: &[u8], from: usize) -> Ahead {
        self.candidates.start(bytes, from)
    }

    pub(super) fn next(&self, bytes: &[u8], from: usize, ahead: &mut Ahead) -> Option<Candidate> {
        self.candidates.next(bytes, from, ahead)
    }

    /// Looks at an `@` in text the fast way; `None` if it takes a closer look.
    pub(super) fn glance(
        &mut self,
        bytes: &[u8],
        floor: usize,
        at: usize,
        quoting: Quoting,
        last: bool,
    ) -> Option<Found> {
        let before = bytes.get(floor.max(at.saturating_sub(FAST_REACH))..at)?;
        let after = bytes.get(at + 1..bytes.len().min(at + 1 + FAST_REACH))?;
        let local = before
            .iter()
            .rev()
            .take_while(|&&byte| address::is_plain_local(byte))
            .count();
        let domain = after
            .iter()
            .take_while(|&&byte| address::is_plain_domain(byte))
            .count();
        if local == FAST_REACH || domain == FAST_REACH {
            return None;
        }
        let left = before
            .len()
            .checked_sub(local + 1)
            .and_then(|index| before.get(index));
        // The end of a line can be a soft one, but in COPY text it ends the row.
        let doubtful = |byte: u8| match byte {
            b'"' => local == 0,
            b'\n' | b'\r' => quoting != Quoting::Copy,
            byte => is_suspicious(byte),
        };
        if left.is_some_and(|&byte| doubtful(byte)) {
            return None;
        }
        let rest = after.get(domain..).unwrap_or_default();
        let settled = match rest {
            [] => {
                if !last {
                    return Some(Found::Incomplete);
                }
                true
            }
            [b'"', next @ ..] => next.first() != Some(&b'@') && (last || !next.is_empty()),
            [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => true,
            [b'\\', b'\\', b'"', next, ..] => *next != b'@',
            [b'[', ..] => domain > 0,
            [byte, ..] => !is_suspicious(*byte) || *byte == b'\'',
        };
        if !settled {
            return None;
        }
        let Some(domain) = address::plain_domain(after.get(..domain)?).filter(|_| local > 0) else {
            return Some(Found::Nothing);
        };
        let raw = at - local..at + 1 + domain;
        self.decoded.clear();
        self.decoded.extend_from_slice(bytes.get(raw.clone())?);
        Some(Found::Address(Address {
            raw,
            at: at..at + 1,
            cut: (false, false),
        }))
    }

    /// Looks at a candidate through all coats. The value does not begin before `floor`; `last` says that nothing of it
    /// follows the bytes.
    pub(super) fn examine(
        &mut self,
        bytes: &[u8],
        floor: usize,
        at: usize,
        reading: Reading,
        last: bool,
    ) -> Found {
        let is_hard = |byte: u8| match byte {
            b' ' | b'<' | b'>' | b',' | b'(' | b')' | b'|' => true,
            // In SQL, a line may be broken softly; in COPY text and in it alone, they end the value.
            b'\t' | b'\n' | b'\r' => reading.quoting == Quoting::Copy,
            _ => false,
        };
        let ends_value =
            |byte: u8| reading.quoting == Quoting::Copy && matches!(byte, b'\t' | b'\n' | b'\r');
        let after = bytes
            .get(at + 1..bytes.len().min(at + 1 + REACH))
            .unwrap_or_default();
        let right = after.iter().position(|&byte| is_hard(byte));
        let right_cut = right.is_none() && after.len() == REACH;
        if right.is_none() && !right_cut && !last {
            return Found::Incomplete;
        }
        let right = at + 1 + right.unwrap_or(after.len());
        let lowest = floor.max(at.saturating_sub(REACH));
        let before = bytes.get(lowest..at).unwrap_or_default();
        let near = before.iter().rposition(|&byte| is_hard(byte));
        let left = lowest + near.map_or(0, |near| near + 1);
        let mut wide = false;
        let mut found = self.read(bytes, left..right, at, reading, &mut wide);
        let mut left_cut = near.is_none() && lowest > floor;
        let mut left = left;
        if wide {
            // A quoted local part may hold blanks.
            let far = before.iter().rposition(|&byte| ends_value(byte));
            left = lowest + far.map_or(0, |far| far + 1);
            left_cut = far.is_none() && lowest > floor;
            found = self.read(bytes, left..right, at, reading, &mut wide);
        }
        let Some(mut address) = found else {
            return Found::Nothing;
        };
        address.cut = (
            left_cut && address.raw.start == left,
            right_cut && address.cut.1,
        );
        Found::Address(address)
    }

    /// Decodes `range` in every reading and takes, for either side of the `@` at `at`, the boldest that shows a part of
    /// an address. Sets `wide` if there is a quoted local part that may begin before the range.
    fn read(
        &mut self,
        bytes: &[u8],
        range: Range<usize>,
        at: usize,
        reading: Reading,
        wide: &mut bool,
    ) -> Option<Address> {
        let readings = self.decode(bytes, range, reading);
        let views = self.views.get(1..readings)?;
        let dialect = reading.dialect;
        let mut texts = views.iter().rev().filter_map(|view| {
            let index = view.index_of(0, at);
            let text = Text {
                bytes: &view.bytes,
                dialect,
            };
            (view.bytes.get(index) == Some(&b'@')).then_some((view, text, index))
        });
        let (view, text, index) = texts.clone().next()?;
        let end = text.domain(index + 1)?;
        let closed = text.is_closed(end);
        let mut domain = (view, index, end);
        let mut local = None;
        for (view, text, index) in texts.by_ref() {
            *wide |= index > 0 && view.bytes.get(index - 1) == Some(&b'"');
            // `"a@b.co"@c.de`
            if let Some(end) = text.domain(index + 1) {
                let rest = view.bytes.get(end..).unwrap_or_default();
                let depth = rest.iter().take_while(|&&byte| byte == b'\\').count();
                if let Some([b'"', b'@', ..]) = rest.get(depth..) {
                    *wide = true;
                    let outer = end + depth + 1;
                    if let Some(whole) = text.around(0, outer).filter(|whole| whole.start < index) {
                        domain = (view, outer, whole.end);
                        local = Some((view, whole.start, outer));
                        break;
                    }
                }
            }
            if let Some(start) = text.local(0, index, closed) {
                local = Some((view, start, index));
                break;
            }
        }
        let (local, start, before) = local?;
        let (domain, index, end) = domain;
        self.decoded.clear();
        self.decoded
            .extend_from_slice(local.bytes.get(start..before)?);
        self.decoded
            .extend_from_slice(domain.bytes.get(index..end)?);
        let rest = domain.bytes.get(end..)?;
        let goes_on = rest
            .iter()
            .all(|&byte| address::is_plain_domain(byte) || byte >= 0x80);
        let raw = local.origin(start..before)?.start..domain.origin(index..end)?.end;
        let at = domain.origin(index..index + 1)?;
        Some(Address {
            raw,
            at,
            cut: (false, goes_on),
        })
    }

    /// Fills the views, and returns how many of them hold something.
    fn decode(&mut self, bytes: &[u8], range: Range<usize>, reading: Reading) -> usize {
        for view in &mut self.views {
            view.clear();
        }
        let [value, plain, coated, nested, twice] = &mut self.views;
        reading.quoting.decode(bytes, range, value);
        coats::strip(value, reading.backslash, Doubt::Itself, plain);
        coats::strip(value, reading.backslash, Doubt::Coat, coated);
        if coated.bytes.len() == value.bytes.len() {
            return 3;
        }
        coats::strip(coated, Backslash::Plain, Doubt::Coat, nested);
        if nested.bytes.len() == coated.bytes.len() {
            return 3;
        }
        coats::strip(nested, Backslash::Plain, Doubt::Coat, twice);
        5
    }

    /// What takes the place of `address`, the one that was found last; nothing if it is a pseudonym and stays.
    pub(super) fn replacement(
        &mut self,
        bytes: &[u8],
        address: &Address,
        token: bool,
    ) -> Option<&[u8]> {
        let decoded = self.decoded.as_slice();
        if pseudonym::is_pseudonym(decoded) {
            return None;
        }
        let output = &mut self.replacement;
        output.clear();
        let at = bytes.get(address.at.clone()).unwrap_or_default();
        if address.cut.0 {
            output.push(b' ');
        }
        output.extend_from_slice(pseudonym::LOCAL);
        if token {
            // In the query of a URL a bare plus is a blank.
            match at {
                [b'%', nested @ .., b'4', b'0'] => {
                    output.push(b'%');
                    output.extend_from_slice(nested);
                    output.extend_from_slice(b"2B");
                }
                _ => output.push(b'+'),
            }
            output.extend_from_slice(&self.key.token(decoded));
        }
        output.extend_from_slice(at);
        output.extend_from_slice(pseudonym::DOMAIN);
        if address.cut.1 {
            output.push(b' ');
        }
        Some(output)
    }
}

/// Bytes that may be part of a coat or of a less plain address.
fn is_suspicious(byte: u8) -> bool {
    byte >= 0x80
        || matches!(
            byte,
            b'\\' | b'%' | b'=' | b'&' | b';' | b'#' | b'$' | b'!' | b'~' | b'^' | b'*' | b'\''
        )
}
