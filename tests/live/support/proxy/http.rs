//! As much of HTTP as it takes to know where heads and bodies end.

use std::io::{self, Read, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::Fault;

const CHUNK: usize = 16 * 1024;

/// How the end of a body is known.
pub enum Frame {
    Length(u64),
    Chunked,
    ToTheEnd,
}

impl Frame {
    pub fn of(headers: &[(String, String)]) -> Option<Self> {
        let value = |name: &str| {
            let named = |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
            headers.iter().find(named).map(|(_, value)| value)
        };
        if value("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
            return Some(Self::Chunked);
        }
        let length = value("content-length")?;
        Some(Self::Length(length.parse().expect("a length is a number")))
    }
}

/// A body on its way, and what happens to it.
pub struct Flow {
    passed: u64,
    pub flip: Option<u64>,
    pub end: Option<u64>,
    bytes_a_second: Option<u64>,
    started: Instant,
}

impl Flow {
    pub fn new(faults: &[Fault]) -> Self {
        Self {
            passed: 0,
            flip: None,
            end: None,
            bytes_a_second: faults.iter().find_map(|fault| match fault {
                Fault::Limit(limit) => Some(*limit),
                _ => None,
            }),
            started: Instant::now(),
        }
    }

    /// Copies a body. False when it was to end before it did.
    pub fn copy(
        &mut self,
        from: &mut impl io::BufRead,
        to: &mut impl io::Write,
        frame: &Frame,
    ) -> io::Result<bool> {
        match frame {
            Frame::Length(length) => self.pass(&mut from.take(*length), to),
            Frame::ToTheEnd => self.pass(from, to),
            Frame::Chunked => loop {
                let mut line = Vec::new();
                from.read_until(b'\n', &mut line)?;
                let digits = String::from_utf8_lossy(&line);
                let digits = digits.split(';').next().unwrap_or_default().trim();
                let length = u64::from_str_radix(digits, 16).map_err(io::Error::other)?;
                if !self.pass(&mut line.as_slice(), to)? {
                    return Ok(false);
                }
                if length > 0 {
                    // With the line end behind it.
                    if !self.pass(&mut from.take(length + 2), to)? {
                        return Ok(false);
                    }
                    continue;
                }
                // Trailers, up to the empty line.
                loop {
                    let mut line = Vec::new();
                    from.read_until(b'\n', &mut line)?;
                    let is_last = matches!(line.as_slice(), b"\r\n" | b"\n" | b"");
                    if !self.pass(&mut line.as_slice(), to)? {
                        return Ok(false);
                    }
                    if is_last {
                        return Ok(true);
                    }
                }
            },
        }
    }

    fn pass(&mut self, from: &mut impl Read, to: &mut impl io::Write) -> io::Result<bool> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let room = self.end.map_or(u64::MAX, |end| end - self.passed);
            if room == 0 {
                return Ok(false);
            }
            let room = usize::try_from(room).unwrap_or(CHUNK).min(CHUNK);
            let read = from.read(&mut buffer[..room])?;
            if read == 0 {
                return Ok(true);
            }
            let bytes = &mut buffer[..read];
            let flipped = self.flip.and_then(|flip| flip.checked_sub(self.passed));
            if let Some(byte) = flipped
                .and_then(|at| usize::try_from(at).ok())
                .and_then(|at| bytes.get_mut(at))
            {
                *byte ^= 1;
            }
            to.write_all(bytes)?;
            self.passed += read as u64;
            if let Some(limit) = self.bytes_a_second {
                let due = Duration::from_millis(self.passed * 1000 / limit);
                thread::sleep(due.saturating_sub(self.started.elapsed()));
            }
        }
    }
}

/// The first line, and the headers.
pub fn read_head(from: &mut impl io::BufRead) -> io::Result<(String, Vec<(String, String)>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    let headers = lines
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect();
    Ok((first, headers))
}

pub fn write_head(mut to: &TcpStream, line: &str, headers: &[(String, String)]) -> io::Result<()> {
    let mut head = format!("{line}\r\n").into_bytes();
    for (name, value) in headers {
        let is_ours = ["connection", "expect"]
            .iter()
            .any(|ours| name.eq_ignore_ascii_case(ours));
        if !is_ours {
            write!(head, "{name}: {value}\r\n")?;
        }
    }
    head.extend(b"Connection: close\r\n\r\n");
    to.write_all(&head)
}
