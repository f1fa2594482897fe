//! Looks at one candidate: takes its neighbourhood, reads it coat by coat, judges each reading.

use super::accepted::{self, Accepted};
use super::address::{self, Judgement, QUOTED_REACH, Verdict};
use super::escapes;
use super::letter::{self, Class, Reading};
use super::report::{Coat, Coats};
use super::view::View;

/// The raw bytes that may matter on either side of a candidate: a domain of 253 characters at up to 16 bytes each, as
/// `%25D0%25B0` or `\\u0430` take.
pub(super) const REACH: usize = 4096;
/// The raw bytes that nearly always suffice.
const NEAR: usize = 64;
/// A walk that ends this near to where a side was cut might have ended elsewhere had it been longer, as an escape may have
/// been cut in two.
const MARGIN: usize = 16;
/// How many coats are taken off, one on top of the other.
const DEPTH: usize = 10;
/// The longest shape of an address that is reported.
const SHAPE_LENGTH: usize = 80;
/// How much context says whether bytes are text.
const CONTEXT: usize = 16;
/// In bytes that are no text an address must be this long to be told from chance; longer if its letters are of both cases.
const LENGTH_AMONG_BYTES: usize = 10;
const LENGTH_AMONG_BYTES_MIXED: usize = 15;

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

/// What surrounds a candidate: all that is known of the input, and what kind of input it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub window: &'a [u8],
    /// Where in the window the candidate is.
    pub at: usize,
    /// Whether the window holds the bytes of a value in hex, not the dump's text.
    pub inner: bool,
    /// Whether the shape of what is found matters to anyone.
    pub shaped: bool,
    pub accepted: &'a Accepted,
}

impl<'a> Surroundings<'a> {
    fn left(self) -> &'a [u8] {
        self.window.get(..self.at).unwrap_or_default()
    }

    fn right(self) -> &'a [u8] {
        self.window
            .get(self.at.saturating_add(1)..)
            .unwrap_or_default()
    }

    /// An address, if it is no accident.
    fn foreign(
        self,
        left: &[u8],
        right: &[u8],
        local: usize,
        domain: usize,
        coats: Coats,
    ) -> Outcome {
        if self.inner && !coats.has(Coat::Utf16) && !is_plausible(left, right, local, domain) {
            return Outcome::Nothing;
        }
        let name = left
            .get(left.len().saturating_sub(local)..)
            .unwrap_or_default();
        let host = right.get(..domain).unwrap_or_default();
        Outcome::Foreign {
            coats,
            shape: if self.shaped {
                shape(name, host)
            } else {
                String::new()
            },
        }
    }
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
        let reading = reading(around);
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
                    around.foreign(left, right, local, domain, Coats::NONE)
                }
            };
        }
        self.coated(around)
    }

    /// Examines what may be part of the coat of an `@`, or an `@` with coats around it.
    pub(super) fn coated(&mut self, around: Surroundings<'_>) -> Outcome {
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
        let reading = reading(around);
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
                        let coats = self.view.coats(
                            at.saturating_sub(local)..at.saturating_add(1).saturating_add(domain),
                        );
                        match around.foreign(left, right, local, domain, coats) {
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

/// The raw bytes on one side of a candidate that are decoded with it.
#[derive(Debug, Clone, Copy)]
struct Side {
    length: usize,
    /// Whether it ends because it is long enough, and not where no coated address can go on.
    open: bool,
    /// Whether it holds what may begin an escape.
    coated: bool,
}

impl Side {
    fn before(around: Surroundings<'_>, reach: usize, quoted: bool) -> Self {
        let left = around.left();
        let reach = if quoted {
            reach.max(QUOTED_REACH)
        } else {
            reach
        };
        let mut side = Self {
            length: 0,
            open: true,
            coated: false,
        };
        let mut rest = left;
        while let Some((&byte, before)) = rest.split_last() {
            // A backslash means something else by how many stand before it.
            if side.length >= reach && (byte != b'\\' || side.length >= REACH) {
                return side;
            }
            match Part::of(byte) {
                Part::Inner => {}
                Part::Introducer => side.coated = true,
                Part::LineEnd if before.ends_with(b"=") || before.ends_with(b"=\r") => {}
                Part::Stop if quoted => {}
                Part::LineEnd | Part::Stop => break,
            }
            side.length = side.length.saturating_add(1);
            rest = before;
        }
        side.open = false;
        side
    }

    fn after(around: Surroundings<'_>, reach: usize) -> Self {
        let mut side = Self {
            length: 0,
            open: true,
            coated: false,
        };
        let mut previous = [0, 0];
        for &byte in around.right() {
            if side.length >= reach {
                return side;
            }
            match Part::of(byte) {
                Part::Inner => {}
                Part::Introducer => side.coated = true,
                Part::LineEnd if previous[1] == b'=' || byte == b'\n' && previous == *b"=\r" => {}
                Part::LineEnd | Part::Stop => break,
            }
            side.length = side.length.saturating_add(1);
            previous = [previous[1], byte];
        }
        side.open = false;
        side
    }

    fn is_plain(self) -> bool {
        !self.open && !self.coated
    }
}

/// What a raw byte can be to an address in coats.
#[derive(Debug, Clone, Copy)]
enum Part {
    Inner,
    Introducer,
    /// May join two lines.
    LineEnd,
    /// Stands in no address and in no coat of one, a quoted local part apart.
    Stop,
}

const PARTS: [Part; 256] = {
    let mut parts = [Part::Inner; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an index of a table of 256"
        )]
        let part = match byte as u8 {
            byte if escapes::introduces(byte) => Part::Introducer,
            b'\n' | b'\r' => Part::LineEnd,
            0x01..=b' '
            | 0x7F
            | b'!'
            | b'"'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b','
            | b'/'
            | b':'
            | b'<'
            | b'>'
            | b'?'
            | b'@'
            | b'['
            | b']'
            | b'^'
            | b'`'
            | b'|'
            | b'~' => Part::Stop,
            _ => Part::Inner,
        };
        parts[byte] = part;
        byte += 1;
    }
    parts
};

impl Part {
    fn of(byte: u8) -> Self {
        PARTS.get(usize::from(byte)).copied().unwrap_or(Self::Stop)
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
    // A character reference ends in `;` and may stand for a letter, a line that is joined ends in `=`.
    before
        .last()
        .is_none_or(|&byte| !joins(byte) && byte != b';' && byte != b'\n')
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

/// Bytes of a value are read as LATIN1 only where they are nothing but text.
fn reading(around: Surroundings<'_>) -> Reading {
    let binary = |byte: &u8| matches!(byte, 0..=8 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F..=0x9F);
    let (left, right) = (around.left(), around.right());
    let left = left
        .get(left.len().saturating_sub(CONTEXT * 2)..)
        .unwrap_or_default();
    let right = right
        .get(..right.len().min(CONTEXT * 2))
        .unwrap_or_default();
    if around.inner && (left.iter().any(binary) || right.iter().any(binary)) {
        Reading::Bytes
    } else {
        Reading::Text
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
            around.foreign(&before, &after, local, domain, Coats::of(Coat::Utf16))
        }
    }
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

/// Among bytes of any kind, an `@` and a dot with letters around them come about by chance: an address stands in text, or
/// is too long for chance, which mixes upper and lower case. In random bytes that leaves one in some 10 GB.
fn is_plausible(left: &[u8], right: &[u8], local: usize, domain: usize) -> bool {
    let (before, name) = left
        .split_at_checked(left.len().saturating_sub(local))
        .unwrap_or_default();
    let (host, after) = right.split_at_checked(domain).unwrap_or_default();
    let before = before
        .get(before.len().saturating_sub(CONTEXT)..)
        .unwrap_or_default();
    let after = after.get(..after.len().min(CONTEXT)).unwrap_or_default();
    let cased = |case: fn(&u8) -> bool| name.iter().chain(host).any(case);
    let mixed = cased(u8::is_ascii_lowercase) && cased(u8::is_ascii_uppercase);
    let least = if mixed {
        LENGTH_AMONG_BYTES_MIXED
    } else {
        LENGTH_AMONG_BYTES
    };
    (is_text(before) && is_text(after) || local.saturating_add(domain) >= least)
        && !is_mostly_stray(name, host)
}

/// Whether more than a third of the characters are letters only in LATIN1: no language is written so, random bytes are.
fn is_mostly_stray(name: &[u8], host: &[u8]) -> bool {
    let mut characters = 0_usize;
    let mut stray = 0_usize;
    for part in [name, host] {
        let mut rest = part;
        while let Some((class, length)) = letter::first(rest, Reading::Text) {
            characters = characters.saturating_add(1);
            stray = stray.saturating_add(usize::from(class == Class::StrayLetter));
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    stray.saturating_mul(3) > characters
}

/// Whether bytes are UTF-8 without control characters, characters that were cut at either end apart.
fn is_text(bytes: &[u8]) -> bool {
    let start = bytes
        .iter()
        .take(3)
        .take_while(|&&byte| (0x80..0xC0).contains(&byte))
        .count();
    let bytes = bytes.get(start..).unwrap_or_default();
    let valid = match str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    valid
        && !bytes
            .iter()
            .any(|byte| byte.is_ascii_control() && !b"\t\r\n".contains(byte))
}
