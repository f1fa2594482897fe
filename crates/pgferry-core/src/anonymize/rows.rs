//! COPY data: which column an address stands in, and what that column asks for.
//!
//! Rows are worked through in runs of whole rows, straight from the caller's bytes. If no rule names a column of theirs,
//! rows and fields in which nothing was found are not even looked at. A row that is longer than [`LONG_ROW`] is taken
//! field by field, as it comes.

use super::address::Dialect;
use super::cell;
use super::length::Length;
use super::long_row::LongRow;
use super::masker::{Masker, Reading};
use super::quoting::Quoting;
use super::rules::Action;
use super::separators::{Cursor, field_end, last_row_end, row_end};
use super::table::{Column, Problem, ProblemKind};
use super::value::{Piece, Progress, Task, mask, settle};
use crate::dump::copy_text;

/// A row that has not ended after so many bytes is masked as it comes.
const LONG_ROW: usize = 128 * 1024;

impl Column {
    /// How to mask a field that begins with `first`.
    pub(super) fn task(&self, first: Option<u8>) -> Task {
        let backslash = self.facts.backslash(first);
        let reading = Reading {
            quoting: Quoting::Copy,
            dialect: Dialect::Text,
            backslash,
        };
        Task {
            reading,
            token: self.facts.takes_tokens(),
        }
    }
}

/// The rows of one table.
#[derive(Debug)]
pub(super) struct Rows {
    columns: Vec<Column>,
    /// Some column has a rule of its own.
    ruled: bool,
    /// The start of a row that has not ended.
    begun: Vec<u8>,
    long: Option<LongRow>,
}

impl Rows {
    /// Rows with these columns; what stands behind the last of them counts as one column more.
    pub(super) fn new(mut columns: Vec<Column>) -> Self {
        columns.push(Column::default());
        let ruled = columns.iter().any(Column::is_ruled);
        Self {
            columns,
            ruled,
            begun: Vec::new(),
            long: None,
        }
    }

    pub(super) fn feed(
        &mut self,
        masker: &mut Masker,
        mut input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        if !self.begun.is_empty() {
            let end = row_end(&self.begun, input);
            let taken = end.unwrap_or(input.len());
            self.begun
                .extend_from_slice(input.get(..taken).unwrap_or_default());
            input = input.get(taken..).unwrap_or_default();
            if end.is_none() && self.begun.len() <= LONG_ROW {
                return Ok(());
            }
            let mut begun = std::mem::take(&mut self.begun);
            if end.is_some() {
                self.whole(masker, &begun, output)?;
            } else {
                self.long = Some(LongRow::default());
                self.long_row(masker, &begun, output)?;
            }
            begun.clear();
            self.begun = begun;
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
    ) -> Result<Vec<Column>, Problem> {
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
    ) -> Result<(), Problem> {
        if self.ruled {
            self.fields(masker, rows, output)
        } else {
            self.addresses(masker, rows, output)
        }
    }

    /// Looks for nothing but addresses.
    fn addresses(
        &mut self,
        masker: &mut Masker,
        rows: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let mut progress = Progress::default();
        let mut cursor = Cursor::default();
        let mut grown: Option<Grown> = None;
        let mut ahead = masker.start(rows, 0);
        while let Some(candidate) = masker.next(rows, progress.searched, &mut ahead) {
            cursor.advance(rows, candidate.position());
            if let Some(field) = grown.take_if(|field| field.end <= candidate.position()) {
                progress.keep(rows, field.end, output);
                field.check(&self.columns, output.get(field.start..))?;
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
            if column.facts.longest.is_some() && column.tally.replaced > before.0 && grown.is_none()
            {
                let start = before.1 + cursor.field.max(before.2) - before.2;
                let rest = rows.get(progress.written..).unwrap_or_default();
                let end = progress.written + field_end(rest);
                grown = Some(Grown { number, start, end });
            }
        }
        progress.keep(rows, rows.len(), output);
        if let Some(field) = grown {
            let behind = rows.len() - field.end;
            field.check(
                &self.columns,
                output.get(field.start..output.len() - behind),
            )?;
        }
        Ok(())
    }

    /// Takes every field to its column's rule.
    fn fields(
        &mut self,
        masker: &mut Masker,
        rows: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let mut rest = rows;
        while !rest.is_empty() {
            let end = copy_text::row_end(rest);
            let (row, after) = rest
                .split_at_checked(end.unwrap_or(rest.len()))
                .unwrap_or((rest, &[]));
            for (number, field) in copy_text::fields(row).enumerate() {
                if number > 0 {
                    output.push(b'\t');
                }
                let number = number.min(self.columns.len() - 1);
                if let Some(column) = self.columns.get_mut(number) {
                    field_of(masker, column, field, output)?;
                }
            }
            if end.is_some() {
                output.push(b'\n');
            }
            rest = after.get(1..).unwrap_or_default();
        }
        Ok(())
    }

    /// Masks a long row's next bytes and returns how many belong to it.
    fn long_row(
        &mut self,
        masker: &mut Masker,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, Problem> {
        let Some(mut long) = self.long.take() else {
            return Ok(0);
        };
        let (taken, ended) = long.feed(masker, &mut self.columns, input, output)?;
        self.long = Some(long).filter(|_| !ended);
        Ok(taken)
    }
}

/// Writes what becomes of a whole field.
pub(super) fn field_of(
    masker: &mut Masker,
    column: &mut Column,
    field: &[u8],
    output: &mut Vec<u8>,
) -> Result<(), Problem> {
    if column.action == Action::Addresses {
        let (start, before) = (output.len(), column.tally.replaced);
        mask(
            masker,
            field,
            column.task(field.first().copied()),
            &mut column.tally,
            output,
        );
        if column.tally.replaced > before {
            check_length(column, output.get(start..))?;
        }
        return Ok(());
    }
    let value = if column.action == Action::Keep {
        None
    } else {
        copy_text::decode(field)
    };
    let Some(value) = value else {
        output.extend_from_slice(field);
        return Ok(());
    };
    let mut new = Vec::new();
    if cell::apply(masker, column, &value, &mut new)? {
        copy_text::encode_into(&new, output);
    } else {
        output.extend_from_slice(copy_text::NULL);
    }
    Ok(())
}

/// A field with a length limit in which something was replaced.
#[derive(Debug, Clone, Copy)]
struct Grown {
    number: usize,
    /// Where it begins in the output.
    start: usize,
    /// Where it ends in the rows.
    end: usize,
}

impl Grown {
    fn check(self, columns: &[Column], field: Option<&[u8]>) -> Result<(), Problem> {
        columns
            .get(self.number)
            .map_or(Ok(()), |column| check_length(column, field))
    }
}

/// Whether a field fits its column.
fn check_length(column: &Column, field: Option<&[u8]>) -> Result<(), Problem> {
    let (Some(longest), Some(field)) = (column.facts.longest, field) else {
        return Ok(());
    };
    if field.len() <= usize::try_from(longest).unwrap_or(usize::MAX) {
        return Ok(());
    }
    let mut length = Length::new(Quoting::Copy, column.facts.shape);
    length.feed(field);
    let fits = length.longest() <= u64::from(longest);
    if fits {
        Ok(())
    } else {
        Err(column.problem(ProblemKind::TooLong))
    }
}
