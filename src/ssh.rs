//! Other hosts, reached by the user's own ssh: its configuration, agent, known hosts and jumps.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::process::{Invocation, ProcessError};

/// Where ssh goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub user: Option<String>,
    /// A host's name or address, or a name from the user's ssh configuration.
    pub host: String,
    pub port: Option<u16>,
}

impl Destination {
    /// The user, host and port of a URL.
    ///
    /// # Errors
    /// What is wrong with it; the text never repeats the URL, which may hold a password.
    pub fn of(url: &Url) -> Result<Self, String> {
        if url.password().is_some() {
            return Err("it holds a password, which has no place there".to_owned());
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return Err("it names no host".to_owned());
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let user = percent_decode_str(url.username())
            .decode_utf8()
            .map_err(|error| error.to_string())?
            .into_owned();
        // What begins with a dash would be an option to ssh.
        if host.starts_with('-') || user.starts_with('-') {
            return Err("no host or user begins with a dash".to_owned());
        }
        // ssh puts both into commands of the user's configuration (`ProxyCommand`, `Match exec`), which a shell runs.
        let is_plain = |text: &str, more: &str| {
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        if !is_plain(&host, "._-:") || !is_plain(&user, "._-+@") {
            return Err("its host or user holds a character that has no place there".to_owned());
        }
        Ok(Self {
            user: Some(user).filter(|user| !user.is_empty()),
            host,
            port: url.port(),
        })
    }

    /// As one would type it.
    pub fn command(&self) -> String {
        let user = self
            .user
            .as_ref()
            .map(|user| format!("{user}@"))
            .unwrap_or_default();
        let port = self
            .port
            .map(|port| format!("-p {port} "))
            .unwrap_or_default();
        format!("ssh {port}{user}{}", self.host)
    }

    /// An ssh that asks nothing and leads here; what it is to run there comes next. `program` is `ssh`, but for tests.
    ///
    /// It can't ask for a password or about an unknown host: its process group is not the terminal's.
    ///
    /// # Errors
    /// [`ProcessError::NotFound`].
    pub fn invocation(&self, program: &str, options: &[&str]) -> Result<Invocation, ProcessError> {
        let mut ssh = Invocation::new(program)?.args([
            "-T",
            "-o",
            "BatchMode=yes",
            "-o",
            "ConnectTimeout=15",
        ]);
        ssh = ssh.args(options);
        if let Some(user) = &self.user {
            ssh = ssh.args(["-l", user]);
        }
        if let Some(port) = self.port {
            ssh = ssh.args(["-p", &port.to_string()]);
        }
        Ok(ssh.args(["--", &self.host]))
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        // An address of IPv6, which stands in brackets before a port.
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<Destination, String> {
        Destination::of(&Url::parse(url).unwrap())
    }

    #[test]
    fn destinations_are_understood_and_shown() {
        for (url, shown, command) in [
            ("ssh://box", "box", "ssh box"),
            ("ssh://me@box:2222/x", "me@box:2222", "ssh -p 2222 me@box"),
            ("ssh://me%40corp@box", "me@corp@box", "ssh me@corp@box"),
            ("ssh://[::1]:22", "[::1]:22", "ssh -p 22 ::1"),
        ] {
            let destination = of(url).unwrap();
            assert_eq!(destination.to_string(), shown);
            assert_eq!(destination.command(), command);
        }
    }

    #[test]
    fn nothing_in_one_is_an_option_or_means_something_to_a_shell() {
        for url in [
            "ssh://-oProxyCommand=touch",
            "ssh://-l@box",
            "ssh://%2Dl@box",
            "ssh://box;id",
            "ssh://$(id)",
            "ssh://`id`",
            "ssh://a'b",
            "ssh://me%3Bid@box",
            "ssh://me%0A@box",
            "ssh://me%20you@box",
            "ssh://b%6Fx",
            "ssh://me:hunter2@box",
            "ssh:///directory",
        ] {
            let reason = of(url).unwrap_err();
            assert!(!reason.contains("hunter2"), "{url}");
        }
    }
}
