//! Versions of an artefact and which of them a selector means.

use jiff::Timestamp;
use serde::Serialize;

use super::Selector;

/// One stored instance of an artefact: an S3 object version, or a time-stamped file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The store's own id: an S3 version id (`null` where the bucket was not versioned), or a file's time stamp.
    pub id: String,
    /// When the version came to be, as the store says.
    pub taken_at: Timestamp,
    /// Bytes; 0 for a delete marker.
    pub size: u64,
    /// A delete marker hides the versions below it; it has no content of its own.
    pub is_delete_marker: bool,
    /// The store's entity tag without quotes, where it has one.
    pub etag: Option<String>,
}

/// Why a selector matched nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMatch {
    #[error("there are no versions")]
    Empty,
    #[error("`~{back}` goes too far back: the oldest version is `~{}`", available.saturating_sub(1))]
    TooFarBack { back: usize, available: usize },
    #[error("no version is as old as {at}; the oldest is of {oldest}")]
    NoneBefore { at: String, oldest: String },
    #[error("no version's id begins with `{prefix}`")]
    NoSuchId { prefix: String },
    #[error("{matches} versions have an id that begins with `{prefix}`")]
    Ambiguous { prefix: String, matches: usize },
}

/// Picks from `versions`, which stand newest first. Delete markers are never picked and not counted.
///
/// # Errors
/// [`NoMatch`] says why nothing was picked.
pub fn resolve<'a>(versions: &'a [Version], selector: &Selector) -> Result<&'a Version, NoMatch> {
    let mut stored = versions.iter().filter(|version| !version.is_delete_marker);
    match selector {
        Selector::Latest => stored.next().ok_or(NoMatch::Empty),
        Selector::Back(back) => stored
            .clone()
            .nth(*back)
            .ok_or_else(|| match stored.count() {
                0 => NoMatch::Empty,
                available => NoMatch::TooFarBack {
                    back: *back,
                    available,
                },
            }),
        Selector::At(at) => stored
            .clone()
            .find(|version| version.taken_at <= *at)
            .ok_or_else(|| match stored.next_back() {
                None => NoMatch::Empty,
                Some(oldest) => NoMatch::NoneBefore {
                    at: super::format_stamp(*at),
                    oldest: super::format_stamp(oldest.taken_at),
                },
            }),
        Selector::Id(prefix) => {
            // An id that is also the beginning of another one is still exact.
            if let Some(exact) = stored.clone().find(|version| version.id == *prefix) {
                return Ok(exact);
            }
            let mut matching = stored.filter(|version| version.id.starts_with(prefix));
            match (matching.next(), matching.count()) {
                (None, _) => Err(NoMatch::NoSuchId {
                    prefix: prefix.clone(),
                }),
                (Some(version), 0) => Ok(version),
                (Some(_), others) => Err(NoMatch::Ambiguous {
                    prefix: prefix.clone(),
                    matches: others + 1,
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(id: &str, taken_at: &str, is_delete_marker: bool) -> Version {
        Version {
            id: id.to_owned(),
            taken_at: taken_at.parse().unwrap(),
            size: 1,
            is_delete_marker,
            etag: None,
        }
    }

    fn versions() -> Vec<Version> {
        vec![
            version("gone", "2026-11-22T04:00:00Z", true),
            version("abc1", "2026-11-21T04:00:00Z", false),
            version("abc", "2026-11-20T04:00:00Z", false),
            version("xyz", "2026-11-19T04:00:00Z", false),
        ]
    }

    #[test]
    fn selectors_pick() {
        let table = [
            ("latest", Ok("abc1")),
            ("~0", Ok("abc1")),
            ("~1", Ok("abc")),
            ("~2", Ok("xyz")),
            ("@2026-11-20T12:00", Ok("abc")),
            ("@2026-11-20T04:00:00", Ok("abc")),
            ("@2026-11-20", Ok("abc")),
            ("xy", Ok("xyz")),
            ("abc", Ok("abc")),
            (
                "~3",
                Err(NoMatch::TooFarBack {
                    back: 3,
                    available: 3,
                }),
            ),
            (
                "ab",
                Err(NoMatch::Ambiguous {
                    prefix: "ab".into(),
                    matches: 2,
                }),
            ),
            (
                "gone",
                Err(NoMatch::NoSuchId {
                    prefix: "gone".into(),
                }),
            ),
            (
                "@2026-11-01",
                Err(NoMatch::NoneBefore {
                    at: "2026-11-01T23:59:59".into(),
                    oldest: "2026-11-19T04:00:00".into(),
                }),
            ),
        ];
        for (selector, expected) in table {
            let versions = versions();
            let picked =
                resolve(&versions, &selector.parse().unwrap()).map(|version| version.id.as_str());
            assert_eq!(picked, expected, "{selector}");
        }
    }

    #[test]
    fn nothing_is_picked_from_nothing() {
        for selector in ["latest", "~1", "@2026-11-20"] {
            assert_eq!(
                resolve(&[], &selector.parse().unwrap()),
                Err(NoMatch::Empty)
            );
        }
    }
}
