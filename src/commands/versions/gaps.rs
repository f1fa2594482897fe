//! Times without a version.

use jiff::{SignedDuration, Timestamp};
use pgferry_core::backup::Version;

use crate::ui::format;

/// A day, and what nightly runs may be late by.
const LONGEST: SignedDuration = SignedDuration::from_hours(25);

/// More than a day between two versions, or since the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    pub from: Timestamp,
    /// None if there is none since.
    pub to: Option<Timestamp>,
    pub length: SignedDuration,
}

impl Gap {
    pub fn sentence(&self) -> String {
        let (from, length) = (format::minute(self.from), format::age(self.length));
        match self.to {
            Some(to) => format!("gap: {length}, {from} to {}", format::minute(to)),
            None => format!("gap: nothing since {from}, {length}"),
        }
    }
}

/// Those between `versions`, which stand newest first, and up to now; oldest first.
pub(super) fn gaps(versions: &[&Version], now: Timestamp) -> Vec<Gap> {
    let times: Vec<Timestamp> = versions
        .iter()
        .rev()
        .map(|version| version.taken_at)
        .collect();
    let later = times.iter().skip(1).copied().map(Some).chain([None]);
    times
        .iter()
        .zip(later)
        .map(|(&from, to)| Gap {
            from,
            to,
            length: to.unwrap_or(now).duration_since(from),
        })
        .filter(|gap| gap.length > LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_without_a_version_are_gaps() {
        let at = |time: &str| -> Timestamp { time.parse().unwrap() };
        let versions = [
            "2026-11-06T04:30:00Z",
            "2026-11-05T04:00:00Z",
            "2026-11-02T04:00:00Z",
            "2026-11-01T04:00:00Z",
        ]
        .map(|time| Version {
            id: String::new(),
            taken_at: at(time),
            size: 1,
            is_delete_marker: false,
            etag: None,
        });
        let versions: Vec<&Version> = versions.iter().collect();
        let said = |now| -> Vec<String> {
            let gaps = gaps(&versions, at(now));
            gaps.iter().map(Gap::sentence).collect()
        };
        let inner = "gap: 3 days, 2026-11-02 04:00 to 2026-11-05 04:00";
        assert_eq!(said("2026-11-07T05:00:00Z"), [inner]);
        assert_eq!(
            said("2026-11-09T05:00:00Z"),
            [inner, "gap: nothing since 2026-11-06 04:30, 3 days"]
        );
        assert!(gaps(&[], at("2026-11-09T05:00:00Z")).is_empty());
    }
}
