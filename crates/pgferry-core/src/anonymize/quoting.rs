//! The quoting that a dump puts around a value: exact rules, unlike those of the coats inside.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::view::View;

/// How a value is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// As it is: dollar quotes, comments, decoded bytes.
    None,
    /// A field of COPY text (documentation of COPY, "File Formats", "Text Format").
    Copy,
    /// `'…'`: a doubled apostrophe.
    String,
    /// `E'…'`, and `'…'` without `standard_conforming_strings`.
    EscapeString,
    /// `U&'…'` with the backslash as escape character.
    UnicodeString,
    /// `"…"`: a doubled quote.
    Identifier,
}

impl Quoting {
    /// Appends what `raw[range]` decodes to.
    pub(super) fn decode(self, raw: &[u8], range: Range<usize>, view: &mut View) {
        let Some(raw) = raw.get(..range.end) else {
            return;
        };
        let mut position = range.start;
        while let Some(rest) = raw.get(position..).filter(|rest| !rest.is_empty()) {
            let special = match self {
                Self::None => None,
                Self::Copy => memchr(b'\\', rest),
                Self::String => memchr(b'\'', rest),
                Self::EscapeString | Self::UnicodeString => memchr2(b'\'', b'\\', rest),
                Self::Identifier => memchr(b'"', rest),
            };
            let plain = special.unwrap_or(rest.len());
            view.extend(rest.get(..plain).unwrap_or_default(), position);
            position += plain;
            if let Some(escape) = rest.get(plain..).filter(|escape| !escape.is_empty()) {
                position += self.escape(escape, position, view);
            }
        }
    }

    /// Decodes what begins with a backslash or a doubled quote, and returns its length.
    fn escape(self, raw: &[u8], start: usize, view: &mut View) -> usize {
        let (decoded, length) = match (raw, self) {
            ([b'\'', b'\'', ..] | [b'"', b'"', ..], _) => {
                (Decoded::Byte(raw.first().copied().unwrap_or_default()), 2)
            }
            ([b'\\', b'\\', ..], _) => (Decoded::Byte(b'\\'), 2),
            ([b'\\', rest @ ..], Self::Copy) => control(rest, true)
                .or_else(|| number(rest))
                .unwrap_or_else(|| other(rest)),
            ([b'\\', rest @ ..], Self::EscapeString) => control(rest, false)
                .or_else(|| number(rest))
                .or_else(|| code_point(rest))
                .unwrap_or_else(|| other(rest)),
            ([b'\\', rest @ ..], Self::UnicodeString) => {
                unicode(rest).unwrap_or((Decoded::Byte(b'\\'), 1))
            }
            _ => (Decoded::Byte(raw.first().copied().unwrap_or_default()), 1),
        };
        let origin = start..start + length;
        match decoded {
            Decoded::Byte(byte) => view.push(byte, origin),
            Decoded::Character(character) => view.push_character(character, &origin),
        }
        length
    }
}

enum Decoded {
    Byte(u8),
    Character(char),
}

/// `\n` and the like; `rest` follows the backslash.
fn control(rest: &[u8], copy: bool) -> Option<(Decoded, usize)> {
    let byte = match rest.first()? {
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' if copy => 11,
        b'f' => 12,
        b'r' => b'\r',
        _ => return None,
    };
    Some((Decoded::Byte(byte), 2))
}

/// One to three octal digits, or `x` and one or two hexadecimal digits.
fn number(rest: &[u8]) -> Option<(Decoded, usize)> {
    let (digits, radix, most, prefix) = match rest {
        [b'x', digits @ ..] => (digits, 16, 2, 2),
        digits => (digits, 8, 3, 1),
    };
    let (value, length) = digits_of(digits, radix, most);
    // As PostgreSQL does: only the low eight bits count.
    let byte = u8::try_from(value & 0xff).ok()?;
    (length > 0).then_some((Decoded::Byte(byte), prefix + length))
}

/// `uXXXX` or `UXXXXXXXX`
fn code_point(rest: &[u8]) -> Option<(Decoded, usize)> {
    let (digits, exactly) = match rest {
        [b'u', digits @ ..] => (digits, 4),
        [b'U', digits @ ..] => (digits, 8),
        _ => return None,
    };
    let (value, length) = digits_of(digits, 16, exactly);
    (length == exactly).then(|| (Decoded::Character(character(value)), 2 + length))
}

/// `XXXX` or `+XXXXXX`
fn unicode(rest: &[u8]) -> Option<(Decoded, usize)> {
    let (digits, exactly, prefix) = match rest {
        [b'+', digits @ ..] => (digits, 6, 2),
        digits => (digits, 4, 1),
    };
    let (value, length) = digits_of(digits, 16, exactly);
    (length == exactly).then(|| (Decoded::Character(character(value)), prefix + length))
}

/// Any other character stands for itself.
fn other(rest: &[u8]) -> (Decoded, usize) {
    match rest.first() {
        Some(&byte) => (Decoded::Byte(byte), 2),
        None => (Decoded::Byte(b'\\'), 1),
    }
}

/// The value of up to `most` leading digits, and how many there are.
pub(super) fn digits_of(bytes: &[u8], radix: u32, most: usize) -> (u32, usize) {
    let mut value: u32 = 0;
    let mut length = 0;
    for &byte in bytes.iter().take(most) {
        let Some(digit) = char::from(byte).to_digit(radix) else {
            break;
        };
        value = value.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    (value, length)
}

/// Half of a surrogate pair, or no character at all, reads as a letter would.
pub(super) fn character(value: u32) -> char {
    char::from_u32(value).unwrap_or('\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(quoting: Quoting, raw: &str) -> (String, Vec<Range<usize>>) {
        let mut view = View::default();
        quoting.decode(raw.as_bytes(), 0..raw.len(), &mut view);
        let origins = (0..view.bytes.len())
            .map(|index| view.origin(index..index + 1).unwrap())
            .collect();
        (String::from_utf8(view.bytes).unwrap(), origins)
    }

    #[test]
    fn each_quoting() {
        let cases = [
            (Quoting::None, r"a\n''", r"a\n''"),
            (Quoting::Copy, r"a\n\\n\x40\100\q\N''", "a\n\\n@@qN''"),
            (Quoting::Copy, r"\x4\7x\", "\u{4}\u{7}x\\"),
            (Quoting::String, r"o''b\n", r"o'b\n"),
            (
                Quoting::EscapeString,
                r"o''b\n\'\x40\u0040\U00000040\\",
                "o'b\n'@@@\\",
            ),
            (Quoting::UnicodeString, r"\0040\+000040\\''\x", "@@\\'\\x"),
            (Quoting::Identifier, r#"a""b"#, r#"a"b"#),
        ];
        for (quoting, raw, expected) in cases {
            assert_eq!(decoded(quoting, raw).0, expected, "{quoting:?} {raw}");
        }
        assert_eq!(decoded(Quoting::Copy, r"a\x40b").1, [0..1, 1..5, 5..6]);
    }
}
