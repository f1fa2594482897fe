//! Sizes, counts, times and durations as people read them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// `227.1 MB`: decimal units, three digits or more.
#[expect(clippy::cast_precision_loss, reason = "one decimal place is shown")]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// `+1.3%` from `before` to `now`.
#[expect(clippy::cast_precision_loss, reason = "one decimal place is shown")]
pub fn change(before: u64, now: u64) -> String {
    if before == now {
        return "=".to_owned();
    }
    if before == 0 {
        return "new".to_owned();
    }
    let percent = (now as f64 - before as f64) / before as f64 * 100.0;
    if percent.abs() < 0.05 {
        format!("{}0.0%", if percent < 0.0 { '-' } else { '+' })
    } else {
        format!("{percent:+.1}%")
    }
}

/// `440,512`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 table`, `12 tables`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `2026-11-21 04:00:03`, in UTC.
pub fn time(timestamp: Timestamp) -> String {
    timestamp.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11-21 04:00`, in UTC.
pub fn minute(timestamp: Timestamp) -> String {
    timestamp.strftime("%Y-%m-%d %H:%M").to_string()
}

/// How old something is: `12 s`, `5 min`, `7 h`, `3 days`.
pub fn age(age: SignedDuration) -> String {
    let seconds = age.as_secs();
    match seconds {
        ..0 => "in the future".to_owned(),
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// How long something took: `0.4 s`, `75 s` as `1 min 15 s`.
pub fn took(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else if seconds < 3600 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else {
        format!("{} h {} min", seconds / 3600, seconds % 3600 / 60)
    }
}

/// A word for a shell, to be pasted.
pub fn word_of_a_shell(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./@+:,".contains(letter);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let table = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (227_123_456, "227.1 MB"),
            (u64::MAX, "18446.7 PB"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn changes() {
        let table = [
            (100, 101, "+1.0%"),
            (100, 100, "="),
            (0, 5, "new"),
            (1_000_000, 1_000_001, "+0.0%"),
            (200, 100, "-50.0%"),
        ];
        for (before, now, text) in table {
            assert_eq!(change(before, now), text);
        }
    }

    #[test]
    fn counts() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (440_512, "440,512"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn ages_and_durations() {
        assert_eq!(age(SignedDuration::from_secs(59)), "59 s");
        assert_eq!(age(SignedDuration::from_secs(3600 * 47)), "47 h");
        assert_eq!(age(SignedDuration::from_secs(3600 * 48)), "2 days");
        assert_eq!(age(SignedDuration::from_secs(-1)), "in the future");
        assert_eq!(took(Duration::from_millis(4120)), "4.1 s");
        assert_eq!(took(Duration::from_secs(83)), "1 min 23 s");
    }
}
