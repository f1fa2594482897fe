//! What is looked at before anything is changed: whether a dump fits a server.

use std::path::Path;

use nix::sys::statvfs::statvfs;
use serde::Serialize;

use crate::source::Source;
use crate::target::{Access, ServerFacts, TargetError, is_this_machine, quote_literal};
use crate::ui::format;

/// A database with its indexes, for each byte of SQL: 1.3 to 1.5 of ours.
const PER_BYTE_OF_SQL: f64 = 1.5;
/// A database without anything in it.
const EMPTY: u64 = 8 * 1024 * 1024;
/// SQL for each byte of a compressed dump, where nothing else tells.
const SQL_PER_BYTE: u64 = 4;

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub status: Status,
    pub says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Ok,
    /// It may fail, and then changes nothing.
    Warning,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
        }
    }
}

impl Finding {
    pub fn ok(check: &'static str, says: String) -> Self {
        let status = Status::Ok;
        Self {
            check,
            status,
            says,
        }
    }

    fn warning(check: &'static str, says: String) -> Self {
        let status = Status::Warning;
        Self {
            check,
            status,
            says,
        }
    }
}

/// What a server says of itself for this.
struct Asked {
    /// Where it keeps its databases, as far as the role may know.
    data: Option<String>,
    missing_roles: Vec<String>,
}

/// Looks at versions, roles and space.
///
/// # Errors
/// [`TargetError`], when the server does not answer.
pub async fn preflight(
    source: &Source,
    roles: &[&str],
    access: &Access,
    server: &ServerFacts,
) -> Result<Vec<Finding>, TargetError> {
    let asked = ask(access, roles).await?;
    let mut findings = vec![
        versions(source, server),
        of_roles(roles, &asked.missing_roles),
    ];
    findings.extend(space(source, server, asked.data.as_deref()));
    Ok(findings)
}

async fn ask(access: &Access, roles: &[&str]) -> Result<Asked, TargetError> {
    let names: Vec<String> = roles.iter().map(|role| quote_literal(role)).collect();
    let script = format!(
        "SELECT 'data ' || setting FROM pg_catalog.pg_settings WHERE name = 'data_directory';
         SELECT 'role ' || name FROM pg_catalog.unnest(ARRAY[{}]::pg_catalog.text[]) AS wanted (name)
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name);",
        names.join(", ")
    );
    let lines = access.query(&script).await?;
    let with = |prefix: &str| -> Vec<String> {
        let found = lines.iter().filter_map(|line| line.strip_prefix(prefix));
        found.map(str::to_owned).collect()
    };
    Ok(Asked {
        data: with("data ").into_iter().next(),
        missing_roles: with("role "),
    })
}

fn versions(source: &Source, server: &ServerFacts) -> Finding {
    let major = server.major();
    match source.server_major() {
        Some(of_dump) if of_dump > major => Finding::warning(
            "version",
            format!(
                "the dump is of PostgreSQL {of_dump}, the server is {major}: what only {of_dump} knows would fail"
            ),
        ),
        Some(of_dump) => Finding::ok(
            "version",
            format!("the dump is of PostgreSQL {of_dump}, the server is {major}"),
        ),
        None => Finding::ok(
            "version",
            format!("the server is PostgreSQL {major}; the dump does not say of which it is"),
        ),
    }
}

fn of_roles(roles: &[&str], missing: &[String]) -> Finding {
    if missing.is_empty() {
        let says = match roles.len() {
            0 => "the dump names none".to_owned(),
            _ => format!("{} are there", roles.join(", ")),
        };
        return Finding::ok("roles", says);
    }
    Finding::warning(
        "roles",
        format!(
            "the dump gives things to {}, which the server does not have: `createuser` makes roles, `pg_dump --no-owner --no-acl` names none",
            missing.join(", ")
        ),
    )
}

/// Only where the server's disk is this machine's.
fn space(source: &Source, server: &ServerFacts, data: Option<&str>) -> Option<Finding> {
    let data = data.filter(|_| is_this_machine(&server.host))?;
    let file_system = statvfs(Path::new(data)).ok()?;
    let free =
        wide(file_system.blocks_available()).saturating_mul(wide(file_system.fragment_size()));
    let sql = source
        .sql_size()
        .unwrap_or_else(|| source.size().saturating_mul(SQL_PER_BYTE));
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate"
    )]
    let needed = EMPTY + (sql as f64 * PER_BYTE_OF_SQL) as u64;
    let says = format!(
        "{} free where the server keeps its data, about {} needed",
        format::size(free),
        format::size(needed)
    );
    Some(if free < needed {
        Finding::warning("space", says)
    } else {
        Finding::ok("space", says)
    })
}

/// Not everywhere are they of the same width.
fn wide(number: impl Into<u64>) -> u64 {
    number.into()
}
