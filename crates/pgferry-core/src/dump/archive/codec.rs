use flate2::{Decompress, FlushDecompress, Status};

use super::header::Algorithm;

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

/// Why data cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("data compressed with {0} cannot be decoded")]
    Unsupported(Algorithm),
    #[error("compressed data are corrupt: {0}")]
    Corrupt(String),
    #[error("compressed data are cut off")]
    Truncated,
    #[error("bytes follow the end of the compressed data")]
    TrailingBytes,
}

impl Decoder {
    /// # Errors
    /// [`DecodeError::Unsupported`] for lz4 and zstd, which `pg_dump` uses only where it is told to.
    pub fn new(algorithm: Algorithm) -> Result<Self, DecodeError> {
        match algorithm {
            Algorithm::None => Ok(Self(Coding::Plain)),
            Algorithm::Gzip => Ok(Self(Coding::Zlib {
                state: Decompress::new(true),
                output: vec![0; OUTPUT_LENGTH].into_boxed_slice(),
                ended: false,
            })),
            Algorithm::Lz4 | Algorithm::Zstd => Err(DecodeError::Unsupported(algorithm)),
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
    pub fn decode<E: From<DecodeError>>(
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
                    Err(DecodeError::TrailingBytes.into())
                };
            }
            let (taken, given) = (state.total_in(), state.total_out());
            let status = state
                .decompress(bytes, output, FlushDecompress::None)
                .map_err(|error| DecodeError::Corrupt(error.to_string()))?;
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
                        Err(DecodeError::Corrupt("no progress".to_owned()).into())
                    };
                }
                _ => {}
            }
        }
    }

    /// Says that the data have ended.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] where the compressed stream has not.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match &self.0 {
            Coding::Zlib { ended: false, .. } => Err(DecodeError::Truncated),
            _ => Ok(()),
        }
    }
}
