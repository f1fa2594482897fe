//! Reading back what was written, before any of it gets its name.
//!
//! Every byte of the three files is read, and summed against what was written. Every block is decompressed, once: one
//! that stands in several files was written from the same memory, and the sums say that it arrived in each.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use pgferry_core::anonymize::oracle::{Oracle, OracleOptions};
use pgferry_core::dump::archive::{ArchiveReader, Event};
use pgferry_core::dump::{Census, TableLoad};
use pgferry_core::gzip::ZlibStream;
use pgferry_core::gzip::block::{self, Level};
use pgferry_core::gzip::index::{FOOTER_SIZE, Footer, Index, Member};
use pgferry_core::gzip::member::{Decompressor, Frame, HEAD_SIZE, TAIL_SIZE};

use super::BackupError;
use super::measured::{Measure, Summed};
use super::pack::{Packed, PackedDump, PackedScript, Verbatim};
use crate::anonymize;
use crate::error::OnPath;
use crate::ui::Progress;

const BUFFER: usize = 256 * 1024;

/// The files of a set as they were read back.
#[derive(Debug)]
pub(super) struct Verified {
    pub dump: Measure,
    pub full: Measure,
    pub anon: Measure,
    /// Blocks that were decompressed, each once.
    pub blocks: u64,
}

/// Where the files stand.
#[derive(Debug)]
pub(super) struct Paths {
    pub dump: PathBuf,
    pub full: PathBuf,
    pub anon: PathBuf,
}

/// Reads all of a set back, on two cores. The anonymised artefact is searched for addresses.
pub(super) fn verify(
    paths: &Paths,
    packed: &Packed,
    level: Level,
    looking: OracleOptions,
    progress: &Progress,
) -> Result<Verified, BackupError> {
    let in_anon = ids(&packed.anon.blocks);
    let in_full = ids(&packed.full.blocks);
    let truncated = &packed.anonymized.truncated;
    std::thread::scope(|scope| {
        let anon = scope.spawn(|| {
            let expected = Expected {
                script: &packed.anon,
                tables: &packed.tables,
                truncated,
            };
            let oracle = Oracle::new(looking);
            script(
                &paths.anon,
                &expected,
                &HashSet::new(),
                Some(oracle),
                progress,
            )
        });
        let expected = Expected {
            script: &packed.full,
            tables: &packed.tables,
            truncated: &BTreeMap::new(),
        };
        let full = script(&paths.full, &expected, &in_anon, None, progress)?;
        let dump = archive(&paths.dump, &packed.dump, level, &in_full, progress)?;
        let anon = anon
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let all = [
            &packed.dump.blocks,
            &packed.full.blocks,
            &packed.anon.blocks,
        ];
        let once: HashSet<u64> = all.into_iter().flatten().map(|block| block.id).collect();
        Ok(Verified {
            dump,
            full,
            anon,
            blocks: once.len() as u64,
        })
    })
}

fn ids(blocks: &[Verbatim]) -> HashSet<u64> {
    blocks.iter().map(|block| block.id).collect()
}

/// What a script must turn out to be.
struct Expected<'a> {
    script: &'a PackedScript,
    tables: &'a [TableLoad],
    /// Tables whose rows were left out.
    truncated: &'a BTreeMap<String, u64>,
}

fn fault(path: &Path) -> impl Fn(String) -> BackupError {
    move |reason| BackupError::Verify {
        path: path.display().to_string(),
        reason,
    }
}

/// Reads a script back. Rows in blocks that are `elsewhere` are decompressed there.
fn script(
    path: &Path,
    expected: &Expected<'_>,
    elsewhere: &HashSet<u64>,
    mut oracle: Option<Oracle>,
    progress: &Progress,
) -> Result<Measure, BackupError> {
    let fault = fault(path);
    let file = File::open(path).on_path("read", path)?;
    let mut reader = Summed::new(BufReader::with_capacity(BUFFER, file));
    let mut decompressor = Decompressor::new();
    // It sees everything but rows.
    let mut census = Census::new();
    let (mut bytes, mut raw) = (Vec::new(), Vec::new());
    let mut members = Vec::with_capacity(expected.script.blocks.len());
    let (mut offset, mut raw_offset) = (0, 0);
    for (number, block) in (1..).zip(&expected.script.blocks) {
        let member = member(number, offset, raw_offset, block)
            .ok_or_else(|| fault(format!("member {number} is too large")))?;
        bytes.resize(block.compressed + HEAD_SIZE + TAIL_SIZE, 0);
        reader
            .read_exact(&mut bytes)
            .map_err(|error| fault(error.to_string()))?;
        if block.rows.is_some() && elsewhere.contains(&block.id) {
            if !is_framed(&bytes, block) {
                return Err(fault(format!("member {number} has another frame")));
            }
        } else {
            decompressor
                .decompress(&bytes, &member, &mut raw)
                .map_err(|error| fault(error.to_string()))?;
            if block.rows.is_none() {
                census.feed(&raw);
            } else if memchr::memchr_iter(b'\n', &raw).count() as u64 != u64::from(member.rows) {
                return Err(fault(format!("member {number} has other rows")));
            }
            if let Some(oracle) = &mut oracle {
                oracle.feed(&raw);
            }
        }
        progress.advance(block.contents.bytes);
        offset += bytes.len() as u64;
        raw_offset += block.contents.bytes;
        members.push(member);
    }
    // Index and footer.
    io::copy(&mut reader, &mut io::sink()).on_path("read", path)?;
    compare_index(path, reader.size(), &members, expected).map_err(&fault)?;
    let found = census.finish().map_err(|error| fault(error.to_string()))?;
    if !found
        .tables
        .iter()
        .map(|table| &table.table)
        .eq(expected.tables.iter().map(|table| &table.table))
    {
        return Err(fault("it has other tables than the archive".to_owned()));
    }
    for (found, table) in expected.script.tables.iter().zip(expected.tables) {
        let left_out = expected.truncated.contains_key(&table.table.to_string());
        let rows = if left_out { 0 } else { table.rows };
        if *found != rows {
            let reason = format!("it has {found} rows of {}, the archive {rows}", table.table);
            return Err(fault(reason));
        }
    }
    if let Some(oracle) = oracle {
        anonymize::oracle::judge(&oracle.finish())?;
    }
    let PackedScript { size, crc64, .. } = *expected.script;
    reader.finish().compare(size, crc64).map_err(fault)
}

fn member(number: u64, offset: u64, raw_offset: u64, block: &Verbatim) -> Option<Member> {
    let rows = block.rows.unwrap_or_default();
    Some(Member {
        number,
        offset,
        size: u32::try_from(block.compressed + HEAD_SIZE + TAIL_SIZE).ok()?,
        raw_offset,
        raw_size: u32::try_from(block.contents.bytes).ok()?,
        crc32: block.contents.crc32,
        rows: rows.ending,
        starts_in_row: rows.starts_in_row,
    })
}

fn is_framed(bytes: &[u8], block: &Verbatim) -> bool {
    Frame::new(block.compressed, block.contents)
        .is_some_and(|frame| bytes.starts_with(&frame.head) && bytes.ends_with(&frame.tail))
}

/// Compares the index, if the file is not too large to have one, with what was found.
fn compare_index(
    path: &Path,
    size: u64,
    members: &[Member],
    expected: &Expected<'_>,
) -> Result<(), String> {
    let read = |from: u64, length: u64| -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let footer_size = FOOTER_SIZE as u64;
    let end = read(size.saturating_sub(footer_size), footer_size).map_err(|e| e.to_string())?;
    let footer = Footer::parse(&end, size).map_err(|error| error.to_string())?;
    let Some(footer) = footer.filter(|_| expected.script.has_index) else {
        return if expected.script.has_index {
            Err("the index is missing".to_owned())
        } else {
            Ok(())
        };
    };
    let range = footer.index_range();
    let parts = read(range.start, range.end - range.start).map_err(|error| error.to_string())?;
    let index = Index::parse(&parts, &footer).map_err(|error| error.to_string())?;
    if !index
        .members(0..index.member_count())
        .eq(members.iter().copied())
    {
        return Err("the index names other members".to_owned());
    }
    let rows = index.tables().map(|(_, section)| section.rows);
    if !rows.eq(expected.script.tables.iter().copied()) {
        return Err("the index counts other rows".to_owned());
    }
    let contents = expected.script.contents;
    if (index.raw_bytes(), index.raw_crc32()) != (contents.bytes, contents.crc32) {
        return Err("the index sums its contents differently".to_owned());
    }
    Ok(())
}

/// Reads the archive back. Blocks that are `elsewhere` are decompressed there.
fn archive(
    path: &Path,
    expected: &PackedDump,
    level: Level,
    elsewhere: &HashSet<u64>,
    progress: &Progress,
) -> Result<Measure, BackupError> {
    let fault = fault(path);
    let file = File::open(path).on_path("read", path)?;
    let mut file = Summed::new(file);
    let mut archive = ArchiveReader::new();
    let mut streams = Streams {
        blocks: expected.blocks.iter(),
        elsewhere,
        header: ZlibStream::header(level),
        chunk: Vec::new(),
        open: None,
        decompressor: block::Decompressor::new(),
        raw: Vec::new(),
        progress,
    };
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = file.read(&mut buffer).on_path("read", path)?;
        if read == 0 {
            break;
        }
        let mut input = buffer.get(..read).unwrap_or_default();
        while let Some(event) = archive
            .next(&mut input)
            .map_err(|error| fault(error.to_string()))?
        {
            streams.event(&event).map_err(&fault)?;
        }
    }
    archive.finish().map_err(|error| fault(error.to_string()))?;
    if streams.blocks.next().is_some() {
        return Err(fault("blocks are missing".to_owned()));
    }
    file.finish()
        .compare(expected.size, expected.crc64)
        .map_err(fault)
}

/// The zlib streams of an archive, whose chunks are a header, blocks and an end.
struct Streams<'a> {
    /// Those that are still to come.
    blocks: std::slice::Iter<'a, Verbatim>,
    elsewhere: &'a HashSet<u64>,
    header: [u8; 2],
    chunk: Vec<u8>,
    open: Option<ZlibStream>,
    decompressor: block::Decompressor,
    raw: Vec<u8>,
    progress: &'a Progress,
}

impl Streams<'_> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Data(piece) => {
                self.chunk.extend_from_slice(piece.bytes);
                if self.chunk.len() as u64 == u64::from(piece.chunk_length) {
                    self.chunk()?;
                    self.chunk.clear();
                }
                Ok(())
            }
            Event::LargeObjectEnd | Event::BlockEnd { .. } if self.open.is_some() => {
                Err("a stream does not end".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn chunk(&mut self) -> Result<(), String> {
        let Some(mut stream) = self.open.take() else {
            self.open = Some(ZlibStream::new());
            return if self.chunk == self.header {
                Ok(())
            } else {
                Err("a stream begins otherwise".to_owned())
            };
        };
        if self.chunk == stream.finish() {
            return Ok(());
        }
        let block = self.blocks.next().ok_or("there are more blocks")?;
        if block.compressed != self.chunk.len() {
            return Err("a block has another length".to_owned());
        }
        if !self.elsewhere.contains(&block.id)
            && !self
                .decompressor
                .decompress(&self.chunk, block.contents, &mut self.raw)
        {
            return Err("a block is not what was written".to_owned());
        }
        stream.block(block.contents);
        self.progress.advance(block.contents.bytes);
        self.open = Some(stream);
        Ok(())
    }
}
