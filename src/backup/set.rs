//! A finished set on its way to its names: checked by reading it back, renamed, linked, and told of by its manifest.

use pgferry_core::backup::{Database, Manifest, SetFile};
use tempfile::NamedTempFile;

use super::{BackupDirectory, BackupError};
use crate::error::OnPath;
use crate::store::{replace_symlink, sync_directory};

/// Gives the files their names, in one go as far as a file system can: data, then links, then the manifest.
pub(super) fn publish(
    directory: &BackupDirectory,
    files: Vec<(SetFile, NamedTempFile)>,
    manifest: &Manifest,
) -> Result<(), BackupError> {
    let Manifest {
        database, taken_at, ..
    } = manifest;
    // Before the first rename, so that nothing is half done when a stranger's file stands in the way of a link.
    for file in SetFile::ALL {
        let link = directory.current(database, file);
        if link
            .symlink_metadata()
            .is_ok_and(|metadata| !metadata.is_symlink())
        {
            return Err(BackupError::Planted {
                path: link.display().to_string(),
            });
        }
    }
    let mut published = Published(Vec::new());
    for (file, temporary) in files {
        let path = directory.stamped(database, file, *taken_at);
        // Without replacing: the name was free when it was chosen, and only this run may make it.
        temporary
            .persist_noclobber(&path)
            .map_err(|error| error.error)
            .on_path("create", &path)?;
        published.0.push(path);
    }
    sync_directory(directory.path())?;
    let names: Vec<_> = published.0.drain(..).collect();
    for path in &names {
        let file = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(pgferry_core::backup::FileName::parse);
        if let Some(file) = file {
            replace_symlink(path, &directory.current(database, file.file))?;
        }
    }
    write_manifest(directory, database, manifest)?;
    let path = directory.stamped(database, SetFile::Manifest, *taken_at);
    Ok(replace_symlink(
        &path,
        &directory.current(database, SetFile::Manifest),
    )?)
}

/// Takes names back when not all of them could be given.
struct Published(Vec<std::path::PathBuf>);

impl Drop for Published {
    fn drop(&mut self) {
        for path in &self.0 {
            drop(std::fs::remove_file(path));
        }
    }
}

/// Writes the set's manifest, or replaces it by one that knows more.
pub(super) fn write_manifest(
    directory: &BackupDirectory,
    database: &Database,
    manifest: &Manifest,
) -> Result<(), BackupError> {
    let path = directory.stamped(database, SetFile::Manifest, manifest.taken_at);
    let mut temporary = directory.temporary(database, SetFile::Manifest)?;
    std::io::Write::write_all(&mut temporary, &manifest.to_json()).on_path("write", &path)?;
    temporary.as_file().sync_all().on_path("write", &path)?;
    temporary
        .persist(&path)
        .map_err(|error| error.error)
        .on_path("write", &path)?;
    Ok(sync_directory(directory.path())?)
}
