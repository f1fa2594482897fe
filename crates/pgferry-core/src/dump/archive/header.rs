use std::fmt;

use super::text::Text;

/// What the archive says about itself before its table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub version: Version,
    /// How every stream of the archive is compressed. To be changed when the archive is written again.
    pub compression: Compression,
    pub created: Created,
    /// The name of the database that was dumped.
    pub database: Option<Text>,
    /// As `SHOW server_version` gives it: `15.18 (Debian 15.18-0+deb12u1)`.
    pub server_version: Option<Text>,
    /// The version of `pg_dump`, in the same form.
    pub dump_version: Option<Text>,
}

impl Header {
    /// The major version of the server: 15 for `15.18 (Debian …)`.
    pub fn server_major(&self) -> Option<u32> {
        major(self.server_version.as_ref()?)
    }

    /// The major version of `pg_dump`.
    pub fn dump_major(&self) -> Option<u32> {
        major(self.dump_version.as_ref()?)
    }
}

/// The digits that a version begins with. A development version (`19devel`) has them too.
fn major(version: &Text) -> Option<u32> {
    let digits = version.split(|byte| !byte.is_ascii_digit()).next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The version of the archive format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u8,
    pub minor: u8,
    pub revision: u8,
}

impl Version {
    /// The oldest that is read.
    pub const OLDEST: Self = Self::new(1, 12);
    /// The newest that is read, in any revision, as `K_VERS_MAX` has it.
    pub const NEWEST: Self = Self {
        major: 1,
        minor: 16,
        revision: u8::MAX,
    };
    pub(super) const ACCESS_METHOD: Self = Self::new(1, 14);
    pub(super) const ALGORITHM: Self = Self::new(1, 15);
    pub(super) const RELATION_KIND: Self = Self::new(1, 16);

    const fn new(major: u8, minor: u8) -> Self {
        Self {
            major,
            minor,
            revision: 0,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}-{}", self.major, self.minor, self.revision)
    }
}

/// How the streams are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression {
    pub algorithm: Algorithm,
    /// The level that `pg_dump` was given, -1 for zlib's default. Only the header of versions before 1.15 holds it;
    /// from then on it is read as -1, and not written.
    pub level: i32,
}

impl Compression {
    pub const NONE: Self = Self {
        algorithm: Algorithm::None,
        level: 0,
    };

    /// zlib at this level, -1 to 9 without 0: in versions before 1.15, level 0 means that nothing is compressed.
    pub const fn gzip(level: i32) -> Self {
        Self {
            algorithm: Algorithm::Gzip,
            level,
        }
    }
}

/// `pg_compress_algorithm` of the server's `src/include/common/compression.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    None,
    /// A zlib stream (RFC 1950) in spite of its name, one for each table and each large object.
    Gzip,
    Lz4,
    Zstd,
}

impl Algorithm {
    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::None),
            1 => Some(Self::Gzip),
            2 => Some(Self::Lz4),
            3 => Some(Self::Zstd),
            _ => None,
        }
    }

    pub(super) const fn to_byte(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Gzip => 1,
            Self::Lz4 => 2,
            Self::Zstd => 3,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// When the archive was made, on the clock of the machine that made it: its time zone is not recorded.
/// The fields are those of C's `struct tm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created {
    pub second: i32,
    pub minute: i32,
    pub hour: i32,
    /// 1 to 31.
    pub day: i32,
    /// 0 to 11.
    pub month: i32,
    /// Years since 1900.
    pub year: i32,
    /// Above 0 in daylight saving time, below 0 where that is not known.
    pub daylight_saving: i32,
}

impl Created {
    /// None where the fields are no date. A leap second becomes the second before it.
    pub fn date_time(&self) -> Option<jiff::civil::DateTime> {
        jiff::civil::DateTime::new(
            i16::try_from(self.year.checked_add(1900)?).ok()?,
            i8::try_from(self.month.checked_add(1)?).ok()?,
            i8::try_from(self.day).ok()?,
            i8::try_from(self.hour).ok()?,
            i8::try_from(self.minute).ok()?,
            i8::try_from(self.second.min(59)).ok()?,
            0,
        )
        .ok()
    }
}
