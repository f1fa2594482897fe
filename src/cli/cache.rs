//! The cache of fetched versions.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Cache {
    /// List what is there, by store and database, what was used last first
    List(CacheOutput),
    /// Remove versions
    Rm {
        /// The beginning of a version's id
        #[arg(value_name = "VERSION", required_unless_present = "all")]
        versions: Vec<String>,
        /// All that are not in use
        #[arg(long, conflicts_with = "versions")]
        all: bool,
        #[command(flatten)]
        output: CacheOutput,
    },
    /// Remove what `cache.keep` and `cache.max_size` leave no room for; each download does that too
    Prune(CacheOutput),
}

#[derive(Debug, Args)]
pub struct CacheOutput {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
