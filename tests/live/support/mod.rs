//! What the live tests stand on: real servers, and the real binary in surroundings of its own.
//!
//! Nothing here touches what the machine or its user has: every server listens on a free port of loopback, every file
//! lies in one temporary directory, the environment of the binary is built from nothing. All of it is gone when the test
//! process has ended, even when that was by a signal. A service that is absent is a failure which says how to install it.

mod cluster;
mod containers;
mod fake_engine;
mod listener;
mod ordered;
mod proxy;
mod run_directory;
mod s3_server;
mod seekable;
mod sshd;
mod workspace;

pub use cluster::Cluster;
pub use containers::Containers;
pub use fake_engine::{Answer as EngineAnswer, FakeEngine};
pub use listener::{Answer, Listener};
pub use ordered::ordered;
pub use proxy::{Fault, On, Proxy, Request};
pub use run_directory::run_directory;
pub use s3_server::{S3Server, Seed, StoredVersion};
pub use seekable::{Part, seekable};
pub use sshd::Sshd;
pub use workspace::{Outcome, Workspace};
