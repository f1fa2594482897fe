//! The history as one web page: no scripts, nothing from elsewhere, and whatever a store says is text.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::page::{Entry, History, Page};
use crate::error::{Error, OnPath as _};
use crate::ui::format;

const STYLE: &str = include_str!("page.css");
/// The drawing's own units.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 220.0;

/// Writes the page beside its name, and then gives it the name.
pub(super) fn write(page: &Page, file: &Path) -> Result<(), Error> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut written = tempfile::Builder::new()
        .prefix(".pgferry-")
        .tempfile_in(directory)
        .on_path("write to", directory)?;
    written
        .write_all(render(page).as_bytes())
        .on_path("write", file)?;
    written
        .persist(file)
        .map_err(|error| error.error)
        .on_path("write", file)?;
    Ok(())
}

fn render(page: &Page) -> String {
    let database = escape(page.database.as_str());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Backups of {database}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>Backups of {database}</h1>\n\
         <p>{} at {} UTC, by pgferry {}</p>\n",
        escape(&page.store),
        format::time(page.made_at),
        env!("CARGO_PKG_VERSION")
    );
    for history in &page.histories {
        history_section(&mut html, history);
    }
    rows_section(&mut html, page);
    html.push_str("</body>\n</html>\n");
    html
}

fn history_section(html: &mut String, history: &History) {
    let kind = history.kind;
    push(
        html,
        format_args!("<section id=\"{kind}\">\n<h2>{kind}</h2>\n"),
    );
    drawing(html, history);
    if !history.gaps.is_empty() {
        html.push_str("<ul class=\"gaps\">\n");
        for gap in &history.gaps {
            push(html, format_args!("<li>{}</li>\n", gap.sentence()));
        }
        html.push_str("</ul>\n");
    }
    html.push_str(
        "<table>\n<thead><tr><th>time (UTC)</th><th>size</th><th>change</th><th>rows</th><th>duration</th>\
         <th>verification</th><th>server</th><th>version id</th></tr></thead>\n<tbody>\n",
    );
    for (index, entry) in history.entries.iter().enumerate() {
        let before = history.entries.get(index + 1);
        row(html, entry, before);
    }
    html.push_str("</tbody>\n</table>\n</section>\n");
}

fn row(html: &mut String, entry: &Entry, before: Option<&Entry>) {
    let version = &entry.version;
    let manifest = entry.manifest.as_ref();
    let verification = entry.verification();
    let class = if verification.contains("FAILED") {
        " class=\"failed\""
    } else {
        ""
    };
    let cells = [
        format::time(version.taken_at),
        format::size(version.size),
        before.map_or_else(String::new, |before| {
            format::change(before.version.size, version.size)
        }),
        manifest.map_or_else(String::new, |manifest| format::count(manifest.rows())),
        entry
            .duration()
            .map_or_else(String::new, |took| format::took(took.unsigned_abs())),
        verification,
        manifest.map_or_else(String::new, |manifest| manifest.server_version.clone()),
        version.id.clone(),
    ];
    push(html, format_args!("<tr{class}>"));
    for cell in cells {
        push(html, format_args!("<td>{}</td>", escape(&cell)));
    }
    html.push_str("</tr>\n");
}

/// Sizes from 0 up, a dot for each version, and a band for each gap.
fn drawing(html: &mut String, history: &History) {
    let (Some(newest), Some(oldest)) = (history.entries.first(), history.entries.last()) else {
        return;
    };
    let first = oldest.version.taken_at.as_second();
    let span = (newest.version.taken_at.as_second() - first).max(1);
    let most = history.entries.iter().map(|entry| entry.version.size);
    let most = most.max().unwrap_or_default().max(1);
    let x = |second: i64| share(second - first, span) * WIDTH;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a drawing has some hundred rows"
    )]
    let y = |size: u64| HEIGHT - size as f64 / most as f64 * (HEIGHT - 10.0);
    push(
        html,
        format_args!(
            "<figure>\n<svg viewBox=\"-6 -6 {} {}\" role=\"img\" aria-label=\"sizes over time\">\n\
             <line class=\"axis\" x1=\"0\" y1=\"{HEIGHT}\" x2=\"{WIDTH}\" y2=\"{HEIGHT}\"/>\n",
            WIDTH + 12.0,
            HEIGHT + 12.0
        ),
    );
    for gap in &history.gaps {
        let Some(to) = gap.to else { continue };
        let (left, right) = (x(gap.from.as_second()), x(to.as_second()));
        push(
            html,
            format_args!(
                "<rect class=\"gap\" x=\"{left:.1}\" y=\"0\" width=\"{:.1}\" height=\"{HEIGHT}\"><title>{}</title></rect>\n",
                right - left,
                gap.sentence()
            ),
        );
    }
    let places = history.entries.iter().rev().map(|entry| {
        let version = &entry.version;
        (x(version.taken_at.as_second()), y(version.size), version)
    });
    html.push_str("<polyline class=\"sizes\" points=\"");
    for (x, y, _) in places.clone() {
        push(html, format_args!("{x:.1},{y:.1} "));
    }
    html.push_str("\"/>\n");
    for (x, y, version) in places {
        push(
            html,
            format_args!(
                "<circle class=\"version\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"><title>{}: {}</title></circle>\n",
                format::minute(version.taken_at),
                format::size(version.size)
            ),
        );
    }
    push(
        html,
        format_args!(
            "</svg>\n<figcaption><span>{}</span><span>0 to {}</span><span>{}</span></figcaption>\n</figure>\n",
            format::minute(oldest.version.taken_at),
            format::size(most),
            format::minute(newest.version.taken_at)
        ),
    );
}

/// A table of tables, with a column for each of the newest sets.
fn rows_section(html: &mut String, page: &Page) {
    if page.sets.is_empty() {
        return;
    }
    let mut names: Vec<&str> = page
        .sets
        .iter()
        .flat_map(|set| set.tables.iter().map(|table| table.name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    html.push_str(
        "<section id=\"rows\">\n<h2>rows by table</h2>\n<table>\n<thead><tr><th>table</th>",
    );
    for set in &page.sets {
        push(
            html,
            format_args!("<th>{}</th>", format::minute(set.taken_at)),
        );
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for name in names {
        push(html, format_args!("<tr><td>{}</td>", escape(name)));
        for set in &page.sets {
            let table = set.tables.iter().find(|table| table.name == name);
            let rows = table.map_or_else(|| "-".to_owned(), |table| format::count(table.rows));
            push(html, format_args!("<td>{rows}</td>"));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</section>\n");
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a drawing has some hundred columns"
)]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    html.write_fmt(text).unwrap_or_default();
}

/// Text, whatever it holds, between tags or in quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
