//! The words that say which version is meant: `latest`, `~3`, `@2026-11-01T12:00`, or the beginning of a version id.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Which version of an artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The newest.
    Latest,
    /// `~n`: the nth before the newest; `~0` is the newest.
    Back(usize),
    /// `@time`: the newest at or before this instant.
    At(Timestamp),
    /// A version id, or its beginning.
    Id(String),
}

/// A word that is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSelector {
    #[error("the selector is empty")]
    Empty,
    #[error("`{0}`: a number must follow `~`, as in `~1`, the version before the latest")]
    Back(String),
    #[error("`{0}`: a time must follow `@`, as in `@2026-11-01T12:00` (UTC) or `@2026-11-01`")]
    At(String),
}

impl FromStr for Selector {
    type Err = InvalidSelector;

    fn from_str(word: &str) -> Result<Self, InvalidSelector> {
        if word.is_empty() {
            return Err(InvalidSelector::Empty);
        }
        if word == "latest" {
            return Ok(Self::Latest);
        }
        if let Some(back) = word.strip_prefix('~') {
            let back = back.parse().ok();
            return back
                .map(Self::Back)
                .ok_or_else(|| InvalidSelector::Back(word.to_owned()));
        }
        if let Some(time) = word.strip_prefix('@') {
            return parse_time(time)
                .map(Self::At)
                .ok_or_else(|| InvalidSelector::At(word.to_owned()));
        }
        Ok(Self::Id(word.to_owned()))
    }
}

/// With an offset or `Z` the instant itself, without one UTC as in the stamped names, a bare date the end of that day.
fn parse_time(time: &str) -> Option<Timestamp> {
    if let Ok(instant) = time.parse::<Timestamp>() {
        return Some(instant);
    }
    let civil = if time.contains(['T', 't', ' ']) {
        time.parse::<DateTime>().ok()?
    } else {
        DateTime::from_parts(time.parse::<Date>().ok()?, Time::MAX)
    };
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Back(back) => write!(f, "~{back}"),
            Self::At(at) => write!(f, "@{}", super::format_stamp(*at)),
            Self::Id(id) => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_utc_unless_they_say_otherwise() {
        let table = [
            ("@2026-11-01T12:00", "2026-11-01T12:00:00Z"),
            ("@2026-11-01 12:00", "2026-11-01T12:00:00Z"),
            ("@2026-11-01T12:00:05", "2026-11-01T12:00:05Z"),
            ("@2026-11-01T12:00:00-05:00", "2026-11-01T17:00:00Z"),
            ("@2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"),
            ("@2026-11-01", "2026-11-01T23:59:59.999999999Z"),
        ];
        for (word, instant) in table {
            assert_eq!(
                word.parse(),
                Ok(Selector::At(instant.parse().unwrap())),
                "{word}"
            );
        }
    }

    #[test]
    fn bad_selectors_say_what_was_expected() {
        assert_eq!("".parse::<Selector>(), Err(InvalidSelector::Empty));
        for word in ["~", "~x", "~-1", "~1.5"] {
            assert_eq!(
                word.parse::<Selector>(),
                Err(InvalidSelector::Back(word.into()))
            );
        }
        for word in ["@", "@yesterday", "@2026-13-01", "@2026-11-01T25:00"] {
            assert_eq!(
                word.parse::<Selector>(),
                Err(InvalidSelector::At(word.into()))
            );
        }
    }
}
