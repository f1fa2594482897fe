use super::entry::{Entry, Position, Section};
use super::error::{Place, Problem};
use super::field::FieldReader;
use super::header::Version;
use super::text::Text;
use super::toc::Toc;

/// The fields of an entry in their order; each step reads one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryField {
    DumpId,
    HasData,
    Catalog,
    Oid,
    Tag,
    Description,
    Section,
    Definition,
    DropStatement,
    CopyStatement,
    Namespace,
    Tablespace,
    AccessMethod,
    RelationKind,
    Owner,
    WithOids,
    Dependencies,
    Position,
}

/// Reads the table of contents: `ReadToc` of `pg_backup_archiver.c`.
#[derive(Debug)]
pub(super) struct TocReader {
    version: Version,
    /// None until the number of entries was read.
    count: Option<usize>,
    toc: Toc,
    next: EntryField,
    entry: Entry,
}

impl TocReader {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            count: None,
            toc: Toc::default(),
            next: EntryField::DumpId,
            entry: blank_entry(),
        }
    }

    pub(super) fn place(&self) -> Place {
        let Some(count) = self.count else {
            return Place::TocStart;
        };
        let name = self
            .entry
            .description
            .as_ref()
            .map(|_known| Text::from(self.entry.to_string().as_str()));
        Place::Entry {
            index: self.toc.entries().len(),
            count,
            name,
        }
    }

    /// Gives the table once all of it is there, None where more input is needed.
    pub(super) fn read(
        &mut self,
        fields: &mut FieldReader,
        input: &mut &[u8],
    ) -> Result<Option<Toc>, Problem> {
        let count = if let Some(count) = self.count {
            count
        } else {
            let Some(value) = fields.int(input)? else {
                return Ok(None);
            };
            let count = usize::try_from(value).map_err(|_negative| Problem::EntryCount(value))?;
            *self.count.insert(count)
        };
        while self.toc.entries().len() < count {
            if self.next == EntryField::Position {
                let Some(position) = fields.position(input)? else {
                    return Ok(None);
                };
                if self.entry.has_data == (position == Position::NoData) {
                    return Err(Problem::PositionMismatch);
                }
                self.entry.position = position;
                self.entry.dependencies.shrink_to_fit();
                self.toc
                    .push(std::mem::replace(&mut self.entry, blank_entry()))?;
                self.next = EntryField::DumpId;
            } else {
                let Some(next) = self.step(fields, input)? else {
                    return Ok(None);
                };
                self.next = next;
            }
        }
        Ok(Some(std::mem::take(&mut self.toc)))
    }

    /// Reads one field but the last, and gives the one that follows.
    fn step(
        &mut self,
        fields: &mut FieldReader,
        input: &mut &[u8],
    ) -> Result<Option<EntryField>, Problem> {
        use EntryField as Field;
        let entry = &mut self.entry;
        match self.next {
            Field::DumpId | Field::HasData | Field::Section | Field::RelationKind => {
                let Some(value) = fields.int(input)? else {
                    return Ok(None);
                };
                match self.next {
                    Field::DumpId => entry.dump_id = self.toc.unused(value)?,
                    Field::HasData if matches!(value, 0 | 1) => entry.has_data = value == 1,
                    Field::HasData => return Err(Problem::HasData(value)),
                    Field::Section => {
                        entry.section = Section::from_int(value).ok_or(Problem::Section(value))?;
                    }
                    _ => entry.relation_kind = value,
                }
            }
            Field::Dependencies => {
                let Some(text) = fields.text(input)? else {
                    return Ok(None);
                };
                if let Some(text) = text {
                    match parse_decimal(&text) {
                        Some(dependency) => entry.dependencies.push(dependency),
                        None => return Err(Problem::Dependency(text)),
                    }
                    return Ok(Some(Field::Dependencies));
                }
            }
            _ => {
                let Some(text) = fields.text(input)? else {
                    return Ok(None);
                };
                match self.next {
                    Field::Catalog => entry.catalog = parse_oid(text)?,
                    Field::Oid => entry.oid = parse_oid(text)?,
                    Field::Tag => entry.tag = text,
                    Field::Description => entry.description = text,
                    Field::Definition => entry.definition = text,
                    Field::DropStatement => entry.drop_statement = text,
                    Field::CopyStatement => entry.copy_statement = text,
                    Field::Namespace => entry.namespace = text,
                    Field::Tablespace => entry.tablespace = text,
                    Field::AccessMethod => entry.access_method = text,
                    Field::Owner => entry.owner = text,
                    _ => entry.with_oids = parse_with_oids(text)?,
                }
            }
        }
        Ok(Some(self.following()))
    }

    fn following(&self) -> EntryField {
        use EntryField as Field;
        match self.next {
            Field::DumpId => Field::HasData,
            Field::HasData => Field::Catalog,
            Field::Catalog => Field::Oid,
            Field::Oid => Field::Tag,
            Field::Tag => Field::Description,
            Field::Description => Field::Section,
            Field::Section => Field::Definition,
            Field::Definition => Field::DropStatement,
            Field::DropStatement => Field::CopyStatement,
            Field::CopyStatement => Field::Namespace,
            Field::Namespace => Field::Tablespace,
            Field::Tablespace if self.version >= Version::ACCESS_METHOD => Field::AccessMethod,
            Field::AccessMethod if self.version >= Version::RELATION_KIND => Field::RelationKind,
            Field::Tablespace | Field::AccessMethod | Field::RelationKind => Field::Owner,
            Field::Owner => Field::WithOids,
            Field::WithOids => Field::Dependencies,
            Field::Dependencies | Field::Position => Field::Position,
        }
    }
}

fn blank_entry() -> Entry {
    Entry {
        dump_id: 0,
        has_data: false,
        catalog: 0,
        oid: 0,
        tag: None,
        description: None,
        section: Section::None,
        definition: None,
        drop_statement: None,
        copy_statement: None,
        namespace: None,
        tablespace: None,
        access_method: None,
        relation_kind: 0,
        owner: None,
        with_oids: false,
        dependencies: Vec::new(),
        position: Position::NoData,
    }
}

fn parse_oid(text: Option<Text>) -> Result<u32, Problem> {
    text.as_deref()
        .and_then(parse_decimal)
        .ok_or(Problem::Oid(text))
}

fn parse_with_oids(text: Option<Text>) -> Result<bool, Problem> {
    match text.as_deref() {
        Some(b"false") => Ok(false),
        Some(b"true") => Ok(true),
        _ => Err(Problem::WithOids(text)),
    }
}

/// A number as `sprintf` writes it, so that writing it again gives the same digits.
fn parse_decimal<N: std::str::FromStr + ToString>(text: &[u8]) -> Option<N> {
    let text = std::str::from_utf8(text).ok()?;
    let number: N = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
