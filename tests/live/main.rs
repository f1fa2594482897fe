//! Tests against real services: PostgreSQL, an S3 API, the scripts. An absent one is a failure, never a skip.

mod demo;
mod harness;
mod recipes;
mod support;
