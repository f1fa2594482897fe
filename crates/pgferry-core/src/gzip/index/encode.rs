//! Writing an index: docs/format.md, "Index".

use super::super::member::{EMPTY_TAIL, KIND_INDEX, carrier_head};
use super::super::{Checksums, as_u64};
use super::{Footer, Kind, MAX_BYTES, MAX_SECTIONS, PART_SIZE, Table};
use zlib_rs::crc32::crc32;

/// What the index says of one member.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct MemberEntry {
    pub size: u32,
    pub raw_size: u32,
    pub crc32: u32,
    pub rows: u32,
    pub starts_in_row: bool,
}

/// Collects an index section by section, already encoded: about a dozen bytes a member.
#[derive(Debug, Default)]
pub(in super::super) struct IndexBuilder {
    /// The sections that are closed.
    closed: Vec<u8>,
    sections: u64,
    /// The members of the open section.
    open: Vec<u8>,
    open_members: u64,
    /// The limits were passed; nothing is kept any more.
    given_up: bool,
}

impl IndexBuilder {
    pub fn member(&mut self, entry: MemberEntry) {
        if self.given_up {
            return;
        }
        varint(&mut self.open, entry.size.into());
        varint(&mut self.open, entry.raw_size.into());
        let rows = u64::from(entry.rows) << 1 | u64::from(entry.starts_in_row);
        varint(&mut self.open, rows);
        self.open.extend(entry.crc32.to_le_bytes());
        self.open_members += 1;
        self.check();
    }

    /// Closes a section; the members since the last call are its own.
    pub fn section(&mut self, kind: &Kind) {
        if self.given_up {
            return;
        }
        self.closed.push(code(kind));
        if let Kind::Table(Table {
            schema,
            name,
            columns,
        }) = kind
        {
            for name in [schema, name] {
                text(&mut self.closed, name);
            }
            varint(&mut self.closed, as_u64(columns.len()));
            for column in columns.iter() {
                text(&mut self.closed, column);
            }
        }
        varint(&mut self.closed, self.open_members);
        self.closed.append(&mut self.open);
        self.open_members = 0;
        self.sections += 1;
        self.check();
    }

    fn check(&mut self) {
        // The number of sections, which stands before them, takes up to ten bytes.
        let bytes = as_u64(self.closed.len() + self.open.len()) + 10;
        if bytes > MAX_BYTES || self.sections > MAX_SECTIONS {
            *self = Self {
                given_up: true,
                ..Self::default()
            };
        }
    }

    /// The parts of the index and the footer, which end a file that is `offset` bytes long so far and holds `contents`;
    /// `None` when the index would be larger than what is read.
    pub fn finish(self, offset: u64, contents: Checksums) -> Option<Vec<u8>> {
        if self.given_up {
            return None;
        }
        let mut index = Vec::with_capacity(self.closed.len() + 10);
        varint(&mut index, self.sections);
        index.extend(self.closed);
        let footer = Footer {
            index_offset: offset,
            index_bytes: as_u64(index.len()),
            index_crc32: crc32(0, &index),
            raw_bytes: contents.bytes,
            raw_crc32: contents.crc32,
        };
        let mut out = Vec::with_capacity(index.len() + index.len() / 256 + 128);
        for part in index.chunks(PART_SIZE.into()) {
            let length = u16::try_from(part.len()).unwrap_or(PART_SIZE);
            out.extend(carrier_head(KIND_INDEX, length));
            out.extend(part);
            out.extend(EMPTY_TAIL);
        }
        out.extend(footer.encode());
        Some(out)
    }
}

pub(super) fn code(kind: &Kind) -> u8 {
    match kind {
        Kind::Preamble => 0,
        Kind::Table(_) => 1,
        Kind::Between => 2,
        Kind::PostData => 3,
    }
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    varint(out, as_u64(bytes.len()));
    out.extend(bytes);
}

/// Seven bits a byte, the low ones first; the top bit says that more follow.
fn varint(out: &mut Vec<u8>, value: u64) {
    let mut rest = value;
    while rest >= 0x80 {
        let [low, ..] = rest.to_le_bytes();
        out.push(low | 0x80);
        rest >>= 7;
    }
    let [low, ..] = rest.to_le_bytes();
    out.push(low);
}
