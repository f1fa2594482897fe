//! What there is: databases and versions.

use jiff::Timestamp;
use pgferry_core::backup::{Database, FileName, SetFile, Version};

use super::S3Store;
use crate::store::StoreError;

impl S3Store {
    pub(in crate::store) async fn databases(&self) -> Result<Vec<Database>, StoreError> {
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

    pub(in crate::store) async fn versions(
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
