//! COPY data cut into runs of whole rows, so that several sessions can take them.

use memchr::{memchr_iter, memrchr};

/// Whole rows, or a piece of a row that is longer than a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRun {
    pub bytes: Vec<u8>,
    /// Lines before it, of the same table.
    pub lines_before: u64,
    /// Line ends in it.
    pub lines: u64,
    /// Whether the last row ends here. Otherwise the next run goes on with it, and the same session must take it.
    pub ends_row: bool,
}

/// Cuts the rows of one table.
///
/// A row ends at a line feed that no backslash escapes. `pg_dump` writes those of values as `\n`; a backslash before a line
/// feed itself, which the server takes for a part of the value, is what hands write.
#[derive(Debug)]
pub struct RowRuns {
    run: Vec<u8>,
    target: usize,
    lines: u64,
    /// A backslash at the end of what was given away escapes what comes next.
    escaped: bool,
}

impl RowRuns {
    /// Runs of at most `target` bytes.
    pub fn new(target: usize) -> Self {
        Self {
            run: Vec::with_capacity(target),
            target: target.max(1),
            lines: 0,
            escaped: false,
        }
    }

    /// Takes the next piece of COPY data.
    ///
    /// # Errors
    /// The sink's.
    pub fn feed<E>(
        &mut self,
        mut rows: &[u8],
        sink: &mut dyn FnMut(RowRun) -> Result<(), E>,
    ) -> Result<(), E> {
        while !rows.is_empty() {
            let room = self.target.saturating_sub(self.run.len());
            let (now, later) = rows.split_at_checked(room).unwrap_or((rows, &[]));
            self.run.extend_from_slice(now);
            rows = later;
            if self.run.len() >= self.target {
                self.give(sink)?;
            }
        }
        Ok(())
    }

    /// Gives what is left.
    ///
    /// # Errors
    /// The sink's.
    pub fn finish<E>(mut self, sink: &mut dyn FnMut(RowRun) -> Result<(), E>) -> Result<(), E> {
        if self.run.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.run);
        sink(self.counted(bytes, true))
    }

    fn give<E>(&mut self, sink: &mut dyn FnMut(RowRun) -> Result<(), E>) -> Result<(), E> {
        let end = self.last_row_end();
        let mut rest = Vec::with_capacity(self.target);
        if let Some(end) = end {
            rest.extend_from_slice(self.run.get(end..).unwrap_or_default());
            self.run.truncate(end);
            self.escaped = false;
        } else {
            self.escaped = self.is_escaped(self.run.len());
        }
        let bytes = std::mem::replace(&mut self.run, rest);
        sink(self.counted(bytes, end.is_some()))
    }

    fn counted(&mut self, bytes: Vec<u8>, ends_row: bool) -> RowRun {
        let lines = u64::try_from(memchr_iter(b'\n', &bytes).count()).unwrap_or(u64::MAX);
        let lines_before = self.lines;
        self.lines = self.lines.saturating_add(lines);
        RowRun {
            bytes,
            lines_before,
            lines,
            ends_row,
        }
    }

    /// Behind the last line feed that ends a row.
    fn last_row_end(&self) -> Option<usize> {
        let mut before = self.run.len();
        loop {
            let found = memrchr(b'\n', self.run.get(..before)?)?;
            if !self.is_escaped(found) {
                return Some(found + 1);
            }
            before = found;
        }
    }

    /// Whether an odd number of backslashes stands before `index`.
    fn is_escaped(&self, index: usize) -> bool {
        let before = self.run.get(..index).unwrap_or_default();
        let backslashes = before
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count();
        let carried = backslashes == before.len() && self.escaped;
        (backslashes % 2 == 1) != carried
    }
}
