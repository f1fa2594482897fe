//! What an address becomes.
//!
//! `nobody@example.com`, or `nobody+TOKEN@example.com` where two addresses must not become one. TOKEN is 12 characters of
//! `a-z2-7`: the first 60 bits of HMAC-SHA256 under a secret key, over the address in its decoded form with A-Z folded to
//! a-z. So the same person has the same token in every column and in every backup made with the key, and among ten
//! million addresses two meet with a probability of 1 in 20,000.
//!
//! Addresses that differ in nothing but case differ in nothing but case afterwards: one in lower case alone has a
//! pseudonym in lower case alone, in those of the others, letters of the token and of the domain are upper case as the
//! HMAC of the address as it stands says. So a key that tells case apart holds, one that doesn't (`lower(email)`, citext)
//! holds too, and what was equal with case left aside still is. Of some twenty letters, two spellings of one address get
//! the same with a probability of 1 in 900,000.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Local part of all pseudonyms, before the token.
pub(super) const LOCAL: &[u8] = b"nobody";
/// A domain that is reserved for examples (RFC 2606) and takes no mail.
pub(super) const DOMAIN: &[u8; 11] = b"example.com";
/// The alphabet of RFC 4648's base 32, in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a token.
pub(super) const TOKEN_LENGTH: usize = 12;

/// The secret that pseudonyms depend on. Who holds it can tell which pseudonym belongs to a known address, so it stays
/// on the host and never enters an artefact.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// A key of any length; 32 random bytes are best.
    pub fn new(secret: &[u8]) -> Self {
        // HMAC hashes what is longer than a block and fills up what is shorter, as RFC 2104 says.
        let mut block = [0_u8; 64];
        if let Some(room) = block.get_mut(..secret.len()) {
            room.copy_from_slice(secret);
        } else {
            use sha2::Digest;
            for (room, byte) in block.iter_mut().zip(Sha256::digest(secret)) {
                *room = byte;
            }
        }
        Self(Hmac::new(&block.into()))
    }

    /// HMAC-SHA256 over `parts`, in a row.
    pub(super) fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = self.0.clone();
        for part in parts {
            hash.update(part);
        }
        hash.finalize().into_bytes().into()
    }

    /// The first 64 bits of [`Key::hash`].
    pub(super) fn number(&self, parts: &[&[u8]]) -> u64 {
        self.hash(parts)
            .iter()
            .take(8)
            .fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    /// The token of an address. Of ASCII, case makes no difference.
    pub(super) fn token(&self, address: &[u8]) -> [u8; TOKEN_LENGTH] {
        let mut folded = [0_u8; 128];
        let bits = match folded.get_mut(..address.len()) {
            Some(folded) => {
                folded.copy_from_slice(address);
                folded.make_ascii_lowercase();
                self.number(&[folded])
            }
            None => self.number(&[&address.to_ascii_lowercase()]),
        };
        let mut shift = 64;
        [(); TOKEN_LENGTH].map(|()| {
            shift -= 5;
            let digit = usize::try_from(bits >> shift & 31).unwrap_or_default();
            ALPHABET.get(digit).copied().unwrap_or_default()
        })
    }

    /// Token and domain of an address's pseudonym, in an upper and lower case that depends on the address's own.
    pub(super) fn parts(&self, address: &[u8]) -> ([u8; TOKEN_LENGTH], [u8; DOMAIN.len()]) {
        let (mut token, mut domain) = (self.token(address), *DOMAIN);
        if address.iter().any(u8::is_ascii_uppercase) {
            let mut bits = self.number(&[b"case\0", address]);
            let mut any = false;
            for letter in token.iter_mut().chain(&mut domain) {
                if letter.is_ascii_lowercase() {
                    if bits & 1 == 1 {
                        letter.make_ascii_uppercase();
                        any = true;
                    }
                    bits >>= 1;
                }
            }
            // It must not look like the one in lower case.
            if !any {
                domain.make_ascii_uppercase();
            }
        }
        (token, domain)
    }
}

/// Says nothing of the secret.
impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// Whether a decoded address is a pseudonym already.
pub(super) fn is_pseudonym(address: &[u8]) -> bool {
    let Some(rest) = address.strip_prefix(LOCAL) else {
        return false;
    };
    match rest.split_first() {
        Some((b'+', rest)) => rest.split_at_checked(TOKEN_LENGTH).is_some_and(|parts| {
            let is_of_token = |c: &u8| ALPHABET.contains(&c.to_ascii_lowercase());
            parts.0.iter().all(is_of_token)
                && matches!(parts.1.split_first(), Some((b'@', domain)) if domain.eq_ignore_ascii_case(DOMAIN))
        }),
        Some((b'@', domain)) => domain == DOMAIN,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_depend_on_key_and_address_but_not_on_case() {
        let key = Key::new(b"secret");
        let token = key.token(b"Ann@Example.org");
        assert_eq!(token, key.token(b"ann@example.org"));
        assert_ne!(token, key.token(b"ann@example.net"));
        assert_ne!(token, Key::new(b"Secret").token(b"ann@example.org"));
        assert_eq!(
            token.as_slice(),
            Key::new(b"secret").token(b"ann@example.org")
        );
        let long = [b'a'; 200];
        assert_eq!(key.token(&long), key.token(&[b'A'; 200]));
    }

    #[test]
    fn addresses_that_differ_in_case_get_pseudonyms_that_differ_in_case() {
        let key = Key::new(b"secret");
        let of = |address: &str| {
            let (token, domain) = key.parts(address.as_bytes());
            let text = [LOCAL, b"+", &token, b"@", &domain].concat();
            assert!(is_pseudonym(&text), "{address}");
            String::from_utf8(text).unwrap()
        };
        assert_eq!(
            of("ann@example.org"),
            "nobody+kzwlmlpsjept@example.com",
            "in lower case as ever"
        );
        let spellings: Vec<String> = (0..1 << 3)
            .map(|upper| {
                let letters = "ann".chars().enumerate();
                let local = letters.map(|(at, letter)| match upper >> at & 1 {
                    1 => letter.to_ascii_uppercase(),
                    _ => letter,
                });
                of(&format!("{}@example.org", local.collect::<String>()))
            })
            .collect();
        let apart: std::collections::BTreeSet<&String> = spellings.iter().collect();
        assert_eq!(apart.len(), spellings.len());
        let folded: std::collections::BTreeSet<String> = spellings
            .iter()
            .map(|pseudonym| pseudonym.to_ascii_lowercase())
            .collect();
        assert_eq!(folded.len(), 1);
    }

    /// `printf ann@example.org | openssl dgst -sha256 -hmac secret -binary | base32 | tr A-Z a-z | head -c 12`
    #[test]
    fn a_token_is_base_32_of_hmac_sha256() {
        assert_eq!(
            std::str::from_utf8(&Key::new(b"secret").token(b"ann@example.org")).unwrap(),
            "kzwlmlpsjept"
        );
    }

    #[test]
    fn pseudonyms_are_known() {
        for own in [
            "nobody@example.com",
            "nobody+abcdefghij27@example.com",
            "nobody+aBCdefghiJ27@eXample.COM",
        ] {
            assert!(is_pseudonym(own.as_bytes()), "{own}");
        }
        for other in [
            "Nobody@example.com",
            "nobody@Example.com",
            "Nobody+abcdefghij27@example.com",
            "nobody+abcdefghij27@example.comx",
            "nobody+@example.com",
            "nobody+abc@example.com",
            "nobody+abcdefghij28@example.com",
            "x",
        ] {
            assert!(!is_pseudonym(other.as_bytes()), "{other}");
        }
    }
}
