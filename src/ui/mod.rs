//! The terminal: the only place that knows where output goes, what a bar looks like and how to ask.

pub mod format;
mod keyboard;
mod layers;
mod progress;
mod prompt;
mod table;
mod terminal;

pub use keyboard::RawMode;
pub use layers::Layers;
pub use progress::Progress;
pub use table::{Align, Table};
pub use terminal::Terminal;
