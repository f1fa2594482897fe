//! Cuts the text of one statement into code, literals, identifiers and comments, as the server's lexer does
//! (documentation, section 4.1).

use memchr::{memchr, memchr2, memmem};

use super::quoting::Quoting;

/// What a piece of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Words, numbers, operators, and all quotes and comment marks.
    Code,
    /// What stands between the quotes of a literal.
    Literal(Quoting),
    /// What stands between the double quotes of a name.
    Identifier,
    /// What stands between dollar quotes.
    Dollar,
    Comment,
}

/// A piece of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) part: Part,
    pub(super) bytes: &'a [u8],
    /// The part ends with this piece.
    pub(super) ends: bool,
}

/// Dollar quotes with a longer tag are refused before they get here.
const LONGEST_TAG: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Code,
    /// In a word, after its first bytes.
    Word,
    /// Before so many bytes that close what came before.
    Close(usize),
    Quoted(Quoting),
    Dollar(Vec<u8>),
    LineComment,
    BlockComment(u32),
}

#[derive(Debug)]
pub(super) struct Lexer {
    state: State,
    /// `'…'` is `Quoting::String`, or an escape string without `standard_conforming_strings`.
    plain: Quoting,
    /// What could not be told yet.
    held: Vec<u8>,
}

impl Lexer {
    pub(super) fn new(standard_strings: bool) -> Self {
        let plain = if standard_strings {
            Quoting::String
        } else {
            Quoting::EscapeString
        };
        Self {
            state: State::Code,
            plain,
            held: Vec::new(),
        }
    }

    /// Passes on the pieces of the statement's next bytes; `last` says that it ends with them.
    pub(super) fn feed<E>(
        &mut self,
        input: &[u8],
        last: bool,
        sink: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.held.is_empty() {
            let taken = self.run(input, last, sink)?;
            self.held
                .extend_from_slice(input.get(taken..).unwrap_or_default());
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(input);
        let taken = self.run(&held, last, sink)?;
        held.drain(..taken);
        self.held = held;
        Ok(())
    }

    fn run<E>(
        &mut self,
        bytes: &[u8],
        last: bool,
        sink: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut start = 0;
        loop {
            let rest = bytes.get(start..).unwrap_or_default();
            let step = match &self.state {
                State::Code => self.code(rest, last),
                State::Word => word(rest),
                State::Close(length) => Step::to(*length, State::Code),
                State::Quoted(quoting) => quoted(*quoting, rest, last),
                State::Dollar(tag) => dollar(tag, rest, last),
                State::LineComment => line_comment(rest),
                State::BlockComment(depth) => block_comment(*depth, rest, last),
            };
            let part = match &self.state {
                State::Code | State::Word | State::Close(_) => Part::Code,
                State::Quoted(Quoting::Identifier) => Part::Identifier,
                State::Quoted(quoting) => Part::Literal(*quoting),
                State::Dollar(_) => Part::Dollar,
                State::LineComment | State::BlockComment(_) => Part::Comment,
            };
            let nests = part == Part::Comment && matches!(step.next, Some(State::BlockComment(_)));
            let ends =
                (step.next.is_some() && !nests) || (last && start + step.length == bytes.len());
            if step.length > 0 || (ends && part != Part::Code) {
                sink(Piece {
                    part,
                    bytes: rest.get(..step.length).unwrap_or_default(),
                    ends,
                })?;
            }
            start += step.length;
            let Some(next) = step.next else {
                return Ok(start);
            };
            self.state = next;
        }
    }

    fn code(&self, bytes: &[u8], last: bool) -> Step {
        let mut position = 0;
        while let Some(&byte) = bytes.get(position) {
            let after = bytes.get(position + 1..).unwrap_or_default();
            match byte {
                b'\'' => return Step::to(position + 1, State::Quoted(self.plain)),
                b'"' => return Step::to(position + 1, State::Quoted(Quoting::Identifier)),
                b'-' | b'/' if after.is_empty() && !last => return Step::wait(position),
                b'-' if after.starts_with(b"-") => {
                    return Step::to(position + 2, State::LineComment);
                }
                b'/' if after.starts_with(b"*") => {
                    return Step::to(position + 2, State::BlockComment(1));
                }
                b'$' => match tag_length(after) {
                    Some(length) => {
                        let end = position + length + 2;
                        let tag = bytes.get(position..end).unwrap_or_default().to_vec();
                        return Step::to(end, State::Dollar(tag));
                    }
                    None if !last
                        && after.len() < LONGEST_TAG
                        && after.iter().all(|&byte| is_word(byte)) =>
                    {
                        return Step::wait(position);
                    }
                    None => position += 1,
                },
                _ if is_word(byte) => {
                    let length = 1 + after
                        .iter()
                        .take_while(|&&byte| is_word(byte) || byte == b'$')
                        .count();
                    let word = bytes.get(position..position + length).unwrap_or_default();
                    let rest = bytes.get(position + length..).unwrap_or_default();
                    let is_prefix = matches!(word, [b'e' | b'E' | b'u' | b'U']);
                    if is_prefix && !last && rest.len() < 2 {
                        return Step::wait(position);
                    }
                    match (word, rest) {
                        ([b'e' | b'E'], [b'\'', ..]) => {
                            return Step::to(position + 2, State::Quoted(Quoting::EscapeString));
                        }
                        ([b'u' | b'U'], [b'&', b'\'', ..]) => {
                            return Step::to(position + 3, State::Quoted(Quoting::UnicodeString));
                        }
                        (_, []) => return Step::to(position + length, State::Word),
                        _ => position += length,
                    }
                }
                _ => position += 1,
            }
        }
        Step::wait(bytes.len())
    }
}

/// So many bytes belong to the current part; then comes another state, or more bytes are needed.
struct Step {
    length: usize,
    next: Option<State>,
}

impl Step {
    fn to(length: usize, next: State) -> Self {
        Self {
            length,
            next: Some(next),
        }
    }

    fn wait(length: usize) -> Self {
        Self { length, next: None }
    }
}

/// The inside of a literal or a quoted name. Its closing quote is code.
fn quoted(quoting: Quoting, bytes: &[u8], last: bool) -> Step {
    let quote = if quoting == Quoting::Identifier {
        b'"'
    } else {
        b'\''
    };
    let mut position = 0;
    loop {
        let rest = bytes.get(position..).unwrap_or_default();
        let found = if quoting == Quoting::EscapeString {
            memchr2(quote, b'\\', rest)
        } else {
            memchr(quote, rest)
        };
        let Some(found) = found else {
            return Step::wait(bytes.len());
        };
        position += found;
        let escapes = bytes.get(position) == Some(&b'\\');
        match bytes.get(position + 1) {
            None if !last => return Step::wait(position),
            Some(_) if escapes => position += 2,
            Some(&next) if next == quote => position += 2,
            _ if escapes => return Step::wait(bytes.len()),
            _ => return Step::to(position, State::Close(1)),
        }
    }
}

fn word(bytes: &[u8]) -> Step {
    let length = bytes
        .iter()
        .take_while(|&&byte| is_word(byte) || byte == b'$')
        .count();
    if length < bytes.len() {
        Step::to(length, State::Code)
    } else {
        Step::wait(length)
    }
}

fn dollar(tag: &[u8], bytes: &[u8], last: bool) -> Step {
    match memmem::find(bytes, tag) {
        Some(found) => Step::to(found, State::Close(tag.len())),
        None if last => Step::wait(bytes.len()),
        None => Step::wait(bytes.len().saturating_sub(tag.len() - 1)),
    }
}

fn line_comment(bytes: &[u8]) -> Step {
    match memchr2(b'\n', b'\r', bytes) {
        Some(end) => Step::to(end, State::Code),
        None => Step::wait(bytes.len()),
    }
}

fn block_comment(depth: u32, bytes: &[u8], last: bool) -> Step {
    let mut position = 0;
    while let Some(found) = memchr2(b'*', b'/', bytes.get(position..).unwrap_or_default()) {
        position += found;
        match bytes.get(position..).unwrap_or_default() {
            [_] if !last => return Step::wait(position),
            [b'*', b'/', ..] => {
                return match depth.checked_sub(1).filter(|depth| *depth > 0) {
                    Some(depth) => Step::to(position + 2, State::BlockComment(depth)),
                    None => Step::to(position, State::Close(2)),
                };
            }
            [b'/', b'*', ..] => {
                return Step::to(position + 2, State::BlockComment(depth.saturating_add(1)));
            }
            _ => position += 1,
        }
    }
    Step::wait(bytes.len())
}

/// The length of a dollar quote's tag without the dollars; `after` follows the first one.
fn tag_length(after: &[u8]) -> Option<usize> {
    let length = after.iter().take_while(|&&byte| is_word(byte)).count();
    let starts_well = !after.first().is_some_and(u8::is_ascii_digit);
    (starts_well && after.get(length) == Some(&b'$')).then_some(length)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The pieces, those of one part joined.
    fn parts(text: &[u8], size: usize, standard_strings: bool) -> Vec<(Part, Vec<u8>)> {
        let mut lexer = Lexer::new(standard_strings);
        let mut parts: Vec<(Part, Vec<u8>)> = Vec::new();
        let mut open = false;
        let mut sink = |piece: Piece<'_>| {
            match parts.last_mut() {
                Some((part, bytes))
                    if *part == piece.part && (open || piece.part == Part::Code) =>
                {
                    bytes.extend_from_slice(piece.bytes);
                }
                _ => parts.push((piece.part, piece.bytes.to_vec())),
            }
            open = !piece.ends;
            Ok::<(), ()>(())
        };
        for chunk in text.chunks(size.max(1)) {
            lexer.feed(chunk, false, &mut sink).unwrap();
        }
        lexer.feed(&[], true, &mut sink).unwrap();
        parts
    }

    #[test]
    fn each_part() {
        use Part::{Code, Comment, Dollar, Identifier, Literal};
        use Quoting::{EscapeString, String, UnicodeString};
        let cases: &[(&str, &[(Part, &str)])] = &[
            (
                "a 'b''c' d",
                &[(Code, "a '"), (Literal(String), "b''c"), (Code, "' d")],
            ),
            (
                r"E'b\'c\\' 'd'",
                &[
                    (Code, "E'"),
                    (Literal(EscapeString), r"b\'c\\"),
                    (Code, "' '"),
                    (Literal(String), "d"),
                    (Code, "'"),
                ],
            ),
            (
                "xe'b' U&'c'",
                &[
                    (Code, "xe'"),
                    (Literal(String), "b"),
                    (Code, "' U&'"),
                    (Literal(UnicodeString), "c"),
                    (Code, "'"),
                ],
            ),
            (
                "\"a\"\"'b\".c",
                &[(Code, "\""), (Identifier, "a\"\"'b"), (Code, "\".c")],
            ),
            (
                "$x$a $y$ 'b$x$ $1 a$b$c",
                &[(Code, "$x$"), (Dollar, "a $y$ 'b"), (Code, "$x$ $1 a$b$c")],
            ),
            ("$$a$$", &[(Code, "$$"), (Dollar, "a"), (Code, "$$")]),
            (
                "a --b'\nc",
                &[(Code, "a --"), (Comment, "b'"), (Code, "\nc")],
            ),
            (
                "a/*b/*c*/d*/'e'",
                &[
                    (Code, "a/*"),
                    (Comment, "b/*c*/d"),
                    (Code, "*/'"),
                    (Literal(String), "e"),
                    (Code, "'"),
                ],
            ),
            ("''", &[(Code, "'"), (Literal(String), ""), (Code, "'")]),
            ("'a", &[(Code, "'"), (Literal(String), "a")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(part, text)| (*part, text.as_bytes().to_vec()))
                .collect();
            for size in 1..=text.len() {
                assert_eq!(
                    parts(text.as_bytes(), size, true),
                    expected,
                    "{text} by {size}"
                );
            }
        }
        let escape = [
            (Code, b"'".to_vec()),
            (Literal(EscapeString), br"a\'b".to_vec()),
            (Code, b"'".to_vec()),
        ];
        assert_eq!(parts(br"'a\'b'", 1, false), escape);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_at_any_split(text in r#"[eE'\\"$x*/\n -]{0,40}"#, size in 1_usize..5) {
            let whole = parts(text.as_bytes(), usize::MAX, true);
            prop_assert_eq!(whole.iter().flat_map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>(), text.as_bytes());
            prop_assert_eq!(whole, parts(text.as_bytes(), size, true));
        }
    }
}
