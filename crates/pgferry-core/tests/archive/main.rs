//! The archive reader and writer, held against archives that `pg_dump` 15, 17 and 18 wrote.
#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and its own functions with it"
)]

mod blocks;
mod fuzz;
mod hostile;
mod made;
mod real;
mod rewrite;
mod splits;
mod support;
