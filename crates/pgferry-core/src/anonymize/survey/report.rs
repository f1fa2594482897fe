//! The outcome of a survey. No value, or part of one, is in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::dump::ObjectName;
use crate::dump::schema::{Column, Schema, ValueKind};

use super::families::Families;
use super::hint::{self, hint};
use super::look::Look;
use super::stream::RowsOf;
use super::tally::{PathTally, Tally};
use super::verdict::{Holds, Verdict, ratio, verdict};

/// What the columns of a dump seem to hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SurveyReport {
    /// All that the dump defines or has rows of, sorted by schema and name.
    pub tables: Vec<TableSurvey>,
    /// Columns, places in documents and tables for which there was no room, each time they came up.
    pub columns_left_out: u64,
    /// `INSERT … SELECT`, and `COPY` with options: statements whose rows could not be read.
    pub unread: u64,
    /// Whether the dump says that it is complete.
    pub complete: bool,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableSurvey {
    /// `public` if the dump names none.
    pub schema: String,
    pub table: String,
    pub rows: u64,
    pub columns: Vec<ColumnSurvey>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnSurvey {
    pub name: String,
    /// As `format_type` gives it, without its length; none if the dump does not define the table.
    pub column_type: Option<String>,
    /// The most characters that fit.
    pub length: Option<u32>,
    /// Different values have to stay different: the column is in a unique key, or is tied to one that is.
    pub keyed: bool,
    /// Columns with the same number hold the same values and need the same rule.
    pub family: Option<usize>,
    /// That are not NULL.
    pub values: u64,
    pub nulls: u64,
    /// Of the values, those that were looked at.
    pub examined: u64,
    /// What they look like, the most frequent first.
    pub looks: Vec<LookCount>,
    /// Three shapes at most, the most frequent first: letters as `a` and `A`, digits as `9`, other than ASCII as `u`.
    pub shapes: Vec<String>,
    pub verdict: Option<Verdict>,
    /// Places in the documents of the column.
    pub paths: Vec<PathSurvey>,
    /// Values at places for which there was no room.
    pub paths_left_out: u64,
    #[serde(skip)]
    pub(super) holds: Holds,
}

/// How many values look so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LookCount {
    pub look: Look,
    pub values: u64,
    /// Of the values that were looked at; from 0 to 1.
    pub share: f64,
}

/// One place in the documents of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathSurvey {
    /// Keys between dots, `*` for any element of an array, or any key where keys could be values themselves.
    pub path: String,
    /// A `*` stands for keys.
    pub hides_keys: bool,
    pub values: u64,
    pub nulls: u64,
    pub looks: Vec<LookCount>,
    pub shapes: Vec<String>,
    pub verdict: Option<Verdict>,
}

/// What was counted.
pub(super) struct Counted<'a> {
    pub(super) schema: &'a Schema,
    pub(super) families: Families,
    pub(super) tables: Vec<RowsOf>,
    pub(super) columns_left_out: u64,
    pub(super) unread: u64,
    pub(super) complete: bool,
}

type Name = ObjectName<'static>;

/// A table on its way into the report.
#[derive(Default)]
struct Gathered {
    rows: u64,
    /// Columns as the schema has them, then those that it does not know.
    columns: Vec<GatheredColumn>,
}

/// Its name, its definition with its family, and what was counted of it.
type GatheredColumn = (Vec<u8>, Option<(Column, Option<usize>)>, Tally);

impl Gathered {
    fn add(&mut self, name: Vec<u8>, tally: Tally) {
        match self.columns.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, _, sum)) => sum.merge(tally),
            None => self.columns.push((name, None, tally)),
        }
    }
}

/// The name under which a table is gathered. One without a schema is the only one of its name, or in `public`.
fn place(name: &Name, gathered: &BTreeMap<Name, Gathered>) -> Name {
    if name.schema.is_some() {
        return name.clone();
    }
    let mut same = gathered.keys().filter(|known| known.name == name.name);
    match (same.next(), same.next()) {
        (Some(only), None) => only.clone(),
        _ => Name {
            schema: Some(Cow::Borrowed(b"public")),
            name: name.name.clone(),
        },
    }
}

pub(super) fn build(counted: Counted<'_>) -> SurveyReport {
    let mut gathered: BTreeMap<Name, Gathered> = BTreeMap::new();
    let families = counted.families.numbers(counted.schema);
    for table in counted.schema.tables() {
        let columns = table.columns.into_iter().map(|column| {
            let family = families.get(&(table.name.clone(), column.name.clone()));
            (
                column.name.clone(),
                Some((column, family.copied())),
                Tally::default(),
            )
        });
        let name = place(&table.name, &gathered);
        gathered.entry(name).or_default().columns.extend(columns);
    }
    for rows in counted.tables {
        let name = place(&rows.table, &gathered);
        let table = gathered.entry(name).or_default();
        table.rows += rows.rows;
        for (number, tally) in rows.tallies.into_iter().enumerate() {
            let ordered = || table.columns.get(number).map(|(name, ..)| name.clone());
            let name = match rows.columns.get(number) {
                Some(name) => name.clone(),
                None => ordered().unwrap_or_else(|| format!("column {}", number + 1).into_bytes()),
            };
            table.add(name, tally);
        }
    }
    let tables = gathered.into_iter().map(|(name, table)| {
        let text = String::from_utf8_lossy(&name.name).into_owned();
        let columns = table.columns.into_iter().map(|(column, facts, tally)| {
            let family = facts.as_ref().and_then(|(_, family)| *family);
            let facts = facts.map(|(facts, _)| facts);
            let column = String::from_utf8_lossy(&column).into_owned();
            column_survey(&text, column, facts.as_ref(), family, tally)
        });
        let schema = name.schema.as_deref().map(String::from_utf8_lossy);
        TableSurvey {
            schema: schema.unwrap_or(Cow::Borrowed("public")).into_owned(),
            table: text.clone(),
            rows: table.rows,
            columns: columns.collect(),
        }
    });
    SurveyReport {
        tables: tables.collect(),
        columns_left_out: counted.columns_left_out,
        unread: counted.unread,
        complete: counted.complete,
    }
}

fn column_survey(
    table: &str,
    name: String,
    facts: Option<&Column>,
    family: Option<usize>,
    mut tally: Tally,
) -> ColumnSurvey {
    let holds = facts.map_or(Holds::Unknown, holds);
    let keyed = facts.is_some_and(|facts| facts.keyed);
    let paths = std::mem::take(&mut tally.paths).into_iter();
    let mut paths: Vec<_> = paths.map(|path| path_survey(table, &name, path)).collect();
    paths.sort_by(|one, other| one.path.cmp(&other.path));
    ColumnSurvey {
        verdict: verdict(&tally, hint(table, &name), holds, keyed),
        column_type: facts.map(type_name),
        length: facts.and_then(|facts| facts.column_type.length),
        keyed,
        family,
        values: tally.values,
        nulls: tally.nulls,
        examined: tally.examined,
        looks: look_counts(&tally),
        paths,
        paths_left_out: tally.paths_left_out,
        shapes: tally.shapes.samples(),
        name,
        holds,
    }
}

fn path_survey(table: &str, column: &str, path: PathTally) -> PathSurvey {
    let PathTally {
        path,
        hides_keys,
        tally,
    } = path;
    let mut keys = path.rsplit('.').filter(|key| *key != "*");
    let key = keys.next().unwrap_or_default();
    // What the place is in says what a name is the name of: `customer.name`. At the top, columns called `data` or
    // `settings` say nothing, but the table may.
    let around = match keys.next() {
        Some(parent) => parent,
        None if hint::is_about_persons(column) => column,
        None => table,
    };
    PathSurvey {
        verdict: verdict(&tally, hint(around, key), Holds::Unknown, false),
        values: tally.values,
        nulls: tally.nulls,
        looks: look_counts(&tally),
        shapes: tally.shapes.samples(),
        path,
        hides_keys,
    }
}

fn look_counts(tally: &Tally) -> Vec<LookCount> {
    let mut counts: Vec<_> = Look::ALL
        .into_iter()
        .map(|look| LookCount {
            look,
            values: tally.seen(look),
            share: ratio(tally.seen(look), tally.examined),
        })
        .filter(|count| count.values > 0)
        .collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.values));
    counts
}

fn type_name(column: &Column) -> String {
    // Built-in names have blanks, which are no reason for quotes here.
    let name = match &column.column_type.name {
        name if name.schema.is_none() => String::from_utf8_lossy(&name.name).into_owned(),
        name => name.to_string(),
    };
    if column.column_type.array {
        name + "[]"
    } else {
        name
    }
}

fn holds(column: &Column) -> Holds {
    if column.column_type.array {
        return match column.kind {
            ValueKind::Text | ValueKind::Unknown => Holds::Array,
            _ => Holds::Other,
        };
    }
    match column.kind {
        ValueKind::Text => Holds::Text,
        ValueKind::Json => Holds::Json,
        ValueKind::Bytes => Holds::Bytes,
        ValueKind::Xml | ValueKind::Search | ValueKind::Composite => Holds::Other,
        ValueKind::Unknown => Holds::Unknown,
        ValueKind::Plain => match &*column.column_type.name.name {
            b"inet" | b"cidr" => Holds::Network,
            b"uuid" => Holds::Uuid,
            b"date" | b"timestamp with time zone" | b"timestamp without time zone" => Holds::Date,
            _ => Holds::Plain,
        },
    }
}
