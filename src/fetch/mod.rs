//! The journey of one version from a store to a file: pinned, checked, and under its final name only when whole.

mod cache;
mod download;
mod manifests;
mod picker;
mod selection;

pub use cache::Cache;
pub use download::{FetchError, into_cache, to_file, to_stdout};
pub use manifests::Manifests;
pub use picker::{Beside, Held};
pub(crate) use selection::only_database;
pub use selection::{Chosen, Wanted};
