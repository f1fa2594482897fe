//! The archives of `tests/data/archive`, and what every test does with one.

use pgferry_core::dump::archive::{
    Algorithm, ArchiveError, ArchiveReader, Decoder, Event, Header, Toc,
};

macro_rules! archives {
    ($($name:literal),* $(,)?) => {
        /// Every archive: its name, and its bytes.
        pub const ARCHIVES: &[(&str, &[u8])] = &[
            $(($name, include_bytes!(concat!("../data/archive/", $name, ".dump")))),*
        ];
    };
}

archives!(
    "odd-15",
    "odd-15-inserts",
    "odd-15-level-1",
    "odd-15-no-large-objects",
    "odd-15-schema",
    "odd-15-z0-pipe",
    "odd-17",
    "odd-17-lz4",
    "odd-17-z0-pipe",
    "odd-17-zstd",
    "odd-18",
    "odd-18-lz4",
    "odd-18-statistics",
    "odd-18-z0-pipe",
    "odd-18-zstd",
    "site-15-pipe",
    "site-15-z0",
);

pub fn archive(name: &str) -> &'static [u8] {
    ARCHIVES
        .iter()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("no archive {name}"))
        .1
}

/// Events without their borrows, the pieces of a chunk put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Header,
    Toc,
    BlockStart(usize),
    LargeObjectStart(u32),
    Chunk { length: u32, bytes: Vec<u8> },
    LargeObjectEnd,
    BlockEnd(usize),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    pub header: Header,
    pub toc: Toc,
    pub seen: Vec<Seen>,
}

/// Reads an archive that comes in these pieces.
pub fn parse<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Parsed, ArchiveError> {
    let mut reader = ArchiveReader::new();
    let mut seen = Vec::new();
    for piece in pieces {
        let mut input = piece;
        while let Some(event) = reader.next(&mut input)? {
            match event {
                Event::Header => seen.push(Seen::Header),
                Event::Toc => seen.push(Seen::Toc),
                Event::BlockStart { entry } => seen.push(Seen::BlockStart(entry)),
                Event::LargeObjectStart { oid } => seen.push(Seen::LargeObjectStart(oid)),
                Event::LargeObjectEnd => seen.push(Seen::LargeObjectEnd),
                Event::BlockEnd { entry } => seen.push(Seen::BlockEnd(entry)),
                Event::Data(piece) => {
                    assert!(!piece.bytes.is_empty());
                    if piece.chunk_offset == 0 {
                        seen.push(Seen::Chunk {
                            length: piece.chunk_length,
                            bytes: Vec::new(),
                        });
                    }
                    let Some(Seen::Chunk { length, bytes }) = seen.last_mut() else {
                        panic!("data outside of a chunk");
                    };
                    assert_eq!(
                        (*length, bytes.len()),
                        (piece.chunk_length, piece.chunk_offset as usize)
                    );
                    bytes.extend_from_slice(piece.bytes);
                }
            }
        }
        assert!(input.is_empty(), "the reader left input");
    }
    reader.finish()?;
    let header = reader.header().expect("a header").clone();
    let toc = reader.toc().expect("a table of contents").clone();
    Ok(Parsed { header, toc, seen })
}

/// The decoded data of an archive: name of the entry, oid of the large object, bytes.
pub fn contents(parsed: &Parsed) -> Vec<(String, Option<u32>, Vec<u8>)> {
    let mut contents: Vec<(String, Option<u32>, Vec<u8>)> = Vec::new();
    let mut entry = String::new();
    let mut decoder = Decoder::new(parsed.header.compression.algorithm).expect("a known algorithm");
    for seen in &parsed.seen {
        match seen {
            Seen::BlockStart(index) => {
                entry = parsed.toc.entries()[*index].to_string();
                if !parsed.toc.entries()[*index].holds_large_objects() {
                    contents.push((entry.clone(), None, Vec::new()));
                }
            }
            Seen::LargeObjectStart(oid) => contents.push((entry.clone(), Some(*oid), Vec::new())),
            Seen::Chunk { bytes, .. } => {
                let out = &mut contents.last_mut().expect("data begun").2;
                decoder
                    .decode(
                        bytes,
                        |decoded| -> Result<(), pgferry_core::dump::archive::CodecError> {
                            out.extend_from_slice(decoded);
                            Ok(())
                        },
                    )
                    .expect("sound data");
            }
            Seen::LargeObjectEnd => {
                decoder.finish().expect("complete data");
                decoder.reset();
            }
            Seen::BlockEnd(index) => {
                if !parsed.toc.entries()[*index].holds_large_objects() {
                    decoder.finish().expect("complete data");
                    decoder.reset();
                }
            }
            Seen::Header | Seen::Toc => {}
        }
    }
    contents
}

pub fn decodable(parsed: &Parsed) -> bool {
    matches!(
        parsed.header.compression.algorithm,
        Algorithm::None | Algorithm::Gzip
    )
}
