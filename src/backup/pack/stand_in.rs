//! What `pg_restore` gets in place of a table's rows.

use pgferry_core::dump::archive::END_OF_ROWS;

/// Empty rows: more bytes than `pg_restore` and a pipe hold back, so that what comes before them comes out.
const ROWS: usize = 64 * 1024;

/// A table's data that are short to read and long enough to push out what comes before them.
pub(super) fn stand_in() -> Vec<u8> {
    let mut data = vec![b'\n'; ROWS];
    data.extend_from_slice(END_OF_ROWS);
    data
}

/// Whether these are the rows of [`stand_in`].
pub(super) fn is_stand_in(rows: u64, bytes: u64) -> bool {
    rows == ROWS as u64 && bytes == ROWS as u64
}
