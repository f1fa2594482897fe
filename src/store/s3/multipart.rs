//! Putting a large file in parts: each is read from the file when it is sent, so memory does not grow with it. What is
//! begun is noted in the journal until it is completed or aborted: parts that nobody completes are invisible, and cost.

use std::path::PathBuf;
use std::time::Duration;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadError;
use aws_sdk_s3::operation::upload_part::UploadPartError;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use tokio::task::JoinSet;

use super::S3Store;
use super::parts::{Part, parts};
use super::put::{SHA256, check, content_type, patient};
use crate::cleanup::CleanUp;
use crate::store::journal::{Unfinished, UploadJournal};
use crate::store::{StoreError, Upload};

/// Parts that are on their way at the same time.
const CONCURRENT: usize = 4;
/// Tries of the completion. They are our own since an answer that got lost must be told from one that never was.
const COMPLETIONS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The store puts the parts together before it answers.
const COMPLETION_SIZE: u64 = 16 << 20;

/// What can go wrong with one part.
enum PartFailure {
    File(aws_sdk_s3::primitives::ByteStreamError),
    Request(Box<SdkError<UploadPartError, HttpResponse>>),
}

impl S3Store {
    /// Returns the id of the version that it made.
    pub(super) async fn put_in_parts(&self, upload: &Upload<'_>) -> Result<String, StoreError> {
        let key = self.key(&upload.file.current_name(upload.database));
        let upload_id = self.create(upload, &key).await?;
        let unfinished = Unfinished {
            endpoint: self.endpoint.clone(),
            bucket: self.bucket.clone(),
            key,
            upload_id,
        };
        let noted = upload.journal.note(&unfinished);
        let abort = {
            let (store, journal, unfinished) =
                (self.clone(), upload.journal.clone(), unfinished.clone());
            CleanUp::new(async move {
                if let Err(error) = store.abort(&unfinished, &journal).await {
                    tracing::info!("{} stays for the next run: {error}", unfinished.upload_id);
                }
            })
        };
        let put = async {
            noted?;
            let sent = self.send_parts(upload, &unfinished).await?;
            self.complete(upload, &unfinished, sent).await
        };
        match put.await {
            Ok(version_id) => {
                abort.disarm();
                upload.journal.forget(&unfinished)?;
                Ok(version_id)
            }
            Err(error) => {
                abort.run().await;
                Err(error)
            }
        }
    }

    async fn create(&self, upload: &Upload<'_>, key: &str) -> Result<String, StoreError> {
        let location = self.address(upload.database, upload.file);
        let mut request = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(key)
            .content_type(content_type(upload.file))
            .metadata(SHA256, &upload.content.sha256);
        if self.sends_checksums {
            request = request
                .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
                .checksum_type(ChecksumType::FullObject);
        }
        let created = request
            .send()
            .await
            .map_err(|error| self.explain_put(&location, &error))?;
        match created.upload_id() {
            Some(upload_id) => Ok(upload_id.to_owned()),
            None => Err(StoreError::Failed {
                action: "writing",
                what: location,
                source: "the store began a multipart upload without an id".into(),
            }),
        }
    }

    async fn send_parts(
        &self,
        upload: &Upload<'_>,
        unfinished: &Unfinished,
    ) -> Result<Vec<CompletedPart>, StoreError> {
        let mut waiting = parts(upload.content.size);
        // Ends its tasks when it is dropped.
        let mut sending = JoinSet::new();
        let mut sent = Vec::new();
        loop {
            while sending.len() < CONCURRENT
                && let Some(part) = waiting.next()
            {
                let (store, unfinished) = (self.clone(), unfinished.clone());
                let path = upload.path.to_owned();
                sending.spawn(async move { store.send_part(path, part, unfinished).await });
            }
            let Some(outcome) = sending.join_next().await else {
                break;
            };
            let what = self.address(upload.database, upload.file);
            let failed = |source| StoreError::Failed {
                action: "writing",
                what: what.clone(),
                source,
            };
            match outcome.map_err(|error| failed(error.into()))? {
                Ok((part, completed)) => {
                    (upload.sent)(part.length);
                    sent.push(completed);
                }
                Err(failure) => {
                    // None may arrive after the abort.
                    sending.shutdown().await;
                    return Err(match failure {
                        PartFailure::File(error) => failed(error.into()),
                        PartFailure::Request(error) => self.explain_put(&what, &*error),
                    });
                }
            }
        }
        sent.sort_by_key(CompletedPart::part_number);
        Ok(sent)
    }

    async fn send_part(
        self,
        path: PathBuf,
        part: Part,
        unfinished: Unfinished,
    ) -> Result<(Part, CompletedPart), PartFailure> {
        // From a path: the SDK reads it again when it has to try again.
        let body = ByteStream::read_from()
            .path(path)
            .offset(part.offset)
            .length(Length::Exact(part.length))
            .build()
            .await
            .map_err(PartFailure::File)?;
        let sent = self
            .client
            .upload_part()
            .bucket(&unfinished.bucket)
            .key(&unfinished.key)
            .upload_id(&unfinished.upload_id)
            .part_number(part.number)
            .set_checksum_algorithm(self.sends_checksums.then_some(ChecksumAlgorithm::Crc64Nvme))
            .body(body)
            .customize()
            .config_override(patient(part.length))
            .send()
            .await
            .map_err(|error| PartFailure::Request(Box::new(error)))?;
        let completed = CompletedPart::builder()
            .part_number(part.number)
            .set_e_tag(sent.e_tag().map(str::to_owned))
            .set_checksum_crc64_nvme(sent.checksum_crc64_nvme().map(str::to_owned))
            .build();
        Ok((part, completed))
    }

    async fn complete(
        &self,
        upload: &Upload<'_>,
        unfinished: &Unfinished,
        sent: Vec<CompletedPart>,
    ) -> Result<String, StoreError> {
        let location = self.address(upload.database, upload.file);
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(sent))
            .build();
        let size = i64::try_from(upload.content.size).unwrap_or(i64::MAX);
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let mut request = self
                .client
                .complete_multipart_upload()
                .bucket(&unfinished.bucket)
                .key(&unfinished.key)
                .upload_id(&unfinished.upload_id)
                .multipart_upload(parts.clone());
            if self.sends_checksums {
                // The store refuses to complete what is another content.
                request = request
                    .checksum_type(ChecksumType::FullObject)
                    .checksum_crc64_nvme(&upload.content.crc64nvme)
                    .mpu_object_size(size);
            }
            let config = patient(COMPLETION_SIZE).retry_config(RetryConfig::disabled());
            match request.customize().config_override(config).send().await {
                Ok(completed) => return Ok(completed.version_id().unwrap_or("null").to_owned()),
                Err(error) if attempt > 1 && error.code() == Some("NoSuchUpload") => {
                    // An earlier try may have done it, with its answer lost on the way.
                    return match self.completed_before(upload).await? {
                        Some(version_id) => Ok(version_id),
                        None => Err(self.explain_put(&location, &error)),
                    };
                }
                Err(error) if attempt < COMPLETIONS && may_pass(&error) => {
                    tracing::info!(
                        "completing {location} failed ({:?}), trying again",
                        error.code()
                    );
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Err(error) => return Err(self.explain_put(&location, &error)),
            }
        }
        unreachable!("the last attempt returns")
    }

    /// The id of the newest version, if it is this content.
    async fn completed_before(&self, upload: &Upload<'_>) -> Result<Option<String>, StoreError> {
        let head = self.head(upload, None).await?;
        let is_ours = head
            .metadata()
            .and_then(|metadata| metadata.get(SHA256))
            .is_some_and(|sha256| *sha256 == upload.content.sha256)
            && check(&head, None, upload.content).is_ok();
        Ok(is_ours.then(|| head.version_id().unwrap_or("null").to_owned()))
    }

    /// Aborts what an earlier run began and did not end, and says how much that was.
    pub(in crate::store) async fn abort_unfinished(
        &self,
        journal: &UploadJournal,
    ) -> Result<usize, StoreError> {
        let mut aborted = 0;
        for unfinished in journal.read()? {
            // What was begun in another store waits until that one is used again.
            if unfinished.endpoint == self.endpoint && unfinished.bucket == self.bucket {
                self.abort(&unfinished, journal).await?;
                aborted += 1;
            }
        }
        Ok(aborted)
    }

    async fn abort(
        &self,
        unfinished: &Unfinished,
        journal: &UploadJournal,
    ) -> Result<(), StoreError> {
        let aborted = self
            .client
            .abort_multipart_upload()
            .bucket(&unfinished.bucket)
            .key(&unfinished.key)
            .upload_id(&unfinished.upload_id)
            .send()
            .await;
        match aborted {
            Err(error) if error.code() != Some("NoSuchUpload") => Err(self.explain(
                "aborting the unfinished upload of",
                &format!("s3://{}/{}", unfinished.bucket, unfinished.key),
                &error,
            )),
            _ => Ok(journal.forget(unfinished)?),
        }
    }
}

/// Whether the same request may succeed later. A completion may answer 200 and be a failure all the same, which the SDK
/// turns into an error.
fn may_pass(error: &SdkError<CompleteMultipartUploadError, HttpResponse>) -> bool {
    match error {
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) | SdkError::ResponseError(_) => {
            true
        }
        SdkError::ServiceError(failure) => {
            let status = failure.raw().status().as_u16();
            status == 200 || status >= 500 || error.code() == Some("SlowDown")
        }
        _ => false,
    }
}
