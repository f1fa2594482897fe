//! The archive on its way: rows to `DB.dump` and to the script, everything else to `DB.dump` and to `pg_restore`.

use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use pgferry_core::dump::archive::{
    ArchiveReader, ArchiveWriter, Compression, END_OF_ROWS, Event, Header, Text, Toc,
};
use pgferry_core::gzip::{Rows, block::Cutter};

use super::PackError;
use super::block::{Block, Compressors, rows};
use super::stand_in::stand_in;
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;

/// A piece of `DB.dump`.
#[derive(Debug)]
pub(super) enum DumpPart {
    BlockStart {
        entry: usize,
    },
    LargeObjectStart {
        oid: u32,
    },
    Data(Arc<Block>),
    LargeObjectEnd,
    BlockEnd,
    /// Nothing is missing.
    End,
}

/// What the script puts where `pg_restore` prints a stand-in.
#[derive(Debug)]
pub(super) enum TablePart {
    Start,
    Block(Arc<Block>, Rows),
    /// With all of its rows and their bytes.
    End {
        rows: u64,
        bytes: u64,
    },
}

/// An archive whose table of contents was read, and whose data come.
#[derive(Debug)]
pub(super) struct Incoming {
    pipe: File,
    reader: ArchiveReader,
    header: Header,
    toc: Toc,
    buffer: Vec<u8>,
    /// What of the buffer was read and not used.
    pending: std::ops::Range<usize>,
}

impl Incoming {
    /// Reads up to the first data.
    ///
    /// # Errors
    /// When this is no archive.
    pub fn open(mut pipe: File) -> Result<Self, PackError> {
        let mut reader = ArchiveReader::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = read(&mut pipe, &mut buffer)?;
            if read == 0 {
                reader.finish()?;
            }
            let mut input = buffer.get(..read).unwrap_or_default();
            while reader.toc().is_none() && reader.next(&mut input)?.is_some() {}
            let pending = read - input.len()..read;
            if let (Some(header), Some(toc)) = (reader.header(), reader.toc()) {
                return Ok(Self {
                    header: header.clone(),
                    toc: toc.clone(),
                    pipe,
                    reader,
                    buffer,
                    pending,
                });
            }
        }
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    pub fn toc(&self) -> &Toc {
        &self.toc
    }

    /// Reads all data.
    fn each_event(
        mut self,
        mut sink: impl FnMut(&Toc, Event<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        loop {
            let mut input = self.buffer.get(self.pending.clone()).unwrap_or_default();
            while let Some(event) = self.reader.next(&mut input)? {
                sink(&self.toc, event)?;
            }
            let read = read(&mut self.pipe, &mut self.buffer)?;
            if read == 0 {
                return Ok(self.reader.finish()?);
            }
            self.pending = 0..read;
        }
    }
}

fn read(pipe: &mut File, buffer: &mut [u8]) -> Result<usize, PackError> {
    loop {
        match pipe.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            outcome => {
                return outcome.map_err(|source| PackError::Read {
                    program: "pg_dump",
                    source,
                });
            }
        }
    }
}

/// Where the parts of an archive go.
#[derive(Debug)]
pub(super) struct Destinations {
    pub dump: SyncSender<DumpPart>,
    pub script: SyncSender<TablePart>,
    /// The standard input of `pg_restore`.
    pub restore: File,
    pub compressors: Compressors,
    pub progress: Progress,
}

/// Reads all of the archive and hands on what is in it.
pub(super) fn distribute(incoming: Incoming, destinations: Destinations) -> Result<(), PackError> {
    let header = Header {
        compression: Compression::NONE,
        ..incoming.header.clone()
    };
    let mut distributor = Distributor {
        copy: ArchiveWriter::new(header, incoming.toc.clone()),
        copied: Vec::new(),
        stand_in: stand_in(),
        data: Data::None,
        to: destinations,
    };
    distributor.copy.start(&mut distributor.copied)?;
    distributor.pass_copy_on()?;
    incoming.each_event(|toc, event| distributor.event(toc, &event))?;
    distributor.pass_copy_on()?;
    send(&distributor.to.dump, DumpPart::End)
}

/// The data that are coming.
#[derive(Debug)]
enum Data {
    None,
    /// Rows of a table, which `pg_restore` does not see.
    Rows {
        table: String,
        cutter: Cutter,
        count: Count,
    },
    /// Large objects, or whatever later versions may put there.
    Other(Cutter),
}

/// What has been cut of a table's rows.
#[derive(Debug, Default)]
struct Count {
    rows: u64,
    bytes: u64,
    ends_in_row: bool,
}

struct Distributor {
    /// The archive that `pg_restore` reads.
    copy: ArchiveWriter,
    copied: Vec<u8>,
    stand_in: Vec<u8>,
    data: Data,
    to: Destinations,
}

impl Distributor {
    fn event(&mut self, toc: &Toc, event: &Event<'_>) -> Result<(), PackError> {
        match *event {
            Event::Header | Event::Toc => Ok(()),
            Event::BlockStart { entry } => self.begin(toc, entry),
            Event::LargeObjectStart { oid } => {
                self.copy.copy(event, &mut self.copied)?;
                self.data = Data::Other(Cutter::new());
                send(&self.to.dump, DumpPart::LargeObjectStart { oid })
            }
            Event::Data(piece) => {
                self.to.progress.advance(piece.bytes.len() as u64);
                let to = &self.to;
                match &mut self.data {
                    Data::Rows { cutter, count, .. } => {
                        cutter.feed(piece.bytes, &mut |raw| to.rows(raw, count))
                    }
                    Data::Other(cutter) => {
                        cutter.feed(piece.bytes, &mut |raw| to.other(raw))?;
                        self.copy.copy(event, &mut self.copied)?;
                        if self.copied.len() < CHUNK {
                            return Ok(());
                        }
                        self.pass_copy_on()
                    }
                    Data::None => Ok(()),
                }
            }
            Event::LargeObjectEnd => {
                self.end_data()?;
                self.copy.copy(event, &mut self.copied)?;
                send(&self.to.dump, DumpPart::LargeObjectEnd)
            }
            Event::BlockEnd { .. } => {
                // The stand-in has ended where it began.
                let is_copied = !matches!(self.data, Data::Rows { .. });
                self.end_data()?;
                if is_copied {
                    self.copy.copy(event, &mut self.copied)?;
                    self.pass_copy_on()?;
                }
                send(&self.to.dump, DumpPart::BlockEnd)
            }
        }
    }

    fn begin(&mut self, toc: &Toc, entry: usize) -> Result<(), PackError> {
        send(&self.to.dump, DumpPart::BlockStart { entry })?;
        self.copy.begin_block(entry, &mut self.copied)?;
        let rows_of = toc.entries().get(entry).filter(|entry| entry.holds_rows());
        let Some(table) = rows_of else {
            self.data = Data::Other(Cutter::new());
            return Ok(());
        };
        let name = |text: &Option<Text>| text.as_ref().map(ToString::to_string).unwrap_or_default();
        let table = format!("{}.{}", name(&table.namespace), name(&table.tag));
        self.to.progress.message(&table);
        self.copy.data(&self.stand_in, &mut self.copied)?;
        self.copy.end_block(&mut self.copied)?;
        self.pass_copy_on()?;
        self.data = Data::Rows {
            table,
            cutter: Cutter::holding(END_OF_ROWS.len()),
            count: Count::default(),
        };
        send(&self.to.script, TablePart::Start)
    }

    fn end_data(&mut self) -> Result<(), PackError> {
        let to = &self.to;
        match std::mem::replace(&mut self.data, Data::None) {
            Data::None => Ok(()),
            Data::Other(mut cutter) => cutter.finish(&mut |raw| to.other(raw)),
            Data::Rows {
                table,
                mut cutter,
                mut count,
            } => {
                if !cutter.strip_end(END_OF_ROWS) {
                    return Err(PackError::End { table });
                }
                cutter.finish(&mut |raw| to.rows(raw, &mut count))?;
                if count.ends_in_row {
                    return Err(PackError::End { table });
                }
                to.other(END_OF_ROWS.to_vec())?;
                let Count { rows, bytes, .. } = count;
                send(&to.script, TablePart::End { rows, bytes })
            }
        }
    }

    fn pass_copy_on(&mut self) -> Result<(), PackError> {
        // It ends early only when it fails, and then says why.
        self.to
            .restore
            .write_all(&self.copied)
            .map_err(|_closed| PackError::Gone)?;
        self.copied.clear();
        Ok(())
    }
}

impl Destinations {
    fn rows(&self, raw: Vec<u8>, count: &mut Count) -> Result<(), PackError> {
        let rows = rows(&raw, count.ends_in_row);
        count.ends_in_row = raw.last() != Some(&b'\n');
        count.rows += u64::from(rows.ending);
        count.bytes += raw.len() as u64;
        let block = self.compressors.block(raw);
        send(&self.dump, DumpPart::Data(Arc::clone(&block)))?;
        send(&self.script, TablePart::Block(block, rows))
    }

    fn other(&self, raw: Vec<u8>) -> Result<(), PackError> {
        send(&self.dump, DumpPart::Data(self.compressors.block(raw)))
    }
}

/// The next part. There is one up to the `End`, unless whoever sends them has failed.
pub(super) fn receive<T>(from: &Receiver<T>) -> Result<T, PackError> {
    from.recv().map_err(|_ended| PackError::Gone)
}

pub(super) fn send<T>(to: &SyncSender<T>, part: T) -> Result<(), PackError> {
    to.send(part).map_err(|_ended| PackError::Gone)
}
