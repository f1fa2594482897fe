//! The command line: clap types only. What a value means is `settings`' and `commands`' business.

mod backup;
mod cache;
mod container;
mod parts;
mod snapshot;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pgferry_core::anonymize::ColumnName;
use pgferry_core::backup::{Database, Kind};
use url::Url;

pub use backup::{Backup, TestRestore};
pub use cache::{Cache, CacheOutput};
pub use container::{Container, ContainerName, NewContainer, Pull};
pub use parts::Parts;
pub use snapshot::{Leave, Place, Reset, Snapshot, Status};

/// Carries PostgreSQL backups from the host that makes them to the developers who need them.
#[derive(Debug, Parser)]
#[command(
    name = "pgferry",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    propagate_version = false
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Where versions live: `s3://BUCKET/PREFIX`, `ssh://USER@HOST/DIRECTORY` or `file:///DIRECTORY`
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help_heading = "Global options"
    )]
    pub store: Option<String>,
    /// The database whose backups are meant: the name that its files begin with
    #[arg(
        long,
        short,
        global = true,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Global options"
    )]
    pub database: Vec<Database>,
    /// Read this settings file instead of the nearest `pgferry.toml`
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub config: Option<PathBuf>,
    /// No progress and no notes; errors and warnings only
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Say what is done; twice for more
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the versions in the store, newest first
    #[command(visible_alias = "ls")]
    Versions(Versions),
    /// Download a version into the cache, or to a file
    Fetch(Fetch),
    /// Restore a version or a file into a database
    Restore(Box<Restore>),
    /// Say where a database came from, and whether there is something newer
    Status(Status),
    /// Bring a database back to how it was right after its last restore
    Reset(Reset),
    /// States of a database, kept on its server
    #[command(subcommand)]
    Snapshot(Snapshot),
    /// Dump, anonymise and upload a database
    Backup(Backup),
    /// Replace the email addresses in a dump, and whatever else the rules say
    Anonymize(Anonymize),
    /// Read a dump to its end: is it whole, is it harmless, are there addresses left
    Verify(Verify),
    /// Throwaway containers made by `restore --into container`
    #[command(subcommand)]
    Container(Container),
    /// Throwaway clusters made by `restore --into local`
    #[command(subcommand)]
    Local(Local),
    /// Versions that were fetched, on this machine
    #[command(subcommand)]
    Cache(Cache),
    /// Print each setting and where it came from
    Config(Config),
}

#[derive(Debug, Args)]
pub struct Versions {
    /// Only this kind: `anon`, `full` or `dump`; `all` for every kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<KindChoice>,
    /// Only the newest N
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Draw the sizes over time, and name the days without a version
    #[arg(long)]
    pub chart: bool,
    /// Write the history to this file as a web page: sizes, rows by table, durations, verification, gaps
    #[arg(long, value_name = "FILE", conflicts_with = "chart")]
    pub html: Option<PathBuf>,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["chart", "html"])]
    pub json: bool,
}

/// A kind, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindChoice {
    Anon,
    Full,
    Dump,
    All,
}

impl KindChoice {
    pub fn kinds(self) -> Vec<Kind> {
        match self {
            Self::Anon => vec![Kind::Anon],
            Self::Full => vec![Kind::Full],
            Self::Dump => vec![Kind::Dump],
            Self::All => vec![Kind::Anon, Kind::Full, Kind::Dump],
        }
    }
}

/// What `fetch` and `restore` read from the store.
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// The kind of artefact: `anon`, `full` or `dump`
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Kind>,
    /// Choose the version from a list
    #[arg(long)]
    pub pick: bool,
    /// Download again, even if the version is in the cache
    #[arg(long)]
    pub force: bool,
    /// Ask no store: take what the cache has
    #[arg(long, conflicts_with = "force")]
    pub offline: bool,
    /// Download through this many connections; as many as make it faster unless given
    #[arg(long, value_name = "N")]
    pub connections: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub struct Fetch {
    /// `latest`, `~1` (the one before), `@2026-11-01T12:00` (at or before, UTC), the beginning of a version id, or an
    /// artefact's name such as `mydb.anon.gz`
    #[arg(value_name = "SELECTOR", allow_hyphen_values = false)]
    pub selector: Option<String>,
    /// Write to this file, `-` for standard output, instead of the cache
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub selection: Selection,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Restore {
    /// A selector as for `fetch`, a file (plain SQL, gzip or custom archive), or `-` for standard input
    #[arg(value_name = "SELECTOR|FILE|-")]
    pub source: Option<String>,
    /// Where to: `server`, a database that exists; `container`, a throwaway container; or `local`, a throwaway cluster
    #[arg(long, value_name = "TARGET", hide_possible_values = true)]
    pub into: Option<IntoTarget>,
    /// The server target as `postgres://USER@HOST/DATABASE`; otherwise the PG* variables say it
    #[arg(long, value_name = "URL")]
    pub url: Option<Url>,
    /// The name of the container (`pgferry-DATABASE` unless given) or of the local cluster (`DATABASE`)
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Go on without asking although the target holds tables
    #[arg(long, short)]
    pub yes: bool,
    /// A host, besides this machine, whose databases may be overwritten
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
    /// Let the dump do what pg_dump does not write, and load it as a superuser into a local target
    #[arg(long)]
    pub trust: bool,
    /// Look whether it can be done, and stop there: the dump is read to its end, the server is asked, nothing is changed
    #[arg(long)]
    pub dry_run: bool,
    /// Load into the database as it is, in one transaction, instead of replacing it with a new one
    #[arg(long, conflicts_with = "jobs")]
    pub in_place: bool,
    /// Keep the database that is replaced, under another name
    #[arg(long, conflicts_with = "in_place")]
    pub keep_old: bool,
    /// Load it, even if there is a snapshot of that version on the server, and keep none
    #[arg(long)]
    pub no_snapshot: bool,
    /// Leave out what `restore.after` of the settings says
    #[arg(long)]
    pub no_hooks: bool,
    /// Load through this many connections at a time; as many as there are cores unless given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Load with `psql`, over one connection
    #[arg(
        long,
        value_name = "PROGRAM",
        hide_possible_values = true,
        conflicts_with = "jobs"
    )]
    pub via: Option<Via>,
    /// Number the one address that an old anonymised dump repeats in unique columns; done for anonymised dumps unless pgferry
    /// made them
    #[arg(long, conflicts_with = "no_repair_duplicates")]
    pub repair_duplicates: bool,
    /// Leave repeated addresses as they are
    #[arg(long)]
    pub no_repair_duplicates: bool,
    /// Print the receipt as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub parts: Parts,
    #[command(flatten)]
    pub container: NewContainer,
}

/// Programs that load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Via {
    Psql,
}

/// The kinds of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IntoTarget {
    Server,
    Container,
    Local,
}

impl IntoTarget {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Container => "container",
            Self::Local => "local",
        }
    }
}

#[derive(Debug, Args)]
pub struct Anonymize {
    /// Plain SQL, gzip or a custom archive; `-` or nothing for plain SQL on standard input
    #[arg(value_name = "FILE|-")]
    pub source: Option<PathBuf>,
    /// Write to this file, gzip if its name ends in `.gz`; standard output unless given
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Keep the addresses of this column apart; only needed on standard input, where keys come after the rows
    #[arg(long, value_name = "TABLE.COLUMN")]
    pub unique: Vec<ColumnName>,
    /// Write no dump, but what was found and done in which column, and what else looks personal
    #[arg(long)]
    pub report: bool,
    /// Write no dump, but rules to paste into pgferry.toml for columns that look personal and have none
    #[arg(long, conflicts_with = "report")]
    pub suggest: bool,
    /// Print the report as JSON
    #[arg(long, requires = "report")]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// A selector as for `fetch`, a file (plain SQL, gzip or custom archive), or `-` for standard input
    #[arg(value_name = "SELECTOR|FILE|-")]
    pub source: Option<String>,
    /// Search it for email addresses that are not pseudonyms, however they are written
    #[arg(long)]
    pub leaks: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub selection: Selection,
}

#[derive(Debug, Subcommand)]
pub enum Local {
    /// List the clusters
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the URL of a cluster's database; starts the cluster if it is stopped
    Url(LocalName),
    /// Stop a cluster; its data stays
    Stop(LocalName),
    /// Stop a cluster and remove its data
    Rm(LocalName),
}

#[derive(Debug, Args)]
pub struct LocalName {
    /// The cluster's name; may be left out when there is only one
    pub name: Option<Database>,
}

#[derive(Debug, Args)]
pub struct Config {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
