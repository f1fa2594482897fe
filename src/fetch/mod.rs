//! The journey of one version from a store to a file: pinned, checked, and under its final name only when whole.

mod cache;
mod download;
mod entries;
mod error;
mod journal;
mod manifests;
mod offline;
mod pace;
mod parallel;
mod partial;
mod picker;
mod ranges;
mod retry;
mod selection;
mod source;
mod stream;
mod sums;
mod waiting;

pub use cache::{Cache, Used};
pub use download::{Options, check_writable, into_cache, to_file, to_stdout};
pub use entries::{Entry, Limits};
pub use error::FetchError;
pub use manifests::Manifests;
pub use picker::{Beside, Held};
pub(crate) use selection::only_database;
pub use selection::{Chosen, Wanted};
