//! What the scanner reports.

use std::borrow::Cow;
use std::fmt;

/// A place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// From 1; lines end at a line feed, as psql counts them.
    pub line: u64,
    /// Bytes before this place.
    pub offset: u64,
}

impl Position {
    pub(super) const START: Self = Self { line: 1, offset: 0 };
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, byte {}", self.line, self.offset)
    }
}

/// One event of a [`Scanner`](super::Scanner).
///
/// [`Event::raw`] of all events in order is the input, byte for byte. Text longer than 256 KiB arrives in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// White space between statements, and a byte order mark at the start of the input.
    Blank(&'a [u8]),
    /// A comment between statements, or a piece of one, without the line end after it.
    Comment(&'a [u8]),
    /// Something about the whole dump, read from the comment or the statement that follows (or, for settings, ended here).
    Fact(Fact<'a>),
    /// The statement that is being scanned means one thing to psql and another to the server.
    /// Comes before [`Event::StatementStart`] if it was found in the first 256 KiB.
    Hazard(Hazard, Position),
    /// A statement begins. Its text follows.
    StatementStart(Statement<'a>),
    /// Text of the statement that began last, up to and including its semicolon.
    StatementText(&'a [u8]),
    /// The statement's semicolon was seen.
    StatementEnd,
    /// A backslash command of psql: between statements or inside one.
    MetaCommand(MetaCommand<'a>),
    /// The rows of a table follow: `COPY … FROM stdin;` and its line end have been reported.
    CopyStart(&'a CopyTarget),
    /// COPY data, in runs as they come. A run starts and ends anywhere.
    Rows(&'a [u8]),
    /// The end of COPY data.
    CopyEnd {
        /// `\.` and its line end.
        terminator: &'a [u8],
        /// Lines before the terminator.
        rows: u64,
        /// Bytes before the terminator.
        bytes: u64,
    },
}

impl<'a> Event<'a> {
    /// The bytes of the input that this event stands for; empty for events that only announce.
    pub fn raw(&self) -> &'a [u8] {
        match self {
            Self::Blank(raw)
            | Self::Comment(raw)
            | Self::StatementText(raw)
            | Self::Rows(raw)
            | Self::MetaCommand(MetaCommand { text: raw, .. })
            | Self::CopyEnd {
                terminator: raw, ..
            } => raw,
            Self::Fact(_)
            | Self::Hazard(..)
            | Self::StatementStart(_)
            | Self::StatementEnd
            | Self::CopyStart(_) => &[],
        }
    }
}

/// Something about the whole dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<'a> {
    /// `-- PostgreSQL database dump`, which begins every dump.
    Header,
    /// `-- Dumped from database version …`
    ServerVersion(&'a [u8]),
    /// `-- Dumped by pg_dump version …`
    DumpVersion(&'a [u8]),
    /// `SET client_encoding = …` or `SET NAMES …`
    ClientEncoding {
        name: Cow<'a, [u8]>,
        /// False for encodings in which a character's later bytes can be ASCII, so that bytes cannot be scanned one by one:
        /// `BIG5`, `GB18030`, `GBK`, `JOHAB`, `SHIFT_JIS_2004`, `SJIS`, `UHC` (and names that are not known).
        ascii_safe: bool,
    },
    /// `SET standard_conforming_strings = …`
    StandardStrings(bool),
    /// `-- PostgreSQL database dump complete`, which ends every dump. `\unrestrict` may follow.
    Complete,
}

/// Text that psql and the server, or two versions of either, cut differently. `pg_dump` writes none of it; in a hostile
/// dump it hides statements or meta-commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Hazard {
    /// `E'…'`, a line break and `'…'`: one escape string to the server, to psql an escape string and a standard string.
    #[error("a string that is continued on another line changes its kind")]
    ContinuedString,
    /// `1a$…`, `1e'…`: versions before 15, 15 and after 15 end the number in different places.
    #[error("letters and quotes directly after a number")]
    NumberJunk,
    /// A semicolon in a function without `BEGIN ATOMIC` that psql holds to be inside one.
    #[error("a semicolon inside a function that is not in a BEGIN ATOMIC body")]
    HiddenSemicolon,
    /// Text on the line of `COPY … FROM stdin;`, which psql runs after the rows.
    #[error("text after COPY … FROM stdin; on its line")]
    TextAfterCopy,
    /// `:NAME` of a variable that psql has set and would put in.
    #[error("a psql variable")]
    Variable,
    /// A dollar quote whose tag is longer than 4 KiB.
    #[error("a dollar quote with a tag of more than 4096 bytes")]
    LongTag,
    /// A string on the line of `SET standard_conforming_strings`: psql notices the new value on the next line.
    #[error("a string on the line that changes standard_conforming_strings")]
    StringAfterSetting,
    /// `SET standard_conforming_strings` or `client_encoding` to a value that is not one plain word or string, or `SET` of
    /// a name that is not plain.
    #[error("a setting that is not written plainly")]
    UnreadableSetting,
}

/// A statement, as far as its first 256 KiB tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    pub kind: StatementKind<'a>,
    /// Its text, or the first 256 KiB. [`Event::StatementText`] brings the same bytes again.
    pub text: &'a [u8],
    /// Where its first word is.
    pub position: Position,
    /// Whether it begins in the first column, where `pg_dump` begins all of them.
    pub starts_line: bool,
    /// Whether its semicolon was seen already, so that `kind` has considered all of it and one
    /// [`Event::StatementText`] holds it whole.
    pub complete: bool,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind<'a> {
    /// A lone semicolon.
    Empty,
    /// `SET …`
    Set(Setting<'a>),
    /// `SELECT …`, which `pg_dump` uses for `setval`, `set_config` and large objects.
    Select,
    Insert(ObjectName<'a>),
    Copy(Copy<'a>),
    Create(Object<'a>),
    Alter(Object<'a>),
    Drop(Object<'a>),
    /// `COMMENT ON …`
    Comment(Object<'a>),
    Transaction(TransactionControl),
    /// `DO …`, an anonymous code block.
    Do,
    /// Any other statement: its first word as it stands, or nothing if it does not begin with one.
    Other(&'a [u8]),
}

/// `SET [SESSION | LOCAL] name {= | TO} value`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<'a> {
    /// In lower case if it was not quoted; `client_encoding` for `SET NAMES`; the words' first for other forms
    /// (`transaction`, `role`).
    pub name: Cow<'a, [u8]>,
    /// Decoded if it is one plain word, string or number.
    pub value: Option<Cow<'a, [u8]>>,
}

/// Statements that begin or end transactions, or parts of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionControl {
    /// Just `BEGIN;`, as `pg_dump` writes around large objects.
    Begin,
    /// Just `COMMIT;`, as `pg_dump` writes around large objects.
    Commit,
    /// `START TRANSACTION`, `ROLLBACK`, `ABORT`, `END`, `SAVEPOINT`, `RELEASE`, `PREPARE TRANSACTION`, and all longer
    /// forms of `BEGIN` and `COMMIT`.
    Other,
}

/// What `CREATE`, `ALTER`, `DROP` or `COMMENT ON` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object<'a> {
    pub object_type: ObjectType,
    /// Absent where the name is not a plain, possibly qualified one.
    pub name: Option<ObjectName<'a>>,
}

/// Types of database objects, as far as someone asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectType {
    Aggregate,
    Collation,
    Column,
    Constraint,
    Database,
    Domain,
    EventTrigger,
    Extension,
    ForeignTable,
    Function,
    Index,
    LargeObject,
    MaterializedView,
    Policy,
    Procedure,
    Publication,
    Role,
    Rule,
    Schema,
    Sequence,
    Statistics,
    Subscription,
    Table,
    Trigger,
    Type,
    UniqueIndex,
    View,
    Other,
}

/// A name, decoded: unquoted words are folded to lower case (ASCII only), quotes are removed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName<'a> {
    pub schema: Option<Cow<'a, [u8]>>,
    pub name: Cow<'a, [u8]>,
}

impl ObjectName<'_> {
    pub fn into_owned(self) -> ObjectName<'static> {
        ObjectName {
            schema: self.schema.map(|schema| Cow::Owned(schema.into_owned())),
            name: Cow::Owned(self.name.into_owned()),
        }
    }
}

impl fmt::Debug for ObjectName<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ObjectName({self})")
    }
}

/// As SQL: quoted where it has to be, bytes that are not UTF-8 replaced.
impl fmt::Display for ObjectName<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write_identifier(formatter, schema)?;
            formatter.write_str(".")?;
        }
        write_identifier(formatter, &self.name)
    }
}

fn write_identifier(formatter: &mut fmt::Formatter<'_>, name: &[u8]) -> fmt::Result {
    let plain = name
        .first()
        .is_some_and(|first| first.is_ascii_lowercase() || *first == b'_')
        && name
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_');
    let text = String::from_utf8_lossy(name);
    if plain {
        formatter.write_str(&text)
    } else {
        write!(formatter, "\"{}\"", text.replace('"', "\"\""))
    }
}

/// A `COPY` statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy<'a> {
    /// Absent for `COPY (query) TO …` and where it could not be read.
    pub table: Option<ObjectName<'a>>,
    pub columns: Vec<Cow<'a, [u8]>>,
    pub endpoint: CopyEndpoint,
    pub format: CopyFormat,
}

/// Where `COPY` reads from or writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyEndpoint {
    /// `FROM stdin`: rows follow the statement.
    FromStdin,
    /// `FROM 'file'`: the server reads a file of its own.
    FromFile,
    /// `FROM PROGRAM 'command'`: the server runs a command.
    FromProgram,
    /// `TO stdout`, `TO 'file'` or `TO PROGRAM 'command'`.
    To,
    /// Not in the form of any `COPY`, or longer than 256 KiB.
    Unreadable,
}

/// The format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyFormat {
    /// The text format with its defaults, the only one that `pg_dump` writes.
    Text,
    /// The statement carries options.
    WithOptions,
    /// Binary: psql reads to the end of the file.
    Binary,
}

/// The table whose rows follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyTarget {
    pub table: ObjectName<'static>,
    /// Decoded as [`ObjectName`]'s parts; empty if the statement names none.
    pub columns: Vec<Vec<u8>>,
    pub format: CopyFormat,
    /// Of the `COPY` statement.
    pub position: Position,
}

/// A backslash command of psql, from the backslash to the end of its line (without it).
///
/// What follows a command inside a statement is scanned as if the command left the statement alone; not every command
/// does (`\g`, `\r`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetaCommand<'a> {
    pub text: &'a [u8],
    /// Of the backslash.
    pub position: Position,
    pub starts_line: bool,
    pub in_statement: bool,
    /// Whether this is a further piece of a command longer than 256 KiB.
    pub continued: bool,
}

/// In what state the input ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Between statements.
    Clean,
    /// Inside the rows of a table, or before its first.
    InCopy(CopyTarget),
    /// Inside a statement that began there.
    InStatement(Position),
    /// Inside a `/* … */` comment that began there.
    InComment(Position),
}
