//! Says of a database that it belongs to a run that is alive, whether that is connected to it or not.

use std::io::{BufRead as _, BufReader};

use crate::target::{Access, Psql, RunningPsql, TargetError, quote_literal};

/// A session whose name says which database it marks. The server ends it with the run, however that ends.
pub(super) struct Mark {
    _input: Box<dyn std::io::Write + Send>,
    _process: Psql,
}

/// For a query on `pg_database d`: whether nobody's session marks the database.
pub(super) const UNMARKED: &str = "NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity m
        WHERE m.application_name = 'pgferry ' || pg_catalog.md5(d.datname))";

/// A query by which a session marks a database. In a session's name the server keeps only what is ASCII, hence the sum.
pub(super) fn marking(database: &str) -> String {
    format!(
        "SELECT pg_catalog.set_config('application_name', 'pgferry ' || pg_catalog.md5({}), false);",
        quote_literal(database)
    )
}

impl Mark {
    /// Marks a name, which nothing needs to have yet. `admin` leads to another database.
    pub async fn set(admin: &Access, database: &str) -> Result<Self, TargetError> {
        let arguments = [
            "--no-align".to_owned(),
            "--tuples-only".to_owned(),
            "--quiet".to_owned(),
            format!("--command={}", marking(database)),
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
            Ok(Ok(line)) if line.starts_with("pgferry ") => Ok(Self {
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
