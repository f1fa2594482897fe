//! The host's journey: one snapshot of a database becomes a set of files, which is verified, published, uploaded, and
//! in time removed.
//!
//! ```text
//! pg_dump ─► pack ─► DB.dump, DB.gz, DB.anon.gz ─► verify
//! rename, symlinks, manifest ─► (test restore) ─► upload, manifest last ─► retention ─► check-in
//! ```
//!
//! Until the renames everything stands in temporary files of the backup directory, which are removed when the run ends
//! in any way; those of a run that was killed are removed by the next one.

mod alarm;
mod directory;
mod error;
mod events;
mod make;
mod measured;
mod notify;
mod pack;
mod prune;
mod run;
mod set;
mod test_restore;
mod upload;
mod verify;

pub use directory::BackupDirectory;
pub use error::BackupError;
pub use events::{Event, Events, Phase};
pub use notify::{CheckIn, CheckInStyle, Notifier, SecretUrl};
pub use pack::PackError;
pub use prune::{PrunePlan, Verdict, prune};
pub use run::{Outcome, Plan, run};
pub use test_restore::{TestContainer, TestTarget};
pub use upload::{Uploaded, upload_pending};
