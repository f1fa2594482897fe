//! What an address is: the grammar, on decoded bytes on both sides of an `@`.
//!
//! A local part is letters, digits and `._-+`, at least one of them a letter or a digit, or a quoted string. A domain is
//! two labels or more of letters, digits, `-` and `_`; its last begins with two letters (so that `pkg@1.2.3`, `3@4.5`,
//! `node@14.x` and `foo@v1.2` are none), and is no file's suffix (`logo@2x.png`). Of a longer text the longest domain
//! counts: `ann@example.net.1` holds `ann@example.net`.

use super::accepted::{Acceptance, Accepted};
use super::letter::{self, Class, Reading};

/// How far a local part is followed. RFC 5321 allows 64 bytes; what is longer is an address all the same.
const LOCAL_REACH: usize = 320;
/// How far a domain is followed: RFC 1035 allows 253 characters, in UTF-8 or spelt out they are more bytes.
const DOMAIN_REACH: usize = 1024;
/// How far the opening quote of a quoted local part is looked for.
pub(super) const QUOTED_REACH: usize = 160;
/// Names of files end so, domains do not: none is a top-level domain. In lower case.
const SUFFIXES: [&[u8]; 34] = [
    b"avi", b"bak", b"bmp", b"conf", b"css", b"csv", b"doc", b"docx", b"exe", b"gif", b"htm",
    b"html", b"ico", b"jpeg", b"jpg", b"js", b"json", b"log", b"mp3", b"mp4", b"pdf", b"php",
    b"png", b"scss", b"sql", b"svg", b"tgz", b"tif", b"tiff", b"txt", b"webp", b"woff", b"woff2",
    b"xml",
];

/// What stands at an `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Nothing,
    Accepted,
    /// An address that is not accepted: the bytes of its local part and of its domain, and whether an accepted one
    /// stands at its end.
    Foreign {
        local: usize,
        domain: usize,
        extends: bool,
    },
}

/// A verdict, and how much of both sides it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judgement {
    pub verdict: Verdict,
    /// How many bytes a local part could take, and how many a domain could: what follows them ends both.
    pub left: usize,
    pub right: usize,
    /// Whether a quoted local part may have opened before the left side.
    pub unopened: bool,
}

/// Whether the bytes after an `@` begin with a domain.
pub(super) fn has_domain(right: &[u8], reading: Reading) -> bool {
    Domain::of(right, reading).length.is_some()
}

/// Judges an `@` by the bytes on both sides.
pub(super) fn judge(left: &[u8], right: &[u8], reading: Reading, accepted: &Accepted) -> Judgement {
    let domain = Domain::of(right, reading);
    let mut judgement = Judgement {
        verdict: Verdict::Nothing,
        left: 0,
        right: domain.walked,
        unopened: false,
    };
    let Some(domain) = domain.length else {
        return judgement;
    };
    let local = if left.ends_with(b"\"") {
        let quoted = quoted_local(left, reading);
        judgement.unopened = quoted.is_none() && left.len() < QUOTED_REACH;
        quoted
    } else {
        let run = Run::of(left, reading);
        judgement.left = run.walked;
        let (before, spelt) = left
            .split_at_checked(left.len().saturating_sub(run.walked))
            .unwrap_or_default();
        (run.alphanumeric && !is_escape(before, spelt)).then_some(run.walked)
    };
    let Some(local) = local else {
        return judgement;
    };
    let name = left
        .get(left.len().saturating_sub(local)..)
        .unwrap_or_default();
    judgement.verdict = match accepted.judge(name, right.get(..domain).unwrap_or_default()) {
        Acceptance::Accepted => Verdict::Accepted,
        Acceptance::Extended => Verdict::Foreign {
            local,
            domain,
            extends: true,
        },
        Acceptance::Unknown => Verdict::Foreign {
            local,
            domain,
            extends: false,
        },
    };
    judgement
}

/// The run of characters of a local part that ends at the `@`.
struct Run {
    walked: usize,
    alphanumeric: bool,
}

impl Run {
    fn of(left: &[u8], reading: Reading) -> Self {
        let mut run = Self {
            walked: 0,
            alphanumeric: false,
        };
        let mut rest = left;
        while let Some((class, length)) = letter::last(rest, reading) {
            if class == Class::Other || run.walked >= LOCAL_REACH {
                break;
            }
            run.alphanumeric |= class.is_alphanumeric();
            run.walked = run.walked.saturating_add(length);
            rest = rest
                .get(..rest.len().saturating_sub(length))
                .unwrap_or_default();
        }
        run
    }
}

/// Whether the run before an `@` is no more than the rest of an escape: `\n@…`, `\u00a0@…`, `%20@…`. What it stands for
/// is seen in the next reading.
fn is_escape(before: &[u8], run: &[u8]) -> bool {
    let hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    match (before.last(), run) {
        (Some(b'\\'), [b'n' | b'r' | b't' | b'b' | b'f' | b'v']) => true,
        (Some(b'\\'), [b'u' | b'U' | b'x', digits @ ..]) => {
            !digits.is_empty() && digits.len() <= 8 && hex(digits)
        }
        (Some(b'\\'), digits) => {
            digits.len() <= 3 && digits.iter().all(|digit| (b'0'..=b'7').contains(digit))
        }
        (Some(b'%'), digits) => digits.len() == 2 && hex(digits),
        _ => false,
    }
}

/// The length of a quoted local part, its quotes included, at the end of the bytes.
///
/// A quote before an `@` is more often the opening one of another string (`"ann", "@handle.name"`), so the content must
/// begin and end like a name and the quotes must stand where a word could. Doubled quotes, as in composite values, count
/// as one.
fn quoted_local(left: &[u8], reading: Reading) -> Option<usize> {
    let quotes = |bytes: &[u8]| bytes.iter().rev().take_while(|&&byte| byte == b'"').count();
    let inner = left.get(..left.len().checked_sub(quotes(left))?)?;
    let reach = inner.len().saturating_sub(QUOTED_REACH);
    let open = memchr::memrchr(b'"', inner.get(reach..)?)?.checked_add(reach)?;
    let content = inner.get(open.checked_add(1)?..)?;
    let named = |class: Class| class.is_alphanumeric() || class == Class::Mark;
    let begins = letter::first(content, reading).is_some_and(|(class, _)| named(class));
    let ends = letter::last(content, reading).is_some_and(|(class, _)| named(class));
    let whole = content.iter().all(|byte| !byte.is_ascii_control());
    let before = inner.get(..open)?;
    let before = before.get(..before.len().checked_sub(quotes(before))?)?;
    let apart = before
        .last()
        .is_none_or(|byte| byte.is_ascii_control() || b" <>(,;:={['\\|".contains(byte));
    (begins && ends && whole && apart).then(|| left.len().checked_sub(before.len()))?
}

/// The domain at the start of the right side.
#[derive(Debug)]
struct Domain {
    /// The longest prefix that is a domain.
    length: Option<usize>,
    /// How far the walk came.
    walked: usize,
}

impl Domain {
    fn of(right: &[u8], reading: Reading) -> Self {
        let mut domain = Self {
            length: None,
            walked: 0,
        };
        let mut rest = right;
        let mut dotted = false;
        loop {
            let (label, alphanumeric) = first_label(rest, reading);
            domain.walked = domain.walked.saturating_add(label.len());
            if !alphanumeric || domain.walked > DOMAIN_REACH {
                return domain;
            }
            if dotted && is_top_level(label, reading) {
                domain.length = Some(domain.walked);
            }
            let Some(next) = rest
                .get(label.len()..)
                .and_then(|rest| rest.strip_prefix(b"."))
            else {
                return domain;
            };
            rest = next;
            dotted = true;
            domain.walked = domain.walked.saturating_add(1);
        }
    }
}

/// The label at the start, and whether it holds a letter or a digit.
fn first_label(bytes: &[u8], reading: Reading) -> (&[u8], bool) {
    let mut rest = bytes;
    let mut alphanumeric = false;
    while let Some((class, length)) = letter::first(rest, reading) {
        let marks = class == Class::Mark && (rest.starts_with(b"-") || rest.starts_with(b"_"));
        if !class.is_alphanumeric() && !marks {
            break;
        }
        alphanumeric |= class.is_alphanumeric();
        rest = rest.get(length..).unwrap_or_default();
        if bytes.len().saturating_sub(rest.len()) > DOMAIN_REACH {
            break;
        }
    }
    let length = bytes.len().saturating_sub(rest.len());
    (bytes.get(..length).unwrap_or_default(), alphanumeric)
}

/// Whether a label can end a domain: two letters at its start, and no file's suffix.
fn is_top_level(label: &[u8], reading: Reading) -> bool {
    let Some((class, length)) = letter::first(label, reading) else {
        return false;
    };
    let second = letter::first(label.get(length..).unwrap_or_default(), reading);
    let letters = class.is_letter() && second.is_some_and(|(class, _)| class.is_letter());
    letters
        && !SUFFIXES
            .iter()
            .any(|suffix| label.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address in a text, by its last `@`.
    fn found(text: &str) -> Option<String> {
        let (left, right) = text.rsplit_once('@').unwrap();
        match judge(
            left.as_bytes(),
            right.as_bytes(),
            Reading::Text,
            &Accepted::default(),
        )
        .verdict
        {
            Verdict::Foreign { local, domain, .. } => {
                let text = text
                    .as_bytes()
                    .get(left.len() - local..=left.len() + domain)
                    .unwrap();
                Some(String::from_utf8(text.to_vec()).unwrap())
            }
            _ => None,
        }
    }

    #[test]
    fn takes_the_longest_address() {
        for (text, address) in [
            ("to: ann@example.net, bob", "ann@example.net"),
            (
                "<Ann.Lee+news@Mail.Example.org>",
                "Ann.Lee+news@Mail.Example.org",
            ),
            ("ann@example.net.1", "ann@example.net"),
            ("ann@example.net.", "ann@example.net"),
            ("ann@example.net..x", "ann@example.net"),
            ("ünïcode@exämple.org", "ünïcode@exämple.org"),
            ("пользователь@пример.рф", "пользователь@пример.рф"),
            ("xn--@xn--e1afmkfd.xn--p1ai", "xn--@xn--e1afmkfd.xn--p1ai"),
            ("say \"q uoted\"@example.net", "\"q uoted\"@example.net"),
            (
                "(1,\"\"q uoted\"\"@example.net",
                "\"\"q uoted\"\"@example.net",
            ),
            ("ann@example.com.html", "ann@example.com"),
            ("DOMAIN\\nancy@example.net", "nancy@example.net"),
        ] {
            assert_eq!(found(text).as_deref(), Some(address), "{text}");
        }
    }

    #[test]
    fn leaves_what_is_no_address() {
        for text in [
            "a@b",
            "@handle.name",
            "3@4",
            "3@4.5",
            "user@localhost",
            "pkg@1.2.3",
            "node@14.x",
            "logo@2x.png",
            "a @b.cc",
            "\\n@app.route",
            "\\u00a0@john.doe",
            "%20@john.doe",
            "\\040@john.doe",
            "..@john.doe",
            "ann@.net",
            "ann@-.net",
            "{\"a\":\"@john.doe",
            "[\"x\",\"@john.doe",
            "see \"foo\" and \"@john.doe",
            "a=\"b\" c=\"@john.doe",
            "\"@john.doe",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
