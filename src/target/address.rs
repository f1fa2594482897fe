//! Where a database is, for programs that are no part of pgferry: by PG* variables and a URL.

use std::ffi::OsString;

use super::{Connection, ServerFacts};

/// What would lead elsewhere, or along with it.
const OTHERS: [&str; 3] = ["PGSERVICE", "PGHOSTADDR", "PGOPTIONS"];

/// A database as programs are told of it.
#[derive(Clone)]
pub struct Address {
    pub host: String,
    pub port: String,
    pub user: String,
    pub password: Option<String>,
    pub database: String,
    /// Whether the other PG* variables of the environment lead to it too.
    pub is_of_the_environment: bool,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address")
            .field("host", &self.host)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl Address {
    /// Of a server that a connection has reached.
    pub fn of(connection: &Connection, server: &ServerFacts) -> Self {
        Self {
            host: server.host.clone(),
            port: server.port.clone(),
            user: server.user.clone(),
            password: connection.password(),
            database: server.database.clone(),
            is_of_the_environment: connection.is_of_the_environment(),
        }
    }

    /// The variables that lead there; an empty one is to be unset.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut variables: Vec<(OsString, OsString)> = vec![
            ("PGHOST".into(), self.host.clone().into()),
            ("PGPORT".into(), self.port.clone().into()),
            ("PGUSER".into(), self.user.clone().into()),
            ("PGDATABASE".into(), self.database.clone().into()),
            ("DATABASE_URL".into(), self.url().into()),
        ];
        if let Some(password) = &self.password {
            variables.push(("PGPASSWORD".into(), password.clone().into()));
        }
        if !self.is_of_the_environment {
            variables.extend(OTHERS.map(|name| (name.into(), OsString::new())));
        }
        variables
    }

    /// `postgres://…`, with the password where it is known.
    pub fn url(&self) -> String {
        let password = self.password.as_ref();
        let password =
            password.map_or_else(String::new, |password| format!(":{}", encoded(password)));
        let user = encoded(&self.user);
        let database = encoded(&self.database);
        let Self { host, port, .. } = self;
        if host.is_empty() || host.starts_with(['/', '@']) {
            // A socket's directory is no host's name.
            let host = encoded(host);
            return format!("postgres://{user}{password}@/{database}?host={host}&port={port}");
        }
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.clone()
        };
        format!("postgres://{user}{password}@{host}:{port}/{database}")
    }
}

fn encoded(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // Form encoding writes a blank as a plus sign, which libpq takes as it stands.
    encoded.replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_say_it_all() {
        let address = |host: &str, password: Option<&str>| Address {
            host: host.to_owned(),
            port: "5433".to_owned(),
            user: "it's me".to_owned(),
            password: password.map(str::to_owned),
            database: "a/b".to_owned(),
            is_of_the_environment: true,
        };
        for (host, password, url) in [
            (
                "db",
                Some("s@:/"),
                "postgres://it%27s%20me:s%40%3A%2F@db:5433/a%2Fb",
            ),
            ("::1", None, "postgres://it%27s%20me@[::1]:5433/a%2Fb"),
            (
                "/run/p",
                None,
                "postgres://it%27s%20me@/a%2Fb?host=%2Frun%2Fp&port=5433",
            ),
        ] {
            assert_eq!(address(host, password).url(), url);
            assert!(!format!("{:?}", address(host, password)).contains("s@"));
        }
    }
}
