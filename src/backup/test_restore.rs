//! A backup is as good as its restore: the anonymised artefact is loaded into a throwaway target, as a developer would,
//! and the rows are counted there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pgferry_core::backup::{Manifest, TestOutcome, TestRestoreRecord};
use pgferry_core::dump::LoadOptions;

use crate::error::{Class, Error};
use crate::restore;
use crate::settings::Environment;
use crate::source::Source;
use crate::target::{Access, Cluster, Clusters, Containers, Engine, Wanted};
use crate::ui::{Terminal, format};

/// The database of the throwaway target.
const DATABASE: &str = "restored";
/// Tables that a text names.
const NAMED: usize = 3;

/// Where a test restore goes.
#[derive(Debug, Clone)]
pub enum TestTarget {
    /// A cluster of its own, which is removed afterwards.
    Local(Clusters),
    /// A container without a volume, which is removed afterwards.
    Container(TestContainer),
}

/// How a container is made for a test.
#[derive(Debug, Clone)]
pub struct TestContainer {
    /// Says which engine is meant.
    pub environment: Environment,
    /// Where locks and password files stand.
    pub data_directory: PathBuf,
    pub image: String,
    pub user: String,
}

/// Restores the artefact at `anon` and counts its rows. `truncated` are the tables whose rows the rules leave out.
/// Returns what the manifest should say, and the alarm if it did not pass.
pub(super) async fn run(
    target: &TestTarget,
    anon: &Path,
    manifest: &Manifest,
    truncated: &BTreeSet<String>,
    terminal: &Terminal,
) -> (TestRestoreRecord, Option<Error>) {
    let mut record = TestRestoreRecord {
        target: target.word().to_owned(),
        outcome: TestOutcome::NotRun,
        ended_at: Timestamp::now(),
        server_version: None,
        tables: 0,
        rows: 0,
        reason: None,
    };
    let test = Test {
        anon,
        manifest,
        truncated,
        terminal,
    };
    let tried = match target {
        TestTarget::Local(clusters) => test.in_cluster(clusters, &mut record).await,
        TestTarget::Container(container) => {
            Box::pin(test.in_container(container, &mut record)).await
        }
    };
    record.ended_at = Timestamp::now();
    let alarm = tried.err().map(|error| {
        record.reason = Some(error.summary());
        match record.outcome {
            TestOutcome::NotRun | TestOutcome::NeedsExtension => error
                .context("the test restore could not be tried")
                .of_class(Class::Warnings),
            // Its own hint is for somebody who restores by hand.
            _ => error
                .context("the test restore failed; the set is kept, and its manifest says so")
                .of_class(Class::Corrupt)
                .with_hint(format!(
                    "`pgferry restore --into local {}` shows it again; what a pseudonym does not fit takes a rule in \
                     pgferry.toml, in `[anonymize]`",
                    anon.display()
                )),
        }
    });
    (record, alarm)
}

impl TestTarget {
    fn word(&self) -> &'static str {
        match self {
            Self::Local(_) => "local",
            Self::Container(_) => "container",
        }
    }
}

/// What is to be tried.
struct Test<'a> {
    anon: &'a Path,
    manifest: &'a Manifest,
    truncated: &'a BTreeSet<String>,
    terminal: &'a Terminal,
}

impl Test<'_> {
    async fn in_cluster(
        &self,
        clusters: &Clusters,
        record: &mut TestRestoreRecord,
    ) -> Result<(), Error> {
        let name = &self.manifest.database;
        let _lock = clusters.lock(name)?;
        if let Ok(leftover) = clusters.open(name) {
            leftover.remove()?;
        }
        let cluster = Throwaway(Some(clusters.ensure(name).await?));
        let cluster = cluster.get()?;
        let make = format!("CREATE DATABASE {DATABASE} {};", Cluster::DATABASE_OPTIONS);
        cluster.administration("postgres").query(&make).await?;
        // Without a superuser's rights: the dump can make the server run code, and the server runs on the backups' host.
        let access = cluster.connection(DATABASE);
        let beyond = self.beyond_owner(&cluster.administration(DATABASE)).await?;
        if !beyond.is_empty() {
            record.outcome = TestOutcome::NeedsExtension;
            let text = format!(
                "needs {}, which a local cluster does not have or only makes for a superuser",
                beyond.join(", ")
            );
            return Err(Error::new(Class::Warnings, text).with_hint(
                "`--test-restore=container` restores with a superuser's rights, into the image that \
                 `container.image` names",
            ));
        }
        self.load_and_count(&access, &cluster.administration(DATABASE), record)
            .await
    }

    /// The dump's extensions that nobody but a superuser can make in this database, or nobody at all.
    async fn beyond_owner(&self, admin: &Access) -> Result<Vec<String>, Error> {
        if self.manifest.extensions.is_empty() {
            return Ok(Vec::new());
        }
        let makes = "SELECT DISTINCT e.name FROM pg_catalog.pg_available_extensions e
            JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version
            WHERE v.trusted OR NOT v.superuser OR e.installed_version IS NOT NULL;";
        let made = admin.query(makes).await?;
        let extensions = self.manifest.extensions.iter();
        Ok(extensions
            .filter(|extension| !made.contains(extension))
            .map(|extension| format!("the extension `{extension}`"))
            .collect())
    }

    async fn in_container(
        &self,
        wish: &TestContainer,
        record: &mut TestRestoreRecord,
    ) -> Result<(), Error> {
        let engine = Engine::find(&wish.environment).await?;
        let containers = Containers::new(engine.docker().clone(), &wish.data_directory);
        let database = self.manifest.database.to_string();
        let name = format!("{}-test-restore", Containers::name_for(&database));
        let _lock = containers.lock(&name)?;
        // What a run left that was killed goes now; nothing else of ours has that name.
        if let Some(leftover) = containers.usable(&name).await? {
            containers.remove(&leftover).await?;
        }
        let image = if let Some(image) = containers.image(&wish.image).await? {
            image
        } else {
            let layers = self.terminal.layers(&format!("pull {}", wish.image));
            let pulled = containers.pull(&wish.image, &layers).await;
            layers.finish();
            pulled?
        };
        let wanted = Wanted {
            name,
            image,
            user: wish.user.clone(),
            database: DATABASE.to_owned(),
            port: None,
            is_ephemeral: true,
            is_durable: false,
            source: database,
            version: None,
            taken_at: Some(self.manifest.taken_at),
        };
        // It is not kept, so it goes when this ends, in whatever way.
        let made = containers.make(&wanted).await?;
        let access = &made.reached.access;
        self.load_and_count(access, access, record).await
    }

    /// `admin` sees what row security hides from the owner.
    async fn load_and_count(
        &self,
        access: &Access,
        admin: &Access,
        record: &mut TestRestoreRecord,
    ) -> Result<(), Error> {
        let server = access.facts().await?;
        record.server_version = Some(server.version.clone());

        // From here on it is the artefact that is to blame.
        record.outcome = TestOutcome::Failed;
        let source = Source::open(self.anon)?;
        let progress = self.terminal.progress("test restore", Some(source.size()));
        let options = LoadOptions::default();
        let Manifest {
            database, taken_at, ..
        } = self.manifest;
        let title = format!("{database} of {}", format::minute(*taken_at));
        restore::into_database(&source, &title, access, &server, options, &progress).await?;
        progress.finish();
        let found = count(admin, self.manifest).await?;
        record.tables = found.len() as u64;
        record.rows = found.iter().sum();
        compare(self.manifest, self.truncated, &found)?;
        record.outcome = TestOutcome::Passed;
        Ok(())
    }
}

/// Removed when dropped, with its server.
struct Throwaway(Option<Cluster>);

impl Throwaway {
    fn get(&self) -> Result<&Cluster, Error> {
        self.0
            .as_ref()
            .ok_or_else(|| Error::new(Class::Unexpected, "the throwaway cluster is gone"))
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        if let Some(cluster) = self.0.take() {
            // What can't be removed now, the next test restore removes.
            drop(cluster.remove());
        }
    }
}

/// The rows that the server has, in the manifest's order.
async fn count(admin: &Access, manifest: &Manifest) -> Result<Vec<u64>, Error> {
    // A partition's rows count for it alone, as they were dumped.
    let statements = manifest
        .tables
        .iter()
        .map(|table| format!("SELECT count(*) FROM ONLY {};", table.name));
    let script = statements.collect::<Vec<_>>().join("\n");
    let lines = admin.query(&script).await?;
    let counts: Option<Vec<u64>> = lines.iter().map(|line| line.parse().ok()).collect();
    counts
        .filter(|counts| counts.len() == manifest.tables.len())
        .ok_or_else(|| Error::new(Class::TargetFailed, "the server did not count every table"))
}

fn compare(manifest: &Manifest, truncated: &BTreeSet<String>, found: &[u64]) -> Result<(), Error> {
    let wrong: Vec<String> = manifest
        .tables
        .iter()
        .zip(found)
        .filter_map(|(table, &found)| {
            let expected = if truncated.contains(&table.name) {
                0
            } else {
                table.rows
            };
            (found != expected).then(|| {
                format!(
                    "{} has {}, not {}",
                    table.name,
                    format::count(found),
                    format::count(expected)
                )
            })
        })
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let named = wrong.get(..NAMED.min(wrong.len())).unwrap_or_default();
    let more = match wrong.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Err(Error::new(
        Class::Corrupt,
        format!(
            "other rows came out than the manifest names: {}{more}",
            named.join(", ")
        ),
    ))
}

#[cfg(test)]
mod tests {
    use pgferry_core::backup::TableRecord;

    use super::*;

    #[test]
    fn rows_must_be_those_of_the_manifest() {
        let mut manifest = Manifest::from_json(
            br#"{"manifest_version": 1, "database": "d", "taken_at": "2026-11-21T04:00:00Z",
                "tool": {"name": "pgferry", "version": "0"}, "server_version": "15", "pg_dump_version": "15",
                "artefacts": {}, "tables": [], "addresses_replaced": 0}"#,
        )
        .unwrap();
        for (name, rows) in [
            ("public.a", 1000),
            ("public.b", 2),
            ("public.c", 3),
            ("public.d", 4),
            ("public.log", 5),
        ] {
            manifest.tables.push(TableRecord {
                name: name.to_owned(),
                rows,
                bytes: 0,
            });
        }
        let truncated = BTreeSet::from(["public.log".to_owned()]);
        let outcome = |found: &[u64]| {
            compare(&manifest, &truncated, found).map_err(|error| error.to_string())
        };
        assert_eq!(outcome(&[1000, 2, 3, 4, 0]), Ok(()));
        assert_eq!(
            outcome(&[999, 2, 3, 4, 5]).unwrap_err(),
            "other rows came out than the manifest names: public.a has 999, not 1,000, public.log has 5, not 0"
        );
        assert!(
            outcome(&[0, 0, 0, 0, 0])
                .unwrap_err()
                .ends_with("public.c has 0, not 3 and 1 more")
        );
    }
}
