//! Where in a run of bytes an address could be: the one pass over every byte, so it runs on vector instructions.

use aho_corasick::{Span, packed};
use memchr::memchr;

/// All that stands for `@` in some coat holds one of these; see `coats` and `hexadecimal`.
const PATTERNS: &[&str] = &[
    "%40", "%254", "%252", "=40", "u0040", "U0000", "#64", "#0", "#x", "#X", "commat", r"\100",
    r"\x", r"\0040", r"\+0000",
];

/// A place worth looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Candidate {
    /// An `@`.
    Plain(usize),
    /// What may stand for an `@`, or hold one.
    Coated(usize),
}

impl Candidate {
    pub(super) fn position(self) -> usize {
        match self {
            Self::Plain(position) | Self::Coated(position) => position,
        }
    }
}

/// Finds all patterns at once.
#[derive(Debug)]
enum Searcher {
    Packed(packed::Searcher),
    /// For processors without the vector instructions.
    Portable,
}

impl Searcher {
    fn new() -> Self {
        packed::Searcher::new(PATTERNS).map_or(Self::Portable, Self::Packed)
    }

    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Packed(searcher) => {
                let found = searcher.find_in(
                    bytes,
                    Span {
                        start: from,
                        end: bytes.len(),
                    },
                );
                found.map(|found| found.start())
            }
            Self::Portable => {
                let rest = bytes.get(from..)?;
                let hit = |at: &usize| {
                    let here = rest.get(*at..).unwrap_or_default();
                    PATTERNS
                        .iter()
                        .any(|pattern| here.starts_with(pattern.as_bytes()))
                };
                (0..rest.len()).find(hit).map(|at| from + at)
            }
        }
    }
}

/// Walks over the candidates of one buffer, in order.
#[derive(Debug)]
pub(super) struct Candidates {
    searcher: Searcher,
}

/// Where the next candidates of a buffer are; `None` when there are no more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    plain: Option<usize>,
    coated: Option<usize>,
}

impl Candidates {
    pub(super) fn new() -> Self {
        Self {
            searcher: Searcher::new(),
        }
    }

    pub(super) fn start(&self, bytes: &[u8], from: usize) -> Ahead {
        Ahead {
            plain: plain(bytes, from),
            coated: self.searcher.find(bytes, from),
        }
    }

    /// The first candidate at or after `from`.
    pub(super) fn next(&self, bytes: &[u8], from: usize, ahead: &mut Ahead) -> Option<Candidate> {
        if ahead.plain.is_some_and(|at| at < from) {
            ahead.plain = plain(bytes, from);
        }
        if ahead.coated.is_some_and(|at| at < from) {
            ahead.coated = self.searcher.find(bytes, from);
        }
        match (ahead.plain, ahead.coated) {
            (Some(plain), Some(coated)) if coated < plain => Some(Candidate::Coated(coated)),
            (Some(plain), _) => Some(Candidate::Plain(plain)),
            (None, coated) => coated.map(Candidate::Coated),
        }
    }
}

fn plain(bytes: &[u8], from: usize) -> Option<usize> {
    memchr(b'@', bytes.get(from..)?).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(candidates: &Candidates, bytes: &[u8]) -> Vec<Candidate> {
        let mut ahead = candidates.start(bytes, 0);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(candidate) = candidates.next(bytes, from, &mut ahead) {
            found.push(candidate);
            from = candidate.position() + 1;
        }
        found
    }

    #[test]
    fn every_coat_is_a_candidate() {
        let coats = [
            "@",
            "%40",
            "%2540",
            "%252540",
            "=40",
            r"\u0040",
            r"\U00000040",
            "&#64;",
            "&#064;",
            "&#x40;",
            "&#X0040;",
            "&commat;",
            r"\100",
            r"\x40",
            r"\x6140",
            r"\0040",
            r"\+000040",
        ];
        for coat in coats {
            assert_eq!(all(&Candidates::new(), coat.as_bytes()).len(), 1, "{coat}");
            let long = format!("{}{coat}{}", "x".repeat(100), "y".repeat(100));
            assert_eq!(all(&Candidates::new(), long.as_bytes()).len(), 1, "{coat}");
        }
    }

    proptest! {
        #[test]
        fn both_searchers_agree(text in r"[@%&#x=u0124cU\\+]{0,80}") {
            let portable = Candidates { searcher: Searcher::Portable };
            prop_assert_eq!(all(&Candidates::new(), text.as_bytes()), all(&portable, text.as_bytes()));
        }
    }
}
