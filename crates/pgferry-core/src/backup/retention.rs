//! Which backup sets a host keeps.

use jiff::{SignedDuration, Timestamp};

/// What retention has to know of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFacts {
    pub taken_at: Timestamp,
    /// All files stand there and were verified when they were written.
    pub verified: bool,
    /// Every artefact was confirmed by the store.
    pub uploaded: bool,
}

/// How long sets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Sets younger than this many days are kept.
    pub keep_days: u32,
    /// This many of the newest sets are kept whatever their age.
    pub keep_sets: usize,
}

/// Why a set is kept or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Younger than `keep_days`; also what is dated in the future, since then a clock is wrong.
    Young,
    /// Among the newest `keep_sets`.
    AmongNewest,
    /// The newest verified set.
    NewestVerified,
    /// The newest set that is both verified and uploaded.
    NewestUploaded,
    /// None of the above: it goes.
    Expired,
}

/// The verdict over one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub taken_at: Timestamp,
    pub reason: Reason,
}

impl Decision {
    pub fn removes(&self) -> bool {
        self.reason == Reason::Expired
    }
}

impl Policy {
    /// One decision for each of `sets`, in the same order.
    ///
    /// A clock that jumps can make every set look old or young; the counted and the verified sets stay all the same.
    pub fn apply(&self, sets: &[SetFacts], now: Timestamp) -> Vec<Decision> {
        let mut newest: Vec<Timestamp> = sets.iter().map(|set| set.taken_at).collect();
        newest.sort_unstable_by(|a, b| b.cmp(a));
        newest.truncate(self.keep_sets);
        let newest_of = |wanted: fn(&SetFacts) -> bool| {
            sets.iter()
                .filter(|set| wanted(set))
                .map(|set| set.taken_at)
                .max()
        };
        let newest_verified = newest_of(|set| set.verified);
        let newest_uploaded = newest_of(|set| set.verified && set.uploaded);
        let keep = SignedDuration::from_hours(24 * i64::from(self.keep_days));
        sets.iter()
            .map(|set| {
                let reason = if now.duration_since(set.taken_at) < keep {
                    Reason::Young
                } else if newest.contains(&set.taken_at) {
                    Reason::AmongNewest
                } else if newest_verified == Some(set.taken_at) {
                    Reason::NewestVerified
                } else if newest_uploaded == Some(set.taken_at) {
                    Reason::NewestUploaded
                } else {
                    Reason::Expired
                };
                Decision {
                    taken_at: set.taken_at,
                    reason,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reason::{AmongNewest, Expired, NewestUploaded, NewestVerified, Young};

    const POLICY: Policy = Policy {
        keep_days: 10,
        keep_sets: 3,
    };

    /// Sets by age in days: `v` verified, `u` verified and uploaded, `-` neither.
    fn sets(ages: &[(i64, char)]) -> Vec<SetFacts> {
        ages.iter()
            .map(|&(days, state)| SetFacts {
                taken_at: now() - SignedDuration::from_hours(24 * days),
                verified: state != '-',
                uploaded: state == 'u',
            })
            .collect()
    }

    fn now() -> Timestamp {
        "2026-11-22T04:00:00Z".parse().unwrap()
    }

    fn reasons(policy: Policy, ages: &[(i64, char)]) -> Vec<Reason> {
        policy
            .apply(&sets(ages), now())
            .iter()
            .map(|decision| decision.reason)
            .collect()
    }

    #[test]
    fn policy_table() {
        type Row = (&'static [(i64, char)], &'static [Reason]);
        let table: &[Row] = &[
            (&[], &[]),
            (
                &[(0, 'u'), (9, 'u'), (10, 'u')],
                &[Young, Young, AmongNewest],
            ),
            (
                &[(0, 'u'), (1, 'u'), (2, 'u'), (10, 'u'), (11, 'u')],
                &[Young, Young, Young, Expired, Expired],
            ),
            // A host that was off for a month keeps its last three.
            (
                &[(30, 'u'), (31, 'u'), (32, 'u'), (33, 'u')],
                &[AmongNewest, AmongNewest, AmongNewest, Expired],
            ),
            // Newer sets that failed do not push out the last good ones.
            (
                &[
                    (1, '-'),
                    (2, '-'),
                    (3, '-'),
                    (20, 'v'),
                    (21, 'v'),
                    (22, 'u'),
                    (23, 'u'),
                ],
                &[
                    Young,
                    Young,
                    Young,
                    NewestVerified,
                    Expired,
                    NewestUploaded,
                    Expired,
                ],
            ),
            // Dated in the future: a clock is wrong, nothing of it is removed.
            (
                &[(-400, 'u'), (-399, 'u'), (-398, 'u'), (-397, 'u')],
                &[Young, Young, Young, Young],
            ),
            // The clock jumped a year ahead.
            (
                &[(365, 'u'), (366, 'u'), (367, 'u')],
                &[AmongNewest, AmongNewest, AmongNewest],
            ),
        ];
        for (ages, expected) in table {
            assert_eq!(reasons(POLICY, ages), *expected, "{ages:?}");
        }
    }

    #[test]
    fn zero_days_and_zero_sets_still_keep_the_newest_good_one() {
        let policy = Policy {
            keep_days: 0,
            keep_sets: 0,
        };
        assert_eq!(
            reasons(policy, &[(0, '-'), (1, 'u'), (2, 'u')]),
            [Expired, NewestVerified, Expired]
        );
    }
}
