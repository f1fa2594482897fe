//! What one statement says.

use crate::dump::ObjectName;

use super::column_type::ColumnType;
use super::expression::Expression;

/// A column, as its table's definition has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// As the database has it: not quoted, not folded.
    pub name: Vec<u8>,
    /// Domains are not looked through.
    pub column_type: ColumnType,
}

/// What makes values unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    PrimaryKey,
    /// `UNIQUE (…)`
    Constraint,
    /// `CREATE UNIQUE INDEX`, over the whole table or a part of it.
    Index,
    /// `EXCLUDE USING …`, which can be made to mean unique.
    Exclusion,
}

/// Columns whose values, together, are unique in their table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueKey {
    pub kind: KeyKind,
    /// Of expressions every word that could be a column.
    pub columns: Vec<Vec<u8>>,
    /// Whether an expression is part of it, such as `lower(email)`.
    pub expression: bool,
    /// Columns of which an expression takes what may be the same for different values: `split_part(email, '@', 1)`.
    pub altered: Vec<Vec<u8>>,
}

/// How rows find their partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strategy {
    List,
    Range,
    Hash,
}

/// Columns whose values have to stand in columns of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub columns: Vec<Vec<u8>>,
    pub table: ObjectName<'static>,
    /// Empty: the primary key of `table`.
    pub referenced: Vec<Vec<u8>>,
}

/// What a statement says that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Definition {
    Table(TableDefinition),
    UniqueKey {
        table: ObjectName<'static>,
        key: UniqueKey,
    },
    ForeignKey {
        table: ObjectName<'static>,
        key: ForeignKey,
    },
    Column {
        table: ObjectName<'static>,
        column: ColumnDefinition,
    },
    Partition {
        parent: ObjectName<'static>,
        partition: ObjectName<'static>,
    },
    Inherits {
        child: ObjectName<'static>,
        parent: ObjectName<'static>,
    },
    /// `GENERATED ALWAYS AS (…) STORED`
    Generated {
        table: ObjectName<'static>,
        column: Vec<u8>,
        expression: Expression,
    },
    /// A check of a table, by the words in it that could be columns of which it may refuse a pseudonym.
    Check {
        table: ObjectName<'static>,
        doubtful: Vec<Vec<u8>>,
    },
    /// `PARTITION BY`
    PartitionKey {
        table: ObjectName<'static>,
        strategy: Strategy,
        key: UniqueKey,
    },
    View {
        name: ObjectName<'static>,
        body: Expression,
    },
    Domain {
        name: ObjectName<'static>,
        base: ColumnType,
        /// It has a check that may refuse a pseudonym.
        checked: bool,
    },
    Composite {
        name: ObjectName<'static>,
        attributes: Vec<ColumnDefinition>,
    },
    /// `CREATE TYPE … AS ENUM` or `RANGE`, whose values hold no free text.
    PlainType {
        name: ObjectName<'static>,
        /// It is an enum, and a label of it may hold an address.
        addresses: bool,
    },
    /// `SET search_path`: its first schema, which dumps made before 2018 set for each object.
    DefaultSchema(Option<Vec<u8>>),
}

/// `CREATE TABLE`; its keys are reported on their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableDefinition {
    pub(super) name: ObjectName<'static>,
    pub(super) columns: Vec<ColumnDefinition>,
    /// Tables in `INHERITS (…)`, or the parent of a `PARTITION OF`, or the type of a table `OF` it.
    pub(super) columns_of: Vec<ObjectName<'static>>,
}
