//! Where a value came from, and which one wins.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

/// Where a setting's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Environment(String),
    File { path: PathBuf, line: usize },
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Environment(name) => f.write_str(name),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value as it was written, before it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// One word, or the items of a list.
    pub words: Vec<String>,
    pub origin: Origin,
}

impl Raw {
    pub fn word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }
}

/// Values by key name; the first layer that holds a key wins.
#[derive(Debug, Default)]
pub struct Layers(Vec<HashMap<&'static str, Raw>>);

impl Layers {
    /// Adds a layer below those that are there.
    pub fn push(&mut self, layer: HashMap<&'static str, Raw>) {
        self.0.push(layer);
    }

    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.0.iter().find_map(|layer| layer.get(name))
    }
}
