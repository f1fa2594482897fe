//! Blocks, and the threads that compress them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pgferry_core::gzip::block::{Compressor, Level};
use pgferry_core::gzip::{Checksums, Rows};

use super::PackError;

/// A block of SQL that stands in one or several of the artefacts.
#[derive(Debug)]
pub(super) struct Block {
    /// Tells it from all other blocks of a run.
    pub id: u64,
    pub raw: Vec<u8>,
    compressed: OnceLock<Option<Compressed>>,
}

/// What a block compresses to.
#[derive(Debug)]
pub(super) struct Compressed {
    pub bytes: Vec<u8>,
    pub contents: Checksums,
}

/// A block as it was written: what reading it back must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backup) struct Verbatim {
    /// The same in all artefacts that hold the block.
    pub id: u64,
    pub compressed: usize,
    pub contents: Checksums,
    /// `None` outside a table's rows.
    pub rows: Option<Rows>,
}

impl Block {
    /// Waits until it is compressed.
    ///
    /// # Errors
    /// When the thread that should have done it has panicked.
    pub fn compressed(&self) -> Result<&Compressed, PackError> {
        self.compressed.wait().as_ref().ok_or(PackError::Compressor)
    }

    fn settle(&self, compressed: Option<Compressed>) {
        // The first outcome counts.
        drop(self.compressed.set(compressed));
    }
}

/// Hands blocks to the threads that compress them. The threads end when the last of its clones is dropped.
#[derive(Debug, Clone)]
pub(super) struct Compressors {
    blocks: Sender<Arc<Block>>,
    next_id: Arc<AtomicU64>,
}

impl Compressors {
    pub fn start(level: Level) -> Self {
        let (blocks, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            let waiting = Arc::clone(&waiting);
            std::thread::spawn(move || compress(&waiting, level));
        }
        Self {
            blocks,
            next_id: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Makes a block of `raw`, which is compressed from now on.
    pub fn block(&self, raw: Vec<u8>) -> Arc<Block> {
        let block = Arc::new(Block {
            id: self.next_id.fetch_add(1, Ordering::Relaxed),
            raw,
            compressed: OnceLock::new(),
        });
        if self.blocks.send(Arc::clone(&block)).is_err() {
            block.settle(None);
        }
        block
    }
}

fn compress(waiting: &Mutex<Receiver<Arc<Block>>>, level: Level) {
    let mut compressor = Compressor::new(level);
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(block) = next else {
            return;
        };
        // Whoever waits for the block must hear of it in any case.
        let compressed = catch_unwind(AssertUnwindSafe(|| {
            let mut bytes = Vec::with_capacity(block.raw.len() / 2 + 64);
            let contents = compressor.compress(&block.raw, &mut bytes);
            bytes.shrink_to_fit();
            Compressed { bytes, contents }
        }));
        block.settle(compressed.ok());
    }
}

/// The rows that end in a block of a table's rows.
pub(super) fn rows(raw: &[u8], starts_in_row: bool) -> Rows {
    let ending = memchr::memchr_iter(b'\n', raw).count();
    Rows {
        // A block is far shorter than that.
        ending: u32::try_from(ending).unwrap_or(u32::MAX),
        starts_in_row,
    }
}
