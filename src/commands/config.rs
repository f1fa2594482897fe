//! `pgferry config`

use pgferry_core::backup::Database;
use serde::Serialize;

use crate::cli;
use crate::error::Error;
use crate::settings::{Environment, Origin, Setting, Settings};
use crate::ui::{Align, Table, Terminal};

/// libpq's variables, which pgferry passes on.
const CONNECTION: [&str; 8] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGSSLMODE",
    "PGPASSFILE",
    "PGSERVICE",
];

#[derive(Debug, Serialize)]
struct Line {
    setting: &'static str,
    value: Option<String>,
    origin: String,
}

pub fn run(
    args: &cli::Config,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let lines = lines(settings, environment);
    if args.json {
        return terminal.print_json(&lines);
    }
    let mut table = Table::new(&[
        ("setting", Align::Left),
        ("value", Align::Left),
        ("from", Align::Left),
    ]);
    for line in lines {
        table.row(vec![
            line.setting.to_owned(),
            line.value.unwrap_or_else(|| "-".to_owned()),
            line.origin,
        ]);
    }
    table.lines().try_for_each(|line| terminal.print(&line))
}

fn lines(settings: &Settings, environment: &Environment) -> Vec<Line> {
    let mut lines = vec![
        optional("store", settings.store.as_ref()),
        optional("database", settings.database.as_ref()),
        line("kind", &settings.kind),
        optional("s3.region", settings.s3_region.as_ref()),
        optional("s3.endpoint", settings.s3_endpoint.as_ref()),
        optional("s3.path_style", settings.s3_path_style.as_ref()),
        shown("backup.databases", &settings.backup_databases, |names| {
            let names: Vec<&str> = names.iter().map(Database::as_str).collect();
            names.join(", ")
        }),
        optional("s3.checksums", settings.s3_checksums.as_ref()),
        shown("backup.directory", &settings.backup_directory, |path| {
            path.display().to_string()
        }),
        line("backup.keep_days", &settings.keep_days),
        line("backup.keep_sets", &settings.keep_sets),
        optional("backup.checkin_url", settings.checkin_url.as_ref()),
        line("backup.checkin_style", &settings.checkin_style),
        optional("backup.webhook_url", settings.webhook_url.as_ref()),
        shown("restore.into", &settings.into, |into| {
            into.word().to_owned()
        }),
        shown("restore.allow_hosts", &settings.allow_hosts, |hosts| {
            hosts.join(", ")
        }),
        shown("restore.after", &settings.after, |hooks| {
            let hooks: Vec<String> = hooks.iter().map(ToString::to_string).collect();
            hooks.join(", ")
        }),
        line("snapshot.keep", &settings.snapshot_keep),
        line("snapshot.max_size", &settings.snapshot_size),
        line("container.image", &settings.container_image),
        line("container.user", &settings.container_user),
        optional("container.database", settings.container_database.as_ref()),
        shown("cache.directory", &settings.cache_directory, |path| {
            path.display().to_string()
        }),
        line("cache.keep", &settings.cache_keep),
        line("cache.max_size", &settings.cache_size),
        shown("local.directory", &settings.local_directory, |path| {
            path.display().to_string()
        }),
    ];
    for variable in CONNECTION {
        if let Some(value) = environment.variable(variable) {
            lines.push(Line {
                setting: variable,
                value: Some(value.to_owned()),
                origin: "environment".to_owned(),
            });
        }
    }
    if environment.variable("PGPASSWORD").is_some() {
        lines.push(Line {
            setting: "PGPASSWORD",
            value: Some("(set)".to_owned()),
            origin: "environment".to_owned(),
        });
    }
    lines
}

fn shown<T>(setting: &'static str, from: &Setting<T>, show: impl FnOnce(&T) -> String) -> Line {
    let value = Some(show(&from.value)).filter(|value| !value.is_empty());
    Line {
        setting,
        value,
        origin: from.origin.to_string(),
    }
}

fn line<T: ToString>(setting: &'static str, from: &Setting<T>) -> Line {
    shown(setting, from, ToString::to_string)
}

fn optional<T: ToString>(setting: &'static str, from: Option<&Setting<T>>) -> Line {
    from.map_or_else(|| unset(setting), |from| line(setting, from))
}

fn unset(setting: &'static str) -> Line {
    Line {
        setting,
        value: None,
        origin: Origin::Default.to_string(),
    }
}
