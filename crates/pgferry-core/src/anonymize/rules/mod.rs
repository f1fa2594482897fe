//! Rules: what becomes of columns that hold more than addresses.
//!
//! - `settings`: the `[anonymize]` section of `pgferry.toml`
//! - `unmatched`: rules that nothing answers to
//! - `check`: rules against what is known of the tables, before anything is written
//! - `apply`: what a rule makes of a value
//! - `fake`, `mask`, `shift`, `json`: the rules that take more than a line
//!
//! Invariants: the same value under the same key always becomes the same; NULL stays NULL; what a rule cannot read is
//! an error, never passed through.

mod apply;
mod check;
mod fake;
mod json;
mod mask;
mod path;
mod settings;
mod shift;
mod unmatched;

pub use apply::RuleProblem;
pub(super) use apply::{Writer, apply};
pub use check::RuleError;
pub use path::{JsonPath, PathError};
pub use settings::{Action, Fake, Rules, Unlisted};
pub use unmatched::{Missing, Subject, Unmatched};
