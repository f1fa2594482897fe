//! Makes a plain SQL dump fit to leave the host: no email address of the input stands in the output.
//!
//! Invariants: bytes in, bytes out; any split of the input gives the same output; memory is bounded by a
//! window, never by a line; what is not an address stays byte for byte; running it twice changes nothing.

mod address;
mod error;
pub mod oracle;
mod report;
mod stream;

pub use error::AnonymizeError;
pub use report::AnonymizeReport;
pub use stream::{Anonymizer, Options};
