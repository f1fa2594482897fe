//! Reading one version.

use aws_sdk_s3::types::{ChecksumMode, ChecksumType};
use pgferry_core::backup::{Database, SetFile, Version};

use super::S3Store;
use crate::store::{Download, StoreError};

impl S3Store {
    pub(in crate::store) async fn read(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Download, StoreError> {
        let what = format!("version {} of {}", version.id, self.address(database, file));
        let object = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(self.key(&file.current_name(database)))
            // An unversioned object has the id `null`, which not every server takes; If-Match pins it as well.
            .set_version_id((version.id != "null").then(|| version.id.clone()))
            .set_if_match(version.etag.as_ref().map(|etag| format!("\"{etag}\"")))
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .map_err(|error| self.explain("reading", &what, &error))?;
        let size = object
            .content_length()
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(version.size);
        if size != version.size {
            let reason = format!("{size} bytes were offered, {} were listed", version.size);
            return Err(StoreError::Mismatch { what, reason });
        }
        // A composite checksum is one over the parts' checksums: the SDK can't check it against the body.
        let is_checksummed = object.checksum_type() != Some(&ChecksumType::Composite)
            && [
                object.checksum_crc64_nvme(),
                object.checksum_crc32(),
                object.checksum_crc32_c(),
                object.checksum_sha1(),
                object.checksum_sha256(),
            ]
            .iter()
            .flatten()
            .any(|checksum| !checksum.contains('-'));
        Ok(Download {
            content: Box::new(object.body.into_async_read()),
            size,
            is_checksummed,
        })
    }
}
