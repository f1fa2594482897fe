//! The files, written in order while their blocks are compressed out of order.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use pgferry_core::dump::archive::{ArchiveWriter, Compression, Header, Toc};
use pgferry_core::gzip::block::Level;
use pgferry_core::gzip::index::Kind;
use pgferry_core::gzip::{Checksums, Rows, SeekableWriter, ZlibStream};

use sha2::{Digest as _, Sha256};

use super::PackError;
use super::archive::{DumpPart, receive};
use super::block::{Block, Verbatim};
use super::script::ScriptPart;
use crate::error::{OnPath, PathError};

const BUFFER: usize = 256 * 1024;
/// Bytes after which a file is made durable as far as it goes: the disk writes while others compress, not in the end.
const DURABLE_EVERY: u64 = 8 * 1024 * 1024;

/// A file that an artefact is written to.
#[derive(Debug)]
pub(in crate::backup) struct Output {
    pub file: File,
    pub path: PathBuf,
}

/// `DB.gz` or `DB.anon.gz`, as it was written.
#[derive(Debug)]
pub(in crate::backup) struct PackedScript {
    pub crc64: u64,
    /// Bytes of the file.
    pub size: u64,
    /// The SQL.
    pub contents: Checksums,
    pub contents_sha256: [u8; 32],
    pub contents_crc64: u64,
    /// Whether it is small enough for an index.
    pub has_index: bool,
    /// In the order of the file.
    pub blocks: Vec<Verbatim>,
    /// The rows of each table, in the order of the file.
    pub tables: Vec<u64>,
}

/// `DB.dump`, as it was written.
#[derive(Debug)]
pub(in crate::backup) struct PackedDump {
    pub crc64: u64,
    /// Bytes of the file.
    pub size: u64,
    /// In the order of the file.
    pub blocks: Vec<Verbatim>,
}

/// Writes a file, and sums what is written.
struct Summed {
    file: BufWriter<File>,
    path: PathBuf,
    crc64: crc_fast::Digest,
    size: u64,
}

impl Summed {
    fn new(output: Output) -> Self {
        Self {
            file: BufWriter::with_capacity(BUFFER, output.file),
            path: output.path,
            crc64: digest(),
            size: 0,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), PathError> {
        self.file.write_all(bytes).on_path("write", &self.path)?;
        self.crc64.update(bytes);
        let before = self.size / DURABLE_EVERY;
        self.size += bytes.len() as u64;
        if self.size / DURABLE_EVERY > before {
            self.file
                .get_ref()
                .sync_data()
                .on_path("write", &self.path)?;
        }
        Ok(())
    }

    /// Makes the file durable.
    fn finish(self) -> Result<(File, PathBuf, u64), PathError> {
        let file = self
            .file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .on_path("write", &self.path)?;
        file.sync_all().on_path("write", &self.path)?;
        Ok((file, self.path, self.crc64.finalize()))
    }
}

fn digest() -> crc_fast::Digest {
    crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme)
}

fn verbatim(block: &Block, rows: Option<Rows>) -> Result<Verbatim, PackError> {
    let compressed = block.compressed()?;
    Ok(Verbatim {
        id: block.id,
        compressed: compressed.bytes.len(),
        contents: compressed.contents,
        rows,
    })
}

pub(super) fn write_script(
    parts: &Receiver<ScriptPart>,
    output: Output,
) -> Result<PackedScript, PackError> {
    let mut file = Summed::new(output);
    let mut writer = SeekableWriter::new();
    let (mut blocks, mut tables) = (Vec::new(), Vec::new());
    let (mut contents_sha256, mut contents_crc64) = (Sha256::new(), digest());
    let mut in_table = false;
    loop {
        match receive(parts)? {
            ScriptPart::End => break,
            ScriptPart::Section(kind) => {
                in_table = matches!(kind, Kind::Table(_));
                if in_table {
                    tables.push(0);
                }
                writer.begin(kind)?;
            }
            ScriptPart::Block(block, rows) => {
                // While it is being compressed.
                contents_sha256.update(&block.raw);
                contents_crc64.update(&block.raw);
                let compressed = block.compressed()?;
                let frame = writer.block(&compressed.bytes, compressed.contents, rows)?;
                file.write(&frame.head)?;
                file.write(&compressed.bytes)?;
                file.write(&frame.tail)?;
                blocks.push(verbatim(&block, in_table.then_some(rows))?);
                if let Some(table) = tables.last_mut().filter(|_| in_table) {
                    *table += u64::from(rows.ending);
                }
            }
        }
    }
    let ending = writer.finish();
    file.write(&ending.bytes)?;
    let size = file.size;
    let (_, _, crc64) = file.finish()?;
    Ok(PackedScript {
        crc64,
        size,
        contents: ending.contents,
        contents_sha256: contents_sha256.finalize().into(),
        contents_crc64: contents_crc64.finalize(),
        has_index: ending.has_index,
        blocks,
        tables,
    })
}

/// How `DB.dump` says that it is compressed.
pub(super) fn compressed_header(header: &Header, level: Level) -> Header {
    Header {
        compression: Compression::gzip(level.get().into()),
        ..header.clone()
    }
}

pub(super) fn write_dump(
    parts: &Receiver<DumpPart>,
    output: Output,
    header: Header,
    toc: Toc,
    level: Level,
) -> Result<PackedDump, PackError> {
    let mut file = Summed::new(output);
    let mut writer = ArchiveWriter::new(header, toc);
    let mut front = Vec::new();
    writer.start(&mut front)?;
    file.file.write_all(&front).on_path("write", &file.path)?;
    let mut blocks = Vec::new();
    let mut out = Vec::new();
    let mut stream: Option<ZlibStream> = None;
    loop {
        match receive(parts)? {
            DumpPart::End => break,
            DumpPart::BlockStart { entry } => writer.begin_block(entry, &mut out)?,
            DumpPart::LargeObjectStart { oid } => {
                writer.begin_large_object(oid, &mut out)?;
                stream = Some(begin(&mut writer, level, &mut out)?);
            }
            DumpPart::Data(block) => {
                let mut open = match stream.take() {
                    Some(open) => open,
                    None => begin(&mut writer, level, &mut out)?,
                };
                write_block(&mut writer, &mut open, &block, &mut out)?;
                blocks.push(verbatim(&block, None)?);
                stream = Some(open);
            }
            DumpPart::LargeObjectEnd => {
                end(&mut writer, stream.take(), &mut out)?;
                writer.end_large_object(&mut out)?;
            }
            DumpPart::BlockEnd => {
                end(&mut writer, stream.take(), &mut out)?;
                writer.end_block(&mut out)?;
            }
        }
        file.write(&out)?;
        out.clear();
    }
    let toc = writer.finish()?;
    let (behind, size) = (file.size, front.len() as u64 + file.size);
    let (mut file, path, crc64) = file.finish()?;
    // Where each table's data stand, which `pg_restore -j` needs.
    file.seek(SeekFrom::Start(toc.offset))
        .and_then(|_| file.write_all(&toc.bytes))
        .and_then(|()| file.sync_all())
        .on_path("write", &path)?;
    front.truncate(usize::try_from(toc.offset).unwrap_or(usize::MAX));
    front.extend_from_slice(&toc.bytes);
    let mut whole = digest();
    whole.update(&front);
    let crc64 = crc_fast::checksum_combine(
        crc_fast::CrcAlgorithm::Crc64Nvme,
        whole.finalize(),
        crc64,
        behind,
    );
    Ok(PackedDump {
        crc64,
        size,
        blocks,
    })
}

/// The chunks of a stream are its header, each of its blocks, and its end: whoever reads them back relies on it.
fn begin(
    writer: &mut ArchiveWriter,
    level: Level,
    out: &mut Vec<u8>,
) -> Result<ZlibStream, PackError> {
    writer.data(&ZlibStream::header(level), out)?;
    Ok(ZlibStream::new())
}

fn write_block(
    writer: &mut ArchiveWriter,
    stream: &mut ZlibStream,
    block: &Arc<Block>,
    out: &mut Vec<u8>,
) -> Result<(), PackError> {
    let compressed = block.compressed()?;
    stream.block(compressed.contents);
    Ok(writer.data(&compressed.bytes, out)?)
}

fn end(
    writer: &mut ArchiveWriter,
    stream: Option<ZlibStream>,
    out: &mut Vec<u8>,
) -> Result<(), PackError> {
    match stream {
        Some(stream) => Ok(writer.data(&stream.finish(), out)?),
        None => Ok(()),
    }
}
