//! Sizes in settings: `20 GB`.

use std::fmt;
use std::str::FromStr;

use crate::ui::format;

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSize(pub u64);

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let expected = || "a size is expected, such as `20 GB`".to_owned();
        let word = word.trim();
        let digits = word
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(word.len());
        let (number, unit) = word.split_at_checked(digits).ok_or_else(expected)?;
        let factor: u64 = match unit.trim().to_ascii_uppercase().as_str() {
            "B" => 1,
            "" if number == "0" => 1,
            "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "TB" => 1_000_000_000_000,
            _ => return Err(expected()),
        };
        let number: u64 = number.parse().ok().ok_or_else(expected)?;
        number
            .checked_mul(factor)
            .map(Self)
            .ok_or_else(|| "that is more than any disk has".to_owned())
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format::size(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_understood() {
        for (word, bytes) in [
            ("0", 0),
            ("512 B", 512),
            ("20 GB", 20_000_000_000),
            ("500MB", 500_000_000),
            (" 1 tb ", 1_000_000_000_000),
            ("3 kB", 3000),
        ] {
            assert_eq!(word.parse(), Ok(ByteSize(bytes)), "{word}");
        }
        for word in ["", "GB", "20", "-1 GB", "1.5 GB", "20 GiB", "9999999999 TB"] {
            assert!(word.parse::<ByteSize>().is_err(), "{word}");
        }
    }
}
