//! What can stop anonymising. No text here ever holds a value of the dump.

/// Why a dump could not be anonymised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnonymizeError {}
