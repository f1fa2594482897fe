//! Whether a restore into a server can be done, as far as that can be known before anything is changed.

use super::parts::{Chosen, Contents};
use super::{Dump, Way, check_dump};
use crate::cli;
use crate::error::Error;
use crate::restore::{self, Finding, Status};
use crate::target::{Access, ServerFacts};
use crate::ui::{Align, Table, Terminal, format};

pub(super) struct Preflight(Vec<Finding>);

impl Preflight {
    /// What can't be done at all was an error before.
    pub async fn of(
        dump: &Dump,
        contents: &Contents,
        chosen: &Chosen,
        way: &Way,
        access: &Access,
        server: &ServerFacts,
    ) -> Result<Self, Error> {
        let roles = contents.roles();
        let mut findings = restore::preflight(&dump.source, &roles, access, server).await?;
        let extensions = match chosen.extensions.as_slice() {
            [] => "none are created".to_owned(),
            names => format!("{} can be had", names.join(", ")),
        };
        findings.push(Finding::ok("extensions", extensions));
        let says = match way {
            Way::Replace(_) => {
                "a new database takes the old one's place when it is complete".to_owned()
            }
            Way::InPlace(None) => "in place, in one transaction, as you wish".to_owned(),
            Way::InPlace(Some(reason)) => format!("in place, in one transaction: {reason}"),
        };
        findings.push(Finding::ok("way", says));
        for finding in &findings {
            tracing::info!(
                "{}: {}: {}",
                finding.check,
                finding.status.word(),
                finding.says
            );
        }
        Ok(Self(findings))
    }

    /// Says what may not go well.
    pub fn warn(&self, terminal: &Terminal) {
        for finding in self
            .0
            .iter()
            .filter(|finding| finding.status == Status::Warning)
        {
            terminal.say(&format!("note: {}", finding.says));
        }
    }

    /// Reads the dump to its end, and prints what was found.
    pub async fn dry_run(
        mut self,
        dump: &Dump,
        chosen: &Chosen,
        server: &ServerFacts,
        args: &cli::Restore,
        terminal: &Terminal,
    ) -> Result<(), Error> {
        let mut options = chosen.options.clone();
        options.server_major = Some(server.major());
        let report = check_dump(dump, options, terminal).await?;
        let rows = report.tables.iter().map(|table| table.rows).sum();
        let whole = format!(
            "{} is whole: {}, {}",
            dump.title,
            format::counted(report.tables.len() as u64, "table", "tables"),
            format::counted(rows, "row", "rows")
        );
        self.0.insert(0, Finding::ok("dump", whole));
        let notes = report.notes.iter().map(ToString::to_string);
        for note in notes.chain(chosen.notes.iter().cloned()) {
            self.0.push(Finding::ok("note", note));
        }
        if args.json {
            return terminal.print_json(&self.0);
        }
        let mut table = Table::new(&[
            ("check", Align::Left),
            ("", Align::Left),
            ("what was found", Align::Left),
        ]);
        for finding in self.0 {
            let status = finding.status.word().to_owned();
            table.row(vec![finding.check.to_owned(), status, finding.says]);
        }
        table.lines().try_for_each(|line| terminal.print(&line))?;
        terminal.say(&format!(
            "nothing was changed: without `--dry-run`, `{}` on {} gets {}",
            server.database,
            if server.host.is_empty() {
                "this machine"
            } else {
                &server.host
            },
            dump.title
        ));
        Ok(())
    }
}
