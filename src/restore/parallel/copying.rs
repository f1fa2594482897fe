//! A COPY that is under way, in the binary format as long as its rows can be had in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pgferry_core::dump::copy_binary::{BinaryRows, HEADER, TRAILER};
use pgferry_core::dump::{ObjectName, RowRun};
use tokio::sync::OnceCell;

use super::formats;
use super::items::{Origin, place};
use super::rows::Counts;
use crate::restore::RestoreError;
use crate::target::{CopyIn, Session};

/// Bytes after which a COPY is ended and another begun: only at its end does the server say what is wrong with rows.
const COPY_SIZE: usize = 32 * 1024 * 1024;
/// Bytes of a row that is put together to be converted. Longer ones are sent as text, piece by piece.
const ROW: usize = 1024 * 1024;

/// A COPY of the dump.
#[derive(Debug)]
pub(super) struct Copy {
    pub sql: String,
    pub table: ObjectName<'static>,
    columns: Vec<Vec<u8>>,
    /// The dump has made the table, which holds its rows itself.
    pub is_plain: bool,
    /// The line of the dump with the first row. No other COPY has it.
    pub first_row: u64,
    origin: Origin,
    /// Asked once, of the server.
    binary: OnceCell<Option<BinaryRows>>,
    /// There are rows that can't be converted.
    is_text: AtomicBool,
}

impl Copy {
    pub(super) fn new(
        sql: String,
        table: &ObjectName<'static>,
        columns: &[Vec<u8>],
        is_plain: bool,
        first_row: u64,
        origin: Origin,
    ) -> Self {
        Self {
            sql,
            table: table.clone(),
            columns: columns.to_vec(),
            is_plain,
            first_row,
            origin,
            binary: OnceCell::new(),
            is_text: AtomicBool::new(false),
        }
    }

    /// Of the statement.
    fn place(&self) -> String {
        place(self.first_row.saturating_sub(1), self.origin, &self.sql)
    }

    /// `line` counts from that of the first row on.
    fn place_of_row(&self, line: u64) -> String {
        match self.origin {
            Origin::Dump => format!("line {line} of the dump, in the rows of {}", self.table),
            Origin::Archive => {
                let number = line.saturating_sub(self.first_row).saturating_add(1);
                format!("line {number} of the rows of {}", self.table)
            }
        }
    }

    /// Whether it is written as `pg_dump` writes it, so that it can be given options.
    pub(super) fn can_have_options(&self) -> bool {
        self.before_source().is_some()
    }

    fn before_source(&self) -> Option<&str> {
        self.sql.strip_suffix("FROM stdin;")
    }

    /// The same COPY, whose rows come in the binary format, or are old at once.
    fn statement(&self, is_binary: bool, is_frozen: bool) -> String {
        let options = match (is_binary, is_frozen) {
            (true, true) => "FORMAT binary, FREEZE",
            (true, false) => "FORMAT binary",
            (false, true) => "FREEZE",
            (false, false) => return self.sql.clone(),
        };
        match self.before_source() {
            Some(start) => format!("{start}FROM stdin WITH ({options});"),
            None => self.sql.clone(),
        }
    }

    /// What converts its rows, if all can be converted that were seen.
    async fn binary(&self, session: &Session) -> Result<Option<BinaryRows>, RestoreError> {
        if self.is_text.load(Ordering::Relaxed) || !self.can_have_options() {
            return Ok(None);
        }
        let ask = || formats::of(session, &self.table, &self.columns);
        self.binary.get_or_try_init(ask).await.cloned()
    }
}

/// See above. Only [`Copying::finish`] makes the server keep the rows.
pub(super) struct Copying {
    session: Arc<Session>,
    copy: Arc<Copy>,
    is_frozen: bool,
    sink: CopyIn,
    /// `None`: rows are sent as they are.
    binary: Option<BinaryRows>,
    /// A row, up to where it goes on in the next run.
    row: Vec<u8>,
    bytes: usize,
    lines: u64,
    /// For each run: the lines of this COPY before it, and the line of the dump on which it begins.
    runs: Vec<(u64, u64)>,
    /// How many of them were sent.
    sent: usize,
}

impl Copying {
    /// The rows are old at once if it `is_frozen`: the table was emptied in this transaction.
    pub(super) async fn begin(
        session: &Arc<Session>,
        copy: &Arc<Copy>,
        is_frozen: bool,
    ) -> Result<Self, RestoreError> {
        let binary = copy.binary(session).await?;
        let mut sink = start(session, copy, binary.is_some(), is_frozen).await?;
        if binary.is_some() {
            sink.send(HEADER.to_vec()).await?;
        }
        Ok(Self {
            session: Arc::clone(session),
            copy: Arc::clone(copy),
            is_frozen,
            sink,
            binary,
            row: Vec::new(),
            bytes: 0,
            lines: 0,
            runs: Vec::new(),
            sent: 0,
        })
    }

    pub(super) fn is_of(&self, copy: &Arc<Copy>) -> bool {
        Arc::ptr_eq(&self.copy, copy)
    }

    /// It has taken so much that it should end, for only then does the server say what is wrong with rows.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= COPY_SIZE
    }

    /// Sends rows. What was sent in the binary format counts before others are sent as text.
    pub(super) async fn send(
        &mut self,
        run: RowRun,
        counts: &mut Counts,
    ) -> Result<(), RestoreError> {
        self.bytes = self.bytes.saturating_add(run.bytes.len());
        let line = self.copy.first_row.saturating_add(run.lines_before);
        self.runs.push((self.lines, line));
        self.lines = self.lines.saturating_add(run.lines);
        let Some(binary) = &mut self.binary else {
            self.sink.send(run.bytes).await?;
            return Ok(());
        };
        let rows = if self.row.is_empty() {
            run.bytes
        } else {
            self.row.extend_from_slice(&run.bytes);
            std::mem::take(&mut self.row)
        };
        if !run.ends_row && rows.len() < ROW {
            self.row = rows;
            return Ok(());
        }
        let mut converted = Vec::with_capacity(rows.len());
        if run.ends_row && binary.convert(&rows, &mut converted) {
            self.sent = self.runs.len();
            self.sink.send(converted).await?;
            return Ok(());
        }
        self.row = rows;
        self.go_on_as_text(counts).await
    }

    pub(super) async fn finish(mut self, counts: &mut Counts) -> Result<(), RestoreError> {
        if !self.row.is_empty() {
            // Its end is missing, as the server says.
            self.go_on_as_text(counts).await?;
        }
        self.end(counts).await
    }

    async fn end(&mut self, counts: &mut Counts) -> Result<(), RestoreError> {
        if self.binary.is_some() {
            self.sink.send(TRAILER.to_vec()).await?;
        }
        let (copy, runs) = (&self.copy, &self.runs);
        let place = |line: Option<u64>| {
            let line = line.and_then(|line| line_of_dump(runs, line));
            copy.place_of_row(line.unwrap_or(copy.first_row))
        };
        let rows = self.sink.finish(place).await?;
        counts.count(copy, rows);
        Ok(())
    }

    /// Ends this COPY, and sends what waits through another one.
    async fn go_on_as_text(&mut self, counts: &mut Counts) -> Result<(), RestoreError> {
        tracing::debug!(table = %self.copy.table, "not all rows can be converted: going on as text");
        self.copy.is_text.store(true, Ordering::Relaxed);
        let waiting = self.runs.split_off(self.sent);
        self.end(counts).await?;
        self.binary = None;
        self.sink = start(&self.session, &self.copy, false, self.is_frozen).await?;
        let before = waiting.first().map_or(self.lines, |(lines, _)| *lines);
        self.lines -= before;
        self.runs = waiting
            .into_iter()
            .map(|(lines, line)| (lines - before, line))
            .collect();
        self.sink.send(std::mem::take(&mut self.row)).await?;
        Ok(())
    }
}

async fn start(
    session: &Session,
    copy: &Copy,
    is_binary: bool,
    is_frozen: bool,
) -> Result<CopyIn, RestoreError> {
    let statement = copy.statement(is_binary, is_frozen);
    Ok(session.copy_in(&statement, || copy.place()).await?)
}

/// Where the `line`th line of a COPY stands, which was given these runs.
fn line_of_dump(runs: &[(u64, u64)], line: u64) -> Option<u64> {
    let before = line.checked_sub(1)?;
    let index = runs.partition_point(|(lines, _)| *lines <= before);
    let (lines, first) = runs.get(index.checked_sub(1)?)?;
    Some(first.saturating_add(before - lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_copy_are_lines_of_the_dump() {
        let runs = [(0, 100), (10, 300), (15, 305)];
        for (line, of_dump) in [
            (1, Some(100)),
            (10, Some(109)),
            (11, Some(300)),
            (15, Some(304)),
            (16, Some(305)),
            (20, Some(309)),
            (0, None),
        ] {
            assert_eq!(line_of_dump(&runs, line), of_dump, "{line}");
        }
        assert_eq!(line_of_dump(&[], 1), None);
    }

    #[test]
    fn only_what_pg_dump_writes_is_made_another_copy() {
        for (sql, frozen, binary) in [
            (
                "COPY public.t (a) FROM stdin;",
                "COPY public.t (a) FROM stdin WITH (FREEZE);",
                "COPY public.t (a) FROM stdin WITH (FORMAT binary);",
            ),
            ("COPY public.t (a) FROM stdin WITH (NULL '');", "", ""),
            ("copy public.t from stdin;", "", ""),
        ] {
            let table = ObjectName {
                schema: None,
                name: b"t".into(),
            };
            let copy = Copy::new(sql.to_owned(), &table, &[], true, 1, Origin::Dump);
            assert_eq!(copy.can_have_options(), !frozen.is_empty(), "{sql}");
            let expected = |statement| if frozen.is_empty() { sql } else { statement };
            assert_eq!(copy.statement(false, true), expected(frozen));
            assert_eq!(copy.statement(true, false), expected(binary));
            assert_eq!(copy.statement(false, false), sql);
        }
    }
}
