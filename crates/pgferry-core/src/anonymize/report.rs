//! What was found and replaced, without ever holding a value.

use std::collections::BTreeMap;

/// The outcome of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnonymizeReport {
    /// Addresses that were replaced, in all of the dump.
    pub replaced: u64,
    /// Findings in columns, by table as SQL writes it (`public.users`) and column: those where addresses were found, and
    /// those that a rule names.
    pub columns: BTreeMap<(String, String), ColumnReport>,
    /// Addresses outside of columns: in definitions, comments and large objects.
    pub elsewhere_found: u64,
    /// Those that were replaced.
    pub elsewhere_replaced: u64,
    /// Tables whose rows were left out, and how many rows that were.
    pub truncated: BTreeMap<String, u64>,
    /// Whether the dump says that it is complete.
    pub complete: bool,
}

/// What was found in one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnReport {
    /// The rule for the column, by its name in settings: `addresses` if none names it.
    pub rule: &'static str,
    /// Whether the pseudonyms carry tokens.
    pub unique: bool,
    /// Addresses, pseudonyms of ours among them.
    pub found: u64,
    /// Addresses that were replaced.
    pub replaced: u64,
    /// Values that a rule other than `addresses` changed.
    pub changed: u64,
}
