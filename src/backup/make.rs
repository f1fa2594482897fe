//! The artefacts of a set, made and verified under temporary names.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pgferry_core::anonymize::{Columns, Key, Options, Unmatched};
use pgferry_core::backup::{
    ArtefactRecord, ColumnRecord, Database, Kind, MANIFEST_VERSION, Manifest, SetFile, TableRecord,
    ToolRecord, UploadState, VerificationRecord,
};
use pgferry_core::dump::ObjectName;
use pgferry_core::dump::archive::{Text, Toc};
use pgferry_core::dump::schema::{Doubt, Schema};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::measured::{Measure, spelt};
use super::pack::{Dump, Files, Output, Packed, PackedScript};
use super::verify::{Paths, Verified, verify};
use super::{BackupError, Events, Phase, Plan, alarm};
use crate::anonymize::{self, AnonymizeFailure};
use crate::error::{Error, OnPath};
use crate::target::ServerFacts;
use crate::ui::Terminal;

/// The artefacts of a set, verified, under temporary names.
pub(super) struct Made {
    dump: NamedTempFile,
    full: NamedTempFile,
    anon: NamedTempFile,
    packed: Packed,
    verified: Verified,
    verified_at: Timestamp,
    extensions: Vec<String>,
    rules_sha256: String,
    doubts: Vec<Doubt>,
    unmatched: Vec<Unmatched>,
}

impl Made {
    /// Rules that nothing in the database answers to.
    pub fn unmatched(&self) -> &[Unmatched] {
        &self.unmatched
    }

    /// The alarm over an anonymised artefact of which nobody knows whether it can be restored.
    pub fn doubt(&self) -> Option<Error> {
        alarm::unrestorable(&self.doubts, &self.packed.anonymized)
    }

    /// Tables whose rows the anonymiser left out.
    pub fn truncated(&self) -> impl Iterator<Item = &String> {
        self.packed.anonymized.truncated.keys()
    }

    pub fn into_files(self) -> Vec<(SetFile, NamedTempFile)> {
        vec![
            (Kind::Dump.into(), self.dump),
            (Kind::Full.into(), self.full),
            (Kind::Anon.into(), self.anon),
        ]
    }

    /// What is known of the set before it is uploaded.
    pub fn manifest(
        &self,
        database: &Database,
        taken_at: Timestamp,
        server: &ServerFacts,
        pg_dump_version: String,
    ) -> Manifest {
        let Self {
            packed, verified, ..
        } = self;
        let record = |kind: Kind, measure: &Measure, script: Option<&PackedScript>| {
            let record = ArtefactRecord {
                file: SetFile::Artefact(kind).stamped_name(database, taken_at),
                size: measure.size,
                sha256: measure.sha256.clone(),
                crc64nvme: Some(measure.crc64nvme.clone()),
                raw_size: script.map(|script| script.contents.bytes),
                raw_sha256: script.map(|script| hex(&script.contents_sha256)),
                raw_crc64nvme: script.map(|script| spelt(script.contents_crc64)),
            };
            (kind, record)
        };
        let tables = packed.tables.iter().map(|table| TableRecord {
            name: table.table.to_string(),
            rows: table.rows,
            bytes: table.bytes,
        });
        let columns = packed.anonymized.columns.iter();
        let anonymized = columns.map(|((table, column), report)| ColumnRecord {
            table: table.clone(),
            column: column.clone(),
            rule: report.rule.to_owned(),
            replaced: report.replaced,
            changed: report.changed,
        });
        Manifest {
            manifest_version: MANIFEST_VERSION,
            database: database.clone(),
            taken_at,
            tool: ToolRecord {
                name: "pgferry".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            server_version: server.version.clone(),
            pg_dump_version,
            artefacts: BTreeMap::from([
                record(Kind::Dump, &verified.dump, None),
                record(Kind::Full, &verified.full, Some(&packed.full)),
                record(Kind::Anon, &verified.anon, Some(&packed.anon)),
            ]),
            snapshot_at: server.now,
            tables: tables.collect(),
            extensions: self.extensions.clone(),
            addresses_replaced: packed.anonymized.replaced,
            anonymized: anonymized.collect(),
            rules_sha256: Some(self.rules_sha256.clone()),
            verification: Some(VerificationRecord {
                ended_at: self.verified_at,
                rows: packed.tables.iter().map(|table| table.rows).sum(),
                blocks: verified.blocks,
                addresses_left: 0,
            }),
            upload: UploadState::Never,
            uploads: BTreeMap::new(),
            test_restore: None,
        }
    }
}

fn hex(sha256: &[u8]) -> String {
    base16ct::lower::encode_string(sha256)
}

/// Dumps, anonymises and compresses the database, and reads all of it back.
pub(super) async fn make(
    plan: &Plan,
    key: Key,
    events: &Events,
    terminal: &Terminal,
) -> Result<Made, BackupError> {
    let Plan {
        connection,
        database,
        directory,
        rules,
        level,
        ..
    } = plan;
    events.phase(Phase::Dump);
    let progress = terminal.progress("dump", None);
    progress.message(database.as_str());
    let running = Dump::start(connection).await?;
    let schema = definitions(running.toc(), terminal);
    let extensions = running
        .toc()
        .extensions()
        .map(ToString::to_string)
        .collect();
    // Maps and lists of strings: they can always be serialised.
    let rules_sha256 = hex(&Sha256::digest(
        serde_json::to_vec(rules).unwrap_or_default(),
    ));
    let columns = Columns::from(&schema);
    // Tables come and go: what has no rule any more, or none yet, must not keep the others from being backed up.
    let unmatched = rules.unmatched(&columns, |table| has_rows(running.toc(), table));
    let rules = &rules.without(&unmatched);
    let errors = rules.check(&columns);
    if !errors.is_empty() {
        return Err(AnonymizeFailure::Rules { errors }.into());
    }
    let doubts = schema.doubts();
    let looking = anonymize::oracle::options(rules, &schema);
    let options = Options {
        key: Some(key),
        columns,
        rules: rules.clone(),
    };
    let temporary = |kind: Kind| directory.temporary(database, kind.into());
    let (dump, full, anon) = (
        temporary(Kind::Dump)?,
        temporary(Kind::Full)?,
        temporary(Kind::Anon)?,
    );
    let output = |file: &NamedTempFile| -> Result<Output, BackupError> {
        Ok(Output {
            file: file.reopen().on_path("write", file.path())?,
            path: file.path().to_owned(),
        })
    };
    let files = Files {
        dump: output(&dump)?,
        full: output(&full)?,
        anon: output(&anon)?,
    };
    let packed = running.pack(files, options, *level, &progress).await?;
    progress.finish();

    events.phase(Phase::Verify);
    let raw = packed.full.contents.bytes * 2 + packed.anon.contents.bytes;
    let progress = terminal.progress("verify", Some(raw));
    let level = *level;
    // The files stay here: when nobody waits for the thread any more, they are removed at once.
    let paths = Paths {
        dump: dump.path().to_owned(),
        full: full.path().to_owned(),
        anon: anon.path().to_owned(),
    };
    let verifying = tokio::task::spawn_blocking(move || {
        let verified = verify(&paths, &packed, level, looking, &progress)?;
        progress.finish();
        Ok::<_, BackupError>((packed, verified))
    });
    let (packed, verified) = verifying
        .await
        .map_err(|source| BackupError::Thread { source })??;
    Ok(Made {
        dump,
        full,
        anon,
        packed,
        verified,
        verified_at: Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default(),
        extensions,
        rules_sha256,
        doubts,
        unmatched,
    })
}

/// Whether the dump holds rows of the table, if only none.
fn has_rows(toc: &Toc, table: &ObjectName<'_>) -> bool {
    let is = |text: &Option<Text>, name: &[u8]| {
        text.as_ref().is_some_and(|text| text.as_bytes() == name)
    };
    toc.entries().iter().any(|entry| {
        entry.holds_rows()
            && is(&entry.tag, &table.name)
            && is(
                &entry.namespace,
                table.schema.as_deref().unwrap_or_default(),
            )
    })
}

/// What the anonymiser has to know of the columns.
fn definitions(toc: &Toc, terminal: &Terminal) -> Schema {
    let schema = anonymize::of_toc(toc);
    // No address escapes for that; but pseudonyms in a key that nobody knows of may collide.
    for unreadable in schema.unreadable() {
        terminal.warn(&format!(
            "a definition was not understood, so keys in it are unknown: {}",
            unreadable.text
        ));
    }
    schema
}
