//! A connection of pgferry's own to a server, beside those of libpq's programs: what loads in parallel.
//!
//! libpq still decides where a connection goes (`Connection`); a session is only opened where all of that can be said in
//! plain parameters, and no TLS is due: through sockets, and on this machine.

use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, TryStreamExt as _, stream};
use tokio::task::JoinHandle;
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Client, CopyInSink, NoTls, SimpleQueryMessage};

use super::TargetError;
use super::error::of_session;

const TO_CONNECT: Duration = Duration::from_secs(10);

/// Where a session goes, and as whom.
#[derive(Clone)]
pub struct SessionParameters {
    /// A name, an address, or the directory of a socket.
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: Option<String>,
    pub database: String,
}

impl std::fmt::Debug for SessionParameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionParameters")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.user)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// An open session. Dropping it closes the connection.
#[derive(Debug)]
pub struct Session {
    client: Client,
    connection: JoinHandle<()>,
}

/// A `COPY … FROM stdin` that takes rows. Dropping it before its end makes the server forget them.
pub struct CopyIn(Pin<Box<CopyInSink<Bytes>>>);

impl std::fmt::Debug for CopyIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyIn").finish_non_exhaustive()
    }
}

impl Session {
    /// # Errors
    /// [`TargetError`], when there is no such server or it does not let one in.
    pub async fn open(parameters: &SessionParameters) -> Result<Self, TargetError> {
        let mut config = tokio_postgres::Config::new();
        config
            .port(parameters.port)
            .user(&parameters.user)
            .dbname(&parameters.database)
            .application_name("pgferry")
            .connect_timeout(TO_CONNECT);
        if parameters.host.starts_with('/') {
            config.host_path(Path::new(&parameters.host));
        } else {
            config.host(&parameters.host);
            if let Ok(address) = parameters.host.parse::<IpAddr>() {
                config.hostaddr(address);
            }
        }
        if let Some(password) = &parameters.password {
            config.password(password);
        }
        let (client, mut connection) = config
            .connect(NoTls)
            .await
            .map_err(|error| of_session(&error, "while connecting"))?;
        let connection = tokio::spawn(async move {
            let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
            // That it broke off is told by whatever is being run.
            while let Ok(Some(message)) = messages.try_next().await {
                if let AsyncMessage::Notice(notice) = message {
                    tracing::debug!("{}: {}", notice.severity(), notice.message());
                }
            }
        });
        Ok(Self { client, connection })
    }

    /// Runs one statement: the server refuses a second one in it. `place` says in errors what that was.
    ///
    /// # Errors
    /// What the server says.
    pub async fn run(
        &self,
        statement: &str,
        place: impl Fn() -> String,
    ) -> Result<u64, TargetError> {
        self.client
            .execute_typed(statement, &[])
            .await
            .map_err(|error| of_session(&error, &place()))
    }

    /// The first column of what a query returns, as text.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub async fn column(&self, query: &str) -> Result<Vec<String>, TargetError> {
        let messages = self
            .client
            .simple_query(query)
            .await
            .map_err(|error| of_session(&error, query))?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(rows.collect())
    }

    /// Begins a COPY.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub async fn copy_in(
        &self,
        statement: &str,
        place: impl Fn() -> String,
    ) -> Result<CopyIn, TargetError> {
        let sink = self
            .client
            .copy_in(statement)
            .await
            .map_err(|error| of_session(&error, &place()))?;
        Ok(CopyIn(Box::pin(sink)))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl CopyIn {
    /// Sends rows; a piece may end anywhere.
    ///
    /// # Errors
    /// When the connection is gone. What the server finds wrong with the rows is told by [`CopyIn::finish`].
    pub async fn send(&mut self, rows: Vec<u8>) -> Result<(), TargetError> {
        self.0
            .send(rows.into())
            .await
            .map_err(|error| of_session(&error, ""))
    }

    /// Ends the COPY and returns how many rows the server took. `place` is told on which line of this COPY it went wrong, as
    /// far as that is known.
    ///
    /// # Errors
    /// What the server found wrong with the rows.
    pub async fn finish(
        &mut self,
        place: impl Fn(Option<u64>) -> String,
    ) -> Result<u64, TargetError> {
        self.0.as_mut().finish().await.map_err(|error| {
            let context = error.as_db_error().and_then(DbError::where_);
            of_session(&error, &place(context.and_then(line_of_copy)))
        })
    }
}

/// `COPY t, line 12, column a: "x"` says 12. A server that speaks another language says it in the same place.
fn line_of_copy(context: &str) -> Option<u64> {
    let after = context.strip_prefix("COPY ")?.split_once(", ")?.1;
    let mut digits = after.split(|letter: char| !letter.is_ascii_digit());
    digits.find(|digits| !digits.is_empty())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_says_on_which_line_it_failed() {
        for (context, line) in [
            ("COPY t, line 12, column a: \"x\"", Some(12)),
            ("COPY t, Zeile 3: »x«", Some(3)),
            ("SQL function \"f\" statement 1", None),
            ("COPY t", None),
        ] {
            assert_eq!(line_of_copy(context), line, "{context}");
        }
    }
}
