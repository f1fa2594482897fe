//! What the anonymiser has to know before the first row: columns, and which of them stand in keys.

use std::io;

use pgferry_core::anonymize::survey::{Survey, SurveyReport};
use pgferry_core::dump::archive::Toc;
use pgferry_core::dump::schema::Schema;

use super::AnonymizeFailure;
use crate::source::Source;
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;

/// Reads all of a dump for what its columns seem to hold.
pub(crate) async fn survey(
    source: &Source,
    progress: &Progress,
) -> Result<SurveyReport, AnonymizeFailure> {
    let read = source.with_sql(progress, |sql| -> io::Result<SurveyReport> {
        let mut survey = Survey::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            match sql.read(&mut buffer)? {
                0 => return Ok(survey.finish()),
                read => survey.feed(buffer.get(..read).unwrap_or_default()),
            }
        }
    });
    read.await?
        .map_err(|error| AnonymizeFailure::read(source.name(), error))
}

/// The definitions of an archive, whose table of contents tells all.
pub(crate) fn of_toc(toc: &Toc) -> Schema {
    let mut schema = Schema::new();
    let entries = toc.entries().iter();
    for definition in entries.filter_map(|entry| entry.definition.as_ref()) {
        schema.observe_sql(definition.as_bytes());
    }
    schema
}
