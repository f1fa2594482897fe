use std::collections::HashMap;

use super::copy_statement::{CopyStatementError, CopyTarget};
use super::entry::{Entry, Position, Section};
use super::error::Problem;
use super::text::Text;

/// The table of contents. No two entries have the same dump id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Toc {
    entries: Vec<Entry>,
    by_dump_id: HashMap<i32, usize>,
}

impl Toc {
    /// # Errors
    /// [`Problem::DumpId`] and [`Problem::RepeatedDumpId`].
    pub fn new(entries: Vec<Entry>) -> Result<Self, Problem> {
        let mut toc = Self::default();
        entries.into_iter().try_for_each(|entry| toc.push(entry))?;
        Ok(toc)
    }

    pub(super) fn push(&mut self, entry: Entry) -> Result<(), Problem> {
        self.by_dump_id
            .insert(self.unused(entry.dump_id)?, self.entries.len());
        self.entries.push(entry);
        Ok(())
    }

    /// The dump id, where the next entry may have it.
    pub(super) fn unused(&self, dump_id: i32) -> Result<i32, Problem> {
        if dump_id <= 0 {
            Err(Problem::DumpId(dump_id))
        } else if self.by_dump_id.contains_key(&dump_id) {
            Err(Problem::RepeatedDumpId(dump_id))
        } else {
            Ok(dump_id)
        }
    }

    /// In the order of the archive, which is the order in which they are restored.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// To change entries: [`Self::new`] takes them back.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// The index in [`Self::entries`] of the entry with this dump id.
    pub fn index_of(&self, dump_id: i32) -> Option<usize> {
        self.by_dump_id.get(&dump_id).copied()
    }

    pub fn entry(&self, dump_id: i32) -> Option<&Entry> {
        self.entries.get(self.index_of(dump_id)?)
    }

    pub(super) fn set_position(&mut self, index: usize, position: Position) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.position = position;
        }
    }

    /// The index of the first entry from `start` on that has a block of data.
    pub(super) fn next_with_data(&self, start: usize) -> Option<usize> {
        let entries = self.entries.iter().enumerate().skip(start);
        entries
            .filter(|(_, entry)| entry.has_data)
            .map(|(index, _)| index)
            .next()
    }

    pub fn in_section(&self, section: Section) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.section == section)
    }

    /// The entries of this kind: `TABLE`, `FK CONSTRAINT`.
    pub fn of_kind<'a>(&'a self, description: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.is(description))
    }

    /// The tables whose data the archive holds, in the order in which the data come.
    pub fn tables(&self) -> impl Iterator<Item = TableData<'_>> {
        self.entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.is("TABLE DATA") && entry.has_data)
            .map(|(index, entry)| TableData { index, entry })
    }

    /// The names of the extensions that the archive makes.
    pub fn extensions(&self) -> impl Iterator<Item = &Text> {
        self.of_kind("EXTENSION")
            .filter_map(|entry| entry.tag.as_ref())
    }

    /// The encoding of every string and of the data, as `client_encoding` names it: `UTF8`.
    pub fn encoding(&self) -> Option<Text> {
        self.setting("ENCODING")
    }

    /// Whether a backslash in a plain literal is no escape. None where the archive does not say.
    pub fn standard_conforming_strings(&self) -> Option<bool> {
        self.setting("STDSTRINGS").map(|value| value == "on")
    }

    /// The statement that sets the search path before anything is restored.
    pub fn search_path_statement(&self) -> Option<&Text> {
        self.of_kind("SEARCHPATH").last()?.definition.as_ref()
    }

    /// What stands between the quotes of `SET … = '…';`. Where there are several, `pg_restore` goes by the last.
    fn setting(&self, description: &str) -> Option<Text> {
        let definition = self.of_kind(description).last()?.definition.as_ref()?;
        definition
            .split(|byte| *byte == b'\'')
            .nth(1)
            .map(Text::from)
    }
}

/// A table whose data the archive holds.
#[derive(Debug, Clone, Copy)]
pub struct TableData<'a> {
    /// The index in [`Toc::entries`], as the events of the data name it.
    pub index: usize,
    pub entry: &'a Entry,
}

impl<'a> TableData<'a> {
    pub fn namespace(&self) -> Option<&'a Text> {
        self.entry.namespace.as_ref()
    }

    pub fn name(&self) -> Option<&'a Text> {
        self.entry.tag.as_ref()
    }

    /// The table and the columns that the data are copied into. None where the data are `INSERT` statements.
    /// The table differs from that of [`Self::name`] for a partition dumped with `--load-via-partition-root`.
    ///
    /// # Errors
    /// Where the statement is not of the form that `pg_dump` writes.
    pub fn copy_target(&self) -> Result<Option<CopyTarget>, CopyStatementError> {
        self.entry
            .copy_statement
            .as_deref()
            .map(CopyTarget::parse)
            .transpose()
    }
}
