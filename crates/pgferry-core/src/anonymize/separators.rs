//! Where rows and fields of COPY text begin and end: at line feeds and tabs that no backslash takes away.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// Where in the rows we are.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    position: usize,
    /// The number of the column, from 0.
    pub(super) column: usize,
    /// Where the field begins.
    pub(super) field: usize,
}

impl Cursor {
    /// Moves forward to `to`.
    pub(super) fn advance(&mut self, rows: &[u8], to: usize) {
        let Some(mut between) = rows.get(self.position..to) else {
            return;
        };
        if let Some(end) = last_separator(b'\n', between) {
            self.position += end + 1;
            self.field = self.position;
            self.column = 0;
            between = rows.get(self.position..to).unwrap_or_default();
        }
        for tab in memchr_iter(b'\t', between) {
            if !is_escaped(between, tab) {
                self.column += 1;
                self.field = self.position + tab + 1;
            }
        }
        self.position = to;
    }
}

/// Whether a backslash takes away the meaning of the byte at `at`.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    before
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count()
        % 2
        == 1
}

/// The last separator that no backslash takes away.
fn last_separator(separator: u8, bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    loop {
        let found = memrchr(separator, bytes.get(..end)?)?;
        if !is_escaped(bytes, found) {
            return Some(found);
        }
        end = found;
    }
}

/// Where the last row that ends in `bytes` ends.
pub(super) fn last_row_end(bytes: &[u8]) -> usize {
    last_separator(b'\n', bytes).map_or(0, |end| end + 1)
}

/// Where the row that begins with `begun` ends in `input`.
pub(super) fn row_end(begun: &[u8], input: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let found = from + memchr(b'\n', input.get(from..)?)?;
        let run = input
            .get(..found)?
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count();
        let earlier = if run == found {
            is_escaped(begun, begun.len())
        } else {
            false
        };
        if (run % 2 == 1) == earlier {
            return Some(found + 1);
        }
        from = found + 1;
    }
}

/// How many bytes of a field's rest belong to it.
pub(super) fn field_end(rest: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = memchr2(b'\t', b'\n', rest.get(from..).unwrap_or_default()) {
        if !is_escaped(rest, from + found) {
            return from + found;
        }
        from += found + 1;
    }
    rest.len()
}
