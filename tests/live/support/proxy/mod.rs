//! A proxy before an HTTP/1.1 server that fails on demand: it cuts connections, loses, garbles, delays and slows down
//! what goes through it, or answers itself, for the requests that a test picks.
//!
//! ```text
//! let proxy = Proxy::before(s3.endpoint());
//! proxy.inject(Fault::slow_down(), On::method("PUT").containing("partNumber=2").times(3));
//! let workspace = workspace.with("AWS_ENDPOINT_URL", proxy.endpoint());
//! ```
//!
//! Each connection carries one request: both sides are told `Connection: close`. Heads are passed on but for that,
//! bodies as they are. Offsets count bytes of the body, from 0, as it travels (so with the frames of chunked ones).
//! Everything ends with the value.

mod faults;
mod http;

use std::io::{self, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

pub use faults::{Fault, On, Request};
use http::{Flow, Frame, read_head, write_head};

const PATIENCE: Duration = Duration::from_mins(1);

/// The proxy, on a free port of loopback.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    server: String,
    is_closed: AtomicBool,
    rules: Mutex<Vec<(Fault, On)>>,
    seen: Mutex<Vec<Request>>,
    news: Condvar,
    /// Every connection of the clients, to end those that wait when the proxy does.
    connections: Mutex<Vec<Weak<TcpStream>>>,
}

impl Proxy {
    /// Before the server at `http://HOST:PORT`.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            server: server.trim_start_matches("http://").to_owned(),
            is_closed: AtomicBool::new(false),
            rules: Mutex::default(),
            seen: Mutex::default(),
            news: Condvar::new(),
            connections: Mutex::default(),
        });
        let accepting = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.is_closed.load(Ordering::SeqCst) {
                    break;
                }
                let client = Arc::new(client.expect("a connection can be accepted"));
                let mut connections = locked(&accepting.connections);
                connections.retain(|connection| connection.strong_count() > 0);
                connections.push(Arc::downgrade(&client));
                drop(connections);
                let state = Arc::clone(&accepting);
                // A connection that breaks is what clients of this proxy are here for.
                thread::spawn(move || state.exchange(&client).ok());
            }
        });
        Self { address, state }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, `fault` happens to requests of that kind.
    pub fn inject(&self, fault: Fault, on: On) {
        locked(&self.state.rules).push((fault, on));
    }

    /// From now on, all is well.
    pub fn heal(&self) {
        locked(&self.state.rules).clear();
    }

    /// All requests of that kind so far, in the order in which they came.
    pub fn requests(&self, on: &On) -> Vec<Request> {
        let seen = locked(&self.state.seen);
        let found = seen.iter().filter(|request| on.matches(request));
        found.cloned().collect()
    }

    /// Waits until so many requests of that kind have come.
    pub fn await_requests(&self, on: &On, count: usize) {
        let seen = locked(&self.state.seen);
        let missing = |seen: &mut Vec<Request>| {
            seen.iter().filter(|request| on.matches(request)).count() < count
        };
        let (seen, waited) = self
            .state
            .news
            .wait_timeout_while(seen, PATIENCE, missing)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "no such request came: {seen:?}");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; whether it is still there does not matter.
        TcpStream::connect(self.address).ok();
        for connection in locked(&self.state.connections).drain(..) {
            if let Some(connection) = connection.upgrade() {
                connection.shutdown(Shutdown::Both).ok();
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn exchange(&self, client: &TcpStream) -> io::Result<()> {
        let mut from_client = BufReader::new(client);
        let (line, headers) = read_head(&mut from_client)?;
        let mut words = line.split(' ').map(str::to_owned);
        let request = Request {
            method: words.next().unwrap_or_default(),
            target: words.next().unwrap_or_default(),
            headers,
        };
        let faults: Vec<Fault> = locked(&self.rules)
            .iter_mut()
            .filter_map(|(fault, on)| on.takes(&request).then(|| fault.clone()))
            .collect();
        locked(&self.seen).push(request.clone());
        self.news.notify_all();

        if request.header("expect").is_some() {
            (&mut &*client).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let frame = Frame::of(&request.headers).unwrap_or(Frame::Length(0));
        let mut flow = Flow::new(&faults);
        for fault in &faults {
            match fault {
                Fault::Answer { status, body } => {
                    // All of the request is read: what is left of one resets the connection, and the answer with it.
                    flow.copy(&mut from_client, &mut io::sink(), &frame)?;
                    return write!(
                        &mut &*client,
                        "HTTP/1.1 {status} As Told\r\nContent-Type: application/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                        body.len()
                    );
                }
                Fault::Delay(delay) => thread::sleep(*delay),
                Fault::FlipRequest { offset } => flow.flip = Some(*offset),
                Fault::CutRequest { after } => flow.end = Some(*after),
                _ => {}
            }
        }
        let server = TcpStream::connect(&self.server)?;
        let mut passed_on = request.headers.clone();
        passed_on.retain(|(name, _)| {
            !faults.iter().any(|fault| {
                matches!(fault, Fault::Withhold(withheld) if name.eq_ignore_ascii_case(withheld))
            })
        });
        write_head(&server, &line, &passed_on)?;
        if !flow.copy(&mut from_client, &mut &server, &frame)? {
            return reset(client);
        }
        let mut from_server = BufReader::new(&server);
        let (line, mut headers) = read_head(&mut from_server)?;
        for fault in &faults {
            if let Fault::Claim { header, value } = fault {
                headers.retain(|(name, _)| !name.eq_ignore_ascii_case(header));
                headers.push(((*header).to_owned(), value.clone()));
            }
        }
        if faults.contains(&Fault::Lose) {
            io::copy(&mut from_server, &mut io::sink())?;
            return reset(client);
        }
        write_head(client, &line, &headers)?;
        let status = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let frame = if request.method == "HEAD" || ["204", "304"].contains(&status.as_str()) {
            Frame::Length(0)
        } else {
            Frame::of(&headers).unwrap_or(Frame::ToTheEnd)
        };
        let mut flow = Flow::new(&faults);
        let end = faults.iter().find(|fault| {
            matches!(
                fault,
                Fault::Reset { .. } | Fault::Shorten { .. } | Fault::Stall { .. }
            )
        });
        if let Some(Fault::Reset { after } | Fault::Shorten { after } | Fault::Stall { after }) =
            end
        {
            flow.end = Some(*after);
        }
        flow.flip = faults.iter().find_map(|fault| match fault {
            Fault::Flip { offset } => Some(*offset),
            _ => None,
        });
        if flow.copy(&mut from_server, &mut &*client, &frame)? {
            return Ok(());
        }
        match end {
            Some(Fault::Reset { .. }) => reset(client),
            // Until the client has had enough, or the proxy ends.
            Some(Fault::Stall { .. }) => io::copy(&mut from_client, &mut io::sink()).map(drop),
            _ => Ok(()),
        }
    }
}

/// What is not delivered yet is thrown away, and the other end is told so.
fn reset(client: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(client).set_linger(Some(Duration::ZERO))
}
