//! `pgferry backup`.

use clap::{Args, ValueEnum};
use pgferry_core::gzip::block::Level;

#[derive(Debug, Args)]
#[command(
    after_help = "`--database NAME,NAME` backs up several databases, each into a set of its own."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Backup {
    /// Keep the set on this host only, for good
    #[arg(long)]
    pub no_upload: bool,
    /// Make no set, but upload those that earlier runs could not
    #[arg(long, conflicts_with_all = ["no_upload", "test_restore", "prune_only"])]
    pub upload_pending: bool,
    /// How hard to compress, 1 (fast) to 9 (small)
    #[arg(long, value_name = "LEVEL", default_value_t, value_parser = level)]
    pub level: Level,
    /// Restore the anonymised artefact into a throwaway target and compare the rows: `local` or
    /// `container`
    #[arg(
        long,
        value_name = "TARGET",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "local",
        conflicts_with = "prune_only"
    )]
    pub test_restore: Option<TestRestore>,
    /// Make no backup; remove the sets that need not be kept any longer
    #[arg(long)]
    pub prune_only: bool,
    /// With --prune-only: show what would be removed, and why
    #[arg(long, requires = "prune_only")]
    pub dry_run: bool,
    /// Print what happens as JSON, a line an event; with --prune-only, the sets
    #[arg(long)]
    pub json: bool,
}

/// The kinds of target that are thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lowercase")]
pub enum TestRestore {
    Local,
    Container,
}

fn level(word: &str) -> Result<Level, String> {
    word.parse()
        .ok()
        .and_then(Level::new)
        .ok_or_else(|| "a level is a number from 1 to 9".to_owned())
}
