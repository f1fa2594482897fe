//! The journey of a dump into a database: recognised, checked to its end, then loaded in one transaction that is
//! committed only when all of it went through.

mod beside;
mod error;
mod hooks;
mod load;
mod mark;
mod missing_extensions;
mod parallel;
mod preflight;
mod provenance;
mod psql;
mod quiet;
mod receipt;
mod repair;
mod replace;
mod sections;
mod snapshot;
mod standing;
mod survey;

pub use beside::{Beside, Kept, NAME_LIMIT};
pub use error::RestoreError;
pub use hooks::Hooks;
pub use load::{check, into_database, into_disposable_database, with_psql};
pub use missing_extensions::missing_extensions;
pub use preflight::{Finding, Status, preflight};
pub use provenance::{Comment, Provenance, Record, note};
pub use quiet::Autovacuum;
pub use receipt::Receipt;
pub use repair::{RepairDuplicates, repair_duplicates};
pub use replace::{InPlace, Keep, Replaced, Replacement, connected};
pub use snapshot::{Found, Limits, Loaded, Snapshot, Snapshots, VersionKey, giving_way};
pub use standing::standing;
pub use survey::{Surveyed, beginning, survey};
