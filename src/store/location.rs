//! Store URLs.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::settings::expand_home;

/// Where versions live: `s3://bucket/prefix` or `file:///directory`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    S3 {
        bucket: String,
        /// Without slashes at its ends; empty for the bucket's top.
        prefix: String,
    },
    Directory(PathBuf),
}

impl Location {
    /// Understands a store URL; `file://~/backups` is below `home`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(word: &str, home: Option<&Path>) -> Result<Self, String> {
        if let Some(rest) = word.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() || bucket.contains(char::is_whitespace) {
                return Err("a bucket must follow `s3://`, as in `s3://my-backups/db`".to_owned());
            }
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
            });
        }
        if let Some(rest) = word.strip_prefix("file://") {
            let home_path = rest.starts_with('~').then(|| expand_home(rest, home));
            // As a URL, so `%20` is a blank; a blank that was written as one stays one.
            let path = home_path.or_else(|| url::Url::parse(word).ok()?.to_file_path().ok());
            let Some(path) = path.filter(|path| path.is_absolute()) else {
                return Err(
                    "an absolute path must follow `file://`, as in `file:///var/backups`"
                        .to_owned(),
                );
            };
            return Ok(Self::Directory(path));
        }
        Err("a store is written `s3://BUCKET/PREFIX` or `file:///DIRECTORY`".to_owned())
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Directory(path) => write!(f, "file://{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_understood() {
        let home = Path::new("/home/u");
        for (word, shown) in [
            ("s3://b/db", "s3://b/db"),
            ("s3://b/db/", "s3://b/db"),
            ("s3://b", "s3://b"),
            ("s3://b/", "s3://b"),
            ("file:///var/backups", "file:///var/backups"),
            ("file://localhost/var/backups", "file:///var/backups"),
            ("file://~/backups", "file:///home/u/backups"),
            ("file:///a%20b/c d", "file:///a b/c d"),
        ] {
            assert_eq!(
                Location::parse(word, Some(home)).unwrap().to_string(),
                shown
            );
        }
    }

    #[test]
    fn others_say_what_was_expected() {
        for word in [
            "",
            "s3://",
            "s3:///db",
            "file://backups",
            "/var/backups",
            "http://x/y",
            "ssh://host/dir",
        ] {
            assert!(Location::parse(word, None).is_err(), "{word}");
        }
    }
}
