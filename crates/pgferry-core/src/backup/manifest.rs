//! The manifest of a backup set: `DB.TS.json` beside the artefacts, `DB.json` in a bucket. See `docs/format.md`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Database, Kind};

/// The version that this build writes, and the newest that it reads.
pub const MANIFEST_VERSION: u32 = 1;

/// What one run made, and how it was made sure of. Fields that a later version adds are ignored when read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub manifest_version: u32,
    pub database: Database,
    /// When the run took its snapshot, to the second, as in the stamped names.
    pub taken_at: Timestamp,
    pub tool: ToolRecord,
    /// `server_version` as the server spells it.
    pub server_version: String,
    /// `pg_dump --version` without the program's name.
    pub pg_dump_version: String,
    /// By kind.
    pub artefacts: BTreeMap<Kind, ArtefactRecord>,
    /// The server's time when `pg_dump` was about to take its snapshot, to the microsecond.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_at: Option<Timestamp>,
    /// In the order of the dump.
    pub tables: Vec<TableRecord>,
    /// The extensions that the dump makes.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// Addresses that the anonymiser replaced.
    pub addresses_replaced: u64,
    /// What the anonymiser did, by column; columns in which it found nothing and that no rule names are left out.
    #[serde(default)]
    pub anonymized: Vec<ColumnRecord>,
    /// SHA-256 of the anonymiser's rules as JSON, lower-case hex: whether two sets were made by the same ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules_sha256: Option<String>,
    /// What reading the set back has found, before it got its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationRecord>,
    /// Where the set stands on its way into the store.
    #[serde(default)]
    pub upload: UploadState,
    /// What the store confirmed, by kind; empty until it did.
    #[serde(default)]
    pub uploads: BTreeMap<Kind, UploadRecord>,
    /// What came of restoring the anonymised artefact, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_restore: Option<TestRestoreRecord>,
}

/// Where a set stands on its way into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadState {
    /// It shall go there, and not all of it has.
    Pending,
    /// All of it is there, the manifest too.
    Done,
    /// It was made to stay on its host. So is a set whose manifest doesn't say.
    #[default]
    Never,
}

/// The program that wrote the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolRecord {
    pub name: String,
    pub version: String,
}

/// One artefact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtefactRecord {
    /// The stamped file name.
    pub file: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// CRC-64/NVME of the file as S3 spells it: eight bytes, big-endian, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc64nvme: Option<String>,
    /// Bytes of SQL inside, for the plain kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_size: Option<u64>,
    /// SHA-256 of the SQL inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_sha256: Option<String>,
    /// CRC-64/NVME of the SQL inside, spelt as that of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_crc64nvme: Option<String>,
}

/// What the anonymiser did in one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnRecord {
    /// `schema.table`, quoted as SQL needs it.
    pub table: String,
    pub column: String,
    /// The rule's name in settings; `addresses` where none names the column.
    pub rule: String,
    /// Addresses that were replaced.
    pub replaced: u64,
    /// Values that another rule changed.
    pub changed: u64,
}

/// What reading a set back has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationRecord {
    pub ended_at: Timestamp,
    /// Rows that were counted in the full artefact, which are those of the archive.
    pub rows: u64,
    /// Blocks that were decompressed and compared, each once, though it may stand in several artefacts.
    pub blocks: u64,
    /// Addresses that were found in the anonymised artefact, searched by other code than replaced them: 0, or there
    /// would be no set.
    pub addresses_left: u64,
}

/// One table's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord {
    /// `schema.table`, quoted as SQL needs it.
    pub name: String,
    pub rows: u64,
    /// Bytes of COPY text.
    pub bytes: u64,
}

/// One confirmed upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRecord {
    /// The store's URL and the key in it.
    pub location: String,
    pub version_id: String,
}

/// A restore that was made to see whether it can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRestoreRecord {
    /// The kind of target: `local`.
    pub target: String,
    pub outcome: TestOutcome,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Of the server that it was restored into, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// Tables whose rows were counted.
    pub tables: u64,
    /// Rows that were found in them.
    pub rows: u64,
    /// Why it did not pass, on one line, without a word of what the database holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a test restore ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestOutcome {
    /// Restored, with the rows that the manifest names.
    Passed,
    /// The artefact was not restored, or other rows came out.
    Failed,
    /// There was no target to try it on.
    NotRun,
    /// Not run: it needs an extension that the target can't make, or that only a superuser may make there.
    NeedsExtension,
}

/// Why a manifest can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest is not valid JSON of the documented form")]
    Json(#[from] serde_json::Error),
    #[error(
        "the manifest is of version {found}; this pgferry reads up to version {MANIFEST_VERSION}"
    )]
    Newer { found: u32 },
}

impl Manifest {
    /// # Errors
    /// When `json` is no manifest, or one of a version that this build does not know.
    pub fn from_json(json: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Head {
            manifest_version: u32,
        }
        // The head first: a newer manifest may have another form altogether.
        let Head { manifest_version } = serde_json::from_slice(json)?;
        if manifest_version > MANIFEST_VERSION {
            return Err(ManifestError::Newer {
                found: manifest_version,
            });
        }
        Ok(serde_json::from_slice(json)?)
    }

    /// Pretty-printed, with a newline at the end.
    pub fn to_json(&self) -> Vec<u8> {
        // Maps with string keys, numbers and strings: serialising them can't fail.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Whether the store has all of the set.
    pub fn is_uploaded(&self) -> bool {
        self.upload != UploadState::Pending
            && !self.artefacts.is_empty()
            && self
                .artefacts
                .keys()
                .all(|kind| self.uploads.contains_key(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            manifest_version: MANIFEST_VERSION,
            database: Database::new("infinite-prod").unwrap(),
            taken_at: "2026-11-21T04:00:00Z".parse().unwrap(),
            tool: ToolRecord {
                name: "pgferry".into(),
                version: "0.1.0".into(),
            },
            server_version: "15.18".into(),
            pg_dump_version: "15.18".into(),
            artefacts: BTreeMap::from([(
                Kind::Anon,
                ArtefactRecord {
                    file: "infinite-prod.anon.2026-11-21T04:00:00.gz".into(),
                    size: 10,
                    sha256: "00".repeat(32),
                    crc64nvme: Some("AAAAAAAAAAA=".into()),
                    raw_size: Some(20),
                    raw_sha256: None,
                    raw_crc64nvme: None,
                },
            )]),
            tables: vec![TableRecord {
                name: "public.events".into(),
                rows: 3,
                bytes: 12,
            }],
            snapshot_at: Some("2026-11-21T04:00:01.000002Z".parse().unwrap()),
            extensions: vec!["citext".into()],
            addresses_replaced: 2,
            anonymized: vec![ColumnRecord {
                table: "public.events".into(),
                column: "mail".into(),
                rule: "addresses".into(),
                replaced: 2,
                changed: 0,
            }],
            rules_sha256: Some("00".repeat(32)),
            verification: Some(VerificationRecord {
                ended_at: "2026-11-21T04:01:00Z".parse().unwrap(),
                rows: 3,
                blocks: 4,
                addresses_left: 0,
            }),
            upload: UploadState::Pending,
            uploads: BTreeMap::new(),
            test_restore: None,
        }
    }

    #[test]
    fn reads_what_it_writes() {
        assert_eq!(
            Manifest::from_json(&manifest().to_json()).unwrap(),
            manifest()
        );
        assert_eq!(manifest().rows(), 3);
    }

    #[test]
    fn a_newer_version_is_named_even_when_its_form_is_unknown() {
        let error = Manifest::from_json(br#"{"manifest_version": 7, "database": 12}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the manifest is of version 7; this pgferry reads up to version 1"
        );
    }

    #[test]
    fn rubbish_is_an_error() {
        for json in [
            &b""[..],
            b"null",
            b"{}",
            b"{\"manifest_version\": 1}",
            b"\xff",
            b"[1]",
        ] {
            assert!(Manifest::from_json(json).is_err());
        }
    }

    #[test]
    fn a_database_that_leaves_its_directory_is_refused() {
        let hostile = String::from_utf8(manifest().to_json())
            .unwrap()
            .replace("\"infinite-prod\"", "\"../../etc\"");
        assert!(Manifest::from_json(hostile.as_bytes()).is_err());
    }

    #[test]
    fn uploaded_means_every_artefact() {
        let mut manifest = manifest();
        assert!(!manifest.is_uploaded());
        let record = UploadRecord {
            location: "s3://b/db/infinite-prod.anon.gz".into(),
            version_id: "v".into(),
        };
        manifest.uploads.insert(Kind::Anon, record);
        assert!(!manifest.is_uploaded(), "the manifest is not there yet");
        manifest.upload = UploadState::Done;
        assert!(manifest.is_uploaded());
    }

    #[test]
    fn a_manifest_that_does_not_say_is_of_a_set_that_stays() {
        let json = String::from_utf8(manifest().to_json()).unwrap();
        let silent = json.replace("  \"upload\": \"pending\",\n", "");
        assert!(silent != json);
        let read = Manifest::from_json(silent.as_bytes()).unwrap();
        assert_eq!(read.upload, UploadState::Never);
    }
}
