//! What a rule makes of a value.

use std::borrow::Cow;

use super::super::columns::ColumnFacts;
use super::super::hexadecimal;
use super::super::pseudonym::Key;
use super::super::shape::Shape;
use super::settings::Action;
use super::{fake, json, mask, shift};

/// A hash keeps values apart only if it is not cut shorter than this.
pub(super) const SHORTEST_HASH: u32 = 16;
/// Characters of a hash.
const HASH_LENGTH: usize = 32;

/// Why a rule can make nothing of a value. Says nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    #[error("a value is no JSON, or is nested too deeply")]
    NoJson,
    #[error("a value is no date or timestamp in ISO style")]
    NoDate,
    #[error("a value is longer than 8 MiB")]
    TooLarge,
    #[error("a value is an expression")]
    Expression,
}

/// What of a value a rule leaves to be searched for addresses, and what not.
pub(in super::super) trait Writer {
    /// Bytes that may hold addresses.
    fn open(&mut self, bytes: &[u8]);
    /// Bytes that are the rule's.
    fn closed(&mut self, bytes: &[u8]);
}

/// Writes what becomes of a value that is not NULL; false if that is NULL.
pub(in super::super) fn apply(
    action: &Action,
    facts: ColumnFacts,
    key: &Key,
    value: &[u8],
    writer: &mut impl Writer,
) -> Result<bool, RuleProblem> {
    match action {
        Action::Null => return Ok(false),
        Action::Json(paths) => json::rewrite(value, paths, key, writer)?,
        action => match single(action, facts, key, value)? {
            Some(new) => writer.closed(&new),
            None => writer.open(value),
        },
    }
    Ok(true)
}

/// What becomes of a single value; nothing if it is only searched for addresses.
pub(super) fn single<'a>(
    action: &'a Action,
    facts: ColumnFacts,
    key: &Key,
    value: &'a [u8],
) -> Result<Option<Cow<'a, [u8]>>, RuleProblem> {
    let new = match action {
        Action::Addresses | Action::Null | Action::Json(_) => return Ok(None),
        Action::Keep => return Ok(Some(Cow::Borrowed(value))),
        Action::Constant(text) => return Ok(Some(Cow::Borrowed(text.as_bytes()))),
        Action::Hash => hash(facts, key, value),
        Action::Mask => {
            let mut masked = Vec::with_capacity(value.len());
            mask::mask(value, &mut masked);
            masked
        }
        Action::Fake(kind) => {
            let mut text = fake::fake(*kind, key, value);
            if let Some(longest) = facts.longest {
                text = text
                    .chars()
                    .take(usize::try_from(longest).unwrap_or(usize::MAX))
                    .collect();
            }
            text.into_bytes()
        }
        Action::Shift(most) => shift::shift(key, value, *most)
            .ok_or(RuleProblem::NoDate)?
            .into_bytes(),
    };
    Ok(Some(Cow::Owned(new)))
}

fn hash(facts: ColumnFacts, key: &Key, value: &[u8]) -> Vec<u8> {
    let hash = key.hash(&[b"hash\0", value]);
    let mut text = Vec::with_capacity(HASH_LENGTH + 2);
    match facts.shape {
        Shape::Uuid => {
            let mut bytes = [0; 16];
            for (byte, hashed) in bytes.iter_mut().zip(hash) {
                *byte = hashed;
            }
            return fake::uuid(bytes).into_bytes();
        }
        Shape::Bytes => text.extend_from_slice(b"\\x"),
        _ => {}
    }
    hexadecimal::encode(
        hash.get(..HASH_LENGTH / 2).unwrap_or_default(),
        false,
        &mut text,
    );
    if let Some(longest) = facts.longest {
        text.truncate(usize::try_from(longest).unwrap_or(usize::MAX));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Both(String);

    impl Writer for Both {
        fn open(&mut self, bytes: &[u8]) {
            self.0.push('(');
            self.closed(bytes);
            self.0.push(')');
        }

        fn closed(&mut self, bytes: &[u8]) {
            self.0 += &String::from_utf8_lossy(bytes);
        }
    }

    fn applied(action: &Action, facts: ColumnFacts, value: &str) -> Option<String> {
        let mut both = Both::default();
        let some = apply(
            action,
            facts,
            &Key::new(b"test"),
            value.as_bytes(),
            &mut both,
        )
        .unwrap();
        some.then_some(both.0)
    }

    #[test]
    fn each_action() {
        let text = ColumnFacts::default();
        assert_eq!(
            applied(&Action::Addresses, text, "a@b.co").as_deref(),
            Some("(a@b.co)")
        );
        assert_eq!(
            applied(&Action::Keep, text, "a@b.co").as_deref(),
            Some("a@b.co")
        );
        assert_eq!(applied(&Action::Null, text, "a"), None);
        assert_eq!(
            applied(&Action::Constant("x".to_owned()), text, "a").as_deref(),
            Some("x")
        );
        assert_eq!(applied(&Action::Mask, text, "Ab1").as_deref(), Some("Xx0"));
        let hash = applied(&Action::Hash, text, "a").unwrap();
        assert_eq!(hash.len(), 32);
        assert_ne!(Some(&hash), applied(&Action::Hash, text, "b").as_ref());
        let shape = |shape| ColumnFacts {
            shape,
            ..ColumnFacts::default()
        };
        assert_eq!(
            applied(&Action::Hash, shape(Shape::Bytes), "a").unwrap(),
            format!("\\x{hash}")
        );
        assert_eq!(
            applied(&Action::Hash, shape(Shape::Uuid), "a")
                .unwrap()
                .len(),
            36
        );
        let short = ColumnFacts {
            longest: Some(20),
            ..ColumnFacts::default()
        };
        assert_eq!(
            applied(&Action::Hash, short, "a").unwrap(),
            hash.get(..20).unwrap()
        );
        assert!(
            applied(&Action::Fake(super::super::Fake::Street), short, "a")
                .unwrap()
                .len()
                <= 20
        );
        let problem = apply(
            &Action::Shift(3),
            text,
            &Key::new(b"x"),
            b"soon",
            &mut Both::default(),
        )
        .unwrap_err();
        assert_eq!(
            problem.to_string(),
            "a value is no date or timestamp in ISO style"
        );
    }
}
