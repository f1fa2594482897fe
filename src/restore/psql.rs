//! Loading through psql: the script on its standard input, inside a transaction that pgferry opens and closes.
//!
//! psql returns 0 for a script that ends inside COPY data, and commits it under `-1`. So COMMIT is a line that pgferry
//! writes only after the whole dump went by; a psql that loses its input before that rolls back. Where psql knows
//! `\restrict`, it runs restricted: no backslash command is possible, whatever the script makes of its quoting.

use std::io::{self, BufRead, BufReader, Read, Write};

use pgferry_core::dump::ScriptReport;
use rand::distr::{Alphanumeric, SampleString};
use tokio::task::JoinHandle;

use super::RestoreError;
use crate::target::{Access, Psql, RunningPsql};

/// The first minor release of each major in which psql knows `\restrict`.
const RESTRICT_SINCE: [(u32, u32); 5] = [(13, 22), (14, 19), (15, 14), (16, 10), (17, 6)];

/// A psql that waits for a script.
pub(super) struct Loader {
    process: Psql,
    key: Option<String>,
    answers: JoinHandle<Answers>,
}

/// What psql printed: the tags of the commands that it ran.
#[derive(Debug, Default)]
struct Answers {
    copied: Vec<u64>,
    last: String,
}

/// Where the script goes.
pub(super) type Input = Box<dyn Write + Send>;

impl Loader {
    pub async fn start(access: &Access) -> Result<(Self, Input), RestoreError> {
        let key = version_knows_restrict(&access.psql_version().await?)
            .then(|| Alphanumeric.sample_string(&mut rand::rng(), 32));
        let restrict = key.iter().map(|key| format!("--command=\\restrict {key}"));
        let arguments: Vec<String> = restrict
            .chain(["--command=BEGIN", "--file=-"].map(str::to_owned))
            .collect();
        let RunningPsql {
            input,
            output,
            process,
        } = access.psql(&arguments).await?;
        let answers = tokio::task::spawn_blocking(move || read_answers(output));
        let loader = Self {
            process,
            key,
            answers,
        };
        Ok((loader, input))
    }

    /// Ends the transaction and makes sure that it was committed, with every row.
    pub async fn commit(self, mut input: Input, report: &ScriptReport) -> Result<(), RestoreError> {
        let written = tokio::task::spawn_blocking(move || {
            input.write_all(b"\n\nCOMMIT;\n")?;
            input.flush()
        });
        let written = written
            .await
            .map_err(|source| RestoreError::Thread { source })?;
        if let Err(source) = written {
            return Err(self.failure(source).await);
        }
        tracing::debug!(restricted = self.key.is_some(), "psql has the whole script");
        self.process.wait().await?;
        let answers = self
            .answers
            .await
            .map_err(|source| RestoreError::Thread { source })?;
        if answers.last != "COMMIT" {
            return Err(RestoreError::NotCommitted { last: answers.last });
        }
        let sent: Vec<u64> = report.tables.iter().map(|table| table.rows).collect();
        if answers.copied != sent {
            return Err(RestoreError::Rows {
                sent: sent.iter().sum(),
                taken: answers.copied.iter().sum(),
            });
        }
        Ok(())
    }

    /// What psql says about having stopped.
    pub async fn failure(self, source: io::Error) -> RestoreError {
        match self.process.wait().await {
            Ok(()) => RestoreError::Psql { source },
            Err(error) => RestoreError::Target(error),
        }
    }
}

fn read_answers(output: impl Read) -> Answers {
    let mut answers = Answers::default();
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        // Results may be long; command tags are short.
        match Read::take(&mut reader, 1 << 20).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return answers,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(line.trim_ascii());
        if let Some(rows) = text
            .strip_prefix("COPY ")
            .and_then(|rows| rows.parse().ok())
        {
            answers.copied.push(rows);
        }
        if !text.is_empty() {
            answers.last = text.into_owned();
        }
    }
}

/// Whether that psql has `\restrict`: `psql (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version_knows_restrict(version: &str) -> bool {
    let number = version.split_whitespace().nth(2).unwrap_or_default();
    let mut parts = number.split('.').map(|part| part.parse::<u32>().ok());
    let Some(major) = parts.next().flatten() else {
        return false;
    };
    let minor = parts.next().flatten().unwrap_or(0);
    match RESTRICT_SINCE.iter().find(|(known, _)| *known == major) {
        Some((_, since)) => minor >= *since,
        None => major >= 18,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restrict_is_known_by_version() {
        for (version, knows) in [
            ("psql (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", true),
            ("psql (PostgreSQL) 15.13", false),
            ("psql (PostgreSQL) 18.0", true),
            ("psql (PostgreSQL) 18beta1", false),
            ("psql (PostgreSQL) 19.1", true),
            ("psql (PostgreSQL) 12.22", false),
            ("psql (PostgreSQL) 17.6", true),
            ("nonsense", false),
            ("", false),
        ] {
            assert_eq!(version_knows_restrict(version), knows, "{version}");
        }
    }
}
