//! The definitions of a dump.

use std::convert::Infallible;
use std::io;

use pgferry_core::dump::Scanner;
use pgferry_core::dump::schema::Schema;

use super::{Source, SourceError};
use crate::ui::Progress;

const CHUNK: usize = 256 * 1024;

impl Source {
    /// Reads all of the dump for its definitions: in a plain one, keys stand behind the rows.
    pub(crate) async fn definitions(&self, progress: &Progress) -> Result<Schema, SourceError> {
        let read = self.with_sql(progress, |sql| -> io::Result<Schema> {
            let mut scanner = Scanner::new();
            let mut schema = Schema::new();
            let mut buffer = vec![0; CHUNK];
            loop {
                let read = sql.read(&mut buffer)?;
                if read == 0 {
                    break;
                }
                let Ok(()) = scanner.feed::<Infallible>(
                    buffer.get(..read).unwrap_or_default(),
                    &mut |event| {
                        schema.observe(&event);
                        Ok(())
                    },
                );
            }
            let Ok(_) = scanner.finish::<Infallible>(&mut |event| {
                schema.observe(&event);
                Ok(())
            });
            Ok(schema)
        });
        read.await?
            .map_err(|error| SourceError::read(self.name(), error))
    }
}
