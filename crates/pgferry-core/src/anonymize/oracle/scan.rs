//! The search of a stream of bytes through a window of fixed size: a dump, or the bytes of a value in hex inside of it.
//!
//! The window is filled to the brim before it is searched, whatever the sizes of the pieces that came. So the outcome
//! depends on the bytes alone. A candidate is examined once all the bytes that can matter to it are there: [`REACH`]
//! before and after it, or the start and end of the stream.

use super::accepted::Accepted;
use super::examine::{Examiner, Outcome};
use super::hex::{self, HexValue};
use super::neighbourhood::{REACH, Surroundings};
use super::report::Coats;
use super::seeds::{self, Kind, Seed};

/// How many bytes are searched at a time.
pub(super) const BLOCK: usize = 32 * 1024;
/// What is kept before the next candidate: its reach, and a run of backslashes at its end.
const BEHIND: usize = REACH;
/// What must be there after a candidate.
const AHEAD: usize = REACH + 64;
/// How deep values in hex are searched: in the dump, in a bytea's text, in a bytea's text in a bytea.
const HEX_DEPTH: u8 = 3;

/// What the search has to say, by the byte's offset in the stream.
#[derive(Debug)]
pub(super) enum Event {
    /// An address that is none of ours; `inner` if it stands in a value in hex.
    Foreign {
        offset: u64,
        coats: Coats,
        shape: String,
        inner: bool,
    },
    /// The digits of a value in hex begin.
    HexBegins { offset: u64 },
}

/// A search through a window.
#[derive(Debug)]
pub(super) struct Scan {
    window: Vec<u8>,
    block: usize,
    /// The offset of the window's first byte in the stream.
    base: u64,
    /// The index in the window of the first byte that was not searched.
    next: usize,
    /// How many values in hex this is inside of.
    depth: u8,
    /// How many addresses were found that may stay.
    accepted: u64,
    /// From this offset on nobody wants the shape of an address.
    shaped_until: u64,
    hex: Option<HexValue>,
    /// An inner search for the next value in hex.
    spare: Option<Box<Self>>,
    seeds: Vec<Seed>,
    events: Vec<Event>,
    examiner: Examiner,
}

impl Scan {
    pub(super) fn new(block: usize, depth: u8) -> Self {
        Self {
            window: Vec::new(),
            block,
            base: 0,
            next: 0,
            depth,
            accepted: 0,
            shaped_until: u64::MAX,
            hex: None,
            spare: None,
            seeds: Vec::new(),
            events: Vec::new(),
            examiner: Examiner::default(),
        }
    }

    /// Takes bytes until the window is full and returns those that are left.
    pub(super) fn fill<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let room = self.capacity().saturating_sub(self.window.len());
        let (taken, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.window.extend_from_slice(taken);
        rest
    }

    pub(super) fn is_full(&self) -> bool {
        self.window.len() >= self.capacity()
    }

    fn capacity(&self) -> usize {
        BEHIND + self.block + AHEAD
    }

    /// How many bytes were taken.
    pub(super) fn taken(&self) -> u64 {
        self.base.saturating_add(self.window.len() as u64)
    }

    /// How many bytes were searched.
    pub(super) fn searched(&self) -> u64 {
        self.base.saturating_add(self.next as u64)
    }

    /// Whether a value in hex goes on beyond what was searched.
    pub(super) fn is_in_hex(&self) -> bool {
        self.hex.is_some()
    }

    /// The bytes of the window, and the offset of the first.
    pub(super) fn window(&self) -> (&[u8], u64) {
        (&self.window, self.base)
    }

    /// How many addresses were found since the last call that may stay.
    pub(super) fn accepted(&mut self) -> u64 {
        std::mem::take(&mut self.accepted)
    }

    /// Leaves out the shapes of addresses from an offset on.
    pub(super) fn shape_until(&mut self, offset: u64) {
        self.shaped_until = offset;
    }

    /// What was found since the last call, not in order.
    pub(super) fn events(&mut self) -> std::vec::Drain<'_, Event> {
        self.events.drain(..)
    }

    /// Drops the bytes that matter to no further candidate.
    pub(super) fn discard(&mut self) {
        let gone = self.next.saturating_sub(BEHIND);
        self.window.drain(..gone);
        self.next = self.next.saturating_sub(gone);
        self.base = self.base.saturating_add(gone as u64);
    }

    /// Begins another stream.
    fn reset(&mut self) {
        self.window.clear();
        self.base = 0;
        self.next = 0;
        self.hex = None;
        self.events.clear();
    }

    /// Searches the window, up to its end if it is the last of the stream.
    pub(super) fn search(&mut self, last: bool, accepted: &Accepted) {
        let length = self.window.len();
        let limit = if last {
            length
        } else {
            length.saturating_sub(AHEAD)
        };
        if !self.continue_hex(last, accepted) || self.next >= limit {
            return;
        }
        let mut seeds = std::mem::take(&mut self.seeds);
        seeds::find(&self.window, self.next, limit, &mut seeds);
        let complete = self.examine(&seeds, last, accepted);
        self.seeds = seeds;
        if complete {
            self.next = self.next.max(limit);
        }
    }

    /// Examines candidates, those in the digits of values in hex apart. Returns false if the bytes of such a value go on
    /// beyond the window.
    fn examine(&mut self, seeds: &[Seed], last: bool, accepted: &Accepted) -> bool {
        for &Seed { at, kind } in seeds {
            if at < self.next {
                continue;
            }
            if kind != Kind::Hex {
                self.candidate(at, kind, accepted);
            } else if self.depth < HEX_DEPTH {
                let digits = at.saturating_add(2);
                // They may be an escape, and a word of hex digits after it: `\x40facade…`.
                if self
                    .window
                    .get(digits..)
                    .is_some_and(|digits| digits.starts_with(b"40"))
                {
                    self.candidate(digits, Kind::Coat, accepted);
                }
                self.begin_hex(digits);
                if !self.continue_hex(last, accepted) {
                    return false;
                }
            }
        }
        true
    }

    fn candidate(&mut self, at: usize, kind: Kind, accepted: &Accepted) {
        let offset = self.base.saturating_add(at as u64);
        let around = Surroundings {
            window: &self.window,
            at,
            inner: self.depth > 0,
            shaped: offset < self.shaped_until,
            accepted,
        };
        let outcome = match kind {
            Kind::AtSign => self.examiner.at_sign(around),
            _ => self.examiner.coated(around),
        };
        match outcome {
            Outcome::Nothing => {}
            Outcome::Accepted => self.accepted = self.accepted.saturating_add(1),
            Outcome::Foreign { coats, shape } => {
                self.events.push(Event::Foreign {
                    offset,
                    coats,
                    shape,
                    inner: false,
                });
            }
        }
    }

    fn begin_hex(&mut self, digits: usize) {
        let inner = match self.spare.take() {
            Some(mut spare) => {
                spare.reset();
                spare
            }
            None => Box::new(Self::new(self.block, self.depth.saturating_add(1))),
        };
        self.next = digits;
        let offset = self.base.saturating_add(digits as u64);
        let before = self.window.get(..digits).unwrap_or_default();
        self.hex = Some(HexValue::begin(inner, before, offset));
        self.events.push(Event::HexBegins { offset });
    }

    /// Goes on with a value in hex, if there is one. Returns false if more bytes are needed to do so.
    fn continue_hex(&mut self, last: bool, accepted: &Accepted) -> bool {
        while let Some(hex) = &mut self.hex {
            let rest = self.window.get(self.next..).unwrap_or_default();
            self.next = self
                .next
                .saturating_add(hex.digits(rest, accepted, &mut self.events));
            let rest = self.window.get(self.next..).unwrap_or_default();
            if rest.len() < hex::LOOKAHEAD && !last {
                return false;
            }
            if let Some(length) = hex.next_call(rest) {
                self.next = self.next.saturating_add(length);
                let offset = self.base.saturating_add(self.next as u64);
                hex.resume(offset);
                self.events.push(Event::HexBegins { offset });
            } else if let Some(hex) = self.hex.take() {
                let (spare, found) = hex.end(accepted, &mut self.events);
                self.accepted = self.accepted.saturating_add(found);
                self.spare = Some(spare);
            }
        }
        true
    }
}
