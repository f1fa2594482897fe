//! Manifests of the sets in a store, beside the versions that they tell of.

use futures_util::StreamExt as _;
use pgferry_core::backup::{Database, Kind, Manifest, ManifestError, SetFile, Version};
use tokio::io::AsyncReadExt as _;

use super::Chosen;
use crate::error::{Class, Classified};
use crate::store::{Store, StoreError};

/// Bytes that a manifest may have; those of a hundred tables have some tens of thousands.
const LIMIT: u64 = 16 << 20;
/// Requests for manifests at a time.
const AT_A_TIME: usize = 16;

/// Manifests that could be read, in no order.
#[derive(Debug, Clone, Default)]
pub struct Manifests(Vec<Manifest>);

/// Why there is no manifest to go by.
#[derive(Debug, thiserror::Error)]
pub enum UnreadManifest {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the manifest did not arrive")]
    Broken { source: std::io::Error },
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

impl Classified for UnreadManifest {
    fn class(&self) -> Class {
        match self {
            Self::Store(error) => error.class(),
            Self::Broken { .. } => Class::Unexpected,
            Self::Manifest(_) => Class::Corrupt,
        }
    }
}

impl Manifests {
    /// Those of the newest `count` sets. One that can't be read is left out: it only tells of what there is without it.
    ///
    /// # Errors
    /// [`StoreError`] when they can't be listed.
    pub async fn newest(
        store: &Store,
        database: &Database,
        count: usize,
    ) -> Result<Self, StoreError> {
        let versions = store.versions(database, SetFile::Manifest).await?;
        let stored = versions
            .iter()
            .filter(|version| !version.is_delete_marker)
            .take(count);
        let manifests = futures_util::stream::iter(stored)
            .map(|version| read(store, database, version))
            .buffer_unordered(AT_A_TIME)
            .filter_map(async |read| match read {
                Ok(manifest) => Some(manifest).filter(|read| read.database == *database),
                Err(error) => {
                    tracing::info!(%error, "a manifest is left out");
                    None
                }
            })
            .collect()
            .await;
        Ok(Self(manifests))
    }

    /// The one of the set of that time, in a store of stamped files.
    ///
    /// # Errors
    /// [`UnreadManifest`] when there is one that can't be read.
    pub async fn one(store: &Store, chosen: &Chosen) -> Result<Option<Manifest>, UnreadManifest> {
        let versions = store.versions(&chosen.database, SetFile::Manifest).await?;
        let taken_at = chosen.version.taken_at;
        match versions.iter().find(|one| one.taken_at == taken_at) {
            Some(version) => Ok(Some(read(store, &chosen.database, version).await?)),
            None => Ok(None),
        }
    }

    /// The manifest of the set that `version` is of: the one that has its id from the store, or the time in its name.
    pub fn of(&self, kind: Kind, version: &Version) -> Option<&Manifest> {
        let is_uploaded = |manifest: &&Manifest| {
            let upload = manifest.uploads.get(&kind);
            upload.is_some_and(|upload| upload.version_id == version.id)
        };
        let is_stamped = |manifest: &&Manifest| {
            manifest.taken_at == version.taken_at && manifest.artefacts.contains_key(&kind)
        };
        let mut manifests = self.0.iter();
        let uploaded = manifests.clone().find(is_uploaded);
        uploaded.or_else(|| manifests.find(is_stamped))
    }
}

async fn read(
    store: &Store,
    database: &Database,
    version: &Version,
) -> Result<Manifest, UnreadManifest> {
    let download = store.read(database, SetFile::Manifest, version).await?;
    let mut json = Vec::new();
    download
        .content
        .take(LIMIT)
        .read_to_end(&mut json)
        .await
        .map_err(|source| UnreadManifest::Broken { source })?;
    Ok(Manifest::from_json(&json)?)
}
