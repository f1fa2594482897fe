//! The one error of the command edge: a class, which is the exit code, a text, its causes, and the next step.
//!
//! Adapters have error types of their own; [`Classified`] says how each of their errors looks from here.

use std::error::Error as StdError;
use std::fmt;
use std::io;

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

    pub fn exit_code(&self) -> u8 {
        // A reader that has seen enough is no failure.
        if self.is_broken_pipe() {
            0
        } else {
            self.class as u8
        }
    }

    pub fn class(&self) -> Class {
        self.class
    }

    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Whether standard output was closed by its reader (`pgferry versions | head`).
    pub fn is_broken_pipe(&self) -> bool {
        let source = self.source.as_deref();
        source.is_some_and(<dyn StdError + Send + Sync>::is::<OutputClosed>)
    }

    /// The causes, outermost first, without repeating a text that the level above holds already.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut above = self.message.clone();
        let mut next = self.source.as_deref().map(|source| source as &dyn StdError);
        while let Some(cause) = next {
            let text = cause.to_string();
            if !above.contains(&text) {
                causes.push(text.clone());
                above = text;
            }
            next = cause.source();
        }
        causes.extend(self.detail.clone());
        causes
    }
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
