//! Makes a plain SQL dump fit to leave the host: no email address of the input stands in the output.
//!
//! # How data flows
//! ```text
//! dump ─► Scanner ─┬─ rows ─────► rows ─► separators (which column?) ─┐
//!                  ├─ statements ► lexer ─► literals, names, comments ┤      candidates: @ and all that stands for it,
//!                  ├─ lowrite ──► large_object ───────────────────────┤      found in one pass on vector instructions
//!                  └─ the rest, byte for byte ─────────────┐          ▼                │
//!                                                          │   value ─► masker ◄───────┘
//!                                                          │      │       ├─ a glance: plain bytes all around? address
//!                                                          ▼      ▼       └─ a closer look: quoting ─► coats ─► address
//!                                                       output ◄─ sink ◄─ pseudonym, in place of the raw bytes
//! ```
//! What holds no candidate is copied in runs and never split into rows. Around a candidate, at most 2 KiB on either side
//! are decoded, by the exact rules of the value's `quoting` and the guesses of `coats`, into a `view` whose bytes know
//! their origin; the `address` found there leads back to the raw bytes that are replaced, and what stands for its `@`
//! stays. Columns with `rules` of their own are taken field by field.
//!
//! # Invariants
//! - No address of the grammar in `address` is left in any coat of `coats`, but where a rule says `keep`.
//! - What is no address stays byte for byte, and what surrounds one keeps its syntax: quotes, escapes, arrays, JSON.
//! - Any split of the input gives the same output; running it twice changes nothing.
//! - Memory is bounded by windows, never by a line, a row, a literal or a large object.
//! - What cannot be read, does not fit its column, or would make keys collide is an error, never passed through.
//! - No error and no report holds a value.

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
pub mod repair;
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
pub use rules::{
    Action, Fake, JsonPath, Missing, PathError, RuleError, RuleProblem, Rules, Subject, Unlisted,
    Unmatched,
};
pub use shape::Shape;
pub use stream::{Anonymizer, Options};
