//! Reading an index, whatever its bytes are: docs/format.md, "Index".

use super::super::member::{
    EMPTY_TAIL, HEAD_SIZE, KIND_INDEX, MAX_RAW_SIZE, MAX_SIZE, TAIL_SIZE, carrier_head,
};
use super::super::{Checksums, as_u64, as_usize};
use super::model::Compact;
use super::{Columns, Error, Footer, Index, Kind, MAX_SECTIONS, PART_SIZE, Section, Table};
use std::ops::Range;
use zlib_rs::crc32::crc32;

/// Bytes that a section takes at least: kind and number of members.
const MIN_SECTION: u64 = 2;
/// Bytes that a member takes at least: three numbers and a checksum.
const MIN_MEMBER: u64 = 7;

impl Index {
    /// Reads the index out of the bytes of [`Footer::index_range`].
    ///
    /// # Errors
    /// The bytes are not that index, it is malformed, or it does not add up to what the footer says of the file.
    pub fn parse(parts: &[u8], footer: &Footer) -> Result<Self, Error> {
        let bytes = join(parts, footer)?;
        if crc32(0, &bytes) != footer.index_crc32 {
            return Err(Error::Checksum);
        }
        let mut parser = Parser {
            total: as_u64(bytes.len()),
            rest: &bytes,
            index: Self::default(),
            offset: 0,
            contents: Checksums::EMPTY,
        };
        let count = parser.count(MIN_SECTION)?;
        if count > MAX_SECTIONS {
            return Err(parser.malformed("too many sections"));
        }
        for position in 0..count {
            parser.section(position == 0, position + 1 == count)?;
        }
        if !parser.rest.is_empty() {
            return Err(parser.malformed("more bytes than its sections take"));
        }
        let sums = [
            ("sizes of its members", parser.offset, footer.index_offset),
            (
                "contents of its members",
                parser.contents.bytes,
                footer.raw_bytes,
            ),
            (
                "checksums of its members",
                parser.contents.crc32.into(),
                footer.raw_crc32.into(),
            ),
        ];
        for (what, sum, expected) in sums {
            if sum != expected {
                return Err(Error::Sum {
                    what,
                    sum,
                    expected,
                });
            }
        }
        let mut index = parser.index;
        (index.raw_bytes, index.raw_crc32) = (footer.raw_bytes, footer.raw_crc32);
        Ok(index)
    }
}

/// Takes the parts out of their members, which must be exactly as they are written.
fn join(parts: &[u8], footer: &Footer) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(parts.len().min(as_usize(footer.index_bytes)));
    let mut rest = parts;
    loop {
        let left = footer.index_bytes.saturating_sub(as_u64(bytes.len()));
        if left == 0 && rest.is_empty() {
            return Ok(bytes);
        }
        let no_part = Error::Part {
            offset: footer
                .index_offset
                .saturating_add(as_u64(parts.len() - rest.len())),
        };
        let length = u16::try_from(left).unwrap_or(PART_SIZE).min(PART_SIZE);
        let part = rest
            .strip_prefix(&carrier_head(KIND_INDEX, length))
            .and_then(|behind| behind.split_at_checked(length.into()));
        match part {
            Some((part, behind)) if length > 0 && behind.starts_with(&EMPTY_TAIL) => {
                bytes.extend(part);
                rest = behind.get(TAIL_SIZE..).unwrap_or_default();
            }
            _ => return Err(no_part),
        }
    }
}

/// Reads sections front to back and keeps the running sums.
struct Parser<'a> {
    total: u64,
    rest: &'a [u8],
    index: Index,
    /// Where the next member starts in the file.
    offset: u64,
    /// Of all members so far. Adler-32 plays no part.
    contents: Checksums,
}

impl Parser<'_> {
    fn malformed(&self, what: &'static str) -> Error {
        Error::Malformed {
            offset: self.total - as_u64(self.rest.len()),
            what,
        }
    }

    fn section(&mut self, first: bool, last: bool) -> Result<(), Error> {
        let code = self.byte()?;
        let kind = match code {
            0 if first => Kind::Preamble,
            1 => Kind::Table(self.table()?),
            2 => Kind::Between,
            3 if last => Kind::PostData,
            0 | 3 => return Err(self.malformed("a section that may not stand there")),
            _ => return Err(self.malformed("a kind of section that is not known")),
        };
        let is_table = matches!(kind, Kind::Table(_));
        let (file_start, raw_start) = (self.offset, self.contents.bytes);
        let members = self.members(is_table)?;
        let rows = self
            .index
            .members
            .get(members.clone())
            .unwrap_or_default()
            .iter()
            .map(|member| u64::from(member.rows))
            .sum();
        self.index.sections.push(Section {
            kind,
            members,
            file_range: file_start..self.offset,
            raw_range: raw_start..self.contents.bytes,
            rows,
        });
        Ok(())
    }

    fn table(&mut self) -> Result<Table, Error> {
        let schema = self.text()?.to_vec();
        let name = self.text()?.to_vec();
        let mut columns = Columns::default();
        for _ in 0..self.count(1)? {
            let column = self.text()?;
            if columns.push(column).is_none() {
                return Err(self.malformed("a name that is too long"));
            }
        }
        Ok(Table {
            schema,
            name,
            columns,
        })
    }

    fn members(&mut self, is_table: bool) -> Result<Range<usize>, Error> {
        let start = self.index.members.len();
        for _ in 0..self.count(MIN_MEMBER)? {
            self.member(is_table)?;
        }
        Ok(start..self.index.members.len())
    }

    fn member(&mut self, is_table: bool) -> Result<(), Error> {
        let size = self.number()?;
        if size < as_u64(HEAD_SIZE + TAIL_SIZE) || size > MAX_SIZE {
            return Err(self.malformed("a size that no member has"));
        }
        let raw_size = self.number()?;
        if raw_size > MAX_RAW_SIZE {
            return Err(self.malformed("a member with more contents than any has"));
        }
        let rows = self.number()?;
        let (rows, starts_in_row) = (rows >> 1, rows & 1 == 1);
        if rows > raw_size || (!is_table && (rows > 0 || starts_in_row)) {
            return Err(self.malformed("rows that cannot be"));
        }
        let crc32 = u32::from_le_bytes(self.array()?);
        let narrow = |value| u32::try_from(value).unwrap_or(u32::MAX);
        self.index.members.push(Compact {
            offset: self.offset,
            raw_offset: self.contents.bytes,
            size: narrow(size),
            raw_size: narrow(raw_size),
            crc32,
            rows: narrow(rows),
            starts_in_row,
        });
        self.offset = self.offset.saturating_add(size);
        self.contents = self.contents.followed_by(Checksums {
            bytes: raw_size,
            crc32,
            adler32: Checksums::EMPTY.adler32,
        });
        Ok(())
    }

    /// A number of things that take at least `minimum` bytes each, so that no count can ask for more than is there.
    fn count(&mut self, minimum: u64) -> Result<u64, Error> {
        let count = self.number()?;
        if count.saturating_mul(minimum) > as_u64(self.rest.len()) {
            return Err(self.malformed("a number of entries that cannot be there"));
        }
        Ok(count)
    }

    fn number(&mut self) -> Result<u64, Error> {
        let mut value: u64 = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if (low << shift) >> shift != low {
                break;
            }
            value |= low << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.malformed("a number that is too long"))
    }

    fn text(&mut self) -> Result<&[u8], Error> {
        let length = as_usize(self.count(1)?);
        let (text, behind) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = behind;
        Ok(text)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let Some((array, behind)) = self.rest.split_first_chunk::<N>() else {
            return Err(self.malformed("the end"));
        };
        self.rest = behind;
        Ok(*array)
    }
}
