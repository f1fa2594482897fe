//! The custom archive of `pg_dump -Fc`: a reader that works on a pipe, and a writer.
//!
//! Purpose: know every table, column and key before the first row comes, hand out the data of each table, and write
//! the archive again with other data or another compression.
//!
//! # The format
//! There is no description but the program: `src/bin/pg_dump/pg_backup_archiver.c` (`WriteHead`, `ReadHead`,
//! `WriteToc`, `ReadToc`, `WriteInt`, `WriteStr`, `WriteOffset`), `pg_backup_custom.c` (`_StartData`, `_StartLOs`,
//! `_CustomWriteFunc`, `_CloseArchive`) and `compress_gzip.c`, as version 18 of the server has them. Versions 1.12 to 1.16 are read:
//!
//! | version | written by | what it added |
//! | --- | --- | --- |
//! | 1.12 | 9.0 to early minor releases of 10 | an entry for each large object |
//! | 1.13 | later ones of 9.3 to 10, and 11 | a `SEARCHPATH` entry |
//! | 1.14 | 12 to 15 | the table access method |
//! | 1.15 | 16 | a byte that names the compression, in place of its level |
//! | 1.16 | 17, 18 | the relation kind; several `BLOBS` entries, `BLOB METADATA` |
//!
//! ```text
//! archive  = header toc block*
//! header   = "PGDMP" major minor revision int-size(4) offset-size(8) format(1 = custom)
//!            level:int (to 1.14) | algorithm:byte (from 1.15)
//!            second:int minute:int hour:int day:int month:int year:int daylight-saving:int
//!            database:string server-version:string pg_dump-version:string
//! toc      = count:int entry*
//! entry    = dump-id:int has-data:int catalog:string oid:string tag:string description:string section:int
//!            definition:string drop:string copy:string namespace:string tablespace:string
//!            access-method:string (from 1.14) relation-kind:int (from 1.16) owner:string with-oids:string
//!            (dependency:string)* null:string position
//! position = state:byte offset:8 bytes        state 1 = not known, 2 = known, 3 = no data
//! block    = 1 dump-id:int stream             the data of a table
//!          | 3 dump-id:int (oid:int stream)* 0:int     large objects
//! stream   = (length:int bytes)* 0:int        the chunks' bytes, put together, are what was compressed
//! int      = sign:byte, magnitude: 4 bytes, least significant first
//! string   = length:int bytes, or -1:int for null
//! ```
//!
//! # Invariants
//! - Nothing here panics or allocates by a length that it only read: memory follows the bytes that have come.
//! - What is accepted is what `pg_dump` writes, so writing it again gives the same bytes. What an archive could hold
//!   besides (a non-zero sign byte other than 1, a NUL in a string, bytes after the last block) is an error.
//! - An archive that ends early is never taken for a whole one: every entry that has data must have had its block.

mod blocks;
mod codec;
mod copy_statement;
mod encode;
mod entry;
mod error;
mod field;
mod header;
mod header_reader;
mod reader;
mod rows;
mod stand_in;
mod text;
mod toc;
mod toc_reader;
mod writer;

pub use blocks::{Block, recorded_blocks};
pub use codec::{CodecError, Decoder, Encoder};
pub use copy_statement::{CopyStatementError, CopyTarget};
pub use entry::{Entry, Position, Section};
pub use error::{ArchiveError, Place, Problem};
pub use header::{Algorithm, Compression, Created, Header, Version};
pub use header_reader::MAGIC;
pub use reader::{ArchiveReader, DEFAULT_TOC_LIMIT, Event, Piece};
pub use rows::{BlockRows, DataError, END_OF_ROWS};
pub use stand_in::StandIn;
pub use text::Text;
pub use toc::{TableData, Toc};
pub use writer::{ArchiveWriter, CHUNK_LIMIT, TocRewrite, WriteError};
