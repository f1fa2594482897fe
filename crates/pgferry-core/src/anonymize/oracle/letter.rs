//! Which bytes can stand in an address, read forwards and backwards, in UTF-8 or in a single-byte encoding.

/// What a character means to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Letter,
    Digit,
    /// `.`, `_`, `-` and `+`.
    Mark,
    /// A letter beyond ASCII.
    WideLetter,
    /// A letter of a script that is written without spaces, so that what stands beside it may be another word.
    CrowdedLetter,
    /// A byte that is no UTF-8 and would be a letter in LATIN1 and its kin.
    StrayLetter,
    Other,
}

impl Class {
    /// Whether it is a letter or a digit of any kind.
    pub(super) fn is_alphanumeric(self) -> bool {
        !matches!(self, Self::Mark | Self::Other)
    }

    /// Whether it is a letter of any kind.
    pub(super) fn is_letter(self) -> bool {
        self.is_alphanumeric() && self != Self::Digit
    }
}

/// How bytes beyond ASCII are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Text in any encoding: a byte that is no UTF-8 may be a letter.
    Text,
    /// Bytes of any kind: only UTF-8 counts.
    Bytes,
}

/// The first character and its length; none at the end.
#[inline]
pub(super) fn first(bytes: &[u8], reading: Reading) -> Option<(Class, usize)> {
    let &lead = bytes.first()?;
    Some(match ASCII.get(usize::from(lead)) {
        Some(&class) => (class, 1),
        None => first_beyond_ascii(lead, bytes, reading),
    })
}

fn first_beyond_ascii(lead: u8, bytes: &[u8], reading: Reading) -> (Class, usize) {
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    let character = bytes.get(..length).and_then(decode);
    character.map_or_else(
        || (stray(lead, reading), 1),
        |character| (beyond_ascii(character), length),
    )
}

/// The last character and its length; none at the start.
#[inline]
pub(super) fn last(bytes: &[u8], reading: Reading) -> Option<(Class, usize)> {
    let &tail = bytes.last()?;
    Some(match ASCII.get(usize::from(tail)) {
        Some(&class) => (class, 1),
        None => last_beyond_ascii(tail, bytes, reading),
    })
}

fn last_beyond_ascii(tail: u8, bytes: &[u8], reading: Reading) -> (Class, usize) {
    for length in 2..=4 {
        let Some(character) = bytes
            .len()
            .checked_sub(length)
            .and_then(|start| bytes.get(start..))
        else {
            break;
        };
        if let Some(character) = decode(character) {
            return (beyond_ascii(character), length);
        }
    }
    (stray(tail, reading), 1)
}

/// The classes of ASCII, looked up for every byte of every address.
const ASCII: [Class; 128] = {
    let mut classes = [Class::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'.' | b'_' | b'-' | b'+' => Class::Mark,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// The one character that these bytes are, if they are exactly one.
fn decode(bytes: &[u8]) -> Option<char> {
    let mut characters = str::from_utf8(bytes).ok()?.chars();
    let character = characters.next()?;
    characters.next().is_none().then_some(character)
}

fn beyond_ascii(character: char) -> Class {
    match character {
        // Combining marks, as in a decomposed umlaut.
        '\u{300}'..='\u{36F}' => Class::WideLetter,
        _ if !character.is_alphanumeric() => Class::Other,
        // Thai, Lao, Burmese, Khmer; Han, kana, Hangul and their compatibility forms; the planes of rarer Han.
        '\u{E00}'..='\u{EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1100}'..='\u{11FF}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}' => Class::CrowdedLetter,
        _ => Class::WideLetter,
    }
}

fn stray(byte: u8, reading: Reading) -> Class {
    match (reading, byte) {
        (Reading::Text, 0xAA | 0xB5 | 0xBA | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0xFF) => {
            Class::StrayLetter
        }
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_same_character_from_both_sides() {
        for (bytes, class) in [
            (&b"a"[..], Class::Letter),
            (b"7", Class::Digit),
            (b"+", Class::Mark),
            (b" ", Class::Other),
            ("ü".as_bytes(), Class::WideLetter),
            ("я".as_bytes(), Class::WideLetter),
            ("\u{308}".as_bytes(), Class::WideLetter),
            ("語".as_bytes(), Class::CrowdedLetter),
            ("”".as_bytes(), Class::Other),
            ("📧".as_bytes(), Class::Other),
            (b"\xFC", Class::StrayLetter),
            (b"\xAB", Class::Other),
        ] {
            assert_eq!(
                first(bytes, Reading::Text),
                Some((class, bytes.len())),
                "{bytes:?} forwards"
            );
            assert_eq!(
                last(bytes, Reading::Text),
                Some((class, bytes.len())),
                "{bytes:?} backwards"
            );
        }
        assert_eq!(first(b"\xFC", Reading::Bytes), Some((Class::Other, 1)));
        assert_eq!(first(b"", Reading::Text), None);
        assert_eq!(last(b"", Reading::Text), None);
    }
}
