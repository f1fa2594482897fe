//! What goes wrong, and for whom.

use std::fmt;
use std::time::Duration;

/// What goes wrong with an exchange. Several may apply to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The proxy answers itself; the server is never asked.
    Answer { status: u16, body: String },
    /// After so many bytes of the request's body, which the server gets, both connections are cut.
    CutRequest { after: u64 },
    /// A bit of that byte of the request's body is flipped.
    FlipRequest { offset: u64 },
    /// The server's answer is awaited, and lost with the connection.
    Lose,
    /// After so many bytes of the answer's body the connection is reset. They may be lost with it.
    Reset { after: u64 },
    /// After so many bytes of the answer's body the connection ends in good order, whatever was announced.
    Shorten { after: u64 },
    /// After so many bytes of the answer's body nothing comes any more; the connection stays.
    Stall { after: u64 },
    /// A bit of that byte of the answer's body is flipped.
    Flip { offset: u64 },
    /// The server does not see that header of the request.
    Withhold(&'static str),
    /// That header of the answer says something else.
    Claim { header: &'static str, value: String },
    /// So long passes before the server is asked.
    Delay(Duration),
    /// At most so many bytes a second in each direction.
    Limit(u64),
}

impl Fault {
    /// An error as S3 gives it.
    pub fn s3_error(status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        Self::Answer { status, body }
    }

    pub fn slow_down() -> Self {
        Self::s3_error(503, "SlowDown", "Please reduce your request rate.")
    }
}

/// The requests that a fault is for.
#[derive(Debug, Clone, Default)]
pub struct On {
    method: Option<String>,
    parts: Vec<String>,
    header: Option<String>,
    skipped: usize,
    times: Option<usize>,
}

impl On {
    pub fn any() -> Self {
        Self::default()
    }

    pub fn method(method: &str) -> Self {
        Self {
            method: Some(method.to_owned()),
            ..Self::default()
        }
    }

    /// Path and query hold this. All that are given must be there.
    #[must_use]
    pub fn containing(mut self, part: &str) -> Self {
        self.parts.push(part.to_owned());
        self
    }

    /// There is such a header.
    #[must_use]
    pub fn with_header(mut self, name: &str) -> Self {
        self.header = Some(name.to_owned());
        self
    }

    /// Not the first `count` of them.
    #[must_use]
    pub fn but_the_first(mut self, count: usize) -> Self {
        self.skipped = count;
        self
    }

    /// Only so many of them; for ever if nothing is said.
    #[must_use]
    pub fn times(mut self, count: usize) -> Self {
        self.times = Some(count);
        self
    }

    pub fn matches(&self, request: &Request) -> bool {
        let is = |method: &String| *method == request.method;
        self.method.as_ref().is_none_or(is)
            && self.parts.iter().all(|part| request.target.contains(part))
            && self
                .header
                .as_ref()
                .is_none_or(|name| request.header(name).is_some())
    }

    /// Whether the fault is for this request. Counts it.
    pub(super) fn takes(&mut self, request: &Request) -> bool {
        if !self.matches(request) || self.times == Some(0) {
            return false;
        }
        if self.skipped > 0 {
            self.skipped -= 1;
            return false;
        }
        self.times = self.times.map(|times| times - 1);
        true
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| &**value)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)?;
        match self.header("range") {
            Some(range) => write!(f, " {range}"),
            None => Ok(()),
        }
    }
}
