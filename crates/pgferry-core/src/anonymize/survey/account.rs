//! Numbers of cards, bank accounts and persons, which carry check digits or fixed patterns.

use super::place::pattern;

/// 13 to 19 digits, bare or in groups, with the check digit of ISO/IEC 7812 (Luhn) and a first digit that cards have.
pub(super) fn is_credit_card(value: &[u8]) -> bool {
    let digits: Vec<u8> = value
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| byte - b'0')
        .collect();
    let separators = value.len() - digits.len();
    let allowed = |byte: &u8| byte.is_ascii_digit() || b" -".contains(byte);
    let varied = digits.iter().any(|digit| Some(digit) != digits.first());
    if !(13..=19).contains(&digits.len())
        || separators > 4
        || !varied
        || !value.iter().all(allowed)
        || !matches!(digits.first(), Some(2..=6))
    {
        return false;
    }
    let grouped = value
        .split(|byte| b" -".contains(byte))
        .all(|group| (3..=6).contains(&group.len()));
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit @ 5..) => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    (separators == 0 || grouped) && sum.is_multiple_of(10)
}

/// ISO 13616: a country, two check digits, up to 30 letters and digits; the whole is 1 modulo 97.
pub(super) fn is_iban(value: &[u8]) -> bool {
    let text: Vec<u8> = value.iter().copied().filter(|byte| *byte != b' ').collect();
    let Some((head, body)) = text.split_at_checked(4) else {
        return false;
    };
    let [one, two, three, four] = head else {
        return false;
    };
    let begins = one.is_ascii_uppercase()
        && two.is_ascii_uppercase()
        && three.is_ascii_digit()
        && four.is_ascii_digit();
    if !(15..=34).contains(&text.len()) || !begins {
        return false;
    }
    let mut rest = 0;
    for byte in body.iter().chain(head) {
        match byte {
            b'0'..=b'9' => rest = (rest * 10 + u32::from(byte - b'0')) % 97,
            b'A'..=b'Z' => rest = (rest * 100 + u32::from(byte - b'A') + 10) % 97,
            _ => return false,
        }
    }
    rest == 1
}

/// `ddd-dd-dddd` (USA) with numbers that are given, or two letters, six digits and a letter (United Kingdom).
pub(super) fn is_identity_number(value: &[u8]) -> bool {
    if value.len() > 13 {
        return false;
    }
    match pattern(value).as_slice() {
        b"999-99-9999" => {
            !matches!(
                value,
                [b'9', ..] | [b'0', b'0', b'0', ..] | [b'6', b'6', b'6', ..]
            ) && !value.ends_with(b"0000")
        }
        b"AA999999A" | b"AA 99 99 99 A" => matches!(value.last(), Some(b'A'..=b'D')),
        _ => false,
    }
}
