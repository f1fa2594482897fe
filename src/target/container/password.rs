//! The password file of a container: one that psql and every libpq client can use.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::ContainerError;
use crate::error::OnPath;
use crate::store::create_private_directory;

/// `NAME.pgpass` in the data directory, for its owner only.
#[derive(Debug, Clone)]
pub struct PasswordFile(PathBuf);

impl PasswordFile {
    pub(super) fn new(directory: &Path, container: &str) -> Self {
        Self(directory.join(format!("{container}.pgpass")))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a line for each of the addresses at which the server may be reached.
    pub(super) fn write(
        &self,
        addresses: &[(String, u16)],
        user: &str,
        password: &str,
    ) -> Result<(), ContainerError> {
        let directory = self.0.parent().unwrap_or(Path::new("."));
        create_private_directory(directory)?;
        let lines: String = addresses
            .iter()
            .map(|(host, port)| line(host, &port.to_string(), user, password))
            .collect();
        // Made with mode 0600.
        let mut file = tempfile::NamedTempFile::new_in(directory).on_path("write to", directory)?;
        file.write_all(lines.as_bytes()).on_path("write", &self.0)?;
        file.persist(&self.0)
            .map_err(|error| error.error)
            .on_path("write", &self.0)?;
        Ok(())
    }

    /// Says whether there was one.
    pub(super) fn remove(&self) -> Result<bool, ContainerError> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            removed => {
                removed.on_path("remove", &self.0)?;
                Ok(true)
            }
        }
    }
}

/// A line of a password file: colons and backslashes in a field are escaped.
pub(super) fn line(host: &str, port: &str, user: &str, password: &str) -> String {
    let escaped = |field: &str| field.replace('\\', "\\\\").replace(':', "\\:");
    format!("{}:{port}:*:{}:{password}\n", escaped(host), escaped(user))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_is_the_owners_alone_and_fields_are_escaped() {
        let directory = tempfile::tempdir().unwrap();
        let file = PasswordFile::new(&directory.path().join("container"), "pgferry-x");
        file.write(&[("127.0.0.1".to_owned(), 5432)], "a:b\\c", "secret")
            .unwrap();
        assert_eq!(
            fs::read_to_string(file.path()).unwrap(),
            "127.0.0.1:5432:*:a\\:b\\\\c:secret\n"
        );
        let mode = file.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(file.remove().unwrap());
        assert!(!file.remove().unwrap());
    }
}
