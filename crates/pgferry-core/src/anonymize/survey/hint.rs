//! What the name of a column says, and that of its table.

use super::verdict::Meaning;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// It can hardly mean anything else.
    Strong(Meaning),
    /// It often means this.
    Weak(Meaning),
    /// Identifiers, checksums and the like: what looks random in them is none of anybody's secrets.
    Identifier,
    Nothing,
}

/// Words in the name of a column, as they follow each other. Of those that match, the one with the most words counts,
/// and of these the last.
const PHRASES: [(&str, Meaning); 154] = [
    ("email", Meaning::Email),
    ("e mail", Meaning::Email),
    ("mail", Meaning::Email),
    ("email address", Meaning::Email),
    ("mail address", Meaning::Email),
    ("reply to", Meaning::Email),
    ("full name", Meaning::Name),
    ("fullname", Meaning::Name),
    ("real name", Meaning::Name),
    ("realname", Meaning::Name),
    ("display name", Meaning::Name),
    ("legal name", Meaning::Name),
    ("maiden name", Meaning::LastName),
    ("first name", Meaning::FirstName),
    ("firstname", Meaning::FirstName),
    ("fname", Meaning::FirstName),
    ("given name", Meaning::FirstName),
    ("givenname", Meaning::FirstName),
    ("forename", Meaning::FirstName),
    ("middle name", Meaning::FirstName),
    ("preferred name", Meaning::FirstName),
    ("vorname", Meaning::FirstName),
    ("prenom", Meaning::FirstName),
    ("last name", Meaning::LastName),
    ("lastname", Meaning::LastName),
    ("lname", Meaning::LastName),
    ("surname", Meaning::LastName),
    ("family name", Meaning::LastName),
    ("nachname", Meaning::LastName),
    ("user name", Meaning::Username),
    ("username", Meaning::Username),
    ("nickname", Meaning::Username),
    ("nick name", Meaning::Username),
    ("nick", Meaning::Username),
    ("login", Meaning::Username),
    ("login name", Meaning::Username),
    ("handle", Meaning::Username),
    ("screen name", Meaning::Username),
    ("twitter", Meaning::Username),
    ("instagram", Meaning::Username),
    ("skype", Meaning::Username),
    ("phone", Meaning::Phone),
    ("telephone", Meaning::Phone),
    ("tel", Meaning::Phone),
    ("phone number", Meaning::Phone),
    ("mobile", Meaning::Phone),
    ("mobile number", Meaning::Phone),
    ("cell", Meaning::Phone),
    ("cellphone", Meaning::Phone),
    ("fax", Meaning::Phone),
    ("msisdn", Meaning::Phone),
    ("whatsapp", Meaning::Phone),
    ("telefon", Meaning::Phone),
    ("ip", Meaning::IpAddress),
    ("ipv", Meaning::IpAddress),
    ("ip address", Meaning::IpAddress),
    ("ip addr", Meaning::IpAddress),
    ("ipaddress", Meaning::IpAddress),
    ("remote addr", Meaning::IpAddress),
    ("remote address", Meaning::IpAddress),
    ("client address", Meaning::IpAddress),
    ("client addr", Meaning::IpAddress),
    ("password", Meaning::PasswordHash),
    ("passwd", Meaning::PasswordHash),
    ("pwd", Meaning::PasswordHash),
    ("passphrase", Meaning::PasswordHash),
    ("password hash", Meaning::PasswordHash),
    ("password digest", Meaning::PasswordHash),
    ("pass hash", Meaning::PasswordHash),
    ("encrypted password", Meaning::PasswordHash),
    ("pin code", Meaning::PasswordHash),
    ("token", Meaning::Token),
    ("secret", Meaning::Token),
    ("secret key", Meaning::Token),
    ("api key", Meaning::Token),
    ("apikey", Meaning::Token),
    ("access key", Meaning::Token),
    ("private key", Meaning::Token),
    ("encryption key", Meaning::Token),
    ("signing key", Meaning::Token),
    ("license key", Meaning::Token),
    ("session key", Meaning::Token),
    ("session data", Meaning::Token),
    ("sid", Meaning::Token),
    ("cookie", Meaning::Token),
    ("otp", Meaning::Token),
    ("totp", Meaning::Token),
    ("recovery code", Meaning::Token),
    ("recovery codes", Meaning::Token),
    ("backup codes", Meaning::Token),
    ("reset code", Meaning::Token),
    ("verification code", Meaning::Token),
    ("confirmation code", Meaning::Token),
    ("invite code", Meaning::Token),
    ("credential", Meaning::Token),
    ("credentials", Meaning::Token),
    ("salt", Meaning::Token),
    ("nonce", Meaning::Token),
    ("csrf", Meaning::Token),
    ("street", Meaning::Street),
    ("street address", Meaning::Street),
    ("address", Meaning::Street),
    ("addr", Meaning::Street),
    ("address line", Meaning::Street),
    ("strasse", Meaning::Street),
    ("adresse", Meaning::Street),
    ("zip", Meaning::PostalCode),
    ("zipcode", Meaning::PostalCode),
    ("zip code", Meaning::PostalCode),
    ("postal", Meaning::PostalCode),
    ("postal code", Meaning::PostalCode),
    ("postcode", Meaning::PostalCode),
    ("post code", Meaning::PostalCode),
    ("plz", Meaning::PostalCode),
    ("city", Meaning::City),
    ("town", Meaning::City),
    ("municipality", Meaning::City),
    ("locality", Meaning::City),
    ("village", Meaning::City),
    ("birth place", Meaning::City),
    ("birthplace", Meaning::City),
    ("place of birth", Meaning::City),
    ("company", Meaning::Company),
    ("company name", Meaning::Company),
    ("organization", Meaning::Company),
    ("organisation", Meaning::Company),
    ("employer", Meaning::Company),
    ("business name", Meaning::Company),
    ("firma", Meaning::Company),
    ("dob", Meaning::DateOfBirth),
    ("birth", Meaning::DateOfBirth),
    ("birthday", Meaning::DateOfBirth),
    ("birthdate", Meaning::DateOfBirth),
    ("date of birth", Meaning::DateOfBirth),
    ("birth date", Meaning::DateOfBirth),
    ("born", Meaning::DateOfBirth),
    ("born on", Meaning::DateOfBirth),
    ("born at", Meaning::DateOfBirth),
    ("card number", Meaning::CreditCard),
    ("cardnumber", Meaning::CreditCard),
    ("credit card", Meaning::CreditCard),
    ("cc number", Meaning::CreditCard),
    ("pan", Meaning::CreditCard),
    ("iban", Meaning::Iban),
    ("bank account", Meaning::Iban),
    ("account number", Meaning::Iban),
    ("ssn", Meaning::IdentityNumber),
    ("social security", Meaning::IdentityNumber),
    ("social security number", Meaning::IdentityNumber),
    ("tax id", Meaning::IdentityNumber),
    ("national id", Meaning::IdentityNumber),
    ("passport", Meaning::IdentityNumber),
    ("passport number", Meaning::IdentityNumber),
    ("license number", Meaning::IdentityNumber),
];

/// Notes about somebody, as like as not.
const NOTES: [&str; 14] = [
    "note",
    "notes",
    "comment",
    "comments",
    "message",
    "bio",
    "biography",
    "about",
    "remark",
    "remarks",
    "feedback",
    "memo",
    "reason",
    "complaint",
];

const PICTURES: [&str; 5] = ["avatar", "portrait", "headshot", "selfie", "gravatar"];
/// Pictures of persons in a table of persons, of anything elsewhere.
const IMAGES: [&str; 3] = ["picture", "photo", "image"];

/// They often hold the name of a person.
const PARTS: [&str; 14] = [
    "author",
    "contact",
    "owner",
    "organizer",
    "organiser",
    "host",
    "recipient",
    "sender",
    "attention",
    "guest",
    "teacher",
    "instructor",
    "speaker",
    "artist",
];

/// A word for persons, in the singular.
const PERSONS: [&str; 36] = [
    "user",
    "people",
    "person",
    "customer",
    "member",
    "contact",
    "employee",
    "patient",
    "student",
    "author",
    "profile",
    "account",
    "subscriber",
    "client",
    "guest",
    "attendee",
    "staff",
    "admin",
    "applicant",
    "candidate",
    "donor",
    "volunteer",
    "owner",
    "teacher",
    "driver",
    "participant",
    "registrant",
    "citizen",
    "individual",
    "lead",
    "buyer",
    "seller",
    "recipient",
    "sender",
    "holder",
    "manager",
];

/// A name that ends so is about something else: `password_changed_at`, `phone_type`, `email_verified`.
const ASPECTS: [&str; 39] = [
    "at",
    "on",
    "date",
    "time",
    "count",
    "id",
    "ids",
    "uuid",
    "type",
    "kind",
    "status",
    "state",
    "enabled",
    "verified",
    "confirmed",
    "required",
    "expires",
    "expiry",
    "expiration",
    "attempts",
    "length",
    "size",
    "visible",
    "public",
    "flag",
    "format",
    "version",
    "index",
    "position",
    "order",
    "valid",
    "until",
    "since",
    "hint",
    "policy",
    "strength",
    "label",
    "url",
    "uri",
];

/// One that begins so is a question or a number: `is_phone_public`, `num_addresses`.
const QUESTIONS: [&str; 13] = [
    "is", "has", "can", "show", "hide", "allow", "require", "num", "count", "total", "min", "max",
    "needs",
];

const IDENTIFIERS: [&str; 21] = [
    "id",
    "ids",
    "uuid",
    "guid",
    "slug",
    "checksum",
    "etag",
    "digest",
    "fingerprint",
    "sha",
    "md",
    "hash",
    "version",
    "revision",
    "ref",
    "reference",
    "commit",
    "path",
    "file",
    "filename",
    "key",
];

/// What the column `name` of `table` says; for a place in JSON, `table` is what the place is in.
pub(super) fn hint(table: &str, name: &str) -> Hint {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Hint::Nothing;
    };
    let identifier = if IDENTIFIERS.contains(last) {
        Hint::Identifier
    } else {
        Hint::Nothing
    };
    if QUESTIONS.contains(first) {
        return identifier;
    }
    if let Some((end, meaning)) = phrase(&words) {
        return if end < words.len() && ASPECTS.contains(last) {
            identifier
        } else {
            Hint::Strong(meaning)
        };
    }
    let persons = is_about_persons(table);
    let is_last = |list: &[&str]| list.contains(last);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let aspect = is_last(&ASPECTS) && !matches!(*last, "url" | "uri");
    if !aspect && (has(&PICTURES) || (persons && has(&IMAGES))) {
        return Hint::Strong(Meaning::Portrait);
    }
    if *last == "name" {
        return match words.iter().rev().nth(1) {
            Some(before) if is_person(before) => Hint::Strong(Meaning::Name),
            Some(_) => identifier,
            None if persons => Hint::Strong(Meaning::Name),
            None => Hint::Weak(Meaning::Name),
        };
    }
    if is_last(&NOTES) {
        return Hint::Weak(Meaning::FreeText);
    }
    if is_last(&PARTS) || words.ends_with(&["created", "by"]) || words.ends_with(&["updated", "by"])
    {
        return Hint::Weak(Meaning::Name);
    }
    identifier
}

/// The longest phrase in `words`, and where it ends.
fn phrase(words: &[&str]) -> Option<(usize, Meaning)> {
    let mut best: Option<(usize, usize, Meaning)> = None;
    for (phrase, meaning) in PHRASES {
        let length = phrase.split(' ').count();
        let found = words
            .windows(length)
            .rposition(|window| window.iter().copied().eq(phrase.split(' ')));
        if let Some(start) = found {
            let end = start + length;
            if best.is_none_or(|(longest, until, _)| (length, end) > (longest, until)) {
                best = Some((length, end, meaning));
            }
        }
    }
    best.map(|(_, end, meaning)| (end, meaning))
}

/// Whether a table's rows are persons: the last word of its name is one for persons.
pub(super) fn is_about_persons(table: &str) -> bool {
    words(table).last().is_some_and(|last| is_person(last))
}

fn is_person(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    PERSONS.contains(&word) || PERSONS.contains(&singular)
}

/// `createdAt`, `created_at`, `CREATED-AT` and `created_at2` are `created`, `at`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut characters = name.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        let hump = character.is_uppercase()
            && (before.is_lowercase() || (before.is_uppercase() && after.is_lowercase()));
        if hump || !character.is_alphabetic() {
            words.push(String::new());
        }
        if character.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for (name, expected) in [
            ("createdAt", "created at"),
            ("created_at2", "created at"),
            ("userID", "user id"),
            ("HTTPServerName", "http server name"),
            ("SSN", "ssn"),
            ("Straße 1", "straße"),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn names_say_what_columns_hold() {
        let strong = Hint::Strong;
        let weak = Hint::Weak;
        for (table, name, expected) in [
            ("users", "name", strong(Meaning::Name)),
            ("app_users", "Name", strong(Meaning::Name)),
            ("venues", "name", weak(Meaning::Name)),
            ("user_roles", "name", weak(Meaning::Name)),
            ("orders", "customerName", strong(Meaning::Name)),
            ("files", "file_name", Hint::Nothing),
            ("users", "first_name", strong(Meaning::FirstName)),
            ("users", "lastName", strong(Meaning::LastName)),
            ("users", "nickname", strong(Meaning::Username)),
            ("orders", "contact_phone", strong(Meaning::Phone)),
            ("orders", "phone_type", Hint::Nothing),
            ("users", "is_phone_public", Hint::Nothing),
            ("users", "email_verified", Hint::Nothing),
            ("users", "password_changed_at", Hint::Nothing),
            ("users", "encrypted_password", strong(Meaning::PasswordHash)),
            ("users", "last_ip", strong(Meaning::IpAddress)),
            ("hosts", "ipv4", strong(Meaning::IpAddress)),
            ("users", "email_address", strong(Meaning::Email)),
            ("users", "address1", strong(Meaning::Street)),
            ("users", "token_id", Hint::Identifier),
            ("users", "tax_id", strong(Meaning::IdentityNumber)),
            ("users", "date_of_birth", strong(Meaning::DateOfBirth)),
            ("users", "born_on", strong(Meaning::DateOfBirth)),
            ("users", "birth_place", strong(Meaning::City)),
            ("users", "picture", strong(Meaning::Portrait)),
            ("events", "picture", Hint::Nothing),
            ("events", "avatar_url", strong(Meaning::Portrait)),
            ("events", "title", Hint::Nothing),
            ("events", "admin_note", weak(Meaning::FreeText)),
            ("events", "created_by", weak(Meaning::Name)),
            ("events", "id", Hint::Identifier),
            ("events", "ownerId", Hint::Identifier),
            ("events", "", Hint::Nothing),
        ] {
            assert_eq!(hint(table, name), expected, "{table}.{name}");
        }
    }
}
