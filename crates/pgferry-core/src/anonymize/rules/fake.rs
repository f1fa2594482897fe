//! `fake`: something made up, the same for the same value.

use fake::Fake as _;
use fake::faker::address::en::{BuildingNumber, CityName, StreetName};
use fake::faker::company::en::CompanyName;
use fake::faker::lorem::en::Word;
use fake::faker::name::en::{FirstName, LastName, Name};
use fake::faker::phone_number::en::PhoneNumber;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::super::pseudonym::Key;
use super::settings::Fake;

/// Something made up in place of `value`.
pub(super) fn fake(kind: Fake, key: &Key, value: &[u8]) -> String {
    // A generator that gives the same numbers in every version.
    let mut random = ChaCha8Rng::from_seed(key.hash(&[b"fake\0", value]));
    let random = &mut random;
    match kind {
        Fake::Name => Name().fake_with_rng(random),
        Fake::FirstName => FirstName().fake_with_rng(random),
        Fake::LastName => LastName().fake_with_rng(random),
        Fake::Phone => PhoneNumber().fake_with_rng(random),
        Fake::Street => {
            let number: String = BuildingNumber().fake_with_rng(random);
            format!(
                "{number} {}",
                StreetName().fake_with_rng::<String, _>(random)
            )
        }
        Fake::City => CityName().fake_with_rng(random),
        Fake::Company => CompanyName().fake_with_rng(random),
        // 10.0.0.0/8 is nobody's address (RFC 1918).
        Fake::Ipv4 => {
            let [a, b, c] = random.random::<[u8; 3]>();
            format!("10.{a}.{b}.{c}")
        }
        Fake::Uuid => uuid(random.random()),
        Fake::Text => {
            let length = String::from_utf8_lossy(value).chars().count();
            let mut text = String::new();
            while text.len() < length {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&Word().fake_with_rng::<String, _>(random));
            }
            text.truncate(length);
            // A blank at the end would be lost in a column of type character.
            if text.ends_with(' ') {
                text.pop();
                text.push('.');
            }
            text
        }
    }
}

/// A UUID of version 4 (RFC 9562) of these bytes, but for the six bits that say so.
pub(super) fn uuid(mut bytes: [u8; 16]) -> String {
    if let Some(version) = bytes.get_mut(6) {
        *version = *version & 0x0f | 0x40;
    }
    if let Some(variant) = bytes.get_mut(8) {
        *variant = *variant & 0x3f | 0x80;
    }
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    let mut text = String::with_capacity(36);
    for (number, byte) in bytes.into_iter().enumerate() {
        if matches!(number, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_for_the_same() {
        let key = Key::new(b"test");
        for kind in [
            Fake::Name,
            Fake::FirstName,
            Fake::LastName,
            Fake::Phone,
            Fake::Street,
            Fake::City,
            Fake::Company,
            Fake::Ipv4,
            Fake::Uuid,
            Fake::Text,
        ] {
            let made = |key: &Key, value: &str| fake(kind, key, value.as_bytes());
            let one = made(&key, "Ann Example of Lexington");
            assert!(!one.is_empty() && !one.contains('@'), "{one}");
            assert_eq!(one, made(&key, "Ann Example of Lexington"));
            let others = (0..20)
                .filter(|number| made(&key, &format!("Bob {number}")) == one)
                .count();
            assert!(others < 5, "{kind:?}: {one}");
            assert!(made(&Key::new(b"other"), "x").len() < 200);
        }
        for length in 0..100 {
            assert_eq!(
                fake(Fake::Text, &key, "ä".repeat(length).as_bytes())
                    .chars()
                    .count(),
                length
            );
        }
        let uuid = fake(Fake::Uuid, &key, b"x");
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.chars().nth(14), Some('4'));
        assert!(
            fake(Fake::Ipv4, &key, b"x")
                .parse::<std::net::Ipv4Addr>()
                .unwrap()
                .is_private()
        );
    }
}
