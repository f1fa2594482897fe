//! Tests against real services: PostgreSQL, an S3 API, the scripts. An absent one is a failure, never a skip.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod anonymize;
mod archive;
mod backup;
mod demo;
mod faults;
mod harness;
mod interruption;
mod journey;
mod recipes;
mod restore;
mod stores;
mod support;
