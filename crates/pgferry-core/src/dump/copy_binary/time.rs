//! Dates and times, as the server writes them with `DateStyle` ISO: days, or microseconds, since the year 2000.

use super::field::number;

/// The days from the 1st of March of the year 0 to the 1st of January of 2000, in the Gregorian calendar.
const UNTIL_2000: i64 = 730_425;
const PER_DAY: i64 = 86_400 * PER_SECOND;
const PER_SECOND: i64 = 1_000_000;

/// `2026-11-21`: days since 2000-01-01. The ends of the range stand for infinity.
pub(super) fn date(value: &[u8]) -> Option<i32> {
    match value {
        b"infinity" => Some(i32::MAX),
        b"-infinity" => Some(i32::MIN),
        _ => i32::try_from(days(value)?).ok(),
    }
}

/// `04:00:00.25`: microseconds since midnight.
pub(super) fn time(value: &[u8]) -> Option<i64> {
    let (time, rest) = clock(value)?;
    rest.is_empty().then_some(time)
}

/// `2026-11-21 04:00:00.25`: microseconds since 2000-01-01.
pub(super) fn timestamp(value: &[u8]) -> Option<i64> {
    if let Some(infinity) = infinity(value) {
        return Some(infinity);
    }
    let (micros, rest) = instant(value)?;
    rest.is_empty().then_some(micros)
}

/// `2026-11-21 04:00:00.25+05:30`: microseconds since 2000-01-01 in UTC.
pub(super) fn timestamptz(value: &[u8]) -> Option<i64> {
    if let Some(infinity) = infinity(value) {
        return Some(infinity);
    }
    let (local, zone) = instant(value)?;
    Some(local - PER_SECOND * offset(zone)?)
}

fn infinity(value: &[u8]) -> Option<i64> {
    match value {
        b"infinity" => Some(i64::MAX),
        b"-infinity" => Some(i64::MIN),
        _ => None,
    }
}

fn instant(value: &[u8]) -> Option<(i64, &[u8])> {
    let (date, rest) = value.split_at_checked(10)?;
    let (time, rest) = clock(rest.strip_prefix(b" ")?)?;
    Some((days(date)? * PER_DAY + time, rest))
}

/// Days since 2000-01-01. Years of four digits only: what is further away is rare enough.
fn days(value: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = value else {
        return None;
    };
    let year = 100 * pair(*y1, *y2)? + pair(*y3, *y4)?;
    let (month, day) = (pair(*m1, *m2)?, pair(*d1, *d2)?);
    if year == 0 || !(1..=12).contains(&month) || !(1..=length(year, month)).contains(&day) {
        return None;
    }
    // Years that begin in March have their odd day at the end.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let before_year = 365 * year + year / 4 - year / 100 + year / 400;
    let before_month = (153 * month + 2) / 5;
    Some(before_year + before_month + day - 1 - UNTIL_2000)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Microseconds of `HH:MM:SS[.ffffff]`, and what is behind it.
fn clock(value: &[u8]) -> Option<(i64, &[u8])> {
    let (time, rest) = value.split_first_chunk::<8>()?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = time else {
        return None;
    };
    let (hours, minutes, seconds) = (pair(*h1, *h2)?, pair(*m1, *m2)?, pair(*s1, *s2)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let micros = PER_SECOND * (3600 * hours + 60 * minutes + seconds);
    let Some(fraction) = rest.strip_prefix(b".") else {
        return Some((micros, rest));
    };
    let digits = fraction
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (fraction, rest) = fraction.split_at_checked(digits)?;
    let missing = 6_usize.checked_sub(digits).filter(|missing| *missing < 6)?;
    let fraction = (0..missing).fold(number::<i64>(fraction)?, |value, _| value * 10);
    Some((micros + fraction, rest))
}

/// Seconds of `+05:30`, of `-04`, or of the local times of old, `+00:19:32`.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, zone) = zone.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let seconds = match zone {
        [h1, h2] => 3600 * pair(*h1, *h2)?,
        [h1, h2, b':', m1, m2] => 3600 * pair(*h1, *h2)? + 60 * pair(*m1, *m2)?,
        [h1, h2, b':', m1, m2, b':', s1, s2] => {
            3600 * pair(*h1, *h2)? + 60 * pair(*m1, *m2)? + pair(*s1, *s2)?
        }
        _ => return None,
    };
    Some(sign * seconds)
}

fn pair(tens: u8, ones: u8) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    Some(10 * digit(tens)? + digit(ones)?)
}
