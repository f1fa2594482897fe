//! How psql reaches a server: as a child process here, or inside the server's own container.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;

use super::container::{ContainerPsql, PsqlInContainer};
use super::session::SessionParameters;
use super::{Connection, ServerFacts, TargetError, diagnose};
use crate::process::{Invocation, Running};

/// Of every psql that is run for pgferry: it reads no start-up file, stops at the first error and says its SQLSTATE.
pub(super) const PSQL_OPTIONS: [&str; 4] = [
    "--no-psqlrc",
    "--set=ON_ERROR_STOP=1",
    "--set=VERBOSITY=verbose",
    "--set=SHOW_CONTEXT=never",
];
/// Rows alone, one a line, of the script on standard input.
pub(super) const ROWS_OF_A_SCRIPT: [&str; 4] =
    ["--no-align", "--tuples-only", "--quiet", "--file=-"];

const FACTS: &str = "\\echo :HOST\n\\echo :PORT\n\\echo :DBNAME\n\\echo :USER
SELECT current_setting('server_version');
SELECT current_setting('server_version_num');
SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.objid = c.oid AND d.deptype = 'e');
SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"');
";

/// A way to a database.
#[derive(Debug, Clone)]
pub enum Access {
    /// psql runs here.
    Direct(Connection),
    /// psql runs in the server's container.
    Inside(ContainerPsql),
}

impl From<Connection> for Access {
    fn from(connection: Connection) -> Self {
        Self::Direct(connection)
    }
}

impl Access {
    /// The same server, another database on it.
    #[must_use]
    pub fn with_database(self, database: &str) -> Self {
        match self {
            Self::Direct(connection) => Self::Direct(connection.with_database(database)),
            Self::Inside(psql) => Self::Inside(psql.with_database(database)),
        }
    }

    /// Runs `script` and returns its rows, unaligned, one a line.
    ///
    /// # Errors
    /// [`TargetError`] by what psql says.
    pub async fn query(&self, script: &str) -> Result<Vec<String>, TargetError> {
        let output = match self {
            Self::Direct(connection) => connection
                .psql()?
                .args(ROWS_OF_A_SCRIPT)
                .output(script.as_bytes())
                .await
                .map_err(diagnose)?,
            Self::Inside(psql) => psql.output(&ROWS_OF_A_SCRIPT, script).await?,
        };
        Ok(String::from_utf8_lossy(&output)
            .lines()
            .map(str::to_owned)
            .collect())
    }

    /// Runs the SQL of a file, which is `script`, in one transaction; gives what it prints.
    ///
    /// # Errors
    /// [`TargetError`] by what psql says; the database is then as it was.
    pub async fn run_file(&self, path: &Path, script: &[u8]) -> Result<Vec<u8>, TargetError> {
        const ONE_TRANSACTION: [&str; 2] = ["--quiet", "--single-transaction"];
        match self {
            // By its name, which errors then have, and from which `\ir` starts.
            Self::Direct(connection) => connection
                .psql()?
                .args(ONE_TRANSACTION)
                .arg("--file")
                .arg(path)
                .output(b"")
                .await
                .map_err(diagnose),
            Self::Inside(psql) => {
                let [quiet, transaction] = ONE_TRANSACTION;
                let script = String::from_utf8_lossy(script);
                psql.output(&[quiet, transaction, "--file=-"], &script)
                    .await
            }
        }
    }

    /// Connects and asks the server what it is.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn facts(&self) -> Result<ServerFacts, TargetError> {
        let mut lines = self.query(FACTS).await?.into_iter();
        let mut next = || lines.next().ok_or(TargetError::Answer);
        Ok(ServerFacts {
            host: next()?,
            port: next()?,
            database: next()?,
            user: next()?,
            version: next()?,
            version_number: next()?.parse().ok().ok_or(TargetError::Answer)?,
            tables: next()?.parse().ok().ok_or(TargetError::Answer)?,
            now: next()?.parse().ok(),
        })
    }

    /// How a session of pgferry's own gets there, if it can.
    pub fn session(&self, server: &ServerFacts) -> Option<SessionParameters> {
        match self {
            Self::Direct(connection) => connection.session(server),
            Self::Inside(_) => None,
        }
    }

    /// What `psql --version` prints.
    ///
    /// # Errors
    /// When there is no psql, or it doesn't run.
    pub async fn psql_version(&self) -> Result<String, TargetError> {
        let output = match self {
            Self::Direct(_) => {
                Invocation::new("psql")?
                    .arg("--version")
                    .output(b"")
                    .await?
            }
            Self::Inside(psql) => psql.version().await?,
        };
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    /// Starts a psql with `arguments` besides the usual ones, to be fed by threads.
    ///
    /// # Errors
    /// When it can't be started.
    pub async fn psql(&self, arguments: &[String]) -> Result<RunningPsql, TargetError> {
        match self {
            Self::Direct(connection) => {
                let mut child = connection
                    .psql()?
                    .args(arguments)
                    .spawn(Stdio::piped(), Stdio::piped())?;
                Ok(RunningPsql {
                    input: Box::new(child.stdin()?),
                    output: Box::new(child.stdout()?),
                    process: Psql(Process::Child(Box::new(child))),
                })
            }
            Self::Inside(psql) => {
                let (input, output, process) = psql.start(arguments).await?.into_blocking();
                Ok(RunningPsql {
                    input: Box::new(input),
                    output: Box::new(output),
                    process: Psql(Process::Inside(process)),
                })
            }
        }
    }
}

/// A psql that runs, with its standard input and output for threads. Dropping `input` is the end of its input.
pub struct RunningPsql {
    pub input: Box<dyn Write + Send>,
    pub output: Box<dyn Read + Send>,
    pub process: Psql,
}

/// The process itself. Dropping it ends it.
#[derive(Debug)]
pub struct Psql(Process);

#[derive(Debug)]
enum Process {
    Child(Box<Running>),
    Inside(PsqlInContainer),
}

impl Psql {
    /// Waits for its end.
    ///
    /// # Errors
    /// What it said when its exit status is not zero.
    pub async fn wait(self) -> Result<(), TargetError> {
        match self.0 {
            Process::Child(child) => child.wait().await.map_err(diagnose),
            Process::Inside(psql) => psql.wait().await,
        }
    }
}

impl std::fmt::Debug for RunningPsql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningPsql").finish_non_exhaustive()
    }
}
