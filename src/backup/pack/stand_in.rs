//! What `pg_restore` gets in place of a table's rows.

/// How pg_dump ends a table's data, in the archive as in a script: the end of `dumpTableData_copy` in `pg_dump.c`.
pub(super) const END: &[u8] = b"\\.\n\n\n";

/// Empty rows: more bytes than `pg_restore` and a pipe hold back, so that what comes before them comes out.
const ROWS: usize = 64 * 1024;

/// A table's data that are short to read and long enough to push out what comes before them.
pub(super) fn stand_in() -> Vec<u8> {
    let mut data = vec![b'\n'; ROWS];
    data.extend_from_slice(END);
    data
}

/// Whether these are the rows of [`stand_in`].
pub(super) fn is_stand_in(rows: u64, bytes: u64) -> bool {
    rows == ROWS as u64 && bytes == ROWS as u64
}
