//! Targets: where a restore goes. `server` is a database that exists, `container` a throwaway container on the Docker engine
//! that `engine` finds, `local` a throwaway cluster.

mod access;
mod address;
mod connection;
mod container;
mod engine;
mod error;
mod guard;
mod local;
mod session;

pub use access::{Access, Psql, RunningPsql};
pub use address::Address;
pub use connection::{Connection, ServerFacts, quote_identifier, quote_literal};
pub use container::{
    Container, ContainerError, Containers, Image, Keyboard, Made, PasswordFile, Reached, Record,
    Wanted, Way,
};
pub use engine::{Engine, EngineError, EngineFacts};
pub use error::{TargetError, diagnose};
pub use guard::{Guard, Refusal, is_this_machine};
pub use local::{Cluster, ClusterError, ClusterFacts, Clusters};
pub use session::{CopyIn, Session, SessionParameters};
