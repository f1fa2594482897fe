//! The binary's parts, as a library so that tests can reach them. ARCHITECTURE.md says which is which.

pub mod anonymize;
pub mod backup;
pub mod cleanup;
pub mod cli;
pub mod commands;
pub mod error;
pub mod fetch;
pub mod lock;
pub mod process;
pub mod restore;
pub mod settings;
pub mod source;
pub mod ssh;
pub mod store;
pub mod target;
pub mod ui;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Cli;
use crate::error::{Class, Error};
use crate::ui::Terminal;

/// How long what was begun elsewhere may take to be undone: in all, an interrupted command ends within ten seconds.
const UNDOING: Duration = Duration::from_secs(8);
/// How long threads may take to notice that nobody waits for them any more. What they leave is owned, and removed, by the
/// command itself.
const CLEAN_UP: Duration = Duration::from_secs(1);

/// Parses the command line, runs the command and renders its error, if any.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.global.quiet, cli.global.verbose);
    terminal.start_logging();
    match run(cli, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is_silent() {
                terminal.error(&error);
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(cli: Cli, terminal: &Terminal) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    // Dropping the command's future is what stops it: children are killed and temporaries removed by their guards.
    let outcome = runtime.block_on(async {
        let outcome = tokio::select! {
            outcome = commands::run(cli, terminal) => outcome,
            interrupted = interrupted() => Err(interrupted),
        };
        // Whoever asks twice has no time for that either.
        tokio::select! {
            () = cleanup::finish(UNDOING) => {}
            _ = interrupted() => {}
        }
        outcome
    });
    runtime.shutdown_timeout(CLEAN_UP);
    outcome
}

/// Ends with the error to report when the process is told to stop.
async fn interrupted() -> Error {
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hang_up)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    let name = tokio::select! {
        _ = interrupt.recv() => "interrupted",
        _ = terminate.recv() => "terminated",
        _ = hang_up.recv() => "hung up",
    };
    Error::new(Class::Interrupted, name)
}
