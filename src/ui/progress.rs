//! Progress by bytes: a bar on a terminal, a line every ten seconds elsewhere.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::format;
use super::terminal::{Priority, write_error_line};

const LINE_EVERY: Duration = Duration::from_secs(10);

/// A running count of bytes. Clones share it; it ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Display>);

#[derive(Debug)]
enum Display {
    Bar(ProgressBar),
    Lines(Mutex<Lines>),
    Silent,
}

#[derive(Debug)]
struct Lines {
    action: String,
    total: Option<u64>,
    done: u64,
    message: String,
    started: Instant,
    last: Instant,
}

impl Progress {
    /// Of work that nobody waits for.
    pub fn none() -> Self {
        Self::silent()
    }

    pub(super) fn silent() -> Self {
        Self(Arc::new(Display::Silent))
    }

    pub(super) fn lines(action: &str, total: Option<u64>) -> Self {
        let now = Instant::now();
        Self(Arc::new(Display::Lines(Mutex::new(Lines {
            action: action.to_owned(),
            total,
            done: 0,
            message: String::new(),
            started: now,
            last: now,
        }))))
    }

    pub(super) fn bar(action: &str, total: Option<u64>, colour: bool) -> Self {
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let template = match (total.is_some(), colour) {
            (true, true) => {
                "{prefix} {bar:28.cyan/dim} {done} of {all}, {rate}, {left} left {wide_msg:.dim}"
            }
            (true, false) => "{prefix} {bar:28} {done} of {all}, {rate}, {left} left {wide_msg}",
            (false, _) => "{prefix} {spinner} {done}, {rate} {wide_msg}",
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸ ")
            .with_key(
                "done",
                |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    out.write_str(&format::size(state.pos())).unwrap_or(());
                },
            )
            .with_key(
                "all",
                |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    out.write_str(&format::size(state.len().unwrap_or(0)))
                        .unwrap_or(());
                },
            )
            .with_key(
                "rate",
                |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a rate for the eye, never negative"
                    )]
                    let rate = state.per_sec() as u64;
                    write!(out, "{}/s", format::size(rate)).unwrap_or(());
                },
            )
            .with_key(
                "left",
                |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    out.write_str(&format::took(state.eta())).unwrap_or(());
                },
            );
        bar.set_style(style);
        bar.set_prefix(action.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Arc::new(Display::Bar(bar)))
    }

    /// `bytes` more are done.
    pub fn advance(&self, bytes: u64) {
        match &*self.0 {
            Display::Bar(bar) => bar.inc(bytes),
            Display::Lines(lines) => lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .advance(bytes),
            Display::Silent => {}
        }
    }

    /// What is being worked on: a table's name, for example.
    pub fn message(&self, message: &str) {
        match &*self.0 {
            Display::Bar(bar) => {
                if bar.message() != message {
                    bar.set_message(message.to_owned());
                }
            }
            Display::Lines(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                if lines.message != message {
                    message.clone_into(&mut lines.message);
                }
            }
            Display::Silent => {}
        }
    }

    /// Removes the bar; what happened is said by the caller.
    pub fn finish(&self) {
        if let Display::Bar(bar) = &*self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Lines {
    fn advance(&mut self, bytes: u64) {
        self.done += bytes;
        if self.last.elapsed() >= LINE_EVERY {
            self.last = Instant::now();
            write_error_line(Priority::Note, &self.line());
        }
    }

    fn line(&self) -> String {
        let done = format::size(self.done);
        let part = match self.total.filter(|&total| total > 0) {
            Some(total) => {
                let percent = u128::from(self.done) * 100 / u128::from(total);
                format!("{done} of {} ({percent}%)", format::size(total))
            }
            None => done,
        };
        let took = format::took(self.started.elapsed());
        let separator = if self.message.is_empty() { "" } else { ", " };
        format!("{} {part}, {took}{separator}{}", self.action, self.message)
    }
}
