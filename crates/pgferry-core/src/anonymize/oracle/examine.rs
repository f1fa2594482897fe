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
/// How many coats are taken off, one on top of the other.
const DEPTH: usize = 10;
/// The longest shape of an address that is reported.
const SHAPE_LENGTH: usize = 80;
/// How much context says whether bytes are text.
const CONTEXT: usize = 16;
/// In bytes that are no text an address must be this long to be told from chance.
const LENGTH_AMONG_BYTES: usize = 10;

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
            return two_byte(left, right, around.accepted);
        }
        let cut = Cut::new(around.window, around.at, NEAR, false);
        let plain = !cut
            .bytes(around.window)
            .iter()
            .any(|&byte| escapes::introduces(byte));
        // A closing quote may belong to a quoted local part, whose opening may need decoding.
        if plain && !left.ends_with(b"\"") && cut.is_whole() {
            let reading = reading(around);
            return match address::judge(left, right, reading, around.accepted).verdict {
                Verdict::Nothing => Outcome::Nothing,
                Verdict::Accepted => Outcome::Accepted,
                Verdict::Foreign { local, domain, .. } => {
                    foreign(left, right, local, domain, Coats::NONE, around.inner)
                }
            };
        }
        self.coated(around)
    }

    /// Examines what may be part of the coat of an `@`, or an `@` with coats around it.
    pub(super) fn coated(&mut self, around: Surroundings<'_>) -> Outcome {
        let quoted = around.left().ends_with(b"\"");
        let cut = Cut::new(around.window, around.at, NEAR, quoted);
        let (outcome, wish) = self.readings(around, cut);
        let longer = (wish.left && cut.left_open) || (wish.right && cut.right_open);
        let opening = wish.quote && !quoted;
        if !longer && !opening {
            return outcome;
        }
        self.readings(
            around,
            Cut::new(around.window, around.at, REACH, quoted || opening),
        )
        .0
    }

    /// Judges every reading of a neighbourhood.
    fn readings(&mut self, around: Surroundings<'_>, cut: Cut) -> (Outcome, Wish) {
        self.view.fill(cut.bytes(around.window));
        let seed = around.at.saturating_sub(cut.start);
        let reading = reading(around);
        let mut outcome = Outcome::Nothing;
        let mut wish = Wish::default();
        for level in 0..=DEPTH {
            if let Some(at) = self.view.at_sign(seed) {
                let bytes = self.view.bytes();
                let left = bytes.get(..at).unwrap_or_default();
                let right = bytes.get(at.saturating_add(1)..).unwrap_or_default();
                let judgement = address::judge(left, right, reading, around.accepted);
                wish.add(judgement);
                match judgement.verdict {
                    Verdict::Nothing => {}
                    Verdict::Accepted => outcome = Outcome::Accepted,
                    // What was ours in a reading closer to the raw bytes stays so, unless this one adds to it.
                    Verdict::Foreign { extends: false, .. } if outcome == Outcome::Accepted => {}
                    Verdict::Foreign { local, domain, .. } => {
                        let start = at.saturating_sub(local);
                        let coats = self
                            .view
                            .coats(start..at.saturating_add(1).saturating_add(domain));
                        // A reading may make a bare word of what was an address: keep the one that was.
                        match foreign(left, right, local, domain, coats, around.inner) {
                            Outcome::Nothing => {}
                            found => outcome = found,
                        }
                    }
                }
            }
            let outermost = match (level, around.inner) {
                (0, false) => Coat::StringEscape,
                _ => Coat::InnerEscape,
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
    fn add(&mut self, judgement: Judgement) {
        self.left |= judgement.wants_left;
        self.quote |= judgement.wants_quote;
        self.right |= judgement.wants_right;
    }
}

/// The part of the window that is decoded.
#[derive(Debug, Clone, Copy)]
struct Cut {
    start: usize,
    end: usize,
    /// Whether it was cut at its length, and not where no coated address can go on.
    left_open: bool,
    right_open: bool,
}

impl Cut {
    fn new(window: &[u8], at: usize, reach: usize, quoted: bool) -> Self {
        let reach_left = if quoted {
            reach.max(QUOTED_REACH)
        } else {
            reach
        };
        let mut start = at;
        let mut left_open = true;
        while at.saturating_sub(start) < reach_left {
            let before = window.get(..start).unwrap_or_default();
            let Some(&byte) = before.last() else {
                left_open = false;
                break;
            };
            let joined = byte == b'\n' && (before.ends_with(b"=\n") || before.ends_with(b"=\r\n"))
                || byte == b'\r' && before.ends_with(b"=\r") && window.get(start) == Some(&b'\n');
            let stops = if quoted {
                matches!(byte, b'\n' | b'\t')
            } else {
                stops(byte)
            };
            if stops && !joined {
                left_open = false;
                break;
            }
            start = start.saturating_sub(1);
        }
        // A backslash means something else by how many stand before it.
        while left_open
            && start > 0
            && at.saturating_sub(start) < REACH
            && window.get(start.saturating_sub(1)) == Some(&b'\\')
        {
            start = start.saturating_sub(1);
        }
        let mut end = at.saturating_add(1).min(window.len());
        let mut right_open = true;
        while end.saturating_sub(at) < reach {
            let after = window.get(end..).unwrap_or_default();
            let Some(&byte) = after.first() else {
                right_open = false;
                break;
            };
            let before = window.get(..end).unwrap_or_default();
            let joined = byte == b'\n' && (before.ends_with(b"=") || before.ends_with(b"=\r"))
                || byte == b'\r' && before.ends_with(b"=") && after.starts_with(b"\r\n");
            if stops(byte) && !joined {
                right_open = false;
                break;
            }
            end = end.saturating_add(1);
        }
        Self {
            start,
            end,
            left_open,
            right_open,
        }
    }

    fn bytes(self, window: &[u8]) -> &[u8] {
        window.get(self.start..self.end).unwrap_or_default()
    }

    fn is_whole(self) -> bool {
        !self.left_open && !self.right_open
    }
}

/// Bytes that stand in no address and in no coat of one, a quoted local part apart.
fn stops(byte: u8) -> bool {
    matches!(
        byte,
        0x01..=b' '
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
            | b'~'
            | 0x7F
    )
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
fn two_byte(left: &[u8], right: &[u8], accepted: &Accepted) -> Outcome {
    let spread = |bytes: &mut dyn Iterator<Item = &u8>| {
        let mut narrow = Vec::new();
        while narrow.len() < REACH / 2
            && let (Some(0), Some(&byte)) = (bytes.next(), bytes.next())
        {
            narrow.push(byte);
        }
        narrow
    };
    let mut before = spread(&mut left.iter().rev());
    before.reverse();
    let after = spread(&mut right.iter());
    match address::judge(&before, &after, Reading::Bytes, accepted).verdict {
        Verdict::Nothing => Outcome::Nothing,
        Verdict::Accepted => Outcome::Accepted,
        Verdict::Foreign { local, domain, .. } => foreign(
            &before,
            &after,
            local,
            domain,
            Coats::of(Coat::Utf16),
            false,
        ),
    }
}

fn foreign(
    left: &[u8],
    right: &[u8],
    local: usize,
    domain: usize,
    coats: Coats,
    inner: bool,
) -> Outcome {
    if inner && !is_plausible(left, right, local, domain) {
        return Outcome::Nothing;
    }
    let name = left
        .get(left.len().saturating_sub(local)..)
        .unwrap_or_default();
    let host = right.get(..domain).unwrap_or_default();
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
    Outcome::Foreign { coats, shape }
}

/// Among bytes of any kind, an `@` and a dot with letters around them come about by chance: an address stands in text, or
/// is long and ends in letters of one case.
fn is_plausible(left: &[u8], right: &[u8], local: usize, domain: usize) -> bool {
    let before = left
        .get(..left.len().saturating_sub(local))
        .unwrap_or_default();
    let before = before
        .get(before.len().saturating_sub(CONTEXT)..)
        .unwrap_or_default();
    let after = right.get(domain..).unwrap_or_default();
    let after = after.get(..after.len().min(CONTEXT)).unwrap_or_default();
    if is_text(before) && is_text(after) {
        return true;
    }
    let host = right.get(..domain).unwrap_or_default();
    let label = host.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let one_case = label.iter().all(u8::is_ascii_lowercase)
        || label.iter().all(u8::is_ascii_uppercase)
        || !label.is_ascii();
    local.saturating_add(domain) >= LENGTH_AMONG_BYTES && one_case
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
