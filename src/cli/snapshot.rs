//! States of a database: where it came from, and going back to one.

use clap::{Args, Subcommand};
use url::Url;

use super::IntoTarget;

/// A database that is there.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Where the database is: `server`, `container` or `local`, as `restore` takes it
    #[arg(long, value_name = "TARGET", hide_possible_values = true)]
    pub into: Option<IntoTarget>,
    /// The server target as `postgres://USER@HOST/DATABASE`; otherwise the PG* variables say it
    #[arg(long, value_name = "URL")]
    pub url: Option<Url>,
    /// The name of the container or of the local cluster; may be left out when there is only one
    #[arg(long = "name", value_name = "NAME")]
    pub container: Option<String>,
}

/// Leave to change it.
#[derive(Debug, Clone, Default, Args)]
pub struct Leave {
    /// Go on without asking
    #[arg(long, short)]
    pub yes: bool,
    /// A host, besides this machine, whose databases may be changed
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Snapshot {
    /// Keep a copy of the database on its server; whoever is connected is disconnected
    Save {
        /// What the snapshot is called; the time unless given
        #[arg(value_name = "NAME")]
        snapshot: Option<String>,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        leave: Leave,
    },
    /// List the snapshots on the server, those too that `restore` has kept
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Bring the database back to a snapshot
    Restore {
        /// The snapshot
        #[arg(value_name = "NAME")]
        snapshot: String,
        /// Keep the database that is replaced, under another name
        #[arg(long)]
        keep_old: bool,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        leave: Leave,
    },
    /// Remove snapshots of the database
    Rm {
        /// The snapshots
        #[arg(value_name = "NAME", required = true)]
        snapshots: Vec<String>,
        /// A host, besides this machine, whose databases may be changed
        #[arg(long, value_name = "HOST")]
        allow_host: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
pub struct Status {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct Reset {
    /// Keep the database that is replaced, under another name
    #[arg(long)]
    pub keep_old: bool,
    /// Leave out what `restore.after` of the settings says
    #[arg(long)]
    pub no_hooks: bool,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub leave: Leave,
}
