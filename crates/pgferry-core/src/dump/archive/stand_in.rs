use std::collections::BTreeSet;

use super::codec::Decoder;
use super::header::{Algorithm, Compression, Header};
use super::reader::Event;
use super::rows::{DataError, END_OF_ROWS};
use super::toc::Toc;
use super::writer::{ArchiveWriter, WriteError};

/// Writes what `pg_restore` gets in place of an archive whose rows somebody else reads: everything but rows, and nothing
/// of it compressed.
#[derive(Debug)]
pub struct StandIn {
    writer: ArchiveWriter,
    decoder: Decoder,
    /// Entries whose data are large objects, each of them compressed by itself.
    of_large_objects: BTreeSet<usize>,
}

impl StandIn {
    /// # Errors
    /// Where the archive is compressed in a way that is not known here.
    pub fn new(header: &Header, toc: &Toc) -> Result<Self, DataError> {
        let decoder = Decoder::new(header.compression.algorithm)?;
        let header = Header {
            compression: Compression::NONE,
            ..header.clone()
        };
        let entries = toc.entries().iter().enumerate();
        let of_large_objects = entries.filter(|(_, entry)| entry.holds_large_objects());
        Ok(Self {
            of_large_objects: of_large_objects.map(|(index, _)| index).collect(),
            writer: ArchiveWriter::new(header, toc.clone()),
            decoder,
        })
    }

    /// Begins the archive.
    ///
    /// # Errors
    /// As [`ArchiveWriter::start`].
    pub fn start(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.writer.start(out)
    }

    /// Writes the block of a table without a row of it.
    ///
    /// # Errors
    /// Out of turn.
    pub fn without_rows(&mut self, entry: usize, out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.writer.begin_block(entry, out)?;
        self.writer.data(END_OF_ROWS, out)?;
        self.writer.end_block(out)
    }

    /// Writes what was read of the block of `entry`.
    ///
    /// # Errors
    /// Where the data are corrupt.
    pub fn copy<E: From<DataError> + From<WriteError>>(
        &mut self,
        entry: usize,
        event: &Event<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), E> {
        let Self {
            writer, decoder, ..
        } = self;
        match *event {
            Event::Header | Event::Toc => Ok(()),
            Event::BlockStart { .. } => {
                decoder.reset();
                Ok(writer.begin_block(entry, out)?)
            }
            Event::LargeObjectStart { oid } => {
                decoder.reset();
                Ok(writer.begin_large_object(oid, out)?)
            }
            Event::Data(piece) => {
                let mut written = Ok(());
                decoder.decode::<DataError>(piece.bytes, |bytes| {
                    if written.is_ok() {
                        written = writer.data(bytes, out);
                    }
                    Ok(())
                })?;
                Ok(written?)
            }
            Event::LargeObjectEnd => {
                decoder.finish().map_err(DataError::from)?;
                Ok(writer.end_large_object(out)?)
            }
            Event::BlockEnd { .. } => {
                if !self.of_large_objects.contains(&entry) {
                    decoder.finish().map_err(DataError::from)?;
                }
                Ok(writer.end_block(out)?)
            }
        }
    }

    /// Whether archives that are compressed so can be read.
    pub fn reads(algorithm: Algorithm) -> bool {
        Decoder::new(algorithm).is_ok()
    }
}
