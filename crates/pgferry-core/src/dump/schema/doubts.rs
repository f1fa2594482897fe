//! Where a pseudonym may not go although an address did.
//!
//! Tokens keep different addresses different, so keys hold. What else the definitions ask of a value can't be known from
//! them: whether a check refuses it, in which range or remainder it falls, whether a part of it is still unique.

use std::collections::BTreeSet;

use crate::dump::ObjectName;

use super::definition::Strategy;
use super::links::ColumnOf;
use super::model::{Name, Schema};

/// A column whose rows may not be restored once addresses in it are replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    pub table: ObjectName<'static>,
    /// As the database has it: not quoted, not folded.
    pub column: Vec<u8>,
    pub obstacle: Obstacle,
}

/// What a value has to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// A check constraint of the table, or of a table that it inherits from.
    Check,
    /// A check of the column's domain.
    Domain,
    /// Rows find their partition by it.
    Partition,
    /// A part of it, or something that is computed of it, has to be unique.
    Key,
}

impl Schema {
    /// Every column of which the definitions don't tell whether a pseudonym fits, each with one obstacle.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts: BTreeSet<Doubt> = BTreeSet::new();
        for (name, table) in &self.tables {
            for column in self.columns(name) {
                let mut doubt = |obstacle| {
                    doubts.insert(Doubt {
                        table: name.clone(),
                        column: column.name.clone(),
                        obstacle,
                    });
                };
                if self.is_checked(&column.column_type) {
                    doubt(Obstacle::Domain);
                }
                for above in self.above(name) {
                    let Some(above) = self.tables.get(above) else {
                        continue;
                    };
                    // What is generated of a column is held against its own checks.
                    let is_seen_in = |words: &[Vec<u8>]| {
                        words.contains(&column.name)
                            || above.generated.iter().any(|(generated, made)| {
                                words.contains(generated) && made.columns.contains(&column.name)
                            })
                    };
                    if is_seen_in(&above.checked) {
                        doubt(Obstacle::Check);
                    }
                    let by_partition =
                        above
                            .partitioned
                            .as_ref()
                            .is_some_and(|(strategy, key)| match strategy {
                                Strategy::List => key.altered.contains(&column.name),
                                Strategy::Range | Strategy::Hash => {
                                    key.columns.contains(&column.name)
                                }
                            });
                    if by_partition {
                        doubt(Obstacle::Partition);
                    }
                    let is_altered = above.keys.iter().any(|key| {
                        key.altered.contains(&column.name)
                            || key.columns.iter().any(|of_key| {
                                above
                                    .generated
                                    .get(of_key)
                                    .is_some_and(|made| made.altered.contains(&column.name))
                            })
                    });
                    if is_altered {
                        doubt(Obstacle::Key);
                    }
                }
            }
            let altered: Vec<ColumnOf> = self
                .behind_view(name, table)
                .into_iter()
                .filter_map(|(column, altered)| altered.then_some(column))
                .collect();
            doubts.extend(
                self.tied_to(altered)
                    .into_iter()
                    .map(|(table, column)| Doubt {
                        table,
                        column,
                        obstacle: Obstacle::Key,
                    }),
            );
        }
        let mut seen = BTreeSet::new();
        let mut doubts: Vec<Doubt> = doubts.into_iter().collect();
        doubts.retain(|doubt| seen.insert((doubt.table.clone(), doubt.column.clone())));
        doubts
    }

    /// The table itself, and all that it takes constraints from.
    fn above<'a>(&'a self, name: &'a Name) -> BTreeSet<&'a Name> {
        let mut above = BTreeSet::new();
        let mut pending = vec![name];
        while let Some(name) = pending.pop() {
            if above.insert(name)
                && let Some(table) = self.tables.get(name)
            {
                pending.extend(&table.columns_of);
                pending.extend(&table.partition_of);
            }
        }
        above
    }
}
