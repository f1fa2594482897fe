//! The anonymiser: pieces of a dump in, the same dump out.

use crate::dump::Scanner;

use super::columns::Columns;
use super::error::AnonymizeError;
use super::events::State;
use super::pseudonym::Key;
use super::report::AnonymizeReport;
use super::rules::Rules;

/// Bytes that are worked through at once.
const PIECE: usize = 1024 * 1024;

/// How to anonymise.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Makes the tokens of pseudonyms, and whatever rules make up. Where one is needed and there is none, that is an
    /// error.
    pub key: Option<Key>,
    /// What is known about the dump's columns.
    pub columns: Columns,
    /// What becomes of them. [`Rules::check`] says beforehand what is wrong with the rules; here it shows up as it comes.
    pub rules: Rules,
}

/// Replaces each email address in a plain SQL dump.
///
/// Feed the dump in pieces of any size, then call [`Anonymizer::finish`]; output is appended to the buffers given.
#[derive(Debug)]
pub struct Anonymizer {
    scanner: Scanner,
    state: State,
}

impl Anonymizer {
    pub fn new(options: Options) -> Self {
        Self {
            scanner: Scanner::new(),
            state: State::new(options),
        }
    }

    /// Takes the next bytes of the dump and appends what is settled to `output`.
    ///
    /// # Errors
    /// When the dump cannot be anonymised; what was written so far must then be thrown away.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), AnonymizeError> {
        let state = &mut self.state;
        // Whole rows are taken from a piece at once, so its size bounds the memory that they take.
        for piece in input.chunks(PIECE) {
            self.scanner
                .feed(piece, &mut |event| state.event(event, output))?;
        }
        Ok(())
    }

    /// Ends the dump: appends the rest to `output` and reports what was done.
    ///
    /// # Errors
    /// As [`Anonymizer::feed`], and when the dump is cut off.
    pub fn finish(self, output: &mut Vec<u8>) -> Result<AnonymizeReport, AnonymizeError> {
        let mut state = self.state;
        let ending = self
            .scanner
            .finish(&mut |event| state.event(event, output))?;
        AnonymizeError::of_ending(ending)?;
        state.finish(output)
    }
}
