//! Gzip files as others write them and as this crate does, read by this crate and by flate2.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod block;
mod reader;
mod sample;
mod seekable;
mod texts;
