//! What was found and replaced, without ever holding a value.

use std::collections::BTreeMap;

use super::value::Tally;

/// The outcome of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnonymizeReport {
    /// Addresses that were replaced, in all of the dump.
    pub replaced: u64,
    /// Findings in columns, by table as SQL writes it (`public.users`) and column.
    pub columns: BTreeMap<(String, String), ColumnReport>,
    /// Findings outside of columns: definitions, comments, large objects.
    pub elsewhere: ColumnReport,
    /// Whether the dump says that it is complete.
    pub complete: bool,
}

/// What was found in one column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnReport {
    /// Addresses, pseudonyms of ours among them.
    pub found: u64,
    /// Addresses that were replaced.
    pub replaced: u64,
    /// Whether the pseudonyms carry tokens.
    pub unique: bool,
}

impl ColumnReport {
    pub(super) fn add(&mut self, tally: Tally) {
        self.found += tally.found;
        self.replaced += tally.replaced;
    }
}
