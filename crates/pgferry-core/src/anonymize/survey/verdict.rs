//! What a column seems to hold, by its values and by its name.
//!
//! Thresholds are shares of the values that were looked at:
//!
//! - Values that cannot be much else (password hashes, tokens, addresses of networks, telephone numbers, cards, bank
//!   accounts, identity numbers, streets): half of the values make it likely, a twentieth possible; a tenth makes it
//!   likely if the name of the column says the same.
//! - A name of a column that can hardly mean anything else: likely if a fifth of the values look like that, or if it is one
//!   of the kinds that look like anything (user names, passwords, tokens); else possible. Nothing if half of the values
//!   are something else altogether (numbers, dates, UUIDs, URLs, documents, email addresses).
//! - A name that often means a person (`name`, `author`): likely if half of the values could be names and a tenth begins
//!   with a common given name, possible without given names.
//! - No help from the name: likely if of ten values or more six tenths could be names and three tenths begin with a given
//!   name; given names alone: half.
//! - Values that only look random: possible at eight tenths, unless the column is named like an identifier or is a key.

use serde::Serialize;

use super::hint::Hint;
use super::look::Look;
use super::tally::Tally;

/// What a column seems to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Replaced without a rule.
    Email,
    /// Names of persons.
    Name,
    FirstName,
    LastName,
    Username,
    Phone,
    IpAddress,
    PasswordHash,
    Token,
    Street,
    PostalCode,
    City,
    Company,
    DateOfBirth,
    CreditCard,
    Iban,
    IdentityNumber,
    /// URLs or files of pictures of persons.
    Portrait,
    /// Text in which persons may be named.
    FreeText,
}

/// How sure a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Worth a look.
    Possible,
    Likely,
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    Values,
    /// The name of the column.
    Name,
    /// Its type.
    Type,
}

/// What a column seems to hold, and why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Verdict {
    pub meaning: Meaning,
    pub confidence: Confidence,
    pub evidence: Evidence,
    /// Of the values that were looked at, those that look like it; from 0 to 1.
    pub share: f64,
}

/// What values of a column's type can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Json,
    /// `inet`, `cidr`
    Network,
    Uuid,
    /// Dates and timestamps.
    Date,
    Bytes,
    /// An array of text.
    Array,
    /// Numbers, truth values, enums.
    Plain,
    /// Nothing that a rule could be for: XML, rows, words to search for.
    Other,
    /// The dump does not say.
    Unknown,
}

/// Values that look so mean this.
const CLEAR: [(Look, Meaning); 8] = [
    (Look::PasswordHash, Meaning::PasswordHash),
    (Look::Token, Meaning::Token),
    (Look::Iban, Meaning::Iban),
    (Look::IdentityNumber, Meaning::IdentityNumber),
    (Look::CreditCard, Meaning::CreditCard),
    (Look::Phone, Meaning::Phone),
    (Look::IpAddress, Meaning::IpAddress),
    (Look::Street, Meaning::Street),
];

/// So few values say little about names.
const FEW: u64 = 10;

/// What a column with this name and type seems to hold; `keyed`: its values are unique, or tied to ones that are.
pub(super) fn verdict(tally: &Tally, hint: Hint, holds: Holds, keyed: bool) -> Option<Verdict> {
    if tally.examined == 0 {
        return None;
    }
    let judge = Judge { tally, keyed };
    match holds {
        Holds::Text | Holds::Array | Holds::Unknown => judge.text(hint),
        Holds::Network => Some(judge.by(
            Meaning::IpAddress,
            Confidence::Likely,
            Evidence::Type,
            Look::IpAddress,
        )),
        Holds::Date => match hint {
            Hint::Strong(Meaning::DateOfBirth) => Some(judge.by(
                Meaning::DateOfBirth,
                Confidence::Likely,
                Evidence::Name,
                Look::Date,
            )),
            _ => None,
        },
        Holds::Bytes | Holds::Uuid => match hint {
            Hint::Strong(meaning @ (Meaning::PasswordHash | Meaning::Token)) => Some(Verdict {
                meaning,
                confidence: Confidence::Likely,
                evidence: Evidence::Name,
                share: 0.0,
            }),
            _ => None,
        },
        // What rules could make of numbers is little.
        Holds::Plain => match hint {
            Hint::Strong(
                meaning @ (Meaning::Phone
                | Meaning::IdentityNumber
                | Meaning::CreditCard
                | Meaning::PostalCode),
            ) => Some(judge.by(meaning, Confidence::Possible, Evidence::Name, Look::Number)),
            _ => None,
        },
        Holds::Json | Holds::Other => None,
    }
}

struct Judge<'a> {
    tally: &'a Tally,
    keyed: bool,
}

impl Judge<'_> {
    fn share(&self, look: Look) -> f64 {
        ratio(self.tally.seen(look), self.tally.examined)
    }

    fn by(
        &self,
        meaning: Meaning,
        confidence: Confidence,
        evidence: Evidence,
        look: Look,
    ) -> Verdict {
        Verdict {
            meaning,
            confidence,
            evidence,
            share: self.share(look),
        }
    }

    fn text(&self, hint: Hint) -> Option<Verdict> {
        let by_values = self.clear(hint);
        if let Some(verdict) = by_values
            && verdict.confidence == Confidence::Likely
        {
            return by_values;
        }
        if self.share(Look::Email) >= 0.5 {
            return by_values.or(Some(self.by(
                Meaning::Email,
                Confidence::Likely,
                Evidence::Values,
                Look::Email,
            )));
        }
        let named = match hint {
            Hint::Strong(meaning) => self.strong(meaning),
            Hint::Weak(Meaning::FreeText) => self.notes(),
            Hint::Weak(_) => self.weak(),
            Hint::Identifier | Hint::Nothing => None,
        };
        named
            .or_else(|| self.unnamed())
            .or(by_values)
            .or_else(|| self.random(hint))
    }

    /// Values that cannot be much else.
    fn clear(&self, hint: Hint) -> Option<Verdict> {
        let (look, meaning) = CLEAR
            .into_iter()
            .max_by(|(one, _), (other, _)| self.share(*one).total_cmp(&self.share(*other)))?;
        let share = self.share(look);
        let confidence = match share {
            0.5.. => Confidence::Likely,
            0.1.. if hint == Hint::Strong(meaning) => Confidence::Likely,
            0.05.. => Confidence::Possible,
            _ => return None,
        };
        Some(self.by(meaning, confidence, Evidence::Values, look))
    }

    /// The name can hardly mean anything else.
    fn strong(&self, meaning: Meaning) -> Option<Verdict> {
        use Look::{
            Capitalised, Company, CreditCard, Date, Digest, GivenName, Iban, IdentityNumber,
            IpAddress, Number, PersonName, Phone, PostalCode, Random, Street, Url,
        };
        let looks: &[Look] = match meaning {
            // Replaced without a rule, and whatever is none is no address.
            Meaning::Email => return None,
            Meaning::Name => &[PersonName, Capitalised, GivenName],
            Meaning::FirstName | Meaning::LastName | Meaning::City => &[Capitalised, GivenName],
            Meaning::Username | Meaning::FreeText => &[],
            Meaning::Phone => &[Phone, Number],
            Meaning::IpAddress => &[IpAddress],
            Meaning::PasswordHash => &[Look::PasswordHash, Digest, Random],
            Meaning::Token => &[Look::Token, Random, Digest, Look::Uuid],
            Meaning::Street => &[Street, Capitalised, PersonName],
            Meaning::PostalCode => &[PostalCode],
            Meaning::Company => &[Company, Capitalised],
            Meaning::DateOfBirth => &[Date],
            Meaning::CreditCard => &[CreditCard, Number],
            Meaning::Iban => &[Iban, Number],
            Meaning::IdentityNumber => &[IdentityNumber, Number],
            Meaning::Portrait => &[Url],
        };
        let share = looks
            .iter()
            .map(|look| self.share(*look))
            .fold(0.0, f64::max);
        let anything = matches!(
            meaning,
            Meaning::Username | Meaning::PasswordHash | Meaning::Token | Meaning::Portrait
        );
        let others = [Number, Date, Look::Uuid, Url, Look::Json];
        // Codes of all kinds may be numbers, though few numbers are codes.
        let code = matches!(
            meaning,
            Meaning::PostalCode | Meaning::PasswordHash | Meaning::Token
        );
        let beside = |look: &Look| *look == Number && code;
        let other = others
            .into_iter()
            .filter(|look| !looks.contains(look) && !beside(look));
        let other: f64 = other.map(|look| self.share(look)).sum();
        if other >= 0.5 {
            return None;
        }
        let confidence = if share >= 0.2 || anything {
            Confidence::Likely
        } else {
            Confidence::Possible
        };
        Some(Verdict {
            meaning,
            confidence,
            evidence: Evidence::Name,
            share,
        })
    }

    /// The name is one that names of persons often stand under.
    fn weak(&self) -> Option<Verdict> {
        let confidence = match (self.share(Look::PersonName), self.share(Look::GivenName)) {
            (0.5.., 0.1..) => Confidence::Likely,
            (0.5.., _) => Confidence::Possible,
            _ => return None,
        };
        Some(self.by(
            Meaning::Name,
            confidence,
            Evidence::Values,
            Look::PersonName,
        ))
    }

    fn notes(&self) -> Option<Verdict> {
        let others = [Look::Number, Look::Date, Look::Uuid, Look::Url, Look::Json];
        let other: f64 = others.into_iter().map(|look| self.share(look)).sum();
        (other < 0.5).then(|| {
            self.by(
                Meaning::FreeText,
                Confidence::Possible,
                Evidence::Name,
                Look::FreeText,
            )
        })
    }

    fn unnamed(&self) -> Option<Verdict> {
        if self.tally.examined < FEW {
            return None;
        }
        let (person, given) = (self.share(Look::PersonName), self.share(Look::GivenName));
        let meaning = match (person, given) {
            (0.6.., 0.3..) => Meaning::Name,
            (..0.1, 0.5..) => Meaning::FirstName,
            _ => return None,
        };
        let look = if meaning == Meaning::Name {
            Look::PersonName
        } else {
            Look::GivenName
        };
        Some(self.by(meaning, Confidence::Likely, Evidence::Values, look))
    }

    fn random(&self, hint: Hint) -> Option<Verdict> {
        let share = self.share(Look::Random) + self.share(Look::Digest);
        let open = hint != Hint::Identifier && !self.keyed;
        (share >= 0.8 && open).then_some(Verdict {
            meaning: Meaning::Token,
            confidence: Confidence::Possible,
            evidence: Evidence::Values,
            share,
        })
    }
}

/// A share, rounded to thousandths.
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    let thousandths = part.saturating_mul(1000) / whole.max(1);
    u32::try_from(thousandths).map_or(1.0, |thousandths| f64::from(thousandths) / 1000.0)
}
