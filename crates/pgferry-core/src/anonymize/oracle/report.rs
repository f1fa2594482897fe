//! What the oracle found, in words that give away no value.

use std::fmt;

use serde::Serialize;

/// How an address was wrapped, outermost first. None of them: it stood there as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coat {
    /// Bytes of a large object, in the hex of `lowrite`.
    LargeObject,
    /// Bytes in hex after `\x`, as bytea is printed.
    ByteaHex,
    /// Two bytes a character, one of them zero, inside of a bytea.
    Utf16,
    /// An escape of COPY text: `\\`, `\t`, `\100`, `\x40`.
    CopyEscape,
    /// A backslash escape outside of COPY data: `E'\t'`, a function's body, json in an INSERT.
    StringEscape,
    /// A backslash escape below the outermost: json, arrays, composite values.
    InnerEscape,
    /// A Unicode escape: `\u0040`, `\U00000040`, `%u0040`.
    Unicode,
    /// A character reference of XML or HTML: `&#64;`, `&#x40;`, `&commat;`.
    Xml,
    /// Percent-encoding: `%40`.
    Url,
    /// Quoted-printable: `=40`, and lines joined by `=`.
    QuotedPrintable,
    /// Full-width and small forms of ASCII: `＠`, `﹫`.
    WideForm,
}

impl Coat {
    /// In the order of their bits.
    pub(super) const ALL: [Self; 11] = [
        Self::LargeObject,
        Self::ByteaHex,
        Self::Utf16,
        Self::CopyEscape,
        Self::StringEscape,
        Self::InnerEscape,
        Self::Unicode,
        Self::Xml,
        Self::Url,
        Self::QuotedPrintable,
        Self::WideForm,
    ];
}

impl fmt::Display for Coat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::LargeObject => "large object",
            Self::ByteaHex => "bytea hex",
            Self::Utf16 => "utf-16",
            Self::CopyEscape => "copy escape",
            Self::StringEscape => "string escape",
            Self::InnerEscape => "inner escape",
            Self::Unicode => "unicode escape",
            Self::Xml => "xml",
            Self::Url => "url",
            Self::QuotedPrintable => "quoted-printable",
            Self::WideForm => "wide form",
        })
    }
}

/// A set of coats.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Coats(u16);

impl Coats {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn of(coat: Coat) -> Self {
        Self(1 << coat as u16)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, coat: Coat) -> bool {
        self.0 & Self::of(coat).0 != 0
    }

    pub(super) fn list(self) -> Vec<Coat> {
        Coat::ALL
            .into_iter()
            .filter(|&coat| self.has(coat))
            .collect()
    }

    /// The same with every `from` called `to`.
    pub(super) const fn renamed(self, from: Coat, to: Coat) -> Self {
        if self.has(from) {
            Self((self.0 & !Self::of(from).0) | Self::of(to).0)
        } else {
            self
        }
    }
}

/// Where in the dump's structure an address stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// In the data of a COPY.
    Copy {
        /// The table as the COPY statement prints it. Bytes that could spell an address are shown as `?`.
        table: String,
        /// The column's position in the COPY statement, from 1.
        column: u64,
        /// Its name, unquoted, with bytes that could spell an address shown as `?`; none if the COPY names no columns.
        name: Option<String>,
    },
    /// In any other statement, its comments included.
    Statement {
        /// The line on which the statement begins, from 1.
        line: u64,
        /// How it begins, up to the first byte that could belong to a value: `COMMENT ON COLUMN public.users.name IS `.
        heading: String,
    },
    /// Between statements: a comment, a meta-command.
    Between,
}

impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copy {
                table,
                column,
                name: Some(name),
            } => write!(formatter, "{table} column {column} ({name})"),
            Self::Copy {
                table,
                column,
                name: None,
            } => write!(formatter, "{table} column {column}"),
            Self::Statement { line, heading } => write!(
                formatter,
                "statement at line {line} ({})",
                heading.trim_end()
            ),
            Self::Between => formatter.write_str("between statements"),
        }
    }
}

/// One address that should not be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Byte offset of its `@`, or of the characteristic part of the coat of its `@` (the `40` of `%40`), from 0.
    pub offset: u64,
    /// The line of that byte, from 1.
    pub line: u64,
    pub site: Site,
    /// How it was wrapped, outermost first; empty for an address that stands as it is.
    pub coats: Vec<Coat>,
    /// The address with every ASCII letter as `a`, every digit as `9`, every other letter as `u`, `@ . + - _` as they
    /// are, anything else as `*`; 80 characters at most.
    pub shape: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "line {}, byte {}: {}: {} (",
            self.line, self.offset, self.site, self.shape
        )?;
        if self.coats.is_empty() {
            formatter.write_str("plain")?;
        }
        for (index, coat) in self.coats.iter().enumerate() {
            write!(formatter, "{}{coat}", if index == 0 { "" } else { " + " })?;
        }
        formatter.write_str(")")
    }
}

/// What the oracle says about a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OracleReport {
    /// Bytes read.
    pub bytes: u64,
    /// Addresses that are ours or allowed by name or domain.
    pub accepted: u64,
    /// Addresses in columns that a rule keeps.
    pub kept: u64,
    /// Addresses that should not be there.
    pub total: u64,
    /// The first of them in the order of the dump, [`OracleReport::FINDINGS`] at most.
    pub findings: Vec<Finding>,
}

impl OracleReport {
    /// How many findings are kept in full.
    pub const FINDINGS: usize = 100;

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.total == 0
    }
}
