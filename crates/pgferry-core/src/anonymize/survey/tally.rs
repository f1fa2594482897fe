//! What was counted of a column.

use std::borrow::Cow;

use crate::dump::copy_text;

use super::super::quoting::Quoting;
use super::super::view::View;
use super::json;
use super::look::{Look, Looks, looks};
use super::shape::Shapes;

/// All of so many values of a column are looked at.
const FIRST: u64 = 1000;
/// Of those after them one in so many: a prime, so that what comes round regularly is not missed.
const EVERY: u64 = 97;
/// So much of a value is looked at, as it stands in the dump.
pub(super) const LONGEST: usize = 4096;
/// Places in the documents of one column.
const MOST_PATHS: usize = 64;

/// How many columns and places in documents may still be remembered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub(super) left: usize,
    pub(super) left_out: u64,
}

impl Budget {
    /// Whether there is room for one more.
    pub(super) fn take(&mut self) -> bool {
        let room = self.left > 0;
        if room {
            self.left -= 1;
        } else {
            self.left_out += 1;
        }
        room
    }
}

/// A value as it stands in the dump, cut off after [`LONGEST`] bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Raw<'a> {
    Null,
    /// A field of COPY text.
    Field(&'a [u8]),
    /// The inside of a literal.
    Literal(Quoting, &'a [u8]),
    /// A number or a word.
    Plain(&'a [u8]),
}

/// Counts of one column, or of one place in its documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Not NULL.
    pub(super) values: u64,
    pub(super) nulls: u64,
    pub(super) examined: u64,
    looks: [u64; Look::ALL.len()],
    pub(super) shapes: Shapes,
    pub(super) paths: Vec<PathTally>,
    /// Values at places for which there was no room.
    pub(super) paths_left_out: u64,
}

/// One place in the documents of a column.
#[derive(Debug, Clone)]
pub(super) struct PathTally {
    /// Keys between dots; `*` for the elements of an array, and for keys that could be values themselves.
    pub(super) path: String,
    /// A key was replaced with `*`.
    pub(super) hides_keys: bool,
    pub(super) tally: Tally,
}

impl Tally {
    pub(super) fn count(&mut self, raw: Raw<'_>, budget: &mut Budget) {
        if let Raw::Null = raw {
            self.nulls += 1;
            return;
        }
        self.values += 1;
        if self.values > FIRST && !self.values.is_multiple_of(EVERY) {
            return;
        }
        let decoded = match raw {
            Raw::Null => return,
            Raw::Field(field) => copy_text::decode(field).unwrap_or_default(),
            Raw::Literal(Quoting::None, text) | Raw::Plain(text) => Cow::Borrowed(text),
            Raw::Literal(quoting, text) => {
                let mut view = View::default();
                quoting.decode(text, 0..text.len(), &mut view);
                Cow::Owned(view.bytes)
            }
        };
        self.examine(&decoded, budget);
    }

    fn examine(&mut self, value: &[u8], budget: &mut Budget) {
        let documents = json::leaves(value, &mut |leaf| self.leaf(leaf, budget));
        if documents {
            let mut json = Looks::default();
            json.add(Look::Json);
            self.note(json);
        } else {
            self.note(looks(value));
        }
        if self.examined <= FIRST {
            self.shapes.count(value);
        }
    }

    fn note(&mut self, looks: Looks) {
        self.examined += 1;
        for (seen, look) in self.looks.iter_mut().zip(Look::ALL) {
            *seen += u64::from(looks.has(look));
        }
    }

    fn leaf(&mut self, leaf: json::Leaf<'_>, budget: &mut Budget) {
        let known = self
            .paths
            .iter()
            .position(|known| known.path == leaf.path && known.hides_keys == leaf.hides_keys);
        let number = match known {
            Some(number) => number,
            None if self.paths.len() < MOST_PATHS && budget.take() => {
                self.paths.push(PathTally {
                    path: leaf.path.to_owned(),
                    hides_keys: leaf.hides_keys,
                    tally: Self::default(),
                });
                self.paths.len() - 1
            }
            None => {
                self.paths_left_out += 1;
                return;
            }
        };
        let Some(PathTally { tally, .. }) = self.paths.get_mut(number) else {
            return;
        };
        match leaf.value {
            json::Scalar::Null => tally.nulls += 1,
            // A truth value looks like nothing.
            json::Scalar::Truth => {
                tally.values += 1;
                tally.note(Looks::default());
            }
            json::Scalar::Text(text) => {
                tally.values += 1;
                tally.note(looks(text));
                tally.shapes.count(text);
            }
        }
    }

    /// Adds the counts of the same column elsewhere.
    pub(super) fn merge(&mut self, other: Self) {
        self.values += other.values;
        self.nulls += other.nulls;
        self.examined += other.examined;
        self.paths_left_out += other.paths_left_out;
        for (seen, more) in self.looks.iter_mut().zip(other.looks) {
            *seen += more;
        }
        self.shapes.merge(other.shapes);
        for path in other.paths {
            let same = |known: &&mut PathTally| {
                known.path == path.path && known.hides_keys == path.hides_keys
            };
            match self.paths.iter_mut().find(same) {
                Some(known) => known.tally.merge(path.tally),
                None => self.paths.push(path),
            }
        }
    }

    /// How many of the values that were looked at look so.
    pub(super) fn seen(&self, look: Look) -> u64 {
        let mut counts = self.looks.iter().zip(Look::ALL);
        counts
            .find(|(_, of)| *of == look)
            .map_or(0, |(seen, _)| *seen)
    }
}
