//! What can stop anonymising. No text here ever holds a value of the dump.

use super::rules::{RuleError, RuleProblem};
use super::table::{Problem, ProblemKind};
use crate::dump::{Ending, Hazard, Position};

/// Why a dump could not be anonymised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnonymizeError {
    #[error("column {column} of table {table}: a masked value is too long for the column")]
    TooLong { table: String, column: String },
    #[error("column {column} of table {table}: {problem}")]
    Rule {
        table: String,
        column: String,
        problem: RuleProblem,
    },
    #[error("no rule names column {column} of table {table}, and unlisted columns are refused")]
    Unlisted { table: String, column: String },
    #[error("a rule names column {column} of table {table}, which does not exist")]
    NoColumn { table: String, column: String },
    #[error("a rule names table {0}, of which the dump has no rows")]
    NoTable(String),
    #[error("{}", list(.0))]
    Rules(Vec<RuleError>),
    /// Columns as `--unique` and settings take them.
    #[error("a key that stands after the data covers {}, where different addresses became the same", .0.join(", "))]
    MissedUnique(Vec<String>),
    #[error("{0}: a definition that may hold a key cannot be read")]
    UnreadableDefinition(Position),
    #[error("column {column} of table {table} takes a key, and there is none")]
    NoKey { table: String, column: String },
    #[error(
        "value {number} of a row of table {table}: its column is not known, so no rule can be applied to it"
    )]
    Unnamed { table: String, number: String },
    #[error("the dump is in {0}, in which bytes of characters can look like quotes or like @")]
    Encoding(String),
    #[error(
        "{position}: the rows of table {table} are not in COPY's text format with its defaults"
    )]
    CopyFormat { table: String, position: Position },
    #[error("{position}: {hazard}; programs read this in different ways")]
    Ambiguous { hazard: Hazard, position: Position },
    #[error("the dump ends inside the rows of table {table}, which begin at {position}")]
    EndsInRows { table: String, position: Position },
    #[error("the dump ends inside a statement that begins at {0}")]
    EndsInStatement(Position),
    #[error("the dump ends inside a comment that begins at {0}")]
    EndsInComment(Position),
}

fn list(errors: &[RuleError]) -> String {
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

impl AnonymizeError {
    pub(super) fn of_problem(table: String, problem: &Problem) -> Self {
        let column = String::from_utf8_lossy(&problem.column).into_owned();
        match problem.kind {
            ProblemKind::TooLong => Self::TooLong { table, column },
            ProblemKind::Rule(problem) => Self::Rule {
                table,
                column,
                problem,
            },
            ProblemKind::Unlisted => Self::Unlisted { table, column },
            ProblemKind::NoColumn => Self::NoColumn { table, column },
            ProblemKind::NoKey => Self::NoKey { table, column },
            ProblemKind::Unnamed => Self::Unnamed {
                table,
                number: column,
            },
        }
    }

    pub(super) fn of_ending(ending: Ending) -> Result<(), Self> {
        match ending {
            Ending::Clean => Ok(()),
            Ending::InCopy(target) => Err(Self::EndsInRows {
                table: target.table.to_string(),
                position: target.position,
            }),
            Ending::InStatement(position) => Err(Self::EndsInStatement(position)),
            Ending::InComment(position) => Err(Self::EndsInComment(position)),
        }
    }
}
