//! One ssh that speaks SFTP.

use std::future::Future;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use openssh_sftp_client::error::SftpErrorKind;
use openssh_sftp_client::file::File;
use openssh_sftp_client::fs::ReadDir;
use openssh_sftp_client::{Error, Sftp, SftpOptions};
use tokio::sync::Mutex;

use super::SshError;
use crate::process::{ProcessError, Running};
use crate::ssh::Destination;
use crate::store::StoreError;

/// What `sftp` asks of ssh too. It uses a connection that is there (`ControlPath`), but leaves none behind.
const OPTIONS: &[&str] = &[
    "-s",
    "-o",
    "ServerAliveInterval=5",
    "-o",
    "ServerAliveCountMax=3",
    "-o",
    "ControlMaster=no",
    "-o",
    "ClearAllForwardings=yes",
    "-o",
    "ForwardAgent=no",
    "-o",
    "ForwardX11=no",
    "-o",
    "PermitLocalCommand=no",
    "-o",
    "RemoteCommand=none",
];
/// How long logging in may take: a key may want to be touched.
const TO_LOG_IN: Duration = Duration::from_mins(1);
/// How long a host may take to answer.
const TO_ANSWER: Duration = Duration::from_secs(20);
/// How long ssh may take to say why it failed, once the connection has ended.
const TO_SAY_WHY: Duration = Duration::from_secs(1);

/// The session to a host, made when it is needed and again when it was lost.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    destination: Arc<Destination>,
    current: Arc<Mutex<Option<Arc<Session>>>>,
}

#[derive(Debug)]
pub(super) struct Session {
    /// None once it was lost.
    live: Mutex<Option<Live>>,
}

#[derive(Debug)]
struct Live {
    sftp: Sftp,
    running: Running,
}

impl Session {
    pub async fn list(&self, directory: &Path) -> Result<ReadDir, Error> {
        let mut fs = self.with(Sftp::fs).await?;
        Ok(fs.open_dir(directory).await?.read_dir())
    }

    pub async fn open(&self, path: &Path) -> Result<File, Error> {
        let mut options = self.with(Sftp::options).await?;
        options.read(true).open(path).await
    }

    async fn with<T>(&self, take: impl FnOnce(&Sftp) -> T) -> Result<T, Error> {
        let live = self.live.lock().await;
        let sftp = live.as_ref().map(|live| &live.sftp);
        sftp.map(take)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected).into())
    }
}

impl Connection {
    pub fn new(destination: Destination) -> Self {
        Self {
            destination: Arc::new(destination),
            current: Arc::default(),
        }
    }

    pub async fn session(&self) -> Result<Arc<Session>, StoreError> {
        let mut current = self.current.lock().await;
        if let Some(session) = &*current {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(self.open().await?);
        *current = Some(Arc::clone(&session));
        Ok(session)
    }

    async fn open(&self) -> Result<Session, SshError> {
        let mut running = self
            .destination
            .invocation("ssh", OPTIONS)?
            .arg("sftp")
            .spawn(Stdio::piped(), Stdio::piped())?;
        let (stdin, stdout) = running.pipes()?;
        let sftp = Sftp::new(stdin, stdout, SftpOptions::new());
        match tokio::time::timeout(TO_LOG_IN, sftp).await {
            Ok(Ok(sftp)) => Ok(Session {
                live: Mutex::new(Some(Live { sftp, running })),
            }),
            Ok(Err(error)) => {
                let said = why(running).await;
                Err(SshError::of_ssh(&self.destination, said, error))
            }
            Err(_) => Err(SshError::Silent {
                destination: self.destination.to_string(),
            }),
        }
    }

    /// What an error means. A session that was lost is not used again.
    pub async fn explain(
        &self,
        session: &Arc<Session>,
        error: Error,
        what: &str,
        is_directory: bool,
    ) -> StoreError {
        match error {
            Error::SftpError(SftpErrorKind::NoSuchFile, _) if is_directory => {
                StoreError::NoDirectory {
                    path: what.to_owned(),
                }
            }
            Error::SftpError(SftpErrorKind::NoSuchFile, _) => StoreError::Gone {
                what: what.to_owned(),
            },
            Error::SftpError(SftpErrorKind::PermDenied, _) => SshError::NotPermitted {
                what: what.to_owned(),
            }
            .into(),
            Error::SftpError(_, message) => SshError::Refused {
                what: what.to_owned(),
                reason: message.get().0.to_owned(),
            }
            .into(),
            lost => {
                self.forget(session).await;
                let Some(live) = session.live.lock().await.take() else {
                    return SshError::of_ssh(&self.destination, None, lost).into();
                };
                // The error of the tasks that read and write says more than that they ended.
                let closed = tokio::time::timeout(TO_SAY_WHY, live.sftp.close()).await;
                let reason = closed.ok().and_then(Result::err).unwrap_or(lost);
                if is_directory && is_of_form(&reason) {
                    return SshError::Names {
                        what: what.to_owned(),
                        command: self.destination.command(),
                    }
                    .into();
                }
                let said = why(live.running).await;
                SshError::of_ssh(&self.destination, said, reason).into()
            }
        }
    }

    /// Makes the next one ask for a new session, unless somebody did so before.
    pub async fn forget(&self, session: &Arc<Session>) {
        let mut current = self.current.lock().await;
        if current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, session))
        {
            *current = None;
        }
    }
}

/// Whether something could not be understood: the crate takes names for UTF-8, and can't go on after one that is none.
fn is_of_form(error: &Error) -> bool {
    match error {
        Error::FormatError(_) => true,
        Error::RecursiveErrors(errors) => {
            is_of_form(&errors.original_error) || is_of_form(&errors.occuring_error)
        }
        _ => false,
    }
}

/// What ssh itself has to say about a connection that ended.
async fn why(running: Running) -> Option<ProcessError> {
    tokio::time::timeout(TO_SAY_WHY, running.wait())
        .await
        .ok()?
        .err()
}

/// A host that falls silent is as good as lost.
pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let silent = |_| {
        let silence = format!("no answer for {} s", TO_ANSWER.as_secs());
        Error::from(io::Error::new(io::ErrorKind::TimedOut, silence))
    };
    let answered = tokio::time::timeout(TO_ANSWER, answer).await;
    answered.map_err(silent)?
}
