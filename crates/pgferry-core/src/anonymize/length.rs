//! Whether a masked value still fits its column.

use super::quoting::Quoting;
use super::shape::Shape;

/// Counts the characters of a value, or of the longest element of an array, as its written form goes by.
///
/// Blanks at an end don't count: the server cuts them off where they don't fit, and `character(n)` is filled up with them.
/// Exact for what `pg_dump` writes, which has one-character escapes only.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent states of two lexers, one inside the other"
)]
pub(super) struct Length {
    quoting: Quoting,
    array: bool,
    /// After a backslash of COPY text, or the first of two apostrophes.
    escaped: bool,
    /// After a backslash in an array.
    element_escaped: bool,
    quoted: bool,
    current: u64,
    /// Blanks that stand behind the current characters, as far as nothing follows them.
    blanks: u64,
    longest: u64,
}

impl Length {
    pub(super) fn new(quoting: Quoting, shape: Shape) -> Self {
        Self {
            quoting,
            array: shape == Shape::Array,
            escaped: false,
            element_escaped: false,
            quoted: false,
            current: 0,
            blanks: 0,
            longest: 0,
        }
    }

    pub(super) fn longest(self) -> u64 {
        self.longest.max(self.current)
    }

    pub(super) fn feed(&mut self, raw: &[u8]) {
        for &byte in raw {
            let introduces = match self.quoting {
                Quoting::Copy => byte == b'\\',
                Quoting::String | Quoting::UnicodeString => byte == b'\'',
                Quoting::EscapeString => matches!(byte, b'\\' | b'\''),
                Quoting::Identifier => byte == b'"',
                Quoting::None => false,
            };
            if introduces && !self.escaped {
                self.escaped = true;
                continue;
            }
            self.escaped = false;
            self.decoded(byte);
        }
    }

    fn decoded(&mut self, byte: u8) {
        if self.array && !self.element_escaped {
            match byte {
                b'\\' => {
                    self.element_escaped = true;
                    return;
                }
                b'"' => {
                    self.quoted = !self.quoted;
                    return;
                }
                b'{' | b'}' | b',' if !self.quoted => {
                    self.longest = self.longest.max(self.current);
                    self.current = 0;
                    self.blanks = 0;
                    return;
                }
                _ => {}
            }
        }
        self.element_escaped = false;
        // Of a character in UTF-8, the first byte counts. In other encodings a few high bytes do not, so that
        // a value is held for shorter than it is, but never for longer.
        if byte == b' ' {
            self.blanks += 1;
        } else if byte & 0xC0 != 0x80 {
            self.current += std::mem::take(&mut self.blanks) + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_values_and_elements() {
        let cases = [
            (Quoting::Copy, Shape::Text, r"a\tb\\c", 5),
            (Quoting::Copy, Shape::Text, "äöü", 3),
            (Quoting::String, Shape::Text, r"o''b\n", 5),
            (
                Quoting::Copy,
                Shape::Array,
                r#"{a,"b \\"c\\" d",{"e,f\\\\g",NULL}}"#,
                7,
            ),
            (Quoting::String, Shape::Array, r#"{"o''b"}"#, 3),
            (Quoting::Copy, Shape::Text, " a b   ", 4),
            (Quoting::Copy, Shape::Array, r#"{"a   "," b  "}"#, 2),
        ];
        for (quoting, shape, raw, expected) in cases {
            let mut length = Length::new(quoting, shape);
            length.feed(raw.as_bytes());
            assert_eq!(length.longest(), expected, "{raw}");
        }
    }
}
