//! `pgferry anonymize`

use std::path::Path;

use pgferry_core::anonymize::survey::{self, Confidence, Meaning, SurveyReport};
use pgferry_core::anonymize::{AnonymizeReport, Columns, Options, Rules};
use serde::Serialize;

use crate::anonymize::{self, AnonymizeFailure, Outcome, Output};
use crate::cli;
use crate::error::{Class, Error};
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
    let path = args
        .source
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    let Some(path) = path else {
        if args.report || args.suggest {
            return Err(
                Error::new(Class::Usage, "a report reads its dump more than once")
                    .with_hint("name a file instead of standard input"),
            );
        }
        for column in args.unique {
            options.columns.set_unique(column);
        }
        let progress = terminal.progress("anonymise", None);
        let outcome = anonymize::stream(options, &output, &progress).await?;
        terminal.say(&line(&outcome));
        return Ok(());
    };
    let source = Source::open(path)?;
    if args.suggest {
        return suggest(&source, &options.rules, terminal).await;
    }
    let progress = terminal.progress("read", Some(source.size()));
    let schema = source.definitions(&progress).await?;
    progress.finish();
    options.columns = Columns::from(&schema);
    for column in args.unique {
        options.columns.set_unique(column);
    }
    let errors = options.rules.check(&options.columns);
    if !errors.is_empty() {
        return Err(AnonymizeFailure::Rules { errors }.into());
    }
    let rules = options.rules.clone();
    let looking = anonymize::oracle::options(&rules, &schema);
    let progress = terminal.progress("anonymise", Some(source.size()));
    let outcome = anonymize::file(&source, options, looking, &output, &progress).await?;
    progress.finish();
    if args.report {
        let survey = survey(&source, terminal).await?;
        print_report(&outcome.report, &survey, &rules, args.json, terminal)?;
    }
    terminal.say(&line(&outcome));
    Ok(())
}

async fn survey(source: &Source, terminal: &Terminal) -> Result<SurveyReport, Error> {
    let progress = terminal.progress("survey", Some(source.size()));
    let survey = anonymize::survey(source, &progress).await?;
    progress.finish();
    Ok(survey)
}

async fn suggest(source: &Source, rules: &Rules, terminal: &Terminal) -> Result<(), Error> {
    let survey = survey(source, terminal).await?;
    let text = survey::suggest(&survey, |schema, table, column| {
        rules.name_column(schema, table, column)
    });
    if text.is_empty() {
        terminal.say("every column that looks personal has a rule");
        return Ok(());
    }
    terminal.print(text.trim_end())
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

/// What was done in one column, for `--json`.
#[derive(Debug, Serialize)]
struct ColumnLine<'a> {
    table: &'a str,
    column: &'a str,
    rule: &'a str,
    found: u64,
    replaced: u64,
    changed: u64,
    kept_apart: bool,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    columns: Vec<ColumnLine<'a>>,
    replaced_elsewhere: u64,
    survey: &'a SurveyReport,
}

fn print_report(
    report: &AnonymizeReport,
    survey: &SurveyReport,
    rules: &Rules,
    json: bool,
    terminal: &Terminal,
) -> Result<(), Error> {
    let columns = report
        .columns
        .iter()
        .map(|((table, column), found)| ColumnLine {
            table,
            column,
            rule: found.rule,
            found: found.found,
            replaced: found.replaced,
            changed: found.changed,
            kept_apart: found.unique,
        });
    let columns: Vec<ColumnLine<'_>> = columns.collect();
    if json {
        return terminal.print_json(&Report {
            columns,
            replaced_elsewhere: report.elsewhere_replaced,
            survey,
        });
    }
    let mut table = Table::new(&[
        ("table", Align::Left),
        ("column", Align::Left),
        ("rule", Align::Left),
        ("addresses", Align::Right),
        ("replaced", Align::Right),
        ("changed", Align::Right),
        ("kept apart", Align::Left),
    ]);
    for line in columns {
        table.row(vec![
            line.table.to_owned(),
            line.column.to_owned(),
            line.rule.to_owned(),
            format::count(line.found),
            format::count(line.replaced),
            format::count(line.changed),
            if line.kept_apart { "yes" } else { "" }.to_owned(),
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))?;
    print_personal(survey, rules, terminal)
}

/// Columns that look personal and that no rule names. Shapes only: never a value.
fn print_personal(survey: &SurveyReport, rules: &Rules, terminal: &Terminal) -> Result<(), Error> {
    let mut table = Table::new(&[
        ("table", Align::Left),
        ("column", Align::Left),
        ("looks like", Align::Left),
        ("share", Align::Right),
        ("shapes", Align::Left),
    ]);
    let mut is_empty = true;
    for tabled in &survey.tables {
        for column in &tabled.columns {
            let Some(verdict) = column
                .verdict
                .filter(|verdict| verdict.meaning != Meaning::Email)
            else {
                continue;
            };
            if rules.name_column(&tabled.schema, &tabled.table, &column.name) {
                continue;
            }
            is_empty = false;
            table.row(vec![
                format!("{}.{}", tabled.schema, tabled.table),
                column.name.clone(),
                words(verdict.meaning, verdict.confidence),
                format!("{:.0}%", verdict.share * 100.0),
                column.shapes.join("  "),
            ]);
        }
    }
    if is_empty {
        return Ok(());
    }
    terminal.print("\nlooks personal, and no rule names it (--suggest prints rules):")?;
    table.lines().try_for_each(|line| terminal.print(&line))
}

/// `password-hash`, `possible token`.
fn words(meaning: Meaning, confidence: Confidence) -> String {
    let word = |value: serde_json::Result<serde_json::Value>| {
        value
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let meaning = word(serde_json::to_value(meaning));
    if confidence == Confidence::Likely {
        meaning
    } else {
        format!("possible {meaning}")
    }
}
