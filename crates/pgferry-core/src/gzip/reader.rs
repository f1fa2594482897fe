//! [`Decoder`] as a `std::io::Read`.

use super::{Decoder, Limits, Position};
use std::io::{self, Read};

/// Bytes that are asked of the source at a time.
pub const READ_SIZE: usize = 256 * 1024;

/// Reads the contents of all members of a gzip file.
///
/// An `Ok(0)` means that the file ended where it may and that every checksum was right. An error that is the file's
/// fault carries a [`super::Error`], see [`super::Error::of`]; any other is the source's own. It decodes straight into
/// the caller's buffer: give it 64 KiB or more, or wrap it in a `BufReader` of that capacity.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    decoder: Decoder,
    buffer: Vec<u8>,
    /// What of `buffer` is filled and not yet decoded.
    start: usize,
    end: usize,
    source_ended: bool,
}

impl<R: Read> Reader<R> {
    /// With the default [`Limits`].
    pub fn new(source: R) -> Self {
        Self::with_limits(source, Limits::default())
    }

    pub fn with_limits(source: R, limits: Limits) -> Self {
        Self {
            source,
            decoder: Decoder::new(limits),
            buffer: vec![0; READ_SIZE],
            start: 0,
            end: 0,
            source_ended: false,
        }
    }

    /// How far reading has come, for progress.
    pub fn position(&self) -> Position {
        self.decoder.position()
    }

    pub fn get_ref(&self) -> &R {
        &self.source
    }

    pub fn into_inner(self) -> R {
        self.source
    }

    fn refill(&mut self) -> io::Result<()> {
        (self.start, self.end) = (0, 0);
        loop {
            match self.source.read(&mut self.buffer) {
                Ok(0) => self.source_ended = true,
                Ok(count) => self.end = count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if output.is_empty() {
            return Ok(0);
        }
        loop {
            let input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let step = self.decoder.decode(input, output)?;
            self.start += step.consumed;
            if step.produced > 0 {
                return Ok(step.produced);
            }
            if self.source_ended {
                self.decoder.finish()?;
                return Ok(0);
            }
            self.refill()?;
        }
    }
}
