//! S3 and what speaks like it. One key for each file of a set, history by object versioning.

use std::path::Path;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode, ChecksumType};
use jiff::Timestamp;
use pgferry_core::backup::{Database, FileName, Kind, SetFile, Version};

use super::{Download, StoreError, Stored};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For an answer to begin; bodies may take as long as they need.
const READ_TIMEOUT: Duration = Duration::from_mins(1);
const ATTEMPTS: u32 = 4;

/// What the settings say about S3; the AWS_* variables and profiles are the SDK's business.
#[derive(Debug, Clone, Default)]
pub struct S3Settings {
    pub region: Option<String>,
    pub endpoint: Option<String>,
    pub path_style: Option<bool>,
}

/// Keys below one prefix of a bucket.
#[derive(Debug)]
pub struct S3Store {
    client: Client,
    bucket: String,
    prefix: String,
    endpoint: String,
}

impl S3Store {
    pub(super) async fn open(bucket: &str, prefix: &str, settings: S3Settings) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .read_timeout(READ_TIMEOUT)
                    .build(),
            );
        if let Some(region) = settings.region {
            loader = loader.region(Region::new(region));
        }
        let shared = loader.load().await;
        let mut config = aws_sdk_s3::config::Builder::from(&shared);
        let endpoint = settings
            .endpoint
            .or_else(|| shared.endpoint_url().map(str::to_owned));
        if let Some(endpoint) = &endpoint {
            config = config.endpoint_url(endpoint);
        }
        if shared.region().is_none() {
            config = config.region(Region::new("us-east-1"));
        }
        // A server of one's own seldom has a name for each bucket.
        config = config.force_path_style(settings.path_style.unwrap_or(endpoint.is_some()));
        let region = shared
            .region()
            .map_or("us-east-1", Region::as_ref)
            .to_owned();
        Self {
            client: Client::from_conf(config.build()),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: endpoint.unwrap_or_else(|| format!("S3 in {region}")),
        }
    }

    fn key(&self, name: &str) -> String {
        if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.prefix)
        }
    }

    pub(super) fn address(&self, database: &Database, file: SetFile) -> String {
        format!(
            "s3://{}/{}",
            self.bucket,
            self.key(&file.current_name(database))
        )
    }

    pub(super) async fn databases(&self) -> Result<Vec<Database>, StoreError> {
        let prefix = self.key("");
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .set_prefix((!prefix.is_empty()).then(|| prefix.clone()))
            .delimiter("/")
            .into_paginator()
            .send();
        let mut databases = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.explain("listing", &self.place(), &error))?;
            for object in page.contents() {
                let name = object
                    .key()
                    .and_then(|key| key.strip_prefix(prefix.as_str()));
                if let Some(FileName {
                    database,
                    taken_at: None,
                    ..
                }) = name.and_then(FileName::parse)
                {
                    databases.push(database);
                }
            }
        }
        databases.sort();
        databases.dedup();
        Ok(databases)
    }

    fn place(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.prefix)
    }

    pub(super) async fn versions(
        &self,
        database: &Database,
        file: SetFile,
    ) -> Result<Vec<Version>, StoreError> {
        let key = self.key(&file.current_name(database));
        let (mut stored, mut markers) = (Vec::new(), Vec::new());
        let (mut key_marker, mut id_marker) = (None, None);
        loop {
            let page = self
                .client
                .list_object_versions()
                .bucket(&self.bucket)
                .prefix(&key)
                .set_key_marker(key_marker)
                .set_version_id_marker(id_marker)
                .send()
                .await
                .map_err(|error| {
                    self.explain(
                        "listing the versions of",
                        &self.address(database, file),
                        &error,
                    )
                })?;
            // The prefix also lists keys that merely begin like this one.
            for version in page
                .versions()
                .iter()
                .filter(|version| version.key() == Some(key.as_str()))
            {
                stored.push(Version {
                    id: version.version_id().unwrap_or("null").to_owned(),
                    taken_at: timestamp(version.last_modified()),
                    size: version
                        .size()
                        .and_then(|size| u64::try_from(size).ok())
                        .unwrap_or(0),
                    is_delete_marker: false,
                    etag: version.e_tag().map(unquoted),
                });
            }
            for marker in page
                .delete_markers()
                .iter()
                .filter(|marker| marker.key() == Some(key.as_str()))
            {
                markers.push(Version {
                    id: marker.version_id().unwrap_or("null").to_owned(),
                    taken_at: timestamp(marker.last_modified()),
                    size: 0,
                    is_delete_marker: true,
                    etag: None,
                });
            }
            key_marker = page.next_key_marker().map(str::to_owned);
            id_marker = page.next_version_id_marker().map(str::to_owned);
            // Sorted by key: once the listing has moved on to another key, all of this one has been seen.
            let moved_on = key_marker.as_ref().is_none_or(|next| *next > key);
            if page.is_truncated() != Some(true) || moved_on {
                break;
            }
        }
        Ok(newest_first(stored, markers))
    }

    pub(super) async fn read(
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

    pub(super) async fn put(
        &self,
        database: &Database,
        file: SetFile,
        path: &Path,
    ) -> Result<Stored, StoreError> {
        let location = self.address(database, file);
        let body = ByteStream::from_path(path)
            .await
            .map_err(|error| StoreError::Failed {
                action: "reading",
                what: path.display().to_string(),
                source: error.into(),
            })?;
        let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        let key = self.key(&file.current_name(database));
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&key)
            .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
            .content_type(content_type(file))
            .body(body)
            .send()
            .await
            .map_err(|error| self.explain("writing", &location, &error))?;
        let version_id = put.version_id().unwrap_or("null").to_owned();
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(&key)
            .set_version_id((version_id != "null").then(|| version_id.clone()))
            .send()
            .await
            .map_err(|error| self.explain("checking", &location, &error))?;
        if head
            .content_length()
            .and_then(|length| u64::try_from(length).ok())
            != Some(size)
        {
            let reason = format!(
                "{size} bytes were sent, {} are there",
                head.content_length().unwrap_or(0)
            );
            return Err(StoreError::Mismatch {
                what: location,
                reason,
            });
        }
        Ok(Stored {
            location,
            version_id,
        })
    }

    /// The SDK's errors in our words.
    fn explain<E>(
        &self,
        action: &'static str,
        what: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> StoreError
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let source = || match error.message() {
            Some(message) => format!("{}: {message}", error.code().unwrap_or("error")).into(),
            None => flatten(error),
        };
        let code = error.code().unwrap_or_default();
        let status = error
            .raw_response()
            .map_or(0, |response| response.status().as_u16());
        let header = |name: &str| {
            error
                .raw_response()
                .and_then(|response| response.headers().get(name))
                .map(str::to_owned)
        };
        match (error, code, status) {
            (SdkError::DispatchFailure(failure), ..)
                if failure.is_other() && is_about_credentials(error) =>
            {
                StoreError::NoCredentials { source: source() }
            }
            (SdkError::ConstructionFailure(_), ..) if is_about_credentials(error) => {
                StoreError::NoCredentials { source: source() }
            }
            (SdkError::DispatchFailure(_) | SdkError::TimeoutError(_), ..) => {
                StoreError::Unreachable {
                    endpoint: self.endpoint.clone(),
                    source: source(),
                }
            }
            (_, "NoSuchBucket", _) => StoreError::NoBucket {
                bucket: self.bucket.clone(),
                source: source(),
            },
            (
                _,
                "PermanentRedirect"
                | "AuthorizationHeaderMalformed"
                | "IllegalLocationConstraintException",
                _,
            )
            | (_, _, 301) => StoreError::OtherRegion {
                bucket: self.bucket.clone(),
                region: header("x-amz-bucket-region"),
            },
            (
                _,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "ExpiredToken"
                | "InvalidToken"
                | "TokenRefreshRequired"
                | "ExpiredTokenException"
                | "InvalidClientTokenId",
                _,
            ) => StoreError::BadCredentials {
                code: code.to_owned(),
                source: source(),
            },
            (_, "RequestTimeTooSkewed", _) => StoreError::ClockSkew { source: source() },
            (_, "NoSuchKey" | "NoSuchVersion" | "PreconditionFailed" | "MethodNotAllowed", _)
            | (_, _, 404 | 405 | 412) => StoreError::Gone {
                what: what.to_owned(),
            },
            (_, "AccessDenied" | "AllAccessDisabled", _) | (_, _, 401 | 403) => {
                StoreError::Denied {
                    what: what.to_owned(),
                    source: source(),
                }
            }
            _ => StoreError::Failed {
                action,
                what: what.to_owned(),
                source: source(),
            },
        }
    }
}

/// Merges two listings that are each newest first. The store gives times to the second: where they are the same, a
/// marker is taken to be newer, since it hides what it was put upon.
fn newest_first(stored: Vec<Version>, markers: Vec<Version>) -> Vec<Version> {
    let mut merged: Vec<Version> = markers.into_iter().chain(stored).collect();
    merged.sort_by_key(|version| std::cmp::Reverse(version.taken_at));
    merged
}

fn timestamp(time: Option<&aws_sdk_s3::primitives::DateTime>) -> Timestamp {
    let nanosecond = time
        .and_then(|time| i32::try_from(time.subsec_nanos()).ok())
        .unwrap_or(0);
    time.and_then(|time| Timestamp::new(time.secs(), nanosecond).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn unquoted(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

fn content_type(file: SetFile) -> &'static str {
    match file {
        SetFile::Artefact(Kind::Dump) => "application/octet-stream",
        SetFile::Artefact(Kind::Full | Kind::Anon) => "application/gzip",
        SetFile::Manifest => "application/json",
    }
}

fn is_about_credentials<E: std::error::Error + 'static>(error: &E) -> bool {
    let text = DisplayErrorContext(error).to_string();
    text.contains("redential") || text.contains("dentity")
}

/// The SDK's error with all of its causes in one text, without the debug output that it adds.
fn flatten<E: std::error::Error + 'static>(error: &E) -> super::error::Cause {
    let mut texts: Vec<String> = Vec::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    // "dispatch failure", "service error": the SDK's own layers, which tell the reader nothing.
    if texts.len() > 1 {
        texts.remove(0);
    }
    texts.join(": ").into()
}
