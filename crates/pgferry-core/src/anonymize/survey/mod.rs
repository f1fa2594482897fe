//! What the columns of a plain dump seem to hold, and which rules would hide it.
//!
//! [`Survey`] reads rows and counts, per column, what the values look like ([`Look`]); [`SurveyReport`] says what that and
//! the column's name make of it ([`Meaning`]); [`suggest`] prints rules for `pgferry.toml`.
//!
//! Invariants: no value, or part of one, gets into a report, only shapes; any split of the input gives the same report;
//! memory is bounded by the number of columns looked at ([`Survey::MOST_COLUMNS`]), never by values; no input panics.
//!
//! Looked at are the first 1,000 values of a column that are not NULL and then every 97th, 4 KiB of each at most.
//!
//! - `rows`, `insert`, `json`: where values come from
//! - `look` and its recognisers `address`, `secret`, `number`, `account`, `date`, `person`, `given_names`, `place`:
//!   what one value looks like
//! - `shape`: a value without what it says
//! - `tally`: what was counted
//! - `hint`: what the name of a column says
//! - `verdict`: both together, with the thresholds
//! - `families`: columns that need the same rule
//! - `suggest`, `action`, `toml`: rules to paste

mod account;
mod action;
mod address;
mod date;
mod families;
mod given_names;
mod hint;
mod insert;
mod json;
mod look;
mod makeup;
mod number;
mod person;
mod place;
mod report;
mod rows;
mod secret;
mod shape;
mod stream;
mod suggest;
mod tally;
mod toml;
mod verdict;

pub use look::Look;
pub use report::{ColumnSurvey, LookCount, PathSurvey, SurveyReport, TableSurvey};
pub use stream::Survey;
pub use suggest::suggest;
pub use verdict::{Confidence, Evidence, Meaning, Verdict};
