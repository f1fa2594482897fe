//! A value without what it says.

/// A shape has this many characters at most.
const LONGEST: usize = 40;
/// So many different shapes of a column are counted.
const MOST: usize = 12;

/// The shape of a value: letters are `a` and `A`, digits `9`, other ASCII characters stay, everything else is `u`; the
/// first 40 characters. Control characters are blanks.
pub(super) fn shape(value: &[u8]) -> String {
    let mut shape = String::with_capacity(LONGEST);
    // Later bytes of a character in UTF-8; alone, as in LATIN1, they count.
    let mut character = 0_u32;
    for byte in value {
        let letter = match byte {
            0x80..=0xbf if character > 0 => {
                character -= 1;
                continue;
            }
            b'a'..=b'z' => 'a',
            b'A'..=b'Z' => 'A',
            b'0'..=b'9' => '9',
            0x80.. => 'u',
            byte if byte.is_ascii_control() => ' ',
            byte => char::from(*byte),
        };
        character = if *byte >= 0xc2 {
            byte.leading_ones().saturating_sub(1).min(3)
        } else {
            0
        };
        if shape.len() == LONGEST {
            break;
        }
        shape.push(letter);
    }
    shape
}

/// Shapes of a column, and how often each was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes(Vec<(String, u64)>);

impl Shapes {
    pub(super) fn count(&mut self, value: &[u8]) {
        self.add(shape(value), 1);
    }

    fn add(&mut self, shape: String, times: u64) {
        if let Some((_, seen)) = self.0.iter_mut().find(|(known, _)| *known == shape) {
            *seen += times;
        } else if self.0.len() < MOST {
            self.0.push((shape, times));
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (shape, times) in other.0 {
            self.add(shape, times);
        }
    }

    /// The three seen most often, the first of them first.
    pub(super) fn samples(mut self) -> Vec<String> {
        self.0.sort_by_key(|(_, seen)| std::cmp::Reverse(*seen));
        self.0.into_iter().take(3).map(|(shape, _)| shape).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_say_nothing() {
        for (value, expected) in [
            ("Ann O'Neill-3", "Aaa A'Aaaaa-9"),
            ("Jürgen Ж", "Auaaaa u"),
            ("東京都", "uuu"),
            ("a\tb\n", "a a "),
            ("", ""),
        ] {
            assert_eq!(shape(value.as_bytes()), expected, "{value}");
        }
        assert_eq!(shape(b"J\xfcrgen"), "Auaaaa");
        assert_eq!(shape(&[b'x'; 100]).len(), 40);
    }
}
