//! Tests against real services: PostgreSQL, an S3 API, the scripts. An absent one is a failure, never a skip.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod anonymised_artefact;
mod anonymize;
mod archive;
mod archive_native;
mod backup;
mod backup_faults;
mod backup_mistakes;
mod binary_rows;
mod container;
mod demo;
mod engine;
mod faults;
mod fetch_cache;
mod fetch_faults;
mod fetch_resume;
mod harness;
mod history_page;
mod hooks;
mod hostile;
mod interruption;
mod journey;
mod parallel;
mod parts;
mod picker;
mod preflight;
mod provenance;
mod proxy;
mod recipes;
mod repair;
mod replace;
mod restore;
mod restore_killed;
mod rules;
mod service;
mod snapshot;
mod ssh_store;
mod store_contract;
mod stores;
mod support;
mod uploads;
