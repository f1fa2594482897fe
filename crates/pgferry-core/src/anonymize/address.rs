//! The grammar of an email address, around an `@` in decoded bytes.
//!
//! ```text
//! address = local "@" domain
//! local   = atom | quoted
//! atom    = part, in which "'" "&" "%" may stand between two letters or digits, and which may end in one of
//!           "#" "$" "!" "~" "%" "&" "*" "^"; one that ends in "#" may hold more of them (`joe_b.co#EXT#@…`)
//! part    = one or more of A-Z a-z 0-9 _ . + - and letters beyond ASCII
//! quoted  = '"' anything but a line end '"', at whichever depth of backslashes or doubled quotes both stand
//! domain  = letters, digits, "_", "-" and dots; something stands before the last dot, and the label after it
//!           begins with a letter, or it is shortened until that is so
//!         | "[" IPv4 or "IPv6:" … "]"
//! ```
//! The rest of RFC 5322's `atext` is left out, since it is syntax around an address more often than a part of it:
//! `{a@b.co,"x"}`, `a=b@c.de`, `?cc=a@b.co`, `/a@b.co`, `$x$a@b.co$x$`. An apostrophe belongs to the address unless
//! another one follows the domain: `o'brien@b.co`, but `E'a@b.co'`.
//! Everything that `[\w._+-]+@[\w._-]+\.[\w_-]+` finds is found here, when its last label begins with a letter.

use std::ops::Range;

/// More bytes than any local part has (RFC 5321 allows 64); a longer run is cut here, so that memory is bounded.
pub(super) const LOCAL_LIMIT: usize = 1024;
/// More bytes than any domain has (RFC 1035 allows 255).
pub(super) const DOMAIN_LIMIT: usize = 1024;

/// What stands around one `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// The address, as a range of the bytes searched.
    Address(Range<usize>),
    /// The bytes end before the domain does.
    Incomplete,
}

/// The kinds of character that the grammar tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter, ASCII or not. A high byte that is no UTF-8 counts as one: it is a letter in most encodings.
    Letter,
    Digit,
    /// `_`
    Underscore,
    Dot,
    Plus,
    Hyphen,
    /// A picture such as U+2764, which stands in labels of real domains but never ends one here.
    Symbol,
    Other(u8),
}

impl Class {
    fn alphanumeric(self) -> bool {
        matches!(self, Self::Letter | Self::Digit)
    }

    fn local(self) -> bool {
        matches!(
            self,
            Self::Letter | Self::Digit | Self::Underscore | Self::Dot | Self::Plus | Self::Hyphen
        )
    }

    fn domain(self) -> bool {
        matches!(
            self,
            Self::Letter | Self::Digit | Self::Underscore | Self::Dot | Self::Hyphen | Self::Symbol
        )
    }
}

fn ascii(byte: u8) -> Class {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
        b'0'..=b'9' => Class::Digit,
        b'_' => Class::Underscore,
        b'.' => Class::Dot,
        b'+' => Class::Plus,
        b'-' => Class::Hyphen,
        other => Class::Other(other),
    }
}

/// Punctuation, blanks and pictures are told from letters by block; scripts that Unicode has yet to add are letters.
fn beyond_ascii(character: char) -> Class {
    match u32::from(character) {
        0xAA | 0xB5 | 0xBA | 0x200C | 0x200D | 0x3005..=0x3007 => Class::Letter,
        0x80..=0xBF
        | 0xD7
        | 0xF7
        | 0x1680
        | 0x2000..=0x206F
        | 0x2E00..=0x2E7F
        | 0x3000..=0x303F
        | 0xFE10..=0xFE1F
        | 0xFE30..=0xFE6F
        | 0xFEFF
        | 0xFF00..=0xFF0F
        | 0xFF1A..=0xFF20
        | 0xFF3B..=0xFF40
        | 0xFF5B..=0xFF65
        | 0xFFE0..=0xFFFD => Class::Other(0),
        0x20A0..=0x20CF | 0x2100..=0x2BFF | 0xFE00..=0xFE0F | 0x1F000..=0x1FAFF => Class::Symbol,
        _ => Class::Letter,
    }
}

/// The character that begins at `at`, and its length.
fn class_at(bytes: &[u8], at: usize) -> Option<(Class, usize)> {
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some((ascii(first), 1));
    }
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((Class::Letter, 1)),
    };
    let decoded = bytes
        .get(at..at + length)
        .and_then(|piece| std::str::from_utf8(piece).ok());
    match decoded.and_then(|text| text.chars().next()) {
        Some(character) => Some((beyond_ascii(character), length)),
        None => Some((Class::Letter, 1)),
    }
}

/// The character that ends before `end`, and its length; none before `floor`.
fn class_before(bytes: &[u8], floor: usize, end: usize) -> Option<(Class, usize)> {
    if end <= floor {
        return None;
    }
    let last = *bytes.get(end - 1)?;
    if last < 0x80 {
        return Some((ascii(last), 1));
    }
    for length in 2..=4 {
        let Some(start) = end.checked_sub(length).filter(|&start| start >= floor) else {
            break;
        };
        let character = bytes
            .get(start..end)
            .and_then(|piece| std::str::from_utf8(piece).ok())
            .and_then(|text| text.chars().next().filter(|_| text.chars().count() == 1));
        if let Some(character) = character {
            return Some((beyond_ascii(character), length));
        }
    }
    Some((Class::Letter, 1))
}

/// Looks for an address around the `@` at `at`. Its local part begins at `floor` at the earliest; `last` says that
/// no bytes follow these.
pub(super) fn around(bytes: &[u8], floor: usize, at: usize, last: bool) -> Found {
    let end = match domain(bytes, at + 1, last) {
        Domain::Ends(end) => end,
        Domain::None => return Found::Nothing,
        Domain::Incomplete => return Found::Incomplete,
    };
    let floor = floor.max(at.saturating_sub(LOCAL_LIMIT));
    let closed = bytes.get(end) == Some(&b'\'');
    match local(bytes, floor, at, closed) {
        Some(start) => Found::Address(start..end),
        None => Found::Nothing,
    }
}

enum Domain {
    None,
    Ends(usize),
    Incomplete,
}

fn domain(bytes: &[u8], start: usize, last: bool) -> Domain {
    if bytes.get(start) == Some(&b'[') {
        return literal(bytes, start, last);
    }
    let limit = start + DOMAIN_LIMIT;
    let mut position = start;
    let mut end = None;
    // Whether what follows the last dot began with a letter and has no symbol so far.
    let mut top = false;
    let mut label_begins = false;
    while position < limit {
        let Some((class, length)) = class_at(bytes, position) else {
            break;
        };
        if !class.domain() {
            break;
        }
        if class == Class::Dot {
            label_begins = position > start;
            top = false;
        } else {
            if label_begins {
                top = class == Class::Letter;
                label_begins = false;
            } else if class == Class::Symbol {
                top = false;
            }
            if top {
                end = Some(position + length);
            }
        }
        position += length;
    }
    // A character cut in two by the end of the bytes could still turn out to be something else; and the caller looks
    // at the byte that follows.
    if !last && position < limit && position + 4 > bytes.len() {
        return Domain::Incomplete;
    }
    end.map_or(Domain::None, Domain::Ends)
}

/// `[192.0.2.1]` or `[IPv6:2001:db8::1]`
fn literal(bytes: &[u8], start: usize, last: bool) -> Domain {
    const LONGEST: usize = "[IPv6:0000:0000:0000:0000:0000:ffff:255.255.255.255]".len();
    let window = bytes
        .get(start + 1..bytes.len().min(start + LONGEST))
        .unwrap_or_default();
    let Some(close) = window.iter().position(|&byte| byte == b']') else {
        return if !last && window.len() + 1 < LONGEST {
            Domain::Incomplete
        } else {
            Domain::None
        };
    };
    let inner = window.get(..close).unwrap_or_default();
    let valid = match inner.split_at_checked(5) {
        Some((tag, rest)) if tag.eq_ignore_ascii_case(b"ipv6:") => {
            rest.contains(&b':')
                && rest
                    .iter()
                    .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        }
        _ => {
            inner.split(|&byte| byte == b'.').count() == 4
                && inner.split(|&byte| byte == b'.').all(|part| {
                    (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
                })
        }
    };
    if valid {
        Domain::Ends(start + 1 + close + 1)
    } else {
        Domain::None
    }
}

/// Where the local part that ends before `at` begins. `closed`: an apostrophe follows the domain.
fn local(bytes: &[u8], floor: usize, at: usize, closed: bool) -> Option<usize> {
    if at > floor && bytes.get(at - 1) == Some(&b'"') {
        return quoted(bytes, floor, at);
    }
    let mut start = at;
    let mut hashes = false;
    // What may end a local part, though nothing of the kind stands inside one.
    while let Some((
        Class::Other(special @ (b'#' | b'$' | b'!' | b'~' | b'%' | b'&' | b'*' | b'^')),
        length,
    )) = class_before(bytes, floor, start)
    {
        hashes |= special == b'#';
        start -= length;
    }
    let tail = start;
    while let Some((class, length)) = class_before(bytes, floor, start) {
        let inside = match class {
            class if class.local() => true,
            Class::Other(b'#') => hashes,
            Class::Other(b'\'') => !closed && between(bytes, floor, start),
            Class::Other(b'&' | b'%') => between(bytes, floor, start),
            _ => false,
        };
        if !inside {
            break;
        }
        start -= length;
    }
    // `#@b.co` has no local part, nor has `##a#@b.co` one that begins with `#`.
    while hashes && start < tail && bytes.get(start) == Some(&b'#') {
        start += 1;
    }
    (start < tail).then_some(start)
}

/// Whether the one byte before `end` stands between two letters or digits.
fn between(bytes: &[u8], floor: usize, end: usize) -> bool {
    let follows = class_at(bytes, end).is_some_and(|(class, _)| class.alphanumeric());
    follows && class_before(bytes, floor, end - 1).is_some_and(|(class, _)| class.alphanumeric())
}

/// Where the quoted local part that ends before `at` begins: `"a b"@`, `\"a b\"@` inside an array or JSON, `""a b""@`
/// inside a row value.
fn quoted(bytes: &[u8], floor: usize, at: usize) -> Option<usize> {
    let close = at - 1;
    let depth = backslashes(bytes, floor, close);
    let doubled = depth == 0 && close > floor && bytes.get(close - 1) == Some(&b'"');
    let inner_end = close - if doubled { 1 } else { depth };
    let mut position = inner_end;
    while position > floor {
        position -= 1;
        match bytes.get(position) {
            Some(b'\n' | b'\r') | None => break,
            Some(b'"') => {
                let found = backslashes(bytes, floor, position);
                if doubled && found == 0 {
                    if position > floor && bytes.get(position - 1) == Some(&b'"') {
                        return Some(position - 1);
                    }
                    break;
                }
                if found <= depth {
                    return Some(position - found);
                }
                // Deeper: a quote inside the quotes.
                position -= found;
            }
            Some(_) => {}
        }
    }
    doubled.then_some(close - 1)
}

/// How many backslashes stand before `end`.
fn backslashes(bytes: &[u8], floor: usize, end: usize) -> usize {
    let before = bytes.get(floor..end).unwrap_or_default();
    before
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count()
}
