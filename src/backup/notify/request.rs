//! One HTTP request, made sure of by repeating it, never for longer than its limits say.

use std::time::{Duration, Instant};

use rand::RngExt;
use ureq::Agent;

use super::SecretUrl;

/// Before the second attempt; doubled for each one after it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// What is asked.
#[derive(Debug, Clone)]
pub(super) enum Request {
    Get(SecretUrl),
    /// With a JSON body.
    Post(SecretUrl, String),
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub attempts: u32,
    /// For one attempt.
    pub attempt: Duration,
    /// For all of them and the pauses between them.
    pub total: Duration,
}

impl Patience {
    /// For what nobody should have to wait for: the start of a run, and the end of one that was broken off.
    pub const BRIEF: Self = Self {
        attempts: 1,
        attempt: Duration::from_secs(3),
        total: Duration::from_secs(3),
    };
    /// For a monitor at the end of a run: with its start, one that hangs holds the run for some ten seconds.
    pub const OF_CHECK_IN: Self = Self {
        attempts: 4,
        attempt: Duration::from_secs(3),
        total: Duration::from_secs(7),
    };
    pub const USUAL: Self = Self {
        attempts: 4,
        attempt: Duration::from_secs(8),
        total: Duration::from_secs(20),
    };
}

/// Why an attempt failed. The URL is a secret and is part of neither.
enum Failure {
    /// Another attempt may succeed.
    Passing(String),
    Lasting(String),
}

/// Asks until it is answered with success, and says what went wrong last if it never was.
pub(super) async fn send(request: &Request, patience: Patience) -> Result<(), String> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut attempt = 1;
    loop {
        let left = patience.total.saturating_sub(started.elapsed());
        let reason = match once(request.clone(), patience.attempt.min(left)).await {
            Ok(()) => return Ok(()),
            Err(Failure::Lasting(reason)) => return Err(reason),
            Err(Failure::Passing(reason)) => reason,
        };
        // Several hosts that failed by one cause should not come back at one moment.
        let wait = pause.mul_f64(rand::rng().random_range(0.75..1.25));
        if attempt == patience.attempts || started.elapsed() + wait >= patience.total {
            return Err(reason);
        }
        tokio::time::sleep(wait).await;
        pause *= 2;
        attempt += 1;
    }
}

async fn once(request: Request, timeout: Duration) -> Result<(), Failure> {
    let asked = tokio::task::spawn_blocking(move || ask(&request, timeout));
    // The resolver of the system's library keeps no time limits: one that hangs is left behind.
    match tokio::time::timeout(timeout + Duration::from_millis(250), asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(Failure::Lasting(error.to_string())),
        Err(_) => Err(Failure::Passing("it did not answer in time".to_owned())),
    }
}

fn ask(request: &Request, timeout: Duration) -> Result<(), Failure> {
    // The AWS SDK's provider, named since the process may hold more than one.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(timeout))
        .build()
        .into();
    let answer = match request {
        Request::Get(url) => agent.get(url.reveal()).call(),
        Request::Post(url, body) => agent
            .post(url.reveal())
            .header("Content-Type", "application/json")
            .send(body),
    };
    answer.map(drop).map_err(failure)
}

fn failure(error: ureq::Error) -> Failure {
    match error {
        ureq::Error::StatusCode(status @ (408 | 429 | 500..)) => {
            Failure::Passing(format!("it answered {status}"))
        }
        ureq::Error::StatusCode(status) => Failure::Lasting(format!("it answered {status}")),
        ureq::Error::Timeout(_) => Failure::Passing("it did not answer in time".to_owned()),
        ureq::Error::HostNotFound => Failure::Passing("its host was not found".to_owned()),
        ureq::Error::ConnectionFailed => Failure::Passing("it can't be reached".to_owned()),
        ureq::Error::Io(error) => Failure::Passing(error.to_string()),
        ureq::Error::Tls(reason) => Failure::Lasting(reason.to_owned()),
        _ => Failure::Lasting("the request failed".to_owned()),
    }
}
