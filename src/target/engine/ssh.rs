//! An engine on another host, reached by the user's own ssh: its pipes lead to `docker system dial-stdio` there, as the
//! `docker` command does it. One ssh a request, which ends with the answer.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use bollard::errors::Error;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::{Response, Uri};
use hyper_util::rt::TokioIo;

use crate::process::{ProcessError, Running};
use crate::ssh::Destination;

/// How long ssh may take to say why it failed, once the connection has ended.
const TO_SAY_WHY: Duration = Duration::from_secs(1);

/// A client whose requests go through ssh. Each fails after `timeout` seconds without an answer.
pub(super) fn connect(destination: Destination, timeout: u64) -> Result<Docker, Error> {
    connect_by("ssh", destination, timeout)
}

pub(super) fn connect_by(
    program: &'static str,
    destination: Destination,
    timeout: u64,
) -> Result<Docker, Error> {
    let transport = move |request| send(program, destination.clone(), request);
    // The name in the URL goes nowhere.
    Docker::connect_with_custom_transport(
        transport,
        Some("ssh://engine"),
        timeout,
        API_DEFAULT_VERSION,
    )
}

async fn send(
    program: &'static str,
    destination: Destination,
    mut request: BollardRequest,
) -> Result<Response<Incoming>, Error> {
    let mut running = destination
        .invocation(program, &[])
        .map_err(failed)?
        .arg("docker system dial-stdio")
        .spawn(Stdio::piped(), Stdio::piped())
        .map_err(failed)?;
    let (stdin, stdout) = running.pipes().map_err(failed)?;

    let in_origin_form = request.uri().path_and_query().map(ToString::to_string);
    *request.uri_mut() = in_origin_form
        .and_then(|path| path.parse().ok())
        .unwrap_or(Uri::from_static("/"));
    request
        .headers_mut()
        .insert(HOST, HeaderValue::from_static("docker"));

    let pipes = TokioIo::new(tokio::io::join(stdout, stdin));
    let answer = async {
        let (mut sender, connection) = http1::handshake(pipes).await?;
        let connection = tokio::spawn(connection.with_upgrades());
        Ok::<_, hyper::Error>((sender.send_request(request).await?, connection))
    };
    match answer.await {
        Ok((response, connection)) => {
            tokio::spawn(async move {
                // However it ends, whoever reads the answer sees it there.
                drop(connection.await);
                drop(running);
            });
            Ok(response)
        }
        Err(error) => Err(why(running)
            .await
            .map_or_else(|| Error::from(error), failed)),
    }
}

/// What ssh itself has to say about a connection that ended.
async fn why(running: Running) -> Option<ProcessError> {
    tokio::time::timeout(TO_SAY_WHY, running.wait())
        .await
        .ok()?
        .err()
}

fn failed(error: ProcessError) -> Error {
    io::Error::other(error).into()
}
