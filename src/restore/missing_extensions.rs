//! Extensions that a dump creates and a server does not have.

use crate::target::{Access, TargetError};

/// Those of `wanted` that can't be created there, because their files are not installed.
///
/// # Errors
/// [`TargetError`], when the server does not answer.
pub async fn missing_extensions(
    access: &Access,
    wanted: &[String],
) -> Result<Vec<String>, TargetError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let available = access
        .query("SELECT name FROM pg_catalog.pg_available_extensions;")
        .await?;
    let is_missing = |name: &&String| !available.contains(*name);
    Ok(wanted.iter().filter(is_missing).cloned().collect())
}
