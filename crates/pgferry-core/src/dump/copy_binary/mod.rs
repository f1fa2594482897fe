//! Rows of COPY in the binary format, made of those in the text format.
//!
//! A server spends more than half of a load on reading text: on finding the ends of fields, and on its input functions. Rows
//! that come in the binary format spare it that. The format is documented under COPY, "Binary Format"; what stands in a field
//! is what the type's `…_recv` function reads (`src/backend/utils/adt`). All numbers are big-endian.
//!
//! Only what the server itself writes is converted. Where a type, a value or an escape is any other, the caller sends the
//! rows as they are, so that the server is the one to read them, or to say what is wrong with them.

mod array;
mod field;
mod numeric;
mod time;

use memchr::{memchr, memchr3};

use super::copy_text;

pub use field::FieldFormat;

/// What stands before the first row: the signature, no flags, no header extension.
pub const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands behind the last row.
pub const TRAILER: &[u8] = b"\xff\xff";

/// The length of a field that is NULL.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

/// Converts rows of one table.
#[derive(Debug, Clone)]
pub struct BinaryRows {
    columns: Vec<FieldFormat>,
    /// How many columns each row has, as it says itself.
    count: [u8; 2],
    /// A field without its escapes.
    decoded: Vec<u8>,
}

impl BinaryRows {
    /// For a COPY of columns with these formats. `None` where the format can't say how many there are, or there are none, whose
    /// rows are not told apart from one empty field.
    pub fn new(columns: Vec<FieldFormat>) -> Option<Self> {
        let count = i16::try_from(columns.len())
            .ok()
            .filter(|count| *count > 0)?;
        Some(Self {
            columns,
            count: count.to_be_bytes(),
            decoded: Vec::new(),
        })
    }

    /// Appends the rows in the binary format, and says whether that could be done. If not, `output` is as it was.
    ///
    /// `rows` are whole ones, each with its line feed.
    #[must_use]
    pub fn convert(&mut self, rows: &[u8], output: &mut Vec<u8>) -> bool {
        let before = output.len();
        let is_converted = self.rows(rows, output).is_some();
        if !is_converted {
            output.truncate(before);
        }
        is_converted
    }

    fn rows(&mut self, mut rows: &[u8], output: &mut Vec<u8>) -> Option<()> {
        // The server takes it for the end of a line, or for a mistake, by what it has seen before.
        if memchr(b'\r', rows).is_some() {
            return None;
        }
        while !rows.is_empty() {
            rows = self.row(rows, output)?;
        }
        Some(())
    }

    /// Converts the first row, and gives what is behind it.
    fn row<'r>(&mut self, mut rest: &'r [u8], output: &mut Vec<u8>) -> Option<&'r [u8]> {
        output.extend_from_slice(&self.count);
        let last = self.columns.len().checked_sub(1)?;
        for (position, column) in self.columns.iter().enumerate() {
            let (raw, end, after, is_escaped) = split(rest)?;
            let expected = if position == last { b'\n' } else { b'\t' };
            if end != expected {
                return None;
            }
            rest = after;
            if raw == copy_text::NULL {
                output.extend_from_slice(&NULL);
                continue;
            }
            let value = if is_escaped {
                self.decoded.clear();
                if !copy_text::decode_written(raw, &mut self.decoded) {
                    return None;
                }
                &self.decoded
            } else {
                raw
            };
            measured(output, |output| column.write(value, output))?;
        }
        Some(rest)
    }
}

/// The first field, the byte that ends it, what is behind that, and whether there are escapes in the field.
fn split(rows: &[u8]) -> Option<(&[u8], u8, &[u8], bool)> {
    let mut is_escaped = false;
    let mut length = 0;
    loop {
        let rest = rows.get(length..)?;
        length += memchr3(b'\t', b'\n', b'\\', rest)?;
        let end = *rows.get(length)?;
        if end != b'\\' {
            return Some((
                rows.get(..length)?,
                end,
                rows.get(length + 1..)?,
                is_escaped,
            ));
        }
        // What is escaped is no end, whatever it is.
        is_escaped = true;
        length += 2;
    }
}

/// Appends what `write` does, with its length before it.
fn measured(output: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
    let start = output.len();
    output.extend_from_slice(&NULL);
    write(output)?;
    let length = i32::try_from(output.len() - start - NULL.len()).ok()?;
    output
        .get_mut(start..)?
        .first_chunk_mut::<4>()?
        .copy_from_slice(&length.to_be_bytes());
    Some(())
}
