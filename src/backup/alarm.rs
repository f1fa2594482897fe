//! What a set that was made well may hide: that it is much smaller than the last one, as when a table was emptied by
//! mistake, and that its anonymised artefact may not restore.

use pgferry_core::anonymize::AnonymizeReport;
use pgferry_core::backup::{Database, Manifest};
use pgferry_core::dump::schema::{Doubt, Obstacle};

use super::{BackupDirectory, BackupError};
use crate::error::{Class, Error};
use crate::ui::format;

/// The alarm over `manifest`, whose set is not published yet, if one is due.
pub(super) fn shrinkage(
    directory: &BackupDirectory,
    database: &Database,
    manifest: &Manifest,
) -> Result<Option<Error>, BackupError> {
    let sets = directory.sets(database)?;
    let whole = sets
        .iter()
        .filter(|(taken_at, set)| set.facts(**taken_at).verified);
    let last = whole
        .filter_map(|(_, set)| set.manifest.as_ref())
        .next_back();
    Ok(last.and_then(|last| compare(last, manifest)))
}

/// Columns that a text names.
const NAMED: usize = 3;

/// The alarm over pseudonyms that the definitions may refuse, if one is due. Columns in which nothing was replaced hold
/// what they held.
pub(super) fn unrestorable(doubts: &[Doubt], report: &AnonymizeReport) -> Option<Error> {
    let mut found = doubts.iter().filter_map(|doubt| {
        let column = String::from_utf8_lossy(&doubt.column).into_owned();
        let key = (doubt.table.to_string(), column);
        let is_replaced = report.columns.get(&key)?.replaced > 0;
        is_replaced.then_some((key.0, key.1, doubt.obstacle))
    });
    let named: Vec<(String, String, Obstacle)> = found.by_ref().take(NAMED).collect();
    let (table, column, obstacle) = named.first()?;
    let columns: Vec<String> = named
        .iter()
        .map(|(table, column, obstacle)| {
            let why = match obstacle {
                Obstacle::Check => "which a check reads",
                Obstacle::Domain => "whose domain has a check",
                Obstacle::Partition => "by which rows find their partition",
                Obstacle::Key => "of which something computed has to be unique",
            };
            format!("{column} of {table}, {why}")
        })
        .collect();
    let more = match found.count() {
        0 => String::new(),
        more => format!("; and in {more} more"),
    };
    let rule = match obstacle {
        // No other value finds its way either.
        Obstacle::Partition => format!("`truncate = [{table:?}]` below `[anonymize]`"),
        _ => format!("`[anonymize.columns.{table:?}]`, `{column:?} = \"null\"` or another value"),
    };
    let text = format!(
        "nobody knows whether the anonymised artefact can be restored: addresses were replaced in {}{more}",
        columns.join("; in ")
    );
    Some(Error::new(Class::Warnings, text).with_hint(format!(
        "`pgferry backup --test-restore` tells, each night; if it can't be, a rule in pgferry.toml helps: {rule}"
    )))
}

fn compare(last: &Manifest, new: &Manifest) -> Option<Error> {
    // Only what both hold can be compared.
    let both = last
        .artefacts
        .iter()
        .filter_map(|(kind, record)| Some((record.size, new.artefacts.get(kind)?.size)));
    let (before, now) = both.fold((0_u64, 0_u64), |(before, now), (a, b)| {
        (before.saturating_add(a), now.saturating_add(b))
    });
    if now.saturating_mul(2) >= before {
        return None;
    }
    let text = format!(
        "the set is less than half as large as the last one, of {}: {} after {}, {} after {}, {} after {}",
        format::minute(last.taken_at),
        format::size(now),
        format::size(before),
        format::counted(new.tables.len() as u64, "table", "tables"),
        format::count(last.tables.len() as u64),
        format::counted(new.rows(), "row", "rows"),
        format::count(last.rows()),
    );
    Some(Error::new(Class::Warnings, text).with_hint(format!(
        "look at the database before the older sets are gone; if it is as it should be, the next run says nothing: \
         `pgferry backup --prune-only --dry-run -d {}` lists what is kept",
        new.database
    )))
}

#[cfg(test)]
mod tests {
    use pgferry_core::backup::{ArtefactRecord, Kind};

    use super::*;

    fn manifest(sizes: &[(Kind, u64)]) -> Manifest {
        let mut manifest = Manifest::from_json(
            br#"{"manifest_version": 1, "database": "d", "taken_at": "2026-11-21T04:00:00Z",
                "tool": {"name": "pgferry", "version": "0"}, "server_version": "15", "pg_dump_version": "15",
                "artefacts": {}, "tables": [], "addresses_replaced": 0}"#,
        )
        .unwrap();
        for (kind, size) in sizes {
            let record = ArtefactRecord {
                file: String::new(),
                size: *size,
                sha256: String::new(),
                crc64nvme: None,
                raw_sha256: None,
                raw_crc64nvme: None,
                raw_size: None,
            };
            manifest.artefacts.insert(*kind, record);
        }
        manifest
    }

    #[test]
    fn below_half_is_an_alarm() {
        use Kind::{Anon, Dump, Full};
        type Sizes = &'static [(Kind, u64)];
        let table: [(Sizes, Sizes, bool); 6] = [
            (
                &[(Full, 100), (Anon, 100)],
                &[(Full, 50), (Anon, 50)],
                false,
            ),
            (&[(Full, 100), (Anon, 100)], &[(Full, 50), (Anon, 49)], true),
            (&[(Full, 100)], &[(Full, 1000)], false),
            (&[(Full, 101)], &[(Full, 50)], true),
            // A kind that one of them lacks says nothing.
            (&[(Full, 100), (Dump, 1000)], &[(Full, 90)], false),
            (&[], &[(Full, 1)], false),
        ];
        for (last, new, alarm) in table {
            let found = compare(&manifest(last), &manifest(new));
            assert_eq!(found.is_some(), alarm, "{last:?} {new:?}");
        }
    }
}
