//! Into a throwaway cluster.

use pgferry_core::backup::Database;

use super::kept::copied;
use super::parts::Contents;
use super::{Done, Surroundings, Version, check_database_name, fill, meant};
use crate::cli;
use crate::commands::local::clusters;
use crate::error::{Class, Error};
use crate::restore::{self, Beside, Hooks, Kept, Provenance, Receipt, Snapshots};
use crate::settings::Settings;
use crate::target::{Access, Cluster};
use crate::ui::Terminal;

pub(super) async fn run(
    args: &cli::Restore,
    hooks: &Hooks,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Done, Error> {
    let meant = meant(args.source.as_deref(), &args.selection, settings, terminal).await?;
    let unnamed = |error: &dyn std::fmt::Display| Error::new(Class::Usage, error.to_string());
    let database = match meant.database() {
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
    let version = Version::of(&meant, args, settings);
    if let (Some(version), Ok(mut cluster)) = (&version, clusters.open(&name)) {
        cluster.start().await?;
        let surroundings = surroundings(&cluster, &database, args).await?;
        let admin = cluster.administration("postgres");
        let options = Cluster::DATABASE_OPTIONS;
        if let Some((beside, receipt, provenance)) =
            copied(version, &surroundings, admin, options).await?
        {
            let access = loader(&cluster, beside.fresh(), args);
            hooks.sql(&access, terminal).await?;
            return finish(beside, receipt, &provenance, cluster, &database).await;
        }
    }
    let dump = meant.dump(args, terminal).await?;
    // It is not read to its end first: what is loaded stays beside the old database unless all of it went well.
    let contents = Contents::read(&dump, args, terminal).await?;
    let cluster = clusters.ensure(&name).await?;
    let admin = cluster.administration("postgres");
    let chosen = contents.for_new(&admin).await?;
    let beside = Beside::make(admin, database.as_str(), Cluster::DATABASE_OPTIONS).await?;
    let access = loader(&cluster, beside.fresh(), args);
    let mut receipt = fill(&dump, &access, &chosen, args, terminal).await?;
    let mut provenance = dump.provenance();
    if let Some(version) = &version {
        let surroundings = surroundings(&cluster, &database, args).await?;
        version
            .keep(beside.fresh(), &surroundings, &mut receipt, &mut provenance)
            .await;
    }
    hooks.sql(&access, terminal).await?;
    finish(beside, receipt, &provenance, cluster, &database).await
}

/// Without a superuser's rights, unless the dump's maker is trusted.
fn loader(cluster: &Cluster, database: &str, args: &cli::Restore) -> Access {
    if args.trust {
        cluster.administration(database)
    } else {
        cluster.connection(database)
    }
}

/// What decides, besides the version, what a restore into this cluster makes.
async fn surroundings(
    cluster: &Cluster,
    database: &Database,
    args: &cli::Restore,
) -> Result<Surroundings, Error> {
    let facts = loader(cluster, "postgres", args).facts().await?;
    Ok(Surroundings {
        snapshots: Snapshots::new(cluster.administration("postgres"), facts.major()),
        major: facts.major(),
        role: facts.user,
        options: Cluster::DATABASE_OPTIONS.to_owned(),
        database: database.to_string(),
    })
}

async fn finish(
    beside: Beside,
    mut receipt: Receipt,
    provenance: &Provenance,
    mut cluster: Cluster,
    database: &Database,
) -> Result<Done, Error> {
    let admin = cluster.administration("postgres");
    restore::note(&admin, beside.fresh(), database.as_str(), provenance).await;
    beside.swap(Kept::No).await?;
    let restored_at = provenance.restored_at;
    cluster.restored(database.as_str(), &provenance.source, restored_at)?;
    receipt.database = format!("{database} in the local cluster {}", cluster.name());
    Ok(Done {
        receipt,
        psql: Some(format!("psql '{}'", cluster.url())),
        address: cluster.address(),
    })
}
