//! Says of a database that it belongs to a run that is alive, whether that is connected to it or not.

use std::io::{BufRead as _, BufReader};

use crate::target::{Access, Psql, RunningPsql, TargetError, quote_literal};

/// A session that calls itself as the database is called. The server ends it with the run, however that ends.
pub(super) struct Mark {
    _input: Box<dyn std::io::Write + Send>,
    _process: Psql,
}

/// For a query on `pg_database d`: whether nobody's session marks the database.
pub(super) const UNMARKED: &str =
    "NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity m WHERE m.application_name = d.datname)";

impl Mark {
    /// Marks a name, which nothing needs to have yet. `admin` leads to another database.
    pub async fn set(admin: &Access, database: &str) -> Result<Self, TargetError> {
        let arguments = [
            "--no-align".to_owned(),
            "--tuples-only".to_owned(),
            "--quiet".to_owned(),
            format!(
                "--command=SET application_name = {}",
                quote_literal(database)
            ),
            "--command=SELECT 'set'".to_owned(),
            "--file=-".to_owned(),
        ];
        let RunningPsql {
            input,
            output,
            process,
        } = admin.psql(&arguments).await?;
        let told = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        match told.await {
            Ok(Ok(line)) if line.trim_end() == "set" => Ok(Self {
                _input: input,
                _process: process,
            }),
            // It says why.
            _ => {
                drop(input);
                process.wait().await?;
                Err(TargetError::Answer)
            }
        }
    }
}

impl std::fmt::Debug for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mark").finish_non_exhaustive()
    }
}
