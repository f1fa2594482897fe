//! The journey of a dump into a database: recognised, checked to its end, then loaded in one transaction that is
//! committed only when all of it went through.

mod error;
mod load;
mod psql;
mod receipt;

pub use error::RestoreError;
pub use load::{check, into_connection};
pub use receipt::Receipt;
