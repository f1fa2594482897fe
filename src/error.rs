//! The one error of the command edge: a class, which is the exit code, a text, its causes, and the next step.
//!
//! Adapters have error types of their own; [`Classified`] says how each of their errors looks from here.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use pgferry_core::dump::LoadError;

/// What kind of failure it was. The number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    Unexpected = 1,
    Usage = 2,
    NothingMatched = 3,
    AccessDenied = 4,
    Corrupt = 5,
    TargetFailed = 6,
    Refused = 7,
    /// Done, with warnings that matter.
    Warnings = 8,
    Interrupted = 130,
}

impl Class {
    /// Orders failures of which only one can be the exit code: the greatest is the worst.
    pub fn severity(self) -> u8 {
        match self {
            Self::Warnings => 0,
            Self::Refused => 1,
            Self::NothingMatched => 2,
            Self::Usage => 3,
            Self::AccessDenied => 4,
            Self::TargetFailed => 5,
            Self::Unexpected => 6,
            Self::Corrupt => 7,
            Self::Interrupted => 8,
        }
    }
}

/// An error of an adapter, as the command edge sees it.
pub trait Classified: StdError + Send + Sync + 'static {
    fn class(&self) -> Class;

    /// What to run or set next.
    fn hint(&self) -> Option<String> {
        None
    }

    /// What another program said of it, shown below the text.
    fn detail(&self) -> Option<String> {
        None
    }
}

/// What a command ends with when it fails.
pub struct Error {
    class: Class,
    message: String,
    detail: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    hint: Option<String>,
}

impl Error {
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            detail: None,
            source: None,
            hint: None,
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts what was being done above what went wrong; class and hint stay.
    #[must_use]
    pub fn context(self, message: impl Into<String>) -> Self {
        let Self {
            class,
            message: cause,
            detail,
            source,
            hint,
        } = self;
        let source = Some(Box::new(Cause {
            message: cause,
            source,
        }) as Box<dyn StdError + Send + Sync>);
        Self {
            class,
            message: message.into(),
            detail,
            source,
            hint,
        }
    }

    /// The same failure, judged anew.
    #[must_use]
    pub fn of_class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    pub fn exit_code(&self) -> u8 {
        // A reader that has seen enough is no failure.
        if self.is_broken_pipe() {
            return 0;
        }
        match self.program_ended() {
            Some(ended) => ended.code,
            None => self.class as u8,
        }
    }

    pub fn class(&self) -> Class {
        self.class
    }

    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The first of its causes that is of that type.
    pub fn cause<T: StdError + 'static>(&self) -> Option<&T> {
        self.sources().find_map(<dyn StdError>::downcast_ref)
    }

    /// Whether standard output was closed by its reader (`pgferry versions | head`).
    pub fn is_broken_pipe(&self) -> bool {
        let source = self.source.as_deref();
        source.is_some_and(<dyn StdError + Send + Sync>::is::<OutputClosed>)
    }

    /// Whether there is nothing to say: nobody reads, or another program has said it.
    pub fn is_silent(&self) -> bool {
        self.is_broken_pipe() || self.program_ended().is_some()
    }

    fn program_ended(&self) -> Option<&ProgramEnded> {
        self.source.as_deref()?.downcast_ref()
    }

    /// The text and its causes on one line, for messages that leave this machine. What a server or another program said is
    /// left out, and what quotes the dump: they can hold rows.
    pub fn summary(&self) -> String {
        let own = self.sources().filter(|cause| !quotes_the_dump(*cause));
        let texts = std::iter::once(self.message.clone()).chain(own.map(ToString::to_string));
        let mut parts: Vec<String> = Vec::new();
        for text in texts {
            // Programs' output stands on the lines below the first.
            let first = text.lines().next().unwrap_or_default();
            let first = first.trim_end_matches(':').to_owned();
            if !parts.iter().any(|above| above.contains(&first)) {
                parts.push(first);
            }
        }
        parts.join(": ")
    }

    /// The causes, outermost first, without repeating a text that the level above holds already.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut above = self.message.clone();
        for cause in self.sources() {
            let text = cause.to_string();
            if !above.contains(&text) {
                causes.push(text.clone());
                above = text;
            }
        }
        causes.extend(self.detail.clone());
        causes
    }

    fn sources(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let first: Option<&(dyn StdError + 'static)> = match &self.source {
            Some(source) => Some(&**source),
            None => None,
        };
        std::iter::successors(first, |&cause| cause.source())
    }
}

/// Whether the error's text shows a statement of the dump.
fn quotes_the_dump(error: &(dyn StdError + 'static)) -> bool {
    matches!(
        error.downcast_ref(),
        Some(
            LoadError::Statement { .. }
                | LoadError::TransactionControl { .. }
                | LoadError::MetaCommand { .. }
        )
    )
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.class, self.message)?;
        for cause in self.causes() {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

/// A demoted [`Error`].
#[derive(Debug)]
struct Cause {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// Standard output was closed by its reader.
#[derive(Debug, thiserror::Error)]
#[error("standard output was closed")]
pub struct OutputClosed;

impl Classified for OutputClosed {
    fn class(&self) -> Class {
        Class::Unexpected
    }
}

/// A program that had the terminal to itself has ended, with an exit code that becomes pgferry's.
#[derive(Debug, thiserror::Error)]
#[error("`{program}` ended with exit code {code}")]
pub struct ProgramEnded {
    pub program: &'static str,
    pub code: u8,
}

impl Classified for ProgramEnded {
    fn class(&self) -> Class {
        Class::TargetFailed
    }
}

impl<E: Classified> From<E> for Error {
    fn from(error: E) -> Self {
        Self {
            class: error.class(),
            message: error.to_string(),
            hint: error.hint(),
            detail: error.detail(),
            source: Some(Box::new(error)),
        }
    }
}

impl Classified for io::Error {
    fn class(&self) -> Class {
        Class::Unexpected
    }

    fn hint(&self) -> Option<String> {
        (self.kind() == io::ErrorKind::StorageFull).then(|| {
            "free some space on that file system, then run the same command again".to_owned()
        })
    }
}

/// An I/O error with the path it happened on.
#[derive(Debug, thiserror::Error)]
#[error("can't {action} {path}")]
pub struct PathError {
    pub action: &'static str,
    pub path: String,
    pub source: io::Error,
}

impl Classified for PathError {
    fn class(&self) -> Class {
        Class::Unexpected
    }

    fn hint(&self) -> Option<String> {
        match self.source.kind() {
            io::ErrorKind::PermissionDenied => {
                Some(format!("make {} accessible to this user", self.path))
            }
            io::ErrorKind::ReadOnlyFilesystem => Some(
                "its file system is mounted read-only: mount it to be written to, or name another place"
                    .to_owned(),
            ),
            _ => self.source.hint(),
        }
    }
}

/// Says what was tried on which path when an I/O operation fails.
pub trait OnPath<T> {
    /// # Errors
    /// The same error, with `action` ("read", "create") and `path`.
    fn on_path(self, action: &'static str, path: &std::path::Path) -> Result<T, PathError>;
}

impl<T> OnPath<T> for io::Result<T> {
    fn on_path(self, action: &'static str, path: &std::path::Path) -> Result<T, PathError> {
        self.map_err(|source| PathError {
            action,
            path: path.display().to_string(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error(
        "`pg_restore` failed (exit status: 1):\nerror: DETAIL: Key (mail)=(somebody@example.org)"
    )]
    struct Program;

    impl Classified for Program {
        fn class(&self) -> Class {
            Class::TargetFailed
        }

        fn detail(&self) -> Option<String> {
            Some("ERROR:  invalid input: \"somebody@example.org\"".to_owned())
        }
    }

    #[test]
    fn a_summary_holds_nothing_that_other_programs_said() {
        let error = Error::from(Program).context("the test restore failed");
        assert!(error.causes().join("\n").contains("somebody@"));
        assert_eq!(
            error.summary(),
            "the test restore failed: `pg_restore` failed (exit status: 1)"
        );
    }

    #[test]
    fn a_program_that_ended_gives_its_exit_code() {
        let program = "psql";
        let error = Error::from(ProgramEnded { program, code: 3 });
        assert_eq!((error.exit_code(), error.is_silent()), (3, true));
        let error = Error::from(Program);
        assert_eq!((error.exit_code(), error.is_silent()), (6, false));
    }

    #[derive(Debug, thiserror::Error)]
    #[error("it can't be restored")]
    struct Unrestorable(#[source] LoadError);

    impl Classified for Unrestorable {
        fn class(&self) -> Class {
            Class::Corrupt
        }
    }

    #[test]
    fn a_summary_quotes_no_statement() {
        let quoting = Unrestorable(LoadError::Statement {
            line: 7,
            statement: "somebody@example.org".to_owned(),
        });
        assert_eq!(Error::from(quoting).summary(), "it can't be restored");
        let naming = Unrestorable(LoadError::TruncatedInStatement { line: 7 });
        assert_eq!(
            Error::from(naming).summary(),
            "it can't be restored: the dump is cut off inside the statement that begins at line 7"
        );
    }
}
