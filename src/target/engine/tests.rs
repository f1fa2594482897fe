use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;

use tempfile::TempDir;

use super::address::{Tls, TlsFiles};
use super::*;
use crate::error::Error;

fn parse(text: &str) -> Result<Address, String> {
    Address::parse(
        text,
        Tls::AsAddressSays(TlsFiles::in_directory(Path::new("/keys"))),
    )
}

#[test]
fn addresses_are_read_as_docker_reads_them() {
    for (text, shown, remote_host) in [
        (
            "unix:///var/run/docker.sock",
            "unix:///var/run/docker.sock",
            None,
        ),
        ("unix:///a b/ü.sock", "unix:///a b/ü.sock", None),
        ("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375", None),
        ("tcp://localhost", "tcp://localhost:2375", None),
        ("tcp://[::1]:2375/", "tcp://[::1]:2375", None),
        ("box:1234", "tcp://box:1234", Some("box")),
        ("http://box", "tcp://box:80", Some("box")),
        ("https://box", "tcp://box:443", Some("box")),
        (
            "tcp://[2001:db8::1]",
            "tcp://[2001:db8::1]:2375",
            Some("2001:db8::1"),
        ),
        ("ssh://box", "ssh://box", Some("box")),
        ("ssh://me@box:2222", "ssh://me@box:2222", Some("box")),
    ] {
        let address = parse(text).unwrap();
        assert_eq!(address.to_string(), shown);
        assert_eq!(address.remote_host(), remote_host, "{text}");
    }
    let files = TlsFiles::in_directory(Path::new("/keys"));
    let with_tls = Address::parse("tcp://box", Tls::With(files.clone())).unwrap();
    let authority = "box:2376".to_owned();
    assert_eq!(
        with_tls,
        Address::Tcp {
            authority,
            tls: Some(files)
        }
    );
}

#[test]
fn what_is_no_address_is_refused_without_repeating_a_password() {
    for (text, reason) in [
        ("unix://", "it names no socket"),
        ("fd://", "it names no host"),
        (
            "npipe:////./pipe/docker_engine",
            "it goes on after the host and the port",
        ),
        (
            "fd://3",
            "`fd` is not known; unix, tcp, http, https and ssh are",
        ),
        (
            "tcp://box:2375/there",
            "it goes on after the host and the port",
        ),
        ("tcp://me@box", "it names a user, which has no place there"),
        (
            "ssh://me:hunter2@box",
            "it holds a password, which has no place there",
        ),
        (
            "ssh://-oProxyCommand=touch",
            "no host or user begins with a dash",
        ),
        (
            "ssh://-oProxyCommand=touch@box",
            "no host or user begins with a dash",
        ),
        ("tcp://box:99999", "invalid port number"),
        ("tcp://", "it names no host"),
        ("://", "relative URL without a base"),
    ] {
        assert_eq!(parse(text).unwrap_err(), reason, "{text}");
    }
}

/// A home directory with a Docker configuration below it.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn write(&self, below: &str, text: impl AsRef<[u8]>) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `id` is the SHA-256 of the name, as `docker context create` computes it.
    fn write_context(&self, id: &str, meta: &str) {
        self.write(&format!(".docker/contexts/meta/{id}/meta.json"), meta);
    }

    fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment {
            variables: variables.collect::<BTreeMap<_, _>>(),
            current_directory: self.path(""),
            home: Some(self.path("")),
            user_file: None,
            cache_directory: None,
            data_directory: None,
        }
    }

    /// The choice as it is shown, or the error with everything that the user sees of it.
    fn chosen(&self, variables: &[(&str, &str)]) -> String {
        match choice::chosen(&self.environment(variables)) {
            Ok(None) => "none".to_owned(),
            Ok(Some((address, origin))) => format!("{address} ({origin})"),
            Err(error) => told(error).replace(&self.path("").display().to_string(), "~/"),
        }
    }
}

/// As it would end a command.
fn told(error: EngineError) -> String {
    let error = Error::from(error);
    let mut lines = vec![
        format!("exit code {}", error.exit_code()),
        format!("error: {error}"),
    ];
    lines.extend(error.causes().iter().map(|cause| format!("  {cause}")));
    lines.push(format!("hint: {}", error.hint().unwrap_or("none")));
    lines.join("\n")
}

const DESKTOP: &str = "fe9c6bd7a66301f49ca9b6a70b217107cd1284598bfc254700c989b916da791e";
const DESKTOP_META: &str = r#"{"Name":"desktop-linux","Metadata":{"Description":"Docker Desktop"},
    "Endpoints":{"docker":{"Host":"unix:///home/me/.docker/desktop/docker.sock","SkipTLSVerify":false}}}"#;
/// `printf %s box | sha256sum`
const BOX: &str = "26f8567f2569182294c3fa5b9f9cb2270b554eef628b4c149cf82a42888ff4ae";

#[test]
fn the_choice_is_docker_host_then_docker_context_then_the_current_context() {
    let home = Home::new();
    assert_eq!(home.chosen(&[]), "none");
    home.write(
        ".docker/config.json",
        r#"{"auths":{"x":{}},"currentContext":"desktop-linux"}"#,
    );
    home.write_context(DESKTOP, DESKTOP_META);
    let desktop = "unix:///home/me/.docker/desktop/docker.sock (context `desktop-linux`)";
    assert_eq!(home.chosen(&[]), desktop);
    assert_eq!(home.chosen(&[("DOCKER_CONTEXT", "default")]), "none");
    assert_eq!(home.chosen(&[("DOCKER_CONTEXT", "")]), desktop);
    let both = [
        ("DOCKER_HOST", "tcp://box"),
        ("DOCKER_CONTEXT", "desktop-linux"),
    ];
    assert_eq!(home.chosen(&both), "tcp://box:2375 (DOCKER_HOST)");

    fs::rename(home.path(".docker"), home.path("elsewhere")).unwrap();
    assert_eq!(home.chosen(&[]), "none");
    let elsewhere = home.path("elsewhere").display().to_string();
    assert_eq!(home.chosen(&[("DOCKER_CONFIG", &elsewhere)]), desktop);
    home.write("elsewhere/config.json", "{}");
    assert_eq!(home.chosen(&[("DOCKER_CONFIG", &elsewhere)]), "none");
}

#[test]
fn choices_that_lead_nowhere_name_themselves() {
    let home = Home::new();
    home.write_context(DESKTOP, DESKTOP_META);
    home.write(".docker/contexts/meta/broken/meta.json", "{");
    let mut shown = Vec::new();
    let mut show = |variables: &[(&str, &str)]| {
        shown.push(format!("{variables:?}\n{}\n", home.chosen(variables)));
    };
    show(&[("DOCKER_HOST", "fd://3")]);
    show(&[("DOCKER_HOST", "tcp://box"), ("DOCKER_TLS_VERIFY", "1")]);
    show(&[("DOCKER_CONTEXT", "desktop")]);
    home.write(".docker/config.json", r#"{"currentContext":"colima"}"#);
    show(&[]);
    fs::remove_dir_all(home.path(".docker/contexts")).unwrap();
    show(&[("DOCKER_CONTEXT", "desktop")]);
    home.write_context(
        BOX,
        r#"{"Name":"box","Endpoints":{"docker":{"Host":"tcp://me@box"}}}"#,
    );
    show(&[("DOCKER_CONTEXT", "box")]);
    home.write_context(
        BOX,
        r#"{"Name":"box","Endpoints":{"docker":{"Host":"tcp://box","SkipTLSVerify":true}}}"#,
    );
    show(&[("DOCKER_CONTEXT", "box")]);
    home.write_context(BOX, r#"{"Name":"box","Endpoints":{"kubernetes":{}}}"#);
    show(&[("DOCKER_CONTEXT", "box")]);
    home.write_context(
        BOX,
        r#"{"Name":"box","Endpoints":{"docker":{"Host":"tcp://box"}}}"#,
    );
    home.write(&format!(".docker/contexts/tls/{BOX}/docker/cert.pem"), "");
    show(&[("DOCKER_CONTEXT", "box")]);
    home.write_context(BOX, "{\"Name\":\n[");
    show(&[("DOCKER_CONTEXT", "box")]);
    home.write(".docker/config.json", r#"{"currentContext":7}"#);
    show(&[]);
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn files_of_docker_that_hold_anything_are_read_without_a_panic() {
    let home = Home::new();
    let deep = "[".repeat(100_000);
    for text in [
        "",
        "null",
        "[]",
        "\"x\"",
        "{}",
        "{\"Endpoints\":null}",
        "{\"Endpoints\":[]}",
        "\u{feff}{}",
        &deep,
        "{\"Endpoints\":{\"docker\":{\"Host\":\"\"}}}",
    ] {
        home.write(".docker/config.json", text);
        home.chosen(&[]);
        home.write_context(DESKTOP, text);
        assert!(
            home.chosen(&[("DOCKER_CONTEXT", "desktop-linux")])
                .contains("error: "),
            "{text}"
        );
    }
    home.write(".docker/config.json", b"\xff\xfe\0");
    assert!(
        home.chosen(&[])
            .contains("can't understand ~/.docker/config.json")
    );
}

#[test]
fn contexts_with_tls_name_their_files() {
    let home = Home::new();
    home.write_context(
        BOX,
        r#"{"Name":"box","Endpoints":{"docker":{"Host":"tcp://box"}}}"#,
    );
    let directory = format!(".docker/contexts/tls/{BOX}/docker");
    home.write(&format!("{directory}/ca.pem"), "");
    let environment = home.environment(&[("DOCKER_CONTEXT", "box")]);
    let (address, _) = choice::chosen(&environment).unwrap().unwrap();
    let tls = Some(TlsFiles::in_directory(&home.path(&directory)));
    assert_eq!(
        address,
        Address::Tcp {
            authority: "box:2376".to_owned(),
            tls
        }
    );
}

/// Answers one request so, on the other end of whatever listens.
fn answer_once(stream: impl std::io::Read + Write, answer: &str) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    stream.get_mut().write_all(answer.as_bytes()).unwrap();
}

const WELL: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK";

fn listening(home: &Home, below: &str, answer: &'static str) -> Address {
    let path = home.path(below);
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        // The first connection only tries the socket.
        while let Ok((stream, _)) = listener.accept() {
            thread::spawn(move || answer_once(stream, answer));
        }
    });
    Address::Unix(path)
}

#[tokio::test]
async fn of_the_usual_sockets_the_first_that_answers_is_taken() {
    let home = Home::new();
    let closed = home.path("closed.sock");
    drop(UnixListener::bind(&closed).unwrap());
    let other = "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let candidates = [
        (Address::Unix(home.path("absent.sock")), "absent"),
        (Address::Unix(closed), "closed"),
        (listening(&home, "other.sock", other), "other"),
        (listening(&home, "well.sock", WELL), "well"),
        (listening(&home, "too.sock", WELL), "too"),
    ];
    let engine = Engine::first_that_answers(candidates.to_vec())
        .await
        .unwrap();
    assert_eq!(
        engine.address(),
        format!("unix://{} (well)", home.path("well.sock").display())
    );
    assert!(engine.is_local());

    let mut text = String::new();
    for some in [&candidates[..1], &candidates[..3]] {
        let error = Engine::first_that_answers(some.to_vec()).await.unwrap_err();
        text.push_str(&told(error).replace(&home.path("").display().to_string(), "~/"));
        text.push_str("\n\n");
    }
    for address in [
        "unix:///var/run/docker.sock (default socket)",
        "unix:///run/podman/podman.sock (Podman)",
    ] {
        text.push_str(&told(EngineError::NotPermitted {
            address: address.to_owned(),
        }));
        text.push_str("\n\n");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_socket_that_is_closed_to_the_user_is_told_from_one_that_is_not_there() {
    use std::io::{Error as IoError, ErrorKind};
    let home = Home::new();
    home.write("there.sock", "");
    let denied = IoError::from(ErrorKind::PermissionDenied);
    let unanswered = |path: PathBuf| address::unanswered_socket(&path, &denied);
    assert_eq!(
        unanswered(home.path("there.sock")),
        Unanswered::NotPermitted
    );
    assert_eq!(unanswered(home.path("absent.sock")), Unanswered::Absent);
}

#[tokio::test]
async fn an_engine_that_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = parse(&format!("tcp://{}", listener.local_addr().unwrap())).unwrap();
    let limit = Duration::from_millis(100);
    let unanswered = answered_within(limit, &address).await.unwrap_err();
    assert_eq!(unanswered.to_string(), "no answer within 0 s");
}

#[tokio::test]
async fn an_engine_answers_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = parse(&format!("tcp://{}", listener.local_addr().unwrap())).unwrap();
    thread::spawn(move || answer_once(listener.accept().unwrap().0, WELL));
    let engine = Engine::chosen(address.clone(), Origin::Host).await.unwrap();
    assert_eq!(engine.address(), format!("{address} (DOCKER_HOST)"));
    // Now nothing listens there.
    let error = Engine::chosen(
        address,
        Origin::Context {
            name: "box".to_owned(),
        },
    )
    .await
    .unwrap_err();
    let text = told(error);
    assert!(text.contains("Connection refused"), "{text}");
    assert!(text.contains("hint: start that engine; "), "{text}");
    assert!(
        text.ends_with("`export DOCKER_CONTEXT=default` leads back to this machine's"),
        "{text}"
    );
}

/// A program that stands in for ssh, and takes down its arguments and the request.
fn stand_in(home: &Home, script: &str) -> &'static str {
    let path = home.path("ssh");
    fs::write(
        &path,
        format!("#!/bin/sh\ncd '{}'\n{script}", home.path("").display()),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    Box::leak(path.display().to_string().into_boxed_str())
}

#[tokio::test]
async fn an_engine_answers_over_ssh() {
    let home = Home::new();
    let program = stand_in(
        &home,
        r#"printf '%s\n' "$@" >arguments
        while read -r line && [ "$line" != "$(printf '\r')" ]; do printf '%s\n' "$line"; done >request
        printf 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK'
        exec cat >/dev/null"#,
    );
    let Address::Ssh(destination) = parse("ssh://me@box:2222").unwrap() else {
        panic!("it is one");
    };
    let docker = ssh::connect_by(program, destination, 10).unwrap();
    assert_eq!(docker.ping().await.unwrap(), "OK");
    let arguments = fs::read_to_string(home.path("arguments")).unwrap();
    assert_eq!(
        arguments.lines().collect::<Vec<_>>(),
        [
            "-T",
            "-o",
            "BatchMode=yes",
            "-o",
            "ConnectTimeout=15",
            "-l",
            "me",
            "-p",
            "2222",
            "--",
            "box",
            "docker system dial-stdio"
        ]
    );
    let request = fs::read_to_string(home.path("request")).unwrap();
    assert!(request.starts_with("GET /_ping HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("host: docker\r\n"), "{request}");
}

#[tokio::test]
async fn what_ssh_says_is_the_reason() {
    let home = Home::new();
    let program = stand_in(
        &home,
        "echo 'me@box: Permission denied (publickey).' >&2; exit 255",
    );
    let Address::Ssh(destination) = parse("ssh://me@box").unwrap() else {
        panic!("it is one");
    };
    let docker = ssh::connect_by(program, destination, 10).unwrap();
    let reason = error::innermost(&docker.ping().await.unwrap_err());
    assert!(
        reason.ends_with("(exit status: 255):\nme@box: Permission denied (publickey)."),
        "{reason}"
    );
}
