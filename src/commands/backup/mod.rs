//! `pgferry backup`

mod databases;
mod pending;
mod prune;
mod report;

use pgferry_core::backup::{Database, Policy};

use self::report::Report;
use super::open_store;
use crate::backup::{
    self, BackupDirectory, CheckIn, Events, Notifier, Outcome, Plan, SecretUrl, TestContainer,
    TestTarget,
};
use crate::cli::{self, Global, TestRestore};
use crate::error::{Class, Error};
use crate::settings::{Environment, Settings};
use crate::target::{Clusters, Connection};
use crate::ui::Terminal;

pub async fn run(
    args: &cli::Backup,
    global: &Global,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    if args.prune_only {
        let databases = databases::named(global, settings, environment)?;
        return prune::run(args, &databases, settings, terminal).await;
    }
    if args.upload_pending {
        let databases = databases::named(global, settings, environment)?;
        return pending::run(args, &databases, settings, terminal).await;
    }
    let mut report = Report::new(notifier(args, settings), terminal);
    report.started().await;
    match databases::all(global, settings, environment).await {
        Ok(databases) => {
            report.expect(databases.len());
            for database in databases {
                let output = args.json.then(|| terminal.clone());
                let events = report.begin(Events::new(database.clone(), output));
                let outcome = one(args, database, settings, environment, &events, terminal).await;
                report.end(outcome);
            }
        }
        Err(error) => report.fail(error),
    }
    report.close().await
}

/// The run of one database.
async fn one(
    args: &cli::Backup,
    database: Database,
    settings: &Settings,
    environment: &Environment,
    events: &Events,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let plan = Plan {
        level: args.level,
        connection: Connection::from_environment().with_database(database.as_str()),
        directory: BackupDirectory::open_to_write(&settings.backup_directory.value)?,
        database,
        store: match &settings.store {
            _ if args.no_upload => None,
            Some(_) => {
                let (store, _) = open_store(settings).await?;
                store.takes_uploads()?;
                Some(store)
            }
            None => None,
        },
        stays: args.no_upload,
        policy: policy(settings),
        test_restore: args.test_restore.map(|target| match target {
            TestRestore::Local => {
                TestTarget::Local(Clusters::of_test_restores(&settings.local_directory.value))
            }
            TestRestore::Container => TestTarget::Container(TestContainer {
                environment: environment.clone(),
                data_directory: settings.local_directory.value.clone(),
                image: settings.container_image.value.clone(),
                user: settings.container_user.value.clone(),
            }),
        }),
        anonymizer_key: environment.variable("PGFERRY_ANON_KEY").map(str::to_owned),
        rules: settings.rules.value.clone(),
    };
    let outcome = backup::run(&plan, events, terminal).await?;
    if is_unplaced(args, settings) {
        let text = "no store is set, so the set is on this host only";
        events.alarm(Error::new(Class::Warnings, text).with_hint(
            "set S3_BUCKET and S3_PATH, or `store` in pgferry.toml; --no-upload says that it shall stay here",
        ));
    }
    Ok(outcome)
}

/// Settings that can't be read keep a host's backup from being made: whoever is told of failures is told, as far as the
/// environment says who that is.
pub(super) async fn without_settings(
    args: &cli::Backup,
    error: Error,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    if args.prune_only || args.upload_pending {
        return Err(error);
    }
    let url = |name| {
        environment
            .variable(name)
            .and_then(|url| SecretUrl::parse(url).ok())
    };
    let style = environment
        .variable("CHECKIN_STYLE")
        .and_then(|style| style.parse().ok());
    let notifier = Notifier {
        check_in: url("CHECKIN_URL").map(|url| CheckIn {
            url,
            style: style.unwrap_or_default(),
        }),
        webhook: url("BACKUP_WEBHOOK_URL"),
    };
    let mut report = Report::new(notifier, terminal);
    report.fail(error);
    report.close().await
}

fn policy(settings: &Settings) -> Policy {
    Policy {
        keep_days: settings.keep_days.value,
        keep_sets: settings.keep_sets.value,
    }
}

fn notifier(args: &cli::Backup, settings: &Settings) -> Notifier {
    let check_in = settings.checkin_url.as_ref().map(|url| CheckIn {
        url: url.value.clone(),
        style: settings.checkin_style.value,
    });
    Notifier {
        // A set that nobody has but this host is not what the monitor watches for.
        check_in: check_in.filter(|_| !is_unplaced(args, settings)),
        webhook: settings.webhook_url.as_ref().map(|url| url.value.clone()),
    }
}

/// Whether sets stay on this host without anybody having said that they shall.
fn is_unplaced(args: &cli::Backup, settings: &Settings) -> bool {
    settings.store.is_none() && !args.no_upload
}
