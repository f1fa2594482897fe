//! Sizes over time, drawn with characters.

use jiff::Timestamp;
use pgferry_core::backup::Version;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Style};
use ratatui_core::symbols::Marker;
use ratatui_core::widgets::Widget as _;
use ratatui_widgets::chart::{Axis, Chart, Dataset, GraphType};

use super::gaps::{Gap, gaps};
use crate::error::Error;
use crate::ui::{Terminal, format};

const HEIGHT: u16 = 14;
/// Of a pipe; a terminal's own is taken up to the other one.
const WIDTH: u16 = 80;
const WIDEST: u16 = 120;
const GAP: Color = Color::Yellow;

pub(super) fn print(
    versions: &[Version],
    limit: Option<usize>,
    now: Timestamp,
    terminal: &Terminal,
) -> Result<(), Error> {
    let stored: Vec<&Version> = versions
        .iter()
        .filter(|version| !version.is_delete_marker)
        .take(limit.unwrap_or(usize::MAX))
        .collect();
    let gaps = gaps(&stored, now);
    let width = terminal.width().unwrap_or(WIDTH).min(WIDEST);
    for line in draw(&stored, &gaps, width, terminal.paints_output()) {
        terminal.print(&line)?;
    }
    gaps.iter()
        .try_for_each(|gap| terminal.print(&gap.sentence()))
}

/// `versions` newest first; a gap breaks the line, and has a mark of its own at the bottom.
fn draw(versions: &[&Version], gaps: &[Gap], width: u16, paints: bool) -> Vec<String> {
    let (Some(newest), Some(oldest)) = (versions.first(), versions.last()) else {
        return Vec::new();
    };
    let sizes = || versions.iter().map(|version| version.size);
    let (least, most) = (
        sizes().min().unwrap_or_default(),
        sizes().max().unwrap_or_default(),
    );
    // One size, or one time, still takes some room.
    let margin = ((most - least) / 10).max(most / 50).max(1);
    let (bottom, top) = (least.saturating_sub(margin), most + margin);
    let (begin, end) = (oldest.taken_at.as_second(), newest.taken_at.as_second());
    let (left, right) = if begin == end {
        (begin - 43_200, end + 43_200)
    } else {
        (begin, end)
    };

    let lines: Vec<Vec<(f64, f64)>> = unbroken(versions, gaps)
        .iter()
        .map(|line| {
            line.iter()
                .map(|version| (float(version.taken_at.as_second()), float_of(version.size)))
                .collect()
        })
        .collect();
    let marks: Vec<(f64, f64)> = gaps
        .iter()
        .filter_map(|gap| {
            let middle = i64::midpoint(gap.from.as_second(), gap.to?.as_second());
            Some((float(middle), float_of(bottom)))
        })
        .collect();
    let mut datasets: Vec<Dataset<'_>> = lines
        .iter()
        .map(|line| {
            let graph = match line.len() {
                1 => GraphType::Scatter,
                _ => GraphType::Line,
            };
            Dataset::default()
                .marker(Marker::Braille)
                .graph_type(graph)
                .data(line)
        })
        .collect();
    datasets.push(
        Dataset::default()
            .marker(Marker::Block)
            .style(Style::new().fg(GAP))
            .data(&marks),
    );
    let middle = i64::midpoint(left, right);
    let chart = Chart::new(datasets)
        .x_axis(
            Axis::default()
                .bounds([float(left), float(right)])
                .labels([left, middle, right].map(day)),
        )
        .y_axis(
            Axis::default()
                .bounds([float_of(bottom), float_of(top)])
                .labels([bottom, u64::midpoint(bottom, top), top].map(format::size)),
        );
    let area = Rect::new(0, 0, width.max(30), HEIGHT);
    let mut buffer = Buffer::empty(area);
    chart.render(area, &mut buffer);
    rows(&buffer, paints)
}

/// Runs of versions without a gap among them, oldest first.
fn unbroken<'a>(versions: &[&'a Version], gaps: &[Gap]) -> Vec<Vec<&'a Version>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    for &version in versions.iter().rev() {
        line.push(version);
        if gaps.iter().any(|gap| gap.from == version.taken_at) {
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.push(line);
    lines.retain(|line| !line.is_empty());
    lines
}

fn rows(buffer: &Buffer, paints: bool) -> Vec<String> {
    let area = *buffer.area();
    let row = |y| {
        let mut row = String::new();
        for x in 0..area.width {
            let Some(cell) = buffer.cell((x, y)) else {
                continue;
            };
            if paints && cell.fg == GAP && cell.symbol() != " " {
                row.push_str("\x1b[33m");
                row.push_str(cell.symbol());
                row.push_str("\x1b[0m");
            } else {
                row.push_str(cell.symbol());
            }
        }
        row.trim_end().to_owned()
    };
    (0..area.height).map(row).collect()
}

fn day(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(
        |_| String::new(),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a chart has some hundred columns"
)]
fn float(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "a chart has some dozen rows")]
fn float_of(number: u64) -> f64 {
    number as f64
}
