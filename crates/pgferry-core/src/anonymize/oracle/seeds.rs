//! Finds candidates: every `@`, every piece of text that can be the characteristic part of a coat of one, and every value
//! in hex.
//!
//! A coat may itself have a coat: `%2540`, `&amp;#64;`, `\\\\u0040`. But letters and digits never need one, so the last
//! part stays as it is however many there are: the `40` of `%40`, `=40` and `\u0040`, the `64` of `&#64;`, the `100` of
//! `\100`, the word `commat`. Those are looked for, and kept if what precedes them can be the rest of a coat.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// How many bytes before a characteristic part may hold what introduces the coat.
const INTRODUCTION: usize = 24;
/// The fewest hex digits after `\x` that can hold an address: `a@b.co`.
pub(super) const HEX_DIGITS: usize = 12;

/// Fewer bytes than this are cheaper to look through one by one than in nine searches.
const SHORT: usize = 256;

/// What a candidate may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An `@`.
    AtSign,
    /// Part of a coat of an `@`.
    Coat,
    /// The `\` of a `\x` with hex after it.
    Hex,
}

/// A candidate, by its index in the bytes that were searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seed {
    pub at: usize,
    pub kind: Kind,
}

/// What to look for, and which bytes may stand right before it.
struct Part {
    finder: Finder<'static>,
    length: usize,
    before: &'static [u8],
}

static PARTS: LazyLock<[Part; 9]> = LazyLock::new(|| {
    let part = |text: &'static [u8], before| Part {
        finder: Finder::new(text),
        length: text.len(),
        before,
    };
    [
        // %40 =40, %2540 =2540, \u0040, \x40 &#x40; &#X40;, \u{40}, %3D40 =3D40, &percnt;40
        part(b"40", b"%=50xX{Dd;"),
        // &#64;, &#064;, &%2364, &num;64
        part(b"64", b"#03;"),
        // \100, %5C100 %5c100, &bsol;100, \134100
        part(b"100", b"\\Cc;4"),
        part(b"commat", b"&;6C"),
        // U+FF20 and U+FE6B, as they are in UTF-8 and in json.
        part("＠".as_bytes(), b""),
        part("﹫".as_bytes(), b""),
        part(b"20", b"fF"),
        part(b"e6b", b"fF"),
        part(b"E6B", b"fF"),
    ]
});

static HEX: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\\x"));

/// Finds all candidates that begin in `from..to`, in order. The bytes should go on a little beyond `to`.
pub(super) fn find(bytes: &[u8], from: usize, to: usize, seeds: &mut Vec<Seed>) {
    seeds.clear();
    let searched = bytes.get(from..to).unwrap_or_default();
    seeds.extend(memchr::memchr_iter(b'@', searched).map(|at| Seed {
        at: from.saturating_add(at),
        kind: Kind::AtSign,
    }));
    // In a short value it pays to see first whether anything there can begin a coat.
    let short = bytes.len() < SHORT;
    let bare = short
        && !bytes
            .iter()
            .fold(false, |found, &byte| found | introduces(byte));
    let narrow = short && memchr::memchr(0xEF, bytes).is_none();
    for part in PARTS.iter() {
        let absent = if part.before.is_empty() { narrow } else { bare };
        if absent {
            continue;
        }
        let end = to
            .saturating_add(part.length)
            .saturating_sub(1)
            .min(bytes.len());
        for at in part
            .finder
            .find_iter(bytes.get(from..end).unwrap_or_default())
        {
            let at = from.saturating_add(at);
            if part.before.is_empty()
                || is_introduced(bytes.get(..at).unwrap_or_default(), part.before)
            {
                seeds.push(Seed {
                    at,
                    kind: Kind::Coat,
                });
            }
        }
    }
    if bare {
        seeds.sort_unstable();
        return;
    }
    let end = to.saturating_add(1).min(bytes.len());
    for at in HEX.find_iter(bytes.get(from..end).unwrap_or_default()) {
        let at = from.saturating_add(at);
        let digits = bytes.get(at.saturating_add(2)..at.saturating_add(2 + HEX_DIGITS));
        if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            seeds.push(Seed {
                at,
                kind: Kind::Hex,
            });
        }
    }
    seeds.sort_unstable();
}

/// Whether the bytes before a characteristic part can be the start of a coat.
fn is_introduced(before: &[u8], expected: &[u8]) -> bool {
    before.last().is_some_and(|last| expected.contains(last))
        && before
            .iter()
            .rev()
            .take(INTRODUCTION)
            .any(|&byte| introduces(byte))
}

fn introduces(byte: u8) -> bool {
    matches!(byte, b'%' | b'=' | b'\\' | b'&')
}
