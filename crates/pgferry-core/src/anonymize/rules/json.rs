//! `json`: rules for places in a document. Everything else of it stays byte for byte.

use std::collections::BTreeMap;

use super::super::columns::ColumnFacts;
use super::super::pseudonym::Key;
use super::apply::{RuleProblem, Writer, single};
use super::path::{JsonPath, Step};
use super::settings::Action;

/// More levels than any document of use has.
const DEEPEST: usize = 256;

/// Writes `document` with the rules of `paths` applied.
pub(super) fn rewrite(
    document: &[u8],
    paths: &BTreeMap<JsonPath, Action>,
    key: &Key,
    writer: &mut impl Writer,
) -> Result<(), RuleProblem> {
    let mut walk = Walk {
        document,
        position: 0,
        written: 0,
        place: Vec::new(),
        whole: false,
        paths,
        key,
        writer,
    };
    walk.value(None)?;
    walk.blank();
    if walk.position < document.len() {
        return Err(RuleProblem::NoJson);
    }
    walk.leave_open();
    Ok(())
}

struct Walk<'a, W> {
    document: &'a [u8],
    position: usize,
    /// Before here, all is written.
    written: usize,
    place: Vec<Step>,
    /// In something that is replaced as a whole.
    whole: bool,
    paths: &'a BTreeMap<JsonPath, Action>,
    key: &'a Key,
    writer: &'a mut W,
}

impl<'a, W: Writer> Walk<'a, W> {
    /// Reads a value; `outer` is the rule for what it stands in.
    fn value(&mut self, outer: Option<&'a Action>) -> Result<(), RuleProblem> {
        self.blank();
        let start = self.position;
        let scalar = !matches!(self.peek(), Some(b'{' | b'['));
        // What is replaced as a whole is only read over.
        let own = self
            .paths
            .iter()
            .find(|(path, _)| !self.whole && path.leads_to(&self.place));
        let own = own.map(|(_, action)| action);
        let whole = matches!(own, Some(Action::Keep | Action::Null | Action::Constant(_)));
        let action = own.or(outer);
        let before = self.whole;
        self.whole |= whole;
        match self.peek() {
            Some(b'{') => self.members(b'}', action)?,
            Some(b'[') => self.members(b']', action)?,
            Some(b'"') => self.string()?,
            _ => self.word()?,
        }
        self.whole = before;
        match action {
            Some(action) if (scalar || whole) && !self.whole => self.replace(start, action),
            _ => Ok(()),
        }
    }

    /// Reads an object or an array.
    fn members(&mut self, close: u8, action: Option<&'a Action>) -> Result<(), RuleProblem> {
        if self.place.len() >= DEEPEST {
            return Err(RuleProblem::NoJson);
        }
        self.position += 1;
        self.blank();
        if self.peek() == Some(close) {
            self.position += 1;
            return Ok(());
        }
        for number in 0.. {
            self.blank();
            if close == b'}' {
                let start = self.position;
                self.string()?;
                let name = self.document.get(start..self.position).unwrap_or_default();
                let name = serde_json::from_slice(name).map_err(|_cause| RuleProblem::NoJson)?;
                self.blank();
                self.expect(b':')?;
                self.place.push(Step::Key(name));
            } else {
                self.place.push(Step::Element(number));
            }
            self.value(action)?;
            self.place.pop();
            self.blank();
            if self.peek() == Some(close) {
                self.position += 1;
                break;
            }
            self.expect(b',')?;
        }
        Ok(())
    }

    /// Replaces the value that was just read and began at `start`.
    fn replace(&mut self, start: usize, action: &Action) -> Result<(), RuleProblem> {
        let raw = self.document.get(start..self.position).unwrap_or_default();
        let new = match (action, raw.first()) {
            (Action::Keep, _) => raw.to_vec(),
            (Action::Null, _) => b"null".to_vec(),
            (Action::Constant(text), _) => string_of(text.as_bytes())?,
            // A truth value or null says too little to be replaced.
            (Action::Addresses | Action::Json(_), _) | (_, Some(b't' | b'f' | b'n')) => {
                return Ok(());
            }
            (action, Some(b'"')) => {
                let text: String =
                    serde_json::from_slice(raw).map_err(|_cause| RuleProblem::NoJson)?;
                let new = single(action, ColumnFacts::default(), self.key, text.as_bytes())?;
                string_of(&new.unwrap_or_default())?
            }
            (action, _) => {
                let new = single(action, ColumnFacts::default(), self.key, raw)?;
                string_of(&new.unwrap_or_default())?
            }
        };
        let before = self.document.get(self.written..start).unwrap_or_default();
        self.writer.open(before);
        self.writer.closed(&new);
        self.written = self.position;
        Ok(())
    }

    fn leave_open(&mut self) {
        let rest = self.document.get(self.written..).unwrap_or_default();
        self.writer.open(rest);
        self.written = self.document.len();
    }

    fn peek(&self) -> Option<u8> {
        self.document.get(self.position).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), RuleProblem> {
        if self.peek() != Some(byte) {
            return Err(RuleProblem::NoJson);
        }
        self.position += 1;
        Ok(())
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    /// Reads over a string, without a look at its escapes.
    fn string(&mut self) -> Result<(), RuleProblem> {
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.position += 2,
                Some(_) => self.position += 1,
                None => return Err(RuleProblem::NoJson),
            }
        }
        self.position += 1;
        Ok(())
    }

    /// Reads over a number, a truth value or null.
    fn word(&mut self) -> Result<(), RuleProblem> {
        let start = self.position;
        while matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.')
        ) {
            self.position += 1;
        }
        let word = self.document.get(start..self.position).unwrap_or_default();
        let known = matches!(
            word,
            b"true" | b"false" | b"null" | [b'0'..=b'9' | b'-', ..]
        );
        if known {
            Ok(())
        } else {
            Err(RuleProblem::NoJson)
        }
    }
}

/// A JSON string.
fn string_of(text: &[u8]) -> Result<Vec<u8>, RuleProblem> {
    serde_json::to_vec(&String::from_utf8_lossy(text)).map_err(|_cause| RuleProblem::NoJson)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Both(String);

    impl Writer for Both {
        fn open(&mut self, bytes: &[u8]) {
            self.0 += &String::from_utf8_lossy(bytes).replace("a@b.co", "nobody");
        }

        fn closed(&mut self, bytes: &[u8]) {
            self.0 += &String::from_utf8_lossy(bytes);
        }
    }

    fn rewritten(document: &str, paths: &str) -> Result<String, RuleProblem> {
        let paths = serde_json::from_str(paths).unwrap();
        let mut both = Both::default();
        rewrite(document.as_bytes(), &paths, &Key::new(b"test"), &mut both)?;
        Ok(both.0)
    }

    #[test]
    fn rules_hold_where_they_lead() {
        let document = r#"{ "n": "Ann", "m": "a@b.co", "d": [ {"s": "A1"}, {"s": 12, "t": true} ], "o": {"x": "a@b.co", "y": null} }"#;
        for (paths, expected) in [
            (
                "{}",
                r#"{ "n": "Ann", "m": "nobody", "d": [ {"s": "A1"}, {"s": 12, "t": true} ], "o": {"x": "nobody", "y": null} }"#,
            ),
            (
                r#"{"n": "mask", "d.*.s": "mask", "o": "keep"}"#,
                r#"{ "n": "Xxx", "m": "nobody", "d": [ {"s": "X0"}, {"s": "00", "t": true} ], "o": {"x": "a@b.co", "y": null} }"#,
            ),
            (
                r#"{"d": "null", "o": {"constant": "\"q\""}}"#,
                r#"{ "n": "Ann", "m": "nobody", "d": null, "o": "\"q\"" }"#,
            ),
            (
                r#"{"d": "mask", "d[1].s": "keep", "o": "mask"}"#,
                r#"{ "n": "Ann", "m": "nobody", "d": [ {"s": "X0"}, {"s": 12, "t": true} ], "o": {"x": "xxx.xx", "y": null} }"#,
            ),
        ] {
            assert_eq!(rewritten(document, paths).unwrap(), expected, "{paths}");
        }
        assert_eq!(
            rewritten(r#""Ann""#, r#"{"a": "mask"}"#).unwrap(),
            r#""Ann""#
        );
        assert_eq!(
            rewritten(r#"{"a\u0062": "\u0041"}"#, r#"{"ab": "mask"}"#).unwrap(),
            r#"{"a\u0062": "X"}"#
        );
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        let deep = "[".repeat(100_000);
        for document in [
            "",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "[1,]",
            "\"a",
            "\"a\\",
            "1 2",
            "{a: 1}",
            "<x/>",
            "x",
            "truefalse",
            &deep,
        ] {
            assert_eq!(
                rewritten(document, r#"{"a": "mask"}"#),
                Err(RuleProblem::NoJson)
            );
        }
    }
}
