//! The ping to a cron monitor. It never fails a backup.

use std::time::Duration;

use ureq::Agent;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks for `url`, and says what went wrong. The URL is a secret of sorts and is not part of the text.
pub(super) async fn ping(url: String) -> Result<(), String> {
    let asked = tokio::task::spawn_blocking(move || {
        // The AWS SDK's provider, named since the process may hold more than one.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .build()
            .into();
        agent
            .get(&url)
            .call()
            .map(drop)
            .map_err(|error| match error {
                ureq::Error::StatusCode(status) => format!("it answered {status}"),
                ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
                ureq::Error::HostNotFound => "its host was not found".to_owned(),
                ureq::Error::ConnectionFailed => "it can't be reached".to_owned(),
                ureq::Error::Io(error) => error.to_string(),
                ureq::Error::Tls(reason) => reason.to_owned(),
                _ => "the request failed".to_owned(),
            })
    });
    asked.await.unwrap_or_else(|error| Err(error.to_string()))
}
