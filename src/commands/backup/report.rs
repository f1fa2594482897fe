//! How a run over one or several databases ends: what each came to, who is told, and the exit code.

use pgferry_core::anonymize::{Missing, Unmatched};
use pgferry_core::backup::Database;

use crate::backup::{Event, Events, Notifier, Outcome};
use crate::cleanup::CleanUp;
use crate::error::{Class, Error};
use crate::ui::Terminal;

/// Told of a run that is dropped before it is closed: it was broken off.
pub(super) struct Report {
    notifier: Notifier,
    terminal: Terminal,
    /// How many databases there are to be.
    expected: usize,
    running: Option<Events>,
    ended: Vec<Ended>,
    /// Of each database whose set was made, the rules that nothing in it answers to.
    unmatched: Vec<(Database, Vec<Unmatched>)>,
    /// What kept the run from beginning with any database.
    failure: Option<Error>,
    is_closed: bool,
}

/// What one database came to.
struct Ended {
    events: Events,
    outcome: Result<Outcome, Error>,
    alarms: Vec<Error>,
    warnings: Vec<Error>,
}

impl Ended {
    /// `None`: all is as it should be.
    fn class(&self) -> Option<Class> {
        let failed = self.outcome.as_ref().err();
        let all = failed.into_iter().chain(&self.alarms).chain(&self.warnings);
        all.map(Error::class).max_by_key(|class| class.severity())
    }

    fn database(&self) -> &Database {
        self.events.database()
    }

    /// What somebody has to look at, in words that may leave this machine.
    fn troubles(&self) -> Vec<String> {
        let failed = self.outcome.as_ref().err();
        let all = failed.into_iter().chain(&self.alarms);
        all.map(Error::summary).collect()
    }

    fn emit(&self) {
        let exit_code = self.class().map_or(0, |class| class as u8);
        let event = match &self.outcome {
            Ok(outcome) => Event::Finished {
                exit_code,
                warnings: self.warnings.iter().map(Error::summary).collect(),
                manifest: &outcome.manifest,
            },
            Err(error) => Event::Failed {
                exit_code,
                phase: self.events.current_phase(),
                error: error.summary(),
            },
        };
        self.events.emit(&event);
    }

    /// All that is wrong, the worst last.
    fn into_errors(self) -> Vec<Error> {
        let noted = self.warnings.into_iter().chain(self.alarms);
        let mut all: Vec<Error> = noted.chain(self.outcome.err()).collect();
        all.sort_by_key(|error| error.class().severity());
        all
    }
}

impl Report {
    pub fn new(notifier: Notifier, terminal: &Terminal) -> Self {
        Self {
            notifier,
            terminal: terminal.clone(),
            expected: 0,
            running: None,
            ended: Vec::new(),
            unmatched: Vec::new(),
            failure: None,
            is_closed: false,
        }
    }

    pub async fn started(&self) {
        self.notifier.started(&self.terminal).await;
    }

    pub fn expect(&mut self, databases: usize) {
        self.expected = databases;
    }

    /// A database's run begins.
    pub fn begin(&mut self, events: Events) -> Events {
        events.emit(&Event::Started {
            version: env!("CARGO_PKG_VERSION"),
            process: std::process::id(),
        });
        self.running = Some(events.clone());
        events
    }

    /// The run that began last has ended.
    pub fn end(&mut self, outcome: Result<Outcome, Error>) {
        let Some(events) = self.running.take() else {
            return;
        };
        let warnings = outcome
            .as_ref()
            .map(|outcome| outcome.warnings.as_slice())
            .unwrap_or_default();
        let warnings = warnings
            .iter()
            .map(|text| Error::new(Class::Warnings, text.clone()))
            .collect();
        if let Ok(outcome) = &outcome {
            let unmatched = outcome.unmatched.clone();
            self.unmatched.push((events.database().clone(), unmatched));
        }
        if self.ended.len() + 1 >= self.expected {
            self.judge_rules(&events);
        }
        let ended = Ended {
            alarms: events.take_alarms(),
            events,
            outcome,
            warnings,
        };
        // The last one's end is told after the check-in, so that it is the last that is told.
        if self.ended.len() + 1 < self.expected {
            ended.emit();
        }
        self.ended.push(ended);
    }

    /// All databases are known: a rule that matches in none of them is an alarm of the last one's, one that matches in
    /// another is no more than worth knowing.
    fn judge_rules(&self, events: &Events) {
        let found_nowhere = |rule: &Unmatched| {
            let mut all = self.unmatched.iter();
            all.all(|(_, others)| others.iter().any(|other| other.subject == rule.subject))
        };
        let mut nowhere: Vec<&Unmatched> = Vec::new();
        for (database, rules) in &self.unmatched {
            let mut notes = Vec::new();
            for rule in rules {
                if !found_nowhere(rule) {
                    notes.push(rule.to_string());
                } else if let Some(known) = nowhere
                    .iter_mut()
                    .find(|known| known.subject == rule.subject)
                {
                    // The database that has the table tells more.
                    if matches!(known.missing, Missing::Table { .. }) {
                        *known = rule;
                    }
                } else {
                    nowhere.push(rule);
                }
            }
            notes.dedup();
            for note in notes {
                self.terminal
                    .say(&format!("`{database}`: {note}; another database has it"));
            }
        }
        let mut texts: Vec<String> = nowhere.iter().map(ToString::to_string).collect();
        texts.dedup();
        if texts.is_empty() {
            return;
        }
        let alarm = Error::new(Class::Warnings, texts.join("; ")).with_hint(
            "mend or remove it in the `[anonymize]` section of pgferry.toml: what it was meant for is in the anonymised \
             artefact as if there were no rule",
        );
        events.alarm(alarm);
    }

    /// No database's run could begin.
    pub fn fail(&mut self, error: Error) {
        self.failure = Some(error);
    }

    /// Tells whoever is to be told.
    ///
    /// # Errors
    /// The worst of what went wrong.
    pub async fn close(mut self) -> Result<(), Error> {
        let class = self.class();
        let troubles = self.troubles();
        if troubles.is_empty() {
            if self.notifier.succeeded(&self.terminal).await
                && let Some(last) = self.ended.last()
            {
                last.events.emit(&Event::CheckedIn);
            }
        } else {
            let text = message(&host(), &Ending::Exit(class), &troubles);
            self.notifier.failed(&text, &self.terminal).await;
        }
        self.is_closed = true;
        if let Some(last) = self.ended.last() {
            last.emit();
        }
        let ended = std::mem::take(&mut self.ended);
        match self.failure.take() {
            Some(error) => Err(error),
            None if ended.len() == 1 => self.of_one(ended),
            None => self.of_several(class, ended),
        }
    }

    fn class(&self) -> Option<Class> {
        let failure = self.failure.as_ref().map(Error::class);
        let classes = self.ended.iter().filter_map(Ended::class).chain(failure);
        classes.max_by_key(|class| class.severity())
    }

    /// What the others should hear of, by database.
    fn troubles(&self) -> Vec<String> {
        let failure = self.failure.as_ref().map(Error::summary);
        let of_databases = self.ended.iter().flat_map(|ended| {
            let database = ended.database();
            ended
                .troubles()
                .into_iter()
                .map(move |text| format!("`{database}`: {text}"))
        });
        failure.into_iter().chain(of_databases).collect()
    }

    fn of_one(&self, ended: Vec<Ended>) -> Result<(), Error> {
        let mut errors: Vec<Error> = ended.into_iter().flat_map(Ended::into_errors).collect();
        let Some(worst) = errors.pop() else {
            return Ok(());
        };
        for error in &errors {
            self.terminal.error(error);
        }
        Err(worst)
    }

    fn of_several(&self, class: Option<Class>, ended: Vec<Ended>) -> Result<(), Error> {
        let count = ended.len();
        let mut failed = Vec::new();
        let mut noted = Vec::new();
        for ended in ended {
            let database = ended.database().clone();
            if ended.outcome.is_err() {
                failed.push(database.to_string());
            } else if ended.class().is_some() {
                noted.push(database.to_string());
            }
            for error in ended.into_errors() {
                self.terminal.error(&error.context(format!("`{database}`")));
            }
        }
        let Some(class) = class else {
            return Ok(());
        };
        let mut parts = Vec::new();
        if !failed.is_empty() {
            let names = failed.join(", ");
            parts.push(format!(
                "{} of {count} backups failed: {names}",
                failed.len()
            ));
        }
        if !noted.is_empty() {
            let names = noted.join(", ");
            parts.push(format!("{} of {count} have warnings: {names}", noted.len()));
        }
        Err(Error::new(class, parts.join("; ")))
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if self.is_closed {
            return;
        }
        let mut troubles = self.troubles();
        if let Some(events) = self.running.take() {
            let phase = events.current_phase();
            let doing = phase.map_or("began", crate::backup::Phase::doing);
            troubles.push(format!(
                "`{}`: broken off while it {doing}",
                events.database()
            ));
            events.emit(&Event::Failed {
                exit_code: Class::Interrupted as u8,
                phase,
                error: "interrupted".to_owned(),
            });
        }
        let text = message(&host(), &Ending::Interrupted, &troubles);
        let notifier = self.notifier.clone();
        // A drop can't wait: it is done before the process ends.
        drop(CleanUp::new(async move {
            notifier.interrupted(&text).await;
        }));
    }
}

enum Ending {
    Exit(Option<Class>),
    Interrupted,
}

/// What a webhook is told.
fn message(host: &str, ending: &Ending, troubles: &[String]) -> String {
    let how = match ending {
        Ending::Exit(Some(Class::Warnings)) => {
            format!("needs attention (exit code {})", Class::Warnings as u8)
        }
        Ending::Exit(Some(class)) => format!("failed (exit code {})", *class as u8),
        Ending::Exit(None) => "ended".to_owned(),
        Ending::Interrupted => "was interrupted".to_owned(),
    };
    let lines = troubles.iter().map(|trouble| format!("\n- {trouble}"));
    format!(
        "pgferry backup on {host} {how}{}",
        lines.collect::<String>()
    )
}

fn host() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| "this host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_where_what_and_how_bad() {
        let troubles = ["`a`: can't connect to the server".to_owned()];
        assert_eq!(
            message("web1", &Ending::Exit(Some(Class::TargetFailed)), &troubles),
            "pgferry backup on web1 failed (exit code 6)\n- `a`: can't connect to the server"
        );
        assert_eq!(
            message("web1", &Ending::Exit(Some(Class::Warnings)), &troubles[..0]),
            "pgferry backup on web1 needs attention (exit code 8)"
        );
        assert_eq!(
            message("web1", &Ending::Interrupted, &[]),
            "pgferry backup on web1 was interrupted"
        );
    }
}
