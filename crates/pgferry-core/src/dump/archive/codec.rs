use flate2::{Compress, Decompress, FlushCompress, FlushDecompress, Status};

use super::header::{Algorithm, Compression};

/// How much of what was decoded is handed out at once, in bytes.
const OUTPUT_LENGTH: usize = 64 * 1024;

/// Decodes the data of one table or one large object.
///
/// A table may decode to a thousand times what is stored: count what comes out.
pub struct Decoder(Coding);

enum Coding {
    Plain,
    Zlib {
        state: Decompress,
        output: Box<[u8]>,
        ended: bool,
    },
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.0 {
            Coding::Plain => "Decoder(none)",
            Coding::Zlib { .. } => "Decoder(gzip)",
        })
    }
}

/// Why data cannot be decoded or encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("data compressed with {0} cannot be read or written")]
    Unsupported(Algorithm),
    #[error("compression level {0} is not between -1 and 9")]
    Level(i32),
    #[error("data cannot be compressed: {0}")]
    Compress(String),
    #[error("compressed data are corrupt: {0}")]
    Corrupt(String),
    #[error("compressed data are cut off")]
    Truncated,
    #[error("bytes follow the end of the compressed data")]
    TrailingBytes,
}

impl Decoder {
    /// # Errors
    /// [`CodecError::Unsupported`] for lz4 and zstd, which `pg_dump` uses only where it is told to.
    pub fn new(algorithm: Algorithm) -> Result<Self, CodecError> {
        match algorithm {
            Algorithm::None => Ok(Self(Coding::Plain)),
            Algorithm::Gzip => Ok(Self(Coding::Zlib {
                state: Decompress::new(true),
                output: vec![0; OUTPUT_LENGTH].into_boxed_slice(),
                ended: false,
            })),
            Algorithm::Lz4 | Algorithm::Zstd => Err(CodecError::Unsupported(algorithm)),
        }
    }

    /// Makes this ready for the data of another table.
    pub fn reset(&mut self) {
        if let Coding::Zlib { state, ended, .. } = &mut self.0 {
            state.reset(true);
            *ended = false;
        }
    }

    /// Decodes the next bytes and gives what they decode to, if anything, to `sink`, in pieces that are not empty.
    ///
    /// # Errors
    /// Where the bytes are corrupt, or `sink` fails.
    pub fn decode<E: From<CodecError>>(
        &mut self,
        mut bytes: &[u8],
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Coding::Zlib {
            state,
            output,
            ended,
        } = &mut self.0
        else {
            return if bytes.is_empty() {
                Ok(())
            } else {
                sink(bytes)
            };
        };
        loop {
            if *ended {
                return if bytes.is_empty() {
                    Ok(())
                } else {
                    Err(CodecError::TrailingBytes.into())
                };
            }
            let (taken, given) = (state.total_in(), state.total_out());
            let status = state
                .decompress(bytes, output, FlushDecompress::None)
                .map_err(|error| CodecError::Corrupt(error.to_string()))?;
            let taken = usize::try_from(state.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(state.total_out() - given).unwrap_or(usize::MAX);
            bytes = bytes.get(taken..).unwrap_or_default();
            *ended = status == Status::StreamEnd;
            match output.get(..given) {
                Some(decoded) if !decoded.is_empty() => sink(decoded)?,
                // Nothing was taken and nothing given: what is left to decode is not there yet.
                _ if taken == 0 && !*ended => {
                    return if bytes.is_empty() {
                        Ok(())
                    } else {
                        Err(CodecError::Corrupt("no progress".to_owned()).into())
                    };
                }
                _ => {}
            }
        }
    }

    /// Says that the data have ended.
    ///
    /// # Errors
    /// [`CodecError::Truncated`] where the compressed stream has not.
    pub fn finish(&self) -> Result<(), CodecError> {
        match &self.0 {
            Coding::Zlib { ended: false, .. } => Err(CodecError::Truncated),
            _ => Ok(()),
        }
    }
}

/// Encodes the data of one table or one large object, on one core.
pub struct Encoder(Option<Deflate>);

struct Deflate {
    state: Compress,
    output: Box<[u8]>,
    /// The number of bytes of `output` that are waiting to be handed out.
    filled: usize,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.is_some() {
            "Encoder(gzip)"
        } else {
            "Encoder(none)"
        })
    }
}

impl Encoder {
    /// # Errors
    /// [`CodecError::Unsupported`] for lz4 and zstd, and for a level that zlib does not have.
    pub fn new(compression: Compression) -> Result<Self, CodecError> {
        let level = match (compression.algorithm, compression.level) {
            (Algorithm::None, _) => return Ok(Self(None)),
            (Algorithm::Gzip, -1) => flate2::Compression::default(),
            (Algorithm::Gzip, level @ 0..=9) => flate2::Compression::new(level.unsigned_abs()),
            (Algorithm::Gzip, level) => return Err(CodecError::Level(level)),
            (algorithm, _) => return Err(CodecError::Unsupported(algorithm)),
        };
        let output = vec![0; OUTPUT_LENGTH].into_boxed_slice();
        Ok(Self(Some(Deflate {
            state: Compress::new(level, true),
            output,
            filled: 0,
        })))
    }

    /// Encodes the next bytes and gives what is ready, if anything, to `sink`, in pieces that are not empty.
    ///
    /// # Errors
    /// Where `sink` fails.
    pub fn encode<E: From<CodecError>>(
        &mut self,
        bytes: &[u8],
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        match &mut self.0 {
            None if bytes.is_empty() => Ok(()),
            None => sink(bytes),
            Some(deflate) => deflate.run(bytes, FlushCompress::None, &mut sink),
        }
    }

    /// Gives the rest to `sink`, and makes this ready for the data of another table.
    ///
    /// # Errors
    /// Where `sink` fails.
    pub fn finish<E: From<CodecError>>(
        &mut self,
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(deflate) = &mut self.0 else {
            return Ok(());
        };
        deflate.run(&[], FlushCompress::Finish, &mut sink)?;
        deflate.state.reset();
        Ok(())
    }
}

impl Deflate {
    fn run<E: From<CodecError>>(
        &mut self,
        mut bytes: &[u8],
        flush: FlushCompress,
        sink: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            let (taken, given) = (self.state.total_in(), self.state.total_out());
            let room = self.output.get_mut(self.filled..).unwrap_or_default();
            let status = self
                .state
                .compress(bytes, room, flush)
                .map_err(|error| CodecError::Compress(error.to_string()))?;
            let taken = usize::try_from(self.state.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(self.state.total_out() - given).unwrap_or(usize::MAX);
            bytes = bytes.get(taken..).unwrap_or_default();
            self.filled = self.filled.saturating_add(given);
            let ended = status == Status::StreamEnd;
            if self.filled >= self.output.len() || (ended && self.filled > 0) {
                sink(self.output.get(..self.filled).unwrap_or_default())?;
                self.filled = 0;
            }
            if ended || (bytes.is_empty() && !matches!(flush, FlushCompress::Finish)) {
                return Ok(());
            }
        }
    }
}
