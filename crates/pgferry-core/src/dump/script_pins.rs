//! The two settings of a session by which psql reads its input, kept as the dump means them.
//!
//! psql takes `standard_conforming_strings` and `client_encoding` from the server, anew for each line. Code that the server
//! runs while a dump is loaded (a function in a check, a trigger) can change both, and then psql sees the ends of strings
//! elsewhere than the scanner did: what passed as text runs as commands. So both are set again after every statement, on
//! the line where it ends, which psql still reads by the old values.

/// What the dump has set.
#[derive(Debug, Clone, Default)]
pub(super) struct Pins {
    escape_strings: bool,
    encoding: Option<Vec<u8>>,
}

impl Pins {
    pub(super) fn set_standard_strings(&mut self, value: bool) {
        self.escape_strings = !value;
    }

    /// Whether the name is one that can be set again.
    pub(super) fn set_encoding(&mut self, name: &[u8]) -> bool {
        let default = name.eq_ignore_ascii_case(b"default");
        self.encoding = (!default).then(|| name.to_vec());
        name.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' '))
    }

    /// Statements that set both, without a line break.
    pub(super) fn append_to(&self, output: &mut Vec<u8>) {
        let strings: &[u8] = if self.escape_strings { b"off" } else { b"on" };
        output.extend_from_slice(b" SET standard_conforming_strings = ");
        output.extend_from_slice(strings);
        match &self.encoding {
            None => output.extend_from_slice(b"; RESET client_encoding;"),
            Some(name) => {
                output.extend_from_slice(b"; SET client_encoding = '");
                output.extend_from_slice(name);
                output.extend_from_slice(b"';");
            }
        }
    }
}
