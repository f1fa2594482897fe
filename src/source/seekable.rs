//! A gzip file with an index: any member of it, by itself, from any thread.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use pgferry_core::gzip::index::{FOOTER_SIZE, Footer, Index, Member};
use pgferry_core::gzip::member::Decompressor;

use super::dump_file::MAX_RATIO;
use crate::ui::Progress;

/// A file and its index. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Seekable {
    name: Arc<str>,
    file: Arc<File>,
    index: Arc<Index>,
    progress: Progress,
}

impl Seekable {
    /// `None` when the file has no index that can be used.
    pub(super) fn open(path: &Path, name: &str, progress: &Progress) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let footer_size = FOOTER_SIZE as u64;
        if size < footer_size {
            return Ok(None);
        }
        let mut end = [0; FOOTER_SIZE];
        file.read_exact_at(&mut end, size - footer_size)?;
        let Ok(Some(footer)) = Footer::parse(&end, size) else {
            return Ok(None);
        };
        let range = footer.index_range();
        let length = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
        let mut parts = vec![0; length];
        file.read_exact_at(&mut parts, range.start)?;
        let index = match Index::parse(&parts, &footer) {
            Ok(index) => index,
            Err(error) => {
                tracing::debug!(%error, "the index can't be used");
                return Ok(None);
            }
        };
        // What reads front to back says what is wrong with it.
        if index.raw_bytes() / size.max(1) > MAX_RATIO {
            return Ok(None);
        }
        Ok(Some(Self {
            name: name.into(),
            file: Arc::new(file),
            index: Arc::new(index),
            progress: progress.clone(),
        }))
    }

    /// What the user called the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    /// These members are not read, which counts as progress all the same.
    pub fn pass_by(&self, positions: Range<usize>) {
        let bytes = self
            .index
            .members(positions)
            .map(|member| u64::from(member.size));
        self.progress.advance(bytes.sum());
    }

    /// Decompresses these members, one after the other, each checked against the index.
    pub fn members(&self, positions: Range<usize>) -> Members<'_> {
        Members {
            seekable: self,
            positions,
            decompressor: Decompressor::new(),
            compressed: Vec::new(),
        }
    }
}

/// The contents of members, in order.
pub(crate) struct Members<'s> {
    seekable: &'s Seekable,
    positions: Range<usize>,
    decompressor: Decompressor,
    compressed: Vec<u8>,
}

impl Members<'_> {
    /// The next member and its contents, which replace those of `raw`; `None` after the last one. It counts as progress.
    pub fn next(&mut self, raw: &mut Vec<u8>) -> io::Result<Option<Member>> {
        let member = self.peek(raw)?;
        if let Some(member) = &member {
            self.seekable.progress.advance(member.size.into());
        }
        Ok(member)
    }

    /// The same, of a member that is read again.
    pub fn peek(&mut self, raw: &mut Vec<u8>) -> io::Result<Option<Member>> {
        let next = self.positions.next();
        let Some(member) = next.and_then(|position| self.seekable.index.member(position)) else {
            return Ok(None);
        };
        let size = usize::try_from(member.size).map_err(io::Error::other)?;
        self.compressed.resize(size, 0);
        self.seekable
            .file
            .read_exact_at(&mut self.compressed, member.offset)?;
        self.decompressor
            .decompress(&self.compressed, &member, raw)
            .map_err(io::Error::from)?;
        Ok(Some(member))
    }
}
