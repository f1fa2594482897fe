//! Fields of COPY data, as it comes.

use memchr::memchr3_iter;

use crate::dump::copy_text;

use super::tally::{LONGEST, Raw};

/// What of rows is passed on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    /// A value of the column with this number, from 0.
    Value(usize, Raw<'a>),
    RowEnd,
}

/// The rows of one table.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The number of the field at hand.
    column: usize,
    /// The beginning of a field that began in an earlier piece.
    held: Vec<u8>,
    /// The field at hand has bytes in earlier pieces.
    begun: bool,
    /// The next byte follows a backslash.
    escaped: bool,
}

impl Rows {
    pub(super) fn feed(&mut self, input: &[u8], sink: &mut impl FnMut(Cell<'_>)) {
        let mut start = 0;
        let mut skip = self.escaped.then_some(0);
        self.escaped = false;
        for index in memchr3_iter(b'\t', b'\n', b'\\', input) {
            if skip == Some(index) {
                continue;
            }
            let byte = input.get(index).copied();
            if byte == Some(b'\\') {
                skip = Some(index + 1);
                continue;
            }
            self.field(input.get(start..index).unwrap_or_default(), sink);
            start = index + 1;
            if byte == Some(b'\n') {
                self.column = 0;
                sink(Cell::RowEnd);
            } else {
                self.column += 1;
            }
        }
        self.escaped = skip == Some(input.len()) && !input.is_empty();
        let rest = input.get(start..).unwrap_or_default();
        self.begun |= !rest.is_empty();
        self.hold(rest);
    }

    /// Ends a row that has no line end.
    pub(super) fn finish(mut self, sink: &mut impl FnMut(Cell<'_>)) {
        if self.begun || self.column > 0 {
            self.field(&[], sink);
            sink(Cell::RowEnd);
        }
    }

    fn field(&mut self, rest: &[u8], sink: &mut impl FnMut(Cell<'_>)) {
        if self.begun {
            self.hold(rest);
        }
        let field = if self.begun {
            self.held.as_slice()
        } else {
            rest
        };
        let raw = if field == copy_text::NULL {
            Raw::Null
        } else {
            Raw::Field(field.get(..LONGEST).unwrap_or(field))
        };
        sink(Cell::Value(self.column, raw));
        self.held.clear();
        self.begun = false;
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.held.len());
        self.held
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}

#[cfg(test)]
#[expect(clippy::format_push_string, reason = "what was read, in one line")]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> String {
        let mut all = String::new();
        let mut sink = |cell: Cell<'_>| match cell {
            Cell::Value(number, Raw::Null) => all += &format!("{number}: NULL;"),
            Cell::Value(number, Raw::Field(field)) => {
                all += &format!("{number}: {};", String::from_utf8_lossy(field));
            }
            Cell::Value(..) => unreachable!(),
            Cell::RowEnd => all += "|",
        };
        let mut rows = Rows::default();
        for piece in pieces {
            rows.feed(piece, &mut sink);
        }
        rows.finish(&mut sink);
        all
    }

    #[test]
    fn fields_are_found_at_any_split() {
        let text = b"a\t\\N\t\n\\\\\tb\\\tc\\\nd\\\\N\te\n\\N\n\nlast";
        let expected =
            "0: a;1: NULL;2: ;|0: \\\\;1: b\\\tc\\\nd\\\\N;2: e;|0: NULL;|0: ;|0: last;|";
        assert_eq!(read(&[text]), expected);
        for size in 1..text.len() {
            assert_eq!(
                read(&text.chunks(size).collect::<Vec<_>>()),
                expected,
                "{size}"
            );
        }
        assert_eq!(read(&[]), "");
        let long = vec![b'x'; 3 * LONGEST];
        assert_eq!(read(&[&long]).len(), LONGEST + 5);
        assert_eq!(
            read(&long.chunks(1000).collect::<Vec<_>>()).len(),
            LONGEST + 5
        );
    }
}
