//! What goes wrong with hosts, from what ssh says of it.

use crate::error::{Class, Classified};
use crate::process::ProcessError;
use crate::ssh::Destination;
use crate::store::StoreError;

/// Why a host could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    #[error("the host key of {destination} is not known")]
    UnknownHost {
        destination: String,
        command: String,
        said: String,
    },
    #[error("the host key of {destination} is not the one that is known")]
    ChangedHost {
        destination: String,
        /// What ssh says would forget the old key.
        command: String,
        said: String,
    },
    #[error("{destination} lets nobody in with the keys that ssh has")]
    Denied {
        destination: String,
        command: String,
        said: String,
    },
    #[error("can't reach {destination}")]
    Unreachable {
        destination: String,
        command: String,
        said: String,
    },
    #[error("{destination} does not speak SFTP")]
    NoSftp { destination: String, said: String },
    #[error("{destination} does not answer")]
    Silent { destination: String },
    #[error("the connection to {destination} broke off")]
    Broken {
        destination: String,
        command: String,
        said: String,
        source: openssh_sftp_client::Error,
    },
    #[error("access to {what} is denied")]
    NotPermitted { what: String },
    #[error("the host refuses to read {what}: {reason}")]
    Refused { what: String, reason: String },
    #[error("can't list {what}: the name of a file there is not UTF-8")]
    Names { what: String, command: String },
    #[error("{url} is a store to read from")]
    ReadOnly { url: String },
    #[error(transparent)]
    Process(#[from] ProcessError),
}

impl SshError {
    /// What ssh said when it ended, taken apart.
    pub(super) fn of_ssh(
        destination: &Destination,
        said: Option<ProcessError>,
        source: openssh_sftp_client::Error,
    ) -> Self {
        let said = said.map_or_else(String::new, |said| said.stderr().to_owned());
        let (host, command) = (&destination.host, destination.command());
        let forget = match destination.port {
            Some(port) => format!("ssh-keygen -R '[{host}]:{port}'"),
            None => format!("ssh-keygen -R {host}"),
        };
        let destination = destination.to_string();
        let says = |texts: &[&str]| texts.iter().any(|text| said.contains(text));
        if says(&["REMOTE HOST IDENTIFICATION HAS CHANGED"]) {
            // The banner fills the screen and says no more than this error.
            let lines = || said.lines().map(str::trim);
            return Self::ChangedHost {
                destination,
                command: lines()
                    .find(|line| line.starts_with("ssh-keygen "))
                    .map_or(forget, str::to_owned),
                said: lines()
                    .filter(|line| line.starts_with("Offending"))
                    .collect::<Vec<_>>()
                    .join("\n"),
            };
        }
        if says(&["Host key verification failed", "host key is known for"]) {
            return Self::UnknownHost {
                destination,
                command,
                said,
            };
        }
        if says(&["Permission denied (", "Too many authentication failures"]) {
            return Self::Denied {
                destination,
                command,
                said,
            };
        }
        if says(&["subsystem request failed"]) {
            return Self::NoSftp { destination, said };
        }
        if says(&[
            "Could not resolve hostname",
            "connect to host",
            "Connection refused",
            "timed out",
            "kex_exchange_identification",
        ]) {
            return Self::Unreachable {
                destination,
                command,
                said,
            };
        }
        Self::Broken {
            destination,
            command,
            said,
            source,
        }
    }

    /// Whether another attempt may go better.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Silent { .. } | Self::Broken { .. }
        )
    }
}

impl StoreError {
    /// Whether another attempt may go better.
    pub(super) fn is_passing_of_ssh(&self) -> bool {
        matches!(self, Self::Ssh(error) if error.is_passing())
    }
}

impl Classified for SshError {
    fn class(&self) -> Class {
        match self {
            Self::UnknownHost { .. }
            | Self::ChangedHost { .. }
            | Self::Denied { .. }
            | Self::NotPermitted { .. } => Class::AccessDenied,
            Self::ReadOnly { .. } => Class::Usage,
            Self::Unreachable { .. }
            | Self::NoSftp { .. }
            | Self::Silent { .. }
            | Self::Broken { .. }
            | Self::Refused { .. }
            | Self::Names { .. } => Class::Unexpected,
            Self::Process(error) => error.class(),
        }
    }

    fn detail(&self) -> Option<String> {
        let (Self::UnknownHost { said, .. }
        | Self::ChangedHost { said, .. }
        | Self::Denied { said, .. }
        | Self::Unreachable { said, .. }
        | Self::NoSftp { said, .. }
        | Self::Broken { said, .. }) = self
        else {
            return None;
        };
        Some(said.clone()).filter(|said| !said.is_empty())
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownHost { command, .. } => format!(
                "run `{command}` once and compare the key that it shows, then run the same command again"
            ),
            Self::ChangedHost { command, .. } => format!(
                "ask who runs it whether it has a new key; if so, `{command}` forgets the old one"
            ),
            Self::Denied { command, .. } => format!(
                "`ssh-add` hands your key to the agent, `{command}` shows whether it is let in"
            ),
            Self::Unreachable { command, .. } => {
                format!("check the network; `{command}` tries the same")
            }
            Self::Broken { command, .. } => {
                format!("run the same command again; `{command}` tries the connection")
            }
            Self::Silent { .. } => "run the same command again".to_owned(),
            Self::NoSftp { .. } => {
                "its sshd_config needs the line `Subsystem sftp internal-sftp`".to_owned()
            }
            Self::NotPermitted { .. } => {
                "log in as a user who may read it: `ssh://USER@HOST/DIRECTORY`".to_owned()
            }
            Self::Names { command, .. } => {
                format!("find and rename it: `{command}`, then `ls -b` in that directory")
            }
            Self::ReadOnly { .. } => {
                "upload to `s3://BUCKET/PREFIX` or `file:///DIRECTORY`, or keep the set on this host: --no-upload"
                    .to_owned()
            }
            Self::Refused { .. } => return None,
            Self::Process(error) => return error.hint(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn what_ssh_says_becomes_an_error_with_a_hint() {
        let destination = Destination {
            user: Some("me".to_owned()),
            host: "box".to_owned(),
            port: None,
        };
        for (stderr, class, text, hint) in [
            (
                "No ED25519 host key is known for box and you have requested strict checking.\nHost key verification failed.",
                Class::AccessDenied,
                "the host key of me@box is not known",
                "run `ssh me@box` once",
            ),
            (
                "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.",
                Class::AccessDenied,
                "the host key of me@box is not the one that is known",
                "`ssh-keygen -R box`",
            ),
            (
                "me@box: Permission denied (publickey).",
                Class::AccessDenied,
                "me@box lets nobody in with the keys that ssh has",
                "`ssh-add`",
            ),
            (
                "ssh: connect to host box port 22: Connection refused",
                Class::Unexpected,
                "can't reach me@box",
                "`ssh me@box` tries the same",
            ),
            (
                "subsystem request failed on channel 0",
                Class::Unexpected,
                "me@box does not speak SFTP",
                "Subsystem sftp",
            ),
            (
                "Connection to box closed by remote host.",
                Class::Unexpected,
                "the connection to me@box broke off",
                "run the same command again",
            ),
        ] {
            let said = ProcessError::Failed {
                program: "ssh".to_owned(),
                status: ExitStatus::from_raw(255 << 8),
                stderr: stderr.to_owned(),
            };
            let source = std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into();
            let error = SshError::of_ssh(&destination, Some(said), source);
            assert_eq!((error.class(), error.to_string().as_str()), (class, text));
            assert!(error.hint().unwrap().contains(hint), "{error:?}");
        }
    }
}
