//! The words of a statement whose text is at hand.
//!
//! The lexer has found where the statement ends; this only has to tell its first tokens apart. What is cut off at the end
//! of the text is a token as far as it goes.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::lexer::{is_word, is_word_start};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword or an unquoted identifier.
    Word(&'a [u8]),
    /// What stands between double quotes, quotes still doubled.
    Quoted(&'a [u8]),
    /// What stands between single quotes.
    String {
        body: &'a [u8],
        /// Backslashes escape.
        escapes: bool,
    },
    /// What stands between dollar quotes.
    Dollar(&'a [u8]),
    Number(&'a [u8]),
    /// One byte of anything else.
    Symbol(u8),
    /// Strings and identifiers that take decoding nobody here needs: `B'…'`, `X'…'`, `U&'…'`, `U&"…"`.
    Opaque,
}

impl<'a> Token<'a> {
    pub(crate) fn is(self, keyword: &[u8]) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// As an identifier: folded to lower case or unquoted.
    pub(crate) fn identifier(self) -> Option<Cow<'a, [u8]>> {
        match self {
            Self::Word(word) if word.iter().any(u8::is_ascii_uppercase) => {
                Some(Cow::Owned(word.to_ascii_lowercase()))
            }
            Self::Word(word) => Some(Cow::Borrowed(word)),
            Self::Quoted(body) => Some(undouble(body, b'"')),
            _ => None,
        }
    }
}

/// `body` with each doubled `quote` made one.
pub(crate) fn undouble(body: &[u8], quote: u8) -> Cow<'_, [u8]> {
    if memchr(quote, body).is_none() {
        return Cow::Borrowed(body);
    }
    let mut decoded = Vec::with_capacity(body.len());
    let mut skip = false;
    for byte in body {
        skip = *byte == quote && !skip;
        if !skip {
            decoded.push(*byte);
        }
    }
    Cow::Owned(decoded)
}

#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    rest: &'a [u8],
    standard_strings: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a [u8], standard_strings: bool) -> Self {
        Self {
            rest: text,
            standard_strings,
        }
    }

    pub(crate) fn peek(&self) -> Option<Token<'a>> {
        self.clone().next()
    }

    /// Consumes the next token if it is this keyword.
    pub(crate) fn accept(&mut self, keyword: &[u8]) -> bool {
        self.accept_if(|token| token.is(keyword))
    }

    pub(crate) fn accept_symbol(&mut self, symbol: u8) -> bool {
        self.accept_if(|token| token == Token::Symbol(symbol))
    }

    pub(crate) fn accept_if(&mut self, condition: impl FnOnce(Token<'a>) -> bool) -> bool {
        let mut ahead = self.clone();
        let accepted = ahead.next().is_some_and(condition);
        if accepted {
            *self = ahead;
        }
        accepted
    }

    /// Consumes `keywords` if they all follow.
    pub(crate) fn accept_all(&mut self, keywords: &[&[u8]]) -> bool {
        let mut ahead = self.clone();
        let accepted = keywords.iter().all(|keyword| ahead.accept(keyword));
        if accepted {
            *self = ahead;
        }
        accepted
    }

    fn advance(&mut self, length: usize) -> &'a [u8] {
        let (before, after) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, &[]));
        self.rest = after;
        before
    }

    fn run(&mut self, condition: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self
            .rest
            .iter()
            .take_while(|byte| condition(**byte))
            .count();
        self.advance(length)
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            self.run(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c'));
            if self.rest.starts_with(b"--") {
                self.run(|byte| byte != b'\n' && byte != b'\r');
            } else if self.rest.starts_with(b"/*") {
                self.skip_block_comment();
            } else {
                return;
            }
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0_u64;
        while !self.rest.is_empty() {
            if self.rest.starts_with(b"/*") {
                depth += 1;
                self.advance(2);
            } else if self.rest.starts_with(b"*/") {
                depth -= 1;
                self.advance(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.advance(1);
            }
        }
    }

    /// After an opening quote: the text up to the closing one, and past it.
    fn quoted(&mut self, quote: u8, escapes: bool) -> &'a [u8] {
        let mut length = 0;
        while let Some(byte) = self.rest.get(length) {
            if escapes && *byte == b'\\' {
                length += 2;
            } else if *byte != quote {
                length += 1;
            } else if self.rest.get(length + 1) == Some(&quote) {
                length += 2;
            } else {
                break;
            }
        }
        let body = self.advance(length);
        self.advance(1);
        body
    }

    fn word(&mut self) -> Token<'a> {
        let mut ahead = self.clone();
        let word = ahead.run(is_word);
        match (word, ahead.rest) {
            ([b'e' | b'E'], [b'\'', ..]) => {
                ahead.advance(1);
                let body = ahead.quoted(b'\'', true);
                *self = ahead;
                Token::String {
                    body,
                    escapes: true,
                }
            }
            ([b'b' | b'B' | b'x' | b'X'], [b'\'', ..]) => {
                ahead.advance(1);
                ahead.quoted(b'\'', false);
                *self = ahead;
                Token::Opaque
            }
            ([b'u' | b'U'], [b'&', quote @ (b'\'' | b'"'), ..]) => {
                ahead.advance(2);
                ahead.quoted(*quote, false);
                *self = ahead;
                Token::Opaque
            }
            _ => {
                *self = ahead;
                Token::Word(word)
            }
        }
    }

    fn dollar(&mut self) -> Token<'a> {
        let mut ahead = self.clone();
        ahead.advance(1);
        let tag = ahead.run(|byte| is_word(byte) && byte != b'$');
        if ahead.rest.first() != Some(&b'$') || tag.first().is_some_and(u8::is_ascii_digit) {
            self.advance(1);
            return Token::Symbol(b'$');
        }
        let delimiter = self.advance(tag.len().saturating_add(2));
        let length = memmem::find(self.rest, delimiter).unwrap_or(self.rest.len());
        let body = self.advance(length);
        self.advance(delimiter.len());
        Token::Dollar(body)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks_and_comments();
        let first = *self.rest.first()?;
        Some(match first {
            b'\'' => {
                self.advance(1);
                let escapes = !self.standard_strings;
                Token::String {
                    body: self.quoted(b'\'', escapes),
                    escapes,
                }
            }
            b'"' => {
                self.advance(1);
                Token::Quoted(self.quoted(b'"', false))
            }
            b'$' => self.dollar(),
            b'0'..=b'9' => Token::Number(self.run(|byte| byte.is_ascii_digit() || byte == b'.')),
            _ if is_word_start(first) => self.word(),
            _ => {
                self.advance(1);
                Token::Symbol(first)
            }
        })
    }
}
