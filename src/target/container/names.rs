//! Names of containers.

use sha2::{Digest as _, Sha256};

use super::{ContainerError, Containers};

const PREFIX: &str = "pgferry-";
/// A container's name is its host name in the engine's networks (RFC 1035: a label), and part of files' names here.
const LONGEST: usize = 63;
/// Of the digest that tells names apart which are cut.
const DIGITS: usize = 8;

impl Containers {
    /// The name for a container of that database: `pgferry-infinite-prod`.
    pub fn name_for(database: &str) -> String {
        let fits = |letter: char| if is_plain(letter) { letter } else { '-' };
        let name: String = PREFIX.chars().chain(database.chars().map(fits)).collect();
        if name.len() <= LONGEST {
            return name;
        }
        let digest = base16ct::lower::encode_string(&Sha256::digest(database));
        let kept: String = name.chars().take(LONGEST - DIGITS - 1).collect();
        format!("{kept}-{}", digest.get(..DIGITS).unwrap_or(&digest))
    }

    /// # Errors
    /// [`ContainerError::Name`] for what the engine would not take.
    pub fn check_name(name: &str) -> Result<(), ContainerError> {
        if name.len() <= LONGEST && is_well_formed(name) {
            return Ok(());
        }
        Err(ContainerError::Name {
            name: name.to_owned(),
            longest: LONGEST,
        })
    }
}

/// What may be meant by `word`: the name itself, or the name for the database that is called so.
pub(super) fn meant(word: &str) -> impl Iterator<Item = String> {
    [word.to_owned(), Containers::name_for(word)]
        .into_iter()
        .filter(|name| is_well_formed(name))
}

/// Whether the engine takes it, and no path leads out of a directory by it.
fn is_well_formed(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && name.chars().all(is_plain)
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_.-".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_databases() {
        for (database, name) in [
            ("infinite-prod", "pgferry-infinite-prod"),
            ("my db", "pgferry-my-db"),
            ("größe", "pgferry-gr--e"),
        ] {
            assert_eq!(Containers::name_for(database), name);
            assert!(Containers::check_name(name).is_ok());
        }
        for name in ["", "x", "-x", "a b", "a/b", "../x"] {
            assert!(Containers::check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names_of_long_databases_are_cut_and_stay_apart() {
        let longest = "d".repeat(LONGEST);
        let alike = format!("{}e", "d".repeat(LONGEST - 1));
        let names = [longest.as_str(), &alike].map(Containers::name_for);
        assert_ne!(names[0], names[1]);
        for name in names {
            assert_eq!(name.len(), LONGEST);
            assert!(Containers::check_name(&name).is_ok(), "{name}");
        }
        assert!(Containers::check_name(&"x".repeat(LONGEST + 1)).is_err());
    }
}
