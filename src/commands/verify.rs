//! `pgferry verify`

use pgferry_core::anonymize::oracle::{Oracle, OracleOptions, OracleReport};
use pgferry_core::dump::{LoadOptions, ScriptReport};
use serde::Serialize;

use super::restore::{Dump, dump};
use crate::anonymize::oracle;
use crate::cli;
use crate::error::Error;
use crate::restore;
use crate::settings::Settings;
use crate::source::SourceError;
use crate::ui::{Terminal, format};

const CHUNK: usize = 256 * 1024;

/// What was seen of a dump that is whole.
#[derive(Debug, Serialize)]
struct Verdict<'a> {
    source: &'a str,
    server_version: Option<&'a str>,
    tables: usize,
    rows: u64,
    bytes: u64,
    leaks: Option<&'a OracleReport>,
}

pub async fn run(
    args: &cli::Verify,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(), Error> {
    let dump = dump(args.source.as_deref(), &args.selection, settings, terminal).await?;
    let progress = terminal.progress("verify", Some(dump.source.size()));
    let report = restore::check(&dump.source, LoadOptions::default(), &progress)
        .await
        .map_err(|error| dump.explain(error))?;
    progress.finish();
    let leaks = if args.leaks {
        Some(leaks(&dump, terminal).await?)
    } else {
        None
    };
    print(&dump, &report, leaks.as_ref(), args.json, terminal)?;
    if let Some(leaks) = &leaks {
        oracle::judge(leaks)?;
    }
    Ok(())
}

/// Reads the dump once more, with the eyes of somebody who looks for an address.
async fn leaks(dump: &Dump, terminal: &Terminal) -> Result<OracleReport, Error> {
    let progress = terminal.progress("search", Some(dump.source.size()));
    let searched = dump.source.with_sql(&progress, |sql| {
        let mut oracle = Oracle::new(OracleOptions::default());
        let mut buffer = vec![0; CHUNK];
        loop {
            match sql.read(&mut buffer)? {
                0 => return Ok(oracle.finish()),
                read => oracle.feed(buffer.get(..read).unwrap_or_default()),
            }
        }
    });
    let report = searched
        .await?
        .map_err(|error| SourceError::read(dump.source.name(), error))?;
    progress.finish();
    Ok(report)
}

fn print(
    dump: &Dump,
    report: &ScriptReport,
    leaks: Option<&OracleReport>,
    json: bool,
    terminal: &Terminal,
) -> Result<(), Error> {
    let rows = report.tables.iter().map(|table| table.rows).sum();
    if json {
        return terminal.print_json(&Verdict {
            source: &dump.title,
            server_version: report.server_version.as_deref(),
            tables: report.tables.len(),
            rows,
            bytes: report.bytes,
            leaks,
        });
    }
    let tables = format::counted(report.tables.len() as u64, "table", "tables");
    let (rows, size) = (
        format::counted(rows, "row", "rows"),
        format::size(report.bytes),
    );
    terminal.print(&format!(
        "{} is whole: {tables}, {rows}, {size} of SQL",
        dump.title
    ))?;
    if let Some(leaks) = leaks.filter(|leaks| leaks.is_clean()) {
        let ours = format::counted(leaks.accepted, "pseudonym", "pseudonyms");
        terminal.print(&format!("no address was found in it ({ours})"))?;
    }
    Ok(())
}
