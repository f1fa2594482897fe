//! What one value looks like.

use serde::Serialize;

use super::makeup::Makeup;
use super::{account, address, date, number, person, place, secret};

/// Longer values are looked at as text only.
const LONGEST_WORD: usize = 512;

/// What a value looks like. A value may look like several things: five digits are a number and a postal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// An email address, also as `Name <address>`.
    Email,
    /// IPv4 or IPv6, with or without a prefix length.
    IpAddress,
    Url,
    Uuid,
    /// `$2b$…`, `$argon2id$…`, `pbkdf2_sha256$…` and the like.
    PasswordHash,
    /// As long as MD5 or a SHA in hexadecimal digits.
    Digest,
    /// A JSON web token, a private key, an API key with a known prefix.
    Token,
    /// Twenty characters or more that no one has thought up.
    Random,
    Phone,
    /// Two to four words that could be the name of a person.
    PersonName,
    /// It begins with a common given name.
    GivenName,
    /// One to five words, capitalised.
    Capitalised,
    /// It ends in Inc., Ltd. and the like.
    Company,
    /// A street with a house number, or a post office box.
    Street,
    PostalCode,
    /// A date, or a date and a time.
    Date,
    /// Of the right length and with the right check digit.
    CreditCard,
    /// With the right check digits.
    Iban,
    /// A social security number of the USA or a national insurance number of the United Kingdom.
    IdentityNumber,
    /// Six words or more.
    FreeText,
    /// An object or an array.
    Json,
    Number,
}

impl Look {
    pub const ALL: [Self; 22] = [
        Self::Email,
        Self::IpAddress,
        Self::Url,
        Self::Uuid,
        Self::PasswordHash,
        Self::Digest,
        Self::Token,
        Self::Random,
        Self::Phone,
        Self::PersonName,
        Self::GivenName,
        Self::Capitalised,
        Self::Company,
        Self::Street,
        Self::PostalCode,
        Self::Date,
        Self::CreditCard,
        Self::Iban,
        Self::IdentityNumber,
        Self::FreeText,
        Self::Json,
        Self::Number,
    ];
}

/// Some looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looks(u32);

impl Looks {
    pub(super) fn add(&mut self, look: Look) {
        self.0 |= 1 << (look as u32);
    }

    pub(super) fn add_all(&mut self, others: Self) {
        self.0 |= others.0;
    }

    pub(super) fn has(self, look: Look) -> bool {
        self.0 & (1 << (look as u32)) != 0
    }
}

type Recogniser = fn(&[u8]) -> bool;

/// What `value` looks like; of an array (`{…}`) what any of its first elements does.
pub(super) fn looks(value: &[u8]) -> Looks {
    let value = value.trim_ascii();
    let inside = value
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"));
    match inside {
        // A GUID in braces, or `{SSHA}…`, which does not end so.
        Some(inside) if !address::is_uuid(value) => {
            let mut all = Looks::default();
            // What is quoted by its comma or backslash is good enough in pieces.
            for element in inside.split(|byte| *byte == b',').take(8) {
                let element = element.strip_prefix(b"\"").unwrap_or(element);
                all.add_all(single(element.strip_suffix(b"\"").unwrap_or(element)));
            }
            all
        }
        _ => single(value),
    }
}

fn single(value: &[u8]) -> Looks {
    let mut looks = Looks::default();
    if value.is_empty() {
        return looks;
    }
    let makeup = Makeup::of(value);
    if makeup.is_free_text() {
        looks.add(Look::FreeText);
    }
    if secret::is_token(value) {
        looks.add(Look::Token);
        return looks;
    }
    if value.len() > LONGEST_WORD {
        return looks;
    }
    let recognised = if makeup.at_signs > 0 && address::is_email(value) {
        Some(Look::Email)
    } else if address::is_url(value) {
        Some(Look::Url)
    } else if address::is_uuid(value) {
        Some(Look::Uuid)
    } else if address::is_ip(value) {
        Some(Look::IpAddress)
    } else if secret::is_password_hash(value) {
        Some(Look::PasswordHash)
    } else if secret::is_digest(value) {
        Some(Look::Digest)
    } else if account::is_iban(value) {
        Some(Look::Iban)
    } else if date::is_date(value) {
        Some(Look::Date)
    } else if secret::is_random(value, &makeup) {
        Some(Look::Random)
    } else {
        None
    };
    if let Some(look) = recognised {
        looks.add(look);
        return looks;
    }
    if makeup.digits > 0 {
        let checks: [(Look, Recogniser); 6] = [
            (Look::Number, number::is_number),
            (Look::Phone, number::is_phone),
            (Look::CreditCard, account::is_credit_card),
            (Look::IdentityNumber, account::is_identity_number),
            (Look::PostalCode, place::is_postal_code),
            (Look::Street, place::is_street),
        ];
        for (look, _) in checks.iter().filter(|(_, is)| is(value)) {
            looks.add(*look);
        }
    }
    if makeup.upper + makeup.beyond > 0 && value.len() <= 100 {
        person::looks(&String::from_utf8_lossy(value), &mut looks);
    }
    looks
}
