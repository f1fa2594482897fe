//! The oracle itself: takes the dump, names the places of what the search finds, keeps the books.

use std::collections::{HashSet, VecDeque};

use super::accepted::Accepted;
use super::options::{KeptColumn, OracleOptions};
use super::place::Tracker;
use super::report::{Coat, Coats, Finding, OracleReport, Site};
use super::scan::{BLOCK, Event, Scan};

/// How many places of values in hex are remembered: more than the calls of `lowrite` that a window can hold.
const HEX_PLACES: usize = 4096;

/// The search of one dump for addresses that are none of ours. See the module's documentation for what it finds.
#[derive(Debug)]
pub struct Oracle {
    scan: Scan,
    tracker: Tracker,
    accepted: Accepted,
    kept_columns: HashSet<KeptColumn>,
    /// Where the digits of the latest values in hex begin: found late, their addresses are named by it.
    hex_places: VecDeque<(u64, Place)>,
    report: OracleReport,
}

#[derive(Debug, Clone)]
struct Place {
    line: u64,
    site: Site,
    kept: bool,
}

impl Oracle {
    /// Begins the search of a dump.
    pub fn new(options: OracleOptions) -> Self {
        Self::with_block(options, BLOCK)
    }

    /// The same, searching that many bytes at a time.
    fn with_block(options: OracleOptions, block: usize) -> Self {
        Self {
            scan: Scan::new(block, 0),
            tracker: Tracker::new(),
            accepted: Accepted::new(&options),
            kept_columns: options.kept_columns.into_iter().collect(),
            hex_places: VecDeque::new(),
            report: OracleReport::default(),
        }
    }

    /// Takes the next bytes of the dump, however many.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = self.scan.fill(bytes);
            if self.scan.is_full() {
                self.search(false);
                self.scan.discard();
            }
        }
    }

    /// Ends the dump.
    pub fn finish(mut self) -> OracleReport {
        self.search(true);
        self.report.bytes = self.scan.taken();
        self.report
    }

    fn search(&mut self, last: bool) {
        self.scan.search(last, &self.accepted);
        self.report.accepted = self.report.accepted.saturating_add(self.scan.accepted());
        let goes_on = self.scan.is_in_hex();
        let mut events: Vec<Event> = self.scan.events().collect();
        events.sort_by_key(|event| match event {
            Event::Foreign { offset, .. } | Event::HexBegins { offset } => *offset,
        });
        for event in events {
            match event {
                // What is in a value that ends here is found here, in order.
                Event::HexBegins { .. } if !goes_on && self.hex_places.is_empty() => {}
                Event::HexBegins { offset } => {
                    let place = self.place(offset);
                    if self.hex_places.len() >= HEX_PLACES {
                        self.hex_places.pop_front();
                    }
                    self.hex_places.push_back((offset, place));
                }
                Event::Foreign { offset, .. } if self.is_beyond(offset) => {
                    self.report.total = self.report.total.saturating_add(1);
                }
                Event::Foreign {
                    offset,
                    coats,
                    shape,
                    inner,
                } => {
                    let remembered = self
                        .hex_places
                        .iter()
                        .rev()
                        .find(|(start, _)| inner && *start <= offset);
                    let place = match remembered {
                        Some((_, place)) => place.clone(),
                        None => self.place(offset),
                    };
                    self.found(offset, coats, shape, place);
                }
            }
        }
        if let Some(last) = self.report.findings.get(OracleReport::FINDINGS - 1) {
            self.scan.shape_until(last.offset);
        }
        let searched = self.scan.searched();
        let (window, base) = self.scan.window();
        self.tracker.reach(searched, window, base);
        if !goes_on {
            self.hex_places.clear();
        }
    }

    /// Whether a finding would be counted, and not kept in full: then nobody needs its place.
    fn is_beyond(&self, offset: u64) -> bool {
        let full = self.report.findings.len() >= OracleReport::FINDINGS;
        let last = self
            .report
            .findings
            .last()
            .is_some_and(|last| last.offset < offset);
        self.kept_columns.is_empty() && full && last
    }

    fn place(&mut self, offset: u64) -> Place {
        let (window, base) = self.scan.window();
        self.tracker.reach(offset, window, base);
        let kept = self.tracker.column().is_some_and(|(table, column)| {
            !self.kept_columns.is_empty()
                && self.kept_columns.contains(&KeptColumn {
                    table: table.to_owned(),
                    column: column.to_owned(),
                })
        });
        Place {
            line: self.tracker.line(),
            site: self.tracker.site(),
            kept,
        }
    }

    fn found(&mut self, offset: u64, coats: Coats, shape: String, place: Place) {
        if place.kept {
            self.report.kept = self.report.kept.saturating_add(1);
            return;
        }
        self.report.total = self.report.total.saturating_add(1);
        let findings = &mut self.report.findings;
        let index = findings.partition_point(|known| known.offset <= offset);
        if index >= OracleReport::FINDINGS {
            return;
        }
        let coats = match place.site {
            Site::Copy { .. } => coats.renamed(Coat::StringEscape, Coat::CopyEscape),
            _ => coats,
        };
        findings.insert(
            index,
            Finding {
                offset,
                line: place.line,
                site: place.site,
                coats: coats.list(),
                shape,
            },
        );
        findings.truncate(OracleReport::FINDINGS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found must not depend on where a block ends: blocks of any size, so that one ends at every byte.
    #[test]
    fn every_block_length_gives_the_same_report() {
        let mut dump = b"SELECT 1;\nCOPY public.t (a, b) FROM stdin;\n".to_vec();
        for sample in [
            "ann.lee@mail.example.net",
            "nobody+a1b2c3d4e5f6@example.com",
            "\"q uoted\"@example.net",
            "ann%2540example%2Enet",
            "ann&amp;#64;example.net",
            "ann\\\\\\\\u0040example.net",
            "ann@exam=\\nple.net",
            "ann＠example.net",
            "\\\\x626f62406578616d706c652e6e6574",
            "\\\\x616e6e2534306578616d706c652e6e6574",
        ] {
            dump.extend_from_slice(format!("1\t{sample}\n").as_bytes());
            // More than what is kept behind and looked at ahead together.
            dump.resize(dump.len() + 10_000, b'.');
            dump.push(b'\n');
        }
        dump.extend_from_slice(b"\\.\n");
        let report = |block| {
            let mut oracle = Oracle::with_block(OracleOptions::default(), block);
            oracle.feed(&dump);
            oracle.finish()
        };
        let expected = report(BLOCK);
        assert_eq!((expected.total, expected.accepted), (9, 1));
        for block in [1, 2, 3, 5, 13, 64, 1000, 4096, 10_000] {
            assert_eq!(report(block), expected, "blocks of {block}");
        }
    }
}
