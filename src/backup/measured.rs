//! The size and the checksums of a file.

use std::io::{self, Read};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crc_fast::CrcAlgorithm;
use sha2::{Digest, Sha256};

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measure {
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// As S3 spells it: big-endian, base64.
    pub crc64nvme: String,
}

impl Measure {
    /// This, if it is what was written.
    pub fn compare(self, size: u64, crc64: u64) -> Result<Self, String> {
        let written = spelt(crc64);
        if self.size == size && self.crc64nvme == written {
            return Ok(self);
        }
        Err(format!(
            "{} bytes with CRC-64 {} were read back, {size} with {written} were written",
            self.size, self.crc64nvme
        ))
    }
}

/// As S3 spells a CRC-64/NVME.
pub(super) fn spelt(crc64: u64) -> String {
    BASE64_STANDARD.encode(crc64.to_be_bytes())
}

/// Reads, and sums what is read.
pub(super) struct Summed<R> {
    inner: R,
    size: u64,
    sha256: Sha256,
    crc64nvme: crc_fast::Digest,
}

impl<R> Summed<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            size: 0,
            sha256: Sha256::new(),
            crc64nvme: crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme),
        }
    }

    /// Bytes read so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn finish(self) -> Measure {
        Measure {
            size: self.size,
            sha256: base16ct::lower::encode_string(&self.sha256.finalize()),
            crc64nvme: spelt(self.crc64nvme.finalize()),
        }
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        self.sha256.update(bytes);
        self.crc64nvme.update(bytes);
        self.size += read as u64;
        Ok(read)
    }
}

/// Measures what can be read.
pub(super) fn measure(from: impl Read) -> io::Result<Measure> {
    let mut summed = Summed::new(from);
    io::copy(&mut summed, &mut io::sink())?;
    Ok(summed.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_known_ones() {
        // The check value of CRC-64/NVME is ae8b14860a799888.
        let measure = measure(&b"123456789"[..]).unwrap();
        assert_eq!(measure.size, 9);
        assert_eq!(measure.crc64nvme, "rosUhgp5mIg=");
        assert!(measure.sha256.starts_with("15e2b0d3c33891eb"));
        let same = measure.clone().compare(9, 0xae8b_1486_0a79_9888);
        assert_eq!(same, Ok(measure.clone()));
        assert!(measure.clone().compare(9, 1).is_err());
        assert!(measure.compare(8, 0xae8b_1486_0a79_9888).is_err());
    }
}
