//! Which servers a restore may write to: this machine's, and those that the user names.

use std::net::IpAddr;

/// Hosts that are allowed besides this machine.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    pub allowed: Vec<String>,
}

/// A host that may not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub host: String,
}

impl Guard {
    /// Looks at the host's name and at every address that overrides it.
    ///
    /// # Errors
    /// [`Refusal`] names the first host that is neither this machine nor allowed.
    pub fn check<'a>(&self, hosts: impl IntoIterator<Item = &'a str>) -> Result<(), Refusal> {
        let stranger = hosts
            .into_iter()
            .find(|host| !is_this_machine(host) && !self.allows(host));
        stranger.map_or(Ok(()), |host| {
            Err(Refusal {
                host: host.to_owned(),
            })
        })
    }

    fn allows(&self, host: &str) -> bool {
        self.allowed
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// Sockets (a path, or `@` for the abstract ones; nothing is libpq's default socket) and loopback.
pub fn is_this_machine(host: &str) -> bool {
    if host.is_empty()
        || host.starts_with('/')
        || host.starts_with('@')
        || host.eq_ignore_ascii_case("localhost")
    {
        return true;
    }
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => {
            address.is_loopback()
                || address
                    .to_ipv4_mapped()
                    .is_some_and(|address| address.is_loopback())
        }
        // Any other name may lead anywhere, `localhost.example.com` too.
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_what_is_named_may_be_written_to() {
        let guard = Guard {
            allowed: vec!["db".into(), "Staging.example.com".into(), "10.0.0.9".into()],
        };
        for host in [
            "",
            "/var/run/postgresql",
            "@socket",
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "::ffff:127.0.0.1",
            "db",
            "DB",
            "staging.example.com",
            "10.0.0.9",
        ] {
            assert_eq!(guard.check([host]), Ok(()), "{host}");
        }
        for host in [
            "prod.example.com",
            "10.0.0.1",
            "localhost.example.com",
            "128.0.0.1",
            "::2",
            "dbx",
            "0.0.0.0",
        ] {
            assert_eq!(
                guard.check([host]),
                Err(Refusal { host: host.into() }),
                "{host}"
            );
        }
    }

    #[test]
    fn an_address_overrides_the_name() {
        let refused = Guard::default().check(["localhost", "10.0.0.1"]);
        assert_eq!(
            refused,
            Err(Refusal {
                host: "10.0.0.1".into()
            })
        );
    }
}
