//! What the binary says and returns where no service is needed: help, settings, listings of a directory, mistakes.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod binary;
mod help;
mod journal;
mod listings;
mod mistakes;
mod prune;
mod settings;
