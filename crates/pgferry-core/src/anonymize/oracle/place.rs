//! Follows a dump to say where in it a byte stands: line, statement, table and column.
//!
//! Only names come from here. That bytes are passed over as COPY data never keeps them from being searched.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::copy_header::CopyHeader;
use super::lexer::Lexer;
use super::report::Site;

/// How the line begins that ends COPY data.
static END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\\."));

/// What follows the dump. It moves forward only.
#[derive(Debug)]
pub(super) struct Tracker {
    /// The offset of the next byte to read.
    offset: u64,
    lexer: Lexer,
    /// The COPY whose data, or whose rest of a line before it, is being read.
    copy: Option<Copy>,
}

#[derive(Debug)]
struct Copy {
    header: CopyHeader,
    /// Whether the line of the statement has ended.
    began: bool,
    /// The first bytes of the current row, and its length up to here.
    start: [u8; 3],
    length: u64,
    /// Tabs in the current row up to here.
    tabs: u64,
}

impl Tracker {
    pub(super) fn new() -> Self {
        Self {
            offset: 0,
            lexer: Lexer::new(),
            copy: None,
        }
    }

    /// Reads on up to an offset, from a window whose first byte stands at `base`.
    pub(super) fn reach(&mut self, offset: u64, window: &[u8], base: u64) {
        let index = |offset: u64| {
            usize::try_from(offset.saturating_sub(base))
                .unwrap_or(usize::MAX)
                .min(window.len())
        };
        let mut bytes = window
            .get(index(self.offset)..index(offset))
            .unwrap_or_default();
        self.offset = self.offset.max(offset);
        while !bytes.is_empty() {
            let read = if let Some(copy) = &mut self.copy {
                let (read, lines, ended) = copy.read(bytes);
                self.lexer.add_lines(lines);
                if ended {
                    self.copy = None;
                }
                read
            } else {
                let (read, header) = self.lexer.read(bytes);
                self.copy = header.map(Copy::new);
                read
            };
            bytes = bytes.get(read..).unwrap_or_default();
        }
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.lexer.line()
    }

    /// Where the next byte stands.
    pub(super) fn site(&self) -> Site {
        let Some(copy) = &self.copy else {
            return self.lexer.site();
        };
        Site::Copy {
            table: redacted(copy.header.table()),
            column: copy.tabs.saturating_add(1),
            name: copy.column().map(redacted),
        }
    }

    /// The table, as the COPY prints it, and the column of the next byte, if it stands in COPY data.
    pub(super) fn column(&self) -> Option<(&str, &str)> {
        let copy = self.copy.as_ref().filter(|copy| copy.began)?;
        Some((copy.header.table(), copy.column()?))
    }
}

impl Copy {
    fn new(header: CopyHeader) -> Self {
        Self {
            header,
            began: false,
            start: [0; 3],
            length: 0,
            tabs: 0,
        }
    }

    fn column(&self) -> Option<&str> {
        self.header.column(usize::try_from(self.tabs).ok()?)
    }

    /// Reads rows. Returns how many bytes and line ends were read, and whether the last was that of the `\.` line.
    fn read(&mut self, bytes: &[u8]) -> (usize, u64, bool) {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            self.extend(bytes);
            return (bytes.len(), 0, false);
        };
        self.extend(bytes.get(..end).unwrap_or_default());
        let first = end.saturating_add(1);
        if std::mem::replace(&mut self.began, true) && self.is_end() {
            return (first, 1, true);
        }
        // Whole rows at once: up to the end mark, or to the last line end.
        let rows = bytes.get(first..).unwrap_or_default();
        let rows = rows
            .get(..memchr::memrchr(b'\n', rows).map_or(0, |last| last.saturating_add(1)))
            .unwrap_or_default();
        let mark = |at: &usize| {
            let starts = at
                .checked_sub(1)
                .is_none_or(|before| rows.get(before) == Some(&b'\n'));
            let rest = rows.get(at.saturating_add(2)..).unwrap_or_default();
            starts && (rest.starts_with(b"\n") || rest.starts_with(b"\r\n"))
        };
        let whole = END.find_iter(rows).find(mark).unwrap_or(rows.len());
        let lines =
            memchr::memchr_iter(b'\n', rows.get(..whole).unwrap_or_default()).count() as u64;
        self.length = 0;
        self.tabs = 0;
        (first.saturating_add(whole), lines.saturating_add(1), false)
    }

    fn extend(&mut self, part: &[u8]) {
        for (index, &byte) in (self.length..).zip(part) {
            let Some(slot) = usize::try_from(index)
                .ok()
                .and_then(|index| self.start.get_mut(index))
            else {
                break;
            };
            *slot = byte;
        }
        self.length = self.length.saturating_add(part.len() as u64);
        self.tabs = self
            .tabs
            .saturating_add(memchr::memchr_iter(b'\t', part).count() as u64);
    }

    fn is_end(&self) -> bool {
        matches!(
            (self.length, self.start),
            (2, [b'\\', b'.', _]) | (3, [b'\\', b'.', b'\r'])
        )
    }
}

/// A name without the bytes that could spell an address.
fn redacted(name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "_-. \"$".contains(character);
    name.chars()
        .map(|character| if plain(character) { character } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "SELECT 1;\n\nCOPY public.t (a, \"b@c\") FROM stdin;\n1\tx\n\\.x\t\\.\n2\ty\n\\.\n\nCOPY u FROM stdin;\n\\.\nCREATE TABLE x\n(a);\n";

    fn place(tracker: &Tracker) -> String {
        format!("{} {}", tracker.line(), tracker.site())
    }

    #[test]
    fn names_every_place_whatever_the_steps() {
        let bytes = DUMP.as_bytes();
        for (text, expected) in [
            ("1;", "1 statement at line 1 (SELECT)"),
            ("\nCOPY public", "2 between statements"),
            ("1\tx", "4 public.t column 1 (a)"),
            ("x\n\\.x", "4 public.t column 2 (b?c)"),
            (".x\t", "5 public.t column 1 (a)"),
            ("y\n", "6 public.t column 2 (b?c)"),
            ("\nCOPY u", "8 between statements"),
            ("\\.\nCREATE", "10 u column 1"),
            ("(a);", "12 statement at line 11 (CREATE TABLE x)"),
        ] {
            let at = DUMP.find(text).unwrap();
            for step in 1..=at.max(1) {
                let mut tracker = Tracker::new();
                for offset in (0..at).step_by(step) {
                    tracker.reach(offset as u64, bytes, 0);
                }
                tracker.reach(at as u64, bytes, 0);
                assert_eq!(place(&tracker), expected, "at {text:?} in steps of {step}");
            }
        }
    }
}
