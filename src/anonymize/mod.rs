//! The journey of a dump to one that may leave the host.
//!
//! ```text
//! file ─► definitions                                            first pass: columns, keys
//! file ─► anonymise ─► leak oracle ─► temporary file ─► rename   second pass
//! ```
//!
//! Standard input can be read only once: there the definitions are collected on the way, and a unique column that was
//! not named beforehand is an error at the end.

mod definitions;
mod error;
mod key;
pub(crate) mod oracle;
mod run;

pub(crate) use definitions::{of_toc, survey};
pub use error::AnonymizeFailure;
pub use key::{KEY_FILE, KeyError, load as load_key};
pub use run::{Outcome, Output, file, stream};
