//! Telling others how a run went: a cron monitor, which misses what does not check in, and a webhook, which is told what
//! went wrong. Neither ever fails a backup, and neither is told what the database holds.

mod address;
mod check_in;
mod request;

use serde::Serialize;

pub use address::SecretUrl;
pub use check_in::{CheckIn, CheckInStyle};

use self::request::{Patience, Request, send};
use crate::ui::Terminal;

/// Whom to tell.
#[derive(Debug, Clone, Default)]
pub struct Notifier {
    pub check_in: Option<CheckIn>,
    /// Of a chat: takes `{"text": "…"}`, as Slack's and Mattermost's do.
    pub webhook: Option<SecretUrl>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

impl Notifier {
    /// The run begins.
    pub async fn started(&self, terminal: &Terminal) {
        if let Some(check_in) = &self.check_in
            && let Err(reason) = check_in.started().await
        {
            terminal.warn(&format!(
                "the check-in at CHECKIN_URL failed for the start of the run: {reason}"
            ));
        }
    }

    /// All is where it should be. Returns whether a monitor knows it now.
    pub async fn succeeded(&self, terminal: &Terminal) -> bool {
        let Some(check_in) = &self.check_in else {
            return false;
        };
        match check_in.succeeded().await {
            Ok(()) => true,
            Err(reason) => {
                terminal.warn(&format!(
                    "the backup is done, but the check-in at CHECKIN_URL failed: {reason}"
                ));
                false
            }
        }
    }

    /// Something is not as it should be; `text` says what.
    pub async fn failed(&self, text: &str, terminal: &Terminal) {
        let (check_in, webhook) = self.tell(text, Patience::USUAL).await;
        if let Err(reason) = check_in {
            terminal.warn(&format!(
                "the check-in at CHECKIN_URL failed for the failed run: {reason}"
            ));
        }
        if let Err(reason) = webhook {
            terminal.warn(&format!(
                "the message to BACKUP_WEBHOOK_URL failed: {reason}"
            ));
        }
    }

    /// The run was broken off, and there is no time to lose.
    pub async fn interrupted(&self, text: &str) {
        drop(self.tell(text, Patience::BRIEF).await);
    }

    async fn tell(
        &self,
        text: &str,
        patience: Patience,
    ) -> (Result<(), String>, Result<(), String>) {
        let check_in = async {
            match &self.check_in {
                Some(check_in) => check_in.failed(patience).await,
                None => Ok(()),
            }
        };
        let webhook = async {
            let Some(url) = &self.webhook else {
                return Ok(());
            };
            let body =
                serde_json::to_string(&Message { text }).map_err(|error| error.to_string())?;
            send(&Request::Post(url.clone(), body), patience).await
        };
        tokio::join!(check_in, webhook)
    }
}
