//! One restore into a server at a time, whoever asks for it.
//!
//! A lock file binds those who share a data directory. Others who use the same engine share nothing but the container, so
//! the lock is its server's: an advisory one, held by a session that waits. It ends with whoever holds it, in whatever
//! way that ends.

use std::io::{BufRead, BufReader, Read, Write};

use crate::target::access::ROWS_OF_A_SCRIPT;
use crate::target::{Access, Psql, RunningPsql, TargetError};

/// `pgferry` in ASCII: a number that no other program takes by chance.
const KEY: i64 = 0x0070_6766_6572_7279;

/// The right to change what the server holds. Given back when dropped.
pub(super) struct Claim {
    pipes: Option<Pipes>,
    _process: Psql,
}

struct Pipes {
    to_psql: Box<dyn Write + Send>,
    from_psql: BufReader<Box<dyn Read + Send>>,
}

impl Claim {
    /// Takes it, by a session of the maintenance database; `None` when another one has it.
    pub async fn take(admin: &Access) -> Result<Option<Self>, TargetError> {
        let arguments = ROWS_OF_A_SCRIPT.map(str::to_owned);
        let RunningPsql {
            input,
            output,
            process,
        } = admin.psql(&arguments).await?;
        let mut claim = Self {
            pipes: Some(Pipes {
                to_psql: input,
                from_psql: BufReader::new(output),
            }),
            _process: process,
        };
        let script = format!("SELECT pg_catalog.pg_try_advisory_lock({KEY});\n");
        match claim.ask(script).await.as_deref() {
            Some("t") => Ok(Some(claim)),
            Some("f") => Ok(None),
            _ => Err(TargetError::Answer),
        }
    }

    /// Whether its session still is: a server that was restarted has forgotten it.
    pub async fn is_held(&mut self) -> bool {
        self.ask("SELECT 'held';\n".to_owned()).await.as_deref() == Some("held")
    }

    /// Whether somebody has it.
    pub async fn is_taken(admin: &Access) -> Result<bool, TargetError> {
        let (high, low) = (KEY >> 32, KEY & 0xffff_ffff);
        let rows = admin
            .query(&format!(
                "SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted
                 AND classid = {high} AND objid = {low} AND objsubid = 1;"
            ))
            .await?;
        Ok(rows.first().is_some_and(|count| count != "0"))
    }

    /// The one line that the server answers; `None` when the session has ended.
    async fn ask(&mut self, script: String) -> Option<String> {
        let mut pipes = self.pipes.take()?;
        let asked = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            let answered = pipes
                .to_psql
                .write_all(script.as_bytes())
                .and_then(|()| pipes.to_psql.flush())
                .and_then(|()| pipes.from_psql.read_line(&mut line));
            answered.map(|_| (pipes, line))
        });
        let (pipes, line) = asked.await.ok()?.ok()?;
        self.pipes = Some(pipes);
        Some(line.trim_end().to_owned())
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}
