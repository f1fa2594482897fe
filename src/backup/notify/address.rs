use std::fmt;

use url::Url;

/// A URL that is a secret: whoever knows it can report in the host's name.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(Url);

impl SecretUrl {
    /// # Errors
    /// When `text` is no http or https URL; it is not part of the error.
    pub fn parse(text: &str) -> Result<Self, String> {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Self(url)),
            _ => Err("an http or https URL is expected".to_owned()),
        }
    }

    /// All of it, for the request itself.
    pub(super) fn reveal(&self) -> &str {
        self.0.as_str()
    }

    /// The address one path segment below.
    #[must_use]
    pub(super) fn below(&self, segment: &str) -> Self {
        let mut url = self.0.clone();
        // An http URL always has a path.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(segment);
        }
        Self(url)
    }
}

/// Scheme and host alone.
impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}/…",
            self.0.scheme(),
            self.0.host_str().unwrap_or_default()
        )
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_is_shown() {
        let url = SecretUrl::parse("https://u:pw@hooks.example.org:8443/T0/token?key=k").unwrap();
        assert_eq!(
            format!("{url} {url:?}"),
            "https://hooks.example.org/… https://hooks.example.org/…"
        );
        for text in ["token", "ftp://h/token", "mailto:token", ""] {
            assert!(!SecretUrl::parse(text).unwrap_err().contains("token"));
        }
    }

    #[test]
    fn segments_go_before_the_query() {
        for (url, below) in [
            ("https://h/uuid", "https://h/uuid/fail"),
            ("https://h/uuid/", "https://h/uuid/fail"),
            ("https://h/uuid?create=1", "https://h/uuid/fail?create=1"),
            ("https://h", "https://h/fail"),
        ] {
            assert_eq!(SecretUrl::parse(url).unwrap().below("fail").reveal(), below);
        }
    }
}
