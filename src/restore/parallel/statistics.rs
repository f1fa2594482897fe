//! Statistics for the planner, which a dump does not carry before version 18, and a load leaves to chance.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use crate::restore::RestoreError;
use crate::target::Session;
use crate::ui::Progress;

/// What may be analysed, the largest first: tables and materialised views. Of partitioned tables those without a parent,
/// whose ANALYZE takes in their partitions.
const TABLES: &str = "SELECT c.oid::pg_catalog.regclass
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition
AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
ORDER BY pg_catalog.pg_relation_size(c.oid) DESC;";

/// Gathers them for every table of the role's.
pub(super) async fn gather(
    sessions: &[Arc<Session>],
    progress: &Progress,
) -> Result<(), RestoreError> {
    progress.message("statistics");
    let Some(first) = sessions.first() else {
        return Ok(());
    };
    // Names come back as any session can write them.
    first.run("SET search_path = ''", String::new).await?;
    let mut tables = first.column(TABLES).await?;
    tables.reverse();
    let tables = Arc::new(Mutex::new(tables));
    let next =
        |tables: &Mutex<Vec<String>>| tables.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut workers = JoinSet::new();
    for session in sessions {
        let (session, tables) = (Arc::clone(session), Arc::clone(&tables));
        workers.spawn(async move {
            while let Some(table) = next(&tables) {
                let statement = format!("ANALYZE {table}");
                session.run(&statement, || statement.clone()).await?;
            }
            Ok::<_, RestoreError>(())
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker.map_err(|source| RestoreError::Thread { source })??;
    }
    Ok(())
}
