//! The grammar of an email address, around an `@` in decoded bytes.
//!
//! ```text
//! address = local "@" domain
//! local   = atom | quoted
//! atom    = part, in which "'" (or "''"), "&" and "%" may stand after a letter or digit, and which may end in
//!           some of "#" "$" "!" "~" "%" "&" "*" "^"; one that ends in "#" may hold more of them (`joe_b.co#EXT#@…`)
//! part    = one or more of A-Z a-z 0-9 _ . + - and letters beyond ASCII
//! quoted  = '"' text '"', both quotes at the same depth of backslashes or both doubled, perhaps after a part; the text
//!           begins and ends with what a part may hold, or with a quote, and has no line end
//! domain  = letters, digits, "_", "-" and dots; something stands before the last dot, and the label after it
//!           begins with a letter, or it is shortened until that is so
//!         | "[" IPv4 or "IPv6:" … "]"
//!         | domain "@" domain
//! ```
//! The rest of RFC 5322's `atext` is left out, since it is syntax around an address more often than a part of it:
//! `{a@b.co,"x"}`, `a=b@c.de`, `?cc=a@b.co`, `/a@b.co`, `$x$a@b.co$x$`. An apostrophe belongs to the address unless
//! another one follows the domain: `o'brien@b.co`, but `E'a@b.co'`. The rules for `quoted` tell `"q u"@b.co` from
//! `{"k":"@handle.x"}`.
//!
//! Everything that `[\w._+-]+@[\w._-]+\.[\w_-]+` finds is found here, when its last label begins with a letter.

use std::ops::Range;

/// What kind of text the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Anything that people or programs write.
    Text,
    /// SQL or another language: an apostrophe is a quote, and hyphens may begin a comment.
    Code,
    /// Perhaps no text at all: a byte beyond ASCII is a letter only as a part of UTF-8, and the last label of a domain
    /// has at least two letters. Without that, every third megabyte of random bytes would hold an "address".
    Binary,
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

/// Decoded bytes, and how to read them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) dialect: Dialect,
}

impl Text<'_> {
    /// The address around the `@` at `at`. Its local part begins at `floor` at the earliest.
    pub(super) fn around(self, floor: usize, at: usize) -> Option<Range<usize>> {
        let end = self.domain(at + 1)?;
        let start = self.local(floor, at, self.is_closed(end))?;
        Some(start..end)
    }

    /// Whether an apostrophe follows the address that ends at `end`.
    pub(super) fn is_closed(self, end: usize) -> bool {
        self.bytes.get(end) == Some(&b'\'')
    }

    fn lone(self) -> Class {
        if self.dialect == Dialect::Binary {
            Class::Other(0)
        } else {
            Class::Letter
        }
    }

    /// The character that begins at `at`, and its length.
    fn class_at(self, at: usize) -> Option<(Class, usize)> {
        let first = *self.bytes.get(at)?;
        if first < 0x80 {
            return Some((ascii(first), 1));
        }
        let length = match first {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return Some((self.lone(), 1)),
        };
        let decoded = self
            .bytes
            .get(at..at + length)
            .and_then(|piece| std::str::from_utf8(piece).ok());
        match decoded.and_then(|text| text.chars().next()) {
            Some(character) => Some((beyond_ascii(character), length)),
            None => Some((self.lone(), 1)),
        }
    }

    /// The character that ends before `end`, and its length; none before `floor`.
    fn class_before(self, floor: usize, end: usize) -> Option<(Class, usize)> {
        if end <= floor {
            return None;
        }
        let last = *self.bytes.get(end - 1)?;
        if last < 0x80 {
            return Some((ascii(last), 1));
        }
        for length in 2..=4 {
            let Some(start) = end.checked_sub(length).filter(|&start| start >= floor) else {
                break;
            };
            if let Some((class, found)) = self.class_at(start)
                && found == length
            {
                return Some((class, length));
            }
        }
        Some((self.lone(), 1))
    }

    /// Where the domain that begins at `start` ends; of a chain (`a@b.co@c.de`), where the last one does.
    pub(super) fn domain(self, start: usize) -> Option<usize> {
        let mut end = self.single_domain(start)?;
        while self.bytes.get(end) == Some(&b'@')
            && let Some(next) = self.single_domain(end + 1)
        {
            end = next;
        }
        Some(end)
    }

    fn single_domain(self, start: usize) -> Option<usize> {
        if self.bytes.get(start) == Some(&b'[') {
            return self.domain_literal(start);
        }
        let mut position = start;
        let mut end = None;
        // Whether the label so far would do as the last one.
        let mut top = false;
        // The byte after the last dot, if something stood before that dot.
        let mut label = None;
        while let Some((class, length)) = self.class_at(position) {
            if !class.domain() {
                break;
            }
            if class == Class::Dot {
                label = (position > start).then_some(position + 1);
                top = false;
            } else {
                if label == Some(position) {
                    top = class == Class::Letter;
                } else if class == Class::Symbol {
                    top = false;
                }
                let long_enough = self.dialect != Dialect::Binary
                    || (class == Class::Letter
                        && label.is_some_and(|label| position + length >= label + 2));
                if top
                    && (long_enough
                        || end.is_some_and(|end| label.is_some_and(|label| end > label)))
                {
                    end = Some(position + length);
                }
            }
            position += length;
        }
        end
    }

    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]`
    fn domain_literal(self, start: usize) -> Option<usize> {
        const LONGEST: usize = "IPv6:0000:0000:0000:0000:0000:ffff:255.255.255.255]".len();
        let rest = self.bytes.get(start + 1..)?;
        let close = rest.iter().take(LONGEST).position(|&byte| byte == b']')?;
        let inner = rest.get(..close)?;
        let valid = match inner.split_at_checked(5) {
            Some((tag, rest)) if tag.eq_ignore_ascii_case(b"ipv6:") => {
                rest.contains(&b':')
                    && rest
                        .iter()
                        .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
            }
            _ => {
                let mut parts = inner.split(|&byte| byte == b'.');
                parts.clone().count() == 4
                    && parts.all(|part| {
                        (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
                    })
            }
        };
        valid.then_some(start + 1 + close + 1)
    }

    /// Where the local part that ends before `at` begins, `floor` at the earliest. `closed`: an apostrophe follows the
    /// domain.
    pub(super) fn local(self, floor: usize, at: usize, closed: bool) -> Option<usize> {
        let mut start = at;
        let mut hashes = false;
        if at > floor && self.bytes.get(at - 1) == Some(&b'"') {
            start = self.quoted(floor, at)?;
        }
        let quoted = start < at;
        // What may end a local part, though most of it stands in none.
        while !quoted
            && let Some((
                Class::Other(special @ (b'#' | b'$' | b'!' | b'~' | b'%' | b'&' | b'*' | b'^')),
                _,
            )) = self.class_before(floor, start)
        {
            hashes |= special == b'#';
            start -= 1;
        }
        let tail = if quoted { at } else { start };
        while let Some((class, length)) = self.class_before(floor, start) {
            let inside = match class {
                Class::Other(b'#') => hashes.then_some(1),
                Class::Other(b'\'') if start < tail => self.apostrophe(floor, start, closed),
                Class::Other(b'&' | b'%') => self.follows_letter(floor, start - 1).then_some(1),
                class => class.local().then_some(length),
            };
            let Some(length) = inside else { break };
            start -= length;
        }
        while hashes && start < tail && self.bytes.get(start) == Some(&b'#') {
            start += 1;
        }
        while self.dialect == Dialect::Code && start < tail && self.bytes.get(start) == Some(&b'-')
        {
            start += 1;
        }
        (start < tail).then_some(start)
    }

    /// How many bytes of the apostrophe before `end` belong to a local part.
    fn apostrophe(self, floor: usize, end: usize, closed: bool) -> Option<usize> {
        if end >= floor + 2 && self.bytes.get(end - 2) == Some(&b'\'') {
            return self.follows_letter(floor, end - 2).then_some(2);
        }
        let quote = closed || self.dialect == Dialect::Code;
        (!quote && self.follows_letter(floor, end - 1)).then_some(1)
    }

    /// Whether a letter or digit ends before `end`. What follows does not matter, for a pseudonym would follow as well.
    fn follows_letter(self, floor: usize, end: usize) -> bool {
        self.class_before(floor, end)
            .is_some_and(|(class, _)| class.alphanumeric())
    }

    /// Where the quoted local part that ends before `at` begins: `"a b"@`, `\"a b\"@` one level down in an array or
    /// in JSON, `""a b""@` inside a row value.
    fn quoted(self, floor: usize, at: usize) -> Option<usize> {
        let close = at - 1;
        let depth = self.backslashes(floor, close);
        let doubled = depth == 0 && close > floor && self.bytes.get(close - 1) == Some(&b'"');
        let inner_end = if doubled { close - 1 } else { close - depth };
        let mut position = inner_end;
        let mut deeper = None;
        while position > floor {
            position -= 1;
            match self.bytes.get(position)? {
                b'\n' | b'\r' => break,
                b'"' => {
                    let found = self.backslashes(floor, position);
                    let twice = found == 0
                        && position > floor
                        && self.bytes.get(position - 1) == Some(&b'"');
                    let start = if doubled && twice {
                        position - 1
                    } else {
                        position - found
                    };
                    let inner = position + 1..inner_end;
                    if doubled || found <= depth {
                        return ((twice || !doubled) && self.is_quoted(inner)).then_some(start);
                    }
                    // A quote inside the quotes, or the only one.
                    deeper = deeper.or(Some((start, inner)));
                    position = start;
                }
                _ => {}
            }
        }
        deeper
            .filter(|(_, inner)| self.is_quoted(inner.clone()))
            .map(|(start, _)| start)
    }

    fn is_quoted(self, inner: Range<usize>) -> bool {
        let fits = |class: Class| class.local() || matches!(class, Class::Other(b'\\' | b'"'));
        !inner.is_empty()
            && self
                .class_at(inner.start)
                .is_some_and(|(class, _)| fits(class))
            && self
                .class_before(inner.start, inner.end)
                .is_some_and(|(class, _)| fits(class))
    }

    /// How many backslashes stand before `end`.
    fn backslashes(self, floor: usize, end: usize) -> usize {
        let before = self.bytes.get(floor..end).unwrap_or_default();
        before
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count()
    }
}

/// Whether a byte stands for itself in every coat, and in a local part: the bytes that the fast way may step over.
pub(super) fn is_plain_local(byte: u8) -> bool {
    matches!(ascii(byte), class if class.local()) && byte < 0x80
}

/// As [`is_plain_local`], in a domain.
pub(super) fn is_plain_domain(byte: u8) -> bool {
    byte != b'+' && is_plain_local(byte)
}

/// Where a domain ends that consists of plain bytes only: the same as [`Text::around`] finds.
pub(super) fn plain_domain(bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(dot) = memchr::memrchr(b'.', bytes.get(..end)?) {
        if dot > 0 && dot + 1 < end && bytes.get(dot + 1).is_some_and(u8::is_ascii_alphabetic) {
            return Some(end);
        }
        end = dot;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(bytes: &[u8], dialect: Dialect) -> Vec<String> {
        let text = Text { bytes, dialect };
        let mut floor = 0;
        let mut found = Vec::new();
        for at in memchr::memchr_iter(b'@', bytes) {
            if at >= floor
                && let Some(range) = text.around(floor, at)
            {
                floor = range.end;
                found.push(String::from_utf8_lossy(&bytes[range]).into_owned());
            }
        }
        found
    }

    #[test]
    fn addresses_and_what_is_around_them() {
        let cases: &[(&str, &[&str])] = &[
            ("a@b.co", &["a@b.co"]),
            (
                "Ann.Lee+news@Mail.Example.org,",
                &["Ann.Lee+news@Mail.Example.org"],
            ),
            ("{a@b.co,\"x\"}", &["a@b.co"]),
            ("'a@b.co' E'a@b.co'", &["a@b.co", "a@b.co"]),
            (
                "<a@b.co> mailto:a@b.co?cc=c@d.ef",
                &["a@b.co", "a@b.co", "c@d.ef"],
            ),
            (
                "a=b@c.de f/g@h.ij $x$a@b.co$x$",
                &["b@c.de", "g@h.ij", "a@b.co"],
            ),
            (
                "o'brien@example.ie 'o''brien@example.ie'",
                &["o'brien@example.ie", "o''brien@example.ie"],
            ),
            ("\"q uoted\"@b.co", &["\"q uoted\"@b.co"]),
            ("x \\\"q uoted\\\"@b.co", &["\\\"q uoted\\\"@b.co"]),
            ("\"q \\\"uo\\\" ted\"@b.co", &["\"q \\\"uo\\\" ted\"@b.co"]),
            ("(1,\"\"\"q u\"\"@b.co\")", &["\"\"q u\"\"@b.co"]),
            (
                "{\"k\":\"@handle.x\"} [\"a \",\"@handle.x\",\"\",\"@handle.x\"]",
                &[],
            ),
            (
                "joe_b.co#EXT#@t.example.com page#joe@b.co",
                &["joe_b.co#EXT#@t.example.com", "joe@b.co"],
            ),
            (
                "HOST$@realm.example.org AT&T@b.co",
                &["HOST$@realm.example.org", "AT&T@b.co"],
            ),
            ("LIKE '%joe@b.co%'", &["joe@b.co"]),
            (
                "ünïcode@exämple.org “пользователь@пример.рф”",
                &["ünïcode@exämple.org", "пользователь@пример.рф"],
            ),
            (
                "xn--@xn--e1afmkfd.xn--p1ai 📧joe@b.co❤",
                &["xn--@xn--e1afmkfd.xn--p1ai", "joe@b.co"],
            ),
            ("joe@i❤.ws", &["joe@i❤.ws"]),
            (
                "a@[192.0.2.1] a@[IPv6:2001:db8::1] a@[1,2] a@[x]",
                &["a@[192.0.2.1]", "a@[IPv6:2001:db8::1]"],
            ),
            (
                "a@b @handle user@localhost pkg@1.2.3 3@4.5 u@10.0.0.1 a@.co a@b.",
                &[],
            ),
            ("a@b.co. x@y.z1.2 x@y.1z.2z", &["a@b.co", "x@y.z1"]),
            (
                "a@b@c.de a@b.co@c.de a@b.co@c",
                &["b@c.de", "a@b.co@c.de", "a@b.co"],
            ),
            (
                "'{\"a\":1}' @> '{\"b\"}' @? '$.a' @@ '$.b[*] > 2' <@ @-@ @ -5.x",
                &[],
            ),
            ("--mailer@b.co", &["--mailer@b.co"]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text.as_bytes(), Dialect::Text), *expected, "{text}");
        }
    }

    #[test]
    fn dialects() {
        assert_eq!(
            found(b"--mailer@b.co E'x@b.co or'", Dialect::Code),
            ["mailer@b.co", "x@b.co"]
        );
        assert_eq!(
            found(b"j\xfcrgen@b.co", Dialect::Text),
            ["j\u{fffd}rgen@b.co"]
        );
        assert_eq!(
            found(b"j\xfcrgen@b.co a@b.c a@b.c1", Dialect::Binary),
            ["rgen@b.co"]
        );
        assert_eq!(
            found("jürgen@b.co.x".as_bytes(), Dialect::Binary),
            ["jürgen@b.co"]
        );
    }

    proptest! {
        #[test]
        fn plain_domains_end_where_domains_do(domain in "[a-b1._-]{0,12}") {
            let bytes = format!("x@{domain}");
            let text = Text { bytes: bytes.as_bytes(), dialect: Dialect::Text };
            prop_assert_eq!(plain_domain(domain.as_bytes()), text.around(0, 1).map(|range| range.end - 2));
        }
    }
}
