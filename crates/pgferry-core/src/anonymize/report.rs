//! What was found and replaced, without ever holding a value.

/// The outcome of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnonymizeReport {
    /// Addresses that were replaced; those that were pseudonyms of ours already are not counted.
    pub replaced: u64,
}
