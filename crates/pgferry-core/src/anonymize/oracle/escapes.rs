//! The coats: each escape that can stand for a character, by the bytes at its start.
//!
//! Sources: COPY text and string escapes, the chapters on COPY and on string constants in the manual; json, RFC 8259;
//! character references, XML 1.0 section 4.1 and the HTML standard's named references; percent-encoding, RFC 3986, and
//! `%uXXXX` of JavaScript's `escape`; quoted-printable, RFC 2045 section 6.7; full-width forms, Unicode block FF00.

use super::report::{Coat, Coats};

/// An escape that was recognised.
pub(super) struct Escape {
    /// How many bytes it takes.
    pub length: usize,
    pub decoded: Decoded,
    pub coat: Coats,
}

/// What an escape stands for.
pub(super) enum Decoded {
    Byte(u8),
    Character(char),
    /// Nothing: what joins two lines.
    Joint,
}

/// Bytes that begin an escape, or a full-width form.
pub(super) const fn introduces(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'=' | b'&' | 0xEF)
}

/// The escape at the start of the bytes, if one stands there. `outermost` is the coat of a plain backslash escape.
pub(super) fn at_start(bytes: &[u8], outermost: Coat) -> Option<Escape> {
    match bytes {
        [b'\\', rest @ ..] => backslash(rest, outermost),
        [b'%', b'u', rest @ ..] => unicode(rest, 4, 4, 2),
        [b'%', rest @ ..] => hex_byte(rest, 1, Coat::Url),
        [b'=', b'\n', ..] => Some(joint(2)),
        [b'=', b'\r', b'\n', ..] => Some(joint(3)),
        [b'=', rest @ ..] => hex_byte(rest, 1, Coat::QuotedPrintable),
        [b'&', b'#', b'x' | b'X', rest @ ..] => reference(rest, 16, 3),
        [b'&', b'#', rest @ ..] => reference(rest, 10, 2),
        [b'&', rest @ ..] => named(rest),
        [0xEF, middle, last, ..] => wide(*middle, *last),
        _ => None,
    }
}

fn joint(length: usize) -> Escape {
    Escape {
        length,
        decoded: Decoded::Joint,
        coat: Coats::of(Coat::QuotedPrintable),
    }
}

fn byte(length: usize, byte: u8, coat: Coat) -> Escape {
    Escape {
        length,
        decoded: Decoded::Byte(byte),
        coat: Coats::of(coat),
    }
}

/// A code point; one that is no character becomes U+FFFD.
fn character(length: usize, code: u32, coat: Coat) -> Escape {
    let decoded = Decoded::Character(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    Escape {
        length,
        decoded,
        coat: Coats::of(coat),
    }
}

/// Two hex digits after `before` bytes.
fn hex_byte(rest: &[u8], before: usize, coat: Coat) -> Option<Escape> {
    let (code, _) = number(rest.get(..2)?, 16, 2, 2)?;
    Some(byte(before + 2, u8::try_from(code).ok()?, coat))
}

/// A number at the start of the bytes, of `least` to `most` digits: its value and its length.
fn number(bytes: &[u8], radix: u32, least: usize, most: usize) -> Option<(u32, usize)> {
    let mut value = 0_u32;
    let mut length = 0;
    while let Some(digit) = bytes
        .get(length)
        .filter(|_| length < most)
        .and_then(|&byte| char::from(byte).to_digit(radix))
    {
        value = value.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    (length >= least).then_some((value, length))
}

/// Between `least` and `most` hex digits of a code point, after `before` bytes.
fn unicode(rest: &[u8], least: usize, most: usize, before: usize) -> Option<Escape> {
    let (code, length) = number(rest, 16, least, most)?;
    Some(character(before + length, code, Coat::Unicode))
}

/// After a backslash. Whatever the language, a backslash before anything else stands for that alone.
fn backslash(rest: &[u8], outermost: Coat) -> Option<Escape> {
    let known = match rest {
        [b'u', b'{', digits @ ..] => {
            let (code, length) = number(digits, 16, 1, 8)?;
            (digits.get(length) == Some(&b'}')).then(|| character(length + 4, code, Coat::Unicode))
        }
        [b'u', digits @ ..] => unicode(digits, 4, 4, 2),
        [b'U', digits @ ..] => unicode(digits, 8, 8, 2),
        [b'+', digits @ ..] => unicode(digits, 6, 6, 2),
        [b'x', digits @ ..] => number(digits, 16, 1, 2)
            .map(|(code, length)| byte(length + 2, code.to_le_bytes()[0], outermost)),
        // Four hex digits from 0020 on are `U&'\0040'`: as octal it would be a control character and a digit.
        [
            b'0',
            b'0',
            b'2'..=b'9' | b'a'..=b'f' | b'A'..=b'F',
            digit,
            ..,
        ] if digit.is_ascii_hexdigit() => unicode(rest, 4, 4, 1),
        [b'0'..=b'7', ..] => number(rest, 8, 1, 3)
            .map(|(code, length)| byte(length + 1, code.to_le_bytes()[0], outermost)),
        [b'n', ..] => Some(byte(2, b'\n', outermost)),
        [b'r', ..] => Some(byte(2, b'\r', outermost)),
        [b't', ..] => Some(byte(2, b'\t', outermost)),
        [b'b', ..] => Some(byte(2, 0x08, outermost)),
        [b'f', ..] => Some(byte(2, 0x0C, outermost)),
        [b'v', ..] => Some(byte(2, 0x0B, outermost)),
        _ => None,
    };
    known.or_else(|| Some(byte(2, *rest.first()?, outermost)))
}

/// A numeric character reference. Its semicolon may be missing, as browsers allow.
fn reference(rest: &[u8], radix: u32, before: usize) -> Option<Escape> {
    let (code, length) = number(rest, radix, 1, 9)?;
    let semicolon = usize::from(rest.get(length) == Some(&b';'));
    Some(character(before + length + semicolon, code, Coat::Xml))
}

/// Named references that matter in or beside an address.
const NAMED: [(&[u8], char); 21] = [
    (b"commat", '@'),
    (b"period", '.'),
    (b"amp", '&'),
    (b"AMP", '&'),
    (b"num", '#'),
    (b"semi", ';'),
    (b"percnt", '%'),
    (b"bsol", '\\'),
    (b"equals", '='),
    (b"plus", '+'),
    (b"lowbar", '_'),
    (b"hyphen", '-'),
    (b"dash", '-'),
    (b"quot", '"'),
    (b"QUOT", '"'),
    (b"apos", '\''),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"nbsp", '\u{A0}'),
    (b"szlig", 'ß'),
    (b"ndash", '\u{2013}'),
];
/// Ends of the names of accented letters: which letter it is makes no difference.
const ACCENTS: [&[u8]; 9] = [
    b"acute", b"caron", b"cedil", b"circ", b"grave", b"ring", b"slash", b"tilde", b"uml",
];

fn named(rest: &[u8]) -> Option<Escape> {
    let name = rest.get(..memchr::memchr(b';', rest.get(..rest.len().min(12))?)?)?;
    let letter = || {
        let accented = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name
                .get(1..)
                .is_some_and(|accent| ACCENTS.contains(&accent));
        (accented || name.ends_with(b"lig")).then_some('ÿ')
    };
    let code = NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, code)| code)
        .or_else(letter)?;
    Some(Escape {
        length: name.len().checked_add(2)?,
        decoded: Decoded::Character(code),
        coat: Coats::of(Coat::Xml),
    })
}

/// U+FF01 to U+FF5E are ASCII's `!` to `~`, U+FE6B is a small `@`.
fn wide(middle: u8, last: u8) -> Option<Escape> {
    let narrow = match (middle, last) {
        (0xBC, 0x81..=0xBF) => last - 0x81 + b'!',
        (0xBD, 0x80..=0x9E) => last - 0x80 + b'`',
        (0xB9, 0xAB) => b'@',
        _ => return None,
    };
    Some(byte(3, narrow, Coat::WideForm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coat_of_an_at_sign() {
        for coat in [
            "%40",
            "%u0040",
            "=40",
            "&#64;",
            "&#64",
            "&#064;",
            "&#x40;",
            "&#X40;",
            "&#x00040;",
            "&commat;",
            "\\u0040",
            "\\U00000040",
            "\\u{40}",
            "\\x40",
            "\\100",
            "\\0040",
            "\\+000040",
            "\\@",
            "＠",
            "﹫",
        ] {
            let escape = at_start(coat.as_bytes(), Coat::CopyEscape).unwrap();
            assert_eq!(escape.length, coat.len(), "{coat}");
            assert!(
                matches!(
                    escape.decoded,
                    Decoded::Byte(b'@') | Decoded::Character('@')
                ),
                "{coat}"
            );
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "%", "%4", "%zz", "=", "=4", "=x", "&", "&#", "&#x", "&#x;", "&foo;", "& b;", "\\",
            "語", "a",
        ] {
            assert!(
                at_start(text.as_bytes(), Coat::CopyEscape).is_none(),
                "{text}"
            );
        }
    }
}
