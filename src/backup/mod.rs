//! The host's journey: one snapshot of a database becomes a set of files, which is verified, published, uploaded, and
//! in time removed.
//!
//! ```text
//! pg_dump -Fc ─► DB.dump ─► pg_restore -f - ─► plain SQL ─┬─► gzip ──────────────► DB.gz
//!                                                         └─► anonymise ─► gzip ─► DB.anon.gz
//! all whole? ─► rename, symlinks, manifest ─► upload, manifest last ─► retention ─► check-in
//! ```
//!
//! Until the renames everything stands in temporary files of the backup directory, which are removed when the run ends
//! in any way; those of a run that was killed are removed by the next one.

mod check_in;
mod derive;
mod directory;
mod error;
mod measured;
mod run;
mod set;

pub use directory::BackupDirectory;
pub use error::BackupError;
pub use run::{Outcome, Plan, run};
