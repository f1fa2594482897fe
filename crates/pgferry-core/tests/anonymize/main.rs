//! The anonymiser as a whole: what goes in, what comes out, at any split.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

mod columns;
mod fields;
mod rules;
mod statements;
mod stream;
mod support;
