//! Reading a part of one version, as it was pinned. Each request is tried once: what to do after a failure is decided
//! where the other parts are known.

use std::ops::Range;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::StalledStreamProtectionConfig;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::types::{ChecksumMode, ChecksumType};
use pgferry_core::backup::{Database, SetFile, Version};

use super::S3Store;
use super::put::SHA256;
use crate::store::promise::checksum;
use crate::store::{Download, Promise, StoreError};

/// The client of ranged requests. It is made anew, once, when the credentials have expired.
#[derive(Debug)]
pub(super) struct Reader {
    client: Client,
    is_renewed: bool,
}

impl Reader {
    pub(super) fn new(config: aws_sdk_s3::config::Builder) -> Self {
        let config = config
            .retry_config(RetryConfig::disabled())
            // The fetch notices a body that stalls itself.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            // A checksum that comes with a part may be the whole object's.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        Self {
            client: Client::from_conf(config.build()),
            is_renewed: false,
        }
    }
}

impl S3Store {
    /// What the store knows of the version's content.
    pub(in crate::store) async fn promise(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
    ) -> Result<Promise, StoreError> {
        let what = self.what(database, file, version);
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(self.key(&file.current_name(database)))
            // An unversioned object has the id `null`, which not every server takes; If-Match pins it as well.
            .set_version_id((version.id != "null").then(|| version.id.clone()))
            .set_if_match(version.etag.as_ref().map(|etag| format!("\"{etag}\"")))
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .map_err(|error| self.explain("asking for", &what, &error))?;
        let size = head
            .content_length()
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(version.size);
        if size != version.size {
            let reason = format!("{size} bytes were offered, {} were listed", version.size);
            return Err(StoreError::Mismatch { what, reason });
        }
        // A composite checksum is one over the parts' checksums.
        let is_whole = head.checksum_type() != Some(&ChecksumType::Composite);
        let whole = |spelt: Option<&str>| spelt.filter(|_| is_whole).map(str::to_owned);
        let sha256 = checksum::<32>(whole(head.checksum_sha256()).as_deref());
        let in_manifest = head.metadata().and_then(|metadata| metadata.get(SHA256));
        Ok(Promise {
            size,
            etag: version
                .etag
                .clone()
                .or_else(|| head.e_tag().map(|etag| etag.trim_matches('"').to_owned())),
            crc64nvme: checksum(whole(head.checksum_crc64_nvme()).as_deref())
                .map(u64::from_be_bytes),
            crc32: checksum(whole(head.checksum_crc32()).as_deref()).map(u32::from_be_bytes),
            crc32c: checksum(whole(head.checksum_crc32_c()).as_deref()).map(u32::from_be_bytes),
            sha256: sha256
                .map(|sha256| base16ct::lower::encode_string(&sha256))
                .into_iter()
                .chain(in_manifest.cloned())
                .collect(),
        })
    }

    /// Starts reading these bytes of exactly this version.
    pub(in crate::store) async fn read_range(
        &self,
        database: &Database,
        file: SetFile,
        version: &Version,
        range: &Range<u64>,
    ) -> Result<Download, StoreError> {
        let (client, was_renewed) = {
            let reader = self.reader.lock().await;
            (reader.client.clone(), reader.is_renewed)
        };
        let read = self.ranged(&client, database, file, version, range);
        match read.await {
            Err(StoreError::BadCredentials { code, source }) if code.contains("Expired") => {
                if was_renewed {
                    return Err(StoreError::BadCredentials { code, source });
                }
                let client = self.renewed().await;
                let read = self.ranged(&client, database, file, version, range);
                read.await
            }
            read => read,
        }
    }

    async fn ranged(
        &self,
        client: &Client,
        database: &Database,
        file: SetFile,
        version: &Version,
        range: &Range<u64>,
    ) -> Result<Download, StoreError> {
        let what = self.what(database, file, version);
        let last = range.end.saturating_sub(1);
        let object = client
            .get_object()
            .bucket(&self.bucket)
            .key(self.key(&file.current_name(database)))
            .set_version_id((version.id != "null").then(|| version.id.clone()))
            .set_if_match(version.etag.as_ref().map(|etag| format!("\"{etag}\"")))
            .range(format!("bytes={}-{last}", range.start))
            .send()
            .await
            .map_err(|error| self.explain("reading", &what, &error))?;
        let size = range.end - range.start;
        let expected = format!("bytes {}-{last}/{}", range.start, version.size);
        let reason = match object.content_range() {
            None => Some(format!("the whole came where `{expected}` was asked for")),
            Some(other) if other != expected => {
                Some(format!("`{other}` came where `{expected}` was asked for"))
            }
            Some(_) => object
                .content_length()
                .filter(|&length| u64::try_from(length) != Ok(size))
                .map(|length| format!("{length} bytes came where {size} were asked for")),
        };
        match reason {
            Some(reason) => Err(StoreError::Mismatch { what, reason }),
            None => Ok(Download {
                content: Box::new(object.body.into_async_read()),
                size,
                is_checksummed: false,
            }),
        }
    }

    /// A client with credentials that were looked up again, by this request or another one.
    async fn renewed(&self) -> Client {
        let mut reader = self.reader.lock().await;
        if !reader.is_renewed {
            let (config, ..) = self.settings.load().await;
            *reader = Reader::new(config);
            reader.is_renewed = true;
        }
        reader.client.clone()
    }

    fn what(&self, database: &Database, file: SetFile, version: &Version) -> String {
        format!("version {} of {}", version.id, self.address(database, file))
    }
}
