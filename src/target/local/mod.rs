//! Throwaway clusters: a PostgreSQL of one's own, made by `initdb`, for a restored database to live in.
//!
//! A cluster is a directory `DATA/local/NAME`: `data/` (PostgreSQL's), `run/` (its socket, for this user only),
//! `log`, and `cluster.json`, which holds the port and the password of the URL. Nothing in it is meant to last, so the
//! server trades durability for speed.

mod cluster;
mod error;
mod user;

pub use cluster::{Cluster, ClusterFacts, Clusters};
pub use error::ClusterError;
