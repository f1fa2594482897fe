//! A file with an index, read front to back but for the rows that are left out: their members are not even decompressed.

use std::io;

use pgferry_core::gzip::index::{Kind, Section};

use crate::source::Seekable;

/// What ends COPY data in the files that pgferry writes.
const END_OF_ROWS: &[u8] = b"\\.\n\n\n";

/// Somebody who reads SQL front to back.
pub(super) trait Reading {
    type Error: From<Fault>;

    fn feed(&mut self, sql: &[u8]) -> Result<(), Self::Error>;
    /// Rows come next, and nobody wants them.
    fn leaves_out_rows(&self) -> bool;
    /// Goes past so many lines and bytes of rows. False when no rows can come here.
    fn skip_rows(&mut self, rows: u64, bytes: u64) -> Result<bool, Self::Error>;
}

/// Why the file can't be read on.
#[derive(Debug)]
pub(super) enum Fault {
    Input(io::Error),
    /// The index is not that of the contents.
    Index,
}

/// Reads all of the file but rows that are left out.
pub(super) fn read<R: Reading>(seekable: &Seekable, reading: &mut R) -> Result<(), R::Error> {
    let mut raw = Vec::new();
    for (position, section) in seekable.index().sections().iter().enumerate() {
        if matches!(section.kind, Kind::Table(_)) && reading.leaves_out_rows() {
            pass_by(seekable, position, section, reading)?;
            continue;
        }
        let mut members = seekable.members(section.members.clone());
        while members.next(&mut raw).map_err(Fault::Input)?.is_some() {
            reading.feed(&raw)?;
        }
    }
    Ok(())
}

/// Goes past the rows of a table, and past what ends them, which may stand in the next section.
pub(super) fn pass_by<R: Reading>(
    seekable: &Seekable,
    position: usize,
    section: &Section,
    reading: &mut R,
) -> Result<(), R::Error> {
    let all = section.raw_range.end - section.raw_range.start;
    let ends_here = !next_begins_with_end(seekable, position).map_err(Fault::Input)?;
    let behind = if ends_here { END_OF_ROWS } else { &[] };
    let bytes = all.saturating_sub(behind.len() as u64);
    if !reading.skip_rows(section.rows, bytes)? {
        return Err(Fault::Index.into());
    }
    seekable.pass_by(section.members.clone());
    if ends_here {
        reading.feed(behind)?;
    }
    Ok(())
}

fn next_begins_with_end(seekable: &Seekable, position: usize) -> io::Result<bool> {
    let Some(next) = seekable.index().sections().get(position + 1) else {
        return Ok(false);
    };
    let mut raw = Vec::new();
    seekable.members(next.members.clone()).peek(&mut raw)?;
    Ok(raw.starts_with(b"\\.\n") || raw.starts_with(b"\\.\r\n"))
}
