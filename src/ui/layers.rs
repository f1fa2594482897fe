//! Progress of an image's layers: a bar for each on a terminal, a line every ten seconds elsewhere.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::format;
use super::terminal::{Priority, write_error_line};

const LINE_EVERY: Duration = Duration::from_secs(10);

/// How far each layer of an image has come.
pub struct Layers {
    action: String,
    display: Display,
    state: Mutex<State>,
}

enum Display {
    Bars(MultiProgress, ProgressStyle),
    Lines,
    Silent,
}

#[derive(Debug)]
struct State {
    layers: BTreeMap<String, Layer>,
    started: Instant,
    last: Instant,
}

#[derive(Debug, Default)]
struct Layer {
    done: u64,
    total: Option<u64>,
    is_complete: bool,
    bar: Option<ProgressBar>,
}

impl std::fmt::Debug for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layers")
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}

impl Layers {
    pub(super) fn bars(action: &str, colour: bool) -> Self {
        let template = if colour {
            "{prefix} {bar:28.cyan/dim} {bytes} of {total_bytes} {wide_msg:.dim}"
        } else {
            "{prefix} {bar:28} {bytes} of {total_bytes} {wide_msg}"
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸ ");
        Self::new(action, Display::Bars(MultiProgress::new(), style))
    }

    pub(super) fn lines(action: &str) -> Self {
        Self::new(action, Display::Lines)
    }

    pub(super) fn silent(action: &str) -> Self {
        Self::new(action, Display::Silent)
    }

    fn new(action: &str, display: Display) -> Self {
        let now = Instant::now();
        Self {
            action: action.to_owned(),
            display,
            state: Mutex::new(State {
                layers: BTreeMap::new(),
                started: now,
                last: now,
            }),
        }
    }

    /// There is such a layer.
    pub fn waiting(&self, layer: &str) {
        self.change(layer, |_| {});
    }

    /// Bytes that are here, of as many as there are.
    pub fn at(&self, layer: &str, done: Option<u64>, total: Option<u64>) {
        self.change(layer, |layer| {
            layer.done = done.unwrap_or(layer.done);
            layer.total = total.or(layer.total);
        });
    }

    /// All of it is here.
    pub fn done(&self, layer: &str) {
        self.change(layer, |layer| {
            layer.done = layer.total.unwrap_or(layer.done);
            layer.is_complete = true;
        });
    }

    /// Bytes that were pulled.
    pub fn bytes(&self) -> u64 {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.layers.values().map(|layer| layer.done).sum()
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Layer)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let layer = state.layers.entry(name.to_owned()).or_default();
        change(layer);
        match &self.display {
            Display::Bars(bars, style) => layer.show(name, &self.action, bars, style),
            Display::Lines if state.last.elapsed() >= LINE_EVERY => {
                state.last = Instant::now();
                write_error_line(Priority::Note, &state.line(&self.action));
            }
            Display::Lines | Display::Silent => {}
        }
    }

    /// Removes the bars; what happened is said by the caller.
    pub fn finish(&self) {
        if let Display::Bars(bars, _) = &self.display {
            // A terminal that went away needs no clearing.
            drop(bars.clear());
        }
    }
}

impl Drop for Layers {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Layer {
    fn show(&mut self, name: &str, action: &str, bars: &MultiProgress, style: &ProgressStyle) {
        let bar = self.bar.get_or_insert_with(|| {
            let bar = bars.add(ProgressBar::new(0));
            bar.set_style(style.clone());
            bar.set_prefix(format!("{action} {name}"));
            bar
        });
        bar.set_length(self.total.unwrap_or(self.done));
        bar.set_position(self.done);
        bar.set_message(if self.is_complete { "done" } else { "" });
    }
}

impl State {
    /// `pull postgres:alpine 31.2 MB of 104.5 MB (29%), 3 of 8 layers, 10 s`.
    fn line(&self, action: &str) -> String {
        let done: u64 = self.layers.values().map(|layer| layer.done).sum();
        let total: u64 = self.layers.values().filter_map(|layer| layer.total).sum();
        let complete = self
            .layers
            .values()
            .filter(|layer| layer.is_complete)
            .count();
        let percent = (u128::from(done) * 100)
            .checked_div(u128::from(total))
            .unwrap_or(0);
        format!(
            "{action} {} of {} ({percent}%), {complete} of {} layers, {}",
            format::size(done),
            format::size(total),
            self.layers.len(),
            format::took(self.started.elapsed())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_sums_the_layers_up() {
        let layers = Layers::silent("pull postgres:alpine");
        layers.waiting("a");
        layers.at("b", Some(1_000_000), Some(4_000_000));
        layers.at("c", Some(500), Some(6_000_000));
        layers.done("c");
        let state = layers.state.lock().unwrap();
        let line = state.line(&layers.action);
        assert!(
            line.starts_with("pull postgres:alpine 7.0 MB of 10.0 MB (70%), 1 of 3 layers, "),
            "{line}"
        );
    }
}
