//! The script that `pg_restore` prints, with the rows put back.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use pgferry_core::dump::{CopyTarget, Event, Scanner, TableLoad};
use pgferry_core::gzip::block::Cutter;
use pgferry_core::gzip::index::{Columns, Kind, Table};
use pgferry_core::gzip::{Rows, WriteError};

use super::PackError;
use super::archive::{TablePart, receive, send};
use super::block::{Block, Compressors};
use super::stand_in::is_stand_in;

const CHUNK: usize = 64 * 1024;

/// A piece of a script.
#[derive(Debug, Clone)]
pub(super) enum ScriptPart {
    Section(Kind),
    Block(Arc<Block>, Rows),
    /// Nothing is missing.
    End,
}

/// Reads the script from `pg_restore`, and hands it on to `outputs` with the rows that `tables` brings. Returns what
/// tables it has, in order. `count` is how many there are.
pub(super) fn weave(
    mut script: File,
    tables: &Receiver<TablePart>,
    count: usize,
    outputs: &[SyncSender<ScriptPart>; 2],
    compressors: &Compressors,
) -> Result<Vec<TableLoad>, PackError> {
    let mut scanner = Scanner::new();
    let mut weaver = Weaver {
        tables,
        left: count,
        outputs,
        compressors,
        text: Cutter::new(),
        woven: Vec::new(),
        in_stand_in: false,
    };
    weaver.hand_on(&ScriptPart::Section(Kind::Preamble))?;
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match script.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            read => read.map_err(|source| PackError::Read {
                program: "pg_restore",
                source,
            })?,
        };
        if read == 0 {
            break;
        }
        scanner.feed(buffer.get(..read).unwrap_or_default(), &mut |event| {
            weaver.event(&event)
        })?;
    }
    scanner.finish(&mut |event| weaver.event(&event))?;
    weaver.end_text()?;
    if weaver.left > 0 {
        let reason = format!("the data of {} tables are missing", weaver.left);
        return Err(PackError::Script { reason });
    }
    weaver.hand_on(&ScriptPart::End)?;
    Ok(weaver.woven)
}

struct Weaver<'a> {
    tables: &'a Receiver<TablePart>,
    /// Tables that are still to come.
    left: usize,
    outputs: &'a [SyncSender<ScriptPart>; 2],
    compressors: &'a Compressors,
    /// What is not rows.
    text: Cutter,
    woven: Vec<TableLoad>,
    in_stand_in: bool,
}

impl Weaver<'_> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), PackError> {
        match event {
            Event::CopyStart(target) => return self.put_rows_back(target),
            Event::Rows(_) if self.in_stand_in => return Ok(()),
            Event::CopyEnd { rows, bytes, .. } => {
                self.in_stand_in = false;
                if !is_stand_in(*rows, *bytes) {
                    let reason = format!("there are {rows} rows in place of the stand-in's");
                    return Err(PackError::Script { reason });
                }
            }
            _ => {}
        }
        let Self {
            text,
            compressors,
            outputs,
            ..
        } = self;
        text.feed(event.raw(), &mut |raw| {
            hand_on(
                outputs,
                &ScriptPart::Block(compressors.block(raw), Rows::NONE),
            )
        })
    }

    fn put_rows_back(&mut self, target: &CopyTarget) -> Result<(), PackError> {
        self.end_text()?;
        self.hand_on(&ScriptPart::Section(Kind::Table(table(target)?)))?;
        let unexpected = || PackError::Script {
            reason: format!("the data of {} come out of turn", target.table),
        };
        if !matches!(receive(self.tables)?, TablePart::Start) {
            return Err(unexpected());
        }
        let (rows, bytes) = loop {
            match receive(self.tables)? {
                TablePart::Block(block, rows) => self.hand_on(&ScriptPart::Block(block, rows))?,
                TablePart::End { rows, bytes } => break (rows, bytes),
                TablePart::Start => return Err(unexpected()),
            }
        };
        self.woven.push(TableLoad {
            table: target.table.clone(),
            rows,
            bytes,
        });
        self.left = self.left.checked_sub(1).ok_or_else(unexpected)?;
        self.in_stand_in = true;
        let behind = if self.left == 0 {
            Kind::PostData
        } else {
            Kind::Between
        };
        self.hand_on(&ScriptPart::Section(behind))
    }

    fn end_text(&mut self) -> Result<(), PackError> {
        let Self {
            text,
            compressors,
            outputs,
            ..
        } = self;
        text.finish(&mut |raw| {
            hand_on(
                outputs,
                &ScriptPart::Block(compressors.block(raw), Rows::NONE),
            )
        })
    }

    fn hand_on(&self, part: &ScriptPart) -> Result<(), PackError> {
        hand_on(self.outputs, part)
    }
}

fn hand_on(outputs: &[SyncSender<ScriptPart>; 2], part: &ScriptPart) -> Result<(), PackError> {
    outputs
        .iter()
        .try_for_each(|output| send(output, part.clone()))
}

/// A table as the index names it.
fn table(target: &CopyTarget) -> Result<Table, PackError> {
    let mut columns = Columns::default();
    for column in &target.columns {
        // No server allows a name that long.
        columns.push(column).ok_or(WriteError::SectionOrder)?;
    }
    Ok(Table {
        schema: target.table.schema.clone().unwrap_or_default().into_owned(),
        name: target.table.name.clone().into_owned(),
        columns,
    })
}
