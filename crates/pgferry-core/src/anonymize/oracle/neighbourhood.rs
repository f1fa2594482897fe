//! How much of what surrounds a candidate belongs to it.

use super::accepted::Accepted;
use super::address::QUOTED_REACH;
use super::escapes;

/// The raw bytes that may matter on either side of a candidate: a domain of 253 characters at up to 16 bytes each, as
/// `%25D0%25B0` or `\\u0430` take.
pub(super) const REACH: usize = 4096;
/// What surrounds a candidate: all that is known of the input, and what kind of input it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub window: &'a [u8],
    /// Where in the window the candidate is.
    pub at: usize,
    /// Whether the window holds the bytes of a value in hex, not the dump's text.
    pub inner: bool,
    /// Whether the shape of what is found matters to anyone.
    pub shaped: bool,
    pub accepted: &'a Accepted,
}

impl<'a> Surroundings<'a> {
    /// The bytes before the candidate.
    pub(super) fn left(self) -> &'a [u8] {
        self.window.get(..self.at).unwrap_or_default()
    }

    /// The bytes after its first.
    pub(super) fn right(self) -> &'a [u8] {
        self.window
            .get(self.at.saturating_add(1)..)
            .unwrap_or_default()
    }
}

/// The raw bytes on one side of a candidate that are decoded with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    /// How many they are.
    pub length: usize,
    /// Whether it ends because it is long enough, and not where no coated address can go on.
    pub open: bool,
    /// Whether it holds what may begin an escape.
    pub coated: bool,
}

impl Side {
    /// The bytes before a candidate: where a quoted local part may stand, through what else would end it.
    pub(super) fn before(around: Surroundings<'_>, reach: usize, quoted: bool) -> Self {
        let left = around.left();
        let reach = if quoted {
            reach.max(QUOTED_REACH)
        } else {
            reach
        };
        let mut side = Self {
            length: 0,
            open: true,
            coated: false,
        };
        let mut rest = left;
        while let Some((&byte, before)) = rest.split_last() {
            // A backslash means something else by how many stand before it.
            if side.length >= reach && (byte != b'\\' || side.length >= REACH) {
                return side;
            }
            match Part::of(byte) {
                Part::Inner => {}
                Part::Introducer => side.coated = true,
                Part::LineEnd if before.ends_with(b"=") || before.ends_with(b"=\r") => {}
                Part::Stop if quoted => {}
                Part::LineEnd | Part::Stop => break,
            }
            side.length = side.length.saturating_add(1);
            rest = before;
        }
        side.open = false;
        side
    }

    /// The bytes after it.
    pub(super) fn after(around: Surroundings<'_>, reach: usize) -> Self {
        let mut side = Self {
            length: 0,
            open: true,
            coated: false,
        };
        let mut previous = [0, 0];
        for &byte in around.right() {
            if side.length >= reach {
                return side;
            }
            match Part::of(byte) {
                Part::Inner => {}
                Part::Introducer => side.coated = true,
                Part::LineEnd if previous[1] == b'=' || byte == b'\n' && previous == *b"=\r" => {}
                Part::LineEnd | Part::Stop => break,
            }
            side.length = side.length.saturating_add(1);
            previous = [previous[1], byte];
        }
        side.open = false;
        side
    }

    /// Whether these bytes are their own only reading.
    pub(super) fn is_plain(self) -> bool {
        !self.open && !self.coated
    }
}

/// What a raw byte can be to an address in coats.
#[derive(Debug, Clone, Copy)]
enum Part {
    Inner,
    Introducer,
    /// May join two lines.
    LineEnd,
    /// Stands in no address and in no coat of one, a quoted local part apart.
    Stop,
}

const PARTS: [Part; 256] = {
    let mut parts = [Part::Inner; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an index of a table of 256"
        )]
        let part = match byte as u8 {
            byte if escapes::introduces(byte) => Part::Introducer,
            b'\n' | b'\r' => Part::LineEnd,
            0x01..=b' '
            | 0x7F
            | b'!'
            | b'"'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b','
            | b'/'
            | b':'
            | b'<'
            | b'>'
            | b'?'
            | b'@'
            | b'['
            | b']'
            | b'^'
            | b'`'
            | b'|'
            | b'~' => Part::Stop,
            _ => Part::Inner,
        };
        parts[byte] = part;
        byte += 1;
    }
    parts
};

impl Part {
    fn of(byte: u8) -> Self {
        PARTS.get(usize::from(byte)).copied().unwrap_or(Self::Stop)
    }
}
