//! Whom the server runs as: PostgreSQL refuses root, so root lends it to `postgres`.

use std::path::Path;

use nix::unistd::{Gid, Uid, User, chown};

use super::ClusterError;
use crate::error::OnPath;
use crate::process::RunAs;

const SERVER_USER: &str = "postgres";

/// `None`: as whoever runs pgferry.
pub(super) fn server_user() -> Result<Option<RunAs>, ClusterError> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    match User::from_name(SERVER_USER) {
        Ok(Some(user)) => Ok(Some(RunAs {
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
        })),
        _ => Err(ClusterError::NoUser),
    }
}

/// Makes `directory` the server user's own.
pub(super) fn give(directory: &Path, run_as: Option<RunAs>) -> Result<(), ClusterError> {
    if let Some(RunAs { uid, gid }) = run_as {
        chown(
            directory,
            Some(Uid::from_raw(uid)),
            Some(Gid::from_raw(gid)),
        )
        .map_err(std::io::Error::from)
        .on_path("change the owner of", directory)?;
    }
    Ok(())
}
