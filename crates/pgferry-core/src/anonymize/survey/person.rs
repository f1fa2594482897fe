//! Names of persons and companies: words with capitals, and words that tell them from titles and places.

use super::given_names::is_given_name;
use super::look::{Look, Looks};

/// Between the parts of a name.
const PARTICLES: [&str; 25] = [
    "van", "von", "de", "del", "della", "der", "den", "di", "da", "dos", "das", "du", "des", "la",
    "le", "el", "al", "bin", "bint", "ibn", "ben", "ter", "ten", "zu", "y",
];

/// Before and after a name.
const TITLES: [&str; 23] = [
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "dame", "herr", "frau", "hr", "fr", "rev",
    "fr", "jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "m",
];

#[rustfmt::skip] // As prose: a word a line would be a file of its own.
/// Words that stand in titles, headings and names of places rather than in names of persons.
const OTHER_WORDS: [&str; 108] = [
    "the", "and", "of", "for", "with", "at", "in", "on", "to", "from", "by", "an", "our", "your",
    "my", "us", "is", "are", "all", "new", "free", "first", "annual", "live", "open", "about",
    "how", "what", "why", "center", "centre", "hall", "house", "park", "museum", "gallery",
    "theatre", "theater", "library", "school", "church", "university", "college", "institute",
    "hotel", "inn", "festival", "concert", "night", "day", "week", "show", "workshop", "market",
    "club", "bar", "cafe", "café", "restaurant", "room", "city", "county", "state", "north",
    "south", "east", "west", "street", "road", "avenue", "station", "airport", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "july",
    "august", "september", "october", "november", "december", "music", "film", "event", "events",
    "venue", "partner", "group", "team", "department", "office", "service", "services", "system",
    "default", "test", "admin", "user", "guest", "unknown", "none",
];

/// What companies end in.
const COMPANIES: [&str; 39] = [
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "se",
    "e.v",
    "ev",
    "sa",
    "s.a",
    "sas",
    "sarl",
    "s.r.l",
    "srl",
    "spa",
    "s.p.a",
    "bv",
    "b.v",
    "nv",
    "n.v",
    "oy",
    "ab",
    "a/s",
    "as",
    "aps",
    "pty",
    "kk",
];

/// Marks persons and companies among the looks of `text`.
pub(super) fn looks(text: &str, looks: &mut Looks) {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() >= 2 && words.len() <= 8 && is_company(&words) {
        looks.add(Look::Company);
        return;
    }
    if text.contains(char::is_numeric) || words.len() > 7 {
        return;
    }
    let plain: Vec<&str> = words
        .iter()
        .map(|word| word.trim_end_matches(','))
        .collect();
    let capitalised = plain
        .iter()
        .enumerate()
        .all(|(index, word)| is_capitalised(word) || (index > 0 && is_one_of(&PARTICLES, word)));
    if !capitalised {
        return;
    }
    if plain.len() <= 5 {
        looks.add(Look::Capitalised);
    }
    let commas = words.iter().filter(|word| word.ends_with(',')).count();
    let core: Vec<&str> = plain
        .iter()
        .copied()
        .filter(|word| !is_one_of(&TITLES, word.trim_end_matches('.')))
        .collect();
    let Some((last, before)) = core.split_last() else {
        return;
    };
    // `Family, Given`
    let turned = commas == 1 && !text.ends_with(',');
    let given = if turned {
        words
            .iter()
            .position(|word| word.ends_with(','))
            .and_then(|comma| plain.get(comma + 1))
    } else {
        core.first()
    };
    let other = core.iter().any(|word| is_one_of(&OTHER_WORDS, word));
    let known = given.copied().is_some_and(is_given_name);
    if known && !other {
        looks.add(Look::GivenName);
    }
    let parts = core
        .iter()
        .filter(|word| !is_one_of(&PARTICLES, word))
        .count();
    let initials = before.iter().filter(|word| is_initial(word)).count();
    if (2..=4).contains(&parts)
        && !is_initial(last)
        && initials <= 3
        && commas <= 1
        && !text.ends_with(',')
        && !other
    {
        looks.add(Look::PersonName);
    }
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// `J`, `J.`
fn is_initial(word: &str) -> bool {
    word.trim_end_matches('.').chars().count() == 1
}

/// `Ann`, `ANN`, `O'Neill`, `McDonald`, `Anne-Marie`, `J.`; words of scripts without capitals.
fn is_capitalised(word: &str) -> bool {
    let word = word.strip_suffix('.').unwrap_or(word);
    let mut characters = word.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let caseless = |character: char| !character.is_ascii() && !character.is_lowercase();
    if !(first.is_uppercase() || (is_letter(first) && caseless(first))) || word.chars().count() > 24
    {
        return false;
    }
    let mut inner = 0;
    let mut small = 0;
    let mut after_mark = false;
    for character in characters {
        let mark = matches!(character, '-' | '\'' | '’');
        if !mark && !is_letter(character) {
            return false;
        }
        inner += usize::from(character.is_uppercase() && !after_mark);
        small += usize::from(character.is_lowercase());
        after_mark = mark;
    }
    !after_mark && (inner <= 1 || small == 0)
}

/// A byte that is not UTF-8 is taken for a letter: names in LATIN1 have them.
fn is_letter(character: char) -> bool {
    character.is_alphabetic() || character == char::REPLACEMENT_CHARACTER
}

fn is_company(words: &[&str]) -> bool {
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    // Short forms are common words in small letters and in other places: `Co`, `AS`, `Spa`.
    let last = last.trim_end_matches(['.', ',']);
    let starts =
        |word: &&str| word.starts_with(|first: char| first.is_uppercase() || first.is_numeric());
    is_one_of(&COMPANIES, last)
        && starts(&last)
        && before.first().is_some_and(starts)
        && (last.len() > 2 || last.chars().all(char::is_uppercase) || matches!(last, "Co" | "Oy"))
}
