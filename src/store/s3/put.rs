//! Putting a file: in one request or in parts, and then the question whether it is there.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode};
use pgferry_core::backup::{Kind, SetFile};

use super::parts::{LARGEST_OBJECT, LARGEST_SINGLE};
use super::{CONNECT_TIMEOUT, READ_TIMEOUT, S3Store};
use crate::store::{Content, StoreError, Stored, Upload};

/// Tries of one request that carries bytes.
const ATTEMPTS: u32 = 5;
/// Bytes a second that even a bad line brings.
const SLOWEST: u64 = 32 * 1024;
/// The object's metadata entry with the SHA-256 of its content.
pub(super) const SHA256: &str = "sha256";

impl S3Store {
    pub(in crate::store) async fn put(&self, upload: &Upload<'_>) -> Result<Stored, StoreError> {
        let location = self.address(upload.database, upload.file);
        let size = upload.content.size;
        if size > LARGEST_OBJECT {
            return Err(StoreError::TooLarge {
                what: upload.path.display().to_string(),
                size,
            });
        }
        let version_id = if size <= LARGEST_SINGLE {
            self.put_whole(upload).await?
        } else {
            self.put_in_parts(upload).await?
        };
        let head = self.head(upload, Some(&version_id)).await?;
        check(&head, Some(&version_id), upload.content).map_err(|reason| StoreError::Mismatch {
            what: location.clone(),
            reason,
        })?;
        Ok(Stored {
            location,
            version_id,
        })
    }

    async fn put_whole(&self, upload: &Upload<'_>) -> Result<String, StoreError> {
        let location = self.address(upload.database, upload.file);
        let body =
            ByteStream::from_path(upload.path)
                .await
                .map_err(|error| StoreError::Failed {
                    action: "reading",
                    what: upload.path.display().to_string(),
                    source: error.into(),
                })?;
        let mut request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(self.key(&upload.file.current_name(upload.database)))
            .content_type(content_type(upload.file))
            .metadata(SHA256, &upload.content.sha256)
            .body(body);
        if self.sends_checksums {
            // Of the file as it was verified, not as it is read now.
            request = request
                .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
                .checksum_crc64_nvme(&upload.content.crc64nvme);
        }
        let put = request
            .customize()
            .config_override(patient(upload.content.size))
            .send()
            .await
            .map_err(|error| self.explain_put(&location, &error))?;
        (upload.sent)(upload.content.size);
        Ok(put.version_id().unwrap_or("null").to_owned())
    }

    /// What the store has under that name: that version, or the newest.
    pub(super) async fn head(
        &self,
        upload: &Upload<'_>,
        version_id: Option<&str>,
    ) -> Result<HeadObjectOutput, StoreError> {
        self.client
            .head_object()
            .bucket(&self.bucket)
            .key(self.key(&upload.file.current_name(upload.database)))
            // An unversioned object has the id `null`, which not every server takes.
            .set_version_id(
                version_id
                    .filter(|&version_id| version_id != "null")
                    .map(str::to_owned),
            )
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .map_err(|error| {
                let location = self.address(upload.database, upload.file);
                self.explain("checking", &location, &error)
            })
    }
}

/// Whether what is there is what was sent. Says what differs. An `ETag` is never looked at: what it is of is the store's
/// own affair.
pub(super) fn check(
    head: &HeadObjectOutput,
    version_id: Option<&str>,
    content: &Content,
) -> Result<(), String> {
    let size = head
        .content_length()
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or(0);
    if size != content.size {
        return Err(format!(
            "{} bytes were sent, {size} are there",
            content.size
        ));
    }
    let found = head.version_id().unwrap_or("null");
    if let Some(expected) = version_id.filter(|&expected| expected != found) {
        return Err(format!(
            "version {expected} was stored, version {found} is there"
        ));
    }
    // A store that gives none can't be held to it; a composite one is not of the content.
    let checksum = head
        .checksum_crc64_nvme()
        .filter(|checksum| !checksum.contains('-'));
    if let Some(found) = checksum.filter(|&found| found != content.crc64nvme) {
        return Err(format!(
            "what was sent has the CRC64NVME {}, what is there {found}",
            content.crc64nvme
        ));
    }
    Ok(())
}

/// For requests with a body of `size` bytes: the time until the answer includes sending it.
pub(super) fn patient(size: u64) -> aws_sdk_s3::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT + Duration::from_secs(size / SLOWEST))
        .build();
    aws_sdk_s3::Config::builder()
        // Adaptive: sends less when the store says to slow down.
        .retry_config(RetryConfig::adaptive().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts)
}

pub(super) fn content_type(file: SetFile) -> &'static str {
    match file {
        SetFile::Artefact(Kind::Dump) => "application/octet-stream",
        SetFile::Artefact(Kind::Full | Kind::Anon) => "application/gzip",
        SetFile::Manifest => "application/json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content {
            size: 9,
            sha256: String::new(),
            crc64nvme: "rosUhgp5mIg=".to_owned(),
        }
    }

    fn head(size: i64, version_id: &str, checksum: Option<&str>) -> HeadObjectOutput {
        HeadObjectOutput::builder()
            .content_length(size)
            .version_id(version_id)
            .set_checksum_crc64_nvme(checksum.map(str::to_owned))
            .build()
    }

    #[test]
    fn what_is_there_must_be_what_was_sent() {
        for (head, expected) in [
            (head(9, "v", Some("rosUhgp5mIg=")), Ok(())),
            (head(9, "v", None), Ok(())),
            (head(9, "v", Some("AAAA-2")), Ok(())),
            (head(8, "v", None), Err("9 bytes were sent, 8 are there")),
            (
                head(9, "w", None),
                Err("version v was stored, version w is there"),
            ),
            (
                head(9, "v", Some("AAAAAAAAAAA=")),
                Err("what was sent has the CRC64NVME rosUhgp5mIg=, what is there AAAAAAAAAAA="),
            ),
        ] {
            let found = check(&head, Some("v"), &content());
            assert_eq!(found, expected.map_err(str::to_owned));
        }
    }
}
