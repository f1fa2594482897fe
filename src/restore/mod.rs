//! The journey of a dump into a database: recognised, checked to its end, then loaded in one transaction that is
//! committed only when all of it went through.

mod beside;
mod error;
mod load;
mod missing_extensions;
mod parallel;
mod psql;
mod quiet;
mod receipt;
mod replace;
mod sections;
mod standing;
mod survey;

pub use beside::{Beside, Kept, NAME_LIMIT};
pub use error::RestoreError;
pub use load::{check, into_database, into_disposable_database, with_psql};
pub use missing_extensions::missing_extensions;
pub use quiet::Autovacuum;
pub use receipt::Receipt;
pub use replace::{InPlace, Replaced, Replacement};
pub use standing::standing;
pub use survey::{Surveyed, beginning, survey};
