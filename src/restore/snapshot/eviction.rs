//! Which automatic snapshots give way to a new one. Those that a user made never do.

use super::Found;

/// What automatic snapshots may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many there may be of one database.
    pub keep: usize,
    /// Bytes that all of a server's may have.
    pub size: u64,
}

/// Those that go so that one of `size` bytes, made of the database `of`, has room: the ones that were used longest ago.
/// `None` when it has no room whatever goes.
pub fn giving_way<'f>(
    all: &'f [Found],
    of: &str,
    size: u64,
    limits: &Limits,
) -> Option<Vec<&'f Found>> {
    if limits.keep == 0 || size > limits.size {
        return None;
    }
    let mut automatic: Vec<&Found> = all
        .iter()
        .filter(|found| found.snapshot.is_automatic())
        .collect();
    automatic.sort_by_key(|found| found.snapshot.used_at);
    let mut of_this = automatic
        .iter()
        .filter(|found| found.snapshot.of == of)
        .count();
    let mut total: u64 = automatic.iter().map(|found| found.size).sum();
    let mut going = Vec::new();
    for found in automatic {
        let is_of_this = found.snapshot.of == of;
        let too_many = is_of_this && of_this >= limits.keep;
        if too_many || total.saturating_add(size) > limits.size {
            of_this -= usize::from(is_of_this);
            total -= found.size;
            going.push(found);
        }
    }
    Some(going)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use pgferry_core::backup::{Database, Kind};

    use super::*;
    use crate::restore::{Loaded, Snapshot, VersionKey};

    /// Named by database and when it was used; `None` for one that a user made.
    fn found(of: &str, used: i64, size: u64, is_automatic: bool) -> Found {
        let key = VersionKey {
            store: String::new(),
            database: Database::new("prod").unwrap(),
            kind: Kind::Anon,
            version: used.to_string(),
            trusted: false,
            role: String::new(),
            options: String::new(),
        };
        let loaded = Loaded {
            key,
            tables: Vec::new(),
            inserts: 0,
            notes: Vec::new(),
        };
        let used_at = Timestamp::from_second(used).unwrap();
        let mut snapshot = Snapshot::named(of, &format!("{of}{used}"), None, used_at);
        snapshot.loaded = is_automatic.then_some(loaded);
        Found {
            database: snapshot.name.clone(),
            size,
            snapshot,
        }
    }

    fn going(all: &[Found], of: &str, size: u64, keep: usize, limit: u64) -> Option<Vec<String>> {
        let limits = Limits { keep, size: limit };
        let going = giving_way(all, of, size, &limits)?;
        Some(going.iter().map(|found| found.database.clone()).collect())
    }

    #[test]
    fn the_ones_used_longest_ago_go() {
        let all = [
            found("a", 30, 10, true),
            found("a", 10, 10, true),
            found("b", 5, 10, true),
            found("a", 20, 10, true),
            found("a", 1, 1000, false),
        ];
        for (of, size, keep, limit, expected) in [
            ("a", 10, 4, 100, Some(vec![])),
            ("a", 10, 3, 100, Some(vec!["a10"])),
            ("a", 10, 1, 100, Some(vec!["a10", "a20", "a30"])),
            ("b", 10, 3, 100, Some(vec![])),
            // Those of other databases too, for their room.
            ("a", 10, 9, 49, Some(vec!["b5"])),
            ("a", 10, 3, 49, Some(vec!["b5", "a10"])),
            ("a", 10, 3, 10, Some(vec!["b5", "a10", "a20", "a30"])),
            ("a", 10, 9, 50, Some(vec![])),
            // Nothing is gained by any of them.
            ("a", 11, 9, 10, None),
            ("a", 10, 0, 100, None),
        ] {
            let expected = expected
                .map(|names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
            let what = format!("{size} of {of}, {keep}, {limit}");
            assert_eq!(going(&all, of, size, keep, limit), expected, "{what}");
        }
    }
}
