//! The format of a file, from its first bytes.

/// What a file's first bytes say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Nothing in it.
    Empty,
    /// Text; `pg_dump`'s plain SQL if it is a dump.
    Plain,
    /// Compressed with gzip (RFC 1952).
    Gzip,
    /// `pg_dump -Fc`, which begins with `PGDMP`.
    CustomArchive,
    /// A tar archive, as `pg_dump -Ft` writes.
    TarArchive,
    /// Compressed with something else, whose name this is: pgferry does not read it.
    Compressed(&'static str),
    /// None of these, and no text.
    Unknown,
}

/// How many bytes [`sniff`] looks at; fewer are enough if the file has no more.
pub const SNIFF_LENGTH: usize = 512;

const COMPRESSED: [(&[u8], &str); 8] = [
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x9d", "compress"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip"),
    (b"LZIP", "lzip"),
];

/// Names the format of a file that begins with `start`.
pub fn sniff(start: &[u8]) -> Format {
    if start.is_empty() {
        return Format::Empty;
    }
    if start.starts_with(b"\x1f\x8b") {
        return Format::Gzip;
    }
    if start.starts_with(b"PGDMP") {
        return Format::CustomArchive;
    }
    if let Some((_, name)) = COMPRESSED
        .iter()
        .find(|(magic, _)| start.starts_with(magic))
    {
        return Format::Compressed(name);
    }
    // POSIX and GNU tar; `pg_dump -Ft` writes the former with the latter's version field in old releases.
    if start.get(257..262) == Some(b"ustar") {
        return Format::TarArchive;
    }
    let start = start.get(..SNIFF_LENGTH).unwrap_or(start);
    let control = |byte: &u8| {
        byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t' | b'\x0b' | b'\x0c')
    };
    if start.iter().any(control) {
        Format::Unknown
    } else {
        Format::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        let mut tar = vec![0; 512];
        tar[..7].copy_from_slice(b"toc.dat");
        tar[257..262].copy_from_slice(b"ustar");
        let cases: [(&[u8], Format); 10] = [
            (b"", Format::Empty),
            (b"--\n-- PostgreSQL database dump\n--\n", Format::Plain),
            (b"\xef\xbb\xbf-- caf\xe9\r\n", Format::Plain),
            (b"\x1f\x8b\x08\x00", Format::Gzip),
            (b"PGDMP\x01\x0e\x00", Format::CustomArchive),
            (&tar, Format::TarArchive),
            (b"\x28\xb5\x2f\xfd\x00", Format::Compressed("zstd")),
            (b"\x04\x22\x4d\x18", Format::Compressed("lz4")),
            (b"BZh9", Format::Compressed("bzip2")),
            (b"\x7fELF\x02\x01\x01\x00", Format::Unknown),
        ];
        for (start, expected) in cases {
            assert_eq!(
                sniff(start),
                expected,
                "{:?}",
                String::from_utf8_lossy(start)
            );
        }
    }
}
