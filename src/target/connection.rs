//! How libpq's programs reach a server: by the PG* variables of the environment, or by a URL.
//!
//! libpq itself resolves services, password files and defaults, so that pgferry connects just as psql would.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::Path;

use jiff::Timestamp;
use url::Url;

use super::TargetError;
use super::access::{Access, PSQL_OPTIONS};
use super::session::SessionParameters;
use crate::process::Invocation;

/// To a container's address; packets to one that is out of reach can vanish.
const SECONDS_TO_CONNECT: &str = "3";

/// Variables by which libpq finds what a session doesn't.
const ONLY_LIBPQ: [&str; 6] = [
    "PGSERVICE",
    "PGOPTIONS",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGTARGETSESSIONATTRS",
    "PGSSLNEGOTIATION",
];

/// Parameters for libpq's programs. The password travels by environment, never as an argument.
#[derive(Clone, Default)]
pub struct Connection {
    /// For `--dbname`: a URL without its password, or a database's name. `None`: what PGDATABASE says.
    dbname: Option<String>,
    environment: Vec<(OsString, OsString)>,
    /// Addresses that the connection goes to whatever the host's name is.
    addresses: Vec<String>,
    /// Of a container that was made here, whatever its address.
    is_of_a_container: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("dbname", &self.dbname)
            .finish_non_exhaustive()
    }
}

/// What a server says of itself and of the database that one is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// A host's name or address, or the directory of a socket.
    pub host: String,
    pub port: String,
    pub database: String,
    pub user: String,
    /// As the server spells it: `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
    /// `server_version_num`: 150018.
    pub version_number: u32,
    /// Ordinary and partitioned tables outside the system's schemas.
    pub tables: u64,
    /// The server's time; `None` where it is in no year that can be written down.
    pub now: Option<Timestamp>,
}

impl ServerFacts {
    pub fn major(&self) -> u32 {
        self.version_number / 10_000
    }
}

impl Connection {
    /// What the PG* variables say.
    pub fn from_environment() -> Self {
        let addresses = std::env::var("PGHOSTADDR")
            .ok()
            .filter(|address| !address.is_empty());
        Self {
            addresses: addresses.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The same server, another database on it.
    #[must_use]
    pub fn with_database(mut self, database: &str) -> Self {
        match self
            .dbname
            .as_deref()
            .and_then(|dbname| Url::parse(dbname).ok())
        {
            Some(mut url) => {
                url.set_path(database);
                self.dbname = Some(url.into());
            }
            // A name that looks like a connection string would be read as one.
            None => self.dbname = Some(format!("dbname={}", quote_parameter(database))),
        }
        self
    }

    /// What a `postgres://` URL says; what it leaves out, the PG* variables.
    ///
    /// # Errors
    /// [`TargetError::Url`].
    pub fn from_url(url: &Url) -> Result<Self, TargetError> {
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(TargetError::Url {
                scheme: url.scheme().to_owned(),
            });
        }
        let mut without_password = url.clone();
        let mut environment = Vec::new();
        let mut addresses = Vec::new();
        if let Some(password) = url.password() {
            environment.push(("PGPASSWORD".into(), percent_decoded(password).into()));
            if without_password.set_password(None).is_err() {
                return Err(TargetError::Url {
                    scheme: url.scheme().to_owned(),
                });
            }
        }
        let parameters: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if !parameters.is_empty() {
            let mut kept = without_password.query_pairs_mut();
            kept.clear();
            for (name, value) in parameters {
                if name == "password" {
                    environment.push(("PGPASSWORD".into(), value.into()));
                    continue;
                }
                if name == "hostaddr" {
                    addresses.push(value.clone());
                }
                kept.append_pair(&name, &value);
            }
        }
        if without_password.query() == Some("") {
            without_password.set_query(None);
        }
        if addresses.is_empty() && url.host_str().is_none_or(str::is_empty) {
            addresses.extend(Self::from_environment().addresses);
        } else {
            // A URL that names its host means that host.
            environment.push(("PGHOSTADDR".into(), OsString::new()));
        }
        Ok(Self {
            dbname: Some(without_password.into()),
            environment,
            addresses,
            is_of_a_container: false,
        })
    }

    /// A server behind a socket in `directory`.
    pub fn from_socket(directory: &Path, port: u16, user: &str, database: &str) -> Self {
        let environment = [
            ("PGHOST", directory.as_os_str().to_owned()),
            ("PGPORT", port.to_string().into()),
            ("PGUSER", user.into()),
            ("PGHOSTADDR", OsString::new()),
            ("PGSERVICE", OsString::new()),
            ("PGSSLMODE", "disable".into()),
            ("PGPASSWORD", OsString::new()),
        ];
        Self {
            dbname: Some(format!("dbname={}", quote_parameter(database))),
            environment: environment
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
            addresses: Vec::new(),
            is_of_a_container: false,
        }
    }

    /// A server at an address, by password.
    pub fn from_address(host: &str, port: u16, user: &str, password: &str, database: &str) -> Self {
        let environment = [
            ("PGHOST", host),
            ("PGPORT", &port.to_string()),
            ("PGUSER", user),
            ("PGPASSWORD", password),
            ("PGCONNECT_TIMEOUT", SECONDS_TO_CONNECT),
            ("PGSSLMODE", "prefer"),
            ("PGHOSTADDR", ""),
            ("PGSERVICE", ""),
            ("PGOPTIONS", ""),
        ];
        Self {
            dbname: Some(format!("dbname={}", quote_parameter(database))),
            environment: environment
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            addresses: Vec::new(),
            is_of_a_container: true,
        }
    }

    /// A call of one of libpq's programs that connects this way and never asks for a password.
    ///
    /// # Errors
    /// When the program is not installed.
    pub fn invoke(&self, program: &str) -> Result<Invocation, TargetError> {
        let mut invocation = Invocation::new(program)?.arg("--no-password");
        for (name, value) in &self.environment {
            // An empty variable is no unset one: PGSERVICE="" names a service.
            invocation = if value.is_empty() {
                invocation.without_env(&name.to_string_lossy())
            } else {
                invocation.envs([(name.clone(), value.clone())])
            };
        }
        if let Some(dbname) = &self.dbname {
            invocation = invocation.arg(format!("--dbname={dbname}"));
        }
        Ok(invocation)
    }

    /// A psql that reads no start-up file, stops at the first error and says its SQLSTATE.
    ///
    /// # Errors
    /// As [`Connection::invoke`].
    pub fn psql(&self) -> Result<Invocation, TargetError> {
        Ok(self.invoke("psql")?.args(PSQL_OPTIONS))
    }

    /// How a session of pgferry's own reaches what libpq has reached. `None` where that takes what only libpq knows:
    /// services, password files, TLS, certificates, Kerberos.
    pub(super) fn session(&self, server: &ServerFacts) -> Option<SessionParameters> {
        let is_url = |dbname: &str| !dbname.starts_with("dbname=");
        if self.dbname.as_deref().is_some_and(|dbname| {
            is_url(dbname) && Url::parse(dbname).map_or(true, |url| url.query().is_some())
        }) {
            return None;
        }
        if ONLY_LIBPQ.iter().any(|name| self.variable(name).is_some()) {
            return None;
        }
        let is_socket = server.host.starts_with('/');
        let may_be_plain = match self.variable("PGSSLMODE").as_deref() {
            Some("disable") => true,
            None | Some("allow" | "prefer") => self.is_of_this_machine(&server.host),
            Some(_) => false,
        };
        if !is_socket && !may_be_plain {
            return None;
        }
        let address = (!is_socket)
            .then(|| self.addresses.first().cloned())
            .flatten();
        Some(SessionParameters {
            host: address.unwrap_or_else(|| server.host.clone()),
            port: server.port.parse().ok()?,
            user: server.user.clone(),
            password: self.variable("PGPASSWORD"),
            database: server.database.clone(),
        })
    }

    /// The password, where it is not in a file.
    pub(super) fn password(&self) -> Option<String> {
        self.variable("PGPASSWORD")
    }

    /// Whether the environment's variables lead there, or to another database on the same server.
    pub(super) fn is_of_the_environment(&self) -> bool {
        self.environment.is_empty() && self.dbname.is_none()
    }

    /// A variable as libpq's programs would see it.
    fn variable(&self, name: &str) -> Option<String> {
        let own = self.environment.iter().find(|(own, _)| own == name);
        let value = match own {
            Some((_, value)) => Some(value.clone()),
            None => std::env::var_os(name),
        };
        value
            .and_then(|value| value.into_string().ok())
            .filter(|value| !value.is_empty())
    }

    /// Where nobody listens in on what is not encrypted.
    fn is_of_this_machine(&self, host: &str) -> bool {
        let is_loopback = |host: &str| {
            host == "localhost"
                || host
                    .parse()
                    .is_ok_and(|address: IpAddr| address.is_loopback())
        };
        self.is_of_a_container
            || match self.addresses.first() {
                Some(address) => is_loopback(address),
                None => is_loopback(host),
            }
    }

    /// Connects and asks the server what it is.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn facts(&self) -> Result<ServerFacts, TargetError> {
        Access::from(self.clone()).facts().await
    }

    /// Addresses that the connection goes to besides what the host's name says.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }
}

/// A value of a libpq connection string.
pub(super) fn quote_parameter(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// An SQL identifier, quoted.
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An SQL string, whatever `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "''");
    let prefix = if text.contains('\\') { "E" } else { "" };
    format!("{prefix}'{escaped}'")
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits = (byte == b'%')
            .then(|| rest.clone())
            .and_then(|mut ahead| Some([ahead.next()?, ahead.next()?]));
        let hex = digits
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok());
        if let Some(decoded) = hex {
            bytes.push(decoded);
            rest.nth(1);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_loses_its_password_to_the_environment() {
        for (url, dbname, password) in [
            (
                "postgres://u:s%40cret@h:5433/db",
                "postgres://u@h:5433/db",
                Some("s@cret"),
            ),
            (
                "postgresql://u@h/db?sslmode=require&password=x",
                "postgresql://u@h/db?sslmode=require",
                Some("x"),
            ),
            ("postgres://h/db?password=x", "postgres://h/db", Some("x")),
            ("postgres://h/db", "postgres://h/db", None),
        ] {
            let connection = Connection::from_url(&url.parse().unwrap()).unwrap();
            assert_eq!(connection.dbname.as_deref(), Some(dbname));
            let found = connection
                .environment
                .iter()
                .find(|(name, _)| name == "PGPASSWORD");
            assert_eq!(found.and_then(|(_, value)| value.to_str()), password);
            assert!(!format!("{connection:?}").contains("cret"));
        }
    }

    #[test]
    fn another_database_on_the_same_server() {
        let url = Connection::from_url(&"postgres://u@h/db".parse().unwrap()).unwrap();
        assert_eq!(
            url.with_database("other").dbname.as_deref(),
            Some("postgres://u@h/other")
        );
        let environment = Connection::from_environment().with_database("it's host=evil");
        assert_eq!(
            environment.dbname.as_deref(),
            Some("dbname='it\\'s host=evil'")
        );
    }

    #[test]
    fn other_urls_are_refused() {
        assert!(Connection::from_url(&"mysql://h/db".parse().unwrap()).is_err());
    }

    #[test]
    fn percent_signs_that_escape_nothing_stay() {
        assert_eq!(percent_decoded("a%40b%zz%4"), "a@b%zz%4");
    }
}
