//! How a container's database is reached from elsewhere: a psql line for a shell, a URL.

use crate::target::{Address, Containers, Made, PasswordFile, Way};
use crate::ui::format::word_of_a_shell;

/// The psql line for a container, as it stands.
pub fn psql_line(made: &Made, password_file: &PasswordFile, database: &str) -> String {
    let container = &made.container;
    if made.reached.way == Way::Inside {
        return format!("pgferry container psql {}", container.name);
    }
    let (host, port) = Containers::address(container, &made.reached.way);
    format!(
        "PGPASSFILE={} psql -h {host} -p {port} -U {} {}",
        word_of_a_shell(&password_file.path().display().to_string()),
        word_of_a_shell(&container.user),
        word_of_a_shell(&database_word(database))
    )
}

/// A database's name as an argument of psql's, which takes some names for a flag or a whole connection string.
fn database_word(database: &str) -> String {
    let is_taken_for_more = database.contains('=')
        || ["-", "postgres://", "postgresql://"]
            .iter()
            .any(|start| database.starts_with(start));
    if is_taken_for_more {
        connection_string(database)
    } else {
        database.to_owned()
    }
}

/// A connection string of libpq's, of the database alone.
pub(super) fn connection_string(database: &str) -> String {
    format!(
        "dbname='{}'",
        database.replace('\\', "\\\\").replace('\'', "\\'")
    )
}

/// A container's database, for other programs.
pub fn address(made: &Made, password: String, database: &str) -> Address {
    let (host, port) = Containers::address(&made.container, &made.reached.way);
    Address {
        host,
        port: port.to_string(),
        user: made.container.user.clone(),
        password: Some(password),
        database: database.to_owned(),
        is_of_the_environment: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_psql_would_read_otherwise_are_a_connection_string() {
        for (database, expected) in [
            ("infinite-local", "infinite-local"),
            ("it's", "it's"),
            ("-x", "dbname='-x'"),
            ("a=b'c\\", "dbname='a=b\\'c\\\\'"),
            ("postgres://x", "dbname='postgres://x'"),
            ("postgresql://x", "dbname='postgresql://x'"),
            ("postgresql", "postgresql"),
        ] {
            assert_eq!(database_word(database), expected);
        }
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in [
            ("infinite-local", "infinite-local"),
            (
                "/home/me/.local/share/x.pgpass",
                "/home/me/.local/share/x.pgpass",
            ),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("-x", "'-x'"),
            ("", "''"),
        ] {
            assert_eq!(word_of_a_shell(word), expected);
        }
    }
}
