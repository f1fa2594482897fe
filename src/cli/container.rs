//! Containers made by `restore --into container`.

use clap::{Args, Subcommand, ValueEnum};

/// What `restore --into container` makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Container target")]
pub struct NewContainer {
    /// The image; `postgres:alpine` unless given or set
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,
    /// Whether to pull it: `missing` (the default), `always` or `never`
    #[arg(long, value_name = "WHEN", hide_possible_values = true)]
    pub pull: Option<Pull>,
    /// The server's user; `postgres` unless given or set
    #[arg(long, value_name = "ROLE")]
    pub user: Option<String>,
    /// What the database is called in the container; as in the backup unless given or set
    #[arg(long = "as", value_name = "NAME")]
    pub called: Option<String>,
    /// The port of 127.0.0.1; the first free one from 5432 on unless given
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Without a volume of its own: removed, data and all, when it stops
    #[arg(long)]
    pub ephemeral: bool,
    /// With the image's own settings; slower, but it survives a power cut
    #[arg(long)]
    pub durable: bool,
}

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pull {
    Missing,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Container {
    /// List the containers
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the URL of a container's database; starts the container if it is stopped
    Url(ContainerName),
    /// Open psql on a container's database: this machine's, or the container's own; ends with its exit code
    Psql {
        #[command(flatten)]
        container: ContainerName,
        /// Arguments for psql
        #[arg(last = true, value_name = "PSQL-ARGUMENT")]
        arguments: Vec<String>,
    },
    /// Print a container's log
    Logs {
        #[command(flatten)]
        container: ContainerName,
        /// Go on as it grows
        #[arg(long, short)]
        follow: bool,
        /// Only the last N lines
        #[arg(long, value_name = "N")]
        tail: Option<u32>,
    },
    /// Stop a container; its data stays, unless it is ephemeral
    Stop(ContainerName),
    /// Start a container that was stopped
    Start(ContainerName),
    /// Remove a container, its data and its password file, or what others left of one
    Rm(ContainerName),
}

#[derive(Debug, Args)]
pub struct ContainerName {
    /// The container's name, with or without `pgferry-`; may be left out when there is only one
    pub name: Option<String>,
}
