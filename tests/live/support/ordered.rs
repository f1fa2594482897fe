//! Dumps for comparison.

/// The lines of a plain dump, the rows of each table in order and without `\restrict`'s random key: a table that was loaded
/// through several sessions has its rows in any order.
pub fn ordered(dump: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut first_row = None;
    for line in dump.split(|byte| *byte == b'\n') {
        if line.starts_with(b"\\restrict") || line.starts_with(b"\\unrestrict") {
            continue;
        }
        if line == b"\\."
            && let Some(first) = first_row.take()
        {
            lines[first..].sort();
        }
        lines.push(line.to_vec());
        if line.starts_with(b"COPY ") && line.ends_with(b" FROM stdin;") {
            first_row = Some(lines.len());
        }
    }
    lines
}
