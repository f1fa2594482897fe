//! Limits on what may come out of a gzip file.

/// How much a file may grow. Deflate grows up to 1032 fold, so a file of 1 GB can hold 1 TB of zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that may come out of the whole file, `None` for no limit.
    pub max_raw_bytes: Option<u64>,
    /// How many times as many bytes may come out as went in, `None` for no limit.
    pub max_ratio: Option<u64>,
    /// `max_ratio` holds from this many raw bytes on: a small file may well be a run of one byte.
    pub ratio_from: u64,
}

impl Limits {
    /// Everything is let through.
    pub const NONE: Self = Self {
        max_raw_bytes: None,
        max_ratio: None,
        ratio_from: 0,
    };

    /// Whether `raw` bytes may come out of `compressed` bytes. [`super::Decoder`] asks this as it goes; a file that is
    /// read by its index can be asked about before: its size, and [`super::index::Index::raw_bytes`].
    pub fn allow(&self, compressed: u64, raw: u64) -> bool {
        let ratio = self.max_ratio.filter(|_| raw >= self.ratio_from);
        self.max_raw_bytes.is_none_or(|limit| raw <= limit)
            && ratio.is_none_or(|limit| raw <= compressed.saturating_mul(limit))
    }
}

/// No limit on bytes, since a dump may have any size; 250 fold beyond the first GiB. Dumps shrink 4 to 30 fold.
impl Default for Limits {
    fn default() -> Self {
        Self {
            max_raw_bytes: None,
            max_ratio: Some(250),
            ratio_from: 1 << 30,
        }
    }
}
