//! Which rule hides what a column seems to hold.

use std::collections::BTreeMap;
use std::fmt;

use super::toml;
use super::verdict::{Holds, Meaning};

/// A hash keeps values apart only if it is not cut shorter than this.
const SHORTEST_HASH: u32 = 16;

/// A rule, as `pgferry.toml` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Hash,
    Mask,
    Constant(&'static str),
    Fake(&'static str),
    /// By up to so many days.
    Shift(u16),
    /// By place in a document.
    Json(BTreeMap<String, Action>),
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash => formatter.write_str("\"hash\""),
            Self::Mask => formatter.write_str("\"mask\""),
            Self::Constant(text) => write!(formatter, "{{ constant = {} }}", toml::string(text)),
            Self::Fake(kind) => write!(formatter, "{{ fake = \"{kind}\" }}"),
            Self::Shift(days) => write!(formatter, "{{ shift = {days} }}"),
            Self::Json(paths) => {
                formatter.write_str("{ json = { ")?;
                for (number, (path, action)) in paths.iter().enumerate() {
                    let comma = if number > 0 { ", " } else { "" };
                    write!(formatter, "{comma}{} = {action}", toml::string(path))?;
                }
                formatter.write_str(" } }")
            }
        }
    }
}

/// What a column can take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) holds: Holds,
    pub(super) length: Option<u32>,
    /// Different values have to stay different.
    pub(super) keyed: bool,
}

/// The rule for a column; none if no rule fits.
pub(super) fn action(meaning: Meaning, limits: Limits) -> Option<Action> {
    let hash = hash(limits);
    if limits.keyed {
        return hash;
    }
    match limits.holds {
        Holds::Text | Holds::Unknown => {}
        Holds::Network => return (meaning == Meaning::IpAddress).then_some(Action::Fake("ipv4")),
        Holds::Date => return (meaning == Meaning::DateOfBirth).then_some(Action::Shift(30)),
        Holds::Bytes | Holds::Uuid => return hash,
        // A rule for an array is one for all of it.
        Holds::Array => return Some(Action::Constant("{}")),
        Holds::Plain => return Some(Action::Constant("0")),
        Holds::Json | Holds::Other => return None,
    }
    Some(match meaning {
        Meaning::Email => return None,
        Meaning::Name => Action::Fake("name"),
        Meaning::FirstName | Meaning::Username => Action::Fake("first-name"),
        Meaning::LastName => Action::Fake("last-name"),
        Meaning::Phone => Action::Fake("phone"),
        Meaning::IpAddress => Action::Fake("ipv4"),
        // No password leads to it.
        Meaning::PasswordHash => Action::Constant("!"),
        Meaning::Token => hash.unwrap_or(Action::Mask),
        Meaning::Street => Action::Fake("street"),
        Meaning::City => Action::Fake("city"),
        Meaning::Company => Action::Fake("company"),
        Meaning::FreeText => Action::Fake("text"),
        // Dates in text may be written in any way.
        Meaning::PostalCode
        | Meaning::DateOfBirth
        | Meaning::CreditCard
        | Meaning::Iban
        | Meaning::IdentityNumber
        | Meaning::Portrait => Action::Mask,
    })
}

/// The rule that keeps values apart; none if it does not fit the column.
pub(super) fn hash(limits: Limits) -> Option<Action> {
    let holds = matches!(
        limits.holds,
        Holds::Text | Holds::Unknown | Holds::Bytes | Holds::Uuid
    );
    let fits = limits.length.is_none_or(|length| length >= SHORTEST_HASH);
    (holds && fits).then_some(Action::Hash)
}
