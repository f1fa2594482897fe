//! What a store knows of a version's content before it is read.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pgferry_core::backup::{Manifest, SetFile};

/// Size and checksums that the content must turn out to have. A store knows some of the checksums, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// Bytes.
    pub size: u64,
    /// The entity tag that pins the version, without quotes.
    pub etag: Option<String>,
    pub crc64nvme: Option<u64>,
    pub crc32: Option<u32>,
    pub crc32c: Option<u32>,
    /// Lower-case hex: what the store computed, and what the manifest says.
    pub sha256: Vec<String>,
}

impl Promise {
    /// Of a file of that size in a set with this manifest, if there is one that can be read: sets of the old script have none.
    pub(super) fn of_set(size: u64, manifest: Option<&[u8]>, file: SetFile) -> Self {
        let manifest = manifest.and_then(|json| Manifest::from_json(json).ok());
        let record = match file {
            SetFile::Artefact(kind) => manifest.and_then(|mut set| set.artefacts.remove(&kind)),
            SetFile::Manifest => None,
        };
        Self {
            size,
            sha256: record.map(|record| record.sha256).into_iter().collect(),
            ..Self::default()
        }
    }

    /// Whether the content can be told from any other of that size.
    pub fn is_checksummed(&self) -> bool {
        self.crc64nvme.is_some()
            || self.crc32.is_some()
            || self.crc32c.is_some()
            || !self.sha256.is_empty()
    }
}

/// A checksum as S3 spells it: big-endian, base64. `None` for one over the parts' checksums, which ends in `-N`.
pub(super) fn checksum<const N: usize>(spelt: Option<&str>) -> Option<[u8; N]> {
    BASE64_STANDARD.decode(spelt?).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_over_parts_are_none_of_the_content() {
        let crc64 = checksum(Some("rosUhgp5mIg=")).map(u64::from_be_bytes);
        assert_eq!(crc64, Some(0xae8b_1486_0a79_9888));
        assert_eq!(checksum::<8>(Some("rosUhgp5mIg=-2")), None);
        assert_eq!(checksum::<4>(Some("rosUhgp5mIg=")), None);
        assert_eq!(checksum::<4>(None), None);
    }
}
