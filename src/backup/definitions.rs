//! What the anonymiser has to know before the first row: columns, and which of them stand in keys. An archive's table
//! of contents comes first and tells it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use pgferry_core::dump::archive::{ArchiveReader, Event, Toc};
use pgferry_core::dump::schema::Schema;

use super::BackupError;
use crate::error::OnPath;

const CHUNK: usize = 256 * 1024;

/// Reads the table of contents of the archive at `path`.
pub(super) fn read(path: &Path) -> Result<Schema, BackupError> {
    let mut file = File::open(path).on_path("read", path)?;
    let mut reader = ArchiveReader::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = file.read(&mut buffer).on_path("read", path)?;
        if read == 0 {
            reader
                .finish()
                .map_err(|source| BackupError::Archive { source })?;
            break;
        }
        let mut input = buffer.get(..read).unwrap_or_default();
        while let Some(event) = reader
            .next(&mut input)
            .map_err(|source| BackupError::Archive { source })?
        {
            if matches!(event, Event::Toc) {
                input = &[];
            }
        }
        if reader.toc().is_some() {
            break;
        }
    }
    let mut schema = Schema::new();
    let entries = reader.toc().map(Toc::entries).unwrap_or_default();
    for definition in entries.iter().filter_map(|entry| entry.definition.as_ref()) {
        schema.observe_sql(definition.as_bytes());
    }
    Ok(schema)
}
