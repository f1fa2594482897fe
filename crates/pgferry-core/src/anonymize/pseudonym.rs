//! What an address becomes.
//!
//! `nobody@example.com`, or `nobody+TOKEN@example.com` where two addresses must not become one. TOKEN is 12 characters of
//! `a-z2-7`: the first 60 bits of HMAC-SHA256 under a secret key, over the address in its decoded form with A-Z folded to
//! a-z. So the same person has the same token in every column and in every backup made with the key, and among ten
//! million addresses two meet with a probability of 1 in 20,000.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Local part of all pseudonyms, before the token.
pub(super) const LOCAL: &[u8] = b"nobody";
/// A domain that is reserved for examples (RFC 2606) and takes no mail.
pub(super) const DOMAIN: &[u8] = b"example.com";
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
    let Some(rest) = rest
        .strip_suffix(DOMAIN)
        .and_then(|rest| rest.strip_suffix(b"@"))
    else {
        return false;
    };
    match rest.split_first() {
        None => true,
        Some((plus, token)) => {
            *plus == b'+'
                && token.len() == TOKEN_LENGTH
                && token.iter().all(|c| ALPHABET.contains(c))
        }
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
        for own in ["nobody@example.com", "nobody+abcdefghij27@example.com"] {
            assert!(is_pseudonym(own.as_bytes()), "{own}");
        }
        for other in [
            "Nobody@example.com",
            "nobody+@example.com",
            "nobody+abc@example.com",
            "nobody+abcdefghij28@example.com",
            "x",
        ] {
            assert!(!is_pseudonym(other.as_bytes()), "{other}");
        }
    }
}
