//! Makes a plain SQL dump fit to leave the host: no email address of the input stands in the output.
//!
//! Invariants: bytes in, bytes out; any split of the input gives the same output; memory is bounded by a
//! window, never by a line; what is not an address stays byte for byte; running it twice changes nothing.

mod address;
mod candidates;
mod cell;
mod coats;
mod columns;
mod error;
mod events;
mod hexadecimal;
mod insert;
mod insert_value;
mod large_object;
mod length;
mod lexer;
mod long_row;
mod masker;
mod name;
pub mod oracle;
mod pseudonym;
mod quoting;
mod report;
mod rows;
mod rules;
mod schema;
mod separators;
mod shape;
mod sink;
mod statement;
mod stream;
pub mod survey;
mod table;
mod value;
mod view;

pub use columns::{ColumnFacts, Columns};
pub use error::AnonymizeError;
pub use name::{ColumnName, NameError, TableName};
pub use pseudonym::Key;
pub use report::{AnonymizeReport, ColumnReport};
pub use rules::{Action, Fake, JsonPath, PathError, RuleError, RuleProblem, Rules, Unlisted};
pub use shape::Shape;
pub use stream::{Anonymizer, Options};
