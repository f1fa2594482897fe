//! `pgferry backup --upload-pending`

use pgferry_core::backup::Database;

use super::super::open_store;
use crate::backup::{self, BackupDirectory, Uploaded};
use crate::cli;
use crate::error::Error;
use crate::settings::Settings;
use crate::ui::Terminal;

/// Uploads what waits. A set that can't be is an error, once the others are up.
pub(super) async fn run(
    args: &cli::Backup,
    databases: &[Database],
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(), Error> {
    let (store, _) = open_store(settings).await?;
    store.takes_uploads()?;
    let directory = BackupDirectory::open_to_write(&settings.backup_directory.value)?;
    let mut manifests = Vec::new();
    let mut failures: Vec<Error> = Vec::new();
    for database in databases {
        match backup::upload_pending(&store, &directory, database, terminal).await {
            Ok(Uploaded { sets, skipped }) => {
                if sets.is_empty() && skipped.is_empty() {
                    terminal.say(&format!("nothing of {database} is pending"));
                }
                manifests.extend(sets);
                failures.extend(skipped.into_iter().map(Error::from));
            }
            Err(error) => failures.push(error.into()),
        }
    }
    if args.json {
        terminal.print_json(&manifests)?;
    }
    // The last one is how the command ends.
    let Some(last) = failures.pop() else {
        return Ok(());
    };
    for error in failures {
        terminal.warn(&error.to_string());
    }
    Err(last)
}
