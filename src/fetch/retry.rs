//! What is tried again, when, and how often.

use std::io;
use std::time::Duration;

use crate::error::PathError;
use crate::store::{Retry, StoreError};

/// How much a download bears.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// So long may no byte come.
    pub stall: Duration,
    /// Tries of one range that bring nothing.
    pub tries: u32,
    /// The same, where something else comes than was asked for.
    pub doubtful_tries: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(20),
            tries: 8,
            doubtful_tries: 3,
            first_pause: Duration::from_millis(400),
            longest_pause: Duration::from_secs(10),
        }
    }
}

/// Why a try ended before it had brought all.
#[derive(Debug)]
pub(super) enum Failure {
    Store(StoreError),
    /// The connection broke, stalled or ended too early.
    Body(io::Error),
    /// It can't be written. No network helps.
    Path(PathError),
}

impl Failure {
    pub fn stalled(stall: Duration) -> Self {
        let text = format!("no bytes came for {} s", stall.as_secs());
        Self::Body(io::Error::new(io::ErrorKind::TimedOut, text))
    }

    pub fn retry(&self) -> Retry {
        match self {
            Self::Store(error) => error.retry(),
            Self::Body(_) => Retry::Later,
            Self::Path(_) => Retry::Never,
        }
    }
}

impl Patience {
    /// How long to wait after so many tries that brought nothing; `None` when that is enough of them.
    pub fn pause(&self, failure: &Failure, tries: u32) -> Option<Duration> {
        let most = match failure.retry() {
            Retry::Never => return None,
            Retry::Doubtful => self.doubtful_tries,
            Retry::Later | Retry::LaterAndLess => self.tries,
        };
        // The first one that brought something is no sign of trouble.
        let doublings = tries.saturating_sub(1).min(16);
        let ceiling = (self.first_pause * 2u32.pow(doublings)).min(self.longest_pause);
        // Any part of it: those that failed together shall not come again together.
        (tries < most).then(|| ceiling.mul_f64(rand::random::<f64>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwell(asks_for_less: bool) -> Failure {
        Failure::Store(StoreError::Unwell {
            action: "reading",
            what: String::new(),
            asks_for_less,
            source: "".into(),
        })
    }

    #[test]
    fn each_class_has_its_number_of_tries() {
        let patience = Patience::default();
        let broken = || Failure::Body(io::ErrorKind::ConnectionReset.into());
        let what = String::new;
        for (failure, tries) in [
            (unwell(true), 8),
            (unwell(false), 8),
            (broken(), 8),
            (Failure::stalled(patience.stall), 8),
            (
                Failure::Store(StoreError::Mismatch {
                    what: what(),
                    reason: what(),
                }),
                3,
            ),
            (Failure::Store(StoreError::Gone { what: what() }), 1),
            (
                Failure::Store(StoreError::Denied {
                    what: what(),
                    source: "".into(),
                }),
                1,
            ),
            (
                Failure::Path(PathError {
                    action: "write",
                    path: what(),
                    source: io::ErrorKind::StorageFull.into(),
                }),
                1,
            ),
        ] {
            let made = (1..100)
                .find(|&failed| patience.pause(&failure, failed).is_none())
                .unwrap();
            assert_eq!(made, tries, "{failure:?}");
        }
    }

    #[test]
    fn pauses_grow_up_to_a_limit_and_are_never_alike() {
        let patience = Patience {
            tries: u32::MAX,
            ..Patience::default()
        };
        for (tries, ceiling) in [
            (0, 400),
            (1, 400),
            (2, 800),
            (5, 6400),
            (6, 10_000),
            (99, 10_000),
        ] {
            let pauses: Vec<Duration> = (0..50)
                .filter_map(|_| patience.pause(&unwell(true), tries))
                .collect();
            let ceiling = Duration::from_millis(ceiling);
            assert!(pauses.iter().all(|pause| *pause <= ceiling), "{tries}");
            assert!(pauses.iter().any(|pause| *pause > ceiling / 2), "{tries}");
            assert!(pauses.iter().any(|pause| *pause < ceiling / 2), "{tries}");
        }
    }
}
