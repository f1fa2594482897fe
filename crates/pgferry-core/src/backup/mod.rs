//! Backup sets: what their files are called, which version a selector means, what the manifest says, what is kept.
//!
//! Everything here is a function of its parameters; the clock is one of them.

mod artefact;
mod manifest;
mod retention;
mod selector;
mod version;

pub use artefact::{
    Database, FileName, InvalidDatabase, Kind, SetFile, UnknownKind, format_stamp, parse_stamp,
};
pub use manifest::{
    ArtefactRecord, ColumnRecord, MANIFEST_VERSION, Manifest, ManifestError, TableRecord,
    TestOutcome, TestRestoreRecord, ToolRecord, UploadRecord, UploadState, VerificationRecord,
};
pub use retention::{Anchors, Decision, Explanation, Policy, Reason, SetFacts, anchors};
pub use selector::{InvalidSelector, Selector};
pub use version::{NoMatch, Version, resolve};
