//! What is run after a restore: `restore.after` of a settings file.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use crate::ui::format;

/// What a list of them must be made of.
pub(super) const EXPECTED: &str =
    "a list of \"FILE.sql\" and { command = [\"PROGRAM\", \"ARGUMENT\"] }";

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hook {
    /// A file for psql.
    Sql(PathBuf),
    Command {
        program: String,
        arguments: Vec<String>,
        /// Where it is run.
        directory: PathBuf,
    },
}

impl Hook {
    /// Understands an item of the list, in the file at `file`. `None` for what is none.
    pub(super) fn parse(item: &Spanned<DeValue<'_>>, file: &Path) -> Option<Self> {
        // Where the file stands, wherever the command is run.
        let parent = file.parent().unwrap_or(Path::new(""));
        let directory = std::path::absolute(parent).unwrap_or_else(|_| parent.to_owned());
        match item.get_ref() {
            DeValue::String(path) if !path.is_empty() => Some(Self::Sql(directory.join(&**path))),
            DeValue::Table(table) if table.len() == 1 => {
                let (name, words) = table.iter().next()?;
                let DeValue::Array(words) = words.get_ref() else {
                    return None;
                };
                let words: Option<Vec<String>> = words
                    .iter()
                    .map(|word| match word.get_ref() {
                        DeValue::String(word) => Some(word.to_string()),
                        _ => None,
                    })
                    .collect();
                let mut words = words?.into_iter();
                let program = words.next().filter(|program| !program.is_empty())?;
                (name.get_ref() == "command").then(|| Self::Command {
                    program,
                    arguments: words.collect(),
                    directory,
                })
            }
            _ => None,
        }
    }
}

/// As a shell would have it, for people.
impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(path) => write!(f, "{}", path.display()),
            Self::Command {
                program, arguments, ..
            } => {
                let words = std::iter::once(program).chain(arguments);
                let words: Vec<String> = words.map(|word| format::word_of_a_shell(word)).collect();
                write!(f, "`{}`", words.join(" "))
            }
        }
    }
}
