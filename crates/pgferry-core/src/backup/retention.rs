//! Which backup sets a host keeps.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// What retention has to know of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFacts {
    pub taken_at: Timestamp,
    /// All files stand there and were verified when they were written.
    pub verified: bool,
    /// Every artefact was confirmed by the store.
    pub uploaded: bool,
    /// A current name (`DB.anon.gz`) leads to a file of it: it was published last, whatever the clock said then.
    pub current: bool,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Dated in the future: a clock is or was wrong, and a wrong clock removes nothing.
    Future,
    /// Younger than `keep_days`.
    Young,
    /// Among the newest `keep_sets`.
    AmongNewest,
    /// The newest verified set.
    NewestVerified,
    /// The newest set that is both verified and uploaded.
    NewestUploaded,
    /// The current names lead to it.
    Current,
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
    /// A clock that jumps can make every set look old or young. So what counts as newest is judged among the sets that
    /// are not dated in the future (those are kept anyway), and the set that was published last stays whatever its date.
    pub fn apply(&self, sets: &[SetFacts], now: Timestamp) -> Vec<Decision> {
        let mut newest: Vec<Timestamp> = past(sets, now).map(|set| set.taken_at).collect();
        newest.sort_unstable_by(|a, b| b.cmp(a));
        newest.truncate(self.keep_sets);
        let Anchors { verified, uploaded } = anchors(sets, now);
        let keep = SignedDuration::from_hours(24 * i64::from(self.keep_days));
        sets.iter()
            .map(|set| {
                let age = now.duration_since(set.taken_at);
                let reason = if age.is_negative() {
                    Reason::Future
                } else if age < keep {
                    Reason::Young
                } else if newest.contains(&set.taken_at) {
                    Reason::AmongNewest
                } else if verified == Some(set.taken_at) {
                    Reason::NewestVerified
                } else if uploaded == Some(set.taken_at) {
                    Reason::NewestUploaded
                } else if set.current {
                    Reason::Current
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

    /// `reason` in words, with the policy's numbers.
    pub fn explain(&self, reason: Reason) -> Explanation {
        Explanation {
            policy: *self,
            reason,
        }
    }
}

/// The good sets that must outlive every other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchors {
    /// The newest verified set.
    pub verified: Option<Timestamp>,
    /// The newest set that is verified and uploaded.
    pub uploaded: Option<Timestamp>,
}

/// Which sets the others may be removed for: whoever removes should make sure that these are what they seem.
pub fn anchors(sets: &[SetFacts], now: Timestamp) -> Anchors {
    let newest_of = |wanted: fn(&SetFacts) -> bool| {
        past(sets, now)
            .filter(|set| wanted(set))
            .map(|set| set.taken_at)
            .max()
    };
    Anchors {
        verified: newest_of(|set| set.verified),
        uploaded: newest_of(|set| set.verified && set.uploaded),
    }
}

fn past(sets: &[SetFacts], now: Timestamp) -> impl Iterator<Item = &SetFacts> {
    sets.iter().filter(move |set| set.taken_at <= now)
}

/// A reason in words. See [`Policy::explain`].
#[derive(Debug, Clone, Copy)]
pub struct Explanation {
    policy: Policy,
    reason: Reason,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Policy {
            keep_days,
            keep_sets,
        } = self.policy;
        match self.reason {
            Reason::Future => f.write_str("dated in the future"),
            Reason::Young => write!(f, "younger than {keep_days} days"),
            Reason::AmongNewest => write!(f, "among the newest {keep_sets}"),
            Reason::NewestVerified => f.write_str("the newest verified one"),
            Reason::NewestUploaded => f.write_str("the newest uploaded one"),
            Reason::Current => f.write_str("the current one"),
            Reason::Expired => write!(f, "older than {keep_days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reason::{AmongNewest, Current, Expired, Future, NewestUploaded, NewestVerified, Young};

    const POLICY: Policy = Policy {
        keep_days: 10,
        keep_sets: 3,
    };

    /// Sets by age in days: `v` verified, `u` verified and uploaded, `c` neither but current, `-` neither.
    fn sets(ages: &[(i64, char)]) -> Vec<SetFacts> {
        ages.iter()
            .map(|&(days, state)| SetFacts {
                taken_at: today() - SignedDuration::from_hours(24 * days),
                verified: matches!(state, 'v' | 'u'),
                uploaded: state == 'u',
                current: state == 'c',
            })
            .collect()
    }

    fn today() -> Timestamp {
        "2026-11-22T04:00:00Z".parse().unwrap()
    }

    /// The reasons `days` after today.
    fn reasons(policy: Policy, ages: &[(i64, char)], days: i64) -> Vec<Reason> {
        policy
            .apply(&sets(ages), today() + SignedDuration::from_hours(24 * days))
            .iter()
            .map(|decision| decision.reason)
            .collect()
    }

    type Row = (&'static [(i64, char)], &'static [Reason]);

    fn check(table: &[Row], days: i64) {
        for (ages, expected) in table {
            assert_eq!(reasons(POLICY, ages, days), *expected, "{ages:?}");
        }
    }

    #[test]
    fn days_and_numbers() {
        check(
            &[
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
                // In whatever order they come.
                (
                    &[(33, 'u'), (30, 'u'), (32, 'u'), (31, 'u')],
                    &[Expired, AmongNewest, AmongNewest, AmongNewest],
                ),
            ],
            0,
        );
    }

    #[test]
    fn newer_sets_that_are_no_good_do_not_push_out_the_last_good_ones() {
        check(
            &[
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
                (
                    &[
                        (11, '-'),
                        (12, '-'),
                        (13, '-'),
                        (14, '-'),
                        (15, 'u'),
                        (16, 'u'),
                    ],
                    &[
                        AmongNewest,
                        AmongNewest,
                        AmongNewest,
                        Expired,
                        NewestVerified,
                        Expired,
                    ],
                ),
                // Verified, but nobody else has them.
                (
                    &[(11, 'v'), (12, 'v'), (13, 'v'), (14, 'v'), (300, 'u')],
                    &[
                        AmongNewest,
                        AmongNewest,
                        AmongNewest,
                        Expired,
                        NewestUploaded,
                    ],
                ),
            ],
            0,
        );
    }

    #[test]
    fn a_clock_a_year_ahead_leaves_the_newest_good_sets() {
        check(
            &[
                (
                    &[(0, 'u'), (1, 'u'), (2, 'u'), (3, 'u')],
                    &[AmongNewest, AmongNewest, AmongNewest, Expired],
                ),
                (
                    &[(0, '-'), (1, '-'), (2, '-'), (3, 'v'), (4, 'u'), (5, 'u')],
                    &[
                        AmongNewest,
                        AmongNewest,
                        AmongNewest,
                        NewestVerified,
                        NewestUploaded,
                        Expired,
                    ],
                ),
            ],
            365,
        );
    }

    #[test]
    fn a_clock_a_year_behind_removes_nothing() {
        check(
            &[
                (
                    &[(0, 'u'), (1, 'u'), (2, '-'), (3, 'u'), (40, 'u')],
                    &[Future, Future, Future, Future, Future],
                ),
                // What was made since the clock went wrong.
                (&[(0, 'u'), (365, 'u'), (366, 'u')], &[Future, Young, Young]),
            ],
            -365,
        );
    }

    #[test]
    fn a_clock_that_was_wrong_and_is_right_again() {
        check(
            &[
                // It was ahead: its sets are dated in the future, and are not the newest good ones.
                (
                    &[
                        (-364, 'u'),
                        (-363, 'u'),
                        (-362, 'u'),
                        (11, 'u'),
                        (12, 'v'),
                        (13, 'v'),
                        (14, 'v'),
                    ],
                    &[
                        Future,
                        Future,
                        Future,
                        AmongNewest,
                        AmongNewest,
                        AmongNewest,
                        Expired,
                    ],
                ),
                // It was behind: the set that was published last looks old, and is the current one all the same.
                (
                    &[(11, 'u'), (12, 'u'), (13, 'u'), (365, 'c'), (366, 'u')],
                    &[AmongNewest, AmongNewest, AmongNewest, Current, Expired],
                ),
            ],
            0,
        );
    }

    #[test]
    fn zero_days_and_zero_sets_still_keep_the_newest_good_one() {
        let policy = Policy {
            keep_days: 0,
            keep_sets: 0,
        };
        assert_eq!(
            reasons(policy, &[(0, '-'), (1, 'u'), (2, 'u')], 0),
            [Expired, NewestVerified, Expired]
        );
    }

    #[test]
    fn at_any_time_the_newest_good_sets_stay() {
        let ages: Vec<(i64, char)> = (0..40)
            .map(|day| {
                (
                    day,
                    ['-', 'v', 'u', '-', 'u'][usize::try_from(day % 5).unwrap()],
                )
            })
            .collect();
        let sets = sets(&ages);
        for days in -800..800 {
            let now = today() + SignedDuration::from_hours(24 * days);
            let decisions = POLICY.apply(&sets, now);
            let kept = |taken_at: Option<Timestamp>| {
                decisions
                    .iter()
                    .any(|decision| Some(decision.taken_at) == taken_at && !decision.removes())
            };
            for good in [
                sets.iter()
                    .filter(|set| set.verified)
                    .max_by_key(|set| set.taken_at),
                sets.iter()
                    .filter(|set| set.verified && set.uploaded)
                    .max_by_key(|set| set.taken_at),
            ] {
                assert!(kept(good.map(|set| set.taken_at)), "{days}");
            }
            assert!(
                decisions
                    .iter()
                    .filter(|decision| !decision.removes())
                    .count()
                    >= 3,
                "{days}"
            );
        }
    }

    #[test]
    fn reasons_have_words() {
        let text = |reason| POLICY.explain(reason).to_string();
        assert_eq!(text(Young), "younger than 10 days");
        assert_eq!(text(AmongNewest), "among the newest 3");
        assert_eq!(text(Expired), "older than 10 days");
    }
}
