//! An HTTP server that takes down what it is asked, and answers as it is told to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What every request gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Status(u16),
    /// The connection stays open, and nothing comes.
    Nothing,
}

/// It listens until the test process ends.
#[derive(Debug)]
pub struct Listener {
    address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

#[derive(Debug, Clone)]
struct Seen {
    /// `GET /path`.
    line: String,
    body: String,
}

impl Listener {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&seen);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let taken = Arc::clone(&taken);
                thread::spawn(move || serve(&connection, answer, &taken));
            }
        });
        Self { address, seen }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `GET /path` of every request so far.
    pub fn lines(&self) -> Vec<String> {
        self.all().into_iter().map(|seen| seen.line).collect()
    }

    /// The texts that were posted so far, as a chat would show them.
    pub fn texts(&self) -> Vec<String> {
        let posted = self.all().into_iter().filter(|seen| !seen.body.is_empty());
        let text = |seen: Seen| {
            let json: serde_json::Value =
                serde_json::from_str(&seen.body).expect("the body is JSON");
            json["text"].as_str().expect("with a text").to_owned()
        };
        posted.map(text).collect()
    }

    fn all(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }
}

fn serve(connection: &TcpStream, answer: Answer, seen: &Mutex<Vec<Seen>>) {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    let mut length = 0;
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).is_err() || header.trim().is_empty() {
            break;
        }
        let header = header.to_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body comes whole");
    let request = Seen {
        line: line.rsplit_once(' ').expect("a request line").0.to_owned(),
        body: String::from_utf8(body).expect("bodies are UTF-8"),
    };
    seen.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request);
    match answer {
        Answer::Status(status) => {
            let head =
                format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let mut connection = connection;
            connection.write_all(head.as_bytes()).ok();
        }
        // Longer than any client waits; the connection closes when the process ends.
        Answer::Nothing => thread::sleep(Duration::from_mins(10)),
    }
}
