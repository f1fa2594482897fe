//! Makes an old anonymised dump one that can be restored.
//!
//! The shell script that came before wrote the same address, [`PLACEHOLDER`], for every one, in unique columns too. Here
//! the second value of a kind gets `nobody+1@example.com`, the third `nobody+2@example.com`, and so on.
//!
//! # What is numbered
//! - Values of columns in unique constraints, unique indexes and primary keys, where the address stands in them anywhere,
//!   and only in rows of COPY in the text format, which is all that the script knew.
//! - A value is one of a kind with those that make the same tuple of a key. So a key over `(org, email)` counts in each
//!   org; one over `email` alone in the whole table. Letters that differ in case count as the same, for an index over
//!   `lower(email)`. A key with an expression, or with operators of its own (`EXCLUDE`), counts its columns by themselves.
//! - A column in several keys takes the largest number of them all, so that each holds.
//!
//! # Foreign keys
//! The first value of a kind stays as it is. A column that is in no key and refers to one that is numbered is not changed
//! either, and so refers to that first row. One that is in a key itself is numbered in the same way, and the numbers that it
//! takes are among those of the column that it refers to, for there are no more different values in it. Whom a row refers
//! to is not known any more, and was lost to the script. Where a row refers to two such columns at once, or a key is
//! shared with columns that refer elsewhere, numbers may be taken that the other table has not: then the server refuses the
//! foreign key.
//!
//! # Lengths
//! Where a longer address does not fit into `varchar(n)`, `n+1@example.com` is taken, or `1@example.com`; where that does
//! not fit either, the value stays, and is told.
//!
//! # Memory
//! A row is held whole, up to 16 MiB; a longer one is not looked at. For each kind of value 12 bytes are held.

mod numbers;
mod plan;
mod stream;
#[cfg(test)]
mod tests;

pub use plan::Plan;
pub use stream::Repair;

use crate::dump::ObjectName;

/// The address that the script put in place of each.
pub const PLACEHOLDER: &[u8] = b"nobody@example.com";

/// What was done to a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    pub table: ObjectName<'static>,
    pub column: Vec<u8>,
    /// Values that were numbered.
    pub values: u64,
    /// Values that should have been, and for which the column is too short.
    pub too_long: u64,
}
