//! What goes wrong with stores.

use crate::error::{Class, Classified, PathError};

/// Why a store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no AWS credentials were found")]
    NoCredentials {
        #[source]
        source: Cause,
    },
    #[error("the AWS credentials are not accepted ({code})")]
    BadCredentials {
        code: String,
        #[source]
        source: Cause,
    },
    #[error("access to {what} is denied")]
    Denied {
        what: String,
        #[source]
        source: Cause,
    },
    #[error("the bucket `{bucket}` does not exist")]
    NoBucket {
        bucket: String,
        #[source]
        source: Cause,
    },
    #[error("the bucket `{bucket}` is in another region{}", .region.as_ref().map(|region| format!(": {region}")).unwrap_or_default())]
    OtherRegion {
        bucket: String,
        region: Option<String>,
    },
    #[error("{what} is gone: it was deleted or replaced meanwhile")]
    Gone { what: String },
    #[error("can't reach {endpoint}")]
    Unreachable {
        endpoint: String,
        #[source]
        source: Cause,
    },
    #[error("this machine's clock is wrong: the store refuses requests of this time")]
    ClockSkew {
        #[source]
        source: Cause,
    },
    #[error("{what} did not arrive whole: {reason}")]
    Mismatch { what: String, reason: String },
    #[error("{what} is too large for one object: {} of at most 5 TiB", crate::ui::format::size(*.size))]
    TooLarge { what: String, size: u64 },
    #[error("{endpoint} does not take uploads with checksums")]
    ChecksumsRefused {
        endpoint: String,
        #[source]
        source: Cause,
    },
    #[error("the store failed: {action} {what}")]
    Failed {
        action: &'static str,
        what: String,
        #[source]
        source: Cause,
    },
    #[error("the store failed: {action} {what}")]
    Unwell {
        action: &'static str,
        what: String,
        /// It asks for fewer requests.
        asks_for_less: bool,
        #[source]
        source: Cause,
    },
    #[error("the directory {path} does not exist")]
    NoDirectory { path: String },
    #[error(transparent)]
    Ssh(Box<super::SshError>),
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Whether the same request may do better later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It fails again.
    Never,
    Later,
    /// With fewer others at the same time.
    LaterAndLess,
    /// Something else came than was asked for: once or twice may be bad luck.
    Doubtful,
}

impl StoreError {
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unwell {
                asks_for_less: true,
                ..
            } => Retry::LaterAndLess,
            Self::Unreachable { .. } | Self::Unwell { .. } => Retry::Later,
            Self::Mismatch { .. } => Retry::Doubtful,
            _ => Retry::Never,
        }
    }
}

impl From<super::SshError> for StoreError {
    fn from(error: super::SshError) -> Self {
        Self::Ssh(Box::new(error))
    }
}

/// An error of the SDK, flattened to its texts.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Classified for StoreError {
    fn class(&self) -> Class {
        match self {
            Self::NoCredentials { .. } | Self::BadCredentials { .. } | Self::Denied { .. } => {
                Class::AccessDenied
            }
            Self::NoBucket { .. } | Self::Gone { .. } | Self::NoDirectory { .. } => {
                Class::NothingMatched
            }
            Self::Mismatch { .. } => Class::Corrupt,
            Self::OtherRegion { .. } | Self::ChecksumsRefused { .. } => Class::Usage,
            Self::TooLarge { .. } => Class::Refused,
            Self::Ssh(error) => error.class(),
            Self::Path(error) if error.source.kind() == std::io::ErrorKind::PermissionDenied => {
                Class::AccessDenied
            }
            Self::Unreachable { .. }
            | Self::ClockSkew { .. }
            | Self::Failed { .. }
            | Self::Unwell { .. }
            | Self::Path(_) => Class::Unexpected,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Ssh(error) => error.detail(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoCredentials { .. } => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE and run `aws sso login`".to_owned()
            }
            Self::BadCredentials { code, .. } if code.contains("Expired") => {
                "they have expired: run `aws sso login`, or set new ones, then run the same command again".to_owned()
            }
            Self::BadCredentials { .. } => {
                "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (`aws sts get-caller-identity` shows whose they are)".to_owned()
            }
            Self::Denied { .. } => {
                "these credentials may not do that: `aws sts get-caller-identity` shows whose they are".to_owned()
            }
            Self::NoBucket { .. } | Self::NoDirectory { .. } => {
                "`pgferry config` shows which store is meant and where that was set".to_owned()
            }
            Self::OtherRegion { region: Some(region), .. } => format!("set AWS_REGION={region}"),
            Self::OtherRegion { region: None, .. } => "set AWS_REGION to the bucket's region".to_owned(),
            Self::Gone { .. } => "`pgferry versions` shows what there is now".to_owned(),
            Self::Unreachable { .. } => {
                "check the network, AWS_REGION and AWS_ENDPOINT_URL, then run the same command again".to_owned()
            }
            Self::ClockSkew { .. } => "set the clock, for example with `sudo timedatectl set-ntp true`".to_owned(),
            Self::Mismatch { .. } => "run the same command again; what arrived was thrown away".to_owned(),
            Self::TooLarge { .. } => "keep such sets in a directory: `--store file:///DIRECTORY`".to_owned(),
            Self::ChecksumsRefused { .. } => {
                "set PGFERRY_S3_CHECKSUMS=when_required, or `checksums = \"when_required\"` below [s3] in pgferry.toml".to_owned()
            }
            // Whoever asked knows what to run again.
            Self::Failed { .. } | Self::Unwell { .. } => return None,
            Self::Ssh(error) => return error.hint(),
            Self::Path(error) => return error.hint(),
        })
    }
}
