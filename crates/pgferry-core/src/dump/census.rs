//! What is in a plain dump, and whether all of it is there: for whoever made the dump and need not judge it.

use std::convert::Infallible;

use super::LoadError;
use super::scan::{Ending, Event, Fact, ObjectName, Scanner};
use super::script_report::TableLoad;

/// Counts the rows of a plain dump as it goes by.
#[derive(Debug)]
pub struct Census {
    scanner: Scanner,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    report: CensusReport,
    header: bool,
    complete: bool,
    table: Option<ObjectName<'static>>,
}

/// What [`Census::finish`] tells of a complete dump.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CensusReport {
    /// Tables whose rows stand in the dump as COPY data, in order.
    pub tables: Vec<TableLoad>,
    /// Bytes of the dump.
    pub bytes: u64,
}

impl Default for Census {
    fn default() -> Self {
        Self::new()
    }
}

impl Census {
    pub fn new() -> Self {
        Self {
            scanner: Scanner::new(),
            counts: Counts::default(),
        }
    }

    /// The next piece of the dump.
    pub fn feed(&mut self, input: &[u8]) {
        let counts = &mut self.counts;
        counts.report.bytes = counts.report.bytes.saturating_add(input.len() as u64);
        let Ok(()) = self.scanner.feed::<Infallible>(input, &mut |event| {
            counts.event(&event);
            Ok(())
        });
    }

    /// The table whose rows are going by.
    pub fn current_table(&self) -> Option<&ObjectName<'static>> {
        self.counts.table.as_ref()
    }

    /// Judges the dump as a whole.
    ///
    /// # Errors
    /// The dump is empty, no dump, or cut off.
    pub fn finish(self) -> Result<CensusReport, LoadError> {
        let Self {
            scanner,
            mut counts,
        } = self;
        let (line, offset) = (scanner.position().line, counts.report.bytes);
        if offset == 0 {
            return Err(LoadError::Empty);
        }
        let Ok(ending) = scanner.finish::<Infallible>(&mut |event| {
            counts.event(&event);
            Ok(())
        });
        match ending {
            _ if !counts.header => Err(LoadError::NotADump { line: 1 }),
            Ending::InCopy(target) => Err(LoadError::TruncatedInCopy {
                table: target.table.to_string(),
                line,
                offset,
            }),
            Ending::InStatement(start) => Err(LoadError::TruncatedInStatement { line: start.line }),
            Ending::Clean if counts.complete => Ok(counts.report),
            Ending::Clean | Ending::InComment(_) => Err(LoadError::MissingTrailer { offset }),
        }
    }
}

impl Counts {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Fact(Fact::Header) => self.header = true,
            Event::Fact(Fact::Complete) => self.complete = true,
            // What comes after a trailer needs one of its own.
            Event::StatementStart(_) => self.complete = false,
            Event::CopyStart(target) => self.table = Some(target.table.clone()),
            Event::CopyEnd { rows, bytes, .. } => {
                if let Some(table) = self.table.take() {
                    self.report.tables.push(TableLoad {
                        table,
                        rows: *rows,
                        bytes: *bytes,
                    });
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.t (a text);\n\n\
        COPY public.t (a) FROM stdin;\none\ntwo\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

    fn census(dump: &str) -> Result<CensusReport, LoadError> {
        let mut census = Census::new();
        census.feed(dump.as_bytes());
        census.finish()
    }

    #[test]
    fn rows_and_bytes_are_counted() {
        let report = census(DUMP).unwrap();
        let tables: Vec<_> = report
            .tables
            .iter()
            .map(|table| (table.table.to_string(), table.rows, table.bytes))
            .collect();
        assert_eq!(tables, [("public.t".to_owned(), 2, 8)]);
    }

    #[test]
    fn every_cut_before_the_trailer_is_noticed() {
        let trailer = DUMP.find("dump complete").unwrap() + "dump complete".len();
        for cut in 0..trailer {
            assert!(census(DUMP.get(..cut).unwrap()).is_err(), "cut at {cut}");
        }
        assert!(census(DUMP.get(..trailer + 1).unwrap()).is_ok());
    }

    #[test]
    fn a_statement_behind_the_trailer_needs_another_one() {
        assert!(census(&format!("{DUMP}SELECT 1;\n")).is_err());
    }
}
