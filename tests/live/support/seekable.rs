//! Gzip files with an index, made by hand.

use pgferry_core::gzip::block::{Compressor, Level};
use pgferry_core::gzip::index::{Columns, Kind, Table};
use pgferry_core::gzip::{Rows, SeekableWriter};

/// A part of a dump: SQL, or the rows of a table, which are cut into members of at most so many bytes.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    Sql(&'a str),
    Rows(&'a str, usize),
}

/// The file, and where its members begin.
pub fn seekable(parts: &[Part<'_>]) -> Vec<u8> {
    let mut writer = SeekableWriter::new();
    let mut compressor = Compressor::new(Level::new(1).expect("1 is a level"));
    let (mut file, mut compressed) = (Vec::new(), Vec::new());
    for (position, part) in parts.iter().enumerate() {
        let (kind, text, size) = match part {
            Part::Sql(text) if position == 0 => (Kind::Preamble, text, text.len()),
            Part::Sql(text) if position + 1 == parts.len() => (Kind::PostData, text, text.len()),
            Part::Sql(text) => (Kind::Between, text, text.len()),
            Part::Rows(text, size) => {
                let table = Table {
                    schema: b"public".to_vec(),
                    name: b"t".to_vec(),
                    columns: Columns::of([b"a"]).expect("a short name"),
                };
                (Kind::Table(table), text, *size)
            }
        };
        let is_table = matches!(kind, Kind::Table(_));
        writer.begin(kind).expect("the parts stand in order");
        let mut starts_in_row = false;
        for raw in text.as_bytes().chunks(size.max(1)) {
            let contents = compressor.compress(raw, &mut compressed);
            let ending = memchr::memchr_iter(b'\n', raw).count();
            let rows = if is_table {
                Rows {
                    ending: u32::try_from(ending).expect("few rows"),
                    starts_in_row,
                }
            } else {
                Rows::NONE
            };
            let frame = writer
                .block(&compressed, contents, rows)
                .expect("a small block");
            file.extend(frame.head);
            file.extend(&compressed);
            file.extend(frame.tail);
            starts_in_row = raw.last() != Some(&b'\n');
        }
    }
    file.extend(writer.finish().bytes);
    file
}
