//! A gzip file, pushed in piece by piece: all members, as `gzip -dc` reads them.

use super::header::{HeaderScan, MAGIC};
use super::{Error, Limits, as_u64, as_usize};
use flate2::{Decompress, FlushDecompress, Status};
use zlib_rs::crc32::crc32;

/// How far a [`Decoder`] has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// Bytes of the compressed file taken.
    pub compressed: u64,
    /// Bytes of contents given out.
    pub raw: u64,
    /// Members read to their end, with their checksum found right.
    pub members: u64,
}

/// What one call of [`Decoder::decode`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Bytes taken from the front of the input.
    pub consumed: usize,
    /// Bytes written to the front of the output.
    pub produced: usize,
}

/// Decodes a gzip file of any number of members, without doing I/O.
///
/// Bytes are given out before the checksum of their member was seen. Only [`Decoder::finish`] says that the file was
/// whole and right.
#[derive(Debug)]
pub struct Decoder {
    inflate: Decompress,
    limits: Limits,
    state: State,
    position: Position,
    /// Where the current member starts.
    member_start: u64,
    crc: u32,
    member_raw: u64,
    failure: Option<Error>,
}

#[derive(Debug)]
enum State {
    /// Before a member, with as many bytes of the magic number seen.
    Magic {
        seen: usize,
    },
    Header(HeaderScan),
    Body,
    /// CRC-32 and length, little-endian, and how many bytes of them are there.
    Trailer {
        bytes: [u8; 8],
        seen: usize,
    },
    /// In zeros after the last member.
    Padding,
}

impl Decoder {
    pub fn new(limits: Limits) -> Self {
        Self {
            inflate: Decompress::new(false),
            limits,
            state: State::Magic { seen: 0 },
            position: Position::default(),
            member_start: 0,
            crc: 0,
            member_raw: 0,
            failure: None,
        }
    }

    pub fn position(&self) -> Position {
        self.position
    }

    /// Takes bytes from the front of `input` and writes contents to the front of `output`, which must not be empty,
    /// until one of the two is used up. When the output was filled, more may come without new input: call again, with
    /// what is left of the input, be it nothing. Outputs of 64 KiB and more are decoded fastest.
    ///
    /// # Errors
    /// The file is not right. The same error comes again on every later call, and nothing that was written to `output`
    /// by a failed call counts.
    pub fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let mut step = Step {
            consumed: 0,
            produced: 0,
        };
        loop {
            let rest = input.get(step.consumed..).unwrap_or_default();
            let room = output.get_mut(step.produced..).unwrap_or_default();
            match self.advance(rest, room) {
                Ok(Step {
                    consumed: 0,
                    produced: 0,
                }) => return Ok(step),
                Ok(one) => {
                    step.consumed += one.consumed;
                    step.produced += one.produced;
                }
                Err(error) => {
                    self.failure = Some(error.clone());
                    return Err(error);
                }
            }
        }
    }

    /// To be called when the file has ended and [`Decoder::decode`] has nothing more to give.
    ///
    /// # Errors
    /// [`Error::Truncated`] when a member is not complete, or an error that came before.
    pub fn finish(&mut self) -> Result<(), Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        match self.state {
            State::Magic { seen: 0 } if self.position.members > 0 => Ok(()),
            State::Padding => Ok(()),
            _ => {
                let error = Error::Truncated {
                    member: self.member(),
                    offset: self.position.compressed,
                };
                self.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// The number of the member that is being read.
    fn member(&self) -> u64 {
        self.position.members + 1
    }

    /// One step inside one state; neither consumes nor produces only when it needs more input or room.
    fn advance(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Error> {
        if let State::Body = self.state {
            return self.inflate(input, output);
        }
        let consumed = match &mut self.state {
            State::Magic { .. } => self.magic(input)?,
            State::Header(header) => match header.feed(input) {
                Ok(taken) => {
                    if header.is_done() {
                        self.inflate.reset(false);
                        self.crc = 0;
                        self.member_raw = 0;
                        self.state = State::Body;
                    }
                    taken
                }
                Err(fault) => {
                    return Err(Error::Header {
                        member: self.member(),
                        offset: self.member_start,
                        fault,
                    });
                }
            },
            State::Trailer { bytes, seen } => {
                let room = bytes.get_mut(*seen..).unwrap_or_default();
                let taken = room.len().min(input.len());
                for (slot, byte) in room.iter_mut().zip(input) {
                    *slot = *byte;
                }
                *seen += taken;
                if *seen == bytes.len() {
                    let bytes = *bytes;
                    self.end_member(bytes, taken)?;
                }
                taken
            }
            State::Padding => match input.iter().position(|byte| *byte != 0) {
                None => input.len(),
                Some(at) => return Err(self.garbage(at)),
            },
            State::Body => 0,
        };
        self.position.compressed += as_u64(consumed);
        Ok(Step {
            consumed,
            produced: 0,
        })
    }

    fn garbage(&self, ahead: usize) -> Error {
        Error::TrailingGarbage {
            member: self.position.members,
            offset: self.position.compressed + as_u64(ahead),
        }
    }

    fn magic(&mut self, input: &[u8]) -> Result<usize, Error> {
        let State::Magic { seen } = &mut self.state else {
            return Ok(0);
        };
        let Some(byte) = input.first() else {
            return Ok(0);
        };
        if MAGIC.get(*seen) == Some(byte) {
            if *seen == 0 {
                self.member_start = self.position.compressed;
            }
            *seen += 1;
            if *seen == MAGIC.len() {
                self.state = State::Header(HeaderScan::after_magic());
            }
            return Ok(1);
        }
        if self.position.members == 0 {
            return Err(Error::NotGzip);
        }
        if *seen == 0 && *byte == 0 {
            self.state = State::Padding;
            return Ok(1);
        }
        Err(Error::TrailingGarbage {
            member: self.position.members,
            offset: self.position.compressed - as_u64(*seen),
        })
    }

    fn inflate(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Error> {
        let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
        let outcome = self
            .inflate
            .decompress(input, output, FlushDecompress::None);
        let consumed = self.inflate.total_in() - before_in;
        let produced = self.inflate.total_out() - before_out;
        self.position.compressed += consumed;
        let Ok(status) = outcome else {
            return Err(Error::Corrupt {
                member: self.member(),
                offset: self.position.compressed,
            });
        };
        self.position.raw += produced;
        self.member_raw += produced;
        self.check_limits()?;
        let step = Step {
            consumed: as_usize(consumed),
            produced: as_usize(produced),
        };
        self.crc = crc32(self.crc, output.get(..step.produced).unwrap_or_default());
        match status {
            Status::StreamEnd => {
                self.state = State::Trailer {
                    bytes: [0; 8],
                    seen: 0,
                };
                // An end that takes no byte still is a step; the trailer's bytes come next.
                if step.consumed == 0 && step.produced == 0 {
                    return self.advance(input, output);
                }
            }
            // Input and room are there and yet nothing moves: no valid stream does that.
            Status::Ok | Status::BufError => {
                let stuck = step.consumed == 0 && step.produced == 0;
                if stuck && !input.is_empty() && !output.is_empty() {
                    return Err(Error::Corrupt {
                        member: self.member(),
                        offset: self.position.compressed,
                    });
                }
            }
        }
        Ok(step)
    }

    fn check_limits(&self) -> Result<(), Error> {
        let Position {
            compressed, raw, ..
        } = self.position;
        if self.limits.allow(compressed, raw) {
            return Ok(());
        }
        let (member, offset) = (self.member(), compressed);
        Err(match (self.limits.max_raw_bytes, self.limits.max_ratio) {
            (Some(limit), _) if raw > limit => Error::TooLarge {
                member,
                offset,
                limit,
            },
            (_, ratio) => Error::RatioTooHigh {
                member,
                offset,
                limit: ratio.unwrap_or_default(),
            },
        })
    }

    /// Compares the trailer, whose last `taken` bytes are not yet counted in the position.
    fn end_member(&mut self, trailer: [u8; 8], taken: usize) -> Result<(), Error> {
        let [c0, c1, c2, c3, l0, l1, l2, l3] = trailer;
        let crc = u32::from_le_bytes([c0, c1, c2, c3]);
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        let member = self.member();
        let offset = self.position.compressed + as_u64(taken) - as_u64(trailer.len());
        if crc != self.crc {
            return Err(Error::Checksum {
                member,
                offset,
                stored: crc,
                computed: self.crc,
            });
        }
        let [r0, r1, r2, r3, ..] = self.member_raw.to_le_bytes();
        let raw = u32::from_le_bytes([r0, r1, r2, r3]);
        if length != raw {
            return Err(Error::Length {
                member,
                offset,
                stored: length,
                computed: raw,
            });
        }
        self.position.members += 1;
        self.state = State::Magic { seen: 0 };
        Ok(())
    }
}
