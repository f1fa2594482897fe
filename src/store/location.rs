//! Store URLs.

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::settings::expand_home;
use crate::ssh::Destination;

/// Where versions live: `s3://bucket/prefix`, `ssh://[user@]host[:port]/directory` or `file:///directory`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    S3 {
        bucket: String,
        /// Without slashes at its ends; empty for the bucket's top.
        prefix: String,
    },
    Directory(PathBuf),
    Ssh {
        destination: Destination,
        /// Absolute, without a slash at its end; `/~` and what follows is below the home directory there.
        directory: String,
    },
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
            let path = home_path.or_else(|| Url::parse(word).ok()?.to_file_path().ok());
            let Some(path) = path.filter(|path| path.is_absolute()) else {
                return Err(
                    "an absolute path must follow `file://`, as in `file:///var/backups`"
                        .to_owned(),
                );
            };
            return Ok(Self::Directory(path));
        }
        if word.starts_with("ssh://") {
            return ssh(word);
        }
        Err(
            "a store is written `s3://BUCKET/PREFIX`, `ssh://USER@HOST/DIRECTORY` or `file:///DIRECTORY`"
                .to_owned(),
        )
    }
}

fn ssh(word: &str) -> Result<Location, String> {
    let example =
        "as in `ssh://backup@db.example.org/var/backups`, or `/~/backups` for one's home there";
    let url = Url::parse(word).map_err(|error| error.to_string())?;
    let destination = Destination::of(&url)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("`?` and `#` are written `%3F` and `%23` in a directory's name".to_owned());
    }
    let directory = percent_decode_str(url.path())
        .decode_utf8()
        .map_err(|error| error.to_string())?;
    if directory.contains(char::is_control) {
        return Err("a directory's name holds no control characters".to_owned());
    }
    let directory = directory.trim_end_matches('/');
    if directory.is_empty() {
        return Err(format!("a directory must follow the host, {example}"));
    }
    if directory.starts_with("/~") && directory != "/~" && !directory.starts_with("/~/") {
        return Err(format!("other users' homes are written out, {example}"));
    }
    Ok(Location::Ssh {
        destination,
        directory: directory.to_owned(),
    })
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Directory(path) => write!(f, "file://{}", path.display()),
            Self::Ssh {
                destination,
                directory,
            } => write!(f, "ssh://{destination}{directory}"),
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
            ("ssh://host/dir/", "ssh://host/dir"),
            ("ssh://me@host:2222/a%20b", "ssh://me@host:2222/a b"),
            ("ssh://host/~/backups", "ssh://host/~/backups"),
            ("ssh://host/~", "ssh://host/~"),
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
            "ssh://host",
            "ssh://host/",
            "ssh:///dir",
            "ssh://host/~root/x",
            "ssh://host/a?b",
            "ssh://host/a%0Ab",
            "ssh://me:secret@host/dir",
            "ssh://-oProxyCommand=id/dir",
        ] {
            assert!(Location::parse(word, None).is_err(), "{word}");
        }
    }
}
