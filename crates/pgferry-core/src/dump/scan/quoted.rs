//! The inside of quotes and comments.

use memchr::{memchr, memchr2};

use super::event::Hazard;
use super::lexer::{Lexer, Number, Quote, State, Step, Stop, is_word};

/// Tags of dollar quotes are kept to find their end; the server has no limit of its own.
const LONGEST_TAG: usize = 4096;

impl Lexer {
    /// How many bytes of `rest` belong to the string that it begins in.
    pub(super) fn quote(&mut self, quote: Quote, rest: &[u8]) -> usize {
        if quote == Quote::Escape {
            return memchr2(b'\'', b'\\', rest).map_or(rest.len(), |index| {
                let end = rest.get(index) == Some(&b'\'');
                self.state = if end {
                    State::QuoteStop(quote)
                } else {
                    State::QuoteEscape
                };
                index + 1
            });
        }
        let Some(index) = memchr(b'\'', rest) else {
            return rest.len();
        };
        match rest.get(index + 1) {
            None => self.state = State::QuoteStop(quote),
            Some(b'\'') if quote == Quote::Standard => return index + 2,
            Some(_) => self.end_string(quote),
        }
        index + 1
    }

    pub(super) fn end_string(&mut self, quote: Quote) {
        self.last_string = Some(quote);
        self.line_break = false;
        self.state = State::Plain;
    }

    /// After an opening quote without a prefix.
    pub(super) fn begin_plain_string(&mut self) -> Option<Stop> {
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

    pub(super) fn comment(&mut self, byte: u8) -> Step {
        match (self.state, byte) {
            (State::Dash, b'-') => self.goto(State::LineComment),
            (State::Slash, b'*') => {
                self.comment_depth = 1;
                self.outer_comment = false;
                self.goto(State::BlockComment)
            }
            (State::Dash | State::Slash, _) => {
                self.symbol(State::Plain);
                Step {
                    consumed: false,
                    stop: None,
                }
            }
            (State::BlockCommentStar, b'/') => {
                self.comment_depth = self.comment_depth.saturating_sub(1);
                let open = self.comment_depth > 0;
                let step = self.goto(if open {
                    State::BlockComment
                } else {
                    State::Plain
                });
                Step {
                    stop: (!open && self.outer_comment).then_some(Stop::CommentEnd),
                    ..step
                }
            }
            (State::BlockCommentSlash, b'*') => {
                self.comment_depth = self.comment_depth.saturating_add(1);
                self.goto(State::BlockComment)
            }
            (State::BlockCommentStar, b'*') | (State::BlockCommentSlash, b'/') => {
                self.goto(self.state)
            }
            _ => self.retry(State::BlockComment),
        }
    }

    pub(super) fn dollar(&mut self, byte: u8) -> Step {
        match self.state {
            State::DollarStop(matched) => {
                let expected = self.tag.get(matched).copied().unwrap_or(b'$');
                self.goto(match byte {
                    _ if byte == expected && matched == self.tag.len() => State::Plain,
                    _ if byte == expected => State::DollarStop(matched + 1),
                    b'$' => State::DollarStop(0),
                    _ => State::DollarBody,
                })
            }
            _ if byte == b'$' => self.goto(State::DollarBody),
            _ if byte.is_ascii_digit() && self.tag.is_empty() => {
                self.goto(State::Number(Number::Parameter))
            }
            _ if is_word(byte) => {
                self.tag.push(byte);
                if self.tag.len() > LONGEST_TAG {
                    self.begin_word(byte, false);
                    return Step {
                        consumed: true,
                        stop: Some(Stop::Hazard(Hazard::LongTag)),
                    };
                }
                Step {
                    consumed: true,
                    stop: None,
                }
            }
            _ => {
                // A lone `$`, and the tag is a word.
                let tag = std::mem::take(&mut self.tag);
                self.state = State::Plain;
                if let Some((first, rest)) = tag.split_first() {
                    self.begin_word(*first, false);
                    self.word.extend(rest);
                }
                Step {
                    consumed: false,
                    stop: None,
                }
            }
        }
    }
}
