//! A real OpenSSH server over a directory, and a user whose ssh gets in.
//!
//! The test's own listener takes the connections and starts one `sshd -i` for each, which speaks through pipes. So there is
//! no daemon to leave behind, no port to race for, and a connection can be cut after so many bytes.

use std::collections::VecDeque;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use nix::unistd::{User, chown, geteuid};

use super::Workspace;
use super::run_directory::{fresh_directory, sweep};

/// Debian's place; it stands on no user's path.
const SSHD: &str = "/usr/sbin/sshd";

/// The server, on a free port of loopback. Its directory is [`Sshd::store`].
#[derive(Debug)]
pub struct Sshd {
    directory: PathBuf,
    owner: User,
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    is_closed: AtomicBool,
    /// What the next connections may send, in order; those after them may send all.
    limits: Mutex<VecDeque<u64>>,
    /// Bytes that each connection has sent.
    sent: Mutex<Vec<u64>>,
}

impl Sshd {
    /// As the user of this process; root starts it as the user that its other servers run as.
    pub fn start() -> Self {
        assert!(
            Path::new(SSHD).exists(),
            "no {SSHD} on this machine: script/bootstrap installs it"
        );
        let directory = fresh_directory("sshd");
        let owner = if geteuid().is_root() {
            let found = ["postgres", "nobody"]
                .into_iter()
                .find_map(|name| User::from_name(name).ok().flatten());
            found.expect("this system has a user nobody")
        } else {
            User::from_uid(geteuid())
                .ok()
                .flatten()
                .expect("this user has a name")
        };
        for key in ["host", "user", "stranger"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", key])
                .current_dir(&directory)
                .status();
            assert!(made.is_ok_and(|made| made.success()), "no key was made");
        }
        let path = directory.display();
        fs::create_dir(directory.join("store")).unwrap();
        fs::copy(directory.join("user.pub"), directory.join("authorized")).unwrap();
        for theirs in ["", "host", "authorized", "store"] {
            chown(&directory.join(theirs), Some(owner.uid), Some(owner.gid)).unwrap();
        }
        fs::write(
            directory.join("sshd_config"),
            format!(
                "HostKey {path}/host\nAuthorizedKeysFile {path}/authorized\nPidFile none\nStrictModes no\nUsePAM no\n\
                 PasswordAuthentication no\nKbdInteractiveAuthentication no\nPubkeyAuthentication yes\n\
                 Subsystem sftp internal-sftp -d {path}\nLogLevel VERBOSE\n"
            ),
        )
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let server = Self {
            directory,
            owner,
            address,
            state: Arc::default(),
        };
        server.accept(listener);
        server.write_client_files();
        server
    }

    fn accept(&self, listener: TcpListener) {
        let (state, directory) = (Arc::clone(&self.state), self.directory.clone());
        let (owner, is_root) = (self.owner.clone(), geteuid().is_root());
        thread::spawn(move || {
            for client in listener.incoming() {
                if state.is_closed.load(Ordering::SeqCst) {
                    break;
                }
                let client = client.expect("a connection can be accepted");
                let mut command = Command::new(SSHD);
                command
                    .args(["-i", "-e", "-f"])
                    .arg(directory.join("sshd_config"))
                    .env_clear()
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped());
                let log = fs::OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(directory.join("log"))
                    .unwrap();
                command.stderr(log);
                if is_root {
                    command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
                }
                let state = Arc::clone(&state);
                thread::spawn(move || serve(&client, &mut command, &state));
            }
        });
    }

    /// The `ssh` that the workspace finds first: the real one, with a configuration of its own instead of the user's.
    fn write_client_files(&self) {
        let (path, port) = (self.directory.display(), self.address.port());
        let key = fs::read_to_string(self.directory.join("host.pub")).unwrap();
        fs::write(
            self.directory.join("known"),
            format!("[127.0.0.1]:{port} {key}"),
        )
        .unwrap();
        fs::write(self.directory.join("nobody_known"), "").unwrap();
        self.configure("");
        fs::create_dir(self.directory.join("bin")).unwrap();
        let script = self.directory.join("bin/ssh");
        fs::write(
            &script,
            format!("#!/bin/sh\nexec /usr/bin/ssh -F {path}/config \"$@\"\n"),
        )
        .unwrap();
        fs::set_permissions(script, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts lines before those of the user's ssh configuration, where the first that says something counts.
    pub fn configure(&self, lines: &str) {
        let (path, port, user) = (
            self.directory.display(),
            self.address.port(),
            &self.owner.name,
        );
        fs::write(
            self.directory.join("config"),
            format!(
                "{lines}\nHost box inner\n HostName 127.0.0.1\n Port {port}\n User {user}\nHost inner\n ProxyJump box\n\
                 Host *\n IdentityFile {path}/user\n IdentityAgent none\n IdentitiesOnly yes\n\
                 UserKnownHostsFile {path}/known\n GlobalKnownHostsFile /dev/null\n"
            ),
        )
        .unwrap();
    }

    /// Leads to the directory [`Sshd::store`], by the name `box` of the user's configuration.
    pub fn lead(&self, workspace: Workspace) -> Workspace {
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            self.directory.join("bin").display()
        );
        workspace
            .with("PATH", path)
            .with("PGFERRY_STORE", self.url("box"))
    }

    /// The store's URL on that host.
    pub fn url(&self, host: &str) -> String {
        format!("ssh://{host}{}", self.store().display())
    }

    /// `USER@127.0.0.1:PORT`, which needs no configuration.
    pub fn destination(&self) -> String {
        format!("{}@{}", self.owner.name, self.address)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub fn store(&self) -> PathBuf {
        self.directory.join("store")
    }

    /// Ends each of the next connections after so many bytes of the server's.
    pub fn cut_after(&self, limits: &[u64]) {
        self.state.limits.lock().unwrap().extend(limits);
    }

    /// Bytes that the server has sent through each connection so far.
    pub fn sent(&self) -> Vec<u64> {
        self.state.sent.lock().unwrap().clone()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect(self.address));
        sweep(&self.directory);
    }
}

/// Passes bytes to a server of this connection's own and back, as many as it may send.
fn serve(client: &TcpStream, command: &mut Command, state: &State) {
    let limit = state.limits.lock().unwrap().pop_front();
    let number = {
        let mut sent = state.sent.lock().unwrap();
        sent.push(0);
        sent.len() - 1
    };
    let mut server = command.spawn().expect("sshd can be run");
    let mut input = server.stdin.take().expect("it is a pipe");
    let mut output = server.stdout.take().expect("it is a pipe");
    thread::scope(|scope| {
        // Not `io::copy`: it would splice, and hold the pipe's lock against the server while nothing comes.
        scope.spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = (&mut &*client).read(&mut buffer) {
                if input.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
        });
        let mut buffer = vec![0; 64 * 1024];
        let mut left = limit.unwrap_or(u64::MAX);
        while let Ok(read) = output.read(&mut buffer) {
            let read = read.min(usize::try_from(left).unwrap_or(usize::MAX));
            if read == 0 || (&mut &*client).write_all(&buffer[..read]).is_err() {
                break;
            }
            left -= read as u64;
            state.sent.lock().unwrap()[number] += read as u64;
        }
        // Ends the other direction too.
        client.shutdown(Shutdown::Both).ok();
        drop(output);
        server.kill().ok();
    });
    server.wait().expect("a child can be waited for");
}
