//! One value, whole or in pieces: a field of a long row, a literal, a comment, a large object.

use super::address::Dialect;
use super::candidates::Candidate;
use super::coats::{self, Backslash};
use super::hexadecimal;
use super::masker::{COAT, Found, Masker, REACH, Reading};
use super::quoting::Quoting;
use super::sink::{HexSink, Interruptions, Sink};

/// Kept before the next byte to look at.
const LOOK_BACK: usize = REACH + COAT;
/// A pattern of `candidates` may begin in that many last bytes and end in the next piece.
const PATTERN: usize = 8;
/// A `bytea` with more digits is masked as it comes; before that, its end is waited for.
const LONG_RUN: usize = 2 * LOOK_BACK;
/// What a `bytea` holds is no SQL and perhaps no text.
const BINARY: Reading = Reading {
    quoting: Quoting::None,
    dialect: Dialect::Binary,
    backslash: Backslash::Plain,
};

/// What was found in a column, or wherever else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Addresses, our own pseudonyms among them.
    pub(super) found: u64,
    pub(super) replaced: u64,
}

/// How far a buffer has been worked through.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Before here, all candidates are settled.
    pub(super) searched: usize,
    /// Where the last address ended; the next one can't begin before.
    pub(super) floor: usize,
    /// Before here, all was given to the sink.
    pub(super) written: usize,
}

/// How to mask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    pub(super) reading: Reading,
    /// Whether pseudonyms carry a token.
    pub(super) token: bool,
}

impl Progress {
    pub(super) fn keep(&mut self, bytes: &[u8], end: usize, sink: &mut impl Sink) {
        if end > self.written {
            sink.keep(bytes.get(self.written..end).unwrap_or_default());
            self.written = end;
        }
    }
}

/// Bytes of one value, or of rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    /// Nothing follows them.
    pub(super) last: bool,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Settled,
    Incomplete,
    /// A `bytea` begins whose end is not in sight.
    LongRun,
}

/// Settles one candidate: moves `progress` behind it, unless the outcome says otherwise.
pub(super) fn settle(
    masker: &mut Masker,
    Piece { bytes, last }: Piece<'_>,
    candidate: Candidate,
    progress: &mut Progress,
    Task { reading, token }: Task,
    tally: &mut Tally,
    sink: &mut impl Sink,
) -> Outcome {
    let at = candidate.position();
    let glance = match candidate {
        Candidate::Plain(_) if reading.dialect == Dialect::Text => {
            masker.glance(bytes, progress.floor, at, reading.quoting, last)
        }
        Candidate::Plain(_) => None,
        Candidate::Coated(_) if reading.dialect == Dialect::Binary => None,
        Candidate::Coated(_) => match bytes.get(at..) {
            Some([b'\\', b'x', rest @ ..]) => {
                let length = hexadecimal::run_length(rest);
                if length == rest.len() && !last {
                    return if length < LONG_RUN {
                        Outcome::Incomplete
                    } else {
                        Outcome::LongRun
                    };
                }
                // A last odd digit is of no byte.
                let length = length / 2 * 2;
                let digits = rest.get(..length).unwrap_or_default();
                if length >= hexadecimal::FEWEST_DIGITS
                    && let Some(replacement) = mask_digits(masker, digits, token, tally)
                {
                    progress.keep(bytes, at + 2, sink);
                    sink.replace(length, &replacement);
                    progress.written += length;
                    progress.searched = progress.written;
                    progress.floor = progress.written;
                    return Outcome::Settled;
                }
                (!coats::stands_for_at(bytes.get(at..).unwrap_or_default()))
                    .then_some(Found::Nothing)
            }
            coat => (!coat.is_some_and(coats::stands_for_at)).then_some(Found::Nothing),
        },
    };
    match glance.unwrap_or_else(|| masker.examine(bytes, progress.floor, at, reading, last)) {
        Found::Incomplete => return Outcome::Incomplete,
        Found::Nothing => progress.searched = at + 1,
        Found::Address(mut address) => {
            tally.found += 1;
            // Two pseudonyms in a row would read as one.
            address.cut.0 |= progress.floor > 0 && address.raw.start == progress.floor;
            if let Some(replacement) = masker.replacement(bytes, &address, token) {
                tally.replaced += 1;
                progress.keep(bytes, address.raw.start, sink);
                sink.replace(address.raw.len(), replacement);
                progress.written = address.raw.end;
            }
            progress.searched = address.raw.end;
            progress.floor = address.raw.end;
        }
    }
    Outcome::Settled
}

/// Masks what hexadecimal digits stand for; nothing if it stays as it is.
fn mask_digits(
    masker: &mut Masker,
    digits: &[u8],
    token: bool,
    tally: &mut Tally,
) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    hexadecimal::decode(digits, &mut bytes);
    let before = tally.replaced;
    let mut output = Vec::new();
    let mut interruptions = Interruptions::default();
    let upper_case = hexadecimal::is_upper_case(digits);
    let mut sink = HexSink {
        output: &mut output,
        upper_case,
        interruptions: &mut interruptions,
    };
    mask(
        masker,
        &bytes,
        Task {
            reading: BINARY,
            token,
        },
        tally,
        &mut sink,
    );
    (tally.replaced > before).then_some(output)
}

/// Masks a whole value.
pub(super) fn mask(
    masker: &mut Masker,
    bytes: &[u8],
    task: Task,
    tally: &mut Tally,
    sink: &mut impl Sink,
) {
    let mut progress = Progress::default();
    let mut ahead = masker.start(bytes, 0);
    while let Some(candidate) = masker.next(bytes, progress.searched, &mut ahead) {
        // Nothing is incomplete when nothing follows.
        settle(
            masker,
            Piece { bytes, last: true },
            candidate,
            &mut progress,
            task,
            tally,
            sink,
        );
    }
    progress.keep(bytes, bytes.len(), sink);
}

/// A value that comes in pieces.
#[derive(Debug)]
pub(super) struct ValueStream {
    task: Task,
    window: Vec<u8>,
    progress: Progress,
    digits: Option<Box<DigitStream>>,
}

impl ValueStream {
    pub(super) fn new(task: Task) -> Self {
        Self {
            task,
            window: Vec::new(),
            progress: Progress::default(),
            digits: None,
        }
    }

    /// Takes the next piece; `last` says that the value ends with it.
    pub(super) fn feed(
        &mut self,
        masker: &mut Masker,
        mut input: &[u8],
        last: bool,
        tally: &mut Tally,
        output: &mut Vec<u8>,
    ) {
        loop {
            if let Some(digits) = &mut self.digits {
                let run = hexadecimal::run_length(input);
                let ended = last || run < input.len();
                digits.feed(
                    masker,
                    input.get(..run).unwrap_or_default(),
                    ended,
                    tally,
                    output,
                );
                input = input.get(run..).unwrap_or_default();
                if !ended {
                    return;
                }
                self.digits = None;
            }
            self.window.extend_from_slice(input);
            let Some(start) = self.advance(masker, last, tally, output) else {
                return;
            };
            // The rest of the window is digits, for now.
            let digits = self.window.split_off(start);
            self.window.clear();
            self.progress = Progress::default();
            let mut stream = Box::new(DigitStream::new(
                self.task.token,
                hexadecimal::is_upper_case(&digits),
            ));
            stream.feed(masker, &digits, false, tally, output);
            self.digits = Some(stream);
            input = &[];
        }
    }

    /// Works through the window. Returns where a long run of digits begins, if one does; all before it is written.
    fn advance(
        &mut self,
        masker: &mut Masker,
        last: bool,
        tally: &mut Tally,
        sink: &mut impl Sink,
    ) -> Option<usize> {
        let Self {
            task,
            window,
            progress,
            ..
        } = self;
        let mut ahead = masker.start(window, progress.searched);
        let mut incomplete = false;
        while let Some(candidate) = masker.next(window, progress.searched, &mut ahead) {
            let piece = Piece {
                bytes: window,
                last,
            };
            match settle(masker, piece, candidate, progress, *task, tally, sink) {
                Outcome::Settled => {}
                Outcome::Incomplete => {
                    progress.searched = progress.searched.max(candidate.position());
                    incomplete = true;
                    break;
                }
                Outcome::LongRun => {
                    let start = candidate.position() + 2;
                    progress.keep(window, start, sink);
                    return Some(start);
                }
            }
        }
        let length = window.len();
        if last {
            progress.keep(window, length, sink);
            window.clear();
            *progress = Progress::default();
            return None;
        }
        if !incomplete {
            progress.searched = progress.searched.max(length.saturating_sub(PATTERN));
        }
        progress.keep(window, progress.searched.saturating_sub(LOOK_BACK), sink);
        // Sliding costs a copy of what stays, so it waits until there is something to gain.
        let gone = progress
            .written
            .min(progress.searched.saturating_sub(LOOK_BACK));
        if gone > 2 * LOOK_BACK {
            window.drain(..gone);
            progress.searched -= gone;
            progress.written -= gone;
            progress.floor = progress.floor.saturating_sub(gone);
        }
        None
    }
}

/// Bytes that come as pieces of their hexadecimal digits.
#[derive(Debug)]
pub(super) struct DigitStream {
    stream: ValueStream,
    /// The first digit of a byte whose second one has yet to come.
    odd: Option<u8>,
    upper_case: bool,
    interruptions: Interruptions,
    /// Bytes decoded so far.
    decoded: u64,
}

impl DigitStream {
    pub(super) fn new(token: bool, upper_case: bool) -> Self {
        Self {
            stream: ValueStream::new(Task {
                reading: BINARY,
                token,
            }),
            odd: None,
            upper_case,
            interruptions: Interruptions::default(),
            decoded: 0,
        }
    }

    /// Takes the next digits; `last` says that the value ends with them.
    pub(super) fn feed(
        &mut self,
        masker: &mut Masker,
        digits: &[u8],
        last: bool,
        tally: &mut Tally,
        output: &mut Vec<u8>,
    ) {
        let window = &mut self.stream.window;
        let before = window.len();
        let mut digits = digits;
        if let Some(high) = self.odd
            && let Some((&low, rest)) = digits.split_first()
        {
            hexadecimal::decode(&[high, low], window);
            self.odd = None;
            digits = rest;
        }
        hexadecimal::decode(digits, window);
        if digits.len() % 2 == 1 {
            self.odd = digits.last().copied();
        }
        self.decoded += u64::try_from(window.len() - before).unwrap_or(u64::MAX);
        let mut sink = HexSink {
            output,
            upper_case: self.upper_case,
            interruptions: &mut self.interruptions,
        };
        self.stream.advance(masker, last, tally, &mut sink);
        if last && let Some(odd) = self.odd.take() {
            output.push(odd);
        }
    }

    /// Raw bytes of the dump that stand after the digits so far, and leave the value as it is.
    pub(super) fn interrupt(&mut self, raw: &[u8], output: &mut Vec<u8>) {
        self.interruptions.add(self.decoded, raw);
        // Written at once if nothing before them waits.
        HexSink {
            output,
            upper_case: self.upper_case,
            interruptions: &mut self.interruptions,
        }
        .keep(&[]);
    }
}
