//! Dates.

/// `2024-02-29`, with a time too; `29.02.2024`, `2/29/2024`, `2024/02/29`.
pub(super) fn is_date(value: &[u8]) -> bool {
    let length = value
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || b"-./".contains(byte))
        .count();
    let (date, rest) = value.split_at_checked(length).unwrap_or((value, &[]));
    let time = |byte: &u8| byte.is_ascii_digit() || b" :.+-TZBCtz".contains(byte);
    let timed = rest.first().is_some_and(|first| b" Tt".contains(first)) && rest.iter().all(time);
    if !(8..=10).contains(&length) || !(rest.is_empty() || timed) {
        return false;
    }
    let Some(separator) = date.iter().find(|byte| !byte.is_ascii_digit()) else {
        return false;
    };
    let mut parts = date.split(|byte| byte == separator).map(number);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some((year, 4))), Some(Some((month, 2))), Some(Some((day, 2))), None) => {
            *separator != b'.' && is_day(year, month, day)
        }
        (Some(Some((one, 1..=2))), Some(Some((other, 1..=2))), Some(Some((year, 4))), None) => {
            is_day(year, one, other) || is_day(year, other, one)
        }
        _ => false,
    }
}

/// Up to four digits, and how many there are.
fn number(text: &[u8]) -> Option<(u32, usize)> {
    if text.len() > 4 {
        return None;
    }
    let number = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some((number, text.len()))
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    (1000..=2999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}
