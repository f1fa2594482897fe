//! A file that counts and hashes what is written to it.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// Passes everything on, and knows its length and SHA-256.
pub(super) struct Measured<W> {
    inner: W,
    size: u64,
    sha256: Sha256,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measure {
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
}

impl<W: Write> Measured<W> {
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            size: 0,
            sha256: Sha256::new(),
        }
    }

    pub fn finish(self) -> (W, Measure) {
        (
            self.inner,
            Measure {
                size: self.size,
                sha256: base16ct::lower::encode_string(&self.sha256.finalize()),
            },
        )
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sha256.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Measures what can be read.
pub(super) fn measure(mut from: impl io::Read) -> io::Result<Measure> {
    let mut measured = Measured::new(io::sink());
    io::copy(&mut from, &mut measured)?;
    Ok(measured.finish().1)
}
