//! The journal of an unfinished download: which ranges of the file beside it have arrived.
//!
//! Lines are only ever appended. Each is a CRC-64/NVME in hex, a blank and JSON: the first one says of what version the
//! bytes are, every other one names a range and the checksum of its bytes. The first line that does not match its checksum
//! (a run was killed while writing it) ends the journal.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crc_fast::{CrcAlgorithm, checksum};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::ranges::Arrived;

/// More than any journal: one line for each MiB or more of an object, which has at most 5 TiB.
const LONGEST: u64 = 1 << 30;

/// What the bytes are of. Nothing that arrived for another one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    pub address: String,
    pub version: String,
    pub etag: Option<String>,
    /// Bytes.
    pub size: u64,
}

/// What a journal says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub subject: Subject,
    pub arrived: Vec<Arrived>,
    /// Bytes of the journal up to the end of its last good line.
    end: u64,
}

fn line(of: &impl Serialize) -> io::Result<Vec<u8>> {
    let json = serde_json::to_string(of)?;
    let crc64 = checksum(CrcAlgorithm::Crc64Nvme, json.as_bytes());
    Ok(format!("{crc64:016x} {json}\n").into_bytes())
}

fn parsed<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    let (crc64, json) = line.strip_suffix(b"\n")?.split_at_checked(16)?;
    let json = json.strip_prefix(b" ")?;
    let crc64 = u64::from_str_radix(std::str::from_utf8(crc64).ok()?, 16).ok()?;
    if checksum(CrcAlgorithm::Crc64Nvme, json) != crc64 {
        return None;
    }
    serde_json::from_slice(json).ok()
}

/// Reads a journal. `None` if there is no good first line.
pub(super) fn read(file: &mut File) -> io::Result<Option<Contents>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(LONGEST).read_to_end(&mut bytes)?;
    let mut lines = bytes.split_inclusive(|&byte| byte == b'\n');
    let Some(first) = lines.next() else {
        return Ok(None);
    };
    let Some(subject) = parsed(first) else {
        return Ok(None);
    };
    let mut end = first.len() as u64;
    let mut arrived = Vec::new();
    for line in lines {
        let Some(range) = parsed(line) else { break };
        arrived.push(range);
        end += line.len() as u64;
    }
    Ok(Some(Contents {
        subject,
        arrived,
        end,
    }))
}

/// Begins a journal anew.
pub(super) fn begin(file: &mut File, subject: &Subject) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&line(subject)?)?;
    file.sync_data()
}

/// Makes ready to append to a journal that was read.
pub(super) fn go_on(file: &mut File, contents: &Contents) -> io::Result<()> {
    file.set_len(contents.end)?;
    file.seek(SeekFrom::Start(contents.end)).map(drop)
}

/// Appends ranges, whose bytes must be durable by now, and makes that durable too.
pub(super) fn append(file: &mut File, arrived: &[Arrived]) -> io::Result<()> {
    let mut lines = Vec::new();
    for range in arrived {
        lines.extend(line(range)?);
    }
    file.write_all(&lines)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            address: "s3://b/db/app.gz".to_owned(),
            version: "v".to_owned(),
            etag: Some("e".to_owned()),
            size: 30,
        }
    }

    fn arrived(offset: u64) -> Arrived {
        Arrived {
            offset,
            length: 10,
            crc64nvme: u64::MAX - offset,
        }
    }

    #[test]
    fn what_was_appended_is_read_wherever_the_rest_was_cut_off() {
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(read(&mut file).unwrap(), None);
        begin(&mut file, &subject()).unwrap();
        let first = file.metadata().unwrap().len();
        append(&mut file, &[arrived(0)]).unwrap();
        let second = file.metadata().unwrap().len();
        append(&mut file, &[arrived(20)]).unwrap();
        let whole = file.metadata().unwrap().len();
        for length in (0..=whole).rev() {
            file.set_len(length).unwrap();
            let expected = match length {
                _ if length == whole => Some(vec![arrived(0), arrived(20)]),
                _ if length >= second => Some(vec![arrived(0)]),
                _ if length >= first => Some(vec![]),
                _ => None,
            };
            let found = read(&mut file).unwrap();
            assert!(
                found
                    .as_ref()
                    .is_none_or(|found| found.subject == subject())
            );
            assert_eq!(found.map(|found| found.arrived), expected, "{length}");
        }
    }

    #[test]
    fn a_garbled_line_ends_it_and_gives_way_to_the_next() {
        let mut file = tempfile::tempfile().unwrap();
        begin(&mut file, &subject()).unwrap();
        append(&mut file, &[arrived(0)]).unwrap();
        file.write_all(b"0000000000000000 {\"offset\":10,\"length\":10,\"crc64nvme\":1}\n")
            .unwrap();
        append(&mut file, &[arrived(10)]).unwrap();
        let contents = read(&mut file).unwrap().unwrap();
        assert_eq!(contents.arrived, [arrived(0)]);
        go_on(&mut file, &contents).unwrap();
        append(&mut file, &[arrived(20)]).unwrap();
        let contents = read(&mut file).unwrap().unwrap();
        assert_eq!(contents.arrived, [arrived(0), arrived(20)]);
    }
}
