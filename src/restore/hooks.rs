//! What is run after a restore: SQL files on the database before it takes its name, commands when it has it.

use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::Stdio;

use crate::error::{Class, Error, OnPath as _};
use crate::process::{Invocation, ProcessError};
use crate::settings::Hook;
use crate::target::{Access, Address};
use crate::ui::Terminal;

/// The hooks of a restore.
#[derive(Debug, Clone, Default)]
pub struct Hooks(Vec<Hook>);

impl Hooks {
    /// Makes sure that the files are there, before anything is done.
    ///
    /// # Errors
    /// [`Class::Usage`] names the first that is not.
    pub fn new(hooks: &[Hook], are_wished: bool) -> Result<Self, Error> {
        if !are_wished {
            return Ok(Self::default());
        }
        for hook in hooks {
            if let Hook::Sql(path) = hook
                && !path.is_file()
            {
                let text = format!(
                    "there is no file {}, which `restore.after` names",
                    path.display()
                );
                return Err(Error::new(Class::Usage, text).with_hint(
                    "`pgferry config` shows where that is set; `--no-hooks` leaves it out",
                ));
            }
        }
        Ok(Self(hooks.to_vec()))
    }

    /// Runs the SQL files, each in one transaction.
    ///
    /// # Errors
    /// What the server said of the first that failed.
    pub async fn sql(&self, access: &Access, terminal: &Terminal) -> Result<(), Error> {
        for hook in &self.0 {
            let Hook::Sql(path) = hook else { continue };
            terminal.say(&format!("running {hook}"));
            let script = tokio::fs::read(path).await.on_path("read", path)?;
            let output = access.run_file(path, &script).await;
            let output = output.map_err(|error| {
                let of_the_hook = format!("{hook}, which `restore.after` names, failed");
                Error::from(error)
                    .context(of_the_hook)
                    .with_hint("mend it, or restore with `--no-hooks`")
            })?;
            terminal.pass_on(&output, true);
        }
        Ok(())
    }

    /// The same for a database that has been restored already.
    ///
    /// # Errors
    /// [`Class::Warnings`].
    pub async fn sql_in_place(&self, access: &Access, terminal: &Terminal) -> Result<(), Error> {
        self.sql(access, terminal).await.map_err(|error| {
            error
                .context("the database was restored, but what comes after it failed")
                .of_class(Class::Warnings)
        })
    }

    /// Runs the commands.
    ///
    /// # Errors
    /// [`Class::Warnings`]: the database was restored all the same.
    pub async fn commands(&self, address: &Address, terminal: &Terminal) -> Result<(), Error> {
        for hook in &self.0 {
            let Hook::Command {
                program,
                arguments,
                directory,
            } = hook
            else {
                continue;
            };
            terminal.say(&format!("running {hook}"));
            let ended = command(program, arguments, directory, address, terminal).await;
            if let Err(error) = ended {
                let why = match &error {
                    // What it said was passed on.
                    ProcessError::Failed { status, .. } => status.to_string(),
                    other => other.to_string(),
                };
                let text = format!("the database was restored, but {hook} failed after it: {why}");
                return Err(Error::new(Class::Warnings, text)
                    .with_hint("run it by hand, or look into `restore.after` of the settings"));
            }
        }
        Ok(())
    }
}

async fn command(
    program: &str,
    arguments: &[String],
    directory: &Path,
    address: &Address,
    terminal: &Terminal,
) -> Result<(), ProcessError> {
    // A path is meant from where the settings stand.
    let program = if program.contains('/') {
        directory.join(program).display().to_string()
    } else {
        program.to_owned()
    };
    let spoken = terminal.clone();
    let mut invocation = Invocation::new(&program)?
        .args(arguments)
        .current_dir(directory)
        .on_stderr_line(move |line| spoken.pass_on(format!("{line}\n").as_bytes(), true));
    // Its messages are for the user.
    let locale = std::env::var_os("LC_ALL").unwrap_or_default();
    let locale = std::iter::once(("LC_ALL".into(), locale));
    for (name, value) in address.environment().into_iter().chain(locale) {
        invocation = if value.is_empty() {
            invocation.without_env(&name.to_string_lossy())
        } else {
            invocation.envs([(name, value)])
        };
    }
    // Standard output is for data of pgferry's own.
    let stderr = std::io::stderr().as_fd().try_clone_to_owned();
    let output = stderr.map_or_else(|_| Stdio::null(), Stdio::from);
    invocation.spawn(Stdio::null(), output)?.wait().await
}
