//! How a file is cut into the parts of a multipart upload.
//!
//! The limits are those of S3: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>

const MIB: u64 = 1 << 20;
/// What is not larger goes up in one request.
pub(super) const LARGEST_SINGLE: u64 = 16 * MIB;
pub(super) const LARGEST_OBJECT: u64 = 5 << 40;
/// More than the 5 MiB that S3 asks for: fewer requests, and still little to send again.
const SMALLEST_PART: u64 = 8 * MIB;
const LARGEST_PART: u64 = 5 << 30;
const MOST_PARTS: u64 = 10_000;

/// Bytes of the file that become one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// From 1.
    pub number: i32,
    pub offset: u64,
    pub length: u64,
}

/// The parts of a file of `size` bytes, at most [`LARGEST_OBJECT`], in order.
pub(super) fn parts(size: u64) -> impl Iterator<Item = Part> {
    let part_size = part_size(size);
    (1..)
        .zip((0..size).step_by(usize::try_from(part_size).unwrap_or(usize::MAX)))
        .map(move |(number, offset)| Part {
            number,
            offset,
            length: part_size.min(size - offset),
        })
}

fn part_size(size: u64) -> u64 {
    size.div_ceil(MOST_PARTS)
        .next_multiple_of(MIB)
        .clamp(SMALLEST_PART, LARGEST_PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_large_as_they_must_be() {
        for (size, expected) in [
            (LARGEST_SINGLE + 1, 8 * MIB),
            (8 * MIB * MOST_PARTS, 8 * MIB),
            (8 * MIB * MOST_PARTS + 1, 9 * MIB),
            (LARGEST_OBJECT, 525 * MIB),
        ] {
            assert_eq!(part_size(size), expected, "{size}");
        }
    }

    #[test]
    fn parts_cover_the_file_within_the_limits() {
        for size in [
            1,
            SMALLEST_PART,
            LARGEST_SINGLE + 1,
            1_000_000_007,
            900 << 30,
            LARGEST_OBJECT,
        ] {
            let (mut end, mut count) = (0, 0);
            for part in parts(size) {
                assert_eq!((part.number, part.offset), (count + 1, end));
                assert!(part.length <= LARGEST_PART);
                end += part.length;
                count = part.number;
                assert!(part.length >= SMALLEST_PART || end == size);
            }
            assert_eq!(end, size);
            assert!(u64::try_from(count).unwrap() <= MOST_PARTS);
        }
    }
}
