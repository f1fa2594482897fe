//! One process at a time for one file. The others wait, and show how far it is.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

use super::FetchError;
use super::partial::Names;
use crate::error::PathError;
use crate::lock::{Lock, LockError, take};
use crate::store::create_private_directory;
use crate::ui::Terminal;

const EVERY: Duration = Duration::from_millis(100);
/// How often the directory may vanish between being made and being used.
const TRIES: u32 = 100;

/// Whose directory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Made if need be.
    Cache,
    /// The user's, never made.
    Elsewhere,
}

/// The right to make the file, and whether somebody else had it before.
pub(super) async fn lock(
    names: &Names,
    size: u64,
    title: &str,
    place: Place,
    terminal: &Terminal,
) -> Result<(Lock, bool), FetchError> {
    let mut shown = None;
    let mut tries = 0;
    loop {
        if place == Place::Cache {
            create_private_directory(&names.directory)?;
        }
        match take(&names.lock, Timestamp::now()) {
            Ok(lock) => return Ok((lock.with_its_file(), shown.is_some())),
            Err(LockError::Held { holder }) => {
                let (progress, before) = shown.get_or_insert_with(|| {
                    let holder = holder.unwrap_or_else(|| "another process".to_owned());
                    terminal.say(&format!(
                        "waiting for {title}, which is being fetched already ({holder})"
                    ));
                    let progress = terminal.progress("wait", Some(size));
                    progress.message(title);
                    (progress, 0)
                });
                let arrived = names.arrived();
                progress.advance(arrived.saturating_sub(*before));
                *before = arrived.max(*before);
                sleep(EVERY).await;
            }
            // `cache rm` has just removed it.
            Err(LockError::Path(PathError { source, .. }))
                if place == Place::Cache
                    && source.kind() == std::io::ErrorKind::NotFound
                    && tries < TRIES =>
            {
                tries += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
