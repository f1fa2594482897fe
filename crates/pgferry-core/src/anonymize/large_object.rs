//! Large objects, which `pg_dump` writes in chunks of 16 KiB: `SELECT pg_catalog.lowrite(0, '\x…');`. An address may begin
//! in one chunk and end in the next, so all chunks of an object are one value, and the SQL between them interrupts it.

use super::hexadecimal;
use super::masker::Masker;
use super::value::{DigitStream, Tally};

/// The digits of a `lowrite` statement: where they start, and where they end.
pub(super) fn digits(statement: &[u8]) -> Option<(usize, usize)> {
    const CALLS: [&[u8]; 2] = [
        b"SELECT pg_catalog.lowrite(0, '\\x",
        b"SELECT lowrite(0, '\\x",
    ];
    let start = CALLS.iter().find(|call| statement.starts_with(call))?.len();
    let rest = statement.get(start..)?;
    let length = hexadecimal::run_length(rest);
    rest.get(length..)?
        .starts_with(b"');")
        .then_some((start, start + length))
}

/// A large object that is being written.
#[derive(Debug)]
pub(super) struct LargeObject {
    stream: DigitStream,
}

impl LargeObject {
    pub(super) fn new() -> Self {
        Self {
            stream: DigitStream::new(false, false),
        }
    }

    /// Takes a chunk's statement, of which [`digits`] told `range`.
    pub(super) fn chunk(
        &mut self,
        masker: &mut Masker,
        statement: &[u8],
        (start, end): (usize, usize),
        tally: &mut Tally,
        output: &mut Vec<u8>,
    ) {
        self.stream
            .interrupt(statement.get(..start).unwrap_or_default(), output);
        self.stream.feed(
            masker,
            statement.get(start..end).unwrap_or_default(),
            false,
            tally,
            output,
        );
        self.stream
            .interrupt(statement.get(end..).unwrap_or_default(), output);
    }

    /// Takes white space after a chunk.
    pub(super) fn blank(&mut self, raw: &[u8], output: &mut Vec<u8>) {
        self.stream.interrupt(raw, output);
    }

    pub(super) fn finish(mut self, masker: &mut Masker, tally: &mut Tally, output: &mut Vec<u8>) {
        self.stream.feed(masker, &[], true, tally, output);
    }
}
