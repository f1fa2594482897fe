//! `shift`: dates that keep their order and distance, and are not the real ones.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::pseudonym::Key;

/// By how many days the dates of a dump move: between 1 and `most`, back or forth, as the key says.
fn days(key: &Key, most: u16) -> i64 {
    let most = u64::from(most.max(1));
    let number = key.number(&[b"shift"]) % (2 * most);
    let days = i64::try_from(number % most).unwrap_or_default() + 1;
    if number < most { -days } else { days }
}

/// Moves a date, or the date of a timestamp, in the ISO style that dumps use. Nothing if it is none.
///
/// `2024-02-29`, `2024-02-29 12:34:56.789+00`, `0044-03-15 BC`, `infinity`
pub(super) fn shift(key: &Key, value: &[u8], most: u16) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    if matches!(text, "infinity" | "-infinity") {
        return Some(text.to_owned());
    }
    let (text, before_christ) = match text.strip_suffix(" BC") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (date, time) = text.split_at_checked(text.find(' ').unwrap_or(text.len()))?;
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let valid = parts.next().is_none() && year.len() >= 4 && month.len() == 2 && day.len() == 2;
    let year: i16 = year.parse().ok().filter(|_| valid)?;
    let year = if before_christ { 1 - year } else { year };
    let date = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    let moved = date.checked_add(days(key, most).days()).ok()?;
    let (year, suffix) = match moved.year() {
        year @ 1.. => (year, ""),
        year => (1 - year, " BC"),
    };
    Some(format!(
        "{year:04}-{:02}-{:02}{time}{suffix}",
        moved.month(),
        moved.day()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_dates_move_alike() {
        let key = Key::new(b"test");
        let by = days(&key, 30);
        assert!((1..=30).contains(&by.abs()));
        assert!(
            (0..200).all(|most| (1..=i64::from(most.max(1))).contains(&days(&key, most).abs()))
        );
        let moved = |text: &str| shift(&key, text.as_bytes(), 30);
        let expected = Date::new(2024, 2, 29)
            .unwrap()
            .checked_add(by.days())
            .unwrap();
        assert_eq!(moved("2024-02-29"), Some(expected.to_string()));
        assert_eq!(
            moved("2024-02-29 12:34:56.789+05:30"),
            Some(format!("{expected} 12:34:56.789+05:30"))
        );
        assert_eq!(moved("infinity").as_deref(), Some("infinity"));
        let far = moved("0001-01-01").unwrap();
        assert_eq!(far.ends_with(" BC"), by < 0, "{far}");
        assert!(
            moved("0044-03-15 12:00:00 BC")
                .unwrap()
                .ends_with(" 12:00:00 BC")
        );
        for wrong in [
            "",
            "x",
            "2024-02-30",
            "29/02/2024",
            "2024-2-29",
            "99999-01-01",
            "12:34:56",
        ] {
            assert_eq!(moved(wrong), None, "{wrong}");
        }
    }
}
