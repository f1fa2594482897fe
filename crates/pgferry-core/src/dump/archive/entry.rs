use std::fmt;

use super::text::Text;

/// One object of the table of contents: `TocEntry` of `pg_backup_archiver.h`, in the order of its fields in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Above 0, and unlike that of every other entry.
    pub dump_id: i32,
    /// Whether the entry has a block of data.
    pub has_data: bool,
    /// The oid of the system catalogue that holds the object (1259 for `pg_class`), 0 for none.
    pub catalog: u32,
    /// The oid of the object in that catalogue, 0 for none.
    pub oid: u32,
    /// The name of the object, as it is and not quoted: `contacts`.
    pub tag: Option<Text>,
    /// The kind of the object: `TABLE`, `TABLE DATA`, `FK CONSTRAINT`, `BLOBS`.
    pub description: Option<Text>,
    pub section: Section,
    /// The SQL that makes the object.
    pub definition: Option<Text>,
    pub drop_statement: Option<Text>,
    /// `COPY … FROM stdin;` and a newline, in entries whose data are rows in COPY's text form.
    pub copy_statement: Option<Text>,
    /// The schema, as it is and not quoted. Null or empty where there is none.
    pub namespace: Option<Text>,
    /// Null for an object that has no place, empty for the database's default.
    pub tablespace: Option<Text>,
    /// From 1.14 on.
    pub access_method: Option<Text>,
    /// `pg_class.relkind` of a `TABLE`, 0 otherwise. From 1.16 on, 0 before.
    pub relation_kind: i32,
    pub owner: Option<Text>,
    /// `WITH OIDS`, which no server since 12 knows.
    pub with_oids: bool,
    /// The dump ids of the entries that this one needs; not all of them need be in the archive.
    pub dependencies: Vec<i32>,
    pub position: Position,
}

impl Entry {
    /// Whether the description is this one.
    pub fn is(&self, description: &str) -> bool {
        self.description
            .as_ref()
            .is_some_and(|text| text == description)
    }

    /// Whether the data of this entry are rows as COPY takes them: not large objects, and not `INSERT` statements.
    pub fn holds_rows(&self) -> bool {
        self.has_data && self.is("TABLE DATA") && self.copy_statement.is_some()
    }

    /// Whether the data of this entry are large objects, not a table.
    pub fn holds_large_objects(&self) -> bool {
        self.is("BLOBS")
    }
}

/// For people: `TABLE DATA public.contacts`.
impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.description {
            Some(description) => write!(formatter, "{description}")?,
            None => write!(formatter, "entry {}", self.dump_id)?,
        }
        let namespace = self.namespace.as_ref().filter(|text| !text.is_empty());
        match (namespace, &self.tag) {
            (Some(namespace), Some(tag)) => write!(formatter, " {namespace}.{tag}"),
            (None, Some(tag)) => write!(formatter, " {tag}"),
            (_, None) => Ok(()),
        }
    }
}

/// `teSection` of `pg_backup.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Comments, privileges and the like, which go with the object that they are about.
    None,
    PreData,
    Data,
    PostData,
}

impl Section {
    pub(super) const fn from_int(value: i32) -> Option<Self> {
        match value {
            1 => Some(Self::None),
            2 => Some(Self::PreData),
            3 => Some(Self::Data),
            4 => Some(Self::PostData),
            _ => None,
        }
    }
}

/// Where the block of an entry begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// The entry has a block, but its place was not known when the table of contents was written, as on a pipe.
    Unknown,
    /// The offset of the block's type byte from the start of the archive, in bytes.
    Known(u64),
    /// The entry has no data.
    NoData,
}
