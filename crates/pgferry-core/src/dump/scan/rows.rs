//! The end of COPY data: a line that is exactly `\.`, as psql looks for it (`handleCopyIn` in `src/bin/psql/copy.c`).
//!
//! psql looks at lines only, whatever the format of the rows; what the server would take for the end of its data inside a
//! line makes it fail, not psql.

use memchr::memmem;

use super::event::Event;
use super::scanner::{Scanner, Sink, Unit, length};

/// Where one piece of COPY data is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    /// The piece's first bytes that are rows.
    rows: usize,
    /// The length of the terminator after them, or of what can still become one if the piece ends there.
    tail: usize,
    /// Whether that is the terminator.
    end: bool,
}

/// How far a line goes that may be the terminator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Terminator(usize),
    /// The line is cut off where it still might be.
    Open,
    Row,
}

fn line(text: &[u8]) -> Line {
    match text {
        [b'\\', b'.', b'\n', ..] => Line::Terminator(3),
        [b'\\', b'.', b'\r', b'\n', ..] => Line::Terminator(4),
        [] | [b'\\'] | [b'\\', b'.'] | [b'\\', b'.', b'\r'] => Line::Open,
        _ => Line::Row,
    }
}

/// Finds the end of the rows in `text`, which begins at the start of a line if `line_start`.
fn cut(finder: &memmem::Finder<'_>, text: &[u8], line_start: bool) -> Cut {
    let mut from = 0;
    if line_start {
        match line(text) {
            Line::Terminator(tail) => {
                return Cut {
                    rows: 0,
                    tail,
                    end: true,
                };
            }
            Line::Open => {
                return Cut {
                    rows: 0,
                    tail: text.len(),
                    end: false,
                };
            }
            Line::Row => {}
        }
    }
    while let Some(rest) = text.get(from..)
        && let Some(found) = finder.find(rest)
    {
        let start = from + found + 1;
        match line(text.get(start..).unwrap_or_default()) {
            Line::Terminator(tail) => {
                return Cut {
                    rows: start,
                    tail,
                    end: true,
                };
            }
            Line::Open => {
                return Cut {
                    rows: start,
                    tail: text.len() - start,
                    end: false,
                };
            }
            Line::Row => from = start,
        }
    }
    let tail = usize::from(text.ends_with(b"\n\\"));
    Cut {
        rows: text.len() - tail,
        tail,
        end: false,
    }
}

/// What [`cut`] looks for.
pub(super) fn finder() -> memmem::Finder<'static> {
    memmem::Finder::new(b"\n\\.")
}

impl Scanner {
    /// At the end of a line: rows, if it held a `COPY … FROM stdin`.
    pub(super) fn begin_rows<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        let Some(target) = self.copy.take() else {
            return Ok(());
        };
        self.begin_unit(Unit::Rows);
        self.rows = 0;
        self.row_bytes = 0;
        self.report(Event::CopyStart(&target), sink)?;
        self.copy = Some(target);
        Ok(())
    }

    pub(super) fn copy_rows<E>(
        &mut self,
        input: &[u8],
        sink: &mut Sink<'_, E>,
    ) -> Result<usize, E> {
        if !self.held.is_empty() {
            return self.held_line(input, sink);
        }
        let cut = cut(&self.finder, input, self.line_start);
        let (rows, rest) = input.split_at_checked(cut.rows).unwrap_or((input, &[]));
        let tail = rest.get(..cut.tail).unwrap_or_default();
        self.report_rows(rows, sink)?;
        if cut.end {
            self.end_rows(tail, sink)?;
        } else {
            self.held.extend_from_slice(tail);
        }
        Ok(cut.rows + cut.tail)
    }

    /// The last piece ended in what may become the terminator: take one more byte.
    fn held_line<E>(&mut self, input: &[u8], sink: &mut Sink<'_, E>) -> Result<usize, E> {
        let mut held = std::mem::take(&mut self.held);
        held.extend(input.first());
        let cut = cut(&self.finder, &held, true);
        let consumed = if cut.end {
            self.end_rows(&held, sink)?;
            1
        } else if cut.rows > 0 {
            held.pop();
            self.report_rows(&held, sink)?;
            0
        } else {
            self.held = held;
            return Ok(1);
        };
        held.clear();
        self.held = held;
        Ok(consumed)
    }

    pub(super) fn report_rows<E>(&mut self, rows: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        if rows.is_empty() {
            return Ok(());
        }
        let line = self.position.line;
        self.report(Event::Rows(rows), sink)?;
        self.rows = self
            .rows
            .saturating_add(self.position.line.saturating_sub(line));
        self.row_bytes = self.row_bytes.saturating_add(length(rows.len()));
        Ok(())
    }

    /// Goes past rows of the table whose rows come now, as if they had been fed: somebody else has them. Returns whether
    /// there is such a table, and a row begins here.
    pub(crate) fn skip_rows(&mut self, rows: u64, bytes: u64) -> bool {
        if self.unit != Unit::Rows || !self.held.is_empty() || !self.line_start {
            return false;
        }
        self.rows = self.rows.saturating_add(rows);
        self.row_bytes = self.row_bytes.saturating_add(bytes);
        self.position.line = self.position.line.saturating_add(rows);
        self.position.offset = self.position.offset.saturating_add(bytes);
        true
    }

    fn end_rows<E>(&mut self, terminator: &[u8], sink: &mut Sink<'_, E>) -> Result<(), E> {
        self.report(
            Event::CopyEnd {
                terminator,
                rows: self.rows,
                bytes: self.row_bytes,
            },
            sink,
        )?;
        self.copy = None;
        self.unit = Unit::Outside;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminator_is_a_line_of_its_own() {
        let cases: [(&[u8], bool, usize, usize, bool); 14] = [
            (b"\\.\n", true, 0, 3, true),
            (b"\\.\r\n", true, 0, 4, true),
            (b"\\.\n", false, 3, 0, false),
            (b"a\n\\.\nSELECT", true, 2, 3, true),
            (b"a\n\\.b\n\\.\n", true, 6, 3, true),
            (b"a\\.\n\\\\.\n", true, 8, 0, false),
            (b"\\.\rx\n", true, 5, 0, false),
            (b"a\n\\", true, 2, 1, false),
            (b"a\n\\.", true, 2, 2, false),
            (b"a\n\\.\r", true, 2, 3, false),
            (b"\\", true, 0, 1, false),
            (b"\\N\n\\N\n", true, 6, 0, false),
            (b"a\n", true, 2, 0, false),
            (b"", true, 0, 0, false),
        ];
        for (text, line_start, rows, tail, end) in cases {
            assert_eq!(
                cut(&finder(), text, line_start),
                Cut { rows, tail, end },
                "{:?}",
                String::from_utf8_lossy(text)
            );
        }
    }
}
