//! From what `pg_dump` prints to the three artefacts: one read of the database, each block of rows compressed once.
//!
//! ```text
//! pg_dump -Fc -Z0 ─► archive ─┬─ rows ────────► blocks ─┬──────────────────────────────► DB.dump
//!                             │                         ▼
//!                             └─ all but rows ─► pg_restore -f - ─► script ─┬──────────► DB.gz
//!                                                                           └─ masked ─► DB.anon.gz
//! ```
//!
//! `pg_restore` prints rows as they stand in the archive, byte for byte. So it gets none: in place of each table's rows
//! it gets [`stand_in`], and where that comes out again, the script puts the rows back, in the blocks that were cut for
//! `DB.dump`. A block whose rows hold nothing to mask goes into the third file as well. Whoever writes a block waits for
//! its compression, which is done by a thread for each core.
//!
//! Invariants:
//! - Memory is that of the blocks on their way: every channel is bounded.
//! - There is no cycle of waiting. `pg_restore` has got a table's stand-in, which is longer than what it buffers, before
//!   the table's first block is passed on, so the script comes to where the rows belong without anything more being read.
//! - Whoever fails drops its ends of the channels and pipes, by which all others end too.

mod archive;
mod block;
mod error;
mod masked;
mod output;
mod run;
mod script;
mod stand_in;

pub(super) use block::Verbatim;
pub use error::PackError;
pub(super) use output::{Output, PackedDump, PackedScript};
pub(super) use run::{Dump, Files, Packed};
