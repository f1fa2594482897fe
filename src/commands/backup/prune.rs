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
    let directory = if args.dry_run {
        BackupDirectory::open(path)?
    } else {
        BackupDirectory::open_to_write(path)?
    };
    let mut without: Vec<String> = Vec::new();
    let mut verdicts = Vec::new();
    for database in databases {
        let plan = if args.dry_run {
            let now = Timestamp::now();
            PrunePlan::make(&directory, database, policy(settings), now, None).await?
        } else {
            backup::prune(&directory, database, policy(settings)).await?
        };
        if plan.verdicts().is_empty() {
            without.push(format!("`{database}`"));
        }
        verdicts.extend_from_slice(plan.verdicts());
    }
    if args.json {
        terminal.print_json(&verdicts)?;
    } else if !verdicts.is_empty() {
        tell(&verdicts, args.dry_run, terminal)?;
    }
    if without.is_empty() {
        return Ok(());
    }
    let text = format!(
        "there are no sets of {} in {}",
        without.join(", "),
        path.display()
    );
    Err(Error::new(Class::NothingMatched, text)
        .with_hint(format!("`ls {}` shows what there is", path.display())))
}

fn tell(verdicts: &[Verdict], is_dry_run: bool, terminal: &Terminal) -> Result<(), Error> {
    show(verdicts, is_dry_run, terminal)?;
    let removed = verdicts.iter().filter(|set| set.removed);
    let (count, bytes) = removed.fold((0, 0), |(count, bytes), set| (count + 1, bytes + set.size));
    terminal.say(&format!(
        "{} {} ({})",
        if is_dry_run {
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
