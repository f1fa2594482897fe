//! S3 and what speaks like it. One key for each file of a set, history by object versioning.

mod explain;
mod list;
mod multipart;
mod parts;
mod put;
mod range;
mod read;

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use pgferry_core::backup::{Database, SetFile};
use tokio::sync::Mutex;

use range::Reader;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For an answer to begin; bodies may take as long as they need.
const READ_TIMEOUT: Duration = Duration::from_mins(1);
const ATTEMPTS: u32 = 4;

/// What the settings say about S3; the AWS_* variables and profiles are the SDK's business.
#[derive(Debug, Clone, Default)]
pub struct S3Settings {
    pub region: Option<String>,
    pub endpoint: Option<String>,
    pub path_style: Option<bool>,
    /// `None`: what the profile says, and where it is silent, yes.
    pub checksums: Option<Checksums>,
}

impl S3Settings {
    /// The client's configuration, what it is called where it leads to, and whether uploads carry checksums. Credentials
    /// are looked up anew with each.
    async fn load(&self) -> (aws_sdk_s3::config::Builder, String, bool) {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .read_timeout(READ_TIMEOUT)
                    .build(),
            );
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        let shared = loader.load().await;
        let mut config = aws_sdk_s3::config::Builder::from(&shared);
        let endpoint = self
            .endpoint
            .clone()
            .or_else(|| shared.endpoint_url().map(str::to_owned));
        if let Some(endpoint) = &endpoint {
            config = config.endpoint_url(endpoint);
        }
        if shared.region().is_none() {
            config = config.region(Region::new("us-east-1"));
        }
        let sends_checksums = match self.checksums {
            Some(checksums) => checksums == Checksums::WhenSupported,
            None => {
                shared.request_checksum_calculation()
                    != Some(RequestChecksumCalculation::WhenRequired)
            }
        };
        config = config.request_checksum_calculation(if sends_checksums {
            RequestChecksumCalculation::WhenSupported
        } else {
            RequestChecksumCalculation::WhenRequired
        });
        // A server of one's own seldom has a name for each bucket.
        config = config.force_path_style(self.path_style.unwrap_or(endpoint.is_some()));
        let region = shared.region().map_or("us-east-1", Region::as_ref);
        let endpoint = endpoint.unwrap_or_else(|| format!("S3 in {region}"));
        (config, endpoint, sends_checksums)
    }
}

/// Whether uploads carry checksums, in the words of the SDKs' own setting (`request_checksum_calculation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksums {
    /// CRC-64/NVME of each part and of the whole, which the store checks.
    WhenSupported,
    /// None: for stores that refuse the headers.
    WhenRequired,
}

impl Checksums {
    const ALL: [Self; 2] = [Self::WhenSupported, Self::WhenRequired];

    fn as_str(self) -> &'static str {
        match self {
            Self::WhenSupported => "when_supported",
            Self::WhenRequired => "when_required",
        }
    }
}

impl std::fmt::Display for Checksums {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Checksums {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|checksums| checksums.as_str().eq_ignore_ascii_case(word))
            .ok_or("it is `when_supported` or `when_required`")
    }
}

/// Keys below one prefix of a bucket.
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    /// For parts of what is fetched.
    reader: Arc<Mutex<Reader>>,
    settings: S3Settings,
    bucket: String,
    prefix: String,
    endpoint: String,
    sends_checksums: bool,
}

impl S3Store {
    pub(super) async fn open(bucket: &str, prefix: &str, settings: S3Settings) -> Self {
        let (config, endpoint, sends_checksums) = settings.load().await;
        Self {
            client: Client::from_conf(config.clone().build()),
            reader: Arc::new(Mutex::new(Reader::new(config))),
            settings,
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            endpoint,
            sends_checksums,
        }
    }

    fn key(&self, name: &str) -> String {
        if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.prefix)
        }
    }

    pub(super) fn address(&self, database: &Database, file: SetFile) -> String {
        format!(
            "s3://{}/{}",
            self.bucket,
            self.key(&file.current_name(database))
        )
    }

    fn place(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.prefix)
    }
}
