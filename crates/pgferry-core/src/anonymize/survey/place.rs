//! Streets and postal codes.

/// What streets end in, in English.
const SUFFIXES: [&str; 34] = [
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "lane",
    "ln",
    "boulevard",
    "blvd",
    "drive",
    "dr",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "ter",
    "way",
    "highway",
    "hwy",
    "parkway",
    "pkwy",
    "circle",
    "cir",
    "alley",
    "close",
    "crescent",
    "mews",
    "row",
    "pike",
    "trail",
];

/// What streets begin with.
const PREFIXES: [&str; 20] = [
    "rue",
    "avenue",
    "boulevard",
    "chemin",
    "allée",
    "quai",
    "impasse",
    "via",
    "viale",
    "piazza",
    "corso",
    "calle",
    "avenida",
    "plaza",
    "paseo",
    "rua",
    "travessa",
    "ulica",
    "ul.",
    "carrer",
];

/// What their names end in, the number after it.
const ENDINGS: [&str; 13] = [
    "straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "ufer", "straat", "laan",
    "gatan", "vägen", "gade",
];

/// What may follow a street on its line.
const UNITS: [&str; 17] = [
    "apt",
    "apartment",
    "suite",
    "ste",
    "unit",
    "floor",
    "fl",
    "#",
    "n",
    "s",
    "e",
    "w",
    "nw",
    "ne",
    "sw",
    "se",
    "no",
];

/// A street with a number, or a post office box. Whatever follows a comma or a line end is not looked at.
pub(super) fn is_street(value: &[u8]) -> bool {
    if value.len() > 120 {
        return false;
    }
    let text = String::from_utf8_lossy(value).to_lowercase();
    let line = text.lines().next().unwrap_or_default();
    // The number may be cut off by a comma, too: `12, rue …`
    let line = match line.split_once(',') {
        Some((number, rest)) if is_house_number(number) => {
            format!("{number} {}", rest.split(',').next().unwrap_or(rest))
        }
        Some((before, _)) => before.to_owned(),
        None => line.to_owned(),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.len() > 8 {
        return false;
    }
    let boxed = [
        "po box ",
        "p.o. box ",
        "p. o. box ",
        "postfach ",
        "post office box ",
    ]
    .iter()
    .any(|start| {
        line.strip_prefix(*start)
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    });
    match words.as_slice() {
        _ if boxed => true,
        [number, rest @ ..] if is_house_number(number) => {
            rest.first()
                .is_some_and(|first| rest.len() >= 2 && PREFIXES.contains(first))
                || ends_in_suffix(rest)
        }
        [first, .., last] if is_house_number(last) => {
            let named = words.len() >= 3 && PREFIXES.contains(first);
            named
                || words
                    .iter()
                    .any(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)))
        }
        _ => false,
    }
}

/// `Main Street`, `N Main St. Apt 3`
fn ends_in_suffix(words: &[&str]) -> bool {
    let plain = |word: &str| word.trim_matches(['.', ',']).to_owned();
    let suffix = words
        .iter()
        .skip(1)
        .position(|word| SUFFIXES.contains(&plain(word).as_str()));
    let Some(suffix) = suffix else { return false };
    // The last one counts: `5 Court Place`.
    let after = words.get(suffix + 2..).unwrap_or_default();
    let last = after
        .iter()
        .rposition(|word| SUFFIXES.contains(&plain(word).as_str()))
        .map_or(after, |index| after.get(index + 1..).unwrap_or_default());
    last.first().is_none_or(|word| {
        let word = plain(word);
        UNITS.contains(&word.as_str()) || word.starts_with('#')
    })
}

/// `12`, `12a`, `12-14`, `12/3`
fn is_house_number(word: &str) -> bool {
    let word = word.trim_end_matches(',');
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.bytes().skip(digits);
    let mut letters = 0;
    let fits = rest.clone().all(|byte| {
        letters += usize::from(byte.is_ascii_alphabetic());
        byte.is_ascii_alphanumeric() || b"-/".contains(&byte)
    });
    (1..=5).contains(&digits) && word.len() <= 9 && fits && letters <= 1
}

/// Codes of countries that have letters or marks in theirs, and four to six digits.
const CODES: [&[u8]; 20] = [
    b"9999",
    b"99999",
    b"999999",
    b"99999-9999",
    b"9999 AA",
    b"9999AA",
    b"A9A 9A9",
    b"A9A9A9",
    b"A9 9AA",
    b"A99 9AA",
    b"AA9 9AA",
    b"AA99 9AA",
    b"A9A 9AA",
    b"AA9A 9AA",
    b"99-999",
    b"999-9999",
    b"999 99",
    b"A-99999",
    b"AA-9999",
    b"99999-999",
];

pub(super) fn is_postal_code(value: &[u8]) -> bool {
    value.len() <= 10 && CODES.contains(&pattern(value).as_slice())
}

/// Capitals as `A`, digits as `9`, anything else as it is.
pub(super) fn pattern(value: &[u8]) -> Vec<u8> {
    let of = |byte: &u8| match byte {
        b'A'..=b'Z' => b'A',
        b'0'..=b'9' => b'9',
        other => *other,
    };
    value.iter().map(of).collect()
}
