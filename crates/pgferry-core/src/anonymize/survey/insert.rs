//! Values of `INSERT INTO table [(columns)] … VALUES (…), (…)`, as it comes.

use std::convert::Infallible;

use super::super::lexer::{Lexer, Part, Piece};
use super::super::quoting::Quoting;
use super::super::view::View;
use super::rows::Cell;
use super::tally::{LONGEST, Raw};

/// No name, number or keyword is longer.
const LONGEST_WORD: usize = 256;
/// No table has more columns (`MaxHeapAttributeNumber` in `src/include/access/htup_details.h`).
pub(super) const MOST_COLUMNS: usize = 1600;

/// One statement.
#[derive(Debug)]
pub(super) struct InsertReader {
    lexer: Lexer,
    state: State,
}

#[derive(Debug, Default)]
struct State {
    place: Place,
    /// Code of a value, or a word of the head.
    word: Vec<u8>,
    /// A name in double quotes.
    name: Vec<u8>,
    /// The inside of a value's first literal.
    literal: Option<(Quoting, Vec<u8>)>,
    /// That literal goes on.
    open: bool,
    columns: Vec<Vec<u8>>,
    /// Rows were seen.
    has_rows: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before `VALUES`.
    #[default]
    Head,
    /// Behind `DEFAULT`.
    Default,
    /// In the list of columns.
    Columns,
    /// Between rows.
    Values,
    /// How deep in parentheses, and the number of the value from 0.
    Row(u32, usize),
}

impl InsertReader {
    pub(super) fn new(standard_strings: bool) -> Self {
        Self {
            lexer: Lexer::new(standard_strings),
            state: State::default(),
        }
    }

    /// Takes the statement's next bytes; `sink` is told the list of columns, empty if there is none, with each value.
    pub(super) fn feed(
        &mut self,
        input: &[u8],
        last: bool,
        sink: &mut impl FnMut(&[Vec<u8>], Cell<'_>),
    ) {
        let state = &mut self.state;
        let Ok(()) = self.lexer.feed(input, last, &mut |piece| {
            state.piece(piece, sink);
            Ok::<(), Infallible>(())
        });
    }

    /// Whether any row could be read.
    pub(super) fn has_rows(&self) -> bool {
        self.state.has_rows
    }
}

impl State {
    fn piece(&mut self, piece: Piece<'_>, sink: &mut impl FnMut(&[Vec<u8>], Cell<'_>)) {
        match (piece.part, self.place) {
            (Part::Code, _) => {
                for byte in piece.bytes {
                    self.code(*byte, sink);
                }
            }
            (Part::Identifier, Place::Columns) => {
                let room = LONGEST_WORD.saturating_sub(self.name.len());
                let bytes = piece.bytes.get(..room).unwrap_or(piece.bytes);
                self.name.extend_from_slice(bytes);
                if piece.ends {
                    let mut name = View::default();
                    Quoting::Identifier.decode(&self.name, 0..self.name.len(), &mut name);
                    self.name.clear();
                    self.word.clear();
                    self.column(name.bytes);
                }
            }
            (Part::Literal(quoting), Place::Row(..)) => self.literal(quoting, piece),
            (Part::Dollar, Place::Row(..)) => self.literal(Quoting::None, piece),
            _ => {}
        }
    }

    fn column(&mut self, name: Vec<u8>) {
        if self.columns.len() < MOST_COLUMNS {
            self.columns.push(name);
        }
    }

    fn literal(&mut self, quoting: Quoting, piece: Piece<'_>) {
        if self.literal.is_none() {
            self.literal = Some((quoting, Vec::new()));
            self.open = true;
        }
        if let Some((_, text)) = &mut self.literal
            && self.open
        {
            let room = LONGEST.saturating_sub(text.len());
            text.extend_from_slice(piece.bytes.get(..room).unwrap_or(piece.bytes));
        }
        self.open &= !piece.ends;
    }

    fn code(&mut self, byte: u8, sink: &mut impl FnMut(&[Vec<u8>], Cell<'_>)) {
        if let Place::Row(depth, number) = self.place {
            let edge = depth == 1 && matches!(byte, b',' | b')');
            if edge {
                self.end_value(number, sink);
            } else if self.word.len() < LONGEST_WORD {
                self.word.push(byte);
            }
            self.place = match byte {
                b'(' | b'[' => Place::Row(depth.saturating_add(1), number),
                b')' | b']' if depth > 1 => Place::Row(depth - 1, number),
                b')' => {
                    self.has_rows = true;
                    sink(&self.columns, Cell::RowEnd);
                    Place::Values
                }
                b',' if edge => Place::Row(1, number.saturating_add(1)),
                _ => self.place,
            };
            return;
        }
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80 {
            if self.word.len() < LONGEST_WORD {
                self.word.push(byte.to_ascii_lowercase());
            }
            return;
        }
        let word = std::mem::take(&mut self.word);
        self.place = match (self.place, word.as_slice()) {
            (Place::Columns, [_, ..]) => {
                self.column(word);
                Place::Columns
            }
            (Place::Head, b"values") => Place::Values,
            (Place::Head, b"default") => Place::Default,
            (Place::Default, b"values") => {
                self.has_rows = true;
                sink(&self.columns, Cell::RowEnd);
                Place::Head
            }
            (Place::Default, [_, ..]) => Place::Head,
            (place, _) => place,
        };
        self.place = match (self.place, byte) {
            (Place::Head, b'(') => Place::Columns,
            (Place::Columns, b')') => Place::Head,
            (Place::Values, b'(') => Place::Row(1, 0),
            (place, _) => place,
        };
    }

    fn end_value(&mut self, number: usize, sink: &mut impl FnMut(&[Vec<u8>], Cell<'_>)) {
        let word = self.word.trim_ascii();
        let raw = match &self.literal {
            Some((quoting, text)) => Some(Raw::Literal(*quoting, text)),
            None if word.eq_ignore_ascii_case(b"NULL") => Some(Raw::Null),
            // What the server makes of it does not stand in the dump.
            None if word.is_empty() || word.eq_ignore_ascii_case(b"DEFAULT") => None,
            None => Some(Raw::Plain(word)),
        };
        if let Some(raw) = raw {
            sink(&self.columns, Cell::Value(number, raw));
        }
        self.word.clear();
        self.literal = None;
        self.open = false;
    }
}

#[cfg(test)]
#[expect(clippy::format_push_string, reason = "what was read, in one line")]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> (String, bool) {
        let mut all = String::new();
        let mut sink = |columns: &[Vec<u8>], cell: Cell<'_>| match cell {
            Cell::Value(number, raw) => {
                let column = columns.get(number).map_or(number.to_string(), |name| {
                    String::from_utf8_lossy(name).into_owned()
                });
                let value = match raw {
                    Raw::Null => "NULL".to_owned(),
                    Raw::Field(_) => unreachable!(),
                    Raw::Literal(_, text) => format!("'{}'", String::from_utf8_lossy(text)),
                    Raw::Plain(text) => String::from_utf8_lossy(text).into_owned(),
                };
                all += &format!("{column}: {value};");
            }
            Cell::RowEnd => all += "|",
        };
        let mut reader = InsertReader::new(true);
        for piece in pieces {
            reader.feed(piece, false, &mut sink);
        }
        reader.feed(&[], true, &mut sink);
        let has_rows = reader.has_rows();
        (all, has_rows)
    }

    #[test]
    fn values_are_found_at_any_split() {
        for (text, expected) in [
            (
                "INSERT INTO public.t VALUES (1, 'a,''b)', NULL, true);",
                "0: 1;1: 'a,''b)';2: NULL;3: true;|",
            ),
            (
                r#"INSERT INTO t (id, "N""a") OVERRIDING SYSTEM VALUE VALUES (DEFAULT, E'x\'y'), (-2.5, $$z$$);"#,
                r#"N"a: 'x\'y';|id: -2.5;N"a: 'z';|"#,
            ),
            (
                "INSERT INTO t VALUES (B'101', f(1, 'x'), ARRAY['a', 'b'], 'c' || 'd');",
                "0: '101';1: 'x';2: 'a';3: 'c';|",
            ),
            ("INSERT INTO t DEFAULT VALUES;", "|"),
            ("INSERT INTO t (SELECT 1);", ""),
        ] {
            let bytes = text.as_bytes();
            assert_eq!(
                read(&[bytes]),
                (expected.to_owned(), !expected.is_empty()),
                "{text}"
            );
            for size in 1..bytes.len() {
                let pieces: Vec<_> = bytes.chunks(size).collect();
                assert_eq!(read(&pieces).0, expected, "{size} {text}");
            }
        }
    }
}
