//! The stream: a window over the dump that slides from `@` to `@`.

use memchr::memchr;

use super::address::{self, Found, LOCAL_LIMIT};
use super::error::AnonymizeError;
use super::report::AnonymizeReport;

const PSEUDONYM: &[u8] = b"nobody@example.com";
/// Kept before the next byte to search: the longest local part, and a character that its start may cut.
const LOOK_BACK: usize = LOCAL_LIMIT + 8;

/// How to anonymise.
#[derive(Debug, Clone, Default)]
pub struct Options {}

/// Replaces each email address in a plain SQL dump.
///
/// Feed the dump in pieces of any size, then call [`Anonymizer::finish`]; output is appended to the buffers given.
#[derive(Debug)]
pub struct Anonymizer {
    window: Vec<u8>,
    /// Up to here the window was written to the output; it is kept for what precedes an address.
    written: usize,
    /// Up to here the window holds no `@` that has to be looked at.
    searched: usize,
    /// Where the last address ended; the next one can't begin before.
    floor: usize,
    /// Whether an odd number of backslashes stands right before the window.
    escaped: bool,
    report: AnonymizeReport,
}

impl Anonymizer {
    pub fn new(_options: Options) -> Self {
        Self {
            window: Vec::new(),
            written: 0,
            searched: 0,
            floor: 0,
            escaped: false,
            report: AnonymizeReport::default(),
        }
    }

    /// Takes the next bytes of the dump and appends what is settled to `output`.
    ///
    /// # Errors
    /// When the dump cannot be anonymised; what was written so far must then be thrown away.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        self.window.extend_from_slice(input);
        self.advance(false, output);
        Ok(())
    }

    /// Ends the dump: appends the rest to `output` and reports what was done.
    ///
    /// # Errors
    /// As [`Anonymizer::feed`].
    pub fn finish(mut self, output: &mut Vec<u8>) -> Result<AnonymizeReport, AnonymizeError> {
        self.advance(true, output);
        Ok(self.report)
    }

    fn advance(&mut self, last: bool, output: &mut Vec<u8>) {
        let mut incomplete = false;
        while let Some(offset) = memchr(b'@', self.window.get(self.searched..).unwrap_or_default())
        {
            let at = self.searched + offset;
            match address::around(&self.window, self.floor, at, last) {
                Found::Incomplete => {
                    self.searched = at;
                    incomplete = true;
                    break;
                }
                Found::Nothing => self.searched = at + 1,
                Found::Address(range) => {
                    let start = self.after_escape(range.start, at);
                    self.searched = range.end;
                    self.floor = range.end;
                    if start < at && self.window.get(start..range.end) != Some(PSEUDONYM) {
                        self.write(start, output);
                        output.extend_from_slice(PSEUDONYM);
                        self.written = range.end;
                        self.report.replaced += 1;
                    }
                }
            }
        }
        if !incomplete {
            self.searched = self.window.len();
        }
        let settled = if last {
            self.window.len()
        } else {
            self.searched.saturating_sub(LOOK_BACK)
        };
        self.write(settled, output);
        self.slide(settled);
    }

    /// A letter that a COPY escape ends with (`\ny@example.com`) is no part of the address.
    fn after_escape(&self, start: usize, at: usize) -> usize {
        let before = self.window.get(..start).unwrap_or_default();
        let run = before
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count();
        let odd = (run % 2 == 1) != (run == before.len() && self.escaped);
        let letter = matches!(
            self.window.get(start),
            Some(b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'N')
        );
        if odd && letter && start < at {
            start + 1
        } else {
            start
        }
    }

    fn write(&mut self, end: usize, output: &mut Vec<u8>) {
        if end > self.written {
            output.extend_from_slice(self.window.get(self.written..end).unwrap_or_default());
            self.written = end;
        }
    }

    /// Forgets what is written and too far back to matter.
    fn slide(&mut self, settled: usize) {
        let gone = settled
            .min(self.written)
            .min(self.searched)
            .saturating_sub(LOOK_BACK);
        let Some(dropped) = self
            .window
            .get(..gone)
            .filter(|dropped| !dropped.is_empty())
        else {
            return;
        };
        let run = dropped
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count();
        self.escaped = (run % 2 == 1) != (run == dropped.len() && self.escaped);
        self.window.drain(..gone);
        self.written -= gone;
        self.searched -= gone;
        self.floor = self.floor.saturating_sub(gone);
    }
}
