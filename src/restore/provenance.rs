//! Where a database came from: the last line of its comment, a sentence for people with a short JSON tail for pgferry.
//!
//! ```text
//! COMMENT  ::= [ whatever somebody wrote, newline ] sentence " " JSON
//! JSON     ::= {"pgferry":{"restored":{…}}} | {"pgferry":{"snapshot":{…}}}
//! ```

use jiff::Timestamp;
use pgferry_core::backup::{Database, Kind};
use serde::{Deserialize, Serialize};

use super::snapshot::Snapshot;
use crate::target::{Access, TargetError, quote_identifier, quote_literal};
use crate::ui::format;

/// How the JSON begins.
const MARK: &str = "{\"pgferry\":";

/// What a restore put into a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// As receipts call it: `infinite-prod of 2026-11-21 04:00`, or a file's name.
    pub source: String,
    /// What it is a backup of, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The store that it was taken from, and the store's id of the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    pub restored_at: Timestamp,
    /// The version of pgferry.
    pub tool: String,
    /// The snapshot of the state right after the restore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The snapshot by which a user had kept this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
}

/// What pgferry says of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    Restored(Box<Provenance>),
    Snapshot(Box<Snapshot>),
}

#[derive(Serialize, Deserialize)]
struct Tail<T> {
    pgferry: T,
}

/// A database's comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comment {
    /// What somebody else wrote; empty if nobody did.
    pub text: String,
    pub record: Option<Record>,
}

impl Provenance {
    /// Of what is restored now.
    pub fn now(source: String) -> Self {
        Self {
            source,
            database: None,
            kind: None,
            store: None,
            version: None,
            taken_at: None,
            restored_at: now(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            snapshot: None,
            through: None,
        }
    }

    /// The same, restored once more, now.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.restored_at = now();
        env!("CARGO_PKG_VERSION").clone_into(&mut self.tool);
        self
    }

    /// `infinite-prod of 2026-11-21 04:00 (anon, version 3sL4k)`.
    pub fn title(&self) -> String {
        let kind = self.kind.map(|kind| kind.to_string());
        let version = self.version.as_ref().map(|id| format!("version {id}"));
        let more: Vec<String> = kind.into_iter().chain(version).collect();
        if more.is_empty() {
            self.source.clone()
        } else {
            format!("{} ({})", self.source, more.join(", "))
        }
    }

    fn sentence(&self) -> String {
        let through = self.through.as_ref();
        let through = through.map(|name| format!(", by way of the snapshot {name}"));
        format!(
            "restored by pgferry {} at {} UTC from {}{}",
            self.tool,
            format::time(self.restored_at),
            self.title(),
            through.unwrap_or_default()
        )
    }
}

impl Record {
    fn sentence(&self) -> String {
        match self {
            Self::Restored(provenance) => provenance.sentence(),
            Self::Snapshot(snapshot) => snapshot.sentence(),
        }
    }
}

impl Comment {
    /// Understands what stands there.
    pub fn parse(comment: &str) -> Self {
        let (text, last) = comment.rsplit_once('\n').unwrap_or(("", comment));
        let record = last
            .rfind(MARK)
            .and_then(|start| last.get(start..))
            .and_then(|json| serde_json::from_str::<Tail<Record>>(json).ok());
        match record {
            Some(Tail { pgferry }) => Self {
                text: text.to_owned(),
                record: Some(pgferry),
            },
            None => Self {
                text: comment.to_owned(),
                record: None,
            },
        }
    }

    /// The comment that says it.
    pub fn write(&self) -> String {
        let Some(record) = &self.record else {
            return self.text.clone();
        };
        let json = serde_json::to_string(&Tail { pgferry: record }).unwrap_or_default();
        // It is one line, whatever files are called.
        let sentence = record.sentence().replace(char::is_control, " ");
        let front = if self.text.is_empty() { "" } else { "\n" };
        format!("{}{front}{sentence} {json}", self.text)
    }

    /// The comment of `database`; an empty one if there is no such database.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn of(access: &Access, database: &str) -> Result<Self, TargetError> {
        let script = format!(
            "SET client_encoding = 'UTF8';
             SELECT pg_catalog.to_json(pg_catalog.shobj_description(oid, 'pg_database'))
             FROM pg_catalog.pg_database WHERE datname = {};",
            quote_literal(database)
        );
        let rows = access.query(&script).await?;
        let json = rows.first().map_or("", String::as_str);
        let comment: Option<String> = match json {
            "" => None,
            json => serde_json::from_str(json).ok().ok_or(TargetError::Answer)?,
        };
        Ok(comment.map_or_else(Self::default, |comment| Self::parse(&comment)))
    }

    /// The statements that give `database` this comment.
    pub fn statement(&self, database: &str) -> String {
        format!(
            "SET client_encoding = 'UTF8';\nCOMMENT ON DATABASE {} IS {};\n",
            quote_identifier(database),
            quote_literal(&self.write())
        )
    }
}

/// Says on `database` where it comes from, after what somebody wrote on `like`, the one whose place it takes.
///
/// A role that may not do it has restored all the same, so that is no error.
pub async fn note(access: &Access, database: &str, like: &str, provenance: &Provenance) {
    let noted = async {
        let mut comment = Comment::of(access, like).await?;
        comment.record = Some(Record::Restored(Box::new(provenance.clone())));
        access.query(&comment.statement(database)).await
    };
    if let Err(error) = noted.await {
        tracing::info!(%error, database, "can't note where the database comes from");
    }
}

/// To the second.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provenance() -> Provenance {
        Provenance {
            database: Some(Database::new("infinite-prod").unwrap()),
            kind: Some(Kind::Anon),
            store: Some("s3://b/db".to_owned()),
            version: Some("3sL4k".to_owned()),
            taken_at: Some("2026-11-21T04:00:00Z".parse().unwrap()),
            restored_at: "2026-11-22T10:00:03Z".parse().unwrap(),
            tool: "0.1.0".to_owned(),
            ..Provenance::now("infinite-prod of 2026-11-21 04:00".to_owned())
        }
    }

    fn record() -> Record {
        Record::Restored(Box::new(provenance()))
    }

    #[test]
    fn people_and_pgferry_read_the_same_line() {
        let comment = Comment {
            text: String::new(),
            record: Some(record()),
        };
        assert_eq!(
            comment.write(),
            "restored by pgferry 0.1.0 at 2026-11-22 10:00:03 UTC from infinite-prod of 2026-11-21 04:00 \
             (anon, version 3sL4k) {\"pgferry\":{\"restored\":{\"source\":\"infinite-prod of 2026-11-21 04:00\",\
             \"database\":\"infinite-prod\",\"kind\":\"anon\",\"store\":\"s3://b/db\",\"version\":\"3sL4k\",\
             \"taken_at\":\"2026-11-21T04:00:00Z\",\"restored_at\":\"2026-11-22T10:00:03Z\",\"tool\":\"0.1.0\"}}}"
        );
        assert_eq!(Comment::parse(&comment.write()), comment);
    }

    #[test]
    fn what_somebody_wrote_stays_in_front() {
        for text in ["mine", "two\nlines", "ends\n", "{\"pgferry\":1}", "a\r\nb"] {
            let comment = Comment {
                text: text.to_owned(),
                record: Some(record()),
            };
            let read = Comment::parse(&comment.write());
            assert_eq!(read, comment, "{text:?}");
            // And again.
            assert_eq!(Comment::parse(&read.write()), comment, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_record_is_somebody_elses() {
        for text in [
            "",
            "restored by pgferry",
            "x {\"pgferry\":{}}",
            "x {\"pgferry\":{\"restored\":{}}}",
            "x {\"pgferry\":{\"restored\":",
        ] {
            let comment = Comment::parse(text);
            assert_eq!((comment.text.as_str(), comment.record), (text, None));
        }
        // Somebody wrote below it, so it is no longer ours to read.
        let below = format!(
            "{}\nmore",
            Comment {
                text: String::new(),
                record: Some(record())
            }
            .write()
        );
        assert_eq!(Comment::parse(&below).record, None);
    }

    #[test]
    fn names_of_files_can_not_break_the_line() {
        let odd = Provenance::now("a\n{\"pgferry\":{ b.sql".to_owned());
        let comment = Comment {
            text: "mine".to_owned(),
            record: Some(Record::Restored(Box::new(odd))),
        };
        assert_eq!(Comment::parse(&comment.write()), comment);
    }

    /// A later version may say more.
    #[test]
    fn what_is_not_known_is_passed_over() {
        let line = "x {\"pgferry\":{\"restored\":{\"source\":\"f\",\"restored_at\":\"2026-11-22T10:00:03Z\",\"tool\":\"9\",\"more\":[1]}}}";
        assert!(Comment::parse(line).record.is_some());
    }
}
