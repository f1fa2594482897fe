//! `numeric`: groups of four decimal digits, aligned to the decimal point.
//!
//! On the wire (`numeric_send`): the number of groups, the weight of the first (0 if it stands right before the point), the
//! sign, and how many digits stand behind the point; two bytes each. Then the groups, without those of zeros at either end.

const POSITIVE: u16 = 0;
const NEGATIVE: u16 = 0x4000;
const NOT_A_NUMBER: u16 = 0xc000;

/// Decimal digits of a group.
const GROUP: usize = 4;

/// Appends what is written as digits, with a point or without.
pub(super) fn write(value: &[u8], output: &mut Vec<u8>) -> Option<()> {
    if value == b"NaN" {
        header(0, 0, NOT_A_NUMBER, 0, output);
        return Some(());
    }
    let (sign, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (NEGATIVE, digits),
        None => (POSITIVE, value),
    };
    let mut halves = digits.splitn(2, |byte| *byte == b'.');
    let (whole, fraction) = (halves.next()?, halves.next());
    let is_digits = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    if !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return None;
    }
    let fraction = fraction.unwrap_or_default();
    let scale = i16::try_from(fraction.len()).ok()?;

    let start = output.len();
    header(0, 0, sign, scale, output);
    // Of the first group that is not zero, and how many there are up to the last that is not.
    let (mut first, mut written, mut until) = (None, 0_usize, 0);
    let before = i16::try_from(whole.len().div_ceil(GROUP)).ok()?;
    let (head, tail) = whole.split_at_checked(whole.len() % GROUP)?;
    let groups = std::iter::once(head)
        .filter(|head| !head.is_empty())
        .chain(tail.chunks(GROUP))
        .map(|group| (group, 0))
        .chain(
            fraction
                .chunks(GROUP)
                .map(|group| (group, GROUP - group.len())),
        );
    for (position, (group, missing)) in groups.enumerate() {
        let digits = group
            .iter()
            .fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
        let group = (0..missing).fold(digits, |value, _| value * 10);
        if group == 0 && first.is_none() {
            continue;
        }
        first.get_or_insert(position);
        output.extend_from_slice(&group.to_be_bytes());
        written += 1;
        if group != 0 {
            until = written;
        }
    }
    output.truncate(start + HEADER + 2 * until);
    let count = i16::try_from(until).ok()?;
    let (weight, sign) = match first {
        Some(first) => (before - 1 - i16::try_from(first).ok()?, sign),
        // There is one zero only.
        None => (0, POSITIVE),
    };
    let mut fields = Vec::with_capacity(HEADER);
    header(count, weight, sign, scale, &mut fields);
    output
        .get_mut(start..)?
        .get_mut(..HEADER)?
        .copy_from_slice(&fields);
    Some(())
}

const HEADER: usize = 8;

fn header(count: i16, weight: i16, sign: u16, scale: i16, output: &mut Vec<u8>) {
    output.extend_from_slice(&count.to_be_bytes());
    output.extend_from_slice(&weight.to_be_bytes());
    output.extend_from_slice(&sign.to_be_bytes());
    output.extend_from_slice(&scale.to_be_bytes());
}
