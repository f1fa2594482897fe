//! Makes an untrusted plain dump safe to load with psql.

use std::sync::Arc;

use memchr::memchr_iter;

use super::parts::Parts;
use super::scan::{Event, ObjectName};
use super::script_error::LoadError;
use super::script_judge::{Judge, JudgedScanner, Treatment};
use super::script_report::ScriptReport;

/// What a dump may do while it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a permission of its own"
)]
pub struct LoadOptions {
    /// Of the server that is loaded into: settings that it does not know are left out. Without it, none are.
    pub server_major: Option<u32>,
    /// Let `COPY` read and write files of the server and run commands on it. Right for servers that hold nothing else.
    pub server_files: bool,
    /// Let the dump run code that it does not define: `DO` and `CALL`, which `pg_dump` never writes.
    pub code_blocks: bool,
    /// Let statements through that `pg_dump` does not write: other `SELECT`s than those that set sequences and write large
    /// objects, and whatever concerns roles, databases and the server as a whole.
    pub any_statement: bool,
    /// After each statement set `standard_conforming_strings` and `client_encoding` again, as the dump has them: code that
    /// the server runs for the dump could otherwise change them, and with them what psql takes for text and for commands.
    /// On by default; only a dump that is trusted can do without.
    pub pin_settings: bool,
    /// What is loaded of the dump, if not all of it.
    pub parts: Option<Arc<Parts>>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            server_major: None,
            server_files: false,
            code_blocks: false,
            any_statement: false,
            pin_settings: true,
            parts: None,
        }
    }
}

/// Turns an untrusted plain dump into SQL for psql's standard input, to stand between the caller's `BEGIN;` and `COMMIT;`.
///
/// - `\restrict` and `\unrestrict`, which older versions of psql do not know, are left out; every other command of psql
///   is refused, wherever it stands.
/// - The dump's own bare `BEGIN;` and `COMMIT;` are left out, all other transaction control is refused.
/// - `COPY` from and to files and programs is refused unless the options allow it.
/// - `DO` and `CALL` are refused unless the options allow them.
/// - What psql and the server could read differently is refused: see [`Hazard`](super::Hazard).
/// - Empty statements are left out, and those that do not begin with a word are refused: psql forgets a `COPY` only at the
///   next word.
/// - After every statement the settings by which psql reads its input are set again: see [`LoadOptions::pin_settings`].
/// - What is left out leaves its line breaks, so that psql's line numbers are those of the dump.
///
/// The caller runs psql with `-X` and `ON_ERROR_STOP`, so that rows whose `COPY` failed are not taken for commands, and
/// after an error ends psql instead of its input: psql executes what it has at the end of its input. `COMMIT;` is only
/// right after [`LoadFilter::finish`] has returned a report.
///
/// psql must be of version 14 or later, which knows `BEGIN ATOMIC`.
#[derive(Debug)]
pub struct LoadFilter {
    scanner: JudgedScanner,
    /// Nothing has been appended.
    fresh: bool,
    /// The dump ended at the end of a line, so far.
    line_end: bool,
}

impl LoadFilter {
    pub fn new(options: LoadOptions) -> Self {
        Self {
            scanner: JudgedScanner::new(options),
            fresh: true,
            line_end: true,
        }
    }

    /// Reads the next piece of the dump and appends what psql may be given of it.
    ///
    /// # Errors
    /// What the dump must not hold. Nothing of the statement that is refused has been appended, as long as it is shorter
    /// than 256 KiB. After an error the filter is of no further use.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), LoadError> {
        self.line_end = input.last().map_or(self.line_end, |last| *last == b'\n');
        output.reserve(input.len());
        let fresh = &mut self.fresh;
        self.scanner.feed(input, &mut |event, judge| {
            append(event, judge, fresh, output);
            Ok(())
        })
    }

    /// Appends what is left and judges the dump as a whole.
    ///
    /// # Errors
    /// The dump is empty, no dump, or cut off.
    pub fn finish(mut self, output: &mut Vec<u8>) -> Result<ScriptReport, LoadError> {
        let fresh = &mut self.fresh;
        let report = self.scanner.finish(&mut |event, judge| {
            append(event, judge, fresh, output);
            Ok::<(), LoadError>(())
        })?;
        // A comment must not swallow what the caller has to say next.
        if !self.line_end {
            output.push(b'\n');
        }
        Ok(report)
    }

    /// The rows that come now are left out.
    pub fn leaves_out_rows(&self) -> bool {
        self.scanner.leaves_out_rows()
    }

    /// Goes past rows that are left out: so many lines, so many bytes, as the file's index has them. Returns false when no
    /// rows can come here.
    #[must_use]
    pub fn skip_rows(&mut self, rows: u64, bytes: u64, output: &mut Vec<u8>) -> bool {
        let lines = usize::try_from(rows).unwrap_or_default();
        output.resize(output.len().saturating_add(lines), b'\n');
        self.scanner.skip_rows(rows, bytes)
    }

    /// Extensions that the dump has created so far.
    pub fn extensions(&self) -> &[String] {
        &self.scanner.judge().report.extensions
    }

    /// Rows have come. `pg_dump` writes extensions and definitions before them.
    pub fn has_rows(&self) -> bool {
        let report = &self.scanner.judge().report;
        self.current_table().is_some() || !report.tables.is_empty() || report.inserts > 0
    }

    /// The table whose rows are being read.
    pub fn current_table(&self) -> Option<&ObjectName<'static>> {
        self.scanner.judge().table()
    }
}

/// Appends what psql may be given of an event that was judged.
fn append(event: &Event<'_>, judge: &Judge, fresh: &mut bool, output: &mut Vec<u8>) {
    if std::mem::take(fresh) && judge.options.pin_settings {
        judge.pins.append_to(output);
    }
    match event {
        // psql would only skip the mark on the first line, which is the caller's.
        Event::Blank(text) => {
            output.extend_from_slice(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
        }
        Event::Rows(text)
        | Event::CopyEnd {
            terminator: text, ..
        } if judge.leaves_out_rows() => keep_lines(text, output),
        Event::Comment(text)
        | Event::Rows(text)
        | Event::CopyEnd {
            terminator: text, ..
        } => {
            output.extend_from_slice(text);
        }
        Event::StatementText(text) if judge.treatment() == Treatment::Drop => {
            keep_lines(text, output);
        }
        Event::StatementText(text) => output.extend_from_slice(text),
        // Of a COPY from standard input too: psql runs the rest of its line after its rows.
        Event::StatementEnd
            if judge.treatment() == Treatment::PassAndPin && judge.options.pin_settings =>
        {
            judge.pins.append_to(output);
        }
        Event::MetaCommand(command) => keep_lines(command.text, output),
        Event::StatementEnd
        | Event::StatementStart(_)
        | Event::Fact(_)
        | Event::Hazard(..)
        | Event::CopyStart(_) => {}
    }
}

fn keep_lines(text: &[u8], output: &mut Vec<u8>) {
    output.extend(memchr_iter(b'\n', text).map(|_| b'\n'));
}
