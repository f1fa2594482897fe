//! What an index says, once it was read and found consistent.

use std::fmt;
use std::ops::Range;

/// The index of a seekable file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    pub(super) sections: Vec<Section>,
    pub(super) members: Vec<Compact>,
    pub(super) raw_bytes: u64,
    pub(super) raw_crc32: u32,
}

/// A stretch of the SQL that begins and ends where a member does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub kind: Kind,
    /// Which members hold it, for [`Index::member`]; may be none.
    pub members: Range<usize>,
    /// Where it lies in the file.
    pub file_range: Range<u64>,
    /// Where it lies in the SQL.
    pub raw_range: Range<u64>,
    /// Rows of a table, 0 in the others.
    pub rows: u64,
}

/// What a section holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Everything before the first table's data. Only the first section.
    Preamble,
    /// One table's data in COPY's text format: its rows, then, if the writer counted it to the table, the `\.` line and
    /// the blank lines behind it. The COPY statement stands at the end of the section before.
    Table(Table),
    /// What stands between the data of two tables.
    Between,
    /// Everything after the last table's data. Only the last section.
    PostData,
}

/// Names are in the dump's encoding, and as the catalog has them: without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub schema: Vec<u8>,
    pub name: Vec<u8>,
    /// The columns of the COPY statement, in its order.
    pub columns: Columns,
}

/// A list of names in one piece of memory, so that a hostile index cannot make a small file into many allocations.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// For each name its length, two bytes little-endian, and its bytes.
    packed: Vec<u8>,
    count: usize,
}

/// One member, as the index describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Counted from 1, as in [`super::super::Error`].
    pub number: u64,
    /// Where it starts in the file.
    pub offset: u64,
    /// Its bytes in the file, head and tail included.
    pub size: u32,
    /// Where its contents start in the SQL.
    pub raw_offset: u64,
    /// Bytes of its contents, at most [`super::super::member::MAX_RAW_SIZE`].
    pub raw_size: u32,
    /// CRC-32 of its contents.
    pub crc32: u32,
    /// Rows that end in it: so many newlines of its contents end rows. What follows the last of them is the start of a
    /// row that the next member continues, or, in a table's last rows, the `\.` line.
    pub rows: u32,
    /// Its contents start in the middle of a row.
    pub starts_in_row: bool,
}

/// A [`Member`] without what follows from its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Compact {
    pub offset: u64,
    pub raw_offset: u64,
    pub size: u32,
    pub raw_size: u32,
    pub crc32: u32,
    pub rows: u32,
    pub starts_in_row: bool,
}

impl Index {
    /// In the order of the file. They cover all of its contents.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The member at `position`, counted from 0, as in [`Section::members`].
    pub fn member(&self, position: usize) -> Option<Member> {
        let compact = self.members.get(position)?;
        Some(Member {
            number: super::super::as_u64(position).saturating_add(1),
            offset: compact.offset,
            size: compact.size,
            raw_offset: compact.raw_offset,
            raw_size: compact.raw_size,
            crc32: compact.crc32,
            rows: compact.rows,
            starts_in_row: compact.starts_in_row,
        })
    }

    /// All members, or those of one section: `index.members(section.members.clone())`.
    pub fn members(&self, positions: Range<usize>) -> impl Iterator<Item = Member> {
        positions.map_while(|position| self.member(position))
    }

    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    /// The sections with a table's data, with their tables.
    pub fn tables(&self) -> impl Iterator<Item = (&Table, &Section)> {
        self.sections
            .iter()
            .filter_map(|section| match &section.kind {
                Kind::Table(table) => Some((table, section)),
                _ => None,
            })
    }

    /// Bytes that come out of the whole file.
    pub fn raw_bytes(&self) -> u64 {
        self.raw_bytes
    }

    /// CRC-32 of the bytes that come out of the whole file.
    pub fn raw_crc32(&self) -> u32 {
        self.raw_crc32
    }
}

impl Columns {
    /// Bytes that a name may have. The server's own limit is 63 unless it was built with another.
    pub const MAX_NAME: usize = u16::MAX as usize;

    /// `None` when the name is longer than [`Self::MAX_NAME`].
    pub fn push(&mut self, name: &[u8]) -> Option<()> {
        let length = u16::try_from(name.len()).ok()?;
        self.packed.extend(length.to_le_bytes());
        self.packed.extend(name);
        self.count += 1;
        Some(())
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.packed[..];
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk::<2>()?;
            let (name, behind) = behind.split_at_checked(u16::from_le_bytes(*length).into())?;
            rest = behind;
            Some(name)
        })
    }

    /// Of names that may be too long; `None` when one is.
    pub fn of<N: AsRef<[u8]>>(names: impl IntoIterator<Item = N>) -> Option<Self> {
        let mut columns = Self::default();
        for name in names {
            columns.push(name.as_ref())?;
        }
        Some(columns)
    }
}

impl fmt::Debug for Columns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(String::from_utf8_lossy);
        formatter.debug_list().entries(names).finish()
    }
}
