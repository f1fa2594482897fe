//! Parts of a dump: what the user wants of it, and what that needs.
//!
//! A [`Survey`] reads the definitions of a dump for its [`Inventory`]. [`Inventory::select`] makes [`Parts`] of it and of the
//! user's [`Wish`], which the judge of every load asks what becomes of a statement. Statements are known by what they say, not
//! by the comments that `pg_dump` puts before them: those are missing where it drops what `--clean` drops.
//!
//! - `pattern`: names as psql's patterns
//! - `subject`, `clauses`: what a statement is about
//! - `names`: which object a name means
//! - `inventory`: what there is in the dump, and what belongs to what
//! - `select`: from the wish to what is kept
//! - `keep`: what is kept, statement by statement

mod clauses;
mod inventory;
mod keep;
mod names;
mod pattern;
mod select;
mod subject;

pub use inventory::{Inventory, Survey};
pub use keep::Parts;
pub(super) use names::Names;
pub use pattern::{Pattern, PatternError};
pub use select::{NothingSelected, Standing, Unmatched, Wish};
pub use subject::{Kind, Link};
