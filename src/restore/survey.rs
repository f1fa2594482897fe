//! Reading a dump for what there is in it, before anything is changed.

use std::io::Read;

use pgferry_core::dump::LoadOptions;
use pgferry_core::dump::parts::{Inventory, Survey};

use super::RestoreError;
use super::load::{CHUNK, Stop, piece};
use super::sections::{self, Reading};
use crate::source::Source;
use crate::ui::Progress;

/// Reads the dump up to its first rows: enough to know its extensions and the columns of its tables.
///
/// # Errors
/// [`RestoreError`] says what is wrong with that part. Nothing was changed.
pub async fn beginning(source: &Source, options: LoadOptions) -> Result<Inventory, RestoreError> {
    let begun = source
        .with_beginning(move |sql| {
            let mut survey = Survey::new(options);
            match feed(sql, &mut survey, Survey::has_rows) {
                Ok(true) => (survey.finish().map_err(Stop::Script), true),
                Ok(false) => (Ok(survey.so_far()), false),
                Err(stop) => (Err(stop), false),
            }
        })
        .await?;
    begun.map_err(|stop| stop.into_error(source.name()))
}

/// What there is in a dump, and whether all of it was read for that.
#[derive(Debug)]
pub struct Surveyed {
    pub inventory: Inventory,
    /// Rows among it, so that the dump is known to be whole.
    pub is_checked: bool,
}

/// Reads all of the dump, but rows only where the file has no index that leads past them.
///
/// # Errors
/// [`RestoreError`] says what is wrong with the dump. Nothing was changed.
pub async fn survey(
    source: &Source,
    options: LoadOptions,
    progress: &Progress,
) -> Result<Surveyed, RestoreError> {
    let seekable = source.seekable(progress)?;
    let is_checked = seekable.is_none();
    let read = if let Some(seekable) = seekable {
        let read = move || {
            let mut survey = Survey::new(options);
            sections::read(&seekable, &mut survey)?;
            survey.finish().map_err(Stop::Script)
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|source| RestoreError::Thread { source })?
    } else {
        source
            .with_sql(progress, move |sql| {
                let mut survey = Survey::new(options);
                feed(sql, &mut survey, |_| false)?;
                survey.finish().map_err(Stop::Script)
            })
            .await?
    };
    Ok(Surveyed {
        inventory: read.map_err(|stop| stop.into_error(source.name()))?,
        is_checked,
    })
}

/// Feeds it until it has enough; returns whether the end was reached.
fn feed(
    sql: &mut dyn Read,
    survey: &mut Survey,
    is_enough: impl Fn(&Survey) -> bool,
) -> Result<bool, Stop> {
    let mut input = vec![0; CHUNK];
    while !is_enough(survey) {
        match piece(sql, &mut input).map_err(Stop::Input)? {
            Some(piece) => survey.feed(piece).map_err(Stop::Script)?,
            None => return Ok(true),
        }
    }
    Ok(false)
}

impl Reading for Survey {
    type Error = Stop;

    fn feed(&mut self, sql: &[u8]) -> Result<(), Stop> {
        Self::feed(self, sql).map_err(Stop::Script)
    }

    fn leaves_out_rows(&self) -> bool {
        self.is_in_rows()
    }

    fn skip_rows(&mut self, rows: u64, bytes: u64) -> Result<bool, Stop> {
        Ok(Self::skip_rows(self, rows, bytes))
    }
}
