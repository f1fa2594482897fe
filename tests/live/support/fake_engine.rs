//! An engine that does what a test says: the Docker API on a Unix socket, with scripted answers.
//!
//! For what a real one does not do on demand: pulling with progress, a registry that can't be reached, a name or port that
//! is taken at the last moment, silence.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::run_directory::fresh_directory;

/// Answers as [`FakeEngine::on`] says, takes down what it is asked, and refuses what it was not told about.
#[derive(Debug)]
pub struct FakeEngine {
    socket: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    routes: Vec<Route>,
    requests: Vec<Request>,
    ended: bool,
}

#[derive(Debug)]
struct Route {
    method: String,
    path: String,
    answers: VecDeque<Answer>,
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Without the query and without the API's version: `/containers/create`.
    pub path: String,
    /// As it was sent, percent-encoded: `name=site&platform=`.
    pub query: String,
    pub body: Vec<u8>,
}

impl Request {
    /// The body as JSON; null when there is none.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).expect("requests carry JSON")
    }
}

/// What the engine answers.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    content_type: &'static str,
    body: Vec<u8>,
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    /// The connection ends before the body does.
    Cut,
    /// Nothing is sent, or after the body nothing follows, and the connection stays open.
    Silent,
}

impl Answer {
    /// 200 with a document.
    pub fn json(document: &Value) -> Self {
        Self::status(200, document)
    }

    /// Such as 201 with `{"Id": "…"}`.
    pub fn status(status: u16, document: &Value) -> Self {
        Self::body(status, "application/json", document.to_string())
    }

    /// 204, as for starting and stopping.
    pub fn nothing() -> Self {
        Self::body(204, "application/json", "")
    }

    /// How the engine refuses: 404, 409, 500 … with its message.
    pub fn error(status: u16, message: &str) -> Self {
        Self::status(status, &json!({ "message": message }))
    }

    /// 200 with one document a line, as pulling gives them.
    pub fn lines(documents: &[Value]) -> Self {
        let text = documents.iter().fold(String::new(), |mut text, document| {
            write!(text, "{document}\r\n").expect("strings take text");
            text
        });
        Self::body(200, "application/json", text)
    }

    /// The messages of a pull that goes well: each layer is `(id, bytes)`.
    pub fn pull(image: &str, layers: &[(&str, u64)]) -> Self {
        let mut documents =
            vec![json!({ "status": format!("Pulling from library/{image}"), "id": image })];
        let each = |documents: &mut Vec<Value>, status: &str| {
            for (id, _) in layers {
                documents.push(json!({ "status": status, "progressDetail": {}, "id": id }));
            }
        };
        each(&mut documents, "Pulling fs layer");
        for verb in ["Downloading", "Extracting"] {
            for quarter in 1..=4 {
                for (id, total) in layers {
                    let detail = json!({ "current": total * quarter / 4, "total": total });
                    documents.push(json!({ "status": verb, "progressDetail": detail, "id": id }));
                }
            }
            each(
                &mut documents,
                if verb == "Downloading" {
                    "Download complete"
                } else {
                    "Pull complete"
                },
            );
        }
        documents.push(json!({ "status": format!("Status: Downloaded newer image for {image}") }));
        Self::lines(&documents)
    }

    /// The messages of a pull that fails on the way, after 200 was sent: the engine's error is the last line.
    pub fn failed_pull(message: &str) -> Self {
        Self::lines(&[
            json!({ "status": "Pulling from library/postgres", "id": "alpine" }),
            json!({ "errorDetail": { "message": message }, "error": message }),
        ])
    }

    /// A container's log: each line with the stream that it came by, 1 or 2.
    pub fn log(lines: &[(u8, &str)]) -> Self {
        let mut body = Vec::new();
        for (stream, line) in lines {
            let length = u32::try_from(line.len() + 1).expect("a line is short");
            body.extend_from_slice(&[*stream, 0, 0, 0]);
            body.extend_from_slice(&length.to_be_bytes());
            body.extend_from_slice(line.as_bytes());
            body.push(b'\n');
        }
        Self::body(200, "application/vnd.docker.raw-stream", body)
    }

    fn unless_told(request: &Request) -> Self {
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/_ping") => Self::body(200, "text/plain", "OK"),
            ("HEAD", "/_ping") => Self::body(200, "text/plain", ""),
            ("GET", "/version") => Self::json(&json!({
                "Version": "28.0.0-fake", "ApiVersion": "1.48", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64",
                "Components": [{ "Name": "Engine", "Version": "28.0.0-fake" }],
            })),
            (method, path) => Self::error(
                404,
                &format!("the fake engine was not told about {method} {path}"),
            ),
        }
    }

    pub fn body(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
            ending: Ending::Whole,
        }
    }

    /// Takes the request and never says anything.
    pub fn silence() -> Self {
        let mut answer = Self::body(0, "", "");
        answer.ending = Ending::Silent;
        answer
    }

    /// After what is there nothing more comes, and the connection stays open.
    #[must_use]
    pub fn then_silence(mut self) -> Self {
        self.ending = Ending::Silent;
        self
    }

    /// The connection ends where more was to come.
    #[must_use]
    pub fn then_cut(mut self) -> Self {
        self.ending = Ending::Cut;
        self
    }
}

impl FakeEngine {
    /// One that answers `/_ping` and `/version`, unless the test says how.
    pub fn new() -> Self {
        let socket = fresh_directory("engine").join("docker.sock");
        let listener =
            UnixListener::bind(&socket).expect("a socket can be made in a directory of ours");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if lock(&shared).ended {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&shared);
                // A client that goes away in the middle is in its right.
                thread::spawn(move || serve(&stream, &shared).ok());
            }
        });
        Self { socket, state }
    }

    /// Answers so. A `*` in the path stands for one part of it: `/containers/*/start`. Said again for the same route, it is
    /// the next answer; the last one stays.
    #[must_use]
    pub fn on(self, method: &str, path: &str, answer: Answer) -> Self {
        {
            let routes = &mut lock(&self.state).routes;
            match routes
                .iter_mut()
                .find(|route| route.method == method && route.path == path)
            {
                Some(route) => route.answers.push_back(answer),
                None => routes.push(Route {
                    method: method.to_owned(),
                    path: path.to_owned(),
                    answers: VecDeque::from([answer]),
                }),
            }
        }
        self
    }

    /// For `DOCKER_HOST`.
    pub fn address(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// All that was asked until now, in order.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state).requests.clone()
    }

    /// Those with this method and path, where `*` stands for one part.
    pub fn asked(&self, method: &str, path: &str) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| request.method == method && matches(path, &request.path));
        requests
    }
}

impl Drop for FakeEngine {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        // Wakes the listener, which then sees it.
        UnixStream::connect(&self.socket).ok();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
}

fn serve(stream: &UnixStream, state: &Mutex<State>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let Some(request) = read_request(&mut reader)? else {
        return Ok(());
    };
    let answer = {
        let mut state = lock(state);
        state.requests.push(request.clone());
        let route = state
            .routes
            .iter_mut()
            .find(|route| route.method == request.method && matches(&route.path, &request.path));
        match route {
            Some(route) if route.answers.len() > 1 => route.answers.pop_front(),
            Some(route) => route.answers.front().cloned(),
            None => None,
        }
    };
    let answer = answer.unwrap_or_else(|| Answer::unless_told(&request));
    write_answer(stream, &answer, state)
}

/// None when the client went away without asking.
fn read_request(reader: &mut BufReader<&UnixStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim_end().to_ascii_lowercase();
        match header.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
            Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            reader.take(size).read_to_end(&mut body)?;
            reader.read_line(&mut String::new())?;
            if size == 0 {
                break;
            }
        }
    } else {
        reader.take(length).read_to_end(&mut body)?;
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Ok(Some(Request {
        method,
        path: without_version(path).to_owned(),
        query: query.to_owned(),
        body,
    }))
}

/// `/v1.41/version` is `/version`.
fn without_version(path: &str) -> &str {
    let version = path
        .strip_prefix("/v")
        .and_then(|rest| rest.split('/').next());
    let is_version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    match version.filter(|version| is_version(version)) {
        Some(version) => path.trim_start_matches("/v").trim_start_matches(version),
        None => path,
    }
}

fn write_answer(mut stream: &UnixStream, answer: &Answer, state: &Mutex<State>) -> io::Result<()> {
    let Answer {
        status,
        content_type,
        body,
        ending,
    } = answer;
    if *status != 0 {
        let head = format!(
            "HTTP/1.1 {status} Scripted\r\nContent-Type: {content_type}\r\nApi-Version: 1.48\r\nConnection: close\r\n"
        );
        stream.write_all(head.as_bytes())?;
        if *status == 204 {
            stream.write_all(b"\r\n")?;
        } else if *ending == Ending::Whole {
            write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
            stream.write_all(body)?;
        } else {
            // Never followed by the empty chunk that ends a body.
            stream.write_all(b"Transfer-Encoding: chunked\r\n\r\n")?;
            if !body.is_empty() {
                write!(stream, "{:x}\r\n", body.len())?;
                stream.write_all(body)?;
                stream.write_all(b"\r\n")?;
            }
        }
    }
    if *ending == Ending::Silent {
        // Until the client gives up or the test ends.
        stream.set_read_timeout(Some(Duration::from_millis(100)))?;
        while !lock(state).ended {
            match stream.read(&mut [0; 64]) {
                Ok(0) => break,
                Err(error)
                    if !matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    ) =>
                {
                    break;
                }
                _ => {}
            }
        }
    }
    Ok(())
}
