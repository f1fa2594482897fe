//! Bytes as hexadecimal digits: the output format of `bytea` (documentation, section 8.4.1), in columns and in
//! `lowrite`.

/// Digits of the shortest address, `a@b.co`. Fewer are no `bytea` that matters.
pub(super) const FEWEST_DIGITS: usize = 12;

/// How many leading bytes are hexadecimal digits.
pub(super) fn run_length(bytes: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let digits = |block: &[u8]| {
        block
            .iter()
            .fold(true, |all, byte| all & byte.is_ascii_hexdigit())
    };
    let blocks = bytes
        .chunks_exact(BLOCK)
        .take_while(|block| digits(block))
        .count();
    let rest = bytes.get(blocks * BLOCK..).unwrap_or_default();
    blocks * BLOCK
        + rest
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count()
}

/// Appends the bytes that `digits` stand for; a last odd digit, and what is no digit, is left out.
pub(super) fn decode(digits: &[u8], output: &mut Vec<u8>) {
    output.extend(digits.chunks_exact(2).map(|pair| match pair {
        [high, low] => value(*high) << 4 | value(*low),
        _ => 0,
    }));
}

/// Of a hexadecimal digit; without branches, so that it runs on vector instructions.
fn value(digit: u8) -> u8 {
    (digit & 0xf) + (digit >> 6) * 9
}

pub(super) fn encode(bytes: &[u8], upper_case: bool, output: &mut Vec<u8>) {
    let letters = if upper_case { b'A' - 10 } else { b'a' - 10 };
    let digit = |value: u8| value + if value < 10 { b'0' } else { letters };
    output.extend(
        bytes
            .iter()
            .flat_map(|&byte| [digit(byte >> 4), digit(byte & 0xf)]),
    );
}

/// Whether digits are written in upper case, as `PostgreSQL` never does.
pub(super) fn is_upper_case(digits: &[u8]) -> bool {
    digits
        .iter()
        .find(|digit| digit.is_ascii_alphabetic())
        .is_some_and(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(bytes in prop::collection::vec(any::<u8>(), 0..200), upper_case: bool) {
            let (mut digits, mut back) = (Vec::new(), Vec::new());
            encode(&bytes, upper_case, &mut digits);
            decode(&digits, &mut back);
            prop_assert_eq!(&back, &bytes);
            prop_assert_eq!(run_length(&digits), digits.len());
            if digits.iter().any(u8::is_ascii_alphabetic) {
                prop_assert_eq!(is_upper_case(&digits), upper_case);
            }
            digits.extend(b"g12");
            prop_assert_eq!(run_length(&digits), bytes.len() * 2);
        }
    }
}
