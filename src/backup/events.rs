//! What a run tells as it goes: JSON lines for whoever asked for them, and what its end is judged by.
//!
//! `docs/format.md` documents the lines.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use pgferry_core::backup::{Database, Kind, Manifest, TestRestoreRecord};
use serde::Serialize;

use crate::error::Error;
use crate::ui::Terminal;

/// The parts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Connect,
    Dump,
    Verify,
    Publish,
    TestRestore,
    Upload,
    Prune,
}

impl Phase {
    /// `while it …`.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Connect => "connected to the server",
            Self::Dump => "dumped the database",
            Self::Verify => "read the set back",
            Self::Publish => "gave the files their names",
            Self::TestRestore => "tried a restore",
            Self::Upload => "uploaded",
            Self::Prune => "removed old sets",
        }
    }
}

/// One line.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event<'a> {
    Started {
        version: &'static str,
        process: u32,
    },
    Phase {
        phase: Phase,
    },
    /// The files have their names; sizes in bytes.
    Published {
        taken_at: Timestamp,
        sizes: BTreeMap<Kind, u64>,
    },
    TestRestored {
        #[serde(flatten)]
        record: &'a TestRestoreRecord,
    },
    /// The store has confirmed it.
    Uploaded {
        kind: Kind,
        location: &'a str,
        version_id: &'a str,
    },
    Pruned {
        taken_at: Timestamp,
        size: u64,
    },
    Alarm {
        text: String,
    },
    /// The monitor took the ping.
    CheckedIn,
    Finished {
        exit_code: u8,
        warnings: Vec<String>,
        manifest: &'a Manifest,
    },
    Failed {
        exit_code: u8,
        /// What it was doing.
        phase: Option<Phase>,
        error: String,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event<'a>,
    at: Timestamp,
    database: &'a Database,
}

/// The story of one database's run. Clones share it.
#[derive(Debug, Clone)]
pub struct Events(Arc<Story>);

#[derive(Debug)]
struct Story {
    database: Database,
    /// Where the lines go, if anybody wants them.
    output: Option<Terminal>,
    phase: Mutex<Option<Phase>>,
    alarms: Mutex<Vec<Error>>,
}

impl Events {
    pub fn new(database: Database, output: Option<Terminal>) -> Self {
        Self(Arc::new(Story {
            database,
            output,
            phase: Mutex::new(None),
            alarms: Mutex::new(Vec::new()),
        }))
    }

    pub fn database(&self) -> &Database {
        &self.0.database
    }

    pub fn emit(&self, event: &Event<'_>) {
        if let Some(terminal) = &self.0.output {
            let line = Line {
                event,
                at: Timestamp::now(),
                database: &self.0.database,
            };
            // A backup goes on when nobody reads of it any more.
            drop(terminal.print_json_line(&line));
        }
    }

    pub fn phase(&self, phase: Phase) {
        *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner) = Some(phase);
        self.emit(&Event::Phase { phase });
    }

    /// What the run is doing, or was when it ended.
    pub fn current_phase(&self) -> Option<Phase> {
        *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that the run goes on after, but that somebody has to look at.
    pub fn alarm(&self, alarm: Error) {
        self.emit(&Event::Alarm {
            text: alarm.summary(),
        });
        self.0
            .alarms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(alarm);
    }

    /// The alarms until now, which are the caller's from here.
    pub fn take_alarms(&self) -> Vec<Error> {
        std::mem::take(&mut *self.0.alarms.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn published(&self, manifest: &Manifest) {
        let sizes = manifest.artefacts.iter();
        self.emit(&Event::Published {
            taken_at: manifest.taken_at,
            sizes: sizes.map(|(kind, record)| (*kind, record.size)).collect(),
        });
    }

    pub(super) fn uploaded(&self, manifest: &Manifest) {
        for (kind, record) in &manifest.uploads {
            self.emit(&Event::Uploaded {
                kind: *kind,
                location: &record.location,
                version_id: &record.version_id,
            });
        }
    }
}
