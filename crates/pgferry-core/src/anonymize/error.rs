//! What can stop anonymising. No text here ever holds a value of the dump.

use crate::dump::{Ending, Hazard, Position};

/// Why a dump could not be anonymised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnonymizeError {
    #[error(
        "column {column} of table {table}: an address was replaced by a longer one, which does not fit the column"
    )]
    TooLong { table: String, column: String },
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

impl AnonymizeError {
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
