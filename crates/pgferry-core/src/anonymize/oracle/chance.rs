//! Tells addresses from accidents among the bytes of a value in hex, which may be of any kind.

use std::ops::Range;

use super::letter::{self, Class, Reading};
use super::neighbourhood::Surroundings;

/// How much context says whether bytes are text.
const CONTEXT: usize = 16;
/// In bytes that are no text an address must be this long to be told from chance; longer if its letters are of both cases.
const LENGTH_AMONG_BYTES: usize = 10;
const LENGTH_AMONG_BYTES_MIXED: usize = 15;

/// Bytes of a value are read as LATIN1 only where they are nothing but text.
pub(super) fn reading(around: Surroundings<'_>) -> Reading {
    let binary = |byte: &u8| matches!(byte, 0..=8 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F..=0x9F);
    let (left, right) = (around.left(), around.right());
    let left = left
        .get(left.len().saturating_sub(CONTEXT * 2)..)
        .unwrap_or_default();
    let right = right
        .get(..right.len().min(CONTEXT * 2))
        .unwrap_or_default();
    if around.inner && (left.iter().any(binary) || right.iter().any(binary)) {
        Reading::Bytes
    } else {
        Reading::Text
    }
}

/// Among bytes of any kind, an `@` and a dot with letters around them come about by chance: an address stands in text, or
/// is too long for chance, which mixes upper and lower case. In random bytes that leaves one in
/// some gigabytes.
pub(super) fn is_plausible(
    around: Surroundings<'_>,
    raw: Range<usize>,
    name: &[u8],
    host: &[u8],
) -> bool {
    let before = around
        .window
        .get(raw.start.saturating_sub(CONTEXT)..raw.start)
        .unwrap_or_default();
    let after = around.window.get(raw.end..).unwrap_or_default();
    let after = after.get(..after.len().min(CONTEXT)).unwrap_or_default();
    let cased = |case: fn(&u8) -> bool| name.iter().chain(host).any(case);
    let mixed = cased(u8::is_ascii_lowercase) && cased(u8::is_ascii_uppercase);
    let least = if mixed {
        LENGTH_AMONG_BYTES_MIXED
    } else {
        LENGTH_AMONG_BYTES
    };
    (is_text(before) && is_text(after)
        || characters(name).saturating_add(characters(host)) >= least)
        && !is_mostly_stray(name, host)
}

/// Whether more than a third of the characters are letters only in LATIN1: no language is written so, random bytes are.
fn is_mostly_stray(name: &[u8], host: &[u8]) -> bool {
    let stray = |class: Class| class == Class::StrayLetter;
    let strays = count(name, stray).saturating_add(count(host, stray));
    strays.saturating_mul(3) > characters(name).saturating_add(characters(host))
}

fn characters(bytes: &[u8]) -> usize {
    count(bytes, |_| true)
}

/// How many characters are of some class.
fn count(mut bytes: &[u8], wanted: fn(Class) -> bool) -> usize {
    let mut found = 0_usize;
    while let Some((class, length)) = letter::first(bytes, Reading::Text) {
        found = found.saturating_add(usize::from(wanted(class)));
        bytes = bytes.get(length..).unwrap_or_default();
    }
    found
}

/// Whether bytes are UTF-8 without control characters, characters that were cut at either end apart.
fn is_text(bytes: &[u8]) -> bool {
    let start = bytes
        .iter()
        .take(3)
        .take_while(|&&byte| (0x80..0xC0).contains(&byte))
        .count();
    let bytes = bytes.get(start..).unwrap_or_default();
    let valid = match str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    valid
        && !bytes
            .iter()
            .any(|byte| byte.is_ascii_control() && !b"\t\r\n".contains(byte))
}
