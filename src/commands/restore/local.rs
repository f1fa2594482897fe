//! Into a throwaway cluster.

use jiff::Timestamp;
use pgferry_core::backup::Database;

use super::parts::Contents;
use super::{Done, check_database_name, dump, fill};
use crate::cli;
use crate::commands::local::clusters;
use crate::error::{Class, Error};
use crate::restore::{Beside, Kept};
use crate::settings::Settings;
use crate::target::Cluster;
use crate::ui::Terminal;

pub(super) async fn run(
    args: &cli::Restore,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Done, Error> {
    let dump = dump(args.source.as_deref(), &args.selection, settings, terminal).await?;
    // It is not read to its end first: what is loaded stays beside the old database unless all of it went well.
    let contents = Contents::read(&dump, args, terminal).await?;
    let unnamed = |error: &dyn std::fmt::Display| Error::new(Class::Usage, error.to_string());
    let database = match &dump.database {
        Some(database) => database.clone(),
        None => Database::new("restored").map_err(|error| unnamed(&error))?,
    };
    let name = match &args.name {
        Some(name) => Database::new(name).map_err(|error| unnamed(&error))?,
        None => database.clone(),
    };
    check_database_name(database.as_str(), "--name")?;
    let clusters = clusters(settings);
    let _lock = clusters.lock(&name)?;
    let mut cluster = clusters.ensure(&name).await?;
    let admin = cluster.administration("postgres");
    let chosen = contents.for_new(&admin).await?;
    let beside = Beside::make(admin, database.as_str(), Cluster::DATABASE_OPTIONS).await?;
    // Without a superuser's rights, unless its maker is trusted.
    let access = if args.trust {
        cluster.administration(beside.fresh())
    } else {
        cluster.connection(beside.fresh())
    };
    let mut receipt = fill(&dump, &access, &chosen, args, terminal).await?;
    receipt.database = format!("{database} in the local cluster {name}");
    beside.swap(Kept::No).await?;
    cluster.restored(database.as_str(), &dump.title, Timestamp::now())?;
    Ok(Done {
        receipt,
        psql: Some(format!("psql '{}'", cluster.url())),
    })
}
