use std::ops::Range;

use super::entry::Position;
use super::toc::Toc;

/// Where the block of an entry lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The index in [`Toc::entries`].
    pub entry: usize,
    /// From the block's type byte to behind its end, in bytes of the archive.
    pub range: Range<u64>,
}

/// All blocks, as the table of contents has them, which ends at `start` of an archive of `size` bytes. Each is held to
/// end where the next one begins: whoever reads one must find its end there.
///
/// None where a position is not known, as in an archive that was written to a pipe, or where the positions are not in the
/// order of the entries: a reader that goes through the archive finds the blocks, or says what is wrong.
pub fn recorded_blocks(toc: &Toc, start: u64, size: u64) -> Option<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    for (entry, described) in toc.entries().iter().enumerate() {
        if !described.has_data {
            continue;
        }
        let Position::Known(offset) = described.position else {
            return None;
        };
        match blocks.last_mut() {
            None if offset != start => return None,
            Some(before) if before.range.start >= offset => return None,
            Some(before) => before.range.end = offset,
            None => {}
        }
        blocks.push(Block {
            entry,
            range: offset..size,
        });
    }
    let end = blocks.last().map_or(start, |block| block.range.start);
    // Bytes behind a table of contents without data are no block.
    let fits = if blocks.is_empty() {
        end == size
    } else {
        end < size
    };
    fits.then_some(blocks)
}
