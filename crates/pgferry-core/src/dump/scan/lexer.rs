//! Where statements end: the rules of psql's lexer (`src/fe_utils/psqlscan.l`, PostgreSQL 15 to 18).
//!
//! psql lexes line by line, the server the whole statement. Where this or their versions make a difference, the lexer
//! follows psql and reports a [`Hazard`].

use memchr::{memchr, memchr2};

use super::event::Hazard;

/// Tags of dollar quotes are kept to find their end; the server has no limit of its own.
const LONGEST_TAG: usize = 4096;

/// The longest of psql's variables is `HIDE_TOAST_COMPRESSION`, and of the words that count in functions `procedure`.
const LONGEST_WORD: usize = 24;

/// Variables that psql sets by itself. An unquoted `:NAME` is replaced by the value and lexed again.
const VARIABLES: [&[u8]; 39] = [
    b"AUTOCOMMIT",
    b"COMP_KEYWORD_CASE",
    b"DBNAME",
    b"ECHO",
    b"ECHO_HIDDEN",
    b"ENCODING",
    b"ERROR",
    b"FETCH_COUNT",
    b"HIDE_TABLEAM",
    b"HIDE_TOAST_COMPRESSION",
    b"HISTCONTROL",
    b"HISTFILE",
    b"HISTSIZE",
    b"HOST",
    b"IGNOREEOF",
    b"LAST_ERROR_MESSAGE",
    b"LAST_ERROR_SQLSTATE",
    b"ON_ERROR_ROLLBACK",
    b"ON_ERROR_STOP",
    b"PORT",
    b"PROMPT1",
    b"PROMPT2",
    b"PROMPT3",
    b"QUIET",
    b"ROW_COUNT",
    b"SERVER_VERSION_NAME",
    b"SERVER_VERSION_NUM",
    b"SERVICE",
    b"SHELL_ERROR",
    b"SHELL_EXIT_CODE",
    b"SHOW_ALL_RESULTS",
    b"SHOW_CONTEXT",
    b"SINGLELINE",
    b"SINGLESTEP",
    b"SQLSTATE",
    b"USER",
    b"VERBOSITY",
    b"VERSION",
    b"WATCH_INTERVAL",
];

/// Why the lexer stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It has read all there was.
    Input,
    /// Behind a semicolon that ends the statement.
    Semicolon,
    /// Before a backslash that begins a command of psql.
    Backslash,
    /// Behind the end of a `/* … */` comment that [`Lexer::begin_comment`] began.
    CommentEnd,
    /// Behind the byte that made the text ambiguous. Lexing goes on.
    Hazard(Hazard),
}

/// Kinds of strings, by what ends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// A quote ends it, two stand for one: `'…'`, `U&'…'`, `N'…'`.
    Standard,
    /// And a backslash takes away the next byte's meaning: `E'…'`.
    Escape,
    /// A quote ends it, two are the end and the beginning of another string: `B'…'`, `X'…'`.
    Bits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    /// An identifier or keyword; its first bytes are in `word`.
    Word,
    /// After a letter that makes the quote which follows a string of this kind.
    Prefix(Quote),
    /// Before the `&` of `U&'…'` or `U&"…"`, and after it.
    Ampersand,
    UnicodePrefix,
    Number,
    /// `1e`
    ExponentMark,
    /// `1e+`, `1e-`
    ExponentSign,
    Colon,
    Dash,
    Slash,
    /// After `$`; the tag so far is in `tag`.
    Dollar,
    DollarBody,
    /// In a dollar quote, after `$` and this many bytes that match the tag.
    DollarStop(usize),
    Quote(Quote),
    /// After a backslash in a string.
    QuoteEscape,
    /// After a quote in a string: the end, or a doubled quote.
    QuoteStop(Quote),
    DoubleQuote,
    LineComment,
    BlockComment,
    BlockCommentStar,
    BlockCommentSlash,
}

/// The word that is being read, as far as it can matter.
#[derive(Debug, Clone, Default)]
struct Word {
    bytes: [u8; LONGEST_WORD],
    length: usize,
}

impl Word {
    fn begin(&mut self, first: u8) {
        self.length = 0;
        self.push(first);
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
        }
        self.length = self.length.saturating_add(1);
    }

    /// Empty if the word is longer than all that matter.
    fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn is(&self, keyword: &[u8]) -> bool {
        self.text().eq_ignore_ascii_case(keyword)
    }
}

/// psql's heuristic for `BEGIN ATOMIC` bodies, and what tells when it is fooled.
#[derive(Debug, Clone, Default)]
struct Routine {
    /// First letters of the first four unquoted words, if they are one of `CREATE OR REPLACE FUNCTION PROCEDURE`.
    opening: [u8; 4],
    words: usize,
    /// Open `BEGIN`s and `CASE`s, as psql counts them.
    depth: u32,
    /// The last word was a `BEGIN` that counts.
    expect_atomic: bool,
    /// A `BEGIN` that counts was not followed by `ATOMIC`.
    loose: bool,
}

impl Routine {
    fn is_routine(&self) -> bool {
        matches!(
            self.opening,
            [b'c', b'f' | b'p', ..] | [b'c', b'o', b'r', b'f' | b'p']
        )
    }

    fn word(&mut self, word: &Word, parentheses: u64) {
        let matters = self.words < self.opening.len() || self.is_routine();
        if matters {
            let known: [&[u8]; 5] = [b"create", b"function", b"procedure", b"or", b"replace"];
            if let Some(slot) = self.opening.get_mut(self.words)
                && let Some(keyword) = known.iter().find(|keyword| word.is(keyword))
            {
                *slot = keyword.first().copied().unwrap_or_default();
            }
            if std::mem::take(&mut self.expect_atomic) && !word.is(b"atomic") {
                self.loose = true;
            }
            if self.is_routine() && parentheses == 0 {
                if word.is(b"begin") {
                    self.depth = self.depth.saturating_add(1);
                    self.expect_atomic = true;
                } else if word.is(b"case") && self.depth > 0 {
                    self.depth = self.depth.saturating_add(1);
                } else if word.is(b"end") {
                    self.depth = self.depth.saturating_sub(1);
                }
            }
        }
        self.words = self.words.saturating_add(1);
    }

    /// Anything but a word, white space and comments.
    fn symbol(&mut self) {
        if std::mem::take(&mut self.expect_atomic) {
            self.loose = true;
        }
    }
}

#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about what was read before"
)]
pub(super) struct Lexer {
    state: State,
    standard_strings: bool,
    /// psql takes the value of `standard_conforming_strings` once for each line.
    next_standard_strings: Option<bool>,
    word: Word,
    after_colon: bool,
    tag: Vec<u8>,
    comment_depth: u64,
    /// The comment stands between statements: its end stops the lexer.
    outer_comment: bool,
    parentheses: u64,
    routine: Routine,
    /// The last token was a string of this kind.
    last_string: Option<Quote>,
    /// There was a line break since then.
    line_break: bool,
}

impl Lexer {
    pub(super) fn new() -> Self {
        Self {
            state: State::Plain,
            standard_strings: true,
            next_standard_strings: None,
            word: Word::default(),
            after_colon: false,
            tag: Vec::new(),
            comment_depth: 0,
            outer_comment: false,
            parentheses: 0,
            routine: Routine::default(),
            last_string: None,
            line_break: false,
        }
    }

    pub(super) fn standard_strings(&self) -> bool {
        self.standard_strings
    }

    /// `SET standard_conforming_strings`, which psql notices on the next line.
    pub(super) fn set_standard_strings(&mut self, value: bool) {
        self.next_standard_strings = (value != self.standard_strings).then_some(value);
    }

    /// A line break outside statements.
    pub(super) fn end_line(&mut self) {
        if let Some(value) = self.next_standard_strings.take() {
            self.standard_strings = value;
        }
    }

    pub(super) fn begin_statement(&mut self) {
        self.state = State::Plain;
        self.after_colon = false;
        self.parentheses = 0;
        self.routine = Routine::default();
        self.last_string = None;
        self.line_break = false;
    }

    /// After `/*` between statements.
    pub(super) fn begin_comment(&mut self) {
        self.state = State::BlockComment;
        self.comment_depth = 1;
        self.outer_comment = true;
    }

    /// Reads `input` from `at` until something stops it; returns the place where it did.
    pub(super) fn run(&mut self, input: &[u8], mut at: usize) -> (usize, Stop) {
        while let Some(rest) = input.get(at..)
            && let Some(&byte) = rest.first()
        {
            // Each arm consumes at least one byte or changes the state so that the next round does.
            match self.state {
                State::Plain => {
                    if byte == b'\\' {
                        return (at, Stop::Backslash);
                    }
                    at += 1;
                    if let Some(stop) = self.plain(byte) {
                        return (at, stop);
                    }
                }
                State::Word => {
                    let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                    for byte in rest.iter().take(length) {
                        self.word.push(*byte);
                    }
                    at += length;
                    if length < rest.len()
                        && let Some(stop) =
                            self.end_word(input.get(at).copied().unwrap_or_default())
                    {
                        return (at, stop);
                    }
                }
                State::Quote(quote) => {
                    let found = if quote == Quote::Escape {
                        memchr2(b'\'', b'\\', rest)
                    } else {
                        memchr(b'\'', rest)
                    };
                    match found {
                        None => at = input.len(),
                        Some(index) => {
                            at += index + 1;
                            let end = rest.get(index) == Some(&b'\'');
                            self.state = if end {
                                State::QuoteStop(quote)
                            } else {
                                State::QuoteEscape
                            };
                        }
                    }
                }
                State::DoubleQuote => at = self.skip_past(b'"', input, at, State::Plain),
                State::DollarBody => at = self.skip_past(b'$', input, at, State::DollarStop(0)),
                State::LineComment => match memchr2(b'\n', b'\r', rest) {
                    None => at = input.len(),
                    Some(index) => {
                        at += index;
                        self.state = State::Plain;
                    }
                },
                State::BlockComment => match memchr2(b'*', b'/', rest) {
                    None => at = input.len(),
                    Some(index) => {
                        at += index + 1;
                        let star = rest.get(index) == Some(&b'*');
                        self.state = if star {
                            State::BlockCommentStar
                        } else {
                            State::BlockCommentSlash
                        };
                    }
                },
                _ => {
                    let (consumed, stop) = self.step(byte);
                    at += usize::from(consumed);
                    if let Some(stop) = stop {
                        return (at, stop);
                    }
                }
            }
        }
        (input.len(), Stop::Input)
    }

    fn skip_past(&mut self, byte: u8, input: &[u8], at: usize, next: State) -> usize {
        match memchr(byte, input.get(at..).unwrap_or_default()) {
            None => input.len(),
            Some(index) => {
                self.state = next;
                at + index + 1
            }
        }
    }

    /// A byte outside quotes, comments and words, other than a backslash.
    fn plain(&mut self, byte: u8) -> Option<Stop> {
        match byte {
            b'\n' => {
                self.line_break = true;
                self.end_line();
            }
            b'\r' => self.line_break = true,
            b' ' | b'\t' | b'\x0b' | b'\x0c' => {}
            b'-' => self.state = State::Dash,
            b'/' => self.state = State::Slash,
            b'\'' => return self.begin_plain_string(),
            b'"' => self.symbol(State::DoubleQuote),
            b'$' => {
                self.tag.clear();
                self.symbol(State::Dollar);
            }
            b':' => self.symbol(State::Colon),
            b'(' => {
                self.parentheses = self.parentheses.saturating_add(1);
                self.symbol(State::Plain);
            }
            b')' => {
                self.parentheses = self.parentheses.saturating_sub(1);
                self.symbol(State::Plain);
            }
            b';' => return self.semicolon(),
            b'0'..=b'9' => self.symbol(State::Number),
            _ if is_word_start(byte) => self.begin_word(byte, false),
            _ => self.symbol(State::Plain),
        }
        None
    }

    /// A token other than a word, white space or a comment.
    fn symbol(&mut self, next: State) {
        self.last_string = None;
        self.routine.symbol();
        self.state = next;
    }

    fn semicolon(&mut self) -> Option<Stop> {
        self.symbol(State::Plain);
        if self.parentheses > 0 {
            return None;
        }
        if self.routine.depth == 0 {
            return Some(Stop::Semicolon);
        }
        // In a body that the server takes for one, a semicolon stands directly under BEGIN ATOMIC, never inside CASE.
        (self.routine.depth > 1 || self.routine.loose)
            .then_some(Stop::Hazard(Hazard::HiddenSemicolon))
    }

    /// After an opening quote without a prefix.
    fn begin_plain_string(&mut self) -> Option<Stop> {
        let quote = if self.standard_strings {
            Quote::Standard
        } else {
            Quote::Escape
        };
        let continued = self.last_string.filter(|_| self.line_break);
        self.symbol(State::Quote(quote));
        if continued.is_some_and(|previous| (previous == Quote::Escape) != (quote == Quote::Escape))
        {
            Some(Stop::Hazard(Hazard::ContinuedString))
        } else {
            self.next_standard_strings
                .map(|_| Stop::Hazard(Hazard::StringAfterSetting))
        }
    }

    fn begin_word(&mut self, first: u8, after_colon: bool) {
        self.last_string = None;
        self.after_colon = after_colon;
        self.word.begin(first);
        self.state = State::Word;
    }

    /// `next` is the byte after the word, which is not consumed.
    fn end_word(&mut self, next: u8) -> Option<Stop> {
        let prefix = match (self.word.text(), next) {
            ([b'e' | b'E'], b'\'') => Some(State::Prefix(Quote::Escape)),
            ([b'b' | b'B' | b'x' | b'X'], b'\'') => Some(State::Prefix(Quote::Bits)),
            ([b'u' | b'U'], b'&') => Some(State::Ampersand),
            _ => None,
        };
        if std::mem::take(&mut self.after_colon) {
            // To psql the name of a variable, which is put in if it is set, and no prefix of a string.
            let name = self
                .word
                .text()
                .split(|byte| *byte == b'$')
                .next()
                .unwrap_or_default();
            let cut = name.len() < self.word.text().len();
            let hazard = prefix.is_some() || cut || VARIABLES.contains(&name);
            self.symbol(State::Plain);
            return hazard.then_some(Stop::Hazard(Hazard::Variable));
        }
        if let Some(state) = prefix {
            self.symbol(state);
        } else {
            self.routine.word(&self.word, self.parentheses);
            self.state = State::Plain;
        }
        None
    }

    /// The states that look at one byte. Returns whether they consumed it.
    fn step(&mut self, byte: u8) -> (bool, Option<Stop>) {
        let mut consumed = true;
        let mut stop = None;
        match (self.state, byte) {
            (State::Prefix(quote), _) => self.state = State::Quote(quote),
            (State::Ampersand, _) => self.state = State::UnicodePrefix,
            (State::UnicodePrefix, b'\'') => self.state = State::Quote(Quote::Standard),
            (State::UnicodePrefix, b'"') => self.state = State::DoubleQuote,

            (State::Number, b'0'..=b'9' | b'.')
            | (State::BlockCommentStar, b'*')
            | (State::BlockCommentSlash, b'/') => {}
            (State::Number, b'e' | b'E') => self.state = State::ExponentMark,
            (State::ExponentMark, b'+' | b'-') => self.state = State::ExponentSign,
            (State::ExponentMark | State::ExponentSign, b'0'..=b'9') => self.state = State::Number,
            (State::ExponentMark | State::ExponentSign, _) => {
                consumed = false;
                self.state = State::Plain;
                stop = Some(Stop::Hazard(Hazard::NumberJunk));
            }
            (State::Number, _) if is_word_start(byte) => {
                self.begin_word(byte, false);
                stop = Some(Stop::Hazard(Hazard::NumberJunk));
            }

            (State::Colon, b':') => self.state = State::Plain,
            (State::Colon, _) if is_word_start(byte) => self.begin_word(byte, true),
            (State::Dash, b'-') => self.state = State::LineComment,
            (State::Slash, b'*') => {
                self.comment_depth = 1;
                self.outer_comment = false;
                self.state = State::BlockComment;
            }
            (State::Dash | State::Slash, _) => {
                consumed = false;
                self.symbol(State::Plain);
            }

            (State::BlockCommentStar, b'/') => {
                self.comment_depth = self.comment_depth.saturating_sub(1);
                if self.comment_depth > 0 {
                    self.state = State::BlockComment;
                } else {
                    self.state = State::Plain;
                    stop = self.outer_comment.then_some(Stop::CommentEnd);
                }
            }
            (State::BlockCommentSlash, b'*') => {
                self.comment_depth = self.comment_depth.saturating_add(1);
                self.state = State::BlockComment;
            }
            (State::BlockCommentStar | State::BlockCommentSlash, _) => {
                consumed = false;
                self.state = State::BlockComment;
            }

            (State::Dollar, b'$') => self.state = State::DollarBody,
            (State::Dollar, b'0'..=b'9') if self.tag.is_empty() => self.state = State::Number,
            (State::Dollar, _) if is_word(byte) => {
                self.tag.push(byte);
                if self.tag.len() > LONGEST_TAG {
                    self.begin_word(byte, false);
                    stop = Some(Stop::Hazard(Hazard::LongTag));
                }
            }
            (State::Dollar, _) => {
                consumed = false;
                self.end_failed_tag();
            }
            (State::DollarStop(matched), _) => {
                let expected = self.tag.get(matched).copied().unwrap_or(b'$');
                self.state = match byte {
                    _ if byte == expected && matched == self.tag.len() => State::Plain,
                    _ if byte == expected => State::DollarStop(matched + 1),
                    b'$' => State::DollarStop(0),
                    _ => State::DollarBody,
                };
            }

            (State::QuoteEscape, _) => self.state = State::Quote(Quote::Escape),
            (State::QuoteStop(quote @ (Quote::Standard | Quote::Escape)), b'\'') => {
                self.state = State::Quote(quote);
            }
            (State::QuoteStop(quote), _) => {
                consumed = false;
                self.last_string = Some(quote);
                self.line_break = false;
                self.state = State::Plain;
            }

            _ => {
                consumed = false;
                self.state = State::Plain;
            }
        }
        (consumed, stop)
    }

    /// `$tag` without a second `$`: a lone `$`, and the tag is a word.
    fn end_failed_tag(&mut self) {
        let tag = std::mem::take(&mut self.tag);
        self.state = State::Plain;
        if let Some((first, rest)) = tag.split_first() {
            self.begin_word(*first, false);
            for byte in rest {
                self.word.push(*byte);
            }
        }
    }
}

pub(super) fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
