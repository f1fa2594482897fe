//! What a value is made of.

/// Bytes by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Makeup {
    pub(super) length: usize,
    pub(super) digits: usize,
    pub(super) upper: usize,
    pub(super) lower: usize,
    /// Of ASCII: spaces, tabs, line ends.
    pub(super) blanks: usize,
    /// Runs of anything that is not blank.
    pub(super) words: usize,
    pub(super) at_signs: usize,
    /// Not ASCII.
    pub(super) beyond: usize,
}

impl Makeup {
    pub(super) fn of(value: &[u8]) -> Self {
        let mut makeup = Self {
            length: value.len(),
            ..Self::default()
        };
        let mut in_word = false;
        for byte in value {
            let blank = byte.is_ascii_whitespace();
            match byte {
                b'0'..=b'9' => makeup.digits += 1,
                b'A'..=b'Z' => makeup.upper += 1,
                b'a'..=b'z' => makeup.lower += 1,
                b'@' => makeup.at_signs += 1,
                0x80.. => makeup.beyond += 1,
                _ if blank => makeup.blanks += 1,
                _ => {}
            }
            makeup.words += usize::from(!blank && !in_word);
            in_word = !blank;
        }
        makeup
    }

    /// Six words or more, 30 bytes or more, three quarters of them letters and blanks.
    pub(super) fn is_free_text(&self) -> bool {
        let plain = self.upper + self.lower + self.beyond + self.blanks;
        self.words >= 6 && self.length >= 30 && plain * 4 >= self.length * 3
    }
}
