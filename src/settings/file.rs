//! Reading a settings file. Every key must be one that exists; a mistake is told with its line and the nearest right key.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use pgferry_core::anonymize::Rules;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::hook::{self, Hook};
use super::key::{KEYS, Key, Shape, find};
use super::layers::{Origin, Raw};

/// Why a settings file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{}: line {line}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("{}: line {line}: there is no setting `{key}`", path.display())]
    Unknown {
        path: PathBuf,
        line: usize,
        key: String,
        nearest: Option<&'static str>,
    },
    #[error("{}: line {line}: `{key}` must be {expected}", path.display())]
    Shape {
        path: PathBuf,
        line: usize,
        key: String,
        expected: &'static str,
    },
}

/// The section of the anonymiser's rules, which has a form of its own.
const RULES: &str = "anonymize";

/// What a settings file says.
#[derive(Debug)]
pub struct Contents {
    pub values: HashMap<&'static str, Raw>,
    pub rules: Option<(Rules, Origin)>,
}

#[derive(Deserialize)]
struct RulesSection {
    anonymize: Rules,
}

/// Understands `text`, which was read from `path`.
pub fn parse(path: &Path, text: &str) -> Result<Contents, FileError> {
    let reader = Reader { path, text };
    let table = DeTable::parse(text).map_err(|error| FileError::Syntax {
        path: path.to_owned(),
        line: reader.line(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let mut values = HashMap::new();
    reader.table("", table.get_ref(), &mut values)?;
    let section = table
        .get_ref()
        .iter()
        .find(|(name, _)| name.get_ref() == RULES);
    let rules = section
        .map(|(name, _)| reader.rules(name.span().start))
        .transpose()?;
    Ok(Contents { values, rules })
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        let before = self
            .text
            .as_bytes()
            .get(..offset)
            .unwrap_or(self.text.as_bytes());
        before.split(|&byte| byte == b'\n').count()
    }

    fn rules(&self, offset: usize) -> Result<(Rules, Origin), FileError> {
        let section: RulesSection =
            toml::from_str(self.text).map_err(|error| FileError::Syntax {
                path: self.path.to_owned(),
                line: self.line(error.span().map_or(offset, |span| span.start)),
                message: error.message().to_owned(),
            })?;
        Ok((section.anonymize, self.origin(self.line(offset))))
    }

    fn table(
        &self,
        section: &str,
        table: &DeTable<'_>,
        values: &mut HashMap<&'static str, Raw>,
    ) -> Result<(), FileError> {
        for (name, value) in table {
            let full = if section.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{section}.{}", name.get_ref())
            };
            let line = self.line(name.span().start);
            if full == RULES {
                continue;
            }
            if let (DeValue::Table(inner), true) = (value.get_ref(), is_section(&full)) {
                self.table(&full, inner, values)?;
            } else if let Some(key) = find(&full) {
                values.insert(
                    key.name,
                    Raw {
                        words: self.words(key, value, line)?,
                        origin: self.origin(line),
                    },
                );
            } else {
                return Err(FileError::Unknown {
                    path: self.path.to_owned(),
                    line,
                    nearest: nearest(&full),
                    key: full,
                });
            }
        }
        Ok(())
    }

    fn origin(&self, line: usize) -> Origin {
        Origin::File {
            path: self.path.to_owned(),
            line,
        }
    }

    fn words(
        &self,
        key: &Key,
        value: &Spanned<DeValue<'_>>,
        line: usize,
    ) -> Result<Vec<String>, FileError> {
        let wrong = |expected| FileError::Shape {
            path: self.path.to_owned(),
            line,
            key: key.name.to_owned(),
            expected,
        };
        match (key.shape, value.get_ref()) {
            (Shape::Word, DeValue::String(word)) => Ok(vec![word.to_string()]),
            (Shape::Word, _) => Err(wrong("a string in quotes")),
            (Shape::Number, DeValue::Integer(number)) => Ok(vec![number.to_string()]),
            (Shape::Number, _) => Err(wrong("a whole number")),
            (Shape::Truth, DeValue::Boolean(truth)) => Ok(vec![truth.to_string()]),
            (Shape::Truth, _) => Err(wrong("true or false")),
            (Shape::List, DeValue::Array(items)) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(word) => Ok(word.to_string()),
                    _ => Err(wrong("a list of strings")),
                })
                .collect(),
            (Shape::List, _) => Err(wrong("a list of strings")),
            (Shape::Hooks, DeValue::Array(items)) => items
                .iter()
                .map(|item| {
                    let hook = Hook::parse(item, self.path)?;
                    serde_json::to_string(&hook).ok()
                })
                .collect::<Option<_>>()
                .ok_or_else(|| wrong(hook::EXPECTED)),
            (Shape::Hooks, _) => Err(wrong(hook::EXPECTED)),
        }
    }
}

fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| {
        key.name
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// The key or section that was probably meant: spelled alike, or of the same name in another section.
fn nearest(wrong: &str) -> Option<&'static str> {
    fn last(name: &str) -> &str {
        name.rsplit('.').next().unwrap_or_default()
    }
    let sections = KEYS
        .iter()
        .filter_map(|key| Some(key.name.split_once('.')?.0));
    let names = KEYS.iter().map(|key| key.name).chain(sections);
    let similarity = |name: &str| {
        if last(name) == last(wrong) {
            return 1.0;
        }
        strsim::jaro_winkler(wrong, name).max(strsim::jaro_winkler(last(wrong), last(name)))
    };
    names
        .map(|name| (similarity(name), name))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> FileError {
        parse(Path::new("pgferry.toml"), text).unwrap_err()
    }

    #[test]
    fn values_know_their_line() {
        let text = "store = \"s3://b/db\"\n\n[backup]\nkeep_days = 12\n[restore]\nallow_hosts = [\"db\", 'x']\n";
        let values = parse(Path::new("p.toml"), text).unwrap().values;
        assert_eq!(values["store"].words, ["s3://b/db"]);
        assert_eq!(
            values["backup.keep_days"].origin,
            Origin::File {
                path: "p.toml".into(),
                line: 4
            }
        );
        assert_eq!(values["restore.allow_hosts"].words, ["db", "x"]);
    }

    #[test]
    fn mistakes_name_line_and_nearest_key() {
        let table = [
            (
                "\nstroe = \"x\"",
                "pgferry.toml: line 2: there is no setting `stroe`",
                Some("store"),
            ),
            (
                "[backup]\nkeep-days = 3",
                "pgferry.toml: line 2: there is no setting `backup.keep-days`",
                Some("backup.keep_days"),
            ),
            (
                "keep_days = 3",
                "pgferry.toml: line 1: there is no setting `keep_days`",
                Some("backup.keep_days"),
            ),
            (
                "[backups]\nx = 3",
                "pgferry.toml: line 1: there is no setting `backups`",
                Some("backup"),
            ),
        ];
        for (text, message, hint) in table {
            let error = error(text);
            assert_eq!(error.to_string(), message);
            let FileError::Unknown { nearest, .. } = error else {
                panic!("{text}")
            };
            assert_eq!(nearest, hint, "{text}");
        }
    }

    #[test]
    fn shapes_are_checked() {
        for (text, message) in [
            (
                "store = 3",
                "pgferry.toml: line 1: `store` must be a string in quotes",
            ),
            (
                "[backup]\nkeep_days = \"3\"",
                "pgferry.toml: line 2: `backup.keep_days` must be a whole number",
            ),
            (
                "[restore]\nallow_hosts = \"db\"",
                "pgferry.toml: line 2: `restore.allow_hosts` must be a list of strings",
            ),
            (
                "[restore]\nallow_hosts = [1]",
                "pgferry.toml: line 2: `restore.allow_hosts` must be a list of strings",
            ),
            (
                "[restore]\nafter = \"a.sql\"",
                "pgferry.toml: line 2: `restore.after` must be a list of \"FILE.sql\" and { command = [\"PROGRAM\", \"ARGUMENT\"] }",
            ),
            (
                "[restore]\nafter = [{ command = [] }]",
                "pgferry.toml: line 2: `restore.after` must be a list of \"FILE.sql\" and { command = [\"PROGRAM\", \"ARGUMENT\"] }",
            ),
            (
                "[restore]\nafter = [{ command = [\"a\"], shell = true }]",
                "pgferry.toml: line 2: `restore.after` must be a list of \"FILE.sql\" and { command = [\"PROGRAM\", \"ARGUMENT\"] }",
            ),
            (
                "[restore]\nafter = [{ program = [\"a\"] }]",
                "pgferry.toml: line 2: `restore.after` must be a list of \"FILE.sql\" and { command = [\"PROGRAM\", \"ARGUMENT\"] }",
            ),
            (
                "[s3]\npath_style = \"yes\"",
                "pgferry.toml: line 2: `s3.path_style` must be true or false",
            ),
        ] {
            assert_eq!(error(text).to_string(), message);
        }
    }

    #[test]
    fn rules_have_a_form_of_their_own_and_errors_with_lines() {
        let text = "kind = \"anon\"\n[anonymize]\nunlisted = \"refuse\"\n[anonymize.columns.users]\nname = \"mask\"\n";
        let (rules, origin) = parse(Path::new("p.toml"), text).unwrap().rules.unwrap();
        assert_eq!(rules.columns.len(), 1);
        assert_eq!(origin.to_string(), "p.toml:2");
        let text = "[anonymize.columns.users]\nname = \"maks\"\n";
        let message = error(text).to_string();
        assert!(
            message.starts_with("pgferry.toml: line 2: unknown variant `maks`"),
            "{message}"
        );
    }

    #[test]
    fn syntax_errors_name_the_line() {
        assert!(
            error("store = \"s3://b\"\nkind = \n")
                .to_string()
                .starts_with("pgferry.toml: line 2: ")
        );
    }
}
