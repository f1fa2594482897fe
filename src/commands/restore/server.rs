//! Into a server's database, by a snapshot that the server has.

use std::time::Instant;

use super::{Surroundings, Version, confirm, keep, notes_on};
use crate::cli;
use crate::error::Error;
use crate::restore::{Hooks, Receipt, Replacement};
use crate::target::{Access, ServerFacts};
use crate::ui::Terminal;

/// What decides, besides the version, what a restore into this database makes.
pub fn surroundings(replacement: &Replacement, server: &ServerFacts) -> Surroundings {
    Surroundings {
        snapshots: replacement.snapshots(),
        major: server.major(),
        role: server.user.clone(),
        options: replacement.options().to_owned(),
        database: server.database.clone(),
    }
}

/// Replaces the database by a snapshot of the version, if there is one. Nothing is fetched for it.
pub async fn from_snapshot(
    version: &Version,
    access: &Access,
    server: &ServerFacts,
    args: &cli::Restore,
    hooks: &Hooks,
    terminal: &Terminal,
) -> Result<Option<Receipt>, Error> {
    // The role that loads has made the extensions once.
    let replacement = match Replacement::of(access, server, &[]).await? {
        Ok(replacement) => replacement,
        Err(reason) => {
            tracing::debug!("no snapshot is looked for: {reason}");
            return Ok(None);
        }
    };
    let surroundings = surroundings(&replacement, server);
    let Some(found) = version.snapshot(&surroundings).await else {
        return Ok(None);
    };
    let question = format!("the restore replaces `{}`", server.database);
    confirm(&question, server, args.yes, terminal)?;
    let started = Instant::now();
    let beside = match replacement.begin_with(&found.database).await {
        Ok(beside) => beside,
        Err(error) => {
            tracing::info!(%error, "the snapshot can't be copied: loading");
            return Ok(None);
        }
    };
    surroundings.snapshots.used(&found).await;
    let Some((mut receipt, provenance)) = found.receipt(started.elapsed()) else {
        return Ok(None);
    };
    hooks.sql(&replacement.fresh(&beside), terminal).await?;
    let replaced = replacement.finish(beside, keep(args), &provenance).await?;
    receipt.database.clone_from(&server.database);
    receipt.notes.extend(notes_on(&replaced, &server.database));
    Ok(Some(receipt))
}
