//! The script of an archive, whose rows the sessions read from their blocks.

use std::io::Read;

use pgferry_core::dump::{LoadOptions, ScriptReport, Step, StepReader};
use tokio::sync::mpsc;

use super::items::{Item, Origin, RowsInFile, Stop, take};
use crate::restore::load::{CHUNK, piece};
use crate::source::{ArchiveFile, ArchivedTable};

/// Reads all of the script, and puts the place of its rows behind each COPY. How many rows there are, only those who read
/// them know.
pub(super) fn read(
    archive: &ArchiveFile,
    mut sql: impl Read,
    options: LoadOptions,
    items: &mpsc::Sender<Item>,
) -> Result<ScriptReport, Stop> {
    let mut tables = archive.tables();
    let mut reader = StepReader::new(options);
    let mut input = vec![0; CHUNK];
    let mut sink = |step: Step<'_>| step_of(step, archive, &mut tables, items);
    while let Some(piece) = piece(&mut sql, &mut input).map_err(Stop::Input)? {
        reader.feed(piece, &mut sink)?;
    }
    let report = reader.finish(&mut sink)?;
    match tables.next() {
        None => Ok(report),
        Some(_) => Err(Stop::Index),
    }
}

fn step_of(
    step: Step<'_>,
    archive: &ArchiveFile,
    tables: &mut dyn Iterator<Item = ArchivedTable>,
    items: &mpsc::Sender<Item>,
) -> Result<(), Stop> {
    let rows = match &step {
        Step::CopyStart { copy, .. } => {
            let table = tables.next().filter(|table| table.copy == copy.text);
            Some(table.ok_or(Stop::Index)?)
        }
        // There are none but those in blocks.
        Step::Rows(_) | Step::CopyEnd { rows: 1.. } => return Err(Stop::Index),
        _ => None,
    };
    // None come through the scanner.
    take(step, Origin::Archive, &mut None, items)?;
    let Some(table) = rows else { return Ok(()) };
    let rows = RowsInFile::Block {
        archive: archive.clone(),
        block: table.block,
        bytes: table.bytes,
    };
    items.blocking_send(Item::Rows(rows)).or(Err(Stop::Gone))
}
