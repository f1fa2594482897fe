//! COPY data: which column an address stands in, and what that column asks for.
//!
//! Rows are worked through in runs of whole rows, straight from the caller's bytes, without looking at rows and fields
//! in which nothing was found. Only a row that is longer than [`LONG_ROW`] is taken field by field, as it comes.

use memchr::{memchr, memchr_iter, memchr2, memchr3, memrchr};

use super::address::Dialect;
use super::length::Length;
use super::masker::{Masker, Reading};
use super::quoting::Quoting;
use super::table::{Column, TooLong};
use super::value::{Piece, Progress, Task, ValueStream, settle};

/// A row that has not ended after so many bytes is masked as it comes.
const LONG_ROW: usize = 128 * 1024;

impl Column {
    /// How to mask a field that begins with `first`.
    fn task(&self, first: Option<u8>) -> Task {
        let backslash = self.facts.backslash(first);
        let reading = Reading {
            quoting: Quoting::Copy,
            dialect: Dialect::Text,
            backslash,
        };
        Task {
            reading,
            token: self.facts.unique,
        }
    }
}

/// The rows of one table.
#[derive(Debug)]
pub(super) struct Rows {
    columns: Vec<Column>,
    /// The start of a row that has not ended.
    begun: Vec<u8>,
    long: Option<LongRow>,
}

impl Rows {
    /// Rows with these columns; what stands behind the last of them counts as one column more.
    pub(super) fn new(mut columns: Vec<Column>) -> Self {
        columns.push(Column::default());
        Self {
            columns,
            begun: Vec::new(),
            long: None,
        }
    }

    pub(super) fn feed(
        &mut self,
        masker: &mut Masker,
        mut input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), TooLong> {
        if !self.begun.is_empty() {
            let end = row_end(&self.begun, input);
            let taken = end.unwrap_or(input.len());
            self.begun
                .extend_from_slice(input.get(..taken).unwrap_or_default());
            input = input.get(taken..).unwrap_or_default();
            if end.is_none() && self.begun.len() <= LONG_ROW {
                return Ok(());
            }
            let begun = std::mem::take(&mut self.begun);
            if end.is_some() {
                self.whole(masker, &begun, output)?;
                self.begun = begun;
                self.begun.clear();
            } else {
                self.long = Some(LongRow::default());
                self.long_row(masker, &begun, output)?;
            }
        }
        if self.long.is_some() {
            let taken = self.long_row(masker, input, output)?;
            input = input.get(taken..).unwrap_or_default();
        }
        let whole = last_row_end(input);
        let (rows, begun) = input.split_at_checked(whole).unwrap_or((input, &[]));
        self.whole(masker, rows, output)?;
        if begun.len() > LONG_ROW {
            self.long = Some(LongRow::default());
            self.long_row(masker, begun, output)?;
        } else {
            self.begun.extend_from_slice(begun);
        }
        Ok(())
    }

    /// Ends the rows, which may be cut off inside one, and gives back what was found.
    pub(super) fn finish(
        mut self,
        masker: &mut Masker,
        output: &mut Vec<u8>,
    ) -> Result<Vec<Column>, TooLong> {
        let begun = std::mem::take(&mut self.begun);
        self.whole(masker, &begun, output)?;
        if let Some(mut long) = self.long.take() {
            long.end_field(masker, &mut self.columns, output)?;
        }
        Ok(self.columns)
    }

    /// Masks rows of which nothing is missing.
    fn whole(
        &mut self,
        masker: &mut Masker,
        rows: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), TooLong> {
        let mut progress = Progress::default();
        let mut cursor = Cursor::default();
        let mut grown: Option<Grown> = None;
        let mut ahead = masker.start(rows, 0);
        while let Some(candidate) = masker.next(rows, progress.searched, &mut ahead) {
            cursor.advance(rows, candidate.position());
            if let Some(field) = grown.take_if(|field| field.end <= candidate.position()) {
                progress.keep(rows, field.end, output);
                field.check(&self.columns, output)?;
            }
            let number = cursor.column.min(self.columns.len() - 1);
            let Some(column) = self.columns.get_mut(number) else {
                break;
            };
            let before = (column.tally.replaced, output.len(), progress.written);
            let task = column.task(rows.get(cursor.field).copied());
            let piece = Piece {
                bytes: rows,
                last: true,
            };
            settle(
                masker,
                piece,
                candidate,
                &mut progress,
                task,
                &mut column.tally,
                output,
            );
            if let Some(longest) = column.facts.longest
                && column.tally.replaced > before.0
                && grown.is_none()
            {
                let start = before.1 + cursor.field.max(before.2) - before.2;
                let rest = rows.get(progress.written..).unwrap_or_default();
                let end = progress.written + field_end(rest);
                grown = Some(Grown {
                    number,
                    start,
                    end,
                    longest,
                });
            }
        }
        progress.keep(rows, rows.len(), output);
        if let Some(field) = grown {
            let behind = rows.len() - field.end;
            let end = output.len() - behind;
            field.check_until(&self.columns, output, end)?;
        }
        Ok(())
    }

    /// Masks a long row's next bytes and returns how many belong to it.
    fn long_row(
        &mut self,
        masker: &mut Masker,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, TooLong> {
        let Some(mut long) = self.long.take() else {
            return Ok(0);
        };
        let mut start = 0;
        while let Some(rest) = input.get(start..).filter(|rest| !rest.is_empty()) {
            let (length, separator) = long.field_end(rest);
            long.feed(
                masker,
                &mut self.columns,
                rest.get(..length).unwrap_or_default(),
                output,
            );
            start += length;
            let Some(separator) = separator else { continue };
            long.end_field(masker, &mut self.columns, output)?;
            output.push(separator);
            start += 1;
            if separator == b'\n' {
                return Ok(start);
            }
        }
        self.long = Some(long);
        Ok(start)
    }
}

/// A field with a length limit in which something was replaced.
#[derive(Debug, Clone, Copy)]
struct Grown {
    number: usize,
    /// Where it begins in the output.
    start: usize,
    /// Where it ends in the rows.
    end: usize,
    longest: u32,
}

impl Grown {
    fn check(self, columns: &[Column], output: &[u8]) -> Result<(), TooLong> {
        self.check_until(columns, output, output.len())
    }

    fn check_until(self, columns: &[Column], output: &[u8], end: usize) -> Result<(), TooLong> {
        let raw = output.get(self.start..end).unwrap_or_default();
        let Some(column) = columns.get(self.number) else {
            return Ok(());
        };
        let longest = usize::try_from(self.longest).unwrap_or(usize::MAX);
        if raw.len() <= longest {
            return Ok(());
        }
        let mut length = Length::new(Quoting::Copy, column.facts.shape);
        length.feed(raw);
        if length.longest() > u64::from(self.longest) {
            Err(TooLong(column.name.clone()))
        } else {
            Ok(())
        }
    }
}

/// Where in the rows we are.
#[derive(Debug, Default)]
struct Cursor {
    position: usize,
    /// The number of the column, from 0.
    column: usize,
    /// Where the field begins.
    field: usize,
}

impl Cursor {
    /// Moves forward to `to`.
    fn advance(&mut self, rows: &[u8], to: usize) {
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

/// A row that is masked field by field.
#[derive(Debug, Default)]
struct LongRow {
    column: usize,
    /// The next byte follows a backslash.
    escaped: bool,
    field: Option<Field>,
}

#[derive(Debug)]
struct Field {
    stream: ValueStream,
    length: Option<(Length, u32)>,
    replaced_before: u64,
}

impl LongRow {
    /// Where the field ends in `input`, and the separator that ends it.
    fn field_end(&mut self, input: &[u8]) -> (usize, Option<u8>) {
        let mut position = usize::from(std::mem::take(&mut self.escaped));
        while let Some(found) = memchr3(
            b'\\',
            b'\t',
            b'\n',
            input.get(position..).unwrap_or_default(),
        ) {
            position += found;
            match input.get(position) {
                Some(b'\\') => position += 2,
                separator => return (position, separator.copied()),
            }
        }
        self.escaped = position > input.len();
        (input.len(), None)
    }

    fn feed(
        &mut self,
        masker: &mut Masker,
        columns: &mut [Column],
        input: &[u8],
        output: &mut Vec<u8>,
    ) {
        let number = self.column.min(columns.len() - 1);
        let Some(column) = columns.get_mut(number) else {
            return;
        };
        let field = self.field.get_or_insert_with(|| Field {
            stream: ValueStream::new(column.task(input.first().copied())),
            length: column
                .facts
                .longest
                .map(|longest| (Length::new(Quoting::Copy, column.facts.shape), longest)),
            replaced_before: column.tally.replaced,
        });
        let before = output.len();
        field
            .stream
            .feed(masker, input, false, &mut column.tally, output);
        if let Some((length, _)) = &mut field.length {
            length.feed(output.get(before..).unwrap_or_default());
        }
    }

    fn end_field(
        &mut self,
        masker: &mut Masker,
        columns: &mut [Column],
        output: &mut Vec<u8>,
    ) -> Result<(), TooLong> {
        let number = self.column.min(columns.len() - 1);
        self.column += 1;
        let (Some(mut field), Some(column)) = (self.field.take(), columns.get_mut(number)) else {
            return Ok(());
        };
        let before = output.len();
        field
            .stream
            .feed(masker, &[], true, &mut column.tally, output);
        let Some((mut length, longest)) = field.length else {
            return Ok(());
        };
        length.feed(output.get(before..).unwrap_or_default());
        let too_long =
            column.tally.replaced > field.replaced_before && length.longest() > u64::from(longest);
        if too_long {
            Err(TooLong(column.name.clone()))
        } else {
            Ok(())
        }
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
fn last_row_end(bytes: &[u8]) -> usize {
    last_separator(b'\n', bytes).map_or(0, |end| end + 1)
}

/// Where the row that begins with `begun` ends in `input`.
fn row_end(begun: &[u8], input: &[u8]) -> Option<usize> {
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
fn field_end(rest: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = memchr2(b'\t', b'\n', rest.get(from..).unwrap_or_default()) {
        if !is_escaped(rest, from + found) {
            return from + found;
        }
        from += found + 1;
    }
    rest.len()
}
