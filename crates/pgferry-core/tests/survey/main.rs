//! The survey: what columns seem to hold, and which rules are suggested for them.

#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "samples and their failures"
)]

mod addresses_and_secrets;
mod dumps;
mod persons_and_numbers;
mod rules;
mod speed;
mod support;
