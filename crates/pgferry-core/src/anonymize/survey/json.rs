//! Places in JSON documents, read only as far as looks need it: a document that is cut off tells what it tells.

/// Deeper places are passed over.
const DEEPEST: usize = 8;
/// A key that is longer is not taken for one that a programmer has chosen.
const LONGEST_KEY: usize = 40;

/// A value at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    /// Keys between dots, `*` for elements.
    pub(super) path: &'a str,
    /// A key that may say something of a person stands as `*`.
    pub(super) hides_keys: bool,
    pub(super) value: Scalar<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Scalar<'a> {
    Null,
    Truth,
    /// A string, decoded, or a number.
    Text(&'a [u8]),
}

/// Passes on the values in `document`; false if it is no object and no array of any.
pub(super) fn leaves(document: &[u8], sink: &mut dyn FnMut(Leaf<'_>)) -> bool {
    let mut walk = Walk {
        rest: document,
        path: String::new(),
        hides_keys: 0,
        text: Vec::new(),
        sink,
    };
    walk.blank();
    if !looks_like_json(walk.rest) {
        return false;
    }
    walk.value(0);
    true
}

/// `{}`, `{"…":`, `[{`, `["…`, `[]`. Arrays of PostgreSQL begin with a brace, too.
fn looks_like_json(text: &[u8]) -> bool {
    let second = |rest: &[u8]| rest.trim_ascii_start().first().copied();
    match text {
        [b'[', rest @ ..] => matches!(second(rest), Some(b'{' | b'[' | b'"' | b']')),
        [b'{', rest @ ..] => {
            let rest = rest.trim_ascii_start();
            if let Some(key) = rest.strip_prefix(b"\"") {
                let end = string_end(key);
                let after = end
                    .and_then(|end| key.get(end + 1..))
                    .map(<[u8]>::trim_ascii_start);
                after.is_some_and(|after| after.first().is_none_or(|byte| *byte == b':'))
            } else {
                // `{}` is an array without elements, too, and a document without any.
                false
            }
        }
        _ => false,
    }
}

/// Where the closing quote is.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|byte| {
        let end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        end
    })
}

struct Walk<'a, 's> {
    rest: &'a [u8],
    path: String,
    /// How many keys of the path are hidden.
    hides_keys: usize,
    /// The string at hand, decoded.
    text: Vec<u8>,
    sink: &'s mut dyn FnMut(Leaf<'_>),
}

impl Walk<'_, '_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn accept(&mut self, byte: u8) -> bool {
        self.blank();
        let Some(after) = self.rest.strip_prefix(&[byte]) else {
            return false;
        };
        self.rest = after;
        true
    }

    /// Reads a value; none if the document is cut off or no JSON.
    fn value(&mut self, depth: usize) -> Option<()> {
        self.blank();
        match self.rest.first()? {
            b'{' | b'[' if depth >= DEEPEST => self.pass_over(),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => {
                self.string()?;
                let text = std::mem::take(&mut self.text);
                self.report(Scalar::Text(&text));
                self.text = text;
                Some(())
            }
            _ => {
                let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let length = self.rest.iter().take_while(fits).count();
                let (word, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                // What the end cuts off may be half a number.
                if word.is_empty() || rest.is_empty() {
                    return None;
                }
                self.report(match word {
                    b"null" => Scalar::Null,
                    b"true" | b"false" => Scalar::Truth,
                    number => Scalar::Text(number),
                });
                Some(())
            }
        }
    }

    fn report(&mut self, value: Scalar<'_>) {
        (self.sink)(Leaf {
            path: &self.path,
            hides_keys: self.hides_keys > 0,
            value,
        });
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.accept(b'{');
        if self.accept(b'}') {
            return Some(());
        }
        loop {
            self.blank();
            self.string()?;
            if !self.accept(b':') {
                return None;
            }
            let length = self.path.len();
            let hidden = !is_chosen(&self.text);
            if length > 0 {
                self.path.push('.');
            }
            if hidden {
                self.path.push('*');
            } else {
                self.path.push_str(&String::from_utf8_lossy(&self.text));
            }
            self.hides_keys += usize::from(hidden);
            let read = self.value(depth + 1);
            self.hides_keys -= usize::from(hidden);
            self.path.truncate(length);
            read?;
            if self.accept(b'}') {
                return Some(());
            }
            if !self.accept(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.accept(b'[');
        if self.accept(b']') {
            return Some(());
        }
        let length = self.path.len();
        self.path.push_str(if length > 0 { ".*" } else { "*" });
        loop {
            let read = self.value(depth + 1);
            if read.is_none() || self.accept(b']') || !self.accept(b',') {
                self.path.truncate(length);
                return read;
            }
        }
    }

    /// Passes over an object or an array without recursion.
    fn pass_over(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.rest.first()? {
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                b'"' => {
                    let after = self.rest.get(1..)?;
                    self.rest = after.get(string_end(after)?..)?;
                }
                _ => {}
            }
            self.rest = self.rest.get(1..)?;
            if open == 0 {
                return Some(());
            }
        }
    }

    /// Reads a string into `text`.
    fn string(&mut self) -> Option<()> {
        let after = self.rest.strip_prefix(b"\"")?;
        let end = string_end(after)?;
        let (raw, rest) = after.split_at_checked(end)?;
        self.rest = rest.get(1..)?;
        self.text.clear();
        let mut raw = raw;
        while let Some((byte, after)) = raw.split_first() {
            raw = after;
            let Some((escape, after)) = after.split_first().filter(|_| *byte == b'\\') else {
                self.text.push(*byte);
                continue;
            };
            raw = after;
            match escape {
                b'u' => {
                    let digits = after.get(..4).unwrap_or(after);
                    let code = std::str::from_utf8(digits).ok();
                    let code = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                    // Halves of a pair stay halves: whatever they are, they are no ASCII.
                    let character = code
                        .and_then(char::from_u32)
                        .unwrap_or(char::REPLACEMENT_CHARACTER);
                    let mut buffer = [0; 4];
                    self.text
                        .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                    raw = after.get(4..).unwrap_or_default();
                }
                b'n' | b'r' | b't' | b'b' | b'f' => self.text.push(b' '),
                other => self.text.push(*other),
            }
        }
        Some(())
    }
}

/// Whether a key is of a kind that programmers choose, not a number, an identifier or somebody's name.
fn is_chosen(key: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-$".contains(byte);
    let digits = key.iter().filter(|byte| byte.is_ascii_digit()).count();
    // `$` alone begins a path.
    let first = key.first().is_some_and(|first| !first.is_ascii_digit()) && key != b"$";
    first && key.len() <= LONGEST_KEY && key.iter().all(fits) && digits * 3 <= key.len()
}

#[cfg(test)]
#[expect(clippy::format_push_string, reason = "what was read, in one line")]
mod tests {
    use super::*;

    fn read(document: &str) -> Option<String> {
        let mut all = String::new();
        let json = leaves(document.as_bytes(), &mut |leaf| {
            let value = match leaf.value {
                Scalar::Null => "null".to_owned(),
                Scalar::Truth => "truth".to_owned(),
                Scalar::Text(text) => String::from_utf8_lossy(text).into_owned(),
            };
            let hidden = if leaf.hides_keys { "!" } else { "" };
            all += &format!("{}{hidden}={value};", leaf.path);
        });
        json.then_some(all)
    }

    #[test]
    fn places_are_found() {
        for (document, expected) in [
            (
                r#"{"a": "x", "b": {"c": 1, "d": [true, {"e": null}]}}"#,
                Some("a=x;b.c=1;b.d.*=truth;b.d.*.e=null;"),
            ),
            (r#" [{"a": "\u0040\"\\\n"}] "#, Some("*.a=@\"\\ ;")),
            (r#"{"a@b.co": "x", "17": {"k": 1}}"#, Some("*!=x;*.k!=1;")),
            (r#"["x", []]"#, Some("*=x;")),
            (r#"{"$": "x", "$oid": "y"}"#, Some("*!=x;$oid=y;")),
            // Cut off.
            (r#"{"a": "x", "b": "y"#, Some("a=x;")),
            (r#"{"a": 12"#, Some("")),
            (r#"{"a"#, None),
            // Arrays of PostgreSQL, and none.
            (r#"{"a b",c}"#, None),
            ("{a,b}", None),
            ("{}", None),
            ("[x]", None),
            ("text", None),
            ("", None),
        ] {
            assert_eq!(read(document).as_deref(), expected, "{document}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}1{}", r#"{"a":"#.repeat(500), "}".repeat(500));
        assert_eq!(read(&deep).as_deref(), Some(""));
        let beside = format!(r#"[{}1{}, "x"]"#, "[".repeat(20), "]".repeat(20));
        assert_eq!(read(&beside).as_deref(), Some("*=x;"));
        read(&"[".repeat(100_000));
    }
}
