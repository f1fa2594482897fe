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
/// Raw bytes on either side of an `@` that are decoded first; more only if that was not enough.
const NEAR: usize = 160;
/// So near to the end of what was decoded, a longer look could show something else.
const MARGIN: usize = 24;
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

/// What one look at a stretch of raw bytes shows.
#[derive(Debug, Default)]
struct Read {
    address: Option<Address>,
    /// A quoted local part may begin further to the left than any other could.
    wide: bool,
    /// The domain may go on behind the stretch.
    open: bool,
}

#[derive(Debug)]
pub(super) struct Masker {
    candidates: Candidates,
    key: Option<Key>,
    /// The value as its quoting decodes it, then one view for each reading, least doubtful first.
    views: [View; 5],
    decoded: Vec<u8>,
    replacement: Vec<u8>,
}

impl Masker {
    pub(super) fn new(key: Option<Key>) -> Self {
        Self {
            candidates: Candidates::new(),
            key,
            views: Default::default(),
            decoded: Vec::new(),
            replacement: Vec::new(),
        }
    }

    pub(super) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
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
            // A chain of domains.
            [b'@', ..] => domain == 0,
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
        let hard = before.iter().rposition(|&byte| is_hard(byte));
        let left = lowest + hard.map_or(0, |hard| hard + 1);
        let near = left.max(at.saturating_sub(NEAR))..right.min(at + NEAR);
        let mut wide = false;
        if near != (left..right) && bytes.get(near.start) != Some(&b'\\') {
            let read = self.read(bytes, near.clone(), at, reading);
            wide = read.wide;
            let left_open = near.start > left
                && read
                    .address
                    .as_ref()
                    .is_some_and(|address| address.raw.start < near.start + MARGIN);
            let right_open = near.end < right && read.open;
            if !wide && !left_open && !right_open {
                let Some(mut address) = read.address else {
                    return Found::Nothing;
                };
                address.cut.1 = false;
                return Found::Address(address);
            }
        }
        let mut left_cut = hard.is_none() && lowest > floor;
        let mut left = left;
        let mut read = Read::default();
        if !wide {
            read = self.read(bytes, left..right, at, reading);
            wide = read.wide;
        }
        if wide {
            // A quoted local part may hold blanks.
            let far = before.iter().rposition(|&byte| ends_value(byte));
            left = lowest + far.map_or(0, |far| far + 1);
            left_cut = far.is_none() && lowest > floor;
            read = self.read(bytes, left..right, at, reading);
        }
        let Some(mut address) = read.address else {
            return Found::Nothing;
        };
        address.cut = (
            address.cut.0 || (left_cut && address.raw.start == left),
            right_cut && address.cut.1,
        );
        Found::Address(address)
    }

    /// Decodes `range` in every reading and takes, for either side of the `@` at `at`, the boldest that shows a part of
    /// an address.
    fn read(&mut self, bytes: &[u8], range: Range<usize>, at: usize, reading: Reading) -> Read {
        let readings = self.decode(bytes, range, reading);
        let mut read = Read::default();
        let views = self.views.get(1..readings).unwrap_or_default();
        let mut texts = views.iter().rev().filter_map(|view| {
            let index = view.index_of(0, at);
            let text = Text {
                bytes: &view.bytes,
                dialect: reading.dialect,
            };
            (view.bytes.get(index) == Some(&b'@')).then_some((view, text, index))
        });
        let Some((view, text, index)) = texts.clone().next() else {
            return read;
        };
        let after = view.bytes.get(index + 1..).unwrap_or_default();
        let run = after.iter().take_while(|&&byte| may_go_on(byte)).count();
        read.open = run + MARGIN > after.len() || after.first() == Some(&b'[');
        let Some(end) = text.domain(index + 1) else {
            return read;
        };
        let closed = text.is_closed(end);
        let mut domain = (view, index, end);
        let mut local = None;
        for (view, text, index) in texts.by_ref() {
            read.wide |= index > 0 && view.bytes.get(index - 1) == Some(&b'"');
            // `"a@b.co"@c.de`
            if let Some(end) = text.domain(index + 1) {
                let rest = view.bytes.get(end..).unwrap_or_default();
                let depth = rest.iter().take_while(|&&byte| byte == b'\\').count();
                if let Some([b'"', b'@', ..]) = rest.get(depth..) {
                    read.wide = true;
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
        // In JSON, a bare quote before an `@` begins a string; where one ends, it was no JSON.
        if local.is_none()
            && reading.backslash == Backslash::Escapes
            && let Some(value) = self.views.first()
        {
            let index = value.index_of(0, at);
            let text = Text {
                bytes: &value.bytes,
                dialect: reading.dialect,
            };
            if value.bytes.get(index) == Some(&b'@')
                && index > 0
                && value.bytes.get(index - 1) == Some(&b'"')
            {
                read.wide = true;
                local = text
                    .local(0, index, closed)
                    .map(|start| (value, start, index));
            }
        }
        if let Some(local) = local {
            read.address = joined(local, domain, &mut self.decoded);
        }
        read
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
        let mut domain = *pseudonym::DOMAIN;
        if let Some(key) = self.key.as_ref().filter(|_| token) {
            let token;
            (token, domain) = key.parts(decoded);
            // In the query of a URL a bare plus is a blank.
            match at {
                [b'%', nested @ .., b'4', b'0'] => {
                    output.push(b'%');
                    output.extend_from_slice(nested);
                    output.extend_from_slice(b"2B");
                }
                _ => output.push(b'+'),
            }
            output.extend_from_slice(&token);
        }
        output.extend_from_slice(at);
        output.extend_from_slice(&domain);
        if address.cut.1 {
            output.push(b' ');
        }
        Some(output)
    }
}

/// Bytes of domains, and between the domains of a chain.
fn may_go_on(byte: u8) -> bool {
    address::is_plain_domain(byte) || byte == b'@' || byte >= 0x80
}

/// An address out of its local part, `start..at` in one view, and its `@` and domain, `at..end` in another.
fn joined(
    (local, start, before): (&View, usize, usize),
    (domain, at, end): (&View, usize, usize),
    decoded: &mut Vec<u8>,
) -> Option<Address> {
    decoded.clear();
    decoded.extend_from_slice(local.bytes.get(start..before)?);
    decoded.extend_from_slice(domain.bytes.get(at..end)?);
    let rest = domain.bytes.get(end..)?;
    let goes_on = rest.iter().all(|&byte| may_go_on(byte));
    let at_origin = domain.origin(at..at + 1)?;
    // A backslash before it, and a pseudonym begins with an n: to those who take off the coat of the `@`, that may well be
    // a line break.
    let after_backslash = start > 0 && local.bytes.get(start - 1) == Some(&b'\\');
    let escaped = after_backslash && at_origin.len() > 1;
    let raw = local.origin(start..before)?.start..domain.origin(at..end)?.end;
    Some(Address {
        raw,
        at: at_origin,
        cut: (escaped, goes_on),
    })
}

/// Bytes that may be part of a coat or of a less plain address.
fn is_suspicious(byte: u8) -> bool {
    byte >= 0x80
        || matches!(
            byte,
            b'\\' | b'%' | b'=' | b'&' | b';' | b'#' | b'$' | b'!' | b'~' | b'^' | b'*' | b'\''
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const READING: Reading = Reading {
        quoting: Quoting::Copy,
        dialect: Dialect::Text,
        backslash: Backslash::Plain,
    };

    fn range(found: Found) -> Option<Range<usize>> {
        match found {
            Found::Address(address) => Some(address.raw),
            Found::Nothing => None,
            Found::Incomplete => panic!("nothing follows"),
        }
    }

    proptest! {
        #[test]
        fn a_glance_sees_what_a_closer_look_sees(text in "[ab1@.+_ <>,:/'\"\\\\nt%=;-]{0,30}") {
            let mut masker = Masker::new(None);
            for at in memchr::memchr_iter(b'@', text.as_bytes()) {
                if let Some(found) = masker.glance(text.as_bytes(), 0, at, READING.quoting, true) {
                    let closer = masker.examine(text.as_bytes(), 0, at, READING, true);
                    prop_assert_eq!(range(found), range(closer), "at {}", at);
                }
            }
        }

        /// What stands further away than `NEAR` makes no difference, unless an address reaches there.
        #[test]
        fn a_near_look_is_enough(
            text in "([ab1@.+/'\"%=;&#-]|%40|\\\\\\\\u0040|b\\.co){0,30}", left in "[ab/;\"]{150,170}", right in "[ab./;]{150,170}",
        ) {
            let bytes = format!("{left}{text}{right}");
            let mut masker = Masker::new(None);
            for at in memchr::memchr_iter(b'@', bytes.as_bytes()) {
                let near = range(masker.examine(bytes.as_bytes(), 0, at, READING, true));
                let full = masker.read(bytes.as_bytes(), 0..bytes.len(), at, READING);
                prop_assert_eq!(near, full.address.map(|address| address.raw), "at {}", at);
            }
        }
    }
}
