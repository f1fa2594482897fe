//! One reading of a neighbourhood: its bytes after some coats were taken off, each with the raw bytes it came from.

use super::escapes::{self, Decoded};
use super::report::{Coat, Coats};

/// Where a decoded byte came from: a range of raw bytes, and the coats that were taken off.
#[derive(Debug, Clone, Copy)]
struct Origin {
    from: u16,
    to: u16,
    coats: Coats,
}

/// Decoded bytes with their origins. A neighbourhood is shorter than 64 KiB.
#[derive(Debug, Default)]
pub(super) struct View {
    bytes: Vec<u8>,
    origins: Vec<Origin>,
}

impl View {
    /// Starts again from raw bytes.
    pub(super) fn fill(&mut self, raw: &[u8]) {
        self.bytes.clear();
        self.origins.clear();
        self.bytes.extend_from_slice(raw);
        let origin = |from: u16| Origin {
            from,
            to: from.saturating_add(1),
            coats: Coats::NONE,
        };
        self.origins
            .extend((0..=u16::MAX).map(origin).take(raw.len()));
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The decoded `@` that came from a raw byte, if that byte belongs to one.
    pub(super) fn at_sign(&self, raw: usize) -> Option<usize> {
        memchr::memchr_iter(b'@', &self.bytes).find(|&index| {
            self.origins.get(index).is_some_and(|origin| {
                (usize::from(origin.from)..usize::from(origin.to)).contains(&raw)
            })
        })
    }

    /// Where the raw bytes of a decoded byte begin; for the end, where the raw bytes end.
    pub(super) fn raw(&self, index: usize) -> usize {
        let end = || self.origins.last().map_or(0, |last| usize::from(last.to));
        self.origins
            .get(index)
            .map_or_else(end, |origin| usize::from(origin.from))
    }

    /// All the coats of a range of decoded bytes.
    pub(super) fn coats(&self, range: std::ops::Range<usize>) -> Coats {
        let origins = self.origins.get(range).unwrap_or_default();
        origins
            .iter()
            .fold(Coats::NONE, |coats, origin| coats.and(origin.coats))
    }

    /// Takes one coat off everything that has one, into `next`. Returns whether anything had. `outermost` names a plain
    /// backslash escape.
    pub(super) fn decode(&self, next: &mut Self, outermost: Coat) -> bool {
        next.bytes.clear();
        next.origins.clear();
        let mut changed = false;
        let mut index = 0;
        while let Some(rest) = self.bytes.get(index..).filter(|rest| !rest.is_empty()) {
            let plain = rest
                .iter()
                .position(|&byte| escapes::introduces(byte))
                .unwrap_or(rest.len());
            let start = index.saturating_add(plain);
            next.bytes
                .extend_from_slice(self.bytes.get(index..start).unwrap_or_default());
            next.origins
                .extend_from_slice(self.origins.get(index..start).unwrap_or_default());
            index = start;
            let Some((&byte, &origin)) = self.bytes.get(index).zip(self.origins.get(index)) else {
                break;
            };
            let Some(escape) =
                escapes::at_start(self.bytes.get(index..).unwrap_or_default(), outermost)
            else {
                next.push(byte, origin);
                index = index.saturating_add(1);
                continue;
            };
            changed = true;
            let end = index.saturating_add(escape.length);
            let to = self
                .origins
                .get(end.saturating_sub(1))
                .map_or(origin.to, |last| last.to);
            let origin = Origin {
                from: origin.from,
                to,
                coats: self.coats(index..end).and(escape.coat),
            };
            match escape.decoded {
                Decoded::Byte(byte) => next.push(byte, origin),
                Decoded::Character(character) => {
                    let mut buffer = [0; 4];
                    character
                        .encode_utf8(&mut buffer)
                        .bytes()
                        .for_each(|byte| next.push(byte, origin));
                }
                Decoded::Joint => {}
            }
            index = end;
        }
        changed
    }

    fn push(&mut self, byte: u8, origin: Origin) {
        self.bytes.push(byte);
        self.origins.push(origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_off_one_coat_at_a_time() {
        let mut view = View::default();
        let mut next = View::default();
        view.fill(br"ann\\u0040x&amp;#46;y");
        let mut readings = Vec::new();
        while view.decode(&mut next, Coat::CopyEscape) {
            std::mem::swap(&mut view, &mut next);
            readings.push(String::from_utf8(view.bytes().to_vec()).unwrap());
        }
        assert_eq!(readings, [r"ann\u0040x&#46;y", "ann@x.y"]);
        assert_eq!(view.at_sign(7), Some(3));
        assert_eq!(view.at_sign(2), None);
        assert_eq!(view.coats(0..3), Coats::NONE);
        assert_eq!(view.coats(3..4).list(), [Coat::CopyEscape, Coat::Unicode]);
        assert_eq!(view.coats(5..6).list(), [Coat::Xml]);
    }
}
