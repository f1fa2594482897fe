//! Files that pgferry keeps in a container, carried as tar archives, the way the engine takes and gives them.

use std::io::Read;

use bollard::Docker;
use bollard::query_parameters::{
    DownloadFromContainerOptionsBuilder, UploadToContainerOptionsBuilder,
};
use futures_util::StreamExt;

use super::ContainerError;
use super::error::Asked;

const DIRECTORY: &str = "etc/pgferry";
/// What the image's entrypoint reads the password from.
pub(super) const PASSWORD: &str = "/etc/pgferry/password";
/// For the container's own psql.
pub(super) const PGPASS: &str = "/etc/pgferry/pgpass";
pub(super) const RECORD: &str = "/etc/pgferry/record.json";
/// Of what is read back; ours are far below.
const LONGEST: u64 = 64 * 1024;

/// A file on its way into a container.
pub(super) struct File<'a> {
    /// Absolute, in the directory above.
    pub path: &'a str,
    pub content: &'a [u8],
    pub mode: u32,
}

/// Puts files into a container, which need not run.
pub(super) async fn put(
    docker: &Docker,
    container: &str,
    files: &[File<'_>],
) -> Result<(), ContainerError> {
    let archive = archive(files).map_err(|source| ContainerError::Archive { source })?;
    let options = UploadToContainerOptionsBuilder::new().path("/").build();
    docker
        .upload_to_container(container, Some(options), bollard::body_full(archive.into()))
        .await
        .asked("copy files into the container")
}

/// A file of the container; `None` when there is none.
pub(super) async fn get(
    docker: &Docker,
    container: &str,
    path: &str,
) -> Result<Option<Vec<u8>>, ContainerError> {
    let options = DownloadFromContainerOptionsBuilder::new()
        .path(path)
        .build();
    let mut body = Box::pin(docker.download_from_container(container, Some(options)));
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        match piece {
            Ok(piece) => bytes.extend_from_slice(&piece),
            Err(error) if super::error::is_absent(&error) => return Ok(None),
            Err(error) => return Err(error).asked("copy a file out of the container"),
        }
    }
    let mut archive = tar::Archive::new(bytes.as_slice());
    let first = archive
        .entries()
        .and_then(|mut entries| entries.next().transpose())
        .map_err(|source| ContainerError::Archive { source })?;
    let Some(entry) = first else { return Ok(None) };
    let mut content = Vec::new();
    entry
        .take(LONGEST)
        .read_to_end(&mut content)
        .map_err(|source| ContainerError::Archive { source })?;
    Ok(Some(content))
}

/// Of something of root's.
fn header(mode: u32, size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header
}

fn archive(files: &[File<'_>]) -> std::io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut directory = header(0o755, 0);
    directory.set_entry_type(tar::EntryType::Directory);
    directory.set_path(DIRECTORY)?;
    directory.set_cksum();
    builder.append(&directory, std::io::empty())?;
    for file in files {
        let mut header = header(file.mode, file.content.len() as u64);
        header.set_path(file.path.trim_start_matches('/'))?;
        header.set_cksum();
        builder.append(&header, file.content)?;
    }
    builder.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_root_and_have_their_modes() {
        let bytes = archive(&[File {
            path: PASSWORD,
            content: b"secret",
            mode: 0o400,
        }])
        .unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                (
                    entry.path().unwrap().display().to_string(),
                    header.mode().unwrap(),
                    header.uid().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            entries,
            [
                ("etc/pgferry".to_owned(), 0o755, 0),
                ("etc/pgferry/password".to_owned(), 0o400, 0)
            ]
        );
    }
}
