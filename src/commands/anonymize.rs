//! `pgferry anonymize`

use std::path::Path;

use pgferry_core::anonymize::{AnonymizeReport, Columns, Options};

use crate::anonymize::{self, AnonymizeFailure, Outcome, Output};
use crate::cli;
use crate::error::Error;
use crate::settings::{Environment, Settings};
use crate::source::Source;
use crate::ui::{Align, Table, Terminal, format};

pub async fn run(
    args: cli::Anonymize,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let output = match &args.output {
        _ if args.report => Output::Nowhere,
        None => Output::Stdout,
        Some(path) if path == Path::new("-") => Output::Stdout,
        Some(path) => Output::File(path.clone()),
    };
    let key_file = settings.backup_directory.value.join(anonymize::KEY_FILE);
    let key = anonymize::load_key(environment.variable("PGFERRY_ANON_KEY"), &key_file)?;
    let mut options = Options {
        key: Some(key),
        columns: Columns::default(),
        rules: settings.rules.value.clone(),
    };
    let outcome = match args
        .source
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    {
        None => {
            for column in args.unique {
                options.columns.set_unique(column);
            }
            let progress = terminal.progress("anonymise", None);
            anonymize::stream(options, &output, &progress).await?
        }
        Some(path) => {
            let source = Source::open(path)?;
            let progress = terminal.progress("read", Some(source.size()));
            let schema = anonymize::of_source(&source, &progress).await?;
            progress.finish();
            options.columns = Columns::from(&schema);
            for column in args.unique {
                options.columns.set_unique(column);
            }
            let errors = options.rules.check(&options.columns);
            if !errors.is_empty() {
                return Err(AnonymizeFailure::Rules { errors }.into());
            }
            let progress = terminal.progress("anonymise", Some(source.size()));
            let looking = anonymize::oracle::options(&options.rules, &schema);
            anonymize::file(&source, options, looking, &output, &progress).await?
        }
    };
    if args.report {
        print_report(&outcome.report, terminal)?;
    }
    terminal.say(&line(&outcome));
    Ok(())
}

fn line(outcome: &Outcome) -> String {
    let columns = outcome
        .report
        .columns
        .values()
        .filter(|column| column.replaced > 0)
        .count() as u64;
    format!(
        "replaced {} in {}; the leak oracle found none left",
        format::counted(outcome.report.replaced, "address", "addresses"),
        format::counted(columns, "column", "columns"),
    )
}

fn print_report(report: &AnonymizeReport, terminal: &Terminal) -> Result<(), Error> {
    let mut table = Table::new(&[
        ("table", Align::Left),
        ("column", Align::Left),
        ("rule", Align::Left),
        ("addresses", Align::Right),
        ("replaced", Align::Right),
        ("kept apart", Align::Left),
    ]);
    for ((name, column), found) in &report.columns {
        table.row(vec![
            name.clone(),
            column.clone(),
            found.rule.to_owned(),
            format::count(found.found),
            format::count(found.replaced),
            if found.unique { "yes" } else { "" }.to_owned(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}
