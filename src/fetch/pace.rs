//! How many connections a download uses, and how much each asks for at a time.
//!
//! It begins with few and doubles them while that brings more bytes a second. A store that asks for less gets half as many
//! requests, and no more for a while.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

const FIRST: usize = 4;
const MOST: usize = 16;
/// How long bytes are counted before it is judged.
const WINDOW: Duration = Duration::from_millis(250);
/// A tenth more is a gain.
const GAIN: (u64, u64) = (11, 10);
/// How long a store that asked for less is left in peace.
const PEACE: Duration = Duration::from_secs(5);
const MIB: u64 = 1 << 20;
/// A request costs the time until its first byte, so a large object is not asked for in small parts.
const SMALLEST: u64 = 8 * MIB;
const LARGEST: u64 = 32 * MIB;
/// Parts that even a small object has.
const FEWEST: u64 = 16;

/// The pace of one download.
#[derive(Debug)]
pub(super) struct Pace {
    limit: usize,
    is_fixed: bool,
    /// Bytes a second of the best window so far.
    best: u64,
    window: Instant,
    counted: u64,
    quiet_until: Option<Instant>,
}

impl Pace {
    /// `fixed` is the user's word, which only the store's goes before.
    pub fn new(fixed: Option<NonZeroUsize>, gains: bool, now: Instant) -> Self {
        let limit = match fixed {
            Some(fixed) => fixed.get(),
            None if gains => FIRST,
            None => 1,
        };
        Self {
            limit,
            is_fixed: fixed.is_some() || !gains,
            best: 0,
            window: now,
            counted: 0,
            quiet_until: None,
        }
    }

    /// Requests at the same time.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// `total` bytes have come since the beginning.
    pub fn measure(&mut self, total: u64, now: Instant) {
        let took = now.duration_since(self.window);
        if took < WINDOW {
            return;
        }
        let bytes = total.saturating_sub(self.counted);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = bytes.saturating_mul(1000) / milliseconds;
        (self.window, self.counted) = (now, total);
        if self.is_fixed || self.quiet_until.is_some_and(|until| now < until) {
            return;
        }
        if rate > self.best / GAIN.1 * GAIN.0 {
            self.best = rate;
            self.limit = (self.limit * 2).min(MOST);
        }
    }

    /// The store asks for less.
    pub fn slow_down(&mut self, now: Instant) {
        // One answer of those that were on their way together is enough.
        let is_new = self.quiet_until.is_none_or(|until| now + PEACE / 2 > until);
        if is_new {
            self.limit = (self.limit / 2).max(1);
        }
        self.best = 0;
        self.quiet_until = Some(now + PEACE);
    }

    /// How many bytes to ask for when `left` of `size` are not asked for yet: less towards the end, so that all connections
    /// end at about the same time.
    pub fn part(&self, left: u64, size: u64) -> u64 {
        let smallest = (size / FEWEST).clamp(MIB, SMALLEST);
        (left / self.limit.max(1) as u64 / 2)
            .clamp(smallest, LARGEST)
            .next_multiple_of(MIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_added_while_that_brings_more() {
        let start = Instant::now();
        let mut pace = Pace::new(None, true, start);
        let (mut total, mut limits) = (0, vec![pace.limit()]);
        // Each connection brings 10 MB/s, up to 60 in all.
        for tick in 1..=8 {
            total += (pace.limit() as u64 * 10_000_000).min(60_000_000) / 4;
            pace.measure(total, start + WINDOW * tick);
            limits.push(pace.limit());
        }
        assert_eq!(limits, [4, 8, 16, 16, 16, 16, 16, 16, 16]);
        let mut pace = Pace::new(None, true, start);
        for tick in 1..=8 {
            pace.measure(5_000_000 * u64::from(tick), start + WINDOW * tick);
        }
        assert_eq!(pace.limit(), 8, "more of them bring nothing");
        let fixed = NonZeroUsize::new(3);
        let mut pace = Pace::new(fixed, true, start);
        pace.measure(1 << 30, start + WINDOW);
        assert_eq!(pace.limit(), 3);
        assert_eq!(Pace::new(None, false, start).limit(), 1);
    }

    #[test]
    fn a_store_that_asks_for_less_gets_less() {
        let start = Instant::now();
        let mut pace = Pace::new(NonZeroUsize::new(12), true, start);
        pace.slow_down(start);
        // The others that were on their way.
        pace.slow_down(start + Duration::from_millis(10));
        assert_eq!(pace.limit(), 6);
        pace.slow_down(start + PEACE * 2);
        pace.slow_down(start + PEACE * 4);
        pace.slow_down(start + PEACE * 6);
        assert_eq!(pace.limit(), 1);
        let mut pace = Pace::new(None, true, start);
        pace.slow_down(start);
        pace.measure(1 << 30, start + PEACE / 2);
        assert_eq!(pace.limit(), 2, "it is left in peace");
        pace.measure(2 << 30, start + PEACE + WINDOW);
        assert_eq!(pace.limit(), 4, "and then tried again");
    }

    #[test]
    fn parts_become_small_at_the_end() {
        let fixed = NonZeroUsize::new(4);
        let pace = Pace::new(fixed, true, Instant::now());
        for (left, size, expected) in [
            (240, 240, 30),
            (120, 240, 15),
            (40, 240, 8),
            (1, 240, 8),
            (4000, 4000, 32),
            (24, 24, 3),
            (2, 24, 2),
            (1, 1, 1),
        ] {
            assert_eq!(
                pace.part(left * MIB, size * MIB),
                expected * MIB,
                "{left} of {size}"
            );
        }
    }
}
