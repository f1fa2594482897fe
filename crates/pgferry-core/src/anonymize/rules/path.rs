//! Places in a JSON document.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A place in a JSON document: keys and element numbers (from 0) between dots, `*` for any of them. `$.` may stand in
/// front, and `[*]` or `[0]` for `.*` or `.0`. A key that holds a dot or is `*` cannot be named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JsonPath(Vec<String>);

/// Text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a place in JSON, like profile.name or devices.*.serial")]
pub struct PathError(String);

/// One step from an object or an array into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Element(usize),
}

impl JsonPath {
    pub(super) fn leads_to(&self, place: &[Step]) -> bool {
        self.0.len() == place.len()
            && self.0.iter().zip(place).all(|(segment, step)| {
                segment == "*"
                    || match step {
                        Step::Key(key) => key == segment,
                        Step::Element(number) => segment.parse() == Ok(*number),
                    }
            })
    }
}

impl FromStr for JsonPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let plain = text
            .strip_prefix("$.")
            .unwrap_or(text)
            .replace('[', ".")
            .replace(']', "");
        let segments: Vec<_> = plain.split('.').map(str::to_owned).collect();
        if segments.iter().any(String::is_empty) {
            return Err(PathError(text.to_owned()));
        }
        Ok(Self(segments))
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("."))
    }
}

impl TryFrom<String> for JsonPath {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        text.parse()
    }
}

impl From<JsonPath> for String {
    fn from(path: JsonPath) -> Self {
        path.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_places() {
        let key = |key: &str| Step::Key(key.to_owned());
        for (path, place, expected) in [
            ("a.b", vec![key("a"), key("b")], true),
            ("$.a[*].b", vec![key("a"), Step::Element(3), key("b")], true),
            ("a[3]", vec![key("a"), Step::Element(3)], true),
            ("a.3", vec![key("a"), key("3")], true),
            ("a.*", vec![key("a")], false),
            ("a", vec![key("a"), key("b")], false),
        ] {
            assert_eq!(
                path.parse::<JsonPath>().unwrap().leads_to(&place),
                expected,
                "{path}"
            );
        }
        for wrong in ["", "a..b", "$.", "a."] {
            assert!(wrong.parse::<JsonPath>().is_err(), "{wrong}");
        }
    }
}
