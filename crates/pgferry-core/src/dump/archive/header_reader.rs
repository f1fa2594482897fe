use super::error::Problem;
use super::field::FieldReader;
use super::header::{Algorithm, Compression, Created, Header, Version};
use super::text::Text;

/// `archCustom` of `pg_backup.h`.
pub(super) const CUSTOM_FORMAT: u8 = 1;
/// The bytes of an integer, without its sign: `sizeof(int)`.
pub(super) const INTEGER_SIZE: u8 = 4;
/// The bytes of a file offset: `sizeof(pgoff_t)`.
pub(super) const OFFSET_SIZE: u8 = 8;
/// What an archive begins with.
pub const MAGIC: &[u8; 5] = b"PGDMP";

/// The fields of the header in their order; each step reads one.
#[derive(Debug, Clone, Copy)]
enum HeaderField {
    Magic(usize),
    Major,
    Minor,
    Revision,
    IntegerSize,
    OffsetSize,
    Format,
    Compression,
    /// By index: second, minute, hour, day, month, year, daylight saving.
    Created(usize),
    Database,
    ServerVersion,
    DumpVersion,
    Done,
}

/// Reads the header: `ReadHead` of `pg_backup_archiver.c`.
#[derive(Debug)]
pub(super) struct HeaderReader {
    next: HeaderField,
    header: Header,
}

impl HeaderReader {
    pub(super) fn new() -> Self {
        let created = Created {
            second: 0,
            minute: 0,
            hour: 0,
            day: 0,
            month: 0,
            year: 0,
            daylight_saving: 0,
        };
        Self {
            next: HeaderField::Magic(0),
            header: Header {
                version: Version::OLDEST,
                compression: Compression::NONE,
                created,
                database: None,
                server_version: None,
                dump_version: None,
            },
        }
    }

    /// Gives the header once it is complete, None where more input is needed.
    pub(super) fn read(
        &mut self,
        fields: &mut FieldReader,
        input: &mut &[u8],
    ) -> Result<Option<Header>, Problem> {
        while !matches!(self.next, HeaderField::Done) {
            let Some(next) = self.step(fields, input)? else {
                return Ok(None);
            };
            self.next = next;
        }
        Ok(Some(self.header.clone()))
    }

    /// Reads one field, and gives the one that follows.
    fn step(
        &mut self,
        fields: &mut FieldReader,
        input: &mut &[u8],
    ) -> Result<Option<HeaderField>, Problem> {
        match self.next {
            HeaderField::Compression => {
                let Some(compression) = read_compression(self.header.version, fields, input)?
                else {
                    return Ok(None);
                };
                self.header.compression = compression;
                Ok(Some(HeaderField::Created(0)))
            }
            HeaderField::Created(index) => {
                let Some(value) = fields.int(input)? else {
                    return Ok(None);
                };
                Ok(Some(self.set_created(index, value)))
            }
            HeaderField::Database | HeaderField::ServerVersion | HeaderField::DumpVersion => {
                let Some(text) = fields.text(input)? else {
                    return Ok(None);
                };
                Ok(Some(self.set_text(text)))
            }
            _ => fields
                .byte(input)
                .map(|byte| self.set_byte(byte))
                .transpose(),
        }
    }

    fn set_byte(&mut self, byte: u8) -> Result<HeaderField, Problem> {
        let version = &mut self.header.version;
        match self.next {
            HeaderField::Magic(index) => match MAGIC.get(index..) {
                Some(&[expected, ..]) if expected != byte => Err(Problem::Magic),
                Some(&[_, _, ..]) => Ok(HeaderField::Magic(index + 1)),
                _ => Ok(HeaderField::Major),
            },
            HeaderField::Major => {
                version.major = byte;
                Ok(HeaderField::Minor)
            }
            HeaderField::Minor => {
                version.minor = byte;
                Ok(HeaderField::Revision)
            }
            HeaderField::Revision => {
                version.revision = byte;
                if (Version::OLDEST..=Version::NEWEST).contains(version) {
                    Ok(HeaderField::IntegerSize)
                } else {
                    Err(Problem::Version(*version))
                }
            }
            HeaderField::IntegerSize if byte == INTEGER_SIZE => Ok(HeaderField::OffsetSize),
            HeaderField::IntegerSize => Err(Problem::IntegerSize(byte)),
            HeaderField::OffsetSize if byte == OFFSET_SIZE => Ok(HeaderField::Format),
            HeaderField::OffsetSize => Err(Problem::OffsetSize(byte)),
            _ if byte == CUSTOM_FORMAT => Ok(HeaderField::Compression),
            _ => Err(Problem::Format(byte)),
        }
    }

    fn set_created(&mut self, index: usize, value: i32) -> HeaderField {
        let created = &mut self.header.created;
        let (field, next) = match index {
            0 => (&mut created.second, HeaderField::Created(1)),
            1 => (&mut created.minute, HeaderField::Created(2)),
            2 => (&mut created.hour, HeaderField::Created(3)),
            3 => (&mut created.day, HeaderField::Created(4)),
            4 => (&mut created.month, HeaderField::Created(5)),
            5 => (&mut created.year, HeaderField::Created(6)),
            _ => (&mut created.daylight_saving, HeaderField::Database),
        };
        *field = value;
        next
    }

    fn set_text(&mut self, text: Option<Text>) -> HeaderField {
        let header = &mut self.header;
        let (field, next) = match self.next {
            HeaderField::Database => (&mut header.database, HeaderField::ServerVersion),
            HeaderField::ServerVersion => (&mut header.server_version, HeaderField::DumpVersion),
            _ => (&mut header.dump_version, HeaderField::Done),
        };
        *field = text;
        next
    }
}

fn read_compression(
    version: Version,
    fields: &mut FieldReader,
    input: &mut &[u8],
) -> Result<Option<Compression>, Problem> {
    if version >= Version::ALGORITHM {
        let Some(byte) = fields.byte(input) else {
            return Ok(None);
        };
        let algorithm = Algorithm::from_byte(byte).ok_or(Problem::Algorithm(byte))?;
        let level = if algorithm == Algorithm::None { 0 } else { -1 };
        return Ok(Some(Compression { algorithm, level }));
    }
    match fields.int(input)? {
        None => Ok(None),
        Some(0) => Ok(Some(Compression::NONE)),
        Some(level @ (-1 | 1..=9)) => Ok(Some(Compression::gzip(level))),
        Some(level) => Err(Problem::Level(level)),
    }
}
