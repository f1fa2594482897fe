//! Decompressing pieces of a known length, each by itself.

use flate2::{Decompress, DecompressError, FlushDecompress, Status};

/// What blocks and members are decompressed by. Its memory serves one piece after the other.
#[derive(Debug)]
pub(super) struct Inflater(Decompress);

/// How far a piece went.
pub(super) struct Inflated {
    pub(super) status: Result<Status, DecompressError>,
    /// Compressed bytes that were read.
    pub(super) read: u64,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// Replaces the contents of `raw` by what `stream` holds, as far as `room` bytes hold it.
    pub(super) fn inflate(
        &mut self,
        stream: &[u8],
        room: u64,
        flush: FlushDecompress,
        raw: &mut Vec<u8>,
    ) -> Inflated {
        raw.clear();
        self.0.reset(false);
        raw.reserve_exact(super::as_usize(room));
        let status = self.0.decompress_vec(stream, raw, flush);
        Inflated {
            status,
            read: self.0.total_in(),
        }
    }
}
