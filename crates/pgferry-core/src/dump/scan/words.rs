//! Words that matter to the lexer: variables of psql, and `BEGIN ATOMIC` bodies of functions.

/// The longest of psql's variables is `HIDE_TOAST_COMPRESSION`, and of the words that count in functions `procedure`.
const LONGEST_WORD: usize = 24;

/// Variables that psql sets by itself. An unquoted `:NAME` is replaced by the value and lexed again.
const VARIABLES: [&[u8]; 39] = [
    b"AUTOCOMMIT",
    b"COMP_KEYWORD_CASE",
    b"DBNAME",
    b"ECHO",
    b"ECHO_HIDDEN",
    b"ENCODING",
    b"ERROR",
    b"FETCH_COUNT",
    b"HIDE_TABLEAM",
    b"HIDE_TOAST_COMPRESSION",
    b"HISTCONTROL",
    b"HISTFILE",
    b"HISTSIZE",
    b"HOST",
    b"IGNOREEOF",
    b"LAST_ERROR_MESSAGE",
    b"LAST_ERROR_SQLSTATE",
    b"ON_ERROR_ROLLBACK",
    b"ON_ERROR_STOP",
    b"PORT",
    b"PROMPT1",
    b"PROMPT2",
    b"PROMPT3",
    b"QUIET",
    b"ROW_COUNT",
    b"SERVER_VERSION_NAME",
    b"SERVER_VERSION_NUM",
    b"SERVICE",
    b"SHELL_ERROR",
    b"SHELL_EXIT_CODE",
    b"SHOW_ALL_RESULTS",
    b"SHOW_CONTEXT",
    b"SINGLELINE",
    b"SINGLESTEP",
    b"SQLSTATE",
    b"USER",
    b"VERBOSITY",
    b"VERSION",
    b"WATCH_INTERVAL",
];

/// The word that is being read, as far as it can matter.
#[derive(Debug, Clone, Default)]
pub(super) struct Word {
    bytes: [u8; LONGEST_WORD],
    length: usize,
}

impl Word {
    pub(super) fn begin(&mut self, first: u8) {
        self.length = 0;
        self.push(first);
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
        }
        self.length = self.length.saturating_add(1);
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let room = self.bytes.get_mut(self.length..).unwrap_or_default();
        for (slot, byte) in room.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        self.length = self.length.saturating_add(bytes.len());
    }

    /// Empty if the word is longer than all that matter.
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// psql's heuristic for `BEGIN ATOMIC` bodies, and what tells when it is fooled.
#[derive(Debug, Clone, Default)]
pub(super) struct Routine {
    /// First letters of the first four unquoted words, if they are one of `CREATE OR REPLACE FUNCTION PROCEDURE`.
    opening: [u8; 4],
    words: usize,
    /// Open `BEGIN`s and `CASE`s, as psql counts them.
    pub(super) depth: u32,
    /// The last word was a `BEGIN` that counts.
    expect_atomic: bool,
    /// A `BEGIN` that counts was not followed by `ATOMIC`.
    pub(super) loose: bool,
}

impl Routine {
    fn is_routine(&self) -> bool {
        matches!(
            self.opening,
            [b'c', b'f' | b'p', ..] | [b'c', b'o', b'r', b'f' | b'p']
        )
    }

    /// Whether the next word can change anything.
    fn matters(&self) -> bool {
        self.words < self.opening.len() || self.is_routine()
    }

    /// An unquoted word.
    pub(super) fn word(&mut self, word: &[u8], parentheses: u64) {
        if self.matters() {
            let known: [&[u8]; 5] = [b"create", b"function", b"procedure", b"or", b"replace"];
            if let Some(slot) = self.opening.get_mut(self.words)
                && let Some(keyword) = known
                    .iter()
                    .find(|keyword| word.eq_ignore_ascii_case(keyword))
            {
                *slot = keyword.first().copied().unwrap_or_default();
            }
            if std::mem::take(&mut self.expect_atomic) && !word.eq_ignore_ascii_case(b"atomic") {
                self.loose = true;
            }
            if self.is_routine() && parentheses == 0 {
                if word.eq_ignore_ascii_case(b"begin") {
                    self.depth = self.depth.saturating_add(1);
                    self.expect_atomic = true;
                } else if word.eq_ignore_ascii_case(b"case") && self.depth > 0 {
                    self.depth = self.depth.saturating_add(1);
                } else if word.eq_ignore_ascii_case(b"end") {
                    self.depth = self.depth.saturating_sub(1);
                }
            }
        }
        self.words = self.words.saturating_add(1);
    }

    /// Anything but a word, white space and comments.
    pub(super) fn symbol(&mut self) {
        if std::mem::take(&mut self.expect_atomic) {
            self.loose = true;
        }
    }
}

/// Whether psql puts its own value in for `:name`.
pub(super) fn is_variable(name: &[u8]) -> bool {
    VARIABLES.contains(&name)
}
