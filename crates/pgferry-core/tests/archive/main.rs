//! The archive reader and writer, held against archives that `pg_dump` 15, 17 and 18 wrote.

mod hostile;
mod real;
mod support;
