//! Patterns of names, as psql and `pg_dump` take them ("Patterns" in psql's manual).

use std::fmt;
use std::str::FromStr;

use regex::bytes::Regex;

use crate::dump::ObjectName;

/// `events`, `public.*`, `"Events"`, `log_????`, `events_[0-9]+`: letters that are not quoted are folded to lower case, `*` and
/// `?` stand for any letters and for one, what else is special in regular expressions is special here too, but `$`.
///
/// A pattern without a schema means tables of that name in any schema: a dump has no search path.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    schema: Option<Regex>,
    name: Regex,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("the pattern is empty")]
    Empty,
    #[error("a quote is not closed")]
    OpenQuote,
    #[error("too many dots: write SCHEMA.TABLE, and names with dots in double quotes")]
    Dots,
    #[error("not a pattern that can be read: {0}")]
    Expression(String),
}

impl Pattern {
    pub fn matches(&self, name: &ObjectName<'_>) -> bool {
        let schema = name.schema.as_deref().unwrap_or_default();
        self.name.is_match(&name.name)
            && self
                .schema
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(schema))
    }

    /// The last part as it is written, for names that come near.
    pub(super) fn word(&self) -> &[u8] {
        let word = self.text.rsplit('.').next().unwrap_or(&self.text);
        word.trim_matches('"').as_bytes()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    /// As `patternToSQLRegex` of `src/fe_utils/string_utils.c` does it.
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let mut parts = vec![String::new()];
        let mut is_quoted = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let Some(part) = parts.last_mut() else { break };
            match letter {
                '"' if is_quoted && letters.next_if_eq(&'"').is_some() => part.push('"'),
                '"' => is_quoted = !is_quoted,
                '.' if !is_quoted => parts.push(String::new()),
                '*' if !is_quoted => part.push_str("(?s-u:.)*"),
                '?' if !is_quoted => part.push_str("(?s:.)"),
                '$' => part.push_str("\\$"),
                _ if is_quoted => part.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
                _ => part.push(letter.to_ascii_lowercase()),
            }
        }
        if is_quoted {
            return Err(PatternError::OpenQuote);
        }
        let name = parts.pop().filter(|name| !name.is_empty());
        let name = name.ok_or(PatternError::Empty)?;
        let schema = parts.pop();
        if !parts.is_empty() {
            return Err(PatternError::Dots);
        }
        Ok(Self {
            text: text.to_owned(),
            schema: schema.map(|schema| whole(&schema)).transpose()?,
            name: whole(&name)?,
        })
    }
}

fn whole(expression: &str) -> Result<Regex, PatternError> {
    Regex::new(&format!("^(?:{expression})$")).map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        PatternError::Expression(last.trim_start_matches("error: ").to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(schema: &'static str, name: &'static str) -> ObjectName<'static> {
        ObjectName {
            schema: (!schema.is_empty()).then(|| schema.as_bytes().into()),
            name: name.as_bytes().into(),
        }
    }

    #[test]
    fn patterns_mean_what_psqls_mean() {
        for (pattern, table, matches) in [
            ("events", name("public", "events"), true),
            ("events", name("", "events"), true),
            ("EVENTS", name("public", "events"), true),
            ("events", name("public", "Events"), false),
            ("\"Events\"", name("public", "Events"), true),
            ("\"Events\"", name("public", "events"), false),
            ("event", name("public", "events"), false),
            ("vents", name("public", "events"), false),
            ("ev*", name("public", "events"), true),
            ("*", name("public", "two\nlines"), true),
            ("event?", name("public", "events"), true),
            ("event?", name("public", "event"), false),
            ("caf?", name("public", "café"), true),
            ("\"ev*\"", name("public", "events"), false),
            ("\"ev*\"", name("public", "ev*"), true),
            ("\"a.b\"", name("public", "a.b"), true),
            ("\"a\"\"b\"", name("public", "a\"b"), true),
            ("public.events", name("public", "events"), true),
            ("other.events", name("public", "events"), false),
            ("pub*.e*", name("public", "events"), true),
            ("FOO\"BAR\"", name("public", "fooBAR"), true),
            ("e[uv]ents", name("public", "events"), true),
            ("events|users", name("public", "users"), true),
            ("events|users", name("public", "users2"), false),
            ("a$b", name("public", "a$b"), true),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(&table), matches, "{pattern} and {table}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for (pattern, expected) in [
            ("", PatternError::Empty),
            ("public.", PatternError::Empty),
            ("\"events", PatternError::OpenQuote),
            ("db.public.events", PatternError::Dots),
        ] {
            assert_eq!(pattern.parse::<Pattern>(), Err(expected), "{pattern}");
        }
        assert!(matches!(
            "events[".parse::<Pattern>(),
            Err(PatternError::Expression(_))
        ));
    }
}
