//! A finished set on its way to its names: checked by reading it back, renamed, linked, and told of by its manifest.

use std::io::Read;
use std::path::Path;

use pgferry_core::anonymize::oracle::{Oracle, OracleOptions};
use pgferry_core::backup::{Database, Manifest, SetFile};
use pgferry_core::dump::Census;
use pgferry_core::gzip;
use tempfile::NamedTempFile;

use super::measured::{Measure, measure};
use super::{BackupDirectory, BackupError};
use crate::anonymize;
use crate::error::OnPath;
use crate::store::{replace_symlink, sync_directory};
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;

/// Reads a plain kind back: the file is the one that was written, its gzip is whole, its SQL ends with the trailer, and
/// `oracle`, if there is one, finds no address in it.
pub(super) fn verify_plain(
    path: &Path,
    written: &Measure,
    raw: u64,
    oracle: Option<OracleOptions>,
    progress: &Progress,
) -> Result<(), BackupError> {
    let fault = |reason: String| BackupError::Verify {
        path: path.display().to_string(),
        reason,
    };
    let file = std::fs::File::open(path).on_path("read", path)?;
    let mut reader = gzip::Reader::new(file);
    let mut census = Census::new();
    let mut oracle = oracle.map(Oracle::new);
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = reader
            .read(&mut buffer)
            .map_err(|error| fault(error.to_string()))?;
        if read == 0 {
            break;
        }
        let sql = buffer.get(..read).unwrap_or_default();
        census.feed(sql);
        if let Some(oracle) = &mut oracle {
            oracle.feed(sql);
        }
        progress.advance(read as u64);
    }
    if reader.position().raw != raw {
        return Err(fault(format!(
            "it holds {} bytes of SQL, {raw} were written",
            reader.position().raw
        )));
    }
    census.finish().map_err(|error| fault(error.to_string()))?;
    if let Some(oracle) = oracle {
        anonymize::oracle::judge(&oracle.finish())?;
    }
    verify_bytes(path, written)
}

/// Reads a file back: its bytes are those that were written.
pub(super) fn verify_bytes(path: &Path, written: &Measure) -> Result<(), BackupError> {
    let file = std::fs::File::open(path).on_path("read", path)?;
    let found = measure(file).on_path("read", path)?;
    if found == *written {
        return Ok(());
    }
    let reason = format!(
        "{} bytes with SHA-256 {} were read back",
        found.size, found.sha256
    );
    Err(BackupError::Verify {
        path: path.display().to_string(),
        reason,
    })
}

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
    write_manifest(directory, database, manifest)
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
    replace_symlink(&path, &directory.current(database, SetFile::Manifest))?;
    Ok(sync_directory(directory.path())?)
}
