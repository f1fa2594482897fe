//! Numbers, and numbers of telephones.

/// An integer or a decimal number.
pub(super) fn is_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let mut parts = digits.split(|byte| *byte == b'.');
    let whole = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.next().is_some_and(whole) && parts.next().is_none_or(whole) && parts.next().is_none()
}

/// A number as people write it: with a plus, or in groups. Bare digits only say that they are digits.
pub(super) fn is_phone(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"tel:").unwrap_or(value);
    let value = without_extension(value);
    let (international, rest) = match value.strip_prefix(b"+") {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let allowed = |byte: &u8| byte.is_ascii_digit() || b" -./()".contains(byte);
    if value.len() > 30 || !rest.iter().all(allowed) {
        return false;
    }
    let groups: Vec<&[u8]> = rest
        .split(|byte| !byte.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    if international {
        return (8..=15).contains(&digits)
            && rest
                .first()
                .is_some_and(|first| b"(123456789".contains(first));
    }
    let bracketed = rest.first() == Some(&b'(') && rest.contains(&b')');
    if !(7..=15).contains(&digits) || is_grouped_otherwise(&groups) {
        return false;
    }
    let dots = rest.contains(&b'.');
    match groups.as_slice() {
        [first, last] => {
            let trunk = bracketed || first.first() == Some(&b'0');
            !dots
                && if trunk {
                    (2..=5).contains(&first.len()) && (4..=8).contains(&last.len())
                } else {
                    first.len() == 3 && last.len() == 4
                }
        }
        [first, middle @ .., last] => {
            first.len() <= 5
                && middle.iter().all(|group| (2..=5).contains(&group.len()))
                && (2..=6).contains(&last.len())
        }
        _ => false,
    }
}

/// `… ext. 12`, `…x12`
fn without_extension(value: &[u8]) -> &[u8] {
    let digits = value
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let before = value.get(..value.len() - digits).unwrap_or_default();
    let lower = before.trim_ascii_end().to_ascii_lowercase();
    if digits == 0 || digits > 6 {
        return value;
    }
    let length = [b"ext.".as_slice(), b"ext", b"x", b"#"]
        .iter()
        .find_map(|mark| lower.strip_suffix(*mark))
        .map(<[u8]>::len);
    match length {
        Some(length) => value.get(..length).unwrap_or_default().trim_ascii_end(),
        None => value,
    }
}

/// Dates, and social security numbers.
fn is_grouped_otherwise(groups: &[&[u8]]) -> bool {
    let lengths: Vec<usize> = groups.iter().take(3).map(|group| group.len()).collect();
    match lengths.as_slice() {
        [4, 2, 2] | [1 | 2, 1 | 2, 4] => true,
        [3, 2, 4] => groups.len() == 3,
        _ => false,
    }
}
