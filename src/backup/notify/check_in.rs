//! The ping to a cron monitor, which notices when it does not come.

use std::str::FromStr;

use super::SecretUrl;
use super::request::{Patience, Request, send};

/// What a monitor understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CheckInStyle {
    /// A ping of the URL after success.
    #[default]
    Plain,
    /// Besides that, of `URL/start` and `URL/fail`.
    Healthchecks,
}

impl CheckInStyle {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Healthchecks => "healthchecks",
        }
    }
}

impl std::fmt::Display for CheckInStyle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for CheckInStyle {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        [Self::Plain, Self::Healthchecks]
            .into_iter()
            .find(|style| style.as_str() == word)
            .ok_or_else(|| "the styles are `plain` and `healthchecks`".to_owned())
    }
}

/// Where to check in, and how.
#[derive(Debug, Clone)]
pub struct CheckIn {
    pub url: SecretUrl,
    pub style: CheckInStyle,
}

impl CheckIn {
    pub(super) async fn started(&self) -> Result<(), String> {
        self.ping_below("start", Patience::BRIEF).await
    }

    pub(super) async fn succeeded(&self) -> Result<(), String> {
        send(&Request::Get(self.url.clone()), Patience::OF_CHECK_IN).await
    }

    pub(super) async fn failed(&self, patience: Patience) -> Result<(), String> {
        let patience = if patience.total > Patience::OF_CHECK_IN.total {
            Patience::OF_CHECK_IN
        } else {
            patience
        };
        self.ping_below("fail", patience).await
    }

    /// Monitors of the plain kind know of successes only.
    async fn ping_below(&self, segment: &str, patience: Patience) -> Result<(), String> {
        match self.style {
            CheckInStyle::Plain => Ok(()),
            CheckInStyle::Healthchecks => {
                send(&Request::Get(self.url.below(segment)), patience).await
            }
        }
    }
}
