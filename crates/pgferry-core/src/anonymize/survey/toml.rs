//! Just enough TOML (v1.0.0) to write keys, strings and comments.

use std::fmt::Write as _;

/// A key: bare if it can be.
pub(super) fn key(text: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !text.is_empty() && text.bytes().all(bare) {
        text.to_owned()
    } else {
        string(text)
    }
}

/// A basic string.
pub(super) fn string(text: &str) -> String {
    let mut string = String::with_capacity(text.len() + 2);
    string.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => string.extend(['\\', character]),
            control if control.is_control() => {
                // Writing into a string cannot fail.
                let Ok(()) = write!(string, "\\u{:04X}", u32::from(control)) else {
                    continue;
                };
            }
            other => string.push(other),
        }
    }
    string.push('"');
    string
}

/// What can stand behind `#`.
pub(super) fn comment(text: &str) -> String {
    let blank = |character: char| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    };
    text.chars().map(blank).collect()
}
