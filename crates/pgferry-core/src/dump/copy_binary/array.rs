//! Arrays, as documented under "Array Input and Output Syntax".
//!
//! On the wire (`array_send`): the number of dimensions, whether there are NULLs, the type of the elements; for each dimension
//! its length and the index of its first element; then the elements, each with its length. Four bytes each.

use super::field::FieldFormat;
use super::{NULL, measured};

/// Appends `{a,"b c",NULL}`. Of one dimension, whose indexes begin with 1: others are written in other ways.
pub(super) fn write(
    value: &[u8],
    element_oid: u32,
    element: &FieldFormat,
    output: &mut Vec<u8>,
) -> Option<()> {
    let inside = value.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let start = output.len();
    output.extend_from_slice(&0_i32.to_be_bytes());
    output.extend_from_slice(&0_i32.to_be_bytes());
    output.extend_from_slice(&element_oid.to_be_bytes());
    if inside.is_empty() {
        return Some(());
    }
    output.extend_from_slice(&0_i32.to_be_bytes());
    output.extend_from_slice(&1_i32.to_be_bytes());
    let (mut count, mut has_nulls) = (0_i32, 0_i32);
    let mut unquoted = Vec::new();
    let mut rest = Some(inside);
    while let Some(text) = rest {
        count = count.checked_add(1)?;
        if let Some(quoted) = text.strip_prefix(b"\"") {
            unquoted.clear();
            let after = unquote(quoted, &mut unquoted)?;
            rest = match after.split_first() {
                Some((b',', after)) => Some(after),
                Some(_) => return None,
                None => None,
            };
            measured(output, |output| element.write(&unquoted, output))?;
            continue;
        }
        let comma = text.iter().position(|byte| *byte == b',');
        let plain = text.get(..comma.unwrap_or(text.len()))?;
        rest = comma.and_then(|comma| text.get(comma + 1..));
        if plain.is_empty() || plain.iter().copied().any(must_be_quoted) {
            return None;
        }
        if plain.eq_ignore_ascii_case(b"null") {
            has_nulls = 1;
            output.extend_from_slice(&NULL);
        } else {
            measured(output, |output| element.write(plain, output))?;
        }
    }
    for (offset, number) in [(0, 1), (4, has_nulls), (12, count)] {
        output
            .get_mut(start + offset..)?
            .first_chunk_mut::<4>()?
            .copy_from_slice(&i32::to_be_bytes(number));
    }
    Some(())
}

/// What the server never writes outside of quotes.
fn must_be_quoted(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"{}\"\\\x0b".contains(&byte)
}

/// Appends an element up to the quote that ends it, and gives what is behind that.
fn unquote<'v>(mut text: &'v [u8], output: &mut Vec<u8>) -> Option<&'v [u8]> {
    loop {
        let end = memchr::memchr2(b'"', b'\\', text)?;
        let (plain, rest) = text.split_at_checked(end)?;
        output.extend_from_slice(plain);
        let (mark, rest) = rest.split_first()?;
        if *mark == b'"' {
            return Some(rest);
        }
        let (escaped, rest) = rest.split_first()?;
        output.push(*escaped);
        text = rest;
    }
}
