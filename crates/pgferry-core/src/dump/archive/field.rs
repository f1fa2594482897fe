use super::entry::Position;
use super::error::Problem;
use super::text::Text;

/// Bytes of an integer of an archive: a sign and a magnitude of four bytes.
pub(super) const INT_LENGTH: usize = 5;
/// Bytes of a position: a state and an offset.
const POSITION_LENGTH: usize = 9;

/// Reads one value of an archive after another from input that comes in any pieces.
///
/// Each method takes what it needs from the front of `input`; where that is not enough it takes everything, keeps it,
/// and gives None: call the same method again with the bytes that follow.
#[derive(Debug)]
pub(super) struct FieldReader {
    /// Bytes of the value that is not complete.
    kept: Vec<u8>,
    /// The length of the string whose bytes are being read.
    text_length: Option<usize>,
    /// Bytes taken so far, and so the offset in the archive of the next one.
    offset: u64,
    /// The offset at which the value that was read last, or is being read, begins.
    start: u64,
    /// The offset after which no string may end.
    text_limit: u64,
}

impl FieldReader {
    pub(super) fn new(text_limit: u64) -> Self {
        Self {
            kept: Vec::new(),
            text_length: None,
            offset: 0,
            start: 0,
            text_limit,
        }
    }

    /// The next byte is this one of the archive.
    pub(super) fn begin_at(&mut self, offset: u64) {
        self.offset = offset;
        self.start = offset;
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Whether a value has begun and is not complete.
    pub(super) fn is_midway(&self) -> bool {
        !self.kept.is_empty() || self.text_length.is_some()
    }

    /// Takes up to `limit` bytes that are no field.
    pub(super) fn raw<'a>(&mut self, input: &mut &'a [u8], limit: usize) -> &'a [u8] {
        let (taken, rest) = input.split_at(limit.min(input.len()));
        *input = rest;
        self.start = self.offset;
        self.offset += taken.len() as u64;
        taken
    }

    /// Exactly `length` bytes, given to `parse` in one piece.
    fn bytes<T>(
        &mut self,
        input: &mut &[u8],
        length: usize,
        parse: impl FnOnce(&[u8]) -> T,
    ) -> Option<T> {
        if self.kept.is_empty() {
            if self.text_length.is_none() {
                self.start = self.offset;
            }
            if let Some((taken, rest)) = input.split_at_checked(length) {
                *input = rest;
                self.offset += length as u64;
                return Some(parse(taken));
            }
        }
        let missing = length.saturating_sub(self.kept.len());
        let (taken, rest) = input.split_at(missing.min(input.len()));
        *input = rest;
        self.offset += taken.len() as u64;
        self.kept.extend_from_slice(taken);
        if self.kept.len() < length {
            return None;
        }
        let parsed = parse(&self.kept);
        // A definition of megabytes must not be held until the archive ends.
        if self.kept.capacity() > 4096 {
            self.kept = Vec::new();
        } else {
            self.kept.clear();
        }
        Some(parsed)
    }

    pub(super) fn byte(&mut self, input: &mut &[u8]) -> Option<u8> {
        self.bytes(input, 1, |bytes| bytes.first().copied())
            .flatten()
    }

    /// `ReadInt` of `pg_backup_archiver.c`. An oid of 2^31 or more is stored as a negative integer.
    pub(super) fn int(&mut self, input: &mut &[u8]) -> Result<Option<i32>, Problem> {
        self.bytes(input, INT_LENGTH, parse_int).transpose()
    }

    /// `ReadStr`; the inner None is null.
    #[expect(
        clippy::option_option,
        reason = "the outer None waits for input, the inner one is a value"
    )]
    pub(super) fn text(&mut self, input: &mut &[u8]) -> Result<Option<Option<Text>>, Problem> {
        let length = match self.text_length {
            Some(length) => length,
            None => match self.int(input)? {
                None => return Ok(None),
                Some(-1) => return Ok(Some(None)),
                Some(value) => {
                    let length =
                        usize::try_from(value).map_err(|_negative| Problem::TextLength(value))?;
                    if self.offset.saturating_add(length as u64) > self.text_limit {
                        return Err(Problem::TocTooLarge {
                            limit: self.text_limit,
                        });
                    }
                    self.text_length = Some(length);
                    length
                }
            },
        };
        let Some(text) = self.bytes(input, length, |bytes| Text::from(bytes)) else {
            return Ok(None);
        };
        self.text_length = None;
        if memchr::memchr(0, &text).is_some() {
            return Err(Problem::Nul);
        }
        Ok(Some(Some(text)))
    }

    /// `ReadOffset`. An offset that is not known is 0.
    pub(super) fn position(&mut self, input: &mut &[u8]) -> Result<Option<Position>, Problem> {
        self.bytes(input, POSITION_LENGTH, parse_position)
            .transpose()
    }
}

fn parse_position(bytes: &[u8]) -> Result<Position, Problem> {
    let Some((state, offset)) = bytes.split_first_chunk::<1>() else {
        return Err(Problem::Truncated);
    };
    let offset = offset
        .iter()
        .rev()
        .fold(0, |value, byte| (value << 8) | u64::from(*byte));
    match (*state, offset) {
        ([1], 0) => Ok(Position::Unknown),
        ([2], offset) => Ok(Position::Known(offset)),
        ([3], 0) => Ok(Position::NoData),
        ([state], _) => Err(Problem::Position(state)),
    }
}

fn parse_int(bytes: &[u8]) -> Result<i32, Problem> {
    let &[sign, a, b, c, d] = bytes else {
        return Err(Problem::Integer);
    };
    let magnitude = u32::from_le_bytes([a, b, c, d]);
    match sign {
        0 => i32::try_from(magnitude).map_err(|_too_large| Problem::Integer),
        1 if (1..=i32::MIN.unsigned_abs()).contains(&magnitude) => {
            Ok(magnitude.wrapping_neg().cast_signed())
        }
        _ => Err(Problem::Integer),
    }
}
