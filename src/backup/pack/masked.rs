//! The script without addresses. A block in which there is nothing to mask is handed on as it came.

use std::sync::mpsc::{Receiver, SyncSender};

use pgferry_core::anonymize::{AnonymizeReport, Anonymizer, Options};
use pgferry_core::gzip::Rows;
use pgferry_core::gzip::block::{RAW_SIZE, next_block};
use pgferry_core::gzip::index::Kind;

use super::PackError;
use super::archive::{receive, send};
use super::block::{Compressors, rows};
use super::script::ScriptPart;

/// Masked blocks may grow by so much before they are cut in two.
const GROWN: usize = 2 * RAW_SIZE;

pub(super) fn mask(
    parts: &Receiver<ScriptPart>,
    output: SyncSender<ScriptPart>,
    options: Options,
    compressors: Compressors,
) -> Result<AnonymizeReport, PackError> {
    let mut anonymizer = Anonymizer::new(options);
    let mut writer = Writer {
        output,
        compressors,
        in_table: false,
        starts_in_row: false,
    };
    let mut masked = Vec::new();
    loop {
        let block = match receive(parts)? {
            ScriptPart::Section(kind) => {
                writer.section(kind)?;
                continue;
            }
            ScriptPart::Block(block, _) => block,
            ScriptPart::End => break,
        };
        masked.reserve(block.raw.len() + block.raw.len() / 8);
        anonymizer.feed(&block.raw, &mut masked)?;
        if masked == block.raw {
            masked.clear();
            let rows = writer.rows(&block.raw);
            send(&writer.output, ScriptPart::Block(block, rows))?;
        } else {
            writer.blocks(std::mem::take(&mut masked))?;
        }
    }
    let report = anonymizer.finish(&mut masked)?;
    writer.blocks(masked)?;
    send(&writer.output, ScriptPart::End)?;
    Ok(report)
}

struct Writer {
    output: SyncSender<ScriptPart>,
    compressors: Compressors,
    in_table: bool,
    starts_in_row: bool,
}

impl Writer {
    fn section(&mut self, kind: Kind) -> Result<(), PackError> {
        self.in_table = matches!(kind, Kind::Table(_));
        self.starts_in_row = false;
        send(&self.output, ScriptPart::Section(kind))
    }

    fn blocks(&mut self, mut masked: Vec<u8>) -> Result<(), PackError> {
        while !masked.is_empty() {
            let length = if masked.len() <= GROWN {
                masked.len()
            } else {
                next_block(&masked, true).unwrap_or(masked.len())
            };
            let rest = masked.split_off(length);
            let rows = self.rows(&masked);
            let block = self.compressors.block(masked);
            send(&self.output, ScriptPart::Block(block, rows))?;
            masked = rest;
        }
        Ok(())
    }

    fn rows(&mut self, raw: &[u8]) -> Rows {
        if !self.in_table {
            return Rows::NONE;
        }
        let rows = rows(raw, self.starts_in_row);
        self.starts_in_row = raw.last() != Some(&b'\n');
        rows
    }
}
