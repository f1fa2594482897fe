//! Which server a dump was made of, from the dump's first bytes.

use memchr::memmem;

use super::archive::ArchiveReader;
use super::{Format, sniff};

/// `pg_dump` writes it among the first lines.
const MARK: &[u8] = b"\n-- Dumped from database version ";

/// The major version of the server that a plain dump or a custom archive was made of, if its beginning says so. A few
/// hundred bytes are enough, 4 KiB ample.
pub fn server_major(start: &[u8]) -> Option<u32> {
    match sniff(start) {
        Format::Plain => {
            let version = start.get(memmem::find(start, MARK)? + MARK.len()..)?;
            let digits = version.split(|byte| !byte.is_ascii_digit()).next()?;
            std::str::from_utf8(digits).ok()?.parse().ok()
        }
        Format::CustomArchive => {
            let mut reader = ArchiveReader::new();
            let mut input = start;
            // That the archive goes on after this is no error here.
            drop(reader.next(&mut input));
            reader.header()?.server_major()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_stands_in_the_first_lines() {
        for (start, major) in [
            (
                "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)\n",
                Some(15),
            ),
            ("\n-- Dumped from database version 19devel\n", Some(19)),
            ("\n-- Dumped from database version ", None),
            ("--\n-- PostgreSQL database dump\n--\n", None),
            ("", None),
        ] {
            assert_eq!(server_major(start.as_bytes()), major, "{start}");
        }
    }

    #[test]
    fn an_archive_has_it_in_its_header() {
        let archive = include_bytes!("../../tests/data/archive/odd-17.dump");
        assert_eq!(server_major(&archive[..4096]), Some(17));
        assert_eq!(server_major(&archive[..20]), None);
    }
}
