//! The push parser of plain SQL dumps.
//!
//! Statements end where psql ends them (`src/fe_utils/psqlscan.l`), because psql is what loads a dump: semicolons inside
//! quotes, comments, parentheses and `BEGIN ATOMIC` bodies do not count, and a backslash outside quotes is a command of
//! psql wherever it stands. Where psql and the server, or two versions of either, would read the same bytes differently,
//! the scanner reports a [`Hazard`].
//!
//! - `event`: what the scanner reports
//! - `lexer`, `quoted`, `words`: where statements end
//! - `token`, `classify`: what a statement is
//! - `statement`, `comment`, `meta_command`, `rows`: each over pieces of input
//! - `scanner`: the parts put together

mod classify;
mod comment;
mod event;
mod lexer;
mod meta_command;
mod quoted;
mod rows;
mod scanner;
mod statement;
mod token;
mod words;

pub(super) use classify::object_name;
pub use event::{
    Copy, CopyEndpoint, CopyFormat, CopyTarget, Ending, Event, Fact, Hazard, MetaCommand, Object,
    ObjectName, ObjectType, Position, Setting, Statement, StatementKind, TransactionControl,
};
pub use scanner::Scanner;
pub(super) use token::{Token, Tokens, undouble};
