//! `pgferry backup --prune-only`

use jiff::{SignedDuration, Timestamp};
use pgferry_core::backup::Database;

use super::policy;
use crate::backup::{self, BackupDirectory, PrunePlan, Verdict};
use crate::cli;
use crate::error::{Class, Error};
use crate::settings::Settings;
use crate::ui::{Align, Table, Terminal, format};

pub(super) async fn run(
    args: &cli::Backup,
    databases: &[Database],
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(), Error> {
    let path = &settings.backup_directory.value;
    if !path.is_dir() {
        return Err(Error::new(
            Class::NothingMatched,
            format!("there is no backup directory {}", path.display()),
        )
        .with_hint("`pgferry config` shows where `backup.directory` was set"));
    }
    let directory = BackupDirectory::open(path)?;
    let mut verdicts = Vec::new();
    for database in databases {
        let plan = if args.dry_run {
            let now = Timestamp::now();
            PrunePlan::make(&directory, database, policy(settings), now, None).await?
        } else {
            backup::prune(&directory, database, policy(settings)).await?
        };
        verdicts.extend_from_slice(plan.verdicts());
    }
    if args.json {
        return terminal.print_json(&verdicts);
    }
    if verdicts.is_empty() {
        let names: Vec<String> = databases.iter().map(|name| format!("`{name}`")).collect();
        terminal.say(&format!(
            "there are no sets of {} in {}",
            names.join(", "),
            path.display()
        ));
        return Ok(());
    }
    show(&verdicts, args.dry_run, terminal)?;
    let removed = verdicts.iter().filter(|set| set.removed);
    let (count, bytes) = removed.fold((0, 0), |(count, bytes), set| (count + 1, bytes + set.size));
    terminal.say(&format!(
        "{} {} ({})",
        if args.dry_run {
            "would remove"
        } else {
            "removed"
        },
        format::counted(count, "set", "sets"),
        format::size(bytes)
    ));
    Ok(())
}

fn show(verdicts: &[Verdict], is_dry_run: bool, terminal: &Terminal) -> Result<(), Error> {
    let mut table = Table::new(&[
        ("database", Align::Left),
        ("set (UTC)", Align::Left),
        ("age", Align::Right),
        ("size", Align::Right),
        ("verified", Align::Left),
        ("uploaded", Align::Left),
        (if is_dry_run { "would be" } else { "was" }, Align::Left),
        ("why", Align::Left),
    ]);
    let answer = |truth| if truth { "yes" } else { "no" }.to_owned();
    for set in verdicts {
        let (policy, reason) = set.why;
        table.row(vec![
            set.database.to_string(),
            format::time(set.taken_at),
            format::age(SignedDuration::from_secs(set.age_seconds)),
            format::size(set.size),
            answer(set.verified),
            answer(set.uploaded),
            if set.removed { "removed" } else { "kept" }.to_owned(),
            policy.explain(reason).to_string(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}
