//! What goes wrong with a server, read from what libpq's programs say.

use crate::error::{Class, Classified};
use crate::process::ProcessError;

/// Why a server did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("`{scheme}://` is no PostgreSQL URL")]
    Url { scheme: String },
    #[error("the password was not accepted")]
    Password { said: String, missing: bool },
    #[error("the database `{database}` does not exist")]
    NoDatabase { database: String, said: String },
    #[error("the role `{role}` does not exist")]
    NoRole { role: String, said: String },
    #[error("can't connect to the server")]
    Unreachable { said: String },
    #[error("the server refuses the connection")]
    Rejected { said: String },
    #[error("the connection to the server broke off")]
    Broken { said: String },
    #[error("the server refused a statement")]
    Statement { said: String },
    #[error("the role may not do that")]
    Privilege { said: String },
    #[error("this machine's disk is full")]
    OwnDiskFull { said: String },
    #[error("the disk of the server is full")]
    DiskFull { said: String },
    #[error("the server's answer was not understood")]
    Answer,
    #[error("psql can't be run inside the container")]
    Exec { source: Box<bollard::errors::Error> },
    #[error(transparent)]
    Process(#[from] ProcessError),
}

impl TargetError {
    /// Somebody is connected to a database that was to be renamed or dropped.
    pub fn is_about_users_of_a_database(&self) -> bool {
        self.said().is_some_and(|said| said.contains("55006"))
    }

    /// The server can't have its file system share the blocks of two files.
    pub fn is_about_cloning(&self) -> bool {
        self.said()
            .is_some_and(|said| said.contains("clone") || said.contains("file_copy_method"))
    }

    /// There is a database of that name.
    pub fn is_about_a_name_taken(&self) -> bool {
        self.said().is_some_and(|said| said.contains("42P04"))
    }

    fn said(&self) -> Option<&str> {
        match self {
            Self::Password { said, .. }
            | Self::NoDatabase { said, .. }
            | Self::NoRole { said, .. }
            | Self::Unreachable { said }
            | Self::Rejected { said }
            | Self::Broken { said }
            | Self::Statement { said }
            | Self::Privilege { said }
            | Self::OwnDiskFull { said }
            | Self::DiskFull { said } => Some(said),
            Self::Url { .. } | Self::Answer | Self::Exec { .. } | Self::Process(_) => None,
        }
    }
}

impl Classified for TargetError {
    fn detail(&self) -> Option<String> {
        self.said().map(str::to_owned)
    }

    fn class(&self) -> Class {
        match self {
            Self::Url { .. } => Class::Usage,
            Self::Password { .. } | Self::Privilege { .. } => Class::AccessDenied,
            Self::Process(error) => error.class(),
            Self::OwnDiskFull { .. } => Class::Unexpected,
            _ => Class::TargetFailed,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Url { .. } => "write it as `postgres://USER@HOST/DATABASE`".to_owned(),
            Self::Password { missing: true, .. } => "set PGPASSWORD, or put the password into ~/.pgpass".to_owned(),
            Self::Password { .. } => "check PGUSER and PGPASSWORD, or the line in ~/.pgpass".to_owned(),
            Self::NoDatabase { database, .. } => {
                format!("`createdb {database}` makes it, PGDATABASE or --url names another one")
            }
            Self::NoRole { .. } => "set PGUSER to a role that exists".to_owned(),
            Self::Unreachable { .. } => {
                "is it running? check PGHOST and PGPORT; `pgferry restore --into local` needs no server".to_owned()
            }
            Self::Rejected { said } if said.contains("SSL") || said.contains("encryption") => {
                "PGSSLMODE says how to use TLS: `require`, `prefer` or `disable`".to_owned()
            }
            Self::Rejected { .. } => "check PGHOST, PGUSER and PGDATABASE against the server's pg_hba.conf".to_owned(),
            Self::Broken { .. } => "look into the server's log, then run the same command again".to_owned(),
            Self::Privilege { said } if said.contains("must be superuser") || said.contains("event trigger") => {
                "that takes a superuser: `--trust` loads as one into a local target, if you trust the dump's maker".to_owned()
            }
            Self::Privilege { .. } => "use a role that owns the database: set PGUSER, or --url".to_owned(),
            Self::OwnDiskFull { .. } | Self::DiskFull { .. } => "free some space there, then run the same command again".to_owned(),
            Self::Statement { said } if said.contains("2BP01") => {
                "the database holds what the dump doesn't know of: restore into a new one, made with `createdb`".to_owned()
            }
            Self::Statement { said } if said.contains("3F000") => {
                "the database has no such schema: `psql -c 'CREATE SCHEMA public'` makes the usual one".to_owned()
            }
            Self::Statement { said } if said.contains("42710") || said.contains("42P07") => {
                "the database holds it already: restore into a new one, made with `createdb`".to_owned()
            }
            Self::Statement { .. } | Self::Answer | Self::Exec { .. } => return None,
            Self::Process(error) => return error.hint(),
        })
    }
}

/// What a failed psql, pg_dump or pg_restore means. Texts are matched where no SQLSTATE is given: the programs are run
/// untranslated, and servers that translate fall back to the general case.
pub fn diagnose(error: ProcessError) -> TargetError {
    let said = error.stderr().to_owned();
    if said.is_empty() {
        return TargetError::Process(error);
    }
    meaning(said).unwrap_or(TargetError::Process(error))
}

/// What an error of a session means; `place` says what was being run.
pub(super) fn of_session(error: &tokio_postgres::Error, place: &str) -> TargetError {
    let Some(server) = error.as_db_error() else {
        let mut said = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            said = format!("{said}: {cause}");
            source = cause.source();
        }
        return TargetError::Broken { said };
    };
    // As psql writes it.
    let mut said = format!(
        "{}:  {}: {}",
        server.severity(),
        server.code().code(),
        server.message()
    );
    for (title, text) in [
        ("DETAIL", server.detail()),
        ("HINT", server.hint()),
        ("CONTEXT", server.where_()),
    ] {
        if let Some(text) = text {
            said = format!("{said}\n{title}:  {text}");
        }
    }
    let said = format!("{said}\n{place}");
    meaning(said.clone()).unwrap_or(TargetError::Statement { said })
}

/// By the words in it.
fn meaning(said: String) -> Option<TargetError> {
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let named = |before: &str| {
        let (_, rest) = said.split_once(before)?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    if has(&["no password supplied"]) {
        return Some(TargetError::Password {
            said,
            missing: true,
        });
    }
    if has(&["password authentication failed", "28P01"]) {
        return Some(TargetError::Password {
            said,
            missing: false,
        });
    }
    if said.contains("does not exist") {
        if let (Some(database), true) = (named("database \""), has(&["FATAL"])) {
            return Some(TargetError::NoDatabase { database, said });
        }
        if let (Some(role), true) = (named("role \""), has(&["FATAL"])) {
            return Some(TargetError::NoRole { role, said });
        }
    }
    if has(&[
        "could not write to output file",
        "could not close data file",
    ]) && has(&["No space left"])
    {
        return Some(TargetError::OwnDiskFull { said });
    }
    if has(&["53100", "No space left on device"]) {
        return Some(TargetError::DiskFull { said });
    }
    if has(&[
        "server closed the connection unexpectedly",
        "terminating connection",
        "57P01",
        "connection to server was lost",
        "SSL SYSCALL error",
    ]) {
        return Some(TargetError::Broken { said });
    }
    if has(&[
        "Connection refused",
        "could not translate host name",
        "No such file or directory",
        "timeout expired",
        "No route to host",
        "Network is unreachable",
        "the database system is starting up",
    ]) {
        return Some(TargetError::Unreachable { said });
    }
    if has(&[
        "no pg_hba.conf entry",
        "does not support SSL",
        "FATAL",
        "server does not support",
        "definition of service",
    ]) {
        return Some(TargetError::Rejected { said });
    }
    if has(&["42501", "permission denied", "must be owner"]) {
        return Some(TargetError::Privilege { said });
    }
    if has(&["ERROR:"]) {
        return Some(TargetError::Statement { said });
    }
    None
}
