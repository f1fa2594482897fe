//! The proxy that fails on demand does so, and passes on what it shall not touch.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::support::{Fault, On, Proxy, S3Server};

/// moto asks for an account, and believes whoever names one.
const ACCOUNT: &str = "AWS4-HMAC-SHA256 Credential=tests/20261101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none";

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    error: Option<std::io::ErrorKind>,
}

fn ask(proxy: &Proxy, request: &str, body: &[u8]) -> Answer {
    let mut connection =
        TcpStream::connect(proxy.endpoint().trim_start_matches("http://")).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let length = body.len();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {ACCOUNT}\r\nContent-Length: {length}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    // It may be cut meanwhile.
    connection.write_all(body).ok();
    let mut answer = Vec::new();
    let error = connection.read_to_end(&mut answer).err();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.map_or(0, |end| end + 4));
    let status = String::from_utf8_lossy(head);
    Answer {
        status: status
            .split(' ')
            .nth(1)
            .map_or(0, |status| status.parse().unwrap()),
        body: body.to_vec(),
        error: error.map(|error| error.kind()),
    }
}

/// A proxy before a bucket with one object, and the path of that.
fn object(body: &[u8]) -> (Proxy, String) {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    s3.put_object(&bucket, "key", body);
    (Proxy::before(s3.endpoint()), format!("/{bucket}/key"))
}

pub fn get(proxy: &Proxy, path: &str) -> Answer {
    ask(proxy, &format!("GET {path}"), b"")
}

fn bytes(count: u32) -> Vec<u8> {
    (0..count).map(|n| (n % 251) as u8).collect()
}

#[test]
fn what_no_fault_is_for_goes_through_and_is_recorded() {
    let body = bytes(300_000);
    let (proxy, path) = object(&body);
    proxy.inject(Fault::slow_down(), On::method("PUT"));
    proxy.inject(Fault::slow_down(), On::any().containing("elsewhere"));
    let answer = get(&proxy, &path);
    assert_eq!((answer.status, answer.error), (200, None));
    assert!(answer.body == body);
    assert_eq!(ask(&proxy, &format!("HEAD {path}"), b"").status, 200);
    proxy.heal();
    let put = ask(&proxy, &format!("PUT {path}2"), &body);
    assert_eq!(put.status, 200);
    assert!(get(&proxy, &format!("{path}2")).body == body);
    let seen: Vec<String> = proxy
        .requests(&On::any())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        seen,
        [
            format!("GET {path}"),
            format!("HEAD {path}"),
            format!("PUT {path}2"),
            format!("GET {path}2")
        ]
    );
}

#[test]
fn answers_are_the_proxys_own_for_as_often_as_it_was_told() {
    let (proxy, path) = object(b"body");
    proxy.inject(
        Fault::slow_down(),
        On::method("GET").but_the_first(1).times(2),
    );
    let statuses: Vec<u16> = (0..4).map(|_| get(&proxy, &path).status).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
    proxy.inject(Fault::s3_error(500, "InternalError", "x"), On::any());
    let answer = ask(&proxy, &format!("PUT {path}"), &bytes(1_000_000));
    assert_eq!((answer.status, answer.error), (500, None));
    assert!(String::from_utf8_lossy(&answer.body).contains("<Code>InternalError</Code>"));
}

#[test]
fn answers_are_cut_shortened_garbled_and_lost() {
    let body = bytes(300_000);
    let (proxy, path) = object(&body);
    let once = || On::any().times(1);

    proxy.inject(Fault::Reset { after: 100_000 }, once());
    let answer = get(&proxy, &path);
    assert_eq!(answer.error, Some(std::io::ErrorKind::ConnectionReset));
    assert!(body.starts_with(&answer.body) && answer.body.len() <= 100_000);

    proxy.inject(Fault::Shorten { after: 100_000 }, once());
    let answer = get(&proxy, &path);
    assert_eq!(answer.error, None);
    assert!(answer.body == body[..100_000]);

    proxy.inject(Fault::Flip { offset: 200_000 }, once());
    let answer = get(&proxy, &path);
    let differ: Vec<usize> = (0..body.len())
        .filter(|&at| body[at] != answer.body[at])
        .collect();
    assert_eq!(differ, [200_000]);

    proxy.inject(Fault::Lose, once());
    let answer = ask(&proxy, &format!("PUT {path}"), b"arrived");
    assert_eq!(
        (answer.status, answer.error),
        (0, Some(std::io::ErrorKind::ConnectionReset))
    );
    assert_eq!(get(&proxy, &path).body, b"arrived");
}

#[test]
fn requests_are_cut_and_garbled() {
    let (proxy, path) = object(b"before");
    proxy.inject(Fault::CutRequest { after: 10 }, On::method("PUT").times(1));
    let answer = ask(&proxy, &format!("PUT {path}"), &bytes(1000));
    assert_eq!(answer.status, 0);
    assert!(answer.error.is_some());

    proxy.inject(Fault::FlipRequest { offset: 7 }, On::method("PUT").times(1));
    let put = ask(&proxy, &format!("PUT {path}"), &bytes(1000));
    assert_eq!(put.status, 200);
    let mut expected = bytes(1000);
    expected[7] ^= 1;
    assert!(get(&proxy, &path).body == expected);
}

#[test]
fn a_stalled_answer_ends_with_the_proxy() {
    let body = bytes(10_000);
    let (proxy, path) = object(&body);
    proxy.inject(Fault::Stall { after: 1000 }, On::any());
    let mut connection =
        TcpStream::connect(proxy.endpoint().trim_start_matches("http://")).unwrap();
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {ACCOUNT}\r\n\r\n"
    )
    .unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(&body[..1000]) {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        seen.extend(byte);
    }
    connection
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let nothing = connection.read(&mut [0]).unwrap_err();
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    drop(proxy);
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    assert_eq!(connection.read(&mut [0]).unwrap(), 0);
}

#[test]
fn time_passes_when_it_is_told_to() {
    let (proxy, path) = object(&bytes(50_000));
    let took = |proxy: &Proxy| {
        let begun = Instant::now();
        assert_eq!(get(proxy, &path).status, 200);
        begun.elapsed()
    };
    proxy.inject(Fault::Delay(Duration::from_millis(300)), On::any().times(1));
    assert!(took(&proxy) >= Duration::from_millis(300));
    proxy.inject(Fault::Limit(100_000), On::any());
    assert!(took(&proxy) >= Duration::from_millis(500));
}

#[test]
fn headers_are_withheld_and_claimed() {
    let body = bytes(1000);
    let (proxy, path) = object(&body);
    proxy.inject(Fault::Withhold("Range"), On::method("GET"));
    let claim = Fault::Claim {
        header: "Content-Range",
        value: "bytes 1-2/3".to_owned(),
    };
    proxy.inject(claim, On::method("GET"));
    let request = format!("GET {path} HTTP/1.1\r\nRange: bytes=5-9\r\nX");
    // What follows makes a header of the rest of the line.
    let answer = ask(&proxy, &request.replace("\r\nX", "\r\nX: "), b"");
    assert_eq!(answer.status, 200, "the server saw no range");
    assert!(answer.body == body);
}
