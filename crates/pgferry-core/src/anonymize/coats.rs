//! What programs put over an `@`, or over any other character, inside of a value.
//!
//! | coat | written |
//! | --- | --- |
//! | JSON, and what nests in it | `\u0040`, after any number of backslashes |
//! | C, octal and hexadecimal | `\100`, `\x40` |
//! | XML and HTML, perhaps twice | `&#64;`, `&#x40;`, `&commat;`, `&amp;#64;` |
//! | URLs, perhaps twice | `%40`, `%2540` |
//! | quoted-printable | `=40`, and `=` before a line end, which is nothing |
//!
//! Nobody says which coats a value wears, so all are tried at once. What could be a coat and could stand for itself
//! (`?id=20@b.co`) is looked at both ways by the caller.

use std::ops::Range;

use memchr::{memchr, memchr3};

use super::quoting::{character, digits_of};
use super::view::View;

/// Whether a backslash escapes the next character of this value (JSON, arrays), or is one among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backslash {
    Escapes,
    Plain,
}

/// What to make of something that could be a coat, and could stand for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// `=40`, `\100`, `\x40`, `%2540` and `&#64` without a semicolon are coats.
    Coat,
    /// They stand for themselves.
    Itself,
}

/// Whether one of the patterns of `candidates`, with which `bytes` begin, stands for an `@`. True if more bytes have to
/// be known.
pub(super) fn stands_for_at(bytes: &[u8]) -> bool {
    let starts = |text: &[u8]| bytes.starts_with(text) || text.starts_with(bytes);
    match bytes {
        [b'#', b'x' | b'X', digits @ ..] => number_is(digits, 16, 0x40),
        [b'#', digits @ ..] => number_is(digits, 10, 0x40),
        [b'%', rest @ ..] => {
            let mut rest = rest;
            while let [b'2', b'5', more @ ..] = rest {
                rest = more;
            }
            rest.starts_with(b"40") || b"40".starts_with(rest) || b"25".starts_with(rest)
        }
        [b'\\', b'x', ..] => starts(br"\x40"),
        [b'\\', b'1', ..] => starts(br"\100"),
        [b'\\', b'+', ..] => starts(br"\+000040"),
        [b'\\', ..] => starts(br"\0040"),
        [b'U', ..] => starts(b"U00000040"),
        _ => true,
    }
}

/// Whether digits are of this number, or may be when more of them are known.
fn number_is(digits: &[u8], radix: u32, expected: u32) -> bool {
    let (value, length) = digits_of(digits, radix, 24);
    value == expected || (length == digits.len() && value < expected)
}

/// Appends to `view` what `value` decodes to.
pub(super) fn strip(value: &View, backslash: Backslash, doubt: Doubt, view: &mut View) {
    let bytes = value.bytes.as_slice();
    let mut position = 0;
    while let Some(rest) = bytes.get(position..).filter(|rest| !rest.is_empty()) {
        let mut plain = memchr3(b'\\', b'&', b'%', rest).unwrap_or(rest.len());
        plain = memchr(b'=', rest.get(..plain).unwrap_or_default()).unwrap_or(plain);
        let special = rest.get(plain..).unwrap_or_default();
        for index in position..position + plain {
            copy(value, index, backslash, view);
        }
        position += plain;
        let length = match special {
            [b'\\', ..] => backslashes(special, value, position, (backslash, doubt), view),
            [b'&', ..] => entity(special, value, position, doubt, view),
            [b'%', ..] => percent(special, value, position, doubt, view),
            [b'=', ..] if doubt == Doubt::Coat => quoted_printable(special, value, position, view),
            [] => continue,
            _ => 0,
        };
        if length == 0 {
            copy(value, position, backslash, view);
        }
        position += length.max(1);
    }
}

/// A byte that stands for itself. Where backslashes escape, a bare quote is a delimiter and never part of an address.
fn copy(value: &View, index: usize, backslash: Backslash, view: &mut View) {
    if let (Some(&byte), Some(origin)) = (value.bytes.get(index), value.origin(index..index + 1)) {
        let delimiter = byte == b'"' && backslash == Backslash::Escapes;
        view.push(if delimiter { 0 } else { byte }, origin);
    }
}

fn put(value: &View, range: Range<usize>, decoded: char, view: &mut View) {
    if let Some(origin) = value.origin(range) {
        view.push_character(decoded, &origin);
    }
}

/// Decodes what begins with backslashes at `position`; returns how many bytes it took, or 0.
fn backslashes(
    special: &[u8],
    value: &View,
    position: usize,
    (backslash, doubt): (Backslash, Doubt),
    view: &mut View,
) -> usize {
    let run = special.iter().take_while(|&&byte| byte == b'\\').count();
    let after = special.get(run..).unwrap_or_default();
    if let [kind @ (b'u' | b'U'), digits @ ..] = after {
        let exactly = if *kind == b'u' { 4 } else { 8 };
        let (code, length) = digits_of(digits, 16, exactly);
        if length == exactly {
            put(
                value,
                position..position + run + 1 + length,
                character(code),
                view,
            );
            return run + 1 + length;
        }
    }
    if doubt == Doubt::Coat
        && let Some((byte, length)) = numeric_escape(after)
    {
        let one = |bytes: &[u8]| {
            let again = bytes.iter().take_while(|&&byte| byte == b'\\').count();
            let escape = numeric_escape(bytes.get(again..)?).filter(|_| again == run)?;
            Some((escape.0, again + escape.1))
        };
        if let Some((decoded, taken)) = utf8(byte, run + length, special, one) {
            put(value, position..position + taken, decoded, view);
            return taken;
        }
    }
    if backslash == Backslash::Plain {
        for index in position..position + run {
            copy(value, index, backslash, view);
        }
        return run;
    }
    for pair in 0..run / 2 {
        put(
            value,
            position + pair * 2..position + pair * 2 + 2,
            '\\',
            view,
        );
    }
    if run % 2 == 0 {
        return run;
    }
    let Some(&escaped) = after.first().filter(|byte| byte.is_ascii()) else {
        copy(value, position + run - 1, backslash, view);
        return run;
    };
    let decoded = match escaped {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        other => char::from(other),
    };
    put(value, position + run - 1..position + run + 1, decoded, view);
    run + 1
}

/// `100` or `x40`; `rest` follows the backslashes.
fn numeric_escape(rest: &[u8]) -> Option<(u8, usize)> {
    let (code, length, exactly) = match rest {
        [b'x', digits @ ..] => {
            let (code, length) = digits_of(digits, 16, 2);
            (code, length + 1, 3)
        }
        digits => {
            let (code, length) = digits_of(digits, 8, 3);
            (code, length, 3)
        }
    };
    Some((
        u8::try_from(code).ok().filter(|_| length == exactly)?,
        length,
    ))
}

/// The character that begins with `first`, which took `length` bytes of `rest`: further bytes of UTF-8 have to wear the
/// same coat, or what looks like a coat is none (`\xab`, `%ed`).
fn utf8(
    first: u8,
    length: usize,
    rest: &[u8],
    next: impl Fn(&[u8]) -> Option<(u8, usize)>,
) -> Option<(char, usize)> {
    let wanted = match first {
        0..=0x7f => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut buffer = [first, 0, 0, 0];
    let mut taken = length;
    for slot in buffer.iter_mut().take(wanted).skip(1) {
        let (byte, length) = next(rest.get(taken..)?)?;
        *slot = byte;
        taken += length;
    }
    let text = std::str::from_utf8(buffer.get(..wanted)?).ok()?;
    Some((text.chars().next()?, taken))
}

/// Character references of HTML that matter here: what stands in addresses, and what stands around them.
const ENTITIES: &[(&[u8], char)] = &[
    (b"commat", '@'),
    (b"period", '.'),
    (b"plus", '+'),
    (b"lowbar", '_'),
    (b"hyphen", '-'),
    (b"dash", '-'),
    (b"num", '#'),
    (b"amp", '&'),
    (b"apos", '\''),
    (b"quot", '"'),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"nbsp", ' '),
    (b"szlig", 'ß'),
    (b"aelig", 'æ'),
    (b"AElig", 'Æ'),
    (b"oelig", 'œ'),
    (b"OElig", 'Œ'),
    (b"eth", 'ð'),
    (b"thorn", 'þ'),
];

/// Endings of the names of accented letters: `&eacute;`.
const ACCENTS: &[&[u8]] = &[
    b"acute", b"grave", b"circ", b"uml", b"tilde", b"ring", b"cedil", b"slash", b"caron", b"macr",
    b"ogon", b"breve",
];

fn entity(special: &[u8], value: &View, position: usize, doubt: Doubt, view: &mut View) -> usize {
    let mut start = 1;
    while special
        .get(start..)
        .is_some_and(|rest| rest.starts_with(b"amp;"))
    {
        start += 4;
    }
    let rest = special.get(start..).unwrap_or_default();
    let Some((decoded, length)) = reference(rest, doubt) else {
        // `&amp;` with nothing behind it that nests.
        if start > 1 {
            put(value, position..position + start, '&', view);
            return start;
        }
        return 0;
    };
    put(value, position..position + start + length, decoded, view);
    start + length
}

/// A character reference without its ampersand. Without a semicolon behind it, it is in doubt.
fn reference(rest: &[u8], doubt: Doubt) -> Option<(char, usize)> {
    let number = match rest {
        [b'#', b'x' | b'X', digits @ ..] => Some((digits_of(digits, 16, 8), 2)),
        [b'#', digits @ ..] => Some((digits_of(digits, 10, 8), 1)),
        _ => None,
    };
    if let Some(((code, digits), prefix)) = number {
        let semicolon = usize::from(rest.get(prefix + digits) == Some(&b';'));
        let valid = digits > 0 && (semicolon == 1 || doubt == Doubt::Coat);
        return valid.then(|| (character(code), prefix + digits + semicolon));
    }
    let name = rest.get(..memchr(b';', rest.get(..12.min(rest.len()))?)?)?;
    let named = ENTITIES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, decoded)| decoded);
    let accented = || {
        let (letter, accent) = name.split_first()?;
        // Which letter it is makes no difference, as long as it is one.
        ACCENTS.contains(&accent).then(|| {
            if letter.is_ascii_uppercase() {
                'É'
            } else {
                'é'
            }
        })
    };
    Some((named.or_else(accented)?, name.len() + 1))
}

fn percent(special: &[u8], value: &View, position: usize, doubt: Doubt, view: &mut View) -> usize {
    let one = |bytes: &[u8]| {
        let mut start = 1;
        while bytes
            .get(start..)
            .is_some_and(|rest| rest.starts_with(b"25"))
        {
            start += 2;
            // Twice in the same coat is in doubt.
            if doubt == Doubt::Itself {
                return Some((b'%', start));
            }
        }
        let (code, digits) = digits_of(bytes.get(start..)?, 16, 2);
        let valid = bytes.first() == Some(&b'%') && digits == 2;
        // `%25` alone is a percent sign, not a percent sign that begins another coat.
        let (code, start) = if valid {
            (code, start + 2)
        } else {
            (0x25, start)
        };
        (start >= 3).then_some((u8::try_from(code).ok()?, start))
    };
    let decoded = one(special).and_then(|(byte, length)| utf8(byte, length, special, one));
    let Some((decoded, length)) = decoded else {
        return 0;
    };
    put(value, position..position + length, decoded, view);
    length
}

fn quoted_printable(special: &[u8], value: &View, position: usize, view: &mut View) -> usize {
    match special {
        // The last ones are line ends that somebody has escaped once more.
        [b'=', b'\n', ..] => return 2,
        [b'=', b'\r', b'\n', ..] | [b'=', b'\\', b'n', ..] => return 3,
        [b'=', b'\\', b'r', b'\\', b'n', ..] => return 5,
        _ => {}
    }
    let one = |bytes: &[u8]| {
        let [b'=', digits @ ..] = bytes else {
            return None;
        };
        let digits = digits.get(..2)?;
        let upper = digits
            .iter()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'));
        // Encoders leave letters and digits alone, and no address holds a control character; but key=12 is common.
        let byte = u8::try_from(digits_of(digits, 16, 2).0).ok()?;
        let encoded = upper
            && (matches!(byte, b'\t' | b'\n' | b'\r' | b' ' | 0x80..)
                || byte.is_ascii_punctuation());
        encoded.then_some(())?;
        Some((byte, 3))
    };
    let decoded = one(special).and_then(|(byte, length)| utf8(byte, length, special, one));
    let Some((decoded, length)) = decoded else {
        return 0;
    };
    put(value, position..position + length, decoded, view);
    length
}

#[cfg(test)]
mod tests {
    use super::super::quoting::Quoting;
    use super::*;

    fn stripped(text: &str, backslash: Backslash) -> String {
        let (mut value, mut view) = (View::default(), View::default());
        Quoting::None.decode(text.as_bytes(), 0..text.len(), &mut value);
        strip(&value, backslash, Doubt::Coat, &mut view);
        String::from_utf8(view.bytes).unwrap()
    }

    #[test]
    fn coats_come_off() {
        let cases = [
            (r"a\u0040b \\\\u0040 \u003ca\u00fc\u0", "a@b @ <aü\\u0"),
            (r"a\100b \x40 \xab \xC3\xBC \101", "a@b @ \\xab ü A"),
            (
                "a&#64;b &#x40;&#X0040; &commat; &amp;#64; &#64b &lt;&eacute;&unknown;&",
                "a@b @@ @ @ @b <é&unknown;&",
            ),
            (
                "a%40b %2540 %252540 %C3%BC %ed %25 50% %2525",
                "a@b @ @ ü %ed % 50% %",
            ),
            (
                "a=40b =3D =C3=BC =ed x=12 a=b=\r\nc=\nd=\\ne",
                "a@b = ü =ed x=12 a=bcde",
            ),
            (r"x\ny C:\\n", r"x\ny C:\\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(stripped(text, Backslash::Plain), expected, "{text}");
        }
    }

    #[test]
    fn patterns_that_stand_for_at() {
        for yes in [
            "%40",
            "%2540x",
            "%252540",
            "%",
            "%25",
            "%4",
            "#64;",
            "#064",
            "#x40;",
            "#X0040",
            "#",
            "#6",
            r"\x40",
            r"\x",
            r"\100",
            r"\0040",
            r"\+000040",
            "u0040",
            "U00000040",
            "commat",
            "=40",
        ] {
            assert!(stands_for_at(yes.as_bytes()), "{yes}");
        }
        for no in [
            "%2541",
            "%25x",
            "%2526",
            "#65;",
            "#640;",
            "#x4;",
            "#x41",
            r"\x41",
            r"\101",
            r"\0041",
            r"\+000041",
            "U00000041",
        ] {
            assert!(!stands_for_at(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn backslashes_that_escape() {
        assert_eq!(
            stripped(r#"{"a":"x\ny\\n\"q\"\/"}"#, Backslash::Escapes),
            "{\0a\0:\0x\ny\\n\"q\"/\0}"
        );
    }

    #[test]
    fn origins_cover_the_coats() {
        let (mut value, mut view) = (View::default(), View::default());
        let raw = br"a\\u0040b=\nc";
        Quoting::Copy.decode(raw, 0..raw.len(), &mut value);
        strip(&value, Backslash::Plain, Doubt::Coat, &mut view);
        assert_eq!(view.bytes, b"a@bc");
        assert_eq!(view.origin(1..2), Some(1..8));
        assert_eq!(view.origin(2..4), Some(8..13));
    }
}
