//! Where statements end: the rules of psql's lexer (`src/fe_utils/psqlscan.l`, PostgreSQL 15 to 18).
//!
//! psql lexes line by line, the server the whole statement. Where this or their versions make a difference, the lexer
//! follows psql and reports a [`Hazard`].

use memchr::{memchr, memchr2};

use super::event::Hazard;
use super::words::{Routine, Word, is_variable};

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

/// What became of one byte.
pub(super) struct Step {
    pub(super) consumed: bool,
    pub(super) stop: Option<Stop>,
}

/// Kinds of strings, by what ends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// A quote ends it, two stand for one: `'…'`, `U&'…'`, `N'…'`.
    Standard,
    /// And a backslash takes away the next byte's meaning: `E'…'`.
    Escape,
    /// A quote ends it, two are the end and the beginning of another string: `B'…'`, `X'…'`.
    Bits,
}

/// Parts of numbers, by what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Digits,
    Fraction,
    Exponent,
    /// `$1`
    Parameter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Plain,
    /// An identifier or keyword; its first bytes are in `word`.
    Word,
    /// After a letter that makes the quote which follows a string of this kind.
    Prefix(Quote),
    /// Before the `&` of `U&'…'` or `U&"…"`, and after it.
    Ampersand,
    UnicodePrefix,
    /// After a dot, which a digit makes part of a number.
    Dot,
    Number(Number),
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

#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about what was read before"
)]
pub(super) struct Lexer {
    pub(super) state: State,
    pub(super) standard_strings: bool,
    /// psql takes the value of `standard_conforming_strings` once for each line.
    pub(super) next_standard_strings: Option<bool>,
    pub(super) word: Word,
    pub(super) after_colon: bool,
    pub(super) tag: Vec<u8>,
    pub(super) comment_depth: u64,
    /// The comment stands between statements: its end stops the lexer.
    pub(super) outer_comment: bool,
    pub(super) parentheses: u64,
    pub(super) routine: Routine,
    /// The last token was a string of this kind.
    pub(super) last_string: Option<Quote>,
    /// There was a line break since then.
    pub(super) line_break: bool,
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
                    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
                    at += blanks;
                    let Some(&byte) = rest.get(blanks) else {
                        break;
                    };
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
                    let (word, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                    self.word.extend(word);
                    at += length;
                    if let Some(next) = after.first()
                        && let Some(stop) = self.end_word(*next)
                    {
                        return (at, stop);
                    }
                }
                State::Number(part) => {
                    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                    at += length;
                    if let Some(next) = rest.get(length) {
                        let step = self.end_digits(part, *next);
                        at += usize::from(step.consumed);
                        if let Some(stop) = step.stop {
                            return (at, stop);
                        }
                    }
                }
                State::Quote(quote) => at += self.quote(quote, rest),
                State::DoubleQuote => at += self.skip_past(b'"', rest, State::Plain),
                State::DollarBody => at += self.skip_past(b'$', rest, State::DollarStop(0)),
                State::LineComment => {
                    at += memchr2(b'\n', b'\r', rest).map_or(rest.len(), |end| {
                        self.state = State::Plain;
                        end
                    });
                }
                State::BlockComment => {
                    at += memchr2(b'*', b'/', rest).map_or(rest.len(), |index| {
                        let star = rest.get(index) == Some(&b'*');
                        self.state = if star {
                            State::BlockCommentStar
                        } else {
                            State::BlockCommentSlash
                        };
                        index + 1
                    });
                }
                _ => {
                    let step = self.step(byte);
                    at += usize::from(step.consumed);
                    if let Some(stop) = step.stop {
                        return (at, stop);
                    }
                }
            }
        }
        (input.len(), Stop::Input)
    }

    /// How many bytes of `rest` go up to `byte` and including it, after which `next` is the state.
    fn skip_past(&mut self, byte: u8, rest: &[u8], next: State) -> usize {
        memchr(byte, rest).map_or(rest.len(), |index| {
            self.state = next;
            index + 1
        })
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
            b'0'..=b'9' => self.symbol(State::Number(Number::Digits)),
            b'.' => self.symbol(State::Dot),
            _ if is_word_start(byte) => self.begin_word(byte, false),
            _ => self.symbol(State::Plain),
        }
        None
    }

    /// A token other than a word, white space or a comment.
    pub(super) fn symbol(&mut self, next: State) {
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

    pub(super) fn begin_word(&mut self, first: u8, after_colon: bool) {
        self.last_string = None;
        self.after_colon = after_colon;
        self.word.begin(first);
        self.state = State::Word;
    }

    /// `next` is the byte after the word, which is not consumed.
    fn end_word(&mut self, next: u8) -> Option<Stop> {
        // psql counts as words neither these prefixes nor the names of its variables.
        let prefix = match (self.word.text(), next) {
            ([b'e' | b'E'], b'\'') => Some(State::Prefix(Quote::Escape)),
            ([b'b' | b'B' | b'x' | b'X'], b'\'') => Some(State::Prefix(Quote::Bits)),
            ([b'n' | b'N'], b'\'') => Some(State::Plain),
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
            let hazard = prefix.is_some() || cut || is_variable(name);
            self.symbol(State::Plain);
            return hazard.then_some(Stop::Hazard(Hazard::Variable));
        }
        if let Some(state) = prefix {
            self.symbol(state);
        } else {
            self.routine.word(self.word.text(), self.parentheses);
            self.state = State::Plain;
        }
        None
    }

    /// The byte after the digits of a number. Where versions of the lexer differ, it is a hazard: in all of them letters
    /// directly after a number begin a word or belong to the number, some take a `$` in these letters for part of it, and a
    /// word counts in [`Routine`], a number does not.
    fn end_digits(&mut self, part: Number, next: u8) -> Step {
        match (part, next) {
            (Number::Digits, b'.') => self.goto(State::Number(Number::Fraction)),
            (Number::Digits | Number::Fraction, b'e' | b'E') => self.goto(State::ExponentMark),
            (Number::Fraction, b'.') | (Number::Exponent, b'$') => self.junk(),
            _ if is_word_start(next) => self.junk(),
            _ => self.retry(State::Plain),
        }
    }

    fn junk(&mut self) -> Step {
        let step = self.retry(State::Plain);
        Step {
            stop: Some(Stop::Hazard(Hazard::NumberJunk)),
            ..step
        }
    }

    /// The states that look at one byte.
    fn step(&mut self, byte: u8) -> Step {
        match self.state {
            State::Prefix(quote) => self.goto(State::Quote(quote)),
            State::Ampersand => self.goto(State::UnicodePrefix),
            State::UnicodePrefix if byte == b'\'' => self.goto(State::Quote(Quote::Standard)),
            State::UnicodePrefix if byte == b'"' => self.goto(State::DoubleQuote),
            State::QuoteEscape => self.goto(State::Quote(Quote::Escape)),
            State::QuoteStop(quote) if byte == b'\'' && quote != Quote::Bits => {
                self.goto(State::Quote(quote))
            }
            State::QuoteStop(quote) => {
                self.end_string(quote);
                Step {
                    consumed: false,
                    stop: None,
                }
            }
            State::ExponentMark if matches!(byte, b'+' | b'-') => self.goto(State::ExponentSign),
            State::ExponentMark | State::ExponentSign if byte.is_ascii_digit() => {
                self.goto(State::Number(Number::Exponent))
            }
            State::ExponentMark | State::ExponentSign => self.junk(),
            State::Dot if byte == b'.' => self.goto(State::Plain),
            State::Dot if byte.is_ascii_digit() => self.retry(State::Number(Number::Fraction)),
            State::Colon if byte == b':' => self.goto(State::Plain),
            // `:{?name}`: psql puts in whether the variable is set.
            State::Colon if byte == b'{' => {
                let step = self.goto(State::Plain);
                Step {
                    stop: Some(Stop::Hazard(Hazard::Variable)),
                    ..step
                }
            }
            State::Colon if is_word_start(byte) => {
                self.begin_word(byte, true);
                Step {
                    consumed: true,
                    stop: None,
                }
            }
            State::Dollar | State::DollarStop(_) => self.dollar(byte),
            State::Dash | State::Slash | State::BlockCommentStar | State::BlockCommentSlash => {
                self.comment(byte)
            }
            _ => self.retry(State::Plain),
        }
    }

    pub(super) fn goto(&mut self, state: State) -> Step {
        self.state = state;
        Step {
            consumed: true,
            stop: None,
        }
    }

    /// The byte is read again in another state.
    pub(super) fn retry(&mut self, state: State) -> Step {
        self.state = state;
        Step {
            consumed: false,
            stop: None,
        }
    }
}

pub(super) fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
