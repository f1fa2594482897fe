//! A member's header, read as it comes in: RFC 1952, section 2.3.

use super::HeaderFault;
use zlib_rs::crc32::crc32;

/// ID1 and ID2.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];
const DEFLATE: u8 = 8;
const FHCRC: u8 = 1 << 1;
const FEXTRA: u8 = 1 << 2;
const FNAME: u8 = 1 << 3;
const FCOMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// Reads past one header. Holds none of its variable parts, so a name of a gigabyte costs no memory.
#[derive(Debug)]
pub(super) struct HeaderScan {
    state: State,
    flags: u8,
    crc: u32,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// The ten bytes that every header has, by position.
    Fixed(u8),
    ExtraLength {
        low: Option<u8>,
    },
    Extra {
        left: u16,
    },
    Name,
    Comment,
    Checksum {
        low: Option<u8>,
    },
    Done,
}

impl HeaderScan {
    /// A scan that starts after the magic number.
    pub(super) fn after_magic() -> Self {
        Self {
            state: State::Fixed(2),
            flags: 0,
            crc: crc32(0, &MAGIC),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Takes the header's next bytes from the front of `input` and says how many that were.
    pub(super) fn feed(&mut self, input: &[u8]) -> Result<usize, HeaderFault> {
        let mut rest = input;
        while !self.is_done() && !rest.is_empty() {
            let taken = self.step(rest)?;
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(input.len() - rest.len())
    }

    /// `input` is not empty; at least one byte is taken.
    fn step(&mut self, input: &[u8]) -> Result<usize, HeaderFault> {
        let Some(&byte) = input.first() else {
            return Ok(0);
        };
        let mut taken = 1;
        let next = match self.state {
            State::Fixed(position) => {
                match position {
                    2 if byte != DEFLATE => return Err(HeaderFault::Method(byte)),
                    3 if byte & RESERVED != 0 => return Err(HeaderFault::Flags(byte)),
                    3 => self.flags = byte,
                    // MTIME, XFL and OS say nothing about the contents.
                    _ => {}
                }
                if position < 9 {
                    State::Fixed(position + 1)
                } else {
                    self.after(FEXTRA)
                }
            }
            State::ExtraLength { low: None } => State::ExtraLength { low: Some(byte) },
            State::ExtraLength { low: Some(low) } => match u16::from_le_bytes([low, byte]) {
                0 => self.after(FNAME),
                left => State::Extra { left },
            },
            State::Extra { left } => {
                let skip = u16::try_from(input.len()).unwrap_or(u16::MAX).min(left);
                taken = usize::from(skip);
                match left - skip {
                    0 => self.after(FNAME),
                    left => State::Extra { left },
                }
            }
            State::Name | State::Comment => {
                let end = memchr::memchr(0, input);
                taken = end.map_or(input.len(), |end| end + 1);
                match (end, self.state) {
                    (None, state) => state,
                    (Some(_), State::Name) => self.after(FCOMMENT),
                    (Some(_), _) => self.after(FHCRC),
                }
            }
            // The checksum does not cover itself, so `crc` must not move on.
            State::Checksum { low: None } => {
                self.state = State::Checksum { low: Some(byte) };
                return Ok(1);
            }
            State::Checksum { low: Some(low) } => {
                let stored = u16::from_le_bytes([low, byte]);
                let [first, second, ..] = self.crc.to_le_bytes();
                let computed = u16::from_le_bytes([first, second]);
                if stored != computed {
                    return Err(HeaderFault::Checksum { stored, computed });
                }
                self.state = State::Done;
                return Ok(1);
            }
            State::Done => return Ok(0),
        };
        self.crc = crc32(self.crc, input.get(..taken).unwrap_or_default());
        self.state = next;
        Ok(taken)
    }

    /// The state of the first optional part from `flag` on, in the order of the format, that this header has.
    fn after(&self, flag: u8) -> State {
        let parts = [
            (FEXTRA, State::ExtraLength { low: None }),
            (FNAME, State::Name),
            (FCOMMENT, State::Comment),
            (FHCRC, State::Checksum { low: None }),
        ];
        parts
            .into_iter()
            .skip_while(|(part, _)| *part != flag)
            .find(|(part, _)| self.flags & part != 0)
            .map_or(State::Done, |(_, state)| state)
    }
}
