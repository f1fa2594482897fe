//! Data on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use tracing_subscriber::EnvFilter;

use super::{Layers, Progress};
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
        let lines = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(io::stderr)
            .with_ansi(self.has_colour())
            .with_target(false);
        // What keeps the lines, such as the journal, notes their times itself.
        if self.stderr == Stderr::Lines {
            lines.without_time().init();
        } else {
            lines.init();
        }
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

    /// JSON on a line of its own.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_json_line<T: serde::Serialize>(&self, value: &T) -> Result<(), Error> {
        let json = serde_json::to_string(value).map_err(io::Error::other)?;
        self.print(&json)
    }

    /// What happened, for the reader's eyes; not with `--quiet`.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            write_error_line(Priority::Note, line);
        }
    }

    /// What matters even with `--quiet`.
    pub fn warn(&self, line: &str) {
        write_error_line(
            Priority::Warning,
            &format!("{} {line}", self.paint("warning:", "33")),
        );
    }

    /// The one place where errors are rendered.
    pub fn error(&self, error: &Error) {
        let (priority, label) = if error.class() == Class::Warnings {
            (Priority::Warning, self.paint("warning:", "33"))
        } else {
            (Priority::Error, self.paint("error:", "31"))
        };
        write_error_line(priority, &format!("{label} {error}"));
        for cause in error.causes() {
            for line in cause.lines() {
                write_error_line(priority, &format!("  {line}"));
            }
        }
        if let Some(hint) = error.hint() {
            let label = self.paint("hint:", "36");
            write_error_line(priority, &format!("{label} {hint}"));
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

    /// Progress of an image's layers; as [`Terminal::progress`].
    pub fn layers(&self, action: &str) -> Layers {
        if self.quiet {
            Layers::silent(action)
        } else if self.stderr == Stderr::Lines {
            Layers::lines(action)
        } else {
            Layers::bars(action, self.has_colour())
        }
    }

    /// Whether standard input and output are terminals: a shell can be opened.
    pub fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// Columns of standard output, if it is a terminal.
    pub fn width(&self) -> Option<u16> {
        let out = dialoguer::console::Term::stdout();
        out.features()
            .is_attended()
            .then(|| out.size_checked())?
            .map(|(_, columns)| columns)
    }

    /// Whether standard output shows colours.
    pub fn paints_output(&self) -> bool {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        io::stdout().is_terminal() && !no_colour
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

pub(super) fn closed(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        OutputClosed.into()
    } else {
        error.into()
    }
}

/// What a line on standard error is worth, by syslog's levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    Error = 3,
    Warning = 4,
    Note = 6,
}

/// Standard error may be closed; there is nobody left to tell then.
pub(super) fn write_error_line(priority: Priority, line: &str) {
    let mut out = io::stderr().lock();
    if is_journal() {
        // sd-daemon(3): the journal takes the level from the line and leaves it out.
        for line in line.lines() {
            drop(writeln!(out, "<{}>{line}", priority as u8));
        }
    } else {
        drop(writeln!(out, "{line}"));
    }
}

/// Whether standard error is the journal's own: the variable alone is inherited by what a service pipes elsewhere.
fn is_journal() -> bool {
    static IS_JOURNAL: OnceLock<bool> = OnceLock::new();
    *IS_JOURNAL.get_or_init(|| {
        let (Some(stream), Ok(stat)) = (
            std::env::var_os("JOURNAL_STREAM"),
            nix::sys::stat::fstat(io::stderr()),
        ) else {
            return false;
        };
        stream.to_str() == Some(&format!("{}:{}", stat.st_dev, stat.st_ino))
    })
}
