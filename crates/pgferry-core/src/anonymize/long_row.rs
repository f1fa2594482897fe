//! A row of COPY data that is masked field by field, as it comes, so that its length does not matter.

use memchr::memchr3;

use super::cell::LARGEST;
use super::length::Length;
use super::masker::Masker;
use super::quoting::Quoting;
use super::rows::field_of;
use super::rules::{Action, RuleProblem};
use super::table::{Column, Problem, ProblemKind};
use super::value::ValueStream;
use crate::dump::copy_text;

#[derive(Debug, Default)]
pub(super) struct LongRow {
    column: usize,
    /// The next byte follows a backslash.
    escaped: bool,
    field: Option<Field>,
}

/// A field that has begun.
#[derive(Debug)]
enum Field {
    /// Searched for addresses.
    Searched {
        stream: ValueStream,
        length: Option<(Length, u32)>,
        replaced_before: u64,
    },
    Kept,
    /// Becomes NULL, whatever it is.
    Dropped,
    /// Has to be seen as a whole.
    Collected(Vec<u8>),
}

impl Field {
    fn new(column: &Column, first: Option<u8>) -> Self {
        match &column.action {
            Action::Addresses => Self::Searched {
                stream: ValueStream::new(column.task(first)),
                length: column
                    .facts
                    .longest
                    .map(|longest| (Length::new(Quoting::Copy, column.facts.shape), longest)),
                replaced_before: column.tally.replaced,
            },
            Action::Keep => Self::Kept,
            Action::Null => Self::Dropped,
            _ => Self::Collected(Vec::new()),
        }
    }
}

impl LongRow {
    /// Masks the row's next bytes; returns how many belong to it, and whether it ends with them.
    pub(super) fn feed(
        &mut self,
        masker: &mut Masker,
        columns: &mut [Column],
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(usize, bool), Problem> {
        let mut start = 0;
        while let Some(rest) = input.get(start..).filter(|rest| !rest.is_empty()) {
            let (length, separator) = self.field_end(rest);
            self.field_bytes(
                masker,
                columns,
                rest.get(..length).unwrap_or_default(),
                output,
            )?;
            start += length;
            let Some(separator) = separator else { continue };
            self.end_field(masker, columns, output)?;
            output.push(separator);
            start += 1;
            if separator == b'\n' {
                return Ok((start, true));
            }
        }
        Ok((start, false))
    }

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

    fn field_bytes(
        &mut self,
        masker: &mut Masker,
        columns: &mut [Column],
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let number = self.column.min(columns.len() - 1);
        let Some(column) = columns.get_mut(number) else {
            return Ok(());
        };
        let field = self
            .field
            .get_or_insert_with(|| Field::new(column, input.first().copied()));
        match field {
            Field::Searched { stream, length, .. } => {
                let before = output.len();
                stream.feed(masker, input, false, &mut column.tally, output);
                if let Some((length, _)) = length {
                    length.feed(output.get(before..).unwrap_or_default());
                }
            }
            Field::Kept => output.extend_from_slice(input),
            Field::Dropped => {}
            Field::Collected(bytes) => {
                // Escapes make a field twice as long as its value at most.
                if bytes.len() + input.len() > 2 * LARGEST {
                    return Err(column.problem(ProblemKind::Rule(RuleProblem::TooLarge)));
                }
                bytes.extend_from_slice(input);
            }
        }
        Ok(())
    }

    pub(super) fn end_field(
        &mut self,
        masker: &mut Masker,
        columns: &mut [Column],
        output: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let number = self.column.min(columns.len() - 1);
        self.column += 1;
        let Some(column) = columns.get_mut(number) else {
            return Ok(());
        };
        match self.field.take() {
            None => field_of(masker, column, &[], output),
            Some(Field::Kept) => Ok(()),
            Some(Field::Dropped) => {
                column.changed += 1;
                output.extend_from_slice(copy_text::NULL);
                Ok(())
            }
            Some(Field::Collected(bytes)) => field_of(masker, column, &bytes, output),
            Some(Field::Searched {
                mut stream,
                length,
                replaced_before,
            }) => {
                let before = output.len();
                stream.feed(masker, &[], true, &mut column.tally, output);
                let Some((mut length, longest)) = length else {
                    return Ok(());
                };
                length.feed(output.get(before..).unwrap_or_default());
                let fits = column.tally.replaced == replaced_before
                    || length.longest() <= u64::from(longest);
                if fits {
                    Ok(())
                } else {
                    Err(column.problem(ProblemKind::TooLong))
                }
            }
        }
    }
}
