//! Looks at one candidate: takes its neighbourhood, reads it coat by coat, judges each reading.

use std::ops::Range;

use super::accepted;
use super::address::{self, Judgement, Verdict};
use super::chance;
use super::letter::{self, Class, Reading};
use super::neighbourhood::{REACH, Side, Surroundings};
use super::report::{Coat, Coats};
use super::view::View;

/// The raw bytes that nearly always suffice.
const NEAR: usize = 40;
/// A walk that ends this near to where a side was cut might have ended elsewhere had it been longer, as an escape may have
/// been cut in two.
const MARGIN: usize = 16;
/// How many coats are taken off, one on top of the other.
const DEPTH: usize = 10;
/// The longest shape of an address that is reported.
const SHAPE_LENGTH: usize = 80;
/// What a candidate turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Nothing,
    Accepted,
    Foreign { coats: Coats, shape: String },
}

/// Examines candidates, one after the other.
#[derive(Debug, Default)]
pub(super) struct Examiner {
    view: View,
    next: View,
}

impl Examiner {
    /// Examines an `@` that stands there as it is.
    pub(super) fn at_sign(&mut self, around: Surroundings<'_>) -> Outcome {
        let (left, right) = (around.left(), around.right());
        if is_own(left, right) {
            return Outcome::Accepted;
        }
        if !can_end_local(left, around.inner) || !can_begin_domain(right, around.inner) {
            return Outcome::Nothing;
        }
        if around.inner && left.ends_with(b"\0") && right.starts_with(b"\0") {
            return two_byte(around);
        }
        // Most stand in no coat: then the bytes are their own only reading.
        let reading = chance::reading(around);
        let after = Side::after(around, NEAR);
        if after.is_plain() && !address::has_domain(right, reading) {
            return Outcome::Nothing;
        }
        let quoted = left.ends_with(b"\"");
        let before = Side::before(around, NEAR, quoted);
        if after.is_plain() && !before.coated && (quoted || !before.open) {
            return match address::judge(left, right, reading, around.accepted).verdict {
                Verdict::Nothing => Outcome::Nothing,
                Verdict::Accepted => Outcome::Accepted,
                Verdict::Foreign { local, domain, .. } => {
                    let raw = left.len().saturating_sub(local)
                        ..around.at.saturating_add(1).saturating_add(domain);
                    let name = left.get(raw.start..).unwrap_or_default();
                    foreign(
                        around,
                        raw,
                        name,
                        right.get(..domain).unwrap_or_default(),
                        Coats::NONE,
                    )
                }
            };
        }
        self.coated(around)
    }

    /// Examines what may be part of the coat of an `@`, or an `@` with coats around it.
    pub(super) fn coated(&mut self, around: Surroundings<'_>) -> Outcome {
        if is_own_coated(around) {
            return Outcome::Accepted;
        }
        let mut quoted = around.left().ends_with(b"\"");
        let mut reach = NEAR;
        loop {
            let (before, after) = (
                Side::before(around, reach, quoted),
                Side::after(around, reach),
            );
            let (outcome, wish) = self.readings(around, before.length, after.length);
            let longer = wish.left && before.open || wish.right && after.open;
            if reach < REACH && longer {
                reach = reach.saturating_mul(8).min(REACH);
            } else if wish.quote && !quoted {
                quoted = true;
            } else {
                return outcome;
            }
        }
    }

    /// Judges every reading of a neighbourhood: that many bytes before and after the candidate.
    fn readings(
        &mut self,
        around: Surroundings<'_>,
        before: usize,
        after: usize,
    ) -> (Outcome, Wish) {
        let start = around.at.saturating_sub(before);
        let end = around.at.saturating_add(1).saturating_add(after);
        self.view
            .fill(around.window.get(start..end).unwrap_or_default());
        let reading = chance::reading(around);
        let mut outcome = Outcome::Nothing;
        let mut wish = Wish::default();
        for level in 0..=DEPTH {
            if let Some(at) = self.view.at_sign(before) {
                let bytes = self.view.bytes();
                let left = bytes.get(..at).unwrap_or_default();
                let right = bytes.get(at.saturating_add(1)..).unwrap_or_default();
                let judgement = address::judge(left, right, reading, around.accepted);
                wish.add(judgement, &self.view, at);
                match judgement.verdict {
                    Verdict::Nothing => {}
                    Verdict::Accepted => outcome = Outcome::Accepted,
                    // What was ours in a reading closer to the raw bytes stays so, unless this one adds to it.
                    Verdict::Foreign { extends: false, .. } if outcome == Outcome::Accepted => {}
                    Verdict::Foreign { local, domain, .. } => {
                        let found =
                            at.saturating_sub(local)..at.saturating_add(1).saturating_add(domain);
                        let raw = start.saturating_add(self.view.raw(found.start))
                            ..start.saturating_add(self.view.raw(found.end));
                        let name = left.get(found.start..).unwrap_or_default();
                        let host = right.get(..domain).unwrap_or_default();
                        match foreign(around, raw, name, host, self.view.coats(found)) {
                            Outcome::Nothing => {}
                            found => outcome = found,
                        }
                    }
                }
            }
            let outermost = if level == 0 && !around.inner {
                Coat::StringEscape
            } else {
                Coat::InnerEscape
            };
            if !self.view.decode(&mut self.next, outermost) {
                break;
            }
            std::mem::swap(&mut self.view, &mut self.next);
        }
        (outcome, wish)
    }
}

/// What the judgements of all readings would have liked to see more of.
#[derive(Debug, Default, Clone, Copy)]
struct Wish {
    left: bool,
    quote: bool,
    right: bool,
}

impl Wish {
    fn add(&mut self, judgement: Judgement, view: &View, at: usize) {
        let first = at.saturating_sub(judgement.left);
        self.left |= first
            .checked_sub(1)
            .is_none_or(|before| view.raw(before) < MARGIN);
        let last = at.saturating_add(1).saturating_add(judgement.right);
        self.right |= view.raw(last).saturating_add(MARGIN) > view.raw(usize::MAX);
        self.quote |= judgement.unopened;
    }
}

/// Whether the bytes around an `@` are one of ours in this reading, and no further one can add to its local part.
fn is_own(left: &[u8], right: &[u8]) -> bool {
    let joins =
        |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"._-+".contains(&byte);
    let Some(after) = right.strip_prefix(accepted::OWN_DOMAIN) else {
        return false;
    };
    if after.first().is_some_and(|&byte| joins(byte)) {
        return false;
    }
    let Some(length) = accepted::own_local(left) else {
        return false;
    };
    let before = left
        .len()
        .checked_sub(length)
        .and_then(|start| left.get(..start))
        .unwrap_or_default();
    // A character reference ends in `;` and may stand for a letter, and two lines may be joined.
    let joined = before.ends_with(b"=\n") || before.ends_with(b"=\r\n");
    !joined
        && before
            .last()
            .is_none_or(|&byte| !joins(byte) && byte != b';')
}

/// Whether a candidate is the `@` of one of ours in one of the coats that the anonymiser leaves on it: the same as would
/// be found coat by coat, at a tenth of the cost, for what every anonymised dump is full of.
fn is_own_coated(around: Surroundings<'_>) -> bool {
    let before = around.left();
    let sign = around.window.get(around.at..).unwrap_or_default();
    let sides = if let Some(after) = sign.strip_prefix(b"64;") {
        before.strip_suffix(b"&#").map(|before| (before, after))
    } else if let Some(after) = sign.strip_prefix(b"40") {
        if let [before @ .., b'%' | b'='] = before {
            Some((before, after))
        } else if let [before @ .., b'&', b'#', b'x'] = before {
            after.strip_prefix(b";").map(|after| (before, after))
        } else if let [before @ .., b'\\', b'u', b'0', b'0'] = before {
            let backslashes = before
                .iter()
                .rev()
                .take_while(|&&byte| byte == b'\\')
                .count();
            before
                .get(..before.len().saturating_sub(backslashes))
                .map(|before| (before, after))
        } else {
            None
        }
    } else {
        None
    };
    sides.is_some_and(|(left, right)| is_own(left, right))
}

fn can_end_local(left: &[u8], inner: bool) -> bool {
    match left.last() {
        None => false,
        Some(b'.' | b'_' | b'-' | b'+' | b'"' | b';' | b'}' | b'\\') => true,
        Some(b'\n') => left.ends_with(b"=\n") || left.ends_with(b"=\r\n"),
        Some(0) => inner,
        Some(&byte) => byte.is_ascii_alphanumeric() || !byte.is_ascii(),
    }
}

fn can_begin_domain(right: &[u8], inner: bool) -> bool {
    match right.first() {
        None => false,
        Some(b'_' | b'-' | b'\\' | b'%' | b'=' | b'&') => true,
        Some(0) => inner,
        Some(&byte) => byte.is_ascii_alphanumeric() || !byte.is_ascii(),
    }
}

/// UTF-16 of ASCII: every other byte is zero, whichever end comes first.
fn two_byte(around: Surroundings<'_>) -> Outcome {
    let spread = |bytes: &mut dyn Iterator<Item = &u8>| {
        let mut narrow = Vec::new();
        while narrow.len() < REACH / 2
            && let (Some(0), Some(&byte)) = (bytes.next(), bytes.next())
        {
            narrow.push(byte);
        }
        narrow
    };
    let mut before = spread(&mut around.left().iter().rev());
    before.reverse();
    let after = spread(&mut around.right().iter());
    match address::judge(&before, &after, Reading::Bytes, around.accepted).verdict {
        Verdict::Nothing => Outcome::Nothing,
        Verdict::Accepted => Outcome::Accepted,
        Verdict::Foreign { local, domain, .. } => {
            let name = before
                .get(before.len().saturating_sub(local)..)
                .unwrap_or_default();
            let host = after.get(..domain).unwrap_or_default();
            Outcome::Foreign {
                coats: Coats::of(Coat::Utf16),
                shape: shape(name, host),
            }
        }
    }
}

/// An address that takes up these raw bytes, if it is no accident.
fn foreign(
    around: Surroundings<'_>,
    raw: Range<usize>,
    name: &[u8],
    host: &[u8],
    coats: Coats,
) -> Outcome {
    if around.inner && !chance::is_plausible(around, raw, name, host) {
        return Outcome::Nothing;
    }
    let shape = if around.shaped {
        shape(name, host)
    } else {
        String::new()
    };
    Outcome::Foreign { coats, shape }
}

/// The shape of an address: see [`Finding::shape`](super::report::Finding::shape).
fn shape(name: &[u8], host: &[u8]) -> String {
    let mut shape = String::new();
    for part in [name, b"@", host] {
        let mut rest = part;
        while let Some((class, length)) =
            letter::first(rest, Reading::Text).filter(|_| shape.len() < SHAPE_LENGTH)
        {
            let byte = rest.first().copied().unwrap_or_default();
            shape.push(match class {
                Class::Letter => 'a',
                Class::Digit => '9',
                Class::WideLetter | Class::CrowdedLetter | Class::StrayLetter => 'u',
                Class::Mark => char::from(byte),
                Class::Other if byte == b'@' => '@',
                Class::Other => '*',
            });
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    shape
}
