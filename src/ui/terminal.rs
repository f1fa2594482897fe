//! Data on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;

use super::Progress;
use crate::error::{Class, Error, OutputClosed};

/// Where output goes and how much of it there is.
#[derive(Debug, Clone)]
pub struct Terminal {
    quiet: bool,
    verbose: u8,
    stderr: Stderr,
    /// Standard input and standard error are terminals: questions can be answered.
    can_ask: bool,
}

/// What standard error can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stderr {
    Lines,
    Bars,
    ColouredBars,
}

impl Terminal {
    pub fn new(quiet: bool, verbose: u8) -> Self {
        let is_interactive = io::stderr().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let stderr = match (is_interactive, no_colour) {
            (false, _) => Stderr::Lines,
            (true, true) => Stderr::Bars,
            (true, false) => Stderr::ColouredBars,
        };
        Self {
            quiet,
            verbose,
            stderr,
            can_ask: is_interactive && io::stdin().is_terminal(),
        }
    }

    /// `-v` shows what pgferry does, `-vv` what its libraries do; `RUST_LOG` overrides both.
    pub fn start_logging(&self) {
        let default = match self.verbose {
            0 => "off",
            1 => "pgferry=info",
            2 => "pgferry=debug",
            _ => "debug",
        };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(io::stderr)
            .with_ansi(self.has_colour())
            .with_target(false)
            .init();
    }

    pub fn can_ask(&self) -> bool {
        self.can_ask
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A line of data.
    ///
    /// # Errors
    /// [`OutputClosed`] when nobody reads it any more.
    pub fn print(&self, line: &str) -> Result<(), Error> {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}").map_err(closed)
    }

    /// Pretty-printed JSON.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_json<T: serde::Serialize>(&self, value: &T) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
        self.print(&json)
    }

    /// What happened, for the reader's eyes; not with `--quiet`.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            write_error_line(line);
        }
    }

    /// What matters even with `--quiet`.
    pub fn warn(&self, line: &str) {
        write_error_line(&format!("{} {line}", self.paint("warning:", "33")));
    }

    /// The one place where errors are rendered.
    pub fn error(&self, error: &Error) {
        let label = if error.class() == Class::Warnings {
            self.paint("warning:", "33")
        } else {
            self.paint("error:", "31")
        };
        write_error_line(&format!("{label} {error}"));
        for cause in error.causes() {
            for line in cause.lines() {
                write_error_line(&format!("  {line}"));
            }
        }
        if let Some(hint) = error.hint() {
            write_error_line(&format!("{} {hint}", self.paint("hint:", "36")));
        }
    }

    /// A bar on a terminal, a line every ten seconds elsewhere, nothing with `--quiet`.
    pub fn progress(&self, action: &str, total_bytes: Option<u64>) -> Progress {
        if self.quiet {
            Progress::silent()
        } else if self.stderr == Stderr::Lines {
            Progress::lines(action, total_bytes)
        } else {
            Progress::bar(action, total_bytes, self.has_colour())
        }
    }

    pub(super) fn has_colour(&self) -> bool {
        self.stderr == Stderr::ColouredBars
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.has_colour() {
            format!("\x1b[1;{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

fn closed(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        OutputClosed.into()
    } else {
        error.into()
    }
}

/// Standard error may be closed; there is nobody left to tell then.
pub(super) fn write_error_line(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}
