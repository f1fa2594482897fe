//! Rows of `COPY … FROM stdin` in the text format, as PostgreSQL documents it under COPY, "Text Format", and reads it in
//! `CopyReadAttributesText` (`src/backend/commands/copyfromparse.c`).
//!
//! A row ends at a line feed, fields are separated by tabs, and a backslash before either makes it part of the value.
//! [`encode`] writes what the server writes, so that encoding a decoded field of a dump gives the field's bytes again.

use std::borrow::Cow;

use memchr::{memchr, memchr2_iter};

/// The field that stands for NULL.
pub const NULL: &[u8] = b"\\N";

/// Where the first row of `text` ends: the index of its line feed. None if the row goes on behind `text`.
pub fn row_end(text: &[u8]) -> Option<usize> {
    unescaped(b'\n', text)
}

/// The fields of a row, as they stand. A row without a tab is one field; what a row of a table without columns means
/// (nothing), only the table's definition tells.
pub fn fields(row: &[u8]) -> Fields<'_> {
    Fields { rest: Some(row) }
}

/// See [`fields`].
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let (field, after) = match unescaped(b'\t', rest).and_then(|tab| rest.split_at_checked(tab))
        {
            Some((field, after)) => (field, after.get(1..)),
            None => (rest, None),
        };
        self.rest = after;
        Some(field)
    }
}

/// The first `separator` that no backslash takes away.
fn unescaped(separator: u8, text: &[u8]) -> Option<usize> {
    let mut escaped = None;
    for index in memchr2_iter(separator, b'\\', text) {
        if escaped == Some(index) {
            continue;
        }
        if text.get(index) == Some(&separator) {
            return Some(index);
        }
        escaped = index.checked_add(1);
    }
    None
}

/// The value of a field; None is NULL. Borrowed if nothing in it is escaped.
pub fn decode(field: &[u8]) -> Option<Cow<'_, [u8]>> {
    if field == NULL {
        return None;
    }
    let Some(first) = memchr(b'\\', field) else {
        return Some(Cow::Borrowed(field));
    };
    let (plain, mut rest) = field.split_at_checked(first).unwrap_or((field, &[]));
    let mut value = Vec::with_capacity(field.len());
    value.extend_from_slice(plain);
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'\\' {
            let (decoded, after) = decode_escape(after);
            value.extend(decoded);
            rest = after;
        } else {
            let length = memchr(b'\\', after).map_or(rest.len(), |index| index + 1);
            let (plain, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            value.extend_from_slice(plain);
            rest = after;
        }
    }
    Some(Cow::Owned(value))
}

/// Appends the value of a field that is not NULL, and says whether its escapes are those that the server writes itself. If
/// not, what was appended is of no use.
pub fn decode_written(field: &[u8], value: &mut Vec<u8>) -> bool {
    let mut rest = field;
    while let Some(escape) = memchr(b'\\', rest) {
        let (plain, escaped) = rest.split_at_checked(escape).unwrap_or((rest, &[]));
        value.extend_from_slice(plain);
        let (Some(b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\'), (decoded, after)) = (
            escaped.get(1),
            decode_escape(escaped.get(1..).unwrap_or_default()),
        ) else {
            return false;
        };
        value.extend(decoded);
        rest = after;
    }
    value.extend_from_slice(rest);
    true
}

/// What the bytes after a backslash stand for, and the bytes after them. A backslash at the end stands for nothing.
fn decode_escape(text: &[u8]) -> (Option<u8>, &[u8]) {
    let Some((&byte, after)) = text.split_first() else {
        return (None, text);
    };
    match byte {
        b'0'..=b'7' => digits(text, 8, 3),
        b'x' if after.first().is_some_and(u8::is_ascii_hexdigit) => digits(after, 16, 2),
        b'b' => (Some(b'\x08'), after),
        b'f' => (Some(b'\x0c'), after),
        b'n' => (Some(b'\n'), after),
        b'r' => (Some(b'\r'), after),
        b't' => (Some(b'\t'), after),
        b'v' => (Some(b'\x0b'), after),
        _ => (Some(byte), after),
    }
}

/// A byte in up to `most` digits, of which the low eight bits count, as in the server.
fn digits(text: &[u8], radix: u32, most: usize) -> (Option<u8>, &[u8]) {
    let mut value = 0_u32;
    let mut length = 0;
    for byte in text.iter().take(most) {
        let Some(digit) = char::from(*byte).to_digit(radix) else {
            break;
        };
        value = value * radix + digit;
        length += 1;
    }
    let low = value.to_le_bytes().first().copied();
    (low, text.get(length..).unwrap_or_default())
}

/// The field for a value. Borrowed if nothing in it has to be escaped.
pub fn encode(value: &[u8]) -> Cow<'_, [u8]> {
    if value.iter().all(|byte| escape(*byte).is_none()) {
        return Cow::Borrowed(value);
    }
    let mut field = Vec::with_capacity(value.len().saturating_add(16));
    encode_into(value, &mut field);
    Cow::Owned(field)
}

/// Appends the field for a value.
pub fn encode_into(value: &[u8], output: &mut Vec<u8>) {
    for run in value.split_inclusive(|byte| escape(*byte).is_some()) {
        match run.split_last() {
            Some((last, plain)) if escape(*last).is_some() => {
                output.extend_from_slice(plain);
                output.push(b'\\');
                output.extend(escape(*last));
            }
            _ => output.extend_from_slice(run),
        }
    }
}

/// The letter that stands for a byte after a backslash, for the bytes that the server escapes (`CopyAttributeOutText`).
fn escape(byte: u8) -> Option<u8> {
    match byte {
        b'\x08' => Some(b'b'),
        b'\t' => Some(b't'),
        b'\n' => Some(b'n'),
        b'\x0b' => Some(b'v'),
        b'\x0c' => Some(b'f'),
        b'\r' => Some(b'r'),
        b'\\' => Some(b'\\'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_read_as_documented() {
        let cases: [(&[u8], Option<&[u8]>); 22] = [
            (b"\\N", None),
            (b"\\\\N", Some(b"\\N")),
            (b"a\\N", Some(b"aN")),
            (b"", Some(b"")),
            (b"plain", Some(b"plain")),
            (b"\\b\\f\\n\\r\\t\\v", Some(b"\x08\x0c\n\r\t\x0b")),
            (b"\\\\", Some(b"\\")),
            (b"\\\\n", Some(b"\\n")),
            (b"\\1", Some(b"\x01")),
            (b"\\101B", Some(b"AB")),
            (b"\\1019", Some(b"A9")),
            (b"\\18", Some(b"\x018")),
            // 0777 is more than a byte holds.
            (b"\\777", Some(b"\xff")),
            (b"\\x40", Some(b"@")),
            (b"\\x4g", Some(b"\x04g")),
            (b"\\x401", Some(b"@1")),
            (b"\\xg", Some(b"xg")),
            (b"\\x", Some(b"x")),
            (b"\\.", Some(b".")),
            (b"\\a\\\xe9", Some(b"a\xe9")),
            (b"\\\t\\\n", Some(b"\t\n")),
            (b"end\\", Some(b"end")),
        ];
        for (field, value) in cases {
            assert_eq!(
                decode(field).as_deref(),
                value,
                "{:?}",
                String::from_utf8_lossy(field)
            );
        }
    }

    #[test]
    fn every_byte_survives_encoding_alone_and_between_others() {
        for byte in 0..=u8::MAX {
            for value in [
                vec![byte],
                vec![b'a', byte, b'N'],
                vec![b'\\', byte, b'\\'],
                vec![byte, byte],
            ] {
                let field = encode(&value);
                assert_eq!(decode(&field).as_deref(), Some(&*value), "{value:?}");
                assert!(
                    row_end(&field).is_none() && fields(&field).count() == 1,
                    "{value:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_copied_that_needs_no_change() {
        assert!(matches!(decode(b"caf\xc3\xa9"), Some(Cow::Borrowed(_))));
        assert!(matches!(encode(b"caf\xe9\x01\x7f"), Cow::Borrowed(_)));
        assert!(matches!(encode(b"a\\"), Cow::Owned(_)));
    }

    #[test]
    fn rows_and_fields_end_where_no_backslash_forbids() {
        let split = |row| fields(row).collect::<Vec<_>>();
        assert_eq!(split(b"a\tb"), [b"a", b"b"]);
        assert_eq!(split(b""), [b""]);
        assert_eq!(split(b"\t\\N\t"), [b"".as_slice(), b"\\N", b""]);
        assert_eq!(split(b"a\\\tb\\\\\tc"), [b"a\\\tb\\\\".as_slice(), b"c"]);
        assert_eq!(row_end(b"a\tb\nc\n"), Some(3));
        assert_eq!(row_end(b"a\\\nb\\\\\nc"), Some(6));
        assert_eq!(row_end(b"a\\n"), None);
    }

    proptest! {
        #[test]
        fn any_row_survives(values in prop::collection::vec(prop::option::of(prop::collection::vec(any::<u8>(), 0..20)), 1..6)) {
            let mut row = Vec::new();
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    row.push(b'\t');
                }
                match value {
                    Some(value) => encode_into(value, &mut row),
                    None => row.extend_from_slice(NULL),
                }
            }
            let decoded: Vec<_> = fields(&row).map(|field| decode(field).map(Cow::into_owned)).collect();
            prop_assert_eq!(&decoded, &values);
            prop_assert_eq!(row_end(&row), None);
        }

        #[test]
        fn any_field_is_a_value(field in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(value) = decode(&field) {
                let encoded = encode(&value);
                let again = decode(&encoded);
                prop_assert_eq!(again.as_deref(), Some(&*value));
            }
        }
    }
}
