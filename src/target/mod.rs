//! Targets: where a restore goes. `server` is a database that exists, `local` a throwaway cluster.

mod connection;
mod error;
mod guard;
mod local;

pub use connection::{Connection, ServerFacts, quote_identifier};
pub use error::{TargetError, diagnose};
pub use guard::{Guard, Refusal};
pub use local::{Cluster, ClusterError, ClusterFacts, Clusters};
