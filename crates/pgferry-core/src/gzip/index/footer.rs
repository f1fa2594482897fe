//! The footer: the last 64 bytes of a seekable file.

use super::super::as_u64;
use super::super::member::{EMPTY_TAIL, KIND_FOOTER, carrier_head};
use super::{Error, MAX_BYTES, PART_OVERHEAD, PART_SIZE, VERSION};
use std::ops::Range;
use zlib_rs::crc32::crc32;

/// Bytes of the footer, in this and in every later version.
pub const FOOTER_SIZE: usize = 64;

/// Bytes of the footer's content after its kind.
const CONTENT_SIZE: u16 = 37;

/// Where the index is, and what the whole file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footer {
    /// Where the first part of the index starts, which is where the last member with contents ends.
    pub index_offset: u64,
    /// Bytes of the index, its parts put together.
    pub index_bytes: u64,
    /// CRC-32 of these bytes.
    pub index_crc32: u32,
    /// Bytes that come out of the whole file.
    pub raw_bytes: u64,
    /// CRC-32 of these bytes.
    pub raw_crc32: u32,
}

impl Footer {
    /// Reads the footer out of the last bytes of a file of `file_size` bytes: [`FOOTER_SIZE`] or more, or the whole
    /// file. `None` when the file has none: then it is an ordinary gzip file.
    ///
    /// # Errors
    /// There is a footer, but it is damaged, of a newer version, or does not fit the file.
    pub fn parse(end_of_file: &[u8], file_size: u64) -> Result<Option<Self>, Error> {
        let Some((_, footer)) = end_of_file.split_last_chunk::<FOOTER_SIZE>() else {
            return Ok(None);
        };
        let content = footer
            .strip_prefix(&carrier_head(KIND_FOOTER, CONTENT_SIZE))
            .and_then(|rest| rest.strip_suffix(&EMPTY_TAIL));
        let Some((content, checksum)) = content.and_then(|bytes| bytes.split_last_chunk::<4>())
        else {
            return Ok(None);
        };
        if crc32(0, content) != u32::from_le_bytes(*checksum) {
            return Err(Error::FooterChecksum);
        }
        let mut fields = Fields(content);
        let [version] = fields.take().unwrap_or_default();
        if version != VERSION {
            return Err(Error::Version(version));
        }
        let footer = Self {
            index_offset: u64::from_le_bytes(fields.take().unwrap_or_default()),
            index_bytes: u64::from_le_bytes(fields.take().unwrap_or_default()),
            index_crc32: u32::from_le_bytes(fields.take().unwrap_or_default()),
            raw_bytes: u64::from_le_bytes(fields.take().unwrap_or_default()),
            raw_crc32: u32::from_le_bytes(fields.take().unwrap_or_default()),
        };
        footer.check(file_size)?;
        Ok(Some(footer))
    }

    /// Where the index's parts lie in the file; what to give to [`super::Index::parse`].
    pub fn index_range(&self) -> Range<u64> {
        let end = self.index_offset.saturating_add(encoded(self.index_bytes));
        self.index_offset..end
    }

    pub(in super::super) fn encode(&self) -> Vec<u8> {
        let mut content = vec![VERSION];
        content.extend(self.index_offset.to_le_bytes());
        content.extend(self.index_bytes.to_le_bytes());
        content.extend(self.index_crc32.to_le_bytes());
        content.extend(self.raw_bytes.to_le_bytes());
        content.extend(self.raw_crc32.to_le_bytes());
        let checksum = crc32(0, &content).to_le_bytes();
        let head = carrier_head(KIND_FOOTER, CONTENT_SIZE);
        [&head[..], &content, &checksum, &EMPTY_TAIL].concat()
    }

    fn check(&self, file_size: u64) -> Result<(), Error> {
        if self.index_bytes > MAX_BYTES {
            return Err(Error::TooLarge {
                bytes: self.index_bytes,
                limit: MAX_BYTES,
            });
        }
        let end = self
            .index_offset
            .checked_add(encoded(self.index_bytes))
            .and_then(|end| end.checked_add(as_u64(FOOTER_SIZE)));
        if end != Some(file_size) || self.index_bytes == 0 {
            return Err(Error::Place {
                offset: self.index_offset,
                bytes: self.index_bytes,
                file: file_size,
            });
        }
        Ok(())
    }
}

/// Bytes in the file of an index of so many bytes.
fn encoded(index_bytes: u64) -> u64 {
    let parts = index_bytes.div_ceil(u64::from(PART_SIZE));
    index_bytes.saturating_add(parts.saturating_mul(as_u64(PART_OVERHEAD)))
}

/// The fixed-width fields of the footer, front to back.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }
}
