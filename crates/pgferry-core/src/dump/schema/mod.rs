//! What the definitions of a dump say about columns: their types and lengths, and which values have to stay different or
//! equal because of keys.
//!
//! [`Schema`] takes the statements of a plain dump, event by event, or the SQL of an archive's table of contents, which is
//! the same text, and answers for whole tables once it has seen them all: inherited columns, types behind domains, keys
//! that partitions take from their parents, columns that foreign keys tie together.
//!
//! Read is what `pg_dump` writes, and the forms of the same statements that people write. A statement that defines columns
//! or keys and cannot be read is kept in [`Schema::unreadable`], for callers that must not miss one.
//!
//! - `definition`: what statements say, one by one
//! - `parser`, `key_parser`, `column_type`: their text
//! - `model`: the schema as a whole
//! - `expression`: what becomes of columns in expressions and checks
//! - `links`: which columns hold the same values
//! - `doubts`: which columns a pseudonym may not fit, although it is unique

mod column_type;
mod definition;
mod doubts;
mod expression;
mod key_parser;
mod links;
mod model;
mod parser;

pub use column_type::{ColumnType, ValueKind};
pub use definition::{ColumnDefinition, ForeignKey, KeyKind, Strategy, UniqueKey};
pub use doubts::{Doubt, Obstacle};
pub use model::{Column, Schema, TableColumns, Unreadable};
