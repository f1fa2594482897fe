//! What of a dump `restore` takes.

use clap::Args;
use pgferry_core::dump::parts::Pattern;

/// Patterns are psql's: `events`, `public.*`, `"Events"`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Parts of a dump")]
pub struct Parts {
    /// Only tables, views and sequences of this name, with all that belongs to them; as patterns of psql: `events`,
    /// `public.event_*`, `'"Events"'`. May be given several times, as the next two
    #[arg(long, value_name = "PATTERN")]
    pub table: Vec<Pattern>,
    /// Not these tables, and nothing that uses them
    #[arg(long, value_name = "PATTERN")]
    pub exclude_table: Vec<Pattern>,
    /// These tables without their rows
    #[arg(long, value_name = "PATTERN")]
    pub exclude_data: Vec<Pattern>,
    /// Definitions, but no rows
    #[arg(long, conflicts_with_all = ["data_only", "exclude_data"])]
    pub schema_only: bool,
    /// Rows and values of sequences, into tables that are there
    #[arg(long)]
    pub data_only: bool,
    /// Leave out extensions that the server does not have
    #[arg(long)]
    pub skip_missing_extensions: bool,
}
