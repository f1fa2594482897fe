//! Which ranges of a file have arrived, and which are missing.

use std::collections::VecDeque;
use std::ops::Range;

use crc_fast::{CrcAlgorithm, checksum_combine};
use serde::{Deserialize, Serialize};

/// A range that is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Arrived {
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// Of its bytes.
    pub crc64nvme: u64,
}

impl Arrived {
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

/// Ranges in their order, without those that are empty, reach beyond `size` or lie over another one.
pub(super) fn disjoint(mut ranges: Vec<Arrived>, size: u64) -> Vec<Arrived> {
    ranges.sort_by_key(|range| range.offset);
    let mut end = 0;
    ranges.retain(|range| {
        let is_good = range.length > 0 && range.offset >= end && range.end() <= size;
        if is_good {
            end = range.end();
        }
        is_good
    });
    ranges
}

/// The CRC-64/NVME of the whole, when every byte has arrived.
pub(super) fn joined(ranges: Vec<Arrived>, size: u64) -> Option<u64> {
    let mut end = 0;
    let mut whole = 0;
    for range in disjoint(ranges, size) {
        if range.offset != end {
            return None;
        }
        end = range.end();
        whole = checksum_combine(
            CrcAlgorithm::Crc64Nvme,
            whole,
            range.crc64nvme,
            range.length,
        );
    }
    (end == size).then_some(whole)
}

/// What nobody has asked for yet.
#[derive(Debug)]
pub(super) struct Missing(VecDeque<Range<u64>>);

impl Missing {
    /// What lies between `arrived`, which are in their order.
    pub fn between(arrived: &[Arrived], size: u64) -> Self {
        let ends = std::iter::once(0).chain(arrived.iter().map(Arrived::end));
        let starts = arrived
            .iter()
            .map(|range| range.offset)
            .chain(std::iter::once(size));
        Self(
            ends.zip(starts)
                .filter(|(end, start)| end < start)
                .map(|(end, start)| end..start)
                .collect(),
        )
    }

    /// Bytes.
    pub fn left(&self) -> u64 {
        self.0.iter().map(|gap| gap.end - gap.start).sum()
    }

    /// The next range, of at most `size` bytes.
    pub fn take(&mut self, size: u64) -> Option<Range<u64>> {
        let gap = self.0.front_mut()?;
        let taken = gap.start..gap.end.min(gap.start.saturating_add(size.max(1)));
        gap.start = taken.end;
        if gap.is_empty() {
            self.0.pop_front();
        }
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use crc_fast::checksum;
    use proptest::prelude::*;

    use super::*;

    fn arrived(offset: u64, length: u64) -> Arrived {
        Arrived {
            offset,
            length,
            crc64nvme: 0,
        }
    }

    #[test]
    fn what_can_not_be_of_the_file_does_not_count() {
        let ranges = vec![
            arrived(30, 10),
            arrived(0, 10),
            arrived(5, 10),
            arrived(20, 0),
            arrived(50, 11),
            arrived(u64::MAX, 7),
        ];
        let good = disjoint(ranges, 60);
        assert_eq!(good, [arrived(0, 10), arrived(30, 10)]);
        assert_eq!(Missing::between(&good, 60).0, [10..30, 40..60]);
    }

    proptest! {
        #[test]
        fn checksums_of_ranges_join_to_that_of_the_whole(
            bytes in prop::collection::vec(any::<u8>(), 0..500),
            arrived_before in prop::collection::vec((0u64..500, 1u64..90), 0..6),
            part in 1u64..70,
        ) {
            let size = bytes.len() as u64;
            let of = |range: Range<u64>| {
                let slice = &bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
                Arrived {
                    offset: range.start,
                    length: range.end - range.start,
                    crc64nvme: checksum(CrcAlgorithm::Crc64Nvme, slice),
                }
            };
            let before = arrived_before
                .into_iter()
                .filter(|(offset, length)| offset + length <= size)
                .map(|(offset, length)| of(offset..offset + length))
                .collect();
            let mut ranges = disjoint(before, size);
            let mut missing = Missing::between(&ranges, size);
            let whole = checksum(CrcAlgorithm::Crc64Nvme, &bytes);
            while let Some(range) = missing.take(part) {
                prop_assert_eq!(joined(ranges.clone(), size), None);
                ranges.push(of(range));
            }
            prop_assert_eq!(missing.left(), 0);
            prop_assert_eq!(joined(ranges, size), Some(whole));
        }
    }
}
