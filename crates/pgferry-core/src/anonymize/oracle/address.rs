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
/// A walk that ends this near to the end of a slice might have ended elsewhere on a longer one, as an escape may have
/// been cut.
const MARGIN: usize = 24;

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

/// A verdict, and whether more bytes could change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judgement {
    pub verdict: Verdict,
    /// The local part came to the start of the left side, or near it.
    pub wants_left: bool,
    /// A quoted local part may have opened before the left side.
    pub wants_quote: bool,
    /// The domain came to the end of the right side, or near it.
    pub wants_right: bool,
}

/// Judges an `@` by the bytes on both sides.
pub(super) fn judge(left: &[u8], right: &[u8], reading: Reading, accepted: &Accepted) -> Judgement {
    let mut judgement = Judgement {
        verdict: Verdict::Nothing,
        wants_left: false,
        wants_quote: false,
        wants_right: false,
    };
    let domain = Domain::of(right, reading);
    judgement.wants_right = domain.walked.saturating_add(MARGIN) >= right.len();
    let Some(domain) = domain.length else {
        return judgement;
    };
    let run = local_run(left, reading);
    judgement.wants_left = run.walked.saturating_add(MARGIN) >= left.len();
    let local = if run.walked == 0 && left.ends_with(b"\"") {
        let quoted = quoted_local(left, reading);
        judgement.wants_quote = quoted.is_none() && left.len() < QUOTED_REACH;
        quoted
    } else {
        let before = left
            .len()
            .checked_sub(run.walked)
            .and_then(|start| left.get(..start))
            .unwrap_or_default();
        let spelt = left.get(before.len()..).unwrap_or_default();
        (run.alphanumeric && !is_escape(before, spelt)).then_some(run.walked)
    };
    let Some(local) = local else { return judgement };
    let name = left
        .len()
        .checked_sub(local)
        .and_then(|start| left.get(start..))
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

fn local_run(left: &[u8], reading: Reading) -> Run {
    let mut run = Run {
        walked: 0,
        alphanumeric: false,
    };
    while run.walked < LOCAL_REACH {
        let rest = left
            .len()
            .checked_sub(run.walked)
            .and_then(|end| left.get(..end))
            .unwrap_or_default();
        match letter::last(rest, reading) {
            None | Some((Class::Other, _)) => break,
            Some((class, length)) => {
                run.alphanumeric |= class.is_alphanumeric();
                run.walked = run.walked.saturating_add(length);
            }
        }
    }
    run
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
        let mut label_start = 0;
        let mut dotted = false;
        let mut alphanumeric = false;
        while domain.walked < DOMAIN_REACH {
            let next = letter::first(right.get(domain.walked..).unwrap_or_default(), reading);
            let byte = right.get(domain.walked).copied();
            match (next, byte) {
                (Some((Class::Mark, length)), Some(b'-' | b'_')) => {
                    domain.walked = domain.walked.saturating_add(length)
                }
                (Some((class, length)), _) if class.is_alphanumeric() => {
                    alphanumeric = true;
                    domain.walked = domain.walked.saturating_add(length);
                }
                _ => {
                    if !alphanumeric {
                        break;
                    }
                    let label = right.get(label_start..domain.walked).unwrap_or_default();
                    if dotted && is_top_level(label, reading) {
                        domain.length = Some(domain.walked);
                    }
                    if byte != Some(b'.') {
                        break;
                    }
                    domain.walked = domain.walked.saturating_add(1);
                    label_start = domain.walked;
                    dotted = true;
                    alphanumeric = false;
                }
            }
        }
        domain
    }
}

/// Whether a label can end a domain: two letters at its start, and no file's suffix.
fn is_top_level(label: &[u8], reading: Reading) -> bool {
    let Some((class, length)) = letter::first(label, reading) else {
        return false;
    };
    let second = letter::first(label.get(length..).unwrap_or_default(), reading);
    let letters = class.is_letter()
        && (class != Class::Letter || second.is_some_and(|(class, _)| class.is_letter()));
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
