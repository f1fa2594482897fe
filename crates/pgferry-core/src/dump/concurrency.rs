//! Which statements of a dump may run at the same time, in sessions of their own.
//!
//! `pg_dump` writes definitions, then rows, then what is built over them: keys and indexes, then foreign keys, triggers and
//! the rest. Between two statements that build something there is no other order than what their locks make of it, which is
//! what `pg_restore -j` relies on too (`lockDeps` in `src/bin/pg_dump/pg_backup_archiver.c`). A session that holds the lock
//! on one table alone can wait, but not be part of a deadlock; so whatever would lock a whole family of tables (partitions
//! and their parents) runs alone.

use std::collections::BTreeSet;

use super::scan::{
    ObjectName, ObjectType, Statement, StatementKind, Token, Tokens, TransactionControl,
    object_name,
};

/// What a statement may run beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A setting: every session has to have it.
    Session,
    /// Rows in an `INSERT`, in order.
    Insert,
    /// `BEGIN`, as `pg_dump` writes it before large objects.
    Begin,
    /// `COMMIT`, as `pg_dump` writes it behind them.
    Commit,
    /// Something that is built over the rows of tables.
    Build(Build),
    /// Concerns what the statement before it built and has this name: a comment, a statistics target.
    Afterwards { name: Vec<u8> },
    /// In its place, with nothing beside it.
    Alone,
}

/// A key, an index or a foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    pub kind: BuildKind,
    /// Of the constraint or index, without its schema.
    pub name: Vec<u8>,
    /// Whose rows are read, and which is locked.
    pub table: ObjectName<'static>,
    /// The table that a foreign key refers to, which is locked too.
    pub referenced: Option<ObjectName<'static>>,
}

/// In the order in which one needs the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuildKind {
    /// A primary key, a unique or an exclusion constraint: locks its table against everything.
    Key,
    /// Others may read, and build indexes.
    Index,
    /// Needs the keys.
    ForeignKey,
}

impl Build {
    /// Whether the two would wait for each other, or must not be built at once.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        if self.kind == BuildKind::Index && other.kind == BuildKind::Index {
            return false;
        }
        self.tables()
            .any(|table| other.tables().any(|locked| locked == table))
    }

    fn tables(&self) -> impl Iterator<Item = &ObjectName<'static>> {
        std::iter::once(&self.table).chain(&self.referenced)
    }
}

/// Tells the scopes of statements, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    /// Tables that inherit or are inherited from, partitions among them.
    families: BTreeSet<ObjectName<'static>>,
    /// Tables that hold their rows themselves.
    made: BTreeSet<ObjectName<'static>>,
}

impl Scopes {
    pub(super) fn of(&mut self, statement: &Statement<'_>, standard_strings: bool) -> Scope {
        let mut tokens = Tokens::new(statement.text, standard_strings);
        match &statement.kind {
            StatementKind::Set(_) => Scope::Session,
            StatementKind::Select if sets_a_setting(tokens.clone()) => Scope::Session,
            StatementKind::Insert(_) => Scope::Insert,
            StatementKind::Transaction(TransactionControl::Begin) => Scope::Begin,
            StatementKind::Transaction(TransactionControl::Commit) => Scope::Commit,
            StatementKind::Comment(object)
                if matches!(
                    object.object_type,
                    ObjectType::Index | ObjectType::Constraint
                ) =>
            {
                object
                    .name
                    .as_ref()
                    .map_or(Scope::Alone, |name| Scope::Afterwards {
                        name: name.name.to_vec(),
                    })
            }
            StatementKind::Create(object)
                if matches!(
                    object.object_type,
                    ObjectType::Index | ObjectType::UniqueIndex
                ) =>
            {
                self.built(index(&mut tokens))
            }
            StatementKind::Create(object) if object.object_type == ObjectType::Table => {
                if let Some(name) = &object.name {
                    let name = name.clone().into_owned();
                    if !is_partitioned(tokens.clone()) {
                        self.made.insert(name.clone());
                    }
                    self.note_family(&name, tokens);
                }
                Scope::Alone
            }
            StatementKind::Alter(object) if object.object_type == ObjectType::Table => {
                self.alter_table(tokens)
            }
            StatementKind::Alter(object) if object.object_type == ObjectType::Index => {
                statistics_target(tokens).unwrap_or(Scope::Alone)
            }
            _ => Scope::Alone,
        }
    }

    /// Whether the dump has made this table, as one that holds its rows itself.
    pub(super) fn has_made(&self, table: &ObjectName<'static>) -> bool {
        self.made.contains(table)
    }

    fn built(&self, build: Option<Build>) -> Scope {
        match build {
            Some(build) if !build.tables().any(|table| self.families.contains(table)) => {
                Scope::Build(build)
            }
            _ => Scope::Alone,
        }
    }

    fn alter_table(&mut self, mut tokens: Tokens<'_>) -> Scope {
        tokens.accept_all(&[b"ALTER", b"TABLE"]);
        tokens.accept_all(&[b"IF", b"EXISTS"]);
        let only = tokens.accept(b"ONLY");
        let Some(table) = object_name(&mut tokens).map(ObjectName::into_owned) else {
            return Scope::Alone;
        };
        if tokens.accept_all(&[b"ADD", b"CONSTRAINT"]) {
            let build = constraint(table, &mut tokens);
            // Without ONLY, tables that inherit are locked too; of those that are no partitions, a dump may not tell.
            let is_foreign_key =
                |build: &Build| build.kind == BuildKind::ForeignKey && self.families.is_empty();
            return self.built(build.filter(|build| only || is_foreign_key(build)));
        }
        self.note_family(&table, tokens);
        Scope::Alone
    }

    /// `INHERITS (…)`, `PARTITION OF …`, `PARTITION BY`, `ATTACH PARTITION …`, `INHERIT …`
    fn note_family(&mut self, table: &ObjectName<'static>, mut tokens: Tokens<'_>) {
        while let Some(token) = tokens.next() {
            let in_parentheses = token.is(b"INHERITS") && tokens.accept_symbol(b'(');
            let named = in_parentheses
                || token.is(b"INHERIT")
                || (token.is(b"PARTITION") && tokens.accept(b"OF"))
                || (token.is(b"ATTACH") && tokens.accept(b"PARTITION"));
            if named {
                self.families.insert(table.clone());
                while let Some(name) = object_name(&mut tokens) {
                    self.families.insert(name.into_owned());
                    if !tokens.accept_symbol(b',') {
                        break;
                    }
                }
            } else if token.is(b"PARTITION") && tokens.accept(b"BY") {
                self.families.insert(table.clone());
            }
        }
    }
}

/// `PARTITION BY …`
fn is_partitioned(mut tokens: Tokens<'_>) -> bool {
    while let Some(token) = tokens.next() {
        if token.is(b"PARTITION") && tokens.accept(b"BY") {
            return true;
        }
    }
    false
}

/// `SELECT pg_catalog.set_config(…)`
fn sets_a_setting(mut tokens: Tokens<'_>) -> bool {
    tokens.accept_all(&[b"SELECT", b"pg_catalog"])
        && tokens.accept_symbol(b'.')
        && tokens.accept(b"set_config")
}

/// `CREATE [UNIQUE] INDEX name ON [ONLY] table …`
fn index(tokens: &mut Tokens<'_>) -> Option<Build> {
    tokens.accept(b"CREATE");
    tokens.accept(b"UNIQUE");
    if !tokens.accept(b"INDEX") {
        return None;
    }
    let name = object_name(tokens)?.name.to_vec();
    // Of a partitioned table, or one that may be: ON ONLY.
    if !tokens.accept(b"ON") || tokens.accept(b"ONLY") {
        return None;
    }
    Some(Build {
        kind: BuildKind::Index,
        name,
        table: object_name(tokens)?.into_owned(),
        referenced: None,
    })
}

/// What follows `ALTER TABLE table ADD CONSTRAINT`.
fn constraint(table: ObjectName<'static>, tokens: &mut Tokens<'_>) -> Option<Build> {
    let name = tokens.next()?.identifier()?.into_owned();
    let (kind, referenced) = if tokens.accept_all(&[b"FOREIGN", b"KEY"]) {
        tokens.find(|token| token.is(b"REFERENCES"))?;
        let referenced = object_name(tokens)?.into_owned();
        (BuildKind::ForeignKey, Some(referenced))
    } else if tokens.accept_all(&[b"PRIMARY", b"KEY"])
        || tokens.accept(b"UNIQUE")
        || tokens.accept(b"EXCLUDE")
    {
        (BuildKind::Key, None)
    } else {
        return None;
    };
    Some(Build {
        kind,
        name,
        table,
        referenced,
    })
}

/// `ALTER INDEX name ALTER COLUMN n SET STATISTICS m`
fn statistics_target(mut tokens: Tokens<'_>) -> Option<Scope> {
    tokens.accept_all(&[b"ALTER", b"INDEX"]);
    let name = object_name(&mut tokens)?.name.to_vec();
    let is_target = tokens.accept_all(&[b"ALTER", b"COLUMN"])
        && matches!(tokens.next(), Some(Token::Number(_)))
        && tokens.accept_all(&[b"SET", b"STATISTICS"]);
    is_target.then_some(Scope::Afterwards { name })
}
