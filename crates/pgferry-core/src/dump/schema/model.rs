//! The schema as a whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::dump::{Event, Fact, ObjectName, ObjectType, Position, Scanner, StatementKind};

use super::column_type::{ColumnType, ValueKind};
use super::definition::{
    ColumnDefinition, Definition, ForeignKey, KeyKind, Strategy, TableDefinition, UniqueKey,
};
use super::expression::Expression;
use super::parser;

pub(super) type Name = ObjectName<'static>;

/// Statements longer than the scanner looks at are kept up to this size.
const LONGEST_STATEMENT: usize = 4 * 1024 * 1024;

/// Domains over domains: no database nests them deeper, and a hostile dump lets them go in circles.
const DEEPEST_NESTING: usize = 64;

/// Tables, columns, keys and types, as statements have told so far.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub(super) tables: BTreeMap<Name, Table>,
    types: BTreeMap<Name, TypeDefinition>,
    pub(super) views: BTreeMap<Name, Expression>,
    /// The schema that names without one are in.
    search_path: Option<Vec<u8>>,
    escape_strings: bool,
    unreadable: Vec<Unreadable>,
    /// The statement that is being collected.
    statement: Option<(Position, Vec<u8>)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    columns: Vec<ColumnDefinition>,
    pub(super) columns_of: Vec<Name>,
    pub(super) generated: BTreeMap<Vec<u8>, Expression>,
    /// Words that could be columns of which a check may refuse a pseudonym.
    pub(super) checked: Vec<Vec<u8>>,
    pub(super) partitioned: Option<(Strategy, UniqueKey)>,
    pub(super) keys: Vec<UniqueKey>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) partition_of: Option<Name>,
}

#[derive(Debug, Clone)]
enum TypeDefinition {
    Domain {
        base: ColumnType,
        /// It has a check that may refuse a pseudonym.
        checked: bool,
    },
    Composite(Vec<ColumnDefinition>),
    Plain {
        /// It is an enum, and a label may hold an address.
        addresses: bool,
    },
}

/// A statement that defines columns or keys in a way that was not understood, or that was too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub position: Position,
    /// Its beginning, bytes that are not UTF-8 replaced.
    pub text: String,
}

/// A table with all its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumns {
    pub name: ObjectName<'static>,
    /// In the order that `INSERT` without a list of columns has.
    pub columns: Vec<Column>,
}

/// A column with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As the database has it: not quoted, not folded.
    pub name: Vec<u8>,
    /// What stands behind domains, or what the definition says where that is not known.
    pub column_type: ColumnType,
    /// Of each element, if the type is an array.
    pub kind: ValueKind,
    /// Different values have to stay different: a unique constraint or index covers the column, or it refers to such a
    /// column, or is referred to by one.
    pub keyed: bool,
    /// Different addresses have to stay different for a reason that is no key of tables: addresses are labels of its enum,
    /// or values that rows find their partition by, or a materialized view with a unique index is made of them.
    pub apart: bool,
}

impl Schema {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of what a scanner of a plain dump reports.
    pub fn observe(&mut self, event: &Event<'_>) {
        match event {
            Event::StatementStart(statement) => {
                let matters = match &statement.kind {
                    StatementKind::Create(object) | StatementKind::Alter(object) => matches!(
                        object.object_type,
                        ObjectType::Table
                            | ObjectType::ForeignTable
                            | ObjectType::UniqueIndex
                            | ObjectType::View
                            | ObjectType::MaterializedView
                            | ObjectType::Domain
                            | ObjectType::Type
                    ),
                    StatementKind::Set(setting) => *setting.name == *b"search_path",
                    _ => false,
                };
                self.statement = None;
                if matters && statement.complete {
                    self.read(statement.text, statement.position);
                } else if matters {
                    self.statement = Some((statement.position, Vec::new()));
                }
            }
            Event::StatementText(text) => {
                if let Some((_, collected)) = &mut self.statement {
                    let room = LONGEST_STATEMENT.saturating_sub(collected.len());
                    collected.extend(text.iter().take(room));
                }
            }
            Event::StatementEnd => {
                if let Some((position, text)) = self.statement.take() {
                    self.read(&text, position);
                }
            }
            Event::Fact(Fact::StandardStrings(standard)) => self.escape_strings = !standard,
            _ => {}
        }
    }

    /// Takes note of the statements in a piece of SQL, such as an archive's table of contents holds for each entry.
    pub fn observe_sql(&mut self, sql: &[u8]) {
        let mut scanner = Scanner::new();
        let mut sink = |event: Event<'_>| -> Result<(), std::convert::Infallible> {
            self.observe(&event);
            Ok(())
        };
        let Ok(()) = scanner.feed(sql, &mut sink);
        let Ok(_) = scanner.finish(&mut sink);
    }

    /// Statements that may define columns or keys nobody knows of now.
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    fn read(&mut self, text: &[u8], position: Position) {
        let whole = text.len() < LONGEST_STATEMENT;
        if let Some(definitions) = parser::definitions(text, !self.escape_strings).filter(|_| whole)
        {
            for definition in definitions {
                self.define(definition);
            }
        } else {
            let start = text.get(..120).unwrap_or(text);
            let text = String::from_utf8_lossy(start).into_owned();
            self.unreadable.push(Unreadable { position, text });
        }
    }

    /// A name as the dump has it, with the schema that it was meant to be in.
    fn qualified(&self, mut name: Name) -> Name {
        if name.schema.is_none() {
            name.schema = self.search_path.clone().map(Cow::Owned);
        }
        name
    }

    /// A type without a schema is a built-in one unless the dump has defined it.
    fn qualified_type(&self, column_type: ColumnType) -> ColumnType {
        let name = self.qualified(column_type.name.clone());
        if self.types.contains_key(&name) {
            ColumnType {
                name,
                ..column_type
            }
        } else {
            column_type
        }
    }

    fn qualified_types(&self, columns: Vec<ColumnDefinition>) -> Vec<ColumnDefinition> {
        let qualified = columns.into_iter().map(|column| ColumnDefinition {
            column_type: self.qualified_type(column.column_type),
            ..column
        });
        qualified.collect()
    }

    fn define(&mut self, definition: Definition) {
        match definition {
            Definition::DefaultSchema(schema) => self.search_path = schema,
            Definition::Table(TableDefinition {
                name,
                columns,
                columns_of,
            }) => {
                let columns_of = columns_of
                    .into_iter()
                    .map(|name| self.qualified(name))
                    .collect();
                let columns = self.qualified_types(columns);
                let table = self.table(name);
                table.columns = columns;
                table.columns_of = columns_of;
            }
            Definition::UniqueKey { table, key } => self.table(table).keys.push(key),
            Definition::ForeignKey { table, mut key } => {
                key.table = self.qualified(key.table);
                self.table(table).foreign_keys.push(key);
            }
            Definition::Column { table, column } => {
                let columns = self.qualified_types(vec![column]);
                self.table(table).columns.extend(columns);
            }
            Definition::Partition { parent, partition } => {
                let parent = self.qualified(parent);
                self.table(partition).partition_of = Some(parent);
            }
            Definition::Inherits { child, parent } => {
                let parent = self.qualified(parent);
                self.table(child).columns_of.push(parent);
            }
            Definition::Generated {
                table,
                column,
                expression,
            } => {
                self.table(table).generated.insert(column, expression);
            }
            Definition::Check { table, doubtful } => self.table(table).checked.extend(doubtful),
            Definition::PartitionKey {
                table,
                strategy,
                key,
            } => self.table(table).partitioned = Some((strategy, key)),
            Definition::View { name, body } => {
                let name = self.qualified(name);
                self.views.insert(name, body);
            }
            Definition::Domain {
                name,
                base,
                checked,
            } => {
                let base = self.qualified_type(base);
                self.define_type(name, TypeDefinition::Domain { base, checked });
            }
            Definition::Composite { name, attributes } => {
                let attributes = self.qualified_types(attributes);
                self.define_type(name, TypeDefinition::Composite(attributes));
            }
            Definition::PlainType { name, addresses } => {
                self.define_type(name, TypeDefinition::Plain { addresses });
            }
        }
    }

    fn table(&mut self, name: Name) -> &mut Table {
        let name = self.qualified(name);
        self.tables.entry(name).or_default()
    }

    fn define_type(&mut self, name: Name, definition: TypeDefinition) {
        let name = self.qualified(name);
        self.types.insert(name, definition);
    }

    /// Every table with all its columns, sorted by name.
    pub fn tables(&self) -> Vec<TableColumns> {
        let keyed = self.keyed_columns();
        let apart = self.columns_apart();
        let tables = self.tables.keys().map(|name| {
            let columns = self.columns(name).into_iter().map(|column| {
                let (column_type, kind) = self.resolve(&column.column_type);
                let key = (name.clone(), column.name.clone());
                Column {
                    name: column.name.clone(),
                    column_type,
                    kind,
                    keyed: keyed.contains(&key),
                    apart: apart.contains(&key),
                }
            });
            TableColumns {
                name: name.clone(),
                columns: columns.collect(),
            }
        });
        tables.collect()
    }

    /// Unique keys of a table that stand in its own definition.
    pub fn unique_keys(&self, table: &ObjectName<'_>) -> &[UniqueKey] {
        self.find(table)
            .map(|table| table.keys.as_slice())
            .unwrap_or_default()
    }

    /// The columns that a generated column may be made of; none where it is not generated.
    pub fn generated_of(&self, table: &ObjectName<'_>, column: &[u8]) -> &[Vec<u8>] {
        self.find(table)
            .and_then(|table| table.generated.get(column))
            .map(|made| made.columns.as_slice())
            .unwrap_or_default()
    }

    /// Foreign keys of a table that stand in its own definition.
    pub fn foreign_keys(&self, table: &ObjectName<'_>) -> &[ForeignKey] {
        self.find(table)
            .map(|table| table.foreign_keys.as_slice())
            .unwrap_or_default()
    }

    fn find(&self, table: &ObjectName<'_>) -> Option<&Table> {
        self.tables.get(&table.clone().into_owned())
    }

    /// The columns of a table, inherited ones first, as the server merges them.
    pub(super) fn columns(&self, table: &Name) -> Vec<&ColumnDefinition> {
        let mut columns = Vec::new();
        let mut names = BTreeSet::new();
        // Parents before their children, each once, although a hostile dump lets tables inherit in circles.
        let mut visited = BTreeSet::new();
        let mut pending = vec![(table, false)];
        while let Some((name, parents_done)) = pending.pop() {
            let own = match (self.tables.get(name), self.types.get(name)) {
                (Some(definition), _) if !parents_done => {
                    if visited.insert(name) {
                        pending.push((name, true));
                        pending.extend(
                            definition
                                .columns_of
                                .iter()
                                .rev()
                                .map(|parent| (parent, false)),
                        );
                    }
                    continue;
                }
                (Some(definition), _) => &definition.columns,
                (None, Some(TypeDefinition::Composite(attributes))) => attributes,
                _ => continue,
            };
            columns.extend(own.iter().filter(|column| names.insert(&column.name)));
        }
        columns
    }

    /// Looks through domains.
    fn resolve(&self, column_type: &ColumnType) -> (ColumnType, ValueKind) {
        let mut resolved = column_type.clone();
        for _ in 0..DEEPEST_NESTING {
            let Some(definition) = self.types.get(&resolved.name) else {
                break;
            };
            match definition {
                TypeDefinition::Domain { base, .. } => {
                    resolved = ColumnType {
                        array: base.array || resolved.array,
                        ..base.clone()
                    };
                }
                TypeDefinition::Composite(_) => return (resolved, ValueKind::Composite),
                TypeDefinition::Plain { .. } => return (resolved, ValueKind::Plain),
            }
        }
        let kind = resolved.built_in_kind();
        (resolved, kind)
    }

    /// Whether the type is a domain with a check that may refuse a pseudonym, or is made of one.
    pub(super) fn is_checked(&self, column_type: &ColumnType) -> bool {
        let mut name = &column_type.name;
        for _ in 0..DEEPEST_NESTING {
            match self.types.get(name) {
                Some(TypeDefinition::Domain { checked: true, .. }) => return true,
                Some(TypeDefinition::Domain { base, .. }) => name = &base.name,
                _ => return false,
            }
        }
        false
    }

    /// Whether the type is an enum with labels that may hold addresses, or is made of one.
    pub(super) fn labels_addresses(&self, column_type: &ColumnType) -> bool {
        let (resolved, _) = self.resolve(column_type);
        matches!(
            self.types.get(&resolved.name),
            Some(TypeDefinition::Plain { addresses: true })
        )
    }

    /// The columns of a table's primary key.
    pub(super) fn primary_key(&self, table: &Name) -> &[Vec<u8>] {
        let keys = self
            .tables
            .get(table)
            .map(|table| table.keys.as_slice())
            .unwrap_or_default();
        keys.iter()
            .find(|key| key.kind == KeyKind::PrimaryKey)
            .map(|key| key.columns.as_slice())
            .unwrap_or_default()
    }
}
