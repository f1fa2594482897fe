//! The container target: a PostgreSQL of one's own in a container, made from an image, for a restored database to live in.
//!
//! Everything that has to be known of a container is kept by the engine: labels say whose it is and what it was made for,
//! `/etc/pgferry` in it holds the password and, from the first complete restore on, the record of what it holds. So it can
//! be used from wherever the engine can be reached, and one without a record is one that was never finished. Beside that,
//! the user's data directory has a password file for libpq's programs.
//!
//! A dump is loaded over the published port; where that can't be reached, over the container's own address; where that
//! can't either, or no psql is installed, by the container's own psql.

mod claim;
mod containers;
mod create;
mod error;
mod exec;
mod facts;
mod files;
mod image;
mod leftovers;
mod log;
mod made;
mod make;
mod names;
mod password;
mod ready;
mod reuse;
mod shell;
mod unfinished;

pub use containers::Containers;
pub use create::Wanted;
pub use error::ContainerError;
pub use exec::{ContainerPsql, PsqlInContainer};
pub use facts::{Container, Record};
pub use image::Image;
pub use made::Made;
pub use password::PasswordFile;
pub use ready::{Reached, Way};
pub use shell::Keyboard;
