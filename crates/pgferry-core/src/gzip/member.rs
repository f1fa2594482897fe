//! Members of a seekable file: one block each, with the member's own size in its header.
//!
//! docs/format.md, "Members". A member is found from the one before by its size alone, without decompressing, and any
//! gzip reader reads it: to the others it is an ordinary member with an extra field that they skip.

use super::block::END_BLOCK;
use super::index::Member;
use super::inflate::Inflater;
use super::{Checksums, Error};
use flate2::{FlushDecompress, Status};
use zlib_rs::crc32::crc32;

/// Identifies the subfields of ours in a header's extra field (RFC 1952, section 2.3.1.1): SI1 and SI2.
pub const SUBFIELD: [u8; 2] = *b"PF";

/// Bytes before the block.
pub const HEAD_SIZE: usize = 21;
/// Bytes after the block.
pub const TAIL_SIZE: usize = 10;

/// Raw bytes that one member may hold; a reader allocates no more than this a member.
pub const MAX_RAW_SIZE: u64 = 16 * 1024 * 1024;
/// Bytes that a whole member may take: [`MAX_RAW_SIZE`] stored without compression, with room for its frame.
pub const MAX_SIZE: u64 = MAX_RAW_SIZE + MAX_RAW_SIZE / 8 + 1024;

/// Kinds of subfields, their first byte.
pub(super) const KIND_MEMBER: u8 = b'M';
pub(super) const KIND_INDEX: u8 = b'I';
pub(super) const KIND_FOOTER: u8 = b'F';

/// Ten bytes: deflate, FEXTRA set, no time, no level, unknown system, so that equal contents give equal files.
const FIXED_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff];
/// End block, CRC-32 and length of a member without contents.
pub(super) const EMPTY_TAIL: [u8; TAIL_SIZE] = [0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

/// What goes around a block to make it a member: write `head`, the block, `tail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    pub head: [u8; HEAD_SIZE],
    pub tail: [u8; TAIL_SIZE],
}

impl Frame {
    /// The frame of a block of `compressed` bytes; `None` when the block is larger than [`MAX_RAW_SIZE`] or than its
    /// contents can explain.
    pub fn new(compressed: usize, contents: Checksums) -> Option<Self> {
        let size = super::as_u64(compressed).checked_add(super::as_u64(HEAD_SIZE + TAIL_SIZE))?;
        if size > MAX_SIZE || contents.bytes > MAX_RAW_SIZE {
            return None;
        }
        let length = u32::try_from(contents.bytes).ok()?;
        let mut tail = Vec::with_capacity(TAIL_SIZE);
        tail.extend(END_BLOCK);
        tail.extend(contents.crc32.to_le_bytes());
        tail.extend(length.to_le_bytes());
        Some(Self {
            head: head(u32::try_from(size).ok()?),
            tail: tail.try_into().ok()?,
        })
    }
}

/// The head of a member of `size` bytes.
fn head(size: u32) -> [u8; HEAD_SIZE] {
    let mut head = [0; HEAD_SIZE];
    let parts = FIXED_HEAD
        .into_iter()
        .chain([9, 0])
        .chain(SUBFIELD)
        .chain([5, 0, KIND_MEMBER])
        .chain(size.to_le_bytes());
    for (slot, byte) in head.iter_mut().zip(parts) {
        *slot = byte;
    }
    head
}

/// The size of the member that starts at the front of `bytes`, by its header; `None` when it is not one of ours or
/// fewer than [`HEAD_SIZE`] bytes are there.
pub fn size(bytes: &[u8]) -> Option<u32> {
    let head: [u8; HEAD_SIZE] = bytes.get(..HEAD_SIZE)?.try_into().ok()?;
    let [.., a, b, c, d] = head;
    let size = u32::from_le_bytes([a, b, c, d]);
    (head == self::head(size)).then_some(size)
}

/// Bytes of [`carrier_head`].
pub(super) const CARRIER_HEAD_SIZE: usize = 17;

/// The head of an empty member that carries `content` more bytes, at most 65530, in a subfield of `kind`.
pub(super) fn carrier_head(kind: u8, content: u16) -> [u8; CARRIER_HEAD_SIZE] {
    let subfield = content.saturating_add(1);
    let mut head = [0; CARRIER_HEAD_SIZE];
    let parts = FIXED_HEAD
        .into_iter()
        .chain(subfield.saturating_add(4).to_le_bytes())
        .chain(SUBFIELD)
        .chain(subfield.to_le_bytes())
        .chain([kind]);
    for (slot, byte) in head.iter_mut().zip(parts) {
        *slot = byte;
    }
    head
}

/// Decompresses single members, given the index. Make one a thread and keep it.
#[derive(Debug)]
pub struct Decompressor {
    inflater: Inflater,
}

impl Default for Decompressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Decompressor {
    pub fn new() -> Self {
        Self {
            inflater: Inflater::new(),
        }
    }

    /// Replaces the contents of `raw` by those of the member whose bytes are `bytes`, `member.size` of them from
    /// `member.offset` on. Allocates at most `member.raw_size`, and nothing when the buffer has that capacity.
    ///
    /// # Errors
    /// The member is corrupt, or not the one that the index describes; `raw` is empty then.
    pub fn decompress(
        &mut self,
        bytes: &[u8],
        member: &Member,
        raw: &mut Vec<u8>,
    ) -> Result<(), Error> {
        raw.clear();
        let outcome = self.checked(bytes, member, raw);
        if outcome.is_err() {
            raw.clear();
        }
        outcome
    }

    fn checked(&mut self, bytes: &[u8], member: &Member, raw: &mut Vec<u8>) -> Result<(), Error> {
        let mismatch = |what| Error::IndexMismatch {
            member: member.number,
            offset: member.offset,
            what,
        };
        if bytes.len() != super::as_usize(u64::from(member.size)) {
            return Err(mismatch("other size"));
        }
        if size(bytes) != Some(member.size) {
            return Err(mismatch("other header"));
        }
        let (stream, trailer) = bytes
            .get(HEAD_SIZE..)
            .and_then(|rest| rest.split_last_chunk::<8>())
            .filter(|(stream, _)| stream.ends_with(&END_BLOCK))
            .ok_or(mismatch("other end"))?;
        let room = u64::from(member.raw_size);
        let inflated = self
            .inflater
            .inflate(stream, room, FlushDecompress::Finish, raw);
        let read = super::as_u64(HEAD_SIZE) + inflated.read;
        match inflated.status {
            Ok(Status::StreamEnd) if inflated.read == super::as_u64(stream.len()) => {}
            _ => {
                return Err(Error::Corrupt {
                    member: member.number,
                    offset: member.offset.saturating_add(read),
                });
            }
        }
        let contents = crc32(0, raw);
        let [c0, c1, c2, c3, l0, l1, l2, l3] = *trailer;
        let (stored, length) = (
            u32::from_le_bytes([c0, c1, c2, c3]),
            u32::from_le_bytes([l0, l1, l2, l3]),
        );
        if stored != contents {
            return Err(Error::Checksum {
                member: member.number,
                offset: member.offset.saturating_add(u64::from(member.size) - 8),
                stored,
                computed: contents,
            });
        }
        if length != member.raw_size || super::as_u64(raw.len()) != u64::from(member.raw_size) {
            return Err(mismatch("other length of its contents"));
        }
        if contents != member.crc32 {
            return Err(mismatch("other checksum"));
        }
        Ok(())
    }
}
