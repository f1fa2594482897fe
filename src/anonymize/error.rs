use std::io;

use pgferry_core::anonymize::{AnonymizeError, RuleError};
use pgferry_core::dump::archive::ArchiveError;

use super::KeyError;
use crate::error::{Class, Classified, PathError};
use crate::source::SourceError;

/// Why a dump was not anonymised. Nothing was written under a final name.
#[derive(Debug, thiserror::Error)]
pub enum AnonymizeFailure {
    #[error("the dump can't be anonymised")]
    Dump { source: AnonymizeError },
    #[error("the rules do not fit the database")]
    Rules { errors: Vec<RuleError> },
    #[error("{} left in the dump", count(*total))]
    Leak { total: u64, findings: Vec<String> },
    #[error("the archive's table of contents can't be read")]
    Archive { source: ArchiveError },
    #[error("can't write the output")]
    Output { source: io::Error },
    #[error("a thread failed")]
    Thread { source: tokio::task::JoinError },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Path(#[from] PathError),
}

fn count(total: u64) -> String {
    crate::ui::format::counted(total, "address is", "addresses are")
}

impl AnonymizeFailure {
    pub(super) fn read(name: &str, error: io::Error) -> Self {
        SourceError::read(name, error).into()
    }
}

impl Classified for AnonymizeFailure {
    fn class(&self) -> Class {
        match self {
            // Nothing is wrong with the dump: it takes a rule, or another one.
            Self::Dump {
                source:
                    AnonymizeError::TooLong { .. }
                    | AnonymizeError::Rule { .. }
                    | AnonymizeError::Rules(_)
                    | AnonymizeError::Unlisted { .. }
                    | AnonymizeError::NoColumn { .. }
                    | AnonymizeError::NoTable(_),
            }
            | Self::Rules { .. } => Class::Usage,
            Self::Dump { .. } | Self::Leak { .. } | Self::Archive { .. } => Class::Corrupt,
            Self::Output { .. } | Self::Thread { .. } => Class::Unexpected,
            Self::Key(error) => error.class(),
            Self::Source(error) => error.class(),
            Self::Path(error) => error.class(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Rules { errors } => Some(
                errors
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            Self::Leak { findings, .. } => Some(findings.join("\n")),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Dump {
                source: AnonymizeError::TooLong { table, column },
            } => {
                format!(
                    "give it a rule in pgferry.toml: `[anonymize.columns.\"{table}\"]`, `{column} = \"null\"` or `\"mask\"`"
                )
            }
            Self::Dump {
                source: AnonymizeError::MissedUnique(columns),
            } => {
                let flags = columns
                    .iter()
                    .map(|column| format!("--unique {column}"))
                    .collect::<Vec<_>>()
                    .join(" ");
                format!(
                    "a stream's keys come after its rows: name them with `{flags}`, or anonymise a file"
                )
            }
            Self::Dump {
                source:
                    AnonymizeError::EndsInRows { .. }
                    | AnonymizeError::EndsInStatement(_)
                    | AnonymizeError::EndsInComment(_),
            } => "nothing was written; the dump is cut off: fetch it, or make it, again".to_owned(),
            Self::Dump { .. } => {
                "nothing was written; rules for columns stand in pgferry.toml, in `[anonymize]`"
                    .to_owned()
            }
            Self::Rules { .. } => "mend the `[anonymize]` section of pgferry.toml".to_owned(),
            Self::Leak { .. } => {
                "`pgferry anonymize` replaces them; what it does not see needs a rule in pgferry.toml, in `[anonymize]`".to_owned()
            }

            Self::Archive { .. } => "nothing was published; run the same command again".to_owned(),
            Self::Output { source } => return source.hint(),
            Self::Thread { .. } => return None,
            Self::Key(error) => return error.hint(),
            Self::Source(error) => return error.hint(),
            Self::Path(error) => return error.hint(),
        })
    }
}
