//! `mask`: what a value looks like, without what it says.

/// Letters become `x` or `X`, digits `0`, an `@` an `x`, so that no address is left or made; every character stays one.
pub(super) fn mask(value: &[u8], output: &mut Vec<u8>) {
    for chunk in value.utf8_chunks() {
        output.extend(chunk.valid().chars().flat_map(|character| {
            let masked = match character {
                '@' => 'x',
                upper if upper.is_uppercase() => 'X',
                letter if letter.is_alphabetic() => 'x',
                digit if digit.is_numeric() => '0',
                other => other,
            };
            let mut buffer = [0; 4];
            masked.encode_utf8(&mut buffer).as_bytes().to_vec()
        }));
        output.extend(chunk.invalid().iter().map(|_| b'x'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_stay() {
        for (value, expected) in [
            ("+1 (859) 555-0123", "+0 (000) 000-0000"),
            ("Ann O'Neill", "Xxx X'Xxxxx"),
            ("jürgen@Exämple.org", "xxxxxxxXxxxxxx.xxx"),
            ("", ""),
        ] {
            let mut output = Vec::new();
            mask(value.as_bytes(), &mut output);
            assert_eq!(String::from_utf8(output).unwrap(), expected);
        }
        let mut output = Vec::new();
        mask(b"J\xfcrgen", &mut output);
        assert_eq!(output, b"Xxxxxx");
    }
}
