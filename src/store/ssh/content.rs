//! A remote file as it arrives: many requests on their way at a time, and the connection made again when it breaks.

use std::io;
use std::io::SeekFrom;
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream::{FuturesOrdered, Stream, try_unfold};
use openssh_sftp_client::file::File;
use openssh_sftp_client::{Error, UnixTimeStamp};
use tokio::io::{AsyncRead, AsyncSeekExt as _};
use tokio_util::io::StreamReader;

use super::session::{Connection, Session, in_time};
use crate::store::StoreError;

/// Bytes of one block. Servers send less than that at a time; older ones 32 KiB.
const BLOCK: u32 = 128 * 1024;
/// Blocks that are asked for ahead: together what OpenSSH lets a channel have on its way.
const AHEAD: usize = 16;
/// Attempts in a row to go on, none of which brought a byte.
const ATTEMPTS: u32 = 5;
/// Before the first of them; each one later waits twice as long.
const PAUSE: Duration = Duration::from_millis(500);

type Block = Pin<Box<dyn Future<Output = Result<Bytes, Error>> + Send>>;

/// The part of a file that is still to come.
pub(super) struct Content {
    connection: Connection,
    path: PathBuf,
    /// For errors.
    what: String,
    state: State,
    open: Open,
    /// Where what is read ends.
    end: u64,
    /// Bytes that were handed on, and bytes that were asked for.
    position: u64,
    asked: u64,
    blocks: FuturesOrdered<Block>,
    failures: u32,
}

/// A file as one session has it.
struct Open {
    session: Arc<Session>,
    file: File,
}

/// What tells whether a file is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    size: u64,
    /// Seconds.
    modified: Option<u32>,
}

impl Content {
    pub async fn open(
        connection: Connection,
        path: PathBuf,
        what: String,
    ) -> Result<Self, StoreError> {
        let (open, state) = open(&connection, &path, &what).await?;
        Ok(Self {
            connection,
            path,
            what,
            end: state.size,
            state,
            open,
            position: 0,
            asked: 0,
            blocks: FuturesOrdered::new(),
            failures: 0,
        })
    }

    pub fn size(&self) -> u64 {
        self.state.size
    }

    /// Nothing but these bytes.
    pub fn limited_to(mut self, range: &Range<u64>) -> Self {
        (self.position, self.asked) = (range.start, range.start);
        self.end = range.end.min(self.state.size);
        self
    }

    pub fn into_reader(self) -> Box<dyn AsyncRead + Send + Unpin> {
        Box::new(StreamReader::new(Box::pin(self.into_stream())))
    }

    fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        try_unfold(self, async |mut content| {
            let block = content.next().await.map_err(io::Error::other)?;
            Ok(block.map(|block| (block, content)))
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        loop {
            self.ask_ahead();
            if self.blocks.is_empty() {
                return Ok(None);
            }
            let blocks = &mut self.blocks;
            let arrived = in_time(async { blocks.next().await.transpose() }).await;
            match arrived {
                Ok(Some(block)) => {
                    self.position += block.len() as u64;
                    self.failures = 0;
                    return Ok(Some(block));
                }
                Ok(None) => return Ok(None),
                Err(error) => {
                    let session = &self.open.session;
                    let explained = self.connection.explain(session, error, &self.what, false);
                    let error = explained.await;
                    self.go_on(error).await?;
                }
            }
        }
    }

    fn ask_ahead(&mut self) {
        while self.blocks.len() < AHEAD && self.asked < self.end {
            let left = self.end - self.asked;
            let length = u32::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
            let block = read_block(self.open.file.clone(), self.asked, length);
            self.blocks.push_back(Box::pin(block));
            self.asked += u64::from(length);
        }
    }

    /// Opens the file again, and goes on after the last byte that was handed on.
    async fn go_on(&mut self, mut error: StoreError) -> Result<(), StoreError> {
        self.blocks = FuturesOrdered::new();
        while error.is_passing_of_ssh() && self.failures < ATTEMPTS {
            tokio::time::sleep(PAUSE * 2_u32.pow(self.failures)).await;
            self.failures += 1;
            tracing::info!(%error, what = self.what, position = self.position, "connect again");
            match open(&self.connection, &self.path, &self.what).await {
                Ok((_, state)) if state != self.state => {
                    return Err(StoreError::Gone {
                        what: self.what.clone(),
                    });
                }
                Ok((open, _)) => {
                    self.open = open;
                    self.asked = self.position;
                    return Ok(());
                }
                Err(again) => error = again,
            }
        }
        Err(error)
    }
}

async fn open(
    connection: &Connection,
    path: &std::path::Path,
    what: &str,
) -> Result<(Open, State), StoreError> {
    let session = connection.session().await?;
    let opened = async {
        let mut file = session.open(path).await?;
        let metadata = file.metadata().await?;
        Ok((file, metadata))
    };
    match in_time(opened).await {
        Ok((file, metadata)) => {
            let state = State {
                size: metadata.len().unwrap_or_default(),
                modified: metadata.modified().map(UnixTimeStamp::into_raw),
            };
            Ok((Open { session, file }, state))
        }
        Err(error) => Err(connection.explain(&session, error, what, false).await),
    }
}

async fn read_block(mut file: File, start: u64, length: u32) -> Result<Bytes, Error> {
    let wanted = length as usize;
    let mut block = BytesMut::with_capacity(wanted);
    while block.len() < wanted {
        let done = block.len();
        // The crate's own offset counts what was asked for, also where less came.
        file.seek(SeekFrom::Start(start + done as u64)).await?;
        let missing = u32::try_from(wanted - done).unwrap_or(length);
        match file.read(missing, block.split_off(done)).await? {
            Some(read) if !read.is_empty() => block.unsplit(read),
            _ => {
                let reason = "the file ends before its size";
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason).into());
            }
        }
    }
    Ok(block.freeze())
}
