//! A table whose rows are masked, and what its columns ask for.

use crate::dump::ObjectName;
use crate::dump::schema::Schema;

use super::columns::{ColumnFacts, Columns};
use super::insert::Target;
use super::name::TableName;
use super::rules::{Action, RuleError, RuleProblem, Rules, Unlisted};
use super::value::Tally;

/// A column of a table, what becomes of it, and what was found in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) name: Vec<u8>,
    pub(super) facts: ColumnFacts,
    pub(super) action: Action,
    pub(super) tally: Tally,
    /// Values that a rule changed.
    pub(super) changed: u64,
}

impl Column {
    /// Whether a value is more than searched for addresses.
    pub(super) fn is_ruled(&self) -> bool {
        self.action != Action::Addresses
    }
}

/// What stops a column from being masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) column: Vec<u8>,
    pub(super) kind: ProblemKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProblemKind {
    /// A masked value does not fit the column.
    TooLong,
    Rule(RuleProblem),
    /// No rule names the column, and that is refused.
    Unlisted,
    /// A rule names the column, and the rows have none of that name.
    NoColumn,
    /// A pseudonym or a rule depends on a key, and there is none.
    NoKey,
    /// Which column a value belongs to is not known, and there are rules.
    Unnamed,
}

impl Column {
    pub(super) fn problem(&self, kind: ProblemKind) -> Problem {
        Problem {
            column: self.name.clone(),
            kind,
        }
    }
}

/// What is known of columns, and what is to become of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Policy {
    columns: Columns,
    rules: Rules,
    has_key: bool,
}

impl Policy {
    pub(super) fn new(mut columns: Columns, rules: Rules, has_key: bool) -> Self {
        for column in &rules.unique {
            columns.set_unique(column.clone());
        }
        Self {
            columns,
            rules,
            has_key,
        }
    }

    /// Knows what a dump's definitions have said so far.
    pub(super) fn learn(&mut self, schema: &Schema) {
        self.columns = self.columns.learned(schema);
    }

    /// What is wrong with the rules.
    pub(super) fn check(&self) -> Vec<RuleError> {
        self.rules.check(&self.columns)
    }

    /// Whether nothing is known of any table.
    pub(super) fn is_blind(&self) -> bool {
        self.columns.is_empty()
    }

    pub(super) fn facts(&self, table: &ObjectName<'_>, column: &[u8]) -> ColumnFacts {
        self.columns.of_column(table, column)
    }

    /// Whether a table's rows are left out.
    pub(super) fn truncates(&self, name: &ObjectName<'_>) -> bool {
        self.rules.truncates(name)
    }

    fn column(
        &self,
        table: &ObjectName<'_>,
        name: Vec<u8>,
        facts: ColumnFacts,
    ) -> Result<Column, Problem> {
        let rule = self.rules.of_column(table, &name);
        let refused =
            rule.is_none() && self.rules.unlisted == Unlisted::Refuse && facts.shape.is_text_like();
        let action = rule.cloned().unwrap_or_default();
        let column = Column {
            name,
            facts,
            action,
            ..Column::default()
        };
        if refused {
            Err(column.problem(ProblemKind::Unlisted))
        } else if facts.takes_tokens() && !self.has_key {
            Err(column.problem(ProblemKind::NoKey))
        } else {
            Ok(column)
        }
    }

    /// All tables that rules name.
    pub(super) fn tables(&self) -> impl Iterator<Item = &TableName> {
        self.rules.truncate.iter().chain(self.rules.columns.keys())
    }

    /// The names of columns that rules for this table give.
    fn ruled<'a>(&'a self, table: &ObjectName<'_>) -> impl Iterator<Item = &'a [u8]> {
        let rules = self
            .rules
            .columns
            .iter()
            .filter(|(rule, _)| rule.means(table));
        rules.flat_map(|(_, columns)| columns.keys().map(String::as_bytes))
    }
}

/// A table that is written to.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: ObjectName<'static>,
    /// In their order, as far as they are known; then those that were named since.
    pub(super) columns: Vec<Column>,
}

impl Table {
    /// A table that rows with these columns are copied to.
    pub(super) fn of_copy(
        name: ObjectName<'static>,
        columns: &[Vec<u8>],
        policy: &Policy,
    ) -> Result<Self, Problem> {
        let columns = columns.iter().map(|column| {
            let facts = policy.columns.of_column(&name, column);
            policy.column(&name, column.clone(), facts)
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        // Where tables are known, the rules were held against them, and a rule can be for another table of that name.
        let is_known = !policy.columns.of_table(&name).is_empty();
        let missing = policy
            .ruled(&name)
            .find(|ruled| !is_known && !columns.iter().any(|column| column.name == *ruled));
        match missing {
            Some(column) => Err(Problem {
                column: column.to_vec(),
                kind: ProblemKind::NoColumn,
            }),
            None => Ok(Self { name, columns }),
        }
    }

    /// A table that `INSERT` writes to.
    pub(super) fn of_insert(name: ObjectName<'static>, policy: &Policy) -> Result<Self, Problem> {
        let known = policy.columns.of_table(&name);
        let columns = known
            .into_iter()
            .map(|(column, facts)| policy.column(&name, column, facts));
        Ok(Self {
            columns: columns.collect::<Result<_, _>>()?,
            name,
        })
    }

    /// The number of a column; nothing if it is not known and no rule could be for it.
    pub(super) fn column(
        &mut self,
        target: Target<'_>,
        policy: &Policy,
    ) -> Result<Option<usize>, Problem> {
        match target {
            Target::Numbered(number) if number < self.columns.len() => Ok(Some(number)),
            Target::Numbered(number) => {
                let refuses = policy.rules.unlisted == Unlisted::Refuse;
                if refuses || policy.ruled(&self.name).next().is_some() {
                    let column = (number + 1).to_string().into_bytes();
                    return Err(Problem {
                        column,
                        kind: ProblemKind::Unnamed,
                    });
                }
                Ok(None)
            }
            Target::Named(name) => self.named(name, policy).map(Some),
        }
    }

    fn named(&mut self, name: &[u8], policy: &Policy) -> Result<usize, Problem> {
        if let Some(number) = self.columns.iter().position(|column| column.name == name) {
            return Ok(number);
        }
        let facts = policy.columns.of_column(&self.name, name);
        self.columns
            .push(policy.column(&self.name, name.to_vec(), facts)?);
        Ok(self.columns.len() - 1)
    }
}
