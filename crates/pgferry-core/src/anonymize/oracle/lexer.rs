//! Follows SQL outside of COPY data, no further than it takes to know where statements begin and end.

use super::copy_header::CopyHeader;
use super::report::Site;

/// How much of a statement is kept for its heading.
const HEADING: usize = 96;
/// The longest COPY statement: 1600 columns, each a name of 63 bytes that may all be doubled quotes.
const COPY_STATEMENT: usize = 256 * 1024;
/// The longest tag of a dollar quote that is followed.
const TAG: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    /// After a `-`, or a `/`.
    Dash,
    Slash,
    LineComment,
    /// A psql meta-command, up to the end of its line.
    Meta,
    BlockComment,
    /// In a block comment, after a `*`, or a `/`.
    BlockStar,
    BlockSlash,
    String,
    /// After a backslash in a string with escapes.
    StringEscape,
    /// After the quote that ends a string, unless another one follows.
    StringEnd,
    Name,
    /// In the opening tag of a dollar quote.
    Tag,
    Dollar,
}

/// The state of the SQL at some byte.
#[derive(Debug)]
pub(super) struct Lexer {
    state: State,
    /// Lines before this byte.
    lines: u64,
    /// Whether the byte is inside of a statement, and on which line that began.
    open: bool,
    statement_line: u64,
    /// The first bytes of the statement.
    head: Vec<u8>,
    /// The last two bytes, newest last.
    previous: [u8; 2],
    /// Whether the current string has backslash escapes.
    escapes: bool,
    /// Whether strings without an `E` do not.
    standard_strings: bool,
    comment_depth: u32,
    /// The tag of the dollar quote, without its dollars.
    tag: Vec<u8>,
    /// How much of the closing tag, dollars included, has been read.
    matched: usize,
}

impl Lexer {
    pub(super) fn new() -> Self {
        Self {
            state: State::Plain,
            lines: 0,
            open: false,
            statement_line: 0,
            head: Vec::new(),
            previous: [b'\n'; 2],
            escapes: false,
            standard_strings: true,
            comment_depth: 0,
            tag: Vec::new(),
            matched: 0,
        }
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.lines.saturating_add(1)
    }

    /// Adds lines that were read elsewhere.
    pub(super) fn add_lines(&mut self, lines: u64) {
        self.lines = self.lines.saturating_add(lines);
    }

    pub(super) fn site(&self) -> Site {
        if !self.open {
            return Site::Between;
        }
        let shown = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_\". ".contains(byte);
        let heading = self
            .head
            .iter()
            .take(HEADING)
            .take_while(shown)
            .map(|&byte| char::from(byte))
            .collect();
        Site::Statement {
            line: self.statement_line,
            heading,
        }
    }

    /// Reads bytes up to the end of a COPY statement that data follows, or to their own end. Returns how many were read,
    /// and that statement's header.
    pub(super) fn read(&mut self, bytes: &[u8]) -> (usize, Option<CopyHeader>) {
        let mut read = 0;
        while let Some(rest) = bytes.get(read..).filter(|rest| !rest.is_empty()) {
            // What cannot change the state is passed over in one go.
            let run = self.inert(rest).min(rest.len());
            if let Some(run) = rest.get(..run).filter(|run| !run.is_empty()) {
                self.pass(run);
                read = read.saturating_add(run.len());
                continue;
            }
            let Some(&byte) = rest.first() else { break };
            read = read.saturating_add(1);
            let ends = self.step(byte);
            if byte == b'\n' {
                self.lines = self.lines.saturating_add(1);
            }
            let [_, last] = self.previous;
            self.previous = [last, byte];
            if ends && let Some(header) = self.end_statement() {
                return (read, Some(header));
            }
        }
        (read, None)
    }

    /// How many bytes from here on leave the state as it is.
    fn inert(&self, rest: &[u8]) -> usize {
        let found = match self.state {
            State::Plain if !self.open => Some(0),
            State::Plain => rest
                .iter()
                .position(|byte| matches!(byte, b'\'' | b'"' | b'$' | b'-' | b'/' | b';')),
            State::LineComment | State::Meta => memchr::memchr(b'\n', rest),
            State::BlockComment => memchr::memchr2(b'*', b'/', rest),
            State::String if self.escapes => memchr::memchr2(b'\'', b'\\', rest),
            State::String => memchr::memchr(b'\'', rest),
            State::Name => memchr::memchr(b'"', rest),
            State::Dollar if self.matched == 0 => memchr::memchr(b'$', rest),
            _ => Some(0),
        };
        found.unwrap_or(rest.len())
    }

    fn pass(&mut self, run: &[u8]) {
        self.lines = self
            .lines
            .saturating_add(memchr::memchr_iter(b'\n', run).count() as u64);
        self.keep(run);
        self.previous = match run {
            [.., before, last] => [*before, *last],
            [only] => [self.previous[1], *only],
            [] => self.previous,
        };
    }

    fn keep(&mut self, run: &[u8]) {
        if !self.open {
            return;
        }
        let room = |head: &[u8]| {
            let most = if head.starts_with(b"COPY ") {
                COPY_STATEMENT
            } else {
                HEADING
            };
            most.saturating_sub(head.len())
        };
        let (start, rest) = run
            .split_at_checked(HEADING.saturating_sub(self.head.len()))
            .unwrap_or((run, &[]));
        self.head.extend_from_slice(start);
        self.head.extend(rest.iter().take(room(&self.head)));
    }

    /// Reads one byte. Returns whether it ends a statement.
    fn step(&mut self, byte: u8) -> bool {
        match self.state {
            State::Plain => return self.plain(byte),
            State::Dash if byte == b'-' => self.state = State::LineComment,
            State::Slash if byte == b'*' => {
                self.state = State::BlockComment;
                self.comment_depth = 1;
            }
            State::Dash | State::Slash => {
                // It was an operator.
                self.begin();
                self.state = State::Plain;
                return self.plain(byte);
            }
            State::LineComment | State::Meta if byte == b'\n' => self.state = State::Plain,
            State::BlockComment | State::BlockStar | State::BlockSlash => self.block_comment(byte),
            State::String if byte == b'\'' => self.state = State::StringEnd,
            State::String if byte == b'\\' && self.escapes => self.state = State::StringEscape,
            State::StringEscape => self.state = State::String,
            State::StringEnd if byte == b'\'' => self.state = State::String,
            State::StringEnd => {
                self.state = State::Plain;
                return self.plain(byte);
            }
            State::Name if byte == b'"' => self.state = State::Plain,
            State::Tag => return self.tag(byte),
            State::Dollar => self.dollar(byte),
            State::LineComment | State::Meta | State::String | State::Name => {}
        }
        self.keep(&[byte]);
        false
    }

    fn begin(&mut self) {
        if !self.open {
            self.open = true;
            self.statement_line = self.line();
            self.head.clear();
        }
    }

    fn plain(&mut self, byte: u8) -> bool {
        let [before, last] = self.previous;
        match byte {
            b'-' => self.state = State::Dash,
            b'/' => self.state = State::Slash,
            _ if byte.is_ascii_whitespace() => {}
            b'\\' if !self.open => self.state = State::Meta,
            b';' => return self.open,
            _ => self.begin(),
        }
        match byte {
            b'\'' => {
                self.state = State::String;
                self.escapes =
                    matches!(last, b'e' | b'E') && !is_of_word(before) || !self.standard_strings;
            }
            b'"' => self.state = State::Name,
            b'$' if !is_of_word(last) => {
                self.state = State::Tag;
                self.tag.clear();
            }
            _ => {}
        }
        self.keep(&[byte]);
        false
    }

    fn block_comment(&mut self, byte: u8) {
        match (self.state, byte) {
            (State::BlockStar, b'/') => {
                self.comment_depth = self.comment_depth.saturating_sub(1);
                self.state = if self.comment_depth == 0 {
                    State::Plain
                } else {
                    State::BlockComment
                };
            }
            (State::BlockSlash, b'*') => {
                self.comment_depth = self.comment_depth.saturating_add(1);
                self.state = State::BlockComment;
            }
            (_, b'*') => self.state = State::BlockStar,
            (_, b'/') => self.state = State::BlockSlash,
            _ => self.state = State::BlockComment,
        }
    }

    fn tag(&mut self, byte: u8) -> bool {
        if byte == b'$' {
            self.state = State::Dollar;
            self.matched = 0;
        } else if is_of_word(byte)
            && self.tag.len() < TAG
            && !(self.tag.is_empty() && byte.is_ascii_digit())
        {
            self.tag.push(byte);
        } else {
            self.state = State::Plain;
            return self.plain(byte);
        }
        self.keep(&[byte]);
        false
    }

    fn dollar(&mut self, byte: u8) {
        let expected = match self.matched.checked_sub(1) {
            None => Some(b'$'),
            Some(index) => Some(self.tag.get(index).copied().unwrap_or(b'$')),
        };
        if expected == Some(byte) {
            self.matched = self.matched.saturating_add(1);
        } else {
            // No tag holds a dollar, so only this one can begin it again.
            self.matched = usize::from(byte == b'$');
        }
        if self.matched == self.tag.len().saturating_add(2) {
            self.state = State::Plain;
        }
    }

    fn end_statement(&mut self) -> Option<CopyHeader> {
        self.open = false;
        let setting = b"SET standard_conforming_strings = ";
        if let Some(value) = self.head.strip_prefix(setting) {
            self.standard_strings = !value.starts_with(b"off");
        }
        CopyHeader::parse(&self.head)
    }
}

/// Whether a byte can stand in an identifier, dollars apart: `$1$` and `a$b$` open no quote.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the COPY that begins after the given SQL, if it is seen as one.
    fn copy_after(sql: &str) -> Option<String> {
        let text = format!("{sql}COPY public.t (a) FROM stdin;\n");
        let mut whole = Lexer::new();
        let (read, header) = whole.read(text.as_bytes());
        let mut bytewise = Lexer::new();
        let mut bytewise_header = None;
        for byte in text.as_bytes().get(..read).unwrap() {
            bytewise_header = bytewise.read(&[*byte]).1;
        }
        let table = |header: Option<CopyHeader>| header.map(|header| header.table().to_owned());
        let table_of_whole = table(header);
        assert_eq!(table(bytewise_header), table_of_whole, "bytewise {sql:?}");
        assert_eq!(bytewise.line(), whole.line(), "{sql:?}");
        table_of_whole
    }

    #[test]
    fn sees_copy_where_a_statement_can_begin() {
        for sql in [
            "",
            "SELECT 1;\n",
            "-- it's a comment; \"\n",
            "/* it's /* nested */ ' */",
            "SELECT 'it''s', E'it\\'s', \"a\"\"b'\", a-1, a/2;\n",
            "SELECT U&'x\\', 'x\\', E'a''\\'';\n",
            "SELECT $$ it's ; $a$ $$, $1, a$b$c;\n",
            "SELECT $tag$ it's $ta $tag $$ ; $tag$;\n",
            "\\restrict it's\n",
            "SET standard_conforming_strings = off;\nSELECT 'it\\'s';\n",
        ] {
            assert_eq!(copy_after(sql).as_deref(), Some("public.t"), "{sql:?}");
        }
    }

    #[test]
    fn sees_none_inside_of_anything() {
        for sql in [
            "SELECT '\n",
            "SELECT E'\\'\n",
            "SELECT \"\n",
            "SELECT $$\n",
            "SELECT $x$ $$ $X$\n",
            "/*\n",
            "/* /* */\n",
            "-- ",
        ] {
            assert_eq!(copy_after(sql), None, "{sql:?}");
        }
    }

    #[test]
    fn headings_stop_before_values() {
        let mut lexer = Lexer::new();
        assert_eq!(lexer.site(), Site::Between);
        lexer.read(b"\n-- note\n COMMENT ON COLUMN public.t.a IS 'ann@");
        let heading = "COMMENT ON COLUMN public.t.a IS ".to_owned();
        assert_eq!(lexer.site(), Site::Statement { line: 3, heading });
    }
}
